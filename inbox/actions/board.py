"""Everything the desk knows that a batch speaks of.

It is gathered with one question a kind. `hear` then decides item by item and in order, as
if each had come alone, and what it decided is written with one statement a kind.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from msgspec import Struct
from msgspec.structs import asdict

from inbox.actions.consents import Word
from inbox.actions.envelope import bare
from inbox.actions.understood import Understood
from inbox.channel import (
    Called,
    Deleted,
    Edited,
    Heard,
    Inbound,
    Profile,
    Reacted,
    Receipt,
)
from inbox.model import (
    AccountId,
    Address,
    AgentId,
    ConversationId,
    CustomerId,
    Delivery,
    MessageId,
    Proof,
)
from inbox.store import Unit, batch
from inbox.store.attachments import Given
from inbox.store.bulk import document
from inbox.store.journal import short_key
from inbox.store.numbers import keys
from inbox.words import clean

MOST_REFERENCES = 50  #: the nearest; a mail may name thousands
BUSY = timedelta(minutes=10)
TOO_MANY = 20  #: messages of one correspondent in that time; nobody types so much
LONGEST_PLACE = 320  #: characters of an address, as SMTP has them
News = Receipt | Edited | Deleted | Reacted | Called  #: what is told of a message
NEWS = (Receipt, Edited, Deleted, Reacted, Called)
Key = tuple[int, str]  #: an account and an external id of its provider
Place = tuple[str, str]  #: the kind and the value of an address


class Talk(Struct):
    """A conversation, as far as hearing changes it; the fields are `batch.TALK`."""

    id: ConversationId
    customer_id: CustomerId
    account_id: AccountId
    status: str
    created_at: datetime
    active_at: datetime
    subject: str | None
    thread: str | None
    thread_account_id: AccountId | None
    assignee_id: AgentId | None
    waiting_since: datetime | None
    last_message_id: MessageId | None
    last_heard_id: MessageId | None
    preview: str
    spam: bool

    @property
    def waits_for_anybody(self) -> bool:
        """Tell whether it was routed already, and nobody has taken it since."""
        return self.status == "open" and self.assignee_id is None and bool(self.waiting_since)


class Person(Struct):
    """A customer, as far as hearing changes it."""

    id: CustomerId
    name: str
    attributes: dict[str, Any]


class Claim(Struct):
    """An address of a customer; without an id while it is not written yet."""

    customer_id: CustomerId
    proof: Proof
    id: int | None = None


class Known(Struct):
    """A message that the provider has a name for."""

    id: MessageId
    conversation_id: ConversationId
    customer_id: CustomerId
    direction: str
    delivery: str | None


class Awaited(Struct):
    """A change whose message is not here yet; without an id while it is not written."""

    heard: str
    id: int | None = None


@lru_cache(4096)  # a batch asks for each name a dozen times
def tight(name: str) -> str:
    """Return what a provider calls something as it can be stored and found."""
    return short_key(clean(name)) or ""


def place(address: Address) -> Place:
    """Return where *address* is, as it is stored and found."""
    value = clean(address.value.strip()) or "unknown"
    return address.kind, value if len(value) <= LONGEST_PLACE else tight(value)


def speaker(said: Inbound) -> Address:
    """Return the customer's address: the sender's, or whom we wrote to."""
    return said.recipients[0] if said.from_us and said.recipients else said.sender


def plausible(when: datetime | None) -> datetime | None:
    """Return a sender's time, unless their clock is beyond belief."""
    return when if when and when.tzinfo and 1970 <= when.year <= 2100 else None


def named(said: Inbound) -> list[str]:
    """Return what *said* answers, the nearest first."""
    return [tight(name) for name in (*said.about, *said.references)[:MOST_REFERENCES]]


def asker(unit: Unit) -> Callable[..., Iterable[Any]]:
    """Return a function that asks the store; rows fetched one by one cost twice as much."""
    execute, dialect = unit.connection.execute, unit.connection.dialect.name

    def ask(question: Any, asked: dict[str, Any]) -> Iterable[Any]:
        return execute(question[dialect] if isinstance(question, dict) else question, asked).all()

    return ask


