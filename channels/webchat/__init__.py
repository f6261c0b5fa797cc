"""Chat on a web page: the widget talks with us over a websocket, or without one.

A visitor's message is acknowledged when it is in the journal. Answers are in the store
before they are pushed, so that a browser which missed one is shown it when it returns.
"""

import asyncio
from collections.abc import Iterable, Sequence
from contextlib import suppress
from hashlib import sha256
from typing import Any

from aiohttp import web

from channels.webchat.doors import Doors
from channels.webchat.files import attached
from channels.webchat.frames import MAX_TEXT
from channels.webchat.payloads import outgoing_id, parse
from channels.webchat.settings import MEGABYTE, Settings
from inbox.channel import Capabilities, Channel, Check, Heard, Line, Outgoing, Raw, Sent
from inbox.errors import Rejected, Unavailable
from inbox.model import MessageId

__all__ = ["Settings", "WebChat", "parse", "render"]


def render(outgoing: Outgoing, links: Sequence[dict[str, Any]] = ()) -> dict[str, Any]:
    """Write a message of ours for the browser."""
    return {
        "id": outgoing.message_id,
        "mine": False,
        "client_id": None,
        "text": outgoing.text,
        "author": outgoing.author,
        "at": outgoing.created_at,
        "files": links,
    }


class WebChat(Channel[Settings]):
    kind = "webchat"
    title = "Web chat"
    capabilities = Capabilities(
        max_text=MAX_TEXT,
        max_attachment=25 * MEGABYTE,
        max_files=50,
        receipts=True,
        typing=True,
        idempotent=True,
        fleeting=True,
    )

    def __init__(self, settings: Settings, line: Line) -> None:
        super().__init__(settings, line)
        self.doors = Doors(settings, line)
        self.hall = self.doors.hall
        self.tasks: set[asyncio.Task[None]] = set()
        line.on_typing(self.agent_types)
        line.on_seen(self.agent_saw)

    @classmethod
    def parse(cls, raw: Raw) -> Sequence[Heard]:
        return parse(raw)

    def external_id(self, message: MessageId, token: str | None = None) -> str:  # noqa: ARG002
        return outgoing_id(message)

    async def send(self, outgoing: Outgoing) -> Sent:
        """Push a stored message to the visitor's open tabs; a closed one sees it later."""
        if outgoing.thread is None:
            raise Rejected("This customer did not write from the web chat.")
        cloakroom = self.doors.cloakroom
        files = [
            attached(file, file.blob or sha256(file.content).hexdigest()) for file in outgoing.files
        ]
        message = render(outgoing, [cloakroom.link(file) for file in files])
        self.hall.tell(outgoing.thread, "message", message=message)
        return Sent(external_id=outgoing_id(outgoing.message_id))

    def agent_types(self, thread: str, writing: bool) -> None:
        self.hall.tell(thread, "typing", on=writing)

    def agent_saw(self, thread: str, through: MessageId) -> None:
        if thread in self.hall.rooms:
            task = asyncio.create_task(self.tell_seen(thread, through))
            self.tasks.add(task)
            task.add_done_callback(self.tasks.discard)

    async def tell_seen(self, thread: str, through: MessageId) -> None:
        with suppress(Unavailable):  # the visitor learns it with the next welcome
            await self.doors.reception.tell_seen(thread, through)

    def routes(self) -> Iterable[web.RouteDef]:
        return self.doors.routes()

    @property
    def origins(self) -> Sequence[str]:
        """The sites that may carry the widget."""
        return self.settings.origins

    def front(self) -> dict[str, Any]:
        """Return what the widget shows before anybody says a word."""
        settings = self.settings
        return {
            "title": settings.title,
            "reply_time": settings.reply_time,
            "ask_email": settings.ask_email,
            "look": settings.look,
            "max_file": settings.max_file,
        }

    async def doctor(self) -> Sequence[Check]:
        """Look whether any site may carry the widget."""
        carried = bool(self.settings.origins)
        found = ", ".join(self.settings.origins) or "only the desk itself; name sites in `origins`"
        return [Check(name="sites with this chat", fine=carried, found=found)]

    async def close(self) -> None:
        await self.doors.close()
        if self.tasks:
            await asyncio.wait(self.tasks)
