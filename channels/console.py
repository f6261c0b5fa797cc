"""A terminal as a channel: whoever sits before it is the customer. For demos and for trying bots.

It is the smallest whole channel there is: settings, a pure `parse`, a pure `render`, and
what carries words in and out.
"""

import asyncio
import sys
from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import TextIO
from uuid import uuid4

import msgspec

from inbox.channel import Capabilities, Channel, Check, Heard, Inbound, Line, Outgoing, Raw, Sent
from inbox.errors import TryLater, Unreadable
from inbox.model import Address, MessageId, Proof, Value


class Settings(Value):
    """The settings of a terminal."""

    name: str = "Console"  #: What the person before the terminal is called.


class Typed(Value):
    """One line that somebody typed, as it is journalled."""

    id: str
    name: str
    text: str
    at: datetime


def parse(raw: Raw) -> Sequence[Heard]:
    """Read one typed line. Raises `Unreadable`."""
    try:
        typed = TYPED.decode(raw.payload)
    except (msgspec.MsgspecError, UnicodeError) as error:
        raise Unreadable(f"This is no line of a terminal: {error}.") from error
    sender = Address(kind="console", value=typed.name.casefold() or "console", name=typed.name)
    return [
        Inbound(
            external_id=typed.id,
            sender=sender,
            sent_at=typed.at,
            text=typed.text,
            proof=Proof.VERIFIED,
            thread=sender.value,
        )
    ]


def render(outgoing: Outgoing) -> str:
    """Write an answer as the terminal shows it."""
    return f"{outgoing.author or 'Parlour'}: {outgoing.text}\n"


class Console(Channel[Settings]):
    kind = "console"
    title = "Terminal"
    capabilities = Capabilities(max_text=100_000, fleeting=True)

    def __init__(
        self,
        settings: Settings,
        line: Line,
        typed: TextIO | None = None,
        shown: TextIO | None = None,
    ) -> None:
        super().__init__(settings, line)
        self.typed = typed or sys.stdin
        self.shown = shown or sys.stdout

    @classmethod
    def parse(cls, raw: Raw) -> Sequence[Heard]:
        return parse(raw)

    async def listen(self) -> None:
        """Take what is typed, line by line; a desk without a terminal hears nothing."""
        if self.typed.isatty():
            async for text in self.lines():
                await self.take(text)
        await asyncio.Event().wait()  # until the desk closes

    async def lines(self) -> AsyncIterator[str]:
        """Yield what is typed, without holding up anybody while nothing is."""
        reader = asyncio.StreamReader()
        protocol = asyncio.StreamReaderProtocol(reader)
        pipe, _ = await asyncio.get_running_loop().connect_read_pipe(lambda: protocol, self.typed)
        try:
            while line := await reader.readline():
                yield line.decode(errors="replace").strip()
        finally:
            pipe.close()

    async def take(self, text: str) -> None:
        if text:
            said = Typed(id=uuid4().hex, name=self.settings.name, text=text, at=self.line.now())
            await self.line.take(Raw(payload=msgspec.json.encode(said), key=said.id))

    def external_id(self, message: MessageId, token: str | None = None) -> str:  # noqa: ARG002  # it needs none
        return f"shown-{message}"

    async def send(self, outgoing: Outgoing) -> Sent:
        """Show an answer. Raises `TryLater` when the terminal is gone."""
        try:
            self.shown.write(render(outgoing))
            self.shown.flush()
        except (OSError, ValueError):
            raise TryLater("Nobody sits before the terminal.") from None
        return Sent(external_id=outgoing.external_id or self.external_id(outgoing.message_id))

    async def doctor(self) -> Sequence[Check]:
        there = self.typed.isatty()
        found = "somebody can type" if there else "none: start the desk from a terminal"
        return [Check(name="terminal", fine=there, found=found)]


TYPED = msgspec.json.Decoder(Typed)
