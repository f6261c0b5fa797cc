"""A line that keeps what a channel hands over, and channels that fail as told."""

from collections.abc import AsyncIterator, Callable, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import msgspec

from inbox.channel import (
    Amendment,
    Capabilities,
    Channel,
    Exchange,
    Outgoing,
    Raw,
    Said,
    Sent,
)
from inbox.model import AccountId, Conversation, MessageId, Value
from inbox.signing import Signer

WHEN = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


class RecordingLine:
    """A line that keeps in memory what a channel hands over."""

    def __init__(self, account: int = 1, now: datetime = WHEN) -> None:
        self.account = AccountId(account)
        self.time = now
        self.taken: list[Raw] = []
        self.files: dict[str, bytes] = {}
        self.said: dict[str, list[Said]] = {}
        self.conversations: dict[str, Conversation] = {}
        self.names: dict[str, str] = {}
        self.external_ids: set[str] = set()
        self.typed: list[tuple[str, str | None]] = []
        self.typing_listeners: list[Callable[[str, bool], None]] = []
        self.seen_listeners: list[Callable[[str, MessageId], None]] = []
        self.read: dict[str, MessageId] = {}
        self.position: str | None = None
        self.trouble: Exception | None = None  #: raised by the next `take`
        self.exchanges: list[Exchange] = []
        self.signer = Signer([b"t" * 32], clock=self.now)

    async def take(self, *raws: Raw, cursor: str | None = None) -> None:
        if self.trouble:
            trouble, self.trouble = self.trouble, None
            raise trouble
        known = {raw.key for raw in self.taken if raw.key is not None}
        self.taken += [raw for raw in raws if raw.key not in known]
        self.position = cursor if cursor is not None else self.position

    async def cursor(self) -> str | None:
        return self.position

    async def history(
        self, thread: str, *, after: MessageId | None = None, limit: int = 50
    ) -> Sequence[Said]:
        said = self.said.get(thread, [])
        if after is None:
            return said[-limit:]
        return [one for one in said if one.message.id > after][:limit]

    async def seen(self, thread: str) -> MessageId | None:
        return self.read.get(thread)

    async def conversation(self, thread: str) -> Conversation | None:
        return self.conversations.get(thread)

    async def customer_name(self, thread: str) -> str | None:
        return self.names.get(thread)

    async def known(self, external_ids: Sequence[str]) -> set[str]:
        return self.external_ids & set(external_ids)

    async def store_file(self, content: bytes) -> str:
        name = sha256(content).hexdigest()
        self.files[name] = content
        return name

    async def file(self, blob: str) -> AsyncIterator[bytes]:
        yield self.files[blob]

    def typing(self, thread: str, text: str | None = None) -> None:
        self.typed.append((thread, text))

    def on_typing(self, listener: Callable[[str, bool], None]) -> None:
        self.typing_listeners.append(listener)

    def on_seen(self, listener: Callable[[str, MessageId], None]) -> None:
        self.seen_listeners.append(listener)

    def sign(self, purpose: str, value: str, *, seconds: int) -> str:
        return self.signer.sign(purpose, value, seconds=seconds)

    def check(self, purpose: str, token: str) -> str | None:
        return self.signer.check(purpose, token)

    def now(self) -> datetime:
        return self.time

    def url(self, path: str = "") -> str:
        return f"https://desk.example/channels/test/{path.lstrip('/')}".rstrip("/")

    def link(self, blob: str, name: str, media_type: str, *, seconds: int) -> str:
        value = msgspec.json.encode((blob, name, media_type)).decode()
        return f"https://desk.example/files/{self.sign('public file', value, seconds=seconds)}"

    def record(self, exchange: Exchange) -> None:
        self.exchanges.append(exchange)

    async def keep(self, cursor: str) -> None:
        self.position = cursor

    def seal(self, secret: str) -> str:
        return f"sealed {secret}"

    def unseal(self, sealed: str) -> str | None:
        return sealed.removeprefix("sealed ")


class NoSettings(Value):
    """A channel of the tests needs none."""


class Flaky(Channel[NoSettings]):
    """A channel that answers each attempt as told, and then takes everything."""

    kind = "flaky"

    def __init__(
        self,
        *outcomes: Exception | Sent,
        kind: str = "flaky",
        chooses_ids: bool = False,
        **capabilities: Any,
    ) -> None:
        super().__init__(NoSettings(), RecordingLine())
        self.kind = kind  # type: ignore[misc]  # each of them may play another channel
        self.capabilities = Capabilities(**capabilities)
        self.outcomes = list(outcomes)
        self.chooses_ids = chooses_ids
        self.attempts: list[Outgoing] = []
        self.sent: list[Outgoing] = []
        self.token: str | None = None  #: of the last attempt

    def external_id(self, message: MessageId, token: str | None = None) -> str | None:
        self.token = token
        return f"ours-{message}" if self.chooses_ids else None

    async def send(self, outgoing: Outgoing) -> Sent:
        self.attempts.append(outgoing)
        outcome = self.outcomes.pop(0) if self.outcomes else None
        if isinstance(outcome, Exception):
            raise outcome
        self.sent.append(outgoing)
        name = outgoing.external_id or f"theirs-{outgoing.message_id}"
        return outcome or Sent(external_id=name)

    @property
    def texts(self) -> list[str]:
        return [outgoing.text for outgoing in self.sent]


class Frank(Flaky):
    """A channel that can also be asked, changes what it sent, and has files to fetch."""

    def __init__(self, *outcomes: Exception | Sent, **how: Any) -> None:
        super().__init__(*outcomes, **how)
        self.findings: list[Exception | Sent | None] = []
        self.asked: list[Outgoing] = []
        self.refusals: list[Exception] = []
        self.amended: list[Amendment] = []
        self.sources: dict[str, Sequence[bytes | Exception]] = {}

    async def find(self, outgoing: Outgoing) -> Sent | None:
        self.asked.append(outgoing)
        finding = self.findings.pop(0)
        if isinstance(finding, Exception):
            raise finding
        return finding

    async def amend(self, amendment: Amendment) -> None:
        if self.refusals:
            raise self.refusals.pop(0)
        self.amended.append(amendment)

    async def fetch(self, source: str) -> AsyncIterator[bytes]:
        for piece in self.sources[source]:
            if isinstance(piece, Exception):
                raise piece
            yield piece