class Board:
    def __init__(self, unit: Unit, understood: Sequence[Understood]) -> None:
        self.unit = unit
        self.now = unit.now
        self.ask = asker(unit)
        self.accounts = {account.id: account for account in unit.accounts.all()}
        self.ours = {bare(one.address) for one in self.accounts.values() if one.address}
        self.known: dict[Key, Known] = {}
        self.references: dict[Key, ConversationId] = {}
        self.talks: dict[ConversationId, Talk] = {}
        self.threads: dict[Key, Talk] = {}
        self.owners: dict[Place, Claim] = {}
        self.people: dict[CustomerId, Person] = {}
        self.held: dict[CustomerId, dict[Place, Claim]] = {}
        self.called: dict[tuple[ConversationId, str], str] = {}
        self.present: dict[ConversationId, set[str]] = {}
        self.lately: Counter[CustomerId] = Counter()
        self.early: dict[Key, dict[str, Any]] = {}
        self.awaited: dict[Key, list[Awaited]] = {}
        self.begin_writing(sum(len(one.heard or ()) for one in understood))
        self.gather([(one, heard) for one in understood for heard in one.heard or ()])

    # --- what is known ----------------------------------------------------------------------
    def gather(self, heard: Sequence[tuple[Understood, Heard]]) -> None:
        """Ask for everything that *heard* speaks of."""
        said = [(one.account, item) for one, item in heard if isinstance(item, Inbound)]
        news = [(one.account, item) for one, item in heard if isinstance(item, NEWS)]
        profiles = [(one.account, item) for one, item in heard if isinstance(item, Profile)]
        self.gather_messages(said, news)
        homes = {home for one, _ in heard for home in one.homes.values()}
        self.gather_talks([*said, *profiles], homes)
        self.gather_people(said, profiles)
        self.gather_called(said)
        self.gather_lately([item for _, item in said])

    def gather_messages(
        self,
        said: Sequence[tuple[AccountId, Inbound]],
        news: Sequence[tuple[AccountId, News]],
    ) -> None:
        own = {tight(item.external_id) for _, item in said}
        answered = {name for _, item in said for name in named(item)}
        asked = own | answered | {tight(item.external_id) for _, item in news}
        asked |= {tight(item.answers) for _, item in said if item.answers}
        if not asked:
            return
        accounts = [*{account for account, _ in (*said, *news)}]
        kinds = {self.accounts[one].kind for one in accounts if one in self.accounts}
        alike = [one.id for one in self.accounts.values() if one.kind in kinds]
        for row in self.ask(batch.KNOWN, {"accounts": alike, "names": list(asked)}):
            if row[5] == "early":
                self.awaited.setdefault((row[0], row[1]), []).append(Awaited(row[6], row[2]))
            else:
                self.known[row[0], row[1]] = Known(*row[2:])
        mails = {tight(item.external_id) for _, item in said if item.thread is None}
        if mails | answered:
            names = {"accounts": accounts, "names": list(mails | answered)}
            for row in self.ask(batch.REFERENCED, names):
                self.references[row[0], row[1]] = row[2]

    def gather_talks(
        self,
        heard: Sequence[tuple[AccountId, Inbound | Profile]],
        homes: set[ConversationId],
    ) -> None:
        threads = [(account, tight(item.thread)) for account, item in heard if item.thread]
        if threads:
            accounts = [*{account for account, _ in threads}]
            names = {"accounts": accounts, "threads": [*{thread for _, thread in threads}]}
            for row in self.ask(batch.TALKS_BY_THREAD, names):
                self.place_talk(Talk(*row))
        mentioned = homes | set(self.references.values())
        mentioned |= {known.conversation_id for known in self.known.values()}
        self.load_talks(mentioned - self.talks.keys())

    def load_talks(self, which: Iterable[ConversationId]) -> None:
        if wanted := list(which):
            for row in self.ask(batch.TALKS_BY_ID, {"which": wanted}):
                self.place_talk(Talk(*row))

    def place_talk(self, talk: Talk) -> None:
        self.talks[talk.id] = talk
        if talk.thread is not None and talk.thread_account_id is not None:
            self.threads[talk.thread_account_id, talk.thread] = talk

    def gather_people(
        self,
        said: Sequence[tuple[AccountId, Inbound]],
        profiles: Sequence[tuple[AccountId, Profile]],
    ) -> None:
        places = {place(speaker(item)) for _, item in said if item.proof is not Proof.CLAIMED}
        for _, profile in profiles:
            places.add(place(profile.who))
            places |= {place(one) for one, proof in profile.also if proof is not Proof.CLAIMED}
        described = profiles or any(item.sender.name or item.attributes for _, item in said)
        question = batch.OWNERS_TO_CHANGE if described else batch.OWNERS
        for kind in sorted({kind for kind, _ in places}):
            values = sorted(value for its_kind, value in places if its_kind == kind)
            for row in self.ask(question, {"kind": kind, "values": values}):
                self.owners[kind, row[0]] = Claim(row[3], Proof(row[2]), row[1])
                self.people.setdefault(row[3], Person(*row[3:]))
        speaking = [item for _, item in said if item.also]
        wanted = [place(item.sender) for item in speaking]
        wanted += [place(item.who) for _, item in profiles]
        self.load_held({self.owners[one].customer_id for one in wanted if one in self.owners})

    def load_held(self, which: set[CustomerId]) -> None:
        if not which:
            return
        self.held |= {customer: {} for customer in which}
        for row in self.ask(batch.HELD, {"which": list(which)}):
            self.held[row[0]][row[1], row[2]] = Claim(row[0], Proof(row[4]), row[3])

    def gather_called(self, said: Sequence[tuple[AccountId, Inbound]]) -> None:
        pairs = [
            {"conversation_id": talk.id, "client_id": tight(item.client_id)}
            for account, item in said
            if item.client_id
            for talk in self.likely(account, item)
        ]
        if pairs:
            for row in self.ask(batch.CALLED, {"pairs": document(pairs)}):
                self.called[row[0], row[1]] = row[2]

    def likely(self, account: AccountId, item: Inbound) -> Iterable[Talk]:
        """Return where something may belong: the talk of its thread, else any of them."""
        if item.thread is None:
            return self.talks.values()
        talk = self.threads.get((account, tight(item.thread)))
        return [talk] if talk else ()

    def gather_lately(self, said: Sequence[Inbound]) -> None:
        senders = {place(item.sender) for item in said if self.is_fresh(item)}
        customers = {self.owners[one].customer_id for one in senders if one in self.owners}
        if customers:
            asked = {"which": list(customers), "since": self.now - BUSY, "most": TOO_MANY + 1}
            self.lately.update({row[0]: row[1] for row in self.ask(batch.WROTE, asked)})

    def is_fresh(self, said: Inbound) -> bool:
        """Tell whether *said* counts against a loop: a mailbox's backlog does not."""
        written = plausible(said.sent_at) or self.now
        return said.thread is None and self.now - BUSY < written

    def talk(self, which: ConversationId | None) -> Talk | None:
        return self.talks.get(which) if which is not None else None

    def person(self, which: CustomerId) -> Person:
        """Return a customer, also one that nobody foresaw."""
        if which not in self.people:
            for row in self.ask(batch.PEOPLE, {"which": [which]}):
                self.people[which] = Person(*row)
        return self.people[which]

    def held_by(self, which: CustomerId) -> dict[Place, Claim]:
        """Return the addresses of a customer, also of one that nobody foresaw."""
        if which not in self.held:
            self.load_held({which})
        return self.held[which]

    def present_in(self, talk: Talk) -> set[str]:
        """Return every address that took part in *talk* by mail, ours left out."""
        if talk.id not in self.present:
            there: set[str] = set()
            for sender, recipients, copied in self.ask(batch.PRESENT, {"which": talk.id}):
                there |= {bare(one) for one in (sender or "", *recipients, *copied)}
            for row in self.messages:
                if row["conversation_id"] == talk.id:
                    there |= addresses(row)
            self.present[talk.id] = there
        return self.present[talk.id] - self.ours - {""}

    # --- what is written --------------------------------------------------------------------
    def begin_writing(self, size: int) -> None:
        connection = self.unit.connection
        self.message_ids = keys(connection, "message", size)
        self.talk_ids = keys(connection, "conversation", size)
        self.customer_ids = keys(connection, "customer", size)
        self.new_people: dict[CustomerId, Person] = {}
        self.changed_people: dict[CustomerId, Person] = {}
        self.new_claims: list[tuple[Place, Claim]] = []
        self.proved: dict[int, Claim] = {}
        self.new_talks: dict[ConversationId, Talk] = {}
        self.moved_talks: dict[ConversationId, Talk] = {}
        self.messages: list[dict[str, Any]] = []
        self.files: list[tuple[MessageId, Given]] = []
        self.named_here: dict[Key, ConversationId] = {}
        self.deliveries: dict[MessageId, tuple[Delivery, str | None]] = {}
        self.routed: dict[ConversationId, None] = {}
        self.with_bot: dict[ConversationId, None] = {}  #: where the bot has something to answer
        self.spoken: dict[ConversationId, None] = {}  #: where it had, and one of us has spoken
        self.standing: dict[MessageId, dict[str, Any]] = {}
        self.revised: set[MessageId] = set()
        self.emojis: dict[MessageId, dict[tuple[str, str], int]] = {}
        self.reactions: dict[tuple[MessageId, str, str], dict[str, Any]] = {}
        self.caught_up: list[int] = []
        self.told: list[tuple[AccountId, Called]] = []
        self.begun: list[MessageId] = []
        self.consents: list[tuple[CustomerId, MessageId, Word]] = []

    def add_message(self, row: dict[str, Any]) -> None:
        self.messages.append(row)
        if row["conversation_id"] in self.present:
            self.present[row["conversation_id"]] |= addresses(row)

    def write(self) -> None:
        """Write everything that was decided."""
        connection, now = self.unit.connection, self.now
        batch.ADD_CUSTOMERS.insert(
            connection,
            [
                {"id": one.id, "name": one.name, "created_at": now, "attributes": one.attributes}
                for one in self.new_people.values()
            ],
        )
        batch.CHANGE_CUSTOMERS.write(connection, written(self.changed_people))
        batch.ADD_IDENTITIES.insert(
            connection,
            [
                {
                    "customer_id": claim.customer_id,
                    "kind": kind,
                    "value": value,
                    "proof": claim.proof,
                    "created_at": now,
                }
                for (kind, value), claim in self.new_claims
            ],
        )
        batch.PROVE.write(
            connection, [{"id": one, "proof": it.proof} for one, it in self.proved.items()]
        )
        batch.ADD_TALKS.insert(connection, written(self.new_talks))
        batch.MOVE_TALKS.write(connection, written(self.moved_talks))
        batch.ADD_MESSAGES.insert(connection, self.messages)
        self.unit.attachments.add(self.files, at=now)
        self.write_news()

    def write_news(self) -> None:
        connection = self.unit.connection
        if self.named_here:
            rows = [
                {"account_id": account, "external_id": name, "conversation_id": talk}
                for (account, name), talk in self.named_here.items()
            ]
            batch.ADD_REFERENCES(connection, rows)
        moved = [
            {"id": one, "delivery": delivery, "reason": reason}
            for one, (delivery, reason) in self.deliveries.items()
        ]
        batch.MOVE_DELIVERIES.write(connection, moved)
        if self.early:
            batch.KEEP_EARLY(connection, list(self.early.values()))


def written(things: dict[Any, Any]) -> list[dict[str, Any]]:
    """Return the rows of some things."""
    return [asdict(thing) for thing in things.values()]


def addresses(row: dict[str, Any]) -> set[str]:
    """Return who is on a message."""
    return {bare(one) for one in (row["sender"] or "", *row["recipients"], *row["copied"])}
