"""Agents follow conversations outside the desk, and work on them from there.

A channel may neither read other accounts' conversations nor speak as an agent, so its mirror
is told and heard from here. It follows the record from where it was told last: a notice only
wakes it. See docs/decisions/0014-agents-follow-from-outside.md.
"""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import structlog

from inbox.actions.note import note
from inbox.actions.reply import reply
from inbox.channel import Channel
from inbox.desk import Desk
from inbox.errors import DeliveryError, Forbidden, Misconfigured, Rejected, Unavailable
from inbox.leases import Lease, alone
from inbox.model import AccountId, ConversationId, Direction, EventId, MessageId
from inbox.notices import Happened, Notice
from inbox.store import Unit
from inbox.store.mirrors import Mirrors, News

if TYPE_CHECKING:
    from channels.slack.mirror import Mirror

BATCH = 100  #: events read at once
ROUND = 5.0  #: seconds after which to look without being told
BROKEN = 60.0  #: seconds until settings that do not work are tried again
FAILED = {"failed", "dead", "unknown"}
NO_AGENT = "Nobody signs in to the desk with your email address."

log = structlog.get_logger()


class Following:
    """Tells every mirror what happens, and lets agents work from there."""

    def __init__(self, desk: Desk, channels: Mapping[AccountId, Channel[Any]]) -> None:
        self.desk = desk
        self.channels = channels
        self.awake = asyncio.Event()
        self.followed = False  #: there is a mirror

    async def run(self) -> None:
        """Follow until cancelled. Every process lets agents act, one alone tells."""
        self.desk.bus.listeners.append(self.wake)
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self.attend())
                group.create_task(alone(self.desk, "mirrors", self.follow))
        finally:
            self.desk.bus.listeners.remove(self.wake)

    def wake(self, notices: Sequence[Notice]) -> None:
        if self.followed and any(isinstance(notice, Happened) for notice in notices):
            self.awake.set()

    async def attend(self) -> None:
        """Let agents act from every mirror, also from one that is new."""
        while True:
            for account, mirror in self.mirrors().items():
                mirror.verbs = mirror.verbs or Verbs(self.desk, account)
            await asyncio.sleep(ROUND)

    async def follow(self, _: Lease) -> None:
        """Tell what is new, mirror by mirror."""
        paused: dict[AccountId, float] = {}
        now = asyncio.get_running_loop().time
        while True:
            self.awake.clear()
            more = False
            for account, mirror in self.mirrors().items():
                if paused.get(account, 0) <= now():
                    found, pause = await self.told(account, mirror)
                    more = more or found
                    paused[account] = now() + pause
            if not more:
                with suppress(TimeoutError):
                    async with asyncio.timeout(ROUND):
                        await self.awake.wait()

    def mirrors(self) -> dict[AccountId, "Mirror"]:
        """Return the mirrors of the accounts as they are now."""
        every = {account: getattr(one, "mirror", None) for account, one in self.channels.items()}
        found = {account: mirror for account, mirror in every.items() if mirror is not None}
        self.followed = bool(found)
        return found

    async def told(self, account: AccountId, mirror: "Mirror") -> tuple[bool, float]:
        """Tell a mirror what is new; returns whether there may be more, and how long to rest."""
        try:
            more = await self.tell(account, mirror)
        except Unavailable:
            return False, 0.0
        except DeliveryError as error:
            mirror.trouble = str(error)
            least = BROKEN if isinstance(error, Misconfigured) else ROUND
            return False, max(least, getattr(error, "after", None) or 0.0)
        mirror.trouble = None
        return more, 0.0

    async def tell(self, account: AccountId, mirror: "Mirror") -> bool:
        position = await self.desk.write(begin, account)
        news = await self.desk.read(read, position)
        for one in news:
            if wants(mirror, one):
                try:
                    await self.show(account, mirror, one)
                except Rejected as error:  # it will not be taken the next time either
                    log.warning("mirror_refused", account=account, reason=str(error))
                await self.desk.write(move, account, one.id)
        if news:
            await self.desk.write(move, account, news[-1].id)
        return len(news) == BATCH

    async def show(self, account: AccountId, mirror: "Mirror", one: News) -> None:
        """Write one piece of news into its conversation's thread."""
        if one.conversation_id is None or one.message_id is None:
            return
        place = await self.desk.read(where, account, one.conversation_id)
        if place is None:
            place = await mirror.begin(self.heading(one))
            await self.desk.write(put, account, one.conversation_id, place)
        who, text = line(one)
        await mirror.tell(place, text, who=who)
        if one.direction == Direction.IN and one.verb == "message.added":
            await self.desk.write(seen, account, one.conversation_id, one.message_id)

    def heading(self, one: News) -> Any:
        from channels.slack.mirror import Heading

        return Heading(
            conversation=one.conversation_id or ConversationId(0),
            customer=one.customer or "",
            account=one.account or "",
            url=f"{self.desk.public_url}/inbox/all/{one.conversation_id}",
        )


