"""A line that keeps its exchange on paper, for tests of the channel alone."""

import hashlib
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import UTC, datetime

from channels.webchat import WebChat
from inbox.channel import Inbound, Outgoing, Profile, Raw, Receipt, Said
from inbox.errors import Unavailable
from inbox.model import (
    AccountId,
    Attachment,
    AttachmentId,
    Conversation,
    ConversationId,
    CustomerId,
    Delivery,
    Direction,
    Message,
    MessageId,
)
from inbox.signing import Signer


class Paper:
    """Stands in for the desk: what is taken is understood at once and written down."""

    def __init__(self, account: int = 1) -> None:
        self.account = AccountId(account)
        self.clock = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
        self.signer = Signer([b"k" * 32], clock=self.now)
        self.raws: list[Raw] = []
        self.batches: list[int] = []
        self.profiles: list[Profile] = []
        self.receipts: list[Receipt] = []
        self.threads: dict[str, list[Said]] = {}
        self.blobs: dict[str, bytes] = {}
        self.typed: list[str] = []
        self.read: dict[str, MessageId] = {}
        self.full = False
        self.away = False
        self.count = 0
        self.typing_listeners: list[Callable[[str, bool], None]] = []
        self.seen_listeners: list[Callable[[str, MessageId], None]] = []

    def now(self) -> datetime:
        return self.clock

    async def take(self, *raws: Raw, cursor: str | None = None) -> None:
        if self.full:
            raise Unavailable
        self.batches.append(len(raws))
        for raw in raws:
            if any(raw.key == known.key for known in self.raws):
                continue
            self.raws.append(raw)
            for heard in WebChat.parse(raw):
                self.hear(heard)

    def hear(self, heard: object) -> None:
        match heard:
            case Inbound():
                self.write_down(heard.thread or "", heard)
            case Profile():
                self.profiles.append(heard)
            case Receipt():
                self.receipts.append(heard)

    def write_down(self, thread: str, heard: Inbound | Outgoing, author: str | None = None) -> Said:
        self.count += 1
        came = isinstance(heard, Inbound)
        message = Message(
            id=MessageId(self.count),
            conversation_id=ConversationId(1),
            customer_id=CustomerId(1),
            direction=Direction.IN if came else Direction.OUT,
            created_at=self.now(),
            text=heard.text,
            account_id=self.account,
            delivery=None if came else Delivery.SENDING,
            client_id=heard.client_id if came else None,
        )
        files = tuple(
            Attachment(
                id=AttachmentId(at),
                message_id=message.id,
                name=file.name,
                media_type=file.media_type,
                size=file.size,
                blob=file.blob or "",
            )
            for at, file in enumerate(heard.files, 1)
        )
        said = Said(message=message, author=author, files=files)
        self.threads.setdefault(thread, []).append(said)
        return said

    async def history(
        self, thread: str, *, after: MessageId | None = None, limit: int = 50
    ) -> Sequence[Said]:
        if self.away:
            raise Unavailable
        found = [said for said in self.threads.get(thread, []) if said.message.id > (after or 0)]
        return found[:limit] if after else found[-limit:]

    async def seen(self, thread: str) -> MessageId | None:
        return self.read.get(thread)

    async def store_file(self, content: bytes) -> str:
        name = hashlib.sha256(content).hexdigest()
        self.blobs[name] = content
        return name

    async def file(self, blob: str) -> AsyncIterator[bytes]:
        yield self.blobs[blob]

    def typing(self, thread: str, text: str | None = None) -> None:
        self.typed.append(thread)

    def on_typing(self, listener: Callable[[str, bool], None]) -> None:
        self.typing_listeners.append(listener)

    def on_seen(self, listener: Callable[[str, MessageId], None]) -> None:
        self.seen_listeners.append(listener)

    def sign(self, purpose: str, value: str, *, seconds: int) -> str:
        return self.signer.sign(purpose, value, seconds=seconds)

    def check(self, purpose: str, token: str) -> str | None:
        return self.signer.check(purpose, token)

    async def conversation(self, thread: str) -> Conversation | None:
        return None

    async def answer(
        self, channel: WebChat, thread: str, text: str, *, author: str = "Ivo"
    ) -> Said:
        """Say something as an agent: it is written down before it is sent."""
        draft = Outgoing(
            message_id=MessageId(self.count + 1),
            conversation_id=ConversationId(1),
            to=(),
            text=text,
            created_at=self.now(),
            thread=thread,
            author=author,
        )
        said = self.write_down(thread, draft, author)
        await channel.send(draft)
        return said
