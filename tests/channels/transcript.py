"""What a desk shows that heard payloads of one channel, in whatever order they came."""

import asyncio
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import select

from inbox.channel import Channel, Raw
from inbox.database import connect
from inbox.intake import Intake
from inbox.store import Unit
from inbox.store.accounts import Configured
from inbox.tables import ConversationRow, MessageRow, ReactionRow
from tests.conftest import FrozenDesk

Seen = tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]


def transcript(
    template: Path, channel: type[Channel[Any]], settings: Any, told: Sequence[Raw]
) -> Seen:
    """Return the messages and the emojis that a new desk shows after it was *told*."""
    return asyncio.run(heard(template, channel, settings, told))


async def heard(
    template: Path, channel: type[Channel[Any]], settings: Any, told: Sequence[Raw]
) -> Seen:
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(template, f"{folder}/desk.db")
        desk = FrozenDesk(connect(f"sqlite:///{folder}/desk.db"), Path(folder))
        channels: dict[Any, Channel[Any]] = {}
        intake = Intake(desk, channels)
        wanted = [Configured(kind=channel.kind, name=channel.kind, address=None)]
        accounts = await desk.write(lambda unit: unit.accounts.sync(wanted, at=unit.now))
        account = accounts[channel.kind]
        line = intake.line(account)
        line.name = channel.kind
        channels[account] = channel(settings, line)
        for raw in told:
            await line.take(raw)
        await intake.run_due()
        shown = await desk.read(seen)
        await channels[account].close()
        desk.close()
        return shown


def seen(unit: Unit) -> Seen:
    asked = (
        select(
            MessageRow.external_id, MessageRow.text, MessageRow.deleted_at, ConversationRow.thread
        )
        .join(ConversationRow, ConversationRow.id == MessageRow.conversation_id)
        .order_by(MessageRow.external_id)
    )
    emojis = (
        select(MessageRow.external_id, ReactionRow.who, ReactionRow.emoji)
        .join(MessageRow, MessageRow.id == ReactionRow.message_id)
        .where(ReactionRow.active)
        .order_by(MessageRow.external_id, ReactionRow.who, ReactionRow.emoji)
    )
    messages = [
        (row[0], None if row[2] else row[1], bool(row[2]), row[3])
        for row in unit.connection.execute(asked)
    ]
    return messages, [tuple(row) for row in unit.connection.execute(emojis)]
