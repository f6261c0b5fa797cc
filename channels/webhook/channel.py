"""The channel of any system that speaks signed JSON."""

from collections.abc import AsyncIterator, Iterable, Sequence
from typing import Any, ClassVar
from urllib.parse import urlsplit

import msgspec
from aiohttp import web
from msgspec.structs import replace

from channels.webhook import shapes
from channels.webhook.payloads import KIND, parse
from channels.webhook.settings import Settings
from channels.webhook.signatures import ID, is_signed, signed
from channels.wire.http import Answer, Wire, raised
from inbox.channel import (
    Amendment,
    Capabilities,
    Channel,
    Check,
    File,
    Heard,
    Inbound,
    Line,
    Outgoing,
    Profile,
    Raw,
    Reacted,
    Sent,
)
from inbox.errors import Misconfigured, Unavailable, Unreadable
from inbox.model import Address, Choices, Location, MessageId, Proof

A_WEEK = 7 * 24 * 3600
LARGEST = 1024 * 1024  #: bytes of one event


def render(outgoing: Outgoing, files: Sequence[shapes.Enclosed] = ()) -> shapes.MessageSend:
    """Write a message of ours for the other system."""
    buttons = outgoing.content.buttons if isinstance(outgoing.content, Choices) else ()
    place = outgoing.content if isinstance(outgoing.content, Location) else None
    return shapes.MessageSend(
        id=outgoing.external_id or name_of(outgoing.message_id),
        to=tuple(shapes.Recipient(kind=one.kind, id=one.value) for one in outgoing.to),
        text=outgoing.text,
        html=outgoing.html,
        subject=outgoing.subject,
        created_at=outgoing.created_at,
        thread=outgoing.thread,
        author=outgoing.author,
        automatic=outgoing.automatic,
        answers=outgoing.quotes,
        files=tuple(files),
        buttons=tuple(
            shapes.Offered(title=one.title, id=one.id or one.title, url=one.url) for one in buttons
        ),
        location=shapes.Place(
            latitude=place.latitude,
            longitude=place.longitude,
            name=place.name,
            address=place.address,
        )
        if place
        else None,
    )


def name_of(message: MessageId) -> str:
    """Return what the other system knows a message of ours by."""
    return f"parlour-{message}"


def amended(change: Amendment) -> shapes.MessageEdit | shapes.MessageDelete | shapes.MessageReact:
    """Write a change of one of our messages for the other system."""
    if change.delete:
        return shapes.MessageDelete(id=change.external_id)
    if change.emoji:
        return shapes.MessageReact(id=change.external_id, emoji=change.emoji, on=change.on)
    return shapes.MessageEdit(id=change.external_id, text=change.text or "")


def capabilities(settings: Settings) -> Capabilities:
    """Return what the other system says that it can carry."""
    return Capabilities(
        max_text=settings.max_text,
        max_attachment=settings.max_file,
        buttons=settings.buttons,
        quotes=settings.quotes,
        reactions=settings.reactions,
        edits=settings.edits,
        deletes=settings.deletes,
        receipts=settings.receipts,
        typing=True,
        idempotent=True,
    )


