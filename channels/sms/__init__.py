"""Text messages, with pictures and receipts, over Twilio.

What they cost is counted before they leave: a day's limit holds them until tomorrow. What
customers answer finds its way by both numbers, so that they are answered from the one they
wrote to.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from typing import Any

from msgspec.structs import replace

from channels.sms.segments import segments
from channels.sms.settings import Settings
from channels.wire.consent import START, STOP
from channels.wire.texter import Texter, pointed
from channels.wire.texting import PHONE, read
from inbox.channel import Capabilities, Check, Heard, Line, Outgoing, Raw, Segments, Sent
from inbox.errors import Misconfigured, Rejected, TryLater
from inbox.model import Location, Proof

__all__ = ["SMS", "Settings", "parse", "render"]

MAX_TEXT = 1600  #: characters Twilio takes in one message
CARRIED = ("image/jpeg", "image/png", "image/gif")
ANONYMOUS = "It left under a name instead of a number, so the customer cannot answer it."


def parse(raw: Raw) -> Sequence[Heard]:
    """Read a message or a receipt. Raises `Unreadable`."""
    return read(raw, prefix="", proof=Proof.HEARD)


def render(outgoing: Outgoing, links: Sequence[str] = ()) -> dict[str, Any]:
    """Write a message of ours for Twilio."""
    text = outgoing.text
    if isinstance(outgoing.content, Location):
        text = "\n".join(part for part in (text, on_the_map(outgoing.content)) if part)
    return {
        **({"body": text} if text else {}),
        **({"media_url": list(links)} if links else {}),
    }


def on_the_map(where: Location) -> str:
    """Write a place as a line of text that opens a map."""
    named = ", ".join(part for part in (where.name, where.address) if part)
    point = f"{where.latitude:.6f},{where.longitude:.6f}"
    return f"{named} https://maps.google.com/?q={point}".strip()


class SMS(Texter[Settings]):
    kind = "sms"
    title = "SMS"
    capabilities = Capabilities(max_text=MAX_TEXT, receipts=True)

    def __init__(self, settings: Settings, line: Line) -> None:
        super().__init__(settings, line)
        self.trouble: str | None = None  #: shown beside the account
        size = settings.max_file if settings.mms else 0
        self.capabilities = Capabilities(
            max_text=MAX_TEXT,
            max_attachment=size,
            attachments=dict.fromkeys(CARRIED, size) if size else {},
            receipts=True,
            opt_out=(*sorted(STOP), *settings.opt_out_words),
            opt_in=(*sorted(START), *settings.opt_in_words),
            segments=Segments(price=settings.segment_price or None, currency=settings.currency),
        )

    @classmethod
    def parse(cls, raw: Raw) -> Sequence[Heard]:
        return parse(raw)

    async def send(self, outgoing: Outgoing) -> Sent:
        """Send a text, counted before it leaves: a crash never spends more."""
        text = render(outgoing).get("body", "")
        pieces = segments(text, smart=self.settings.smart_encoding)
        await self.spend(pieces)
        try:
            sent = await super().send(outgoing)
        except (TryLater, Rejected, Misconfigured):
            await self.spend(-pieces)
            raise
        return sent if sent.reason or self.can_be_answered else replace(sent, reason=ANONYMOUS)

    @property
    def can_be_answered(self) -> bool:
        numbers = self.settings.numbers
        return not numbers or any(map(PHONE.fullmatch, numbers))

    async def compose(self, outgoing: Outgoing) -> dict[str, Any]:
        """Return what Twilio is asked for, if this number may be written to."""
        from channels.sms.numbers import objection

        settings = self.settings
        asked = {**self.addressed(outgoing), **render(outgoing, self.links(outgoing))}
        refusal = objection(asked["to"], countries=settings.countries, premium=settings.premium)
        if refusal:
            raise Rejected(refusal)
        return {**asked, "smart_encoded": settings.smart_encoding}

    async def spend(self, pieces: int) -> None:
        """Add to what was sent today, or raise `TryLater` until tomorrow."""
        most = self.settings.pieces_a_day
        if most is None:
            return
        now = self.line.now()
        async with self.pen:
            notes = await self.notes()
            before = notes.pieces if notes.day == str(now.date()) else 0
            self.trouble = self.overspent if pieces > 0 and before + pieces > most else None
            if self.trouble:
                raise TryLater(self.trouble, after=until_tomorrow(now))
            await self.write(replace(notes, day=str(now.date()), pieces=max(0, before + pieces)))

    @property
    def overspent(self) -> str:
        settings = self.settings
        return (
            f"Today's limit of {settings.spend_a_day} {settings.currency} is spent; texts wait "
            "until tomorrow (UTC)."
        )

    async def check_webhooks(self) -> Sequence[Check]:
        """Look where Twilio sends what comes in for each number, or for the service."""
        told = self.line.url("messages")
        checks = []
        if service := self.settings.messaging_service_sid:
            found = await self.twilio.client.messaging.v1.services(service).fetch_async()
            if not found.use_inbound_webhook_on_number:
                checks.append(pointed(found.friendly_name, found.inbound_request_url, told))
        for number in self.settings.numbers:
            checks += await self.check_number(number, told, by_service=bool(checks))
        return checks

    async def check_number(self, number: str, told: str, *, by_service: bool) -> list[Check]:
        if not PHONE.fullmatch(number):
            named = "It is a name or a short number; names cannot be answered."
            return [Check(name=number, fine=True, found=named)]
        listed = await self.twilio.client.incoming_phone_numbers.list_async(
            phone_number=number, limit=1
        )
        if not listed:
            missing = "It does not belong to this Twilio account."
            return [Check(name=number, fine=False, found=missing)]
        checks = [] if by_service else [pointed(number, listed[0].sms_url, told)]
        if number.startswith("+1") and not self.settings.messaging_service_sid:
            hint = (
                "Texts to the US need a registered A2P 10DLC campaign, whose messaging service "
                "is set here as messaging_service_sid; else carriers refuse them (error 30034)."
            )
            checks.append(Check(name=f"{number} in the US", fine=False, found=hint))
        return checks


def until_tomorrow(now: datetime) -> float:
    """Return the seconds until the next day begins (UTC)."""
    tomorrow = datetime.combine(now.astimezone(UTC).date() + timedelta(days=1), time(), UTC)
    return (tomorrow - now).total_seconds()
