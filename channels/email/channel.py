"""Email as a channel: mails come by IMAP and leave by SMTP."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from weakref import WeakKeyDictionary

import msgspec

from channels.email import understand
from channels.email.compose import compose, own_id, recipients
from channels.email.doctor import examine
from channels.email.oauth import Grant
from channels.email.reading import Reader
from channels.email.sandbox import Sandbox
from channels.email.settings import Settings
from channels.email.smtp import Post
from channels.email.tokens import message_id
from inbox.channel import (
    Capabilities,
    Channel,
    Check,
    Exchange,
    File,
    Heard,
    Inbound,
    Line,
    Outgoing,
    Raw,
    Sent,
    attempt,
)
from inbox.errors import DeliveryError, Rejected, Unreadable
from inbox.model import Format, MessageId

# one process understands the mails of all accounts; whoever needs it next starts another
SANDBOXES: WeakKeyDictionary[asyncio.AbstractEventLoop, Sandbox] = WeakKeyDictionary()
TOO_LARGE = "[This mail is {size:.0f} MB large. Only its beginning was taken from the mailbox.]"


class Email(Channel[Settings]):
    """A mailbox."""

    kind = "email"
    capabilities = Capabilities(
        max_text=1_000_000,
        max_attachment=25 * 2**20,  # what the large providers take
        max_files=50,
        formats=(Format.PLAIN, Format.HTML),
        subject=True,
        copies=True,
    )

    def __init__(self, settings: Settings, line: Line) -> None:
        super().__init__(settings, line)
        self.grant = Grant(settings.oauth, self.keep_token) if settings.oauth else None
        self.reader = Reader(settings, line, self.grant)
        self.post = Post(settings, self.grant)

    @property
    def trouble(self) -> str | None:
        """Why mails do not come in or go out at the moment, for people."""
        return self.reader.trouble or self.post.trouble

    async def keep_token(self) -> None:
        await self.reader.keep_token()

    # ----- in

    async def listen(self) -> None:
        await self.reader.read_forever()

    @classmethod
    def parse(cls, raw: Raw) -> Sequence[Heard]:
        return remark(raw, understand.parse(raw))

    async def understand(self, raws: Sequence[Raw]) -> Sequence[Sequence[Heard] | Unreadable]:
        sandbox = SANDBOXES.setdefault(asyncio.get_running_loop(), Sandbox())
        answers = await sandbox.understand(raws)
        return [judged(raw, answer) for raw, answer in zip(raws, answers, strict=True)]

    def held(self, since: datetime) -> AsyncIterator[Raw]:
        """Return the mails of the folder since that day: IMAP knows no hours."""
        reader = Reader(self.settings, self.line, self.grant)
        return reader.held(since.date())

    # ----- out

    def external_id(self, message: MessageId, token: str | None = None) -> str:
        return message_id(self.settings.address, message, token)

    async def send(self, outgoing: Outgoing) -> Sent:
        whom = recipients(outgoing)
        outgoing = msgspec.structs.replace(
            outgoing, files=tuple([await self.loaded(file) for file in outgoing.files])
        )
        try:
            mail = await asyncio.to_thread(compose, outgoing, self.settings)
        except DeliveryError:
            raise
        except Exception as error:
            raise Rejected(f"It cannot be written as a mail ({type(error).__name__}).") from error
        refused = await self.handed_over(whom, mail)
        return Sent(external_id=own_id(outgoing, self.settings), reason=refused)

    async def handed_over(self, whom: Sequence[str], mail: bytes) -> str | None:
        """Hand over a mail, and log what the server said to it; nothing of the mail itself."""
        began, failure, answer = self.line.now(), None, None
        try:
            answer = await self.post.send(whom, mail)
        except DeliveryError as error:
            failure = str(error)
            raise
        finally:
            smtp, now = self.settings.smtp, self.line.now()
            exchange = Exchange(
                at=began,
                outward=True,
                method="SMTP",
                url=f"smtp://{smtp.host}:{smtp.usual_port}",
                request=f"A mail of {len(mail)} bytes to {len(whom)}",
                response=answer or ("" if failure else "Taken"),
                took=(now - began).total_seconds(),
                error=failure,
            )
            self.line.record(exchange)
        return answer

    async def loaded(self, file: File) -> File:
        """Return *file* with its content."""
        if file.content or not file.blob:
            return file
        pieces: AsyncIterator[bytes] = self.line.file(file.blob)
        content = b"".join([piece async for piece in pieces])
        return msgspec.structs.replace(file, content=content)

    # ----- around

    async def doctor(self) -> Sequence[Check]:
        return await examine(self.settings, self.grant, self.post)

    async def close(self) -> None:
        await self.post.close()
        if sandbox := SANDBOXES.pop(asyncio.get_running_loop(), None):
            await sandbox.close()


def judged(raw: Raw, answer: Sequence[Heard] | Unreadable) -> Sequence[Heard] | Unreadable:
    """Return what the sandbox answered, and what is known of the mail besides."""
    if isinstance(answer, Unreadable) and "refused" not in raw.headers:
        return answer
    return attempt(lambda raw: remark(raw, () if isinstance(answer, Unreadable) else answer), raw)


def remark(raw: Raw, heard: Sequence[Heard]) -> Sequence[Heard]:
    """Say of a mail that was not taken as a whole what is missing."""
    if reason := raw.headers.get("refused"):
        raise Unreadable(f"The mail server did not hand over this mail: {reason}")
    if size := raw.headers.get("cut_from"):
        return [shortened(each, int(size)) for each in heard]
    return heard


def shortened(heard: Heard, size: int) -> Heard:
    """Mark a message whose mail was cut off; the file it was cut in is of no use."""
    if not isinstance(heard, Inbound):
        return heard
    mark = TOO_LARGE.format(size=size / 2**20)
    shown = heard.visible_text
    return msgspec.structs.replace(
        heard,
        text=f"{heard.text}\n\n{mark}".lstrip(),
        visible_text=None if shown is None else f"{shown}\n\n{mark}".lstrip(),
        html=f"{heard.html}<p>{mark}</p>" if heard.html else None,
        files=heard.files[:-1],
    )