class Webhook(Channel[Settings]):
    kind = "webhook"
    title = "Webhook"
    webhooks: ClassVar = {"events": "Where your system posts what customers say"}

    def __init__(self, settings: Settings, line: Line) -> None:
        super().__init__(settings, line)
        self.capabilities = capabilities(settings)
        self.wire = Wire(
            line,
            covered=(settings.secret, settings.old_secret),
            timeout=settings.timeout,
            outward=not settings.private,
        )

    @classmethod
    def parse(cls, raw: Raw) -> Sequence[Heard]:
        return parse(raw)

    async def understand(self, raws: Sequence[Raw]) -> Sequence[Sequence[Heard] | Unreadable]:
        """Read events, and believe of them what the settings say."""
        answers = await super().understand(raws)
        return [
            answer if isinstance(answer, Unreadable) else [self.believed(one) for one in answer]
            for answer in answers
        ]

    def believed(self, heard: Heard) -> Heard:
        """Say whose customers these are, and how sure that is."""
        proof = Proof.VERIFIED if self.settings.vouches else Proof.HEARD
        match heard:
            case Inbound():
                return replace(heard, sender=self.own(heard.sender), proof=proof)
            case Reacted():
                return replace(heard, who=self.own(heard.who))
            case Profile():
                sure = Proof.VERIFIED if self.settings.vouches else Proof.CLAIMED
                also = tuple((address, sure) for address, _ in heard.also)
                return replace(heard, who=self.own(heard.who), proof=proof, also=also)
        return heard

    def own(self, address: Address) -> Address:
        if address.kind != KIND:
            return address
        return replace(address, kind=self.settings.identity_kind)

    # --- what the other system tells us ---------------------------------------------------
    def routes(self) -> Iterable[web.RouteDef]:
        return [web.post("/events", self.told)]

    async def told(self, request: web.Request) -> web.Response:
        """Journal one event; it is acknowledged when it is on disk."""
        body = await self.body(request)
        secrets = (self.settings.secret, self.settings.old_secret)
        if not is_signed(body, request.headers, secrets):
            raise web.HTTPUnauthorized(text="The signature does not fit, or it is too old.")
        if self.passing(body):
            return web.Response(status=204)
        try:
            await self.line.take(Raw(payload=body, key=request.headers[ID]))
        except Unavailable:
            raise web.HTTPServiceUnavailable(text="Please repeat this later.") from None
        return web.Response(status=202)

    async def body(self, request: web.Request) -> bytes:
        if (request.content_length or 0) > LARGEST:
            raise web.HTTPRequestEntityTooLarge(LARGEST, request.content_length or 0)
        return await request.read()

    def passing(self, body: bytes) -> bool:
        """Pass on that somebody is writing, which nobody stores."""
        try:
            event = TYPING.decode(body)
        except msgspec.MsgspecError:
            return False
        self.line.typing(event.thread)
        return True

    # --- what we tell the other system ----------------------------------------------------
    def external_id(self, message: MessageId, token: str | None = None) -> str:  # noqa: ARG002  # it needs no token
        return name_of(message)

    async def send(self, outgoing: Outgoing) -> Sent:
        event = render(outgoing, [self.enclosed(file) for file in outgoing.files])
        answer = await self.post(event, event.id)
        return Sent(external_id=renamed(answer) or event.id)

    async def amend(self, amendment: Amendment) -> None:
        stamp = int(self.line.now().timestamp() * 1000)
        await self.post(amended(amendment), f"{amendment.external_id}-{stamp}")

    def enclosed(self, file: File) -> shapes.Enclosed:
        """Name a stored file by a link that works for a week."""
        link = self.line.link(file.blob or "", file.name, file.media_type, seconds=A_WEEK)
        return shapes.Enclosed(name=file.name, media_type=file.media_type, url=link, size=file.size)

    async def post(self, event: shapes.Event, name: str) -> Answer:
        """Post one event under a name that makes a repeat harmless."""
        if not self.settings.send_to:
            raise Misconfigured("This account has no address in send_to for answers.")
        body = msgspec.json.encode(event)
        headers = signed(body, name=name, at=self.line.now(), secret=self.settings.secret)
        headers["Content-Type"] = "application/json"
        answer = await self.wire.call("POST", self.settings.send_to, headers=headers, data=body)
        return raised(answer)

    def fetch(self, source: str) -> AsyncIterator[bytes]:
        """Get a file from where the event said that it lies."""
        where = urlsplit(source)
        ours = {f"{where.scheme}://{where.netloc.lower()}"} if self.settings.private else ()
        return self.wire.download(source, most=self.settings.max_file, origins=ours)

    async def doctor(self) -> Sequence[Check]:
        """Say what is configured; the other system is asked only when something is sent."""
        told = Check(name="address for events", fine=True, found=self.line.url("events"))
        there = bool(self.settings.send_to)
        found = self.settings.send_to or "none: nothing can be answered; set send_to"
        return [told, Check(name="address for answers", fine=there, found=found)]

    async def close(self) -> None:
        await self.wire.close()


def renamed(answer: Answer) -> str | None:
    """Return what the other system calls our message, if it says so."""
    try:
        return TAKEN.decode(answer.body).id
    except msgspec.MsgspecError:
        return None


TYPING: msgspec.json.Decoder[Any] = msgspec.json.Decoder(shapes.Typing)
TAKEN = msgspec.json.Decoder(shapes.Taken)
