"""A channel of messages through Twilio: what sending and hearing have in common."""

import asyncio
from abc import abstractmethod
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, ClassVar, Protocol, TypeVar

import msgspec
import structlog
from aiohttp import web
from msgspec.structs import replace

from channels.wire.consent import asks_for_help, consent
from channels.wire.texting import ARRIVED, DELIVERIES, ends, read
from channels.wire.twilio import EMPTY, Credentials, Twilio, explained, fields
from inbox.channel import Channel, Check, Heard, Inbound, Line, Outgoing, Raw, Sent
from inbox.errors import DeliveryError, Rejected, Unreadable
from inbox.model import Delivery, Proof, Value

OVERLAP = timedelta(minutes=10)  # what was on its way when we last asked
BACK = timedelta(days=1)  # how far the first look goes
CLOCKS = timedelta(minutes=2)  # by which Twilio's clock may differ from ours
WEBHOOKS_TAKE = timedelta(minutes=3)  # until then the form may come, and it says more
PAGE = 200
MOST_HELD = 50_000  #: messages taken from one list
MOST_ALIKE = 1000  #: messages to one number among which one is looked for

log = structlog.get_logger()


class Settings(Credentials, Protocol):
    """What every account of messages at Twilio is told."""

    @property
    def numbers(self) -> tuple[str, ...]: ...
    @property
    def messaging_service_sid(self) -> str: ...
    @property
    def poll_minutes(self) -> float: ...
    @property
    def opt_out_words(self) -> tuple[str, ...]: ...
    @property
    def opt_in_words(self) -> tuple[str, ...]: ...
    @property
    def help_words(self) -> tuple[str, ...]: ...
    @property
    def help_text(self) -> str: ...
    @property
    def max_file(self) -> int: ...


class Notes(Value):
    """What an account remembers from one day to the next; its cursor."""

    looked_at: datetime | None = None  #: until when Twilio was asked what it holds
    day: str = ""  #: of the count
    pieces: int = 0  #: sent on that day


S = TypeVar("S", bound=Value)


