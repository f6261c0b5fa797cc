"""What a channel may ask of the desk, bound to one account."""

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from datetime import datetime
from typing import Any, Protocol, TypeVar

import structlog
from msgspec import json

from inbox.channel import Exchange, Raw, Said
from inbox.desk import Desk
from inbox.errors import Locked, Unavailable
from inbox.model import (
    AccountId,
    Agent,
    AgentId,
    Conversation,
    ConversationId,
    JournalId,
    JournalState,
    Message,
    MessageId,
)
from inbox.notices import Happened, Notice, Ringing, Typing
from inbox.presence import Presence
from inbox.store import Unit
from inbox.store.calls import Calls
from inbox.store.exchanges import Exchanges
from inbox.store.journal import Entry
from inbox.words import clean

BIG = 256 * 1024  #: bytes; a bigger payload lies in a blob, beside its row
THREADS = 10_000  #: of which a line remembers the conversation


R = TypeVar("R")
log = structlog.get_logger()


class Held:
    """A payload in memory, and the row of the journal that it is."""

    __slots__ = ("id", "lost", "raw")

    def __init__(self, number: JournalId, raw: Raw, lost: str | None = None) -> None:
        self.id = number
        self.raw = raw
        self.lost = lost  #: why it can never be understood


class Understanding(Protocol):
    """Who understands what was taken."""

    def has_room(self, size: int) -> bool:
        """Tell whether payloads may be handed over in memory."""

    def until(self) -> datetime:
        """Return how long rows are ours that are handed over now."""

    def hand_over(self, account: AccountId, taken: Sequence[Held]) -> None:
        """Understand what was just journalled."""

    def leave(self) -> None:
        """Learn that something was left in the journal."""