class Verbs:
    """What agents may do from one mirror; every one of them in their own name."""

    def __init__(self, desk: Desk, account: AccountId) -> None:
        self.desk = desk
        self.account = account

    async def conversation(self, place: str) -> ConversationId | None:
        found = await self.desk.read(at, self.account, place)
        return found[0] if found else None

    async def note(
        self, conversation: ConversationId, text: str, *, email: str, client_id: str
    ) -> None:
        await self.desk.write(note_by, conversation, text, email=email, client_id=client_id)

    async def reply(
        self, conversation: ConversationId, text: str, *, email: str, client_id: str
    ) -> None:
        await self.desk.write(
            reply_by, self.account, conversation, text, email=email, client_id=client_id
        )


# --- what is said ---------------------------------------------------------------------------
def wants(mirror: "Mirror", one: News) -> bool:
    """Tell whether a mirror shows this; what came from there need not go back."""
    if not one.is_told or not mirror.follows(one.account or "", one.queue):
        return False
    if one.verb == "delivery.changed":
        return delivered(one) in FAILED
    return not (one.direction == Direction.NOTE and (one.client_id or "").startswith("slack "))


def delivered(one: News) -> str:
    """Return what the delivery of a message has become."""
    change = (one.change or {}).get("delivery")
    return str(change[1]) if isinstance(change, list) and len(change) == 2 else ""


def line(one: News) -> tuple[str | None, str]:
    """Return who says what in the thread."""
    text = one.visible_text or one.text or ""
    files = [f"[{file.name}]" for file in one.files]
    if one.verb == "delivery.changed":
        why = (one.change or {}).get("reason") or delivered(one)
        return None, f"An answer did not reach the customer: {why}\n> {text[:200]}"
    said = "\n".join(part for part in (text, *files) if part)
    if one.verb == "message.edited":
        said = f"(changed) {said}"
    elif one.verb == "message.deleted":
        said = f"(taken back) {text[:200]}"
    match one.direction:
        case Direction.IN:
            return one.sender_name or one.customer, said
        case Direction.NOTE:
            return f"{one.agent or 'The desk'} (note)", said
    return f"{one.agent or 'The desk'} to the customer", said


# --- what is stored -------------------------------------------------------------------------
def begin(unit: Unit, account: AccountId) -> EventId:
    return Mirrors(unit.connection).begin(account)


def read(unit: Unit, after: EventId) -> Sequence[News]:
    return Mirrors(unit.connection).news(after, BATCH)


def move(unit: Unit, account: AccountId, to: EventId) -> None:
    Mirrors(unit.connection).move(account, to)


def where(unit: Unit, account: AccountId, conversation: ConversationId) -> str | None:
    return Mirrors(unit.connection).place(account, conversation)


def put(unit: Unit, account: AccountId, conversation: ConversationId, place: str) -> None:
    Mirrors(unit.connection).put(account, conversation, place)


def seen(unit: Unit, account: AccountId, conversation: ConversationId, message: MessageId) -> None:
    Mirrors(unit.connection).read(account, conversation, message)


def at(
    unit: Unit, account: AccountId, place: str
) -> tuple[ConversationId, MessageId | None] | None:
    return Mirrors(unit.connection).at(account, place)


def note_by(
    unit: Unit, conversation: ConversationId, text: str, *, email: str, client_id: str
) -> None:
    note(unit, conversation, text, by=agent(unit, email), client_id=client_id)


def reply_by(
    unit: Unit,
    account: AccountId,
    conversation: ConversationId,
    text: str,
    *,
    email: str,
    client_id: str,
) -> None:
    """Answer as an agent; refused when the customer wrote what is not in the mirror yet."""
    mirrors = Mirrors(unit.connection)
    place = mirrors.place(account, conversation)
    here = mirrors.at(account, place) if place else None
    if here is None:
        raise Forbidden("This conversation is not followed here.")
    by = agent(unit, email)
    reply(unit, conversation, text, by=by, client_id=client_id, last_seen_id=here[1])


def agent(unit: Unit, email: str) -> Any:
    """Return who signs in with an address. Raises `Forbidden`."""
    found = unit.agents.by_email(email)
    if found is None:
        raise Forbidden(NO_AGENT)
    return found[0].id
