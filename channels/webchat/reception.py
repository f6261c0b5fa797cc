"""What happens with every frame a visitor's browser says."""

from functools import partial
from hashlib import sha256
from typing import Any

import msgspec

from channels.webchat.files import Cloakroom
from channels.webchat.frames import (
    Describe,
    Frames,
    Got,
    Introduce,
    Saw,
    Type,
    Write,
    encode,
    shown,
    visible,
)
from channels.webchat.guests import Guest, Hall
from channels.webchat.limits import Limit
from channels.webchat.payloads import Introduced, Noticed, Payload, Upload, Wrote, outgoing_id
from channels.webchat.settings import Settings
from channels.webchat.taking import Taker
from inbox.channel import Line, Raw, Said
from inbox.errors import Invalid
from inbox.model import Direction, MessageId
from inbox.words import clean

MOST_ATTRIBUTES = 20


class Reception:
    """Hears visitors, and keeps all tabs of one visitor in step."""

    def __init__(self, settings: Settings, line: Line, hall: Hall, cloakroom: Cloakroom) -> None:
        def limit(a_minute: float, burst: float) -> Limit:
            return Limit(a_minute, burst, lambda: line.now().timestamp())

        self.line = line
        self.hall = hall
        self.cloakroom = cloakroom
        self.taker = Taker(line)
        self.by_visitor = limit(settings.visitor_messages, settings.visitor_messages)
        self.by_address = limit(settings.address_messages, settings.address_messages)
        self.small_news = limit(120, 60)  # receipts and introductions of one visitor
        self.typing = limit(40, 3)

    async def welcome(self, guest: Guest, token: str | None) -> None:
        """Show the exchange so far; *token* is the one to come back with."""
        history = await self.history(guest.thread)
        guest.tell(
            "welcome",
            messages=[shown(said, self.cloakroom.links(said)) for said in history],
            seen=await self.line.seen(guest.thread),
            name=guest.visitor.name,
            known=guest.visitor.email is not None,
            token=token,
        )

    async def history(self, thread: str) -> list[Said]:
        account = self.line.account
        return [said for said in await self.line.history(thread) if visible(said, account)]

    async def tell_seen(self, thread: str, through: MessageId) -> None:
        """Tell the visitor that somebody has read what they wrote."""
        mine = [
            said.message.client_id
            for said in await self.history(thread)
            if said.message.direction is Direction.IN and said.message.id <= through
        ]
        self.hall.tell(thread, "seen", id=through, client_ids=mine)

    async def hear(self, guest: Guest, frame: Frames) -> None:
        match frame:
            case Write():
                self.write(guest, frame)
            case Type():
                if not self.typing.take(guest.thread):
                    self.line.typing(guest.thread)
            case Describe():
                values = {clean(name): cleaned(value) for name, value in frame.values.items()}
                guest.page.attributes = dict(
                    [*(guest.page.attributes | values).items()][-MOST_ATTRIBUTES:]
                )
            case Introduce():
                self.introduce(guest, frame)
            case Got() | Saw():
                await self.notice(guest, frame)

    def write(self, guest: Guest, frame: Write) -> None:
        """Journal a message; the browser hears that it is stored once it is on disk."""
        wait = self.by_visitor.take(guest.thread) or self.by_address.take(guest.address)
        if wait:
            refuse(guest, frame, "That was a lot at once; it goes out in a moment.", again=wait)
            return
        try:
            uploads = self.cloakroom.given(guest.thread, frame.files)
            wrote = self.wrote(guest, frame, uploads)
        except Invalid as error:
            refuse(guest, frame, str(error))
            return
        about = guest.page.attributes
        answer = self.taker.take(*self.introduction(guest), raw(wrote, frame.client_id))
        guest.storing.add(answer)
        answer.add_done_callback(guest.storing.discard)
        answer.add_done_callback(partial(self.answer, guest, wrote, about))

    def wrote(self, guest: Guest, frame: Write, uploads: tuple[Upload, ...]) -> Wrote:
        text = clean(frame.text).strip()
        if not (text or uploads):
            raise Invalid("An empty message says nothing.")
        return Wrote(
            thread=guest.thread,
            client_id=frame.client_id,
            at=self.line.now(),
            text=text,
            name=guest.visitor.name,
            proven=guest.visitor.proven,
            files=uploads,
        )

    def answer(self, guest: Guest, wrote: Wrote, about: dict[str, Any], stored: Any) -> None:
        """Acknowledge what is on disk, and show it in the visitor's other tabs."""
        if stored.cancelled():
            return
        if reason := stored.result():
            guest.tell("refused", client_id=wrote.client_id, reason=reason, again=5)
            return
        guest.page.introduced = True
        if guest.page.attributes is about:
            guest.page.attributes = {}
        guest.tell("stored", client_id=wrote.client_id)
        message = {
            "id": None,
            "mine": True,
            "client_id": wrote.client_id,
            "text": wrote.text,
            "at": wrote.at,
            "files": [self.cloakroom.link(upload) for upload in wrote.files],
        }
        self.hall.tell(wrote.thread, "message", but=guest, message=message)

    def introduction(self, guest: Guest) -> list[Raw]:
        """Return what the desk should know of a visitor before it reads what they write."""
        visitor = guest.visitor
        proven = visitor.proven and not guest.page.introduced
        if not (proven or guest.page.attributes):
            return []
        user = {"user_id": visitor.user} if proven else {}
        said = Introduced(
            thread=guest.thread,
            name=visitor.name if proven else None,
            email=visitor.email if proven else None,
            proven=proven,
            attributes=guest.page.attributes | user,
        )
        return [raw(said, digest(said))]

    def introduce(self, guest: Guest, frame: Introduce) -> None:
        """Take the visitor's own word, which proves nothing."""
        if self.small_news.take(guest.thread):
            return
        said = Introduced(
            thread=guest.thread,
            name=clean(frame.name).strip() or None if frame.name else None,
            email=clean(frame.email) if frame.email else None,
        )
        self.taker.take(raw(said, digest(said)))

    async def notice(self, guest: Guest, frame: Got | Saw) -> None:
        """Pass a receipt on, if the message is one this visitor was shown."""
        if self.small_news.take(guest.thread):
            return
        found = await self.line.history(guest.thread, after=MessageId(frame.id - 1), limit=1)
        if not found or found[0].message.id != frame.id or not ours(found[0], self.line):
            guest.tell("error", reason="There is no such message in this chat.")
            return
        noticed = Noticed(
            thread=guest.thread, external_id=outgoing_id(frame.id), seen=isinstance(frame, Saw)
        )
        self.taker.take(raw(noticed, f"{'seen' if noticed.seen else 'got'}-{frame.id}"))


def cleaned(value: str | float | bool | None) -> str | float | bool | None:
    return clean(value) if isinstance(value, str) else value


def ours(said: Said, line: Line) -> bool:
    return said.message.direction is Direction.OUT and visible(said, line.account)


def refuse(guest: Guest, frame: Write, reason: str, again: float | None = None) -> None:
    """Say no, and when to try again; without that the message stays as it is."""
    guest.strikes += 1
    guest.tell("refused", client_id=frame.client_id, reason=reason, again=again)


def raw(payload: Payload, key: str) -> Raw:
    return Raw(payload=msgspec.json.encode(payload), key=f"{payload.thread}/{key}")


def digest(payload: Payload) -> str:
    """Name what was said by its content, so that saying it again changes nothing."""
    return f"profile-{sha256(encode(payload)).hexdigest()[:32]}"
