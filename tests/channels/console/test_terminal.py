"""Somebody types at a terminal and reads the answer there."""

import asyncio
import os
import pty
from contextlib import suppress
from io import StringIO

import pytest

from channels.console import Console, Settings
from inbox.channel import Outgoing
from inbox.errors import TryLater
from inbox.model import ConversationId, MessageId
from inbox.testing import WHEN, RecordingLine


@pytest.fixture
def terminal():
    """A real terminal: the end that a person holds, and the channel at the other end."""
    person, desk = pty.openpty()
    with os.fdopen(desk, "r+b", buffering=0) as typed, os.fdopen(os.dup(desk), "w") as shown:
        yield person, Console(Settings(name="Ines"), RecordingLine(), typed, shown)
    os.close(person)


def answer(text):
    return Outgoing(
        message_id=MessageId(7),
        conversation_id=ConversationId(1),
        to=(),
        text=text,
        created_at=WHEN,
        author="Grace",
    )


async def test_what_is_typed_is_heard_and_answered(terminal):
    person, console = terminal
    listening = asyncio.create_task(console.listen())
    os.write(person, "Are you open? Zażółć\n\n".encode())
    async with asyncio.timeout(60):
        while not console.line.taken:  # noqa: ASYNC110  # the line tells nobody
            await asyncio.sleep(0.01)
    [raw] = console.line.taken
    [said] = Console.parse(raw)
    sent = await console.send(answer("Until six."))
    seen = b""
    while b"Until six.\r\n" not in seen:
        seen += os.read(person, 4096)
    listening.cancel()
    with suppress(asyncio.CancelledError):
        await listening

    assert (said.text, said.sender.name) == ("Are you open? Zażółć", "Ines")
    assert sent.external_id == "shown-7"
    assert b"Grace: Until six." in seen


async def test_an_answer_waits_for_a_terminal():
    closed = StringIO()
    closed.close()

    with pytest.raises(TryLater):
        await Console(Settings(), RecordingLine(), shown=closed).send(answer("Hello?"))
