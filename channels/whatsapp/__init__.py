"""WhatsApp over Twilio.

Within a day of the customer's last message everything may be said; later only what WhatsApp
approved before. Buttons are real where the account permits, and Twilio passes on which one
was pressed, what a message answers, and whether it was read.
"""

from collections.abc import Sequence
from typing import Any

import msgspec
from msgspec.structs import replace

from channels.whatsapp.contents import LISTED, TITLE, Contents
from channels.whatsapp.settings import Settings
from channels.wire.consent import START, STOP
from channels.wire.degrade import numbered
from channels.wire.texter import Texter, pointed
from channels.wire.texting import read
from inbox.channel import Capabilities, Check, Heard, Line, Outgoing, Raw, Sent, Template
from inbox.errors import Rejected
from inbox.model import Choices, Location, Proof, Templated

__all__ = ["Settings", "WhatsApp", "parse", "render"]

PREFIX = "whatsapp:"
MAX_TEXT = 1600  #: characters Twilio takes in one message
MAX_BUTTONS_TEXT = 1024  #: characters above buttons
DAY = 86_400.0
SMALL = 5 * 2**20  #: bytes of a picture, as WhatsApp takes it


def parse(raw: Raw) -> Sequence[Heard]:
    """Read a message or a receipt. Raises `Unreadable`."""
    return read(raw, prefix=PREFIX, proof=Proof.VERIFIED)


def render(
    outgoing: Outgoing, links: Sequence[str] = (), content_sid: str | None = None
) -> dict[str, Any]:
    """Write a message of ours for Twilio; *content_sid* is that of its buttons."""
    match outgoing.content:
        case Templated(name=name, variables=variables):
            return template(name, variables)
        case Choices() if content_sid:
            return template(content_sid, {"1": outgoing.text})
        case Location() as where:
            return {"body": outgoing.text or label(where), "persistent_action": [point(where)]}
    return {
        **({"body": outgoing.text} if outgoing.text else {}),
        **({"media_url": list(links)} if links else {}),
    }


def template(name: str, variables: dict[str, str]) -> dict[str, Any]:
    filled = msgspec.json.encode(variables).decode()
    return {"content_sid": name, **({"content_variables": filled} if variables else {})}


def label(where: Location) -> str:
    return ", ".join(part for part in (where.name, where.address) if part) or "📍"


def point(where: Location) -> str:
    """Write a place as WhatsApp takes it: a geo URI with a label (RFC 5870)."""
    named = label(where).replace("|", " ")
    return f"geo:{where.latitude:.6f},{where.longitude:.6f}|{named}"


class WhatsApp(Texter[Settings]):
    kind = "whatsapp"
    title = "WhatsApp"
    prefix = PREFIX
    proof = Proof.VERIFIED
    webhooks = {
        "messages": "Messaging → Senders → WhatsApp senders → Webhook for incoming messages (POST)"
    }
    capabilities = Capabilities(max_text=MAX_TEXT, receipts=True, window=DAY, templates=True)

    def __init__(self, settings: Settings, line: Line) -> None:
        super().__init__(settings, line)
        self.contents = Contents(self.twilio)
        size = settings.max_file
        self.capabilities = Capabilities(
            max_text=MAX_TEXT,
            max_attachment=size,
            attachments={
                "image/jpeg": min(size, SMALL),
                "image/png": min(size, SMALL),
                "image/webp": min(size, SMALL),
                "audio/*": size,
                "video/mp4": size,
                "application/pdf": size,
                "application/msword": size,
                "application/vnd.*": size,
                "text/vcard": size,
            },
            max_files=1,
            buttons=LISTED if settings.buttons else 0,
            button_title=TITLE,
            receipts=True,
            window=DAY,
            templates=True,
            opt_out=(*sorted(STOP), *settings.opt_out_words),
            opt_in=(*sorted(START), *settings.opt_in_words),
        )

    @classmethod
    def parse(cls, raw: Raw) -> Sequence[Heard]:
        return parse(raw)

    async def send(self, outgoing: Outgoing) -> Sent:
        try:
            return await super().send(outgoing)
        except Rejected:
            self.contents.known = None  # somebody may have deleted ours; look again next time
            raise

    async def compose(self, outgoing: Outgoing) -> dict[str, Any]:
        content = outgoing.content
        if isinstance(content, Choices) and any(button.url for button in content.buttons):
            text = numbered(outgoing.text, content)  # these would have to be approved first
            outgoing = replace(outgoing, text=text, content=None)
        elif isinstance(content, Choices):
            sid = await self.contents.sid(content)
            return {**self.addressed(outgoing), **render(outgoing, content_sid=sid)}
        return {**self.addressed(outgoing), **render(outgoing, self.links(outgoing))}

    async def templates(self) -> Sequence[Template]:
        return await self.contents.approved()

    async def check_webhooks(self) -> Sequence[Check]:
        """Look where Twilio sends what comes in for each sender, and for templates."""
        told = self.line.url("messages")
        senders = await self.twilio.client.messaging.v2.channels_senders.list_async(
            channel="whatsapp", page_size=100
        )
        addresses = {str(one.sender_id): one for one in senders}
        checks = [
            check_sender(number, addresses.get(f"{PREFIX}{number}"), told)
            for number in self.settings.numbers
        ]
        approved = len(await self.contents.approved())
        found = f"{approved} approved; only these reach somebody after a day of silence."
        return [*checks, Check(name="templates", fine=bool(approved), found=found)]


def check_sender(number: str, sender: Any, told: str) -> Check:
    """Say whether a sender is online and where Twilio sends what it hears."""
    if sender is None:
        missing = "It is no WhatsApp sender of this Twilio account (the sandbox is none, either)."
        return Check(name=number, fine=False, found=missing)
    if str(sender.status).upper() != "ONLINE":
        return Check(name=number, fine=False, found=f"WhatsApp calls it {sender.status}.")
    return pointed(number, webhook_of(sender), told)


def webhook_of(sender: Any) -> str | None:
    webhook = sender.webhook
    found = webhook.get("callback_url") if isinstance(webhook, dict) else webhook.callback_url
    return found or None