class Texter(Channel[S]):
    """Messages through Twilio; a subclass says what they are called and what one looks like."""

    settings: Any  # of a subclass's own type, with at least what `Settings` has
    address_kind: ClassVar[str] = "phone"
    prefix: ClassVar[str] = ""  #: before every number, as Twilio writes it
    proof: ClassVar[Proof] = Proof.HEARD
    webhooks: ClassVar[Mapping[str, str]] = {
        "messages": "Number or messaging service → A message comes in → Webhook (HTTP POST)"
    }

    def __init__(self, settings: Any, line: Line) -> None:
        super().__init__(settings, line)
        self.twilio = Twilio(settings, line)
        self.pen = asyncio.Lock()  #: held by whoever writes in the notes

    # --- what comes in ----------------------------------------------------------------------
    @classmethod
    def parse(cls, raw: Raw) -> Sequence[Heard]:
        return read(raw, prefix=cls.prefix, proof=cls.proof)

    async def understand(self, raws: Sequence[Raw]) -> Sequence[Sequence[Heard] | Unreadable]:
        """Read many payloads; the desk's own words for stopping count, too."""
        answers = await super().understand(raws)
        return [
            answer if isinstance(answer, Unreadable) else [self.weighed(one) for one in answer]
            for answer in answers
        ]

    def weighed(self, heard: Heard) -> Heard:
        if not isinstance(heard, Inbound) or heard.from_us or heard.consent is not None:
            return heard
        settings = self.settings
        said = consent(heard.text, out=settings.opt_out_words, back=settings.opt_in_words)
        return heard if said is None else replace(heard, consent=said)

    def routes(self) -> Iterable[web.RouteDef]:
        return [
            self.twilio.hook("messages", self.hear),
            self.twilio.hook("receipts", self.note),
        ]

    async def hear(self, _: web.Request, body: bytes) -> web.Response:
        """Take a customer's message; it is answered at once only where help was asked for."""
        form = fields(body)
        sid = form.get("MessageSid") or form.get("SmsSid")
        answer = self.help_for(form)
        if answer and sid and await self.line.known([sid]):
            answer = ""  # Twilio repeats itself; once is enough for us
        await self.line.take(Raw(payload=body, key=sid))
        return twiml(answer)

    def help_for(self, form: Mapping[str, str]) -> str:
        """Return what a call for help is answered with; Twilio itself answers some."""
        told = form.get("OptOutType", "")
        words = self.settings.help_words
        asked = not told and asks_for_help(form.get("Body", ""), words=words)
        return self.settings.help_text if asked else ""

    async def note(self, request: web.Request, body: bytes) -> web.Response:
        """Take news of a message that we sent."""
        form = fields(body)
        sid, status = form.get("MessageSid") or form.get("SmsSid"), form.get("MessageStatus")
        message = request.query.get("message")
        raw = Raw(
            payload=body,
            key=f"{sid}:{status}" if sid and status else None,
            headers={"message": message} if message else {},
        )
        await self.line.take(raw)
        return web.Response(status=204)

    def fetch(self, source: str) -> AsyncIterator[bytes]:
        twilio = self.twilio
        most = self.settings.max_file
        return twilio.wire.download(
            source, most=most, origins=twilio.origins, auth=twilio.signed_in
        )

    # --- what goes out ----------------------------------------------------------------------
    async def send(self, outgoing: Outgoing) -> Sent:
        """Hand a message to Twilio; news of it will name our own message."""
        asked = await self.compose(outgoing)
        news = self.line.url(f"receipts?message={outgoing.message_id}")
        if news.startswith("http"):  # else the desk has no public address; we ask for news
            asked["status_callback"] = news
        return acknowledged(await self.twilio.client.messages.create_async(**asked))

    @abstractmethod
    async def compose(self, outgoing: Outgoing) -> dict[str, Any]:
        """Return what Twilio is asked for. Raises a `DeliveryError`."""

    def addressed(self, outgoing: Outgoing) -> dict[str, str]:
        """Return whom it goes to, and from which of our numbers."""
        if len(outgoing.to) != 1:
            raise Rejected("A message goes to one number.")
        written_to = ends(outgoing.thread)[1]
        ours = self.settings.numbers
        sender = written_to if written_to in ours else next(iter(ours), written_to)
        service = self.settings.messaging_service_sid
        if service and written_to not in ours:
            sender = ""  # the service knows best which of its numbers reaches somebody
        return {
            "to": f"{self.prefix}{outgoing.to[0].value}",
            **({"from_": f"{self.prefix}{sender}"} if sender else {}),
            **({"messaging_service_sid": service} if service else {}),
        }

    def links(self, outgoing: Outgoing) -> list[str]:
        """Return where Twilio finds the files of a message."""
        return [
            self.line.link(file.blob or "", file.name, file.media_type, seconds=86_400)
            for file in outgoing.files
        ]

    async def find(self, outgoing: Outgoing) -> Sent | None:
        """Look among what Twilio sent to this number for a message that broke off."""
        asked = await self.compose(outgoing)
        since = outgoing.created_at - CLOCKS
        listed = await self.listed(since, to=asked["to"], limit=MOST_ALIKE)
        alike = [
            message
            for message in listed
            if str(message.direction).startswith("outbound") and is_same(message, asked, since)
        ]
        known = await self.line.known([str(message.sid) for message in alike])
        unknown = [message for message in alike if message.sid not in known]
        oldest = min(unknown, key=created, default=None)
        return acknowledged(oldest) if oldest else None

    # --- what a lost webhook hid ------------------------------------------------------------
    async def held(self, since: datetime) -> AsyncIterator[Raw]:
        """Return what Twilio lists since then, the oldest first: messages and their fates.

        What came just now is left to its webhook, which knows more: names, buttons, places.
        """
        fresh = self.line.now() - WEBHOOKS_TAKE
        listed = await self.listed(since)
        for message in reversed(listed):
            came = message.date_created if message.status in ARRIVED else None
            waits = came and came > fresh
            if self.is_ours(message) and not waits:
                yield await self.as_raw(message)

    async def listed(
        self, since: datetime, *, limit: int = MOST_HELD, **asked: str
    ) -> Sequence[Any]:
        """Return what Twilio lists since then, the newest first."""
        found: Sequence[Any] = await self.twilio.client.messages.list_async(
            date_sent_after=since, page_size=PAGE, limit=limit, **asked
        )
        return found

    def is_ours(self, message: Any) -> bool:
        """Tell whether a message went to or from a number of this account."""
        inward = str(message.direction).startswith("inbound")
        ours = str((message.to if inward else message.from_) or "")
        service = self.settings.messaging_service_sid
        if ours.startswith("whatsapp:") != bool(self.prefix):
            return False
        if ours.removeprefix(self.prefix) in self.settings.numbers:
            return True
        return bool(service) and message.messaging_service_sid == service

    async def as_raw(self, message: Any) -> Raw:
        """Return a listed message as it would have been handed over."""
        files = []
        if int(message.num_media or 0) and message.status in ARRIVED:
            files = await self.twilio.client.messages(message.sid).media.list_async(limit=10)
        told = {
            "sid": message.sid,
            "from": message.from_,
            "to": message.to,
            "body": message.body,
            "status": message.status,
            "direction": message.direction,
            "error_code": message.error_code,
            "date_sent": message.date_sent and message.date_sent.strftime(RFC_2822),
            "media": [
                {"url": self.media(message.sid, file.sid), "content_type": file.content_type}
                for file in files
            ],
        }
        inward = message.status in ARRIVED
        key = message.sid if inward else f"{message.sid}:{message.status}"
        return Raw(payload=msgspec.json.encode(told), key=key)

    def media(self, message: str, file: str) -> str:
        account = self.settings.account_sid
        path = f"/2010-04-01/Accounts/{account}/Messages/{message}/Media/{file}"
        return self.twilio.at(f"https://api.twilio.com{path}")

    async def listen(self) -> None:
        """Ask Twilio now and then what it holds, in case a webhook was lost."""
        while True:
            try:
                await self.look()
            except DeliveryError as error:
                log.info("twilio_not_asked", account=self.line.account, error=type(error).__name__)
            await asyncio.sleep(self.settings.poll_minutes * 60)

    async def look(self) -> int:
        """Take what Twilio holds and we may not; returns how much that was."""
        now = self.line.now()
        notes = await self.notes()
        since = (notes.looked_at or now - BACK) - OVERLAP
        raws = [raw async for raw in self.held(since)]
        if raws:
            await self.line.take(*raws)
        async with self.pen:
            await self.write(replace(await self.notes(), looked_at=now))
        return len(raws)

    async def notes(self) -> Notes:
        try:
            return msgspec.json.decode(await self.line.cursor() or "{}", type=Notes)
        except msgspec.MsgspecError:
            return Notes()

    async def write(self, notes: Notes) -> None:
        await self.line.keep(msgspec.json.encode(notes).decode())

    # --- whether it works -------------------------------------------------------------------
    async def doctor(self) -> Sequence[Check]:
        """Look whether Twilio lets us in, and whether it knows where to find us."""
        checks = [await self.twilio.check_account()]
        if not self.line.url().startswith("https://"):
            unset = "Twilio calls https addresses only; set public_url to the desk's own."
            checks.append(Check(name="public address", fine=False, found=unset))
        elif checks[0].fine:
            try:
                checks += await self.check_webhooks()
            except DeliveryError as error:
                checks.append(Check(name="webhooks", fine=False, found=str(error)))
        return checks

    @abstractmethod
    async def check_webhooks(self) -> Sequence[Check]:
        """Look whether Twilio calls us for these numbers. Raises a `DeliveryError`."""

    async def close(self) -> None:
        await self.twilio.close()


