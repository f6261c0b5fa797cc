"""What Twilio tells is journalled before it is answered; so is what the desk decides."""

import asyncio
from collections.abc import Mapping
from urllib.parse import urlencode

from channels.wire.twilio import fields
from inbox.channel import Line, Raw
from inbox.errors import Unavailable

PATIENCE = 8.0  #: seconds; Twilio hangs up on a caller whom nobody answers for after 15
Form = Mapping[str, str]

#: What makes one hand-over different from another of its kind: fields of the form, and of
#: our own address.
KEYS: Mapping[str, tuple[str, ...]] = {
    "voice": ("CallSid",),
    "menu": ("CallSid", "step"),
    "wait": ("CallSid", "n", "QueueTime", "turn"),
    "asked": ("CallSid", "n", "turn", "Digits"),
    "left": ("CallSid", "n"),
    "voicemail": ("CallSid", "RecordingSid", "RecordingUrl"),
    "recording": ("RecordingSid", "RecordingStatus"),
    "transcript": ("TranscriptionSid", "RecordingSid"),
    "status": ("CallSid", "CallStatus"),
    "agent": ("CallSid",),
    "accept": ("CallSid",),
    "conference": ("ConferenceSid", "SequenceNumber"),
    "fallback": ("CallSid",),
    "over": ("CallSid",),
}


class Journal:
    def __init__(self, line: Line, *, patience: float = PATIENCE) -> None:
        self.line = line
        self.patience = patience

    async def take(self, hook: str, body: bytes, told: Form) -> None:
        """Journal what came to *hook*. Raises `Unavailable` when that takes too long."""
        taking = asyncio.ensure_future(self.line.take(self.raw(hook, body, told)))
        done, _ = await asyncio.wait({taking}, timeout=self.patience)
        if not done:
            taking.add_done_callback(forgive)
            raise Unavailable
        taking.result()

    def raw(self, hook: str, body: bytes, told: Form) -> Raw:
        return raw(hook, body, told, at=self.line.now().isoformat())

    async def note(self, event: str, call: str, **facts: str) -> None:
        """Journal what the desk itself decided about a call."""
        body = urlencode({"CallSid": call, **facts}).encode()
        await self.line.take(self.raw(event, body, {"call": call}))


def raw(hook: str, body: bytes, told: Form, *, at: str) -> Raw:
    """Return a payload as it is journalled; the same one again has the same key."""
    known = {**fields(body), **told}
    parts = (known.get(name, "") for name in KEYS[hook])
    return Raw(
        payload=body,
        key=f"{hook}:{':'.join(parts)}",
        headers={**told, "hook": hook, "at": at},
    )


def forgive(taking: "asyncio.Future[None]") -> None:
    """Take note of how it ended; the caller has been told something else long ago."""
    if not taking.cancelled():
        taking.exception()
