"""Compare what a provider holds with what we have, and take what is missing."""

from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing
from datetime import datetime
from typing import Any

import msgspec

from agents_ui.switchboard import Compared
from inbox.channel import Channel, Raw
from inbox.desk import Desk
from inbox.errors import DeskError
from inbox.model import AccountId
from inbox.store import Unit
from inbox.store.journal import short_key

BATCH = 50  #: payloads that are looked up, and taken, together


async def compared(
    desk: Desk, which: AccountId, channel: Channel[Any], since: datetime
) -> Compared:
    """Ask the provider what it holds *since* then, and journal what we do not have.

    It is safe beside a running desk: what somebody else journals meanwhile is recognised by
    its key. The outcome is kept with the account.
    """
    at, source, missing, trouble = desk.clock(), 0, 0, None
    held = channel.held(since)
    if held is None:
        return Compared(at=at, since=since, trouble="its provider cannot be asked.")
    try:
        async with aclosing(held) as raws:  # type: ignore[type-var]  # a generator, as it is written
            async for batch in batches(raws):
                source += len(batch)
                missing += await taken(desk, which, channel, batch)
    except DeskError as error:
        trouble = str(error)
    except Exception as error:  # noqa: BLE001  # what was found until then is worth telling
        trouble = f"It broke off ({type(error).__name__})."
    found = Compared(at=at, since=since, source=source, missing=missing, trouble=trouble)
    await desk.write(remember, which, found)
    return found


async def batches(raws: AsyncIterator[Raw]) -> AsyncIterator[Sequence[Raw]]:
    batch: list[Raw] = []
    async for raw in raws:
        batch.append(raw)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


async def taken(desk: Desk, which: AccountId, channel: Channel[Any], batch: Sequence[Raw]) -> int:
    """Journal those of *batch* that are not there, and return how many."""
    keys = [short_key(raw.key) for raw in batch if raw.key is not None]
    known = await desk.read(lambda unit: unit.journal.known(which, keys))
    new = [raw for raw in batch if short_key(raw.key) not in known]
    if new:
        await channel.line.take(*new)
    return len(new)


def remember(unit: Unit, which: AccountId, found: Compared) -> None:
    unit.accounts.note(which, compared=msgspec.to_builtins(found))