RFC_2822 = "%a, %d %b %Y %H:%M:%S +0000"


def acknowledged(message: Any) -> Sent:
    """Return what Twilio says of a message it took."""
    delivery = DELIVERIES.get(str(message.status), Delivery.SENT)
    code = message.error_code if delivery is Delivery.FAILED else None
    return Sent(
        external_id=str(message.sid),
        delivery=delivery,
        reason=explained(int(code)) if code else None,
    )


def created(message: Any) -> datetime:
    when: datetime = message.date_created
    return when


def is_same(message: Any, asked: Mapping[str, Any], since: datetime) -> bool:
    """Tell whether a listed message may be the one that was *asked* for."""
    if not message.date_created or message.date_created < since:
        return False
    if "content_sid" in asked:
        return True  # what its blanks made of it only Twilio knows
    alike = (message.body or "").split() == asked.get("body", "").split()
    return alike and int(message.num_media or 0) == len(asked.get("media_url", ()))


def pointed(name: str, found: str | None, told: str) -> Check:
    """Say whether *found* is the address that Twilio should call."""
    if found == told:
        return Check(name=name, fine=True, found=f"Twilio calls {told}.")
    instead = f"Twilio calls {found}" if found else "Twilio calls nobody"
    return Check(name=name, fine=False, found=f"{instead}; it should call {told}.")


def twiml(text: str) -> web.Response:
    """Answer Twilio with a message to send, or with nothing to do."""
    if not text:
        return web.Response(text=EMPTY, content_type="text/xml")
    from twilio.twiml.messaging_response import MessagingResponse

    response = MessagingResponse()
    response.message(text)
    return web.Response(text=str(response), content_type="text/xml")