class AccountLine:
    """The desk, as far as the channel of one account may see it."""

    def __init__(self, desk: Desk, account: AccountId, intake: Understanding) -> None:
        self.desk = desk
        self.account = account
        self.intake = intake
        self.name = ""  #: of the account; it is part of its addresses
        self.threads = Threads(desk, account)

    async def take(self, *raws: Raw, cursor: str | None = None) -> None:
        """Journal *raws*, and the *cursor* with them; they are on disk when this returns.

        Raises `Unavailable` when they could not be stored: do not acknowledge then.
        """
        entries = [await self.entry(raw) for raw in raws]
        here = self.intake.has_room(sum(len(raw.payload) for raw in raws))
        until = self.intake.until() if here else None
        written = await self.desk.take(take, self.account, entries, until, cursor)
        taken = [
            Held(entry.id, raw) for entry, raw in zip(written, raws, strict=True) if entry.is_new
        ]
        if taken:
            self.desk.pulse.hear(self.account, self.now(), len(taken))
        if here:
            self.intake.hand_over(self.account, taken)
        elif taken:
            self.intake.leave()

    async def entry(self, raw: Raw) -> dict[str, Any]:
        """Return what a row says of *raw*; a big payload is stored first."""
        big = len(raw.payload) > BIG
        blob = await self.desk.blobs.put(raw.payload) if big else None
        return {
            "key": None if raw.key is None else clean(raw.key),
            "headers": {clean(name): clean(value) for name, value in raw.headers.items()},
            "payload": None if big else raw.payload,
            "blob": blob,
            "size": len(raw.payload),
        }

    async def cursor(self) -> str | None:
        """Return the cursor stored last."""
        return await self.desk.read(lambda unit: unit.journal.cursor(self.account))

    async def history(
        self, thread: str, *, after: MessageId | None = None, limit: int = 50
    ) -> Sequence[Said]:
        """Return the exchange under *thread*, oldest first; notes are never among it.

        These are the newest *limit* messages, or with *after* the first ones after it.
        """
        return await self.ask(lambda exchanges: exchanges.history(thread, after, limit))

    async def seen(self, thread: str) -> MessageId | None:
        """Return how far the agent who read most has read *thread*."""
        return await self.ask(lambda exchanges: exchanges.seen(thread))

    async def conversation(self, thread: str) -> Conversation | None:
        """Return the conversation under *thread*."""
        return await self.desk.read(lambda unit: unit.conversations.by_thread(self.account, thread))

    async def customer_name(self, thread: str) -> str | None:
        """Return what the desk calls the customer of *thread*."""
        return await self.ask(lambda exchanges: exchanges.customer_name(thread))

    async def known(self, external_ids: Sequence[str]) -> set[str]:
        """Return which of *external_ids* this account stored already."""
        return await self.desk.read(lambda unit: unit.messages.known(self.account, external_ids))

    async def ask(self, question: Callable[[Exchanges], R]) -> R:
        return await self.desk.read(lambda unit: question(Exchanges(unit.connection, self.account)))

    async def store_file(self, content: bytes) -> str:
        """Keep *content* until it is referred to; returns its blob name."""
        return await self.desk.blobs.put(content)

    def file(self, blob: str) -> AsyncIterator[bytes]:
        """Stream a stored file."""
        return self.desk.blobs.open(blob)

    def typing(self, thread: str, text: str | None = None) -> None:
        """Tell the agents who look at *thread* that the customer is writing."""
        self.threads.customer_types(thread, text)

    def on_typing(self, listener: Callable[[str, bool], None]) -> None:
        """Have *listener* called with a thread and whether an agent is writing in it."""
        self.threads.typing.append(listener)

    def on_seen(self, listener: Callable[[str, MessageId], None]) -> None:
        """Have *listener* called with a thread and how far an agent has read it now."""
        self.threads.seen.append(listener)

    def sign(self, purpose: str, value: str, *, seconds: int) -> str:
        """Return a token that `check` opens again, until *seconds* from now."""
        return self.desk.signer.sign(f"{self.account} {purpose}", value, seconds=seconds)

    def check(self, purpose: str, token: str) -> str | None:
        """Return the value signed in *token*, unless it is forged or too old."""
        return self.desk.signer.check(f"{self.account} {purpose}", token)

    def now(self) -> datetime:
        """Return the desk's time, aware and in UTC."""
        return self.desk.clock()

    def url(self, path: str = "") -> str:
        """Return the public address of a route of this account, for the provider to call."""
        return f"{self.desk.public_url}/channels/{self.name}/{path.lstrip('/')}".rstrip("/")

    def link(self, blob: str, name: str, media_type: str, *, seconds: int) -> str:
        """Return a public, signed address of a stored file, for the provider to fetch."""
        value = json.encode((blob, name, media_type)).decode()
        token = self.desk.signer.sign("public file", value, seconds=seconds)
        return f"{self.desk.public_url}/files/{token}"

    def record(self, exchange: Exchange) -> None:
        """Log what was said with the provider; may be lost, never waits."""
        self.desk.exchanges.append((self.account, exchange))

    async def keep(self, cursor: str) -> None:
        """Store *cursor* by itself."""
        await self.desk.write(keep, self.account, cursor)

    def seal(self, secret: str) -> str:
        """Return *secret* so that it may be kept: only this desk can `unseal` it."""
        return self.desk.vault.seal(f"account {self.account}", secret.encode()).decode()

    def unseal(self, sealed: str) -> str | None:
        """Return what was sealed for this account; None when it was not, or cannot be read."""
        try:
            return self.desk.vault.open(f"account {self.account}", sealed.encode()).decode()
        except Locked:
            return None

    def close(self) -> None:
        """Hear no more news: another line of the account takes its place."""
        self.desk.bus.listeners.remove(self.threads.hear)

    # --- of calls -----------------------------------------------------------------------------
    @property
    def presence(self) -> Presence:
        """Return who is at the desk."""
        return self.desk.presence

    async def agents(self) -> Sequence[Agent]:
        """Return everybody who answers, with their telephones."""
        return await self.desk.read(lambda unit: unit.agents.all())

    async def calls(self) -> Sequence[Message]:
        """Return the calls of this account that are not over, the oldest first."""
        return await self.desk.read(lambda unit: Calls(unit.connection).open(self.account))

    def ring(self, call: str, agents: Sequence[AgentId], *, on: bool, **told: Any) -> None:
        """Tell the browsers of *agents* that a call rings them, or has stopped."""
        if agents:
            notice = Ringing(
                account_id=self.account, external_id=call, agents=tuple(agents), on=on, **told
            )
            self.desk.bus.publish([notice])


class Threads:
    """News of an account's conversations, under the names its provider knows them by."""

    def __init__(self, desk: Desk, account: AccountId) -> None:
        self.desk = desk
        self.account = account
        self.typing: list[Callable[[str, bool], None]] = []
        self.seen: list[Callable[[str, MessageId], None]] = []
        self.places: OrderedDict[str, ConversationId] = OrderedDict()
        self.names: dict[ConversationId, str | None] = {}
        self.tasks: set[asyncio.Task[None]] = set()
        desk.bus.listeners.append(self.hear)

    def hear(self, notices: Sequence[Notice]) -> None:
        """Pass on what an agent does, when somebody listens."""
        for notice in notices:
            match notice:
                case Typing(conversation_id=where, agent_id=agent) if agent and self.typing:
                    self.begin(self.agent_types(where))
                case Happened(verb="conversation.read", conversation_id=where) if where:
                    if self.seen:
                        self.begin(self.agent_saw(where))

    def begin(self, telling: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(telling)
        self.tasks.add(task)
        task.add_done_callback(self.ended)

    def ended(self, task: asyncio.Task[None]) -> None:
        """Forget it; news like these may be missed while the store is away."""
        self.tasks.discard(task)
        error = None if task.cancelled() else task.exception()
        if error and not isinstance(error, Unavailable):
            log.warning("news_lost", account=self.account, error=type(error).__name__)

    def customer_types(self, thread: str, text: str | None) -> None:
        where = self.places.get(thread)
        if where is None:
            self.begin(self.find_and_type(thread, text))
        else:
            self.desk.bus.publish([Typing(conversation_id=where, text=text)])

    async def find_and_type(self, thread: str, text: str | None) -> None:
        where = await self.ask(lambda exchanges: exchanges.place(thread))
        if where is not None:
            self.remember(thread, where)
            self.desk.bus.publish([Typing(conversation_id=where, text=text)])

    async def agent_types(self, where: ConversationId) -> None:
        if thread := await self.name(where):
            for listener in self.typing:
                listener(thread, True)

    async def agent_saw(self, where: ConversationId) -> None:
        thread = await self.name(where)
        if thread is None:
            return
        through = await self.ask(lambda exchanges: exchanges.seen(thread))
        if through is not None:
            for listener in self.seen:
                listener(thread, through)

    async def name(self, where: ConversationId) -> str | None:
        """Return the thread of a conversation; None when it is another account's."""
        if where not in self.names:
            thread = await self.ask(lambda exchanges: exchanges.thread_of(where))
            if thread is None:
                return None
            self.remember(thread, where)
        return self.names[where]

    def remember(self, thread: str, where: ConversationId) -> None:
        self.places[thread] = where
        self.names[where] = thread
        if len(self.places) > THREADS:
            _, oldest = self.places.popitem(last=False)
            self.names.pop(oldest, None)

    async def ask(self, question: Callable[[Exchanges], R]) -> R:
        return await self.desk.read(lambda unit: question(Exchanges(unit.connection, self.account)))


def take(
    unit: Unit,
    account: AccountId,
    rows: Sequence[dict[str, Any]],
    until: datetime | None,
    cursor: str | None,
) -> list[Entry]:
    """Journal payloads; *until* then nobody else understands them."""
    entries = [
        Entry(
            **row,
            account_id=account,
            received_at=unit.now,
            state=JournalState.RECEIVED,
            reason=None,
            claimed_until=until,
        )
        for row in rows
    ]
    for entry in entries:
        unit.journal.gather(entry)
    if cursor is not None:
        unit.journal.move_cursor(account, clean(cursor))
    return entries


def keep(unit: Unit, account: AccountId, cursor: str) -> None:
    unit.journal.move_cursor(account, clean(cursor))
