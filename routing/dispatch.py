"""Hands out conversations: one process for all, with all that matters in memory.

It keeps those who wait and those who answer, is told of every change by the record, plans, and
writes what it planned in one transaction that checks that it still is the one who dispatches.
What is in memory may be lost at any moment: the next one reads it all again.
"""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

import structlog
from msgspec.structs import asdict

from inbox.actions import offers
from inbox.desk import Desk
from inbox.errors import Conflict, Unavailable
from inbox.leases import Lease, alone
from inbox.model import AgentId, Assignment, ConversationId, CustomerId, Decision
from inbox.notices import Happened, Notice
from inbox.store import Unit
from inbox.store.floors import Floors
from routing import clocks
from routing.acts import Orders, decision, execute, told
from routing.clocks import Act
from routing.follow import RARELY, has_queues
from routing.hall import Hall
from routing.known import CHUNK, Rulebook, colleagues, conversations, rulebook
from routing.plan import Offer, Plan, Stuck
from routing.queues import Offering
from routing.skills import Removal
from routing.wrapping import wrapping

LEASE = "router"
LASTING = timedelta(seconds=6)  # a dispatcher that dies is replaced after this
ROUND = 2.0  #: seconds between two tries to become, or to stay, the one who dispatches
RESYNC = 30.0  #: seconds after which agents are read anew, whatever was told
MOST = 1_000  #: offers in one transaction
CALMLY = 0.05  #: seconds at most that a round rests after itself, so that news gather
SETUP = ("setup.", "queue.paused", "queue.resumed")  #: after these all is read anew
OURS = {"conversation.offered", "conversation.assigned"}
MOVES = (
    clocks.Missed,
    clocks.Returned,
    clocks.Stepped,
    clocks.Forgiven,
    clocks.Heard,
    clocks.CallDue,
)
IGNORED = ("promise.", "conversation.read", "conversation.tagged")

log = structlog.get_logger()


class Dispatcher:
    """Dispatches while this process holds the lease, until cancelled."""

    def __init__(
        self, desk: Desk, *, lasting: timedelta = LASTING, every: float = ROUND, most: int = MOST
    ) -> None:
        self.desk = desk
        self.lasting = lasting
        self.every = every
        self.most = most
        self.awake = asyncio.Event()
        self.hall: Hall | None = None
        self.stale = False  #: the setup changed
        self.dirty: set[ConversationId] = set()
        self.changed: set[AgentId] = set()
        self.customers: set[CustomerId] = set()  #: of whom something else is known now
        self.offering: frozenset[ConversationId] = frozenset()  #: what is being written now
        self.in_vain = False  #: nothing of the last offers was made, such as where others write
        self.ahead: Orders | None = None  #: planned while the last ones were written
        self.synced: datetime | None = None
        self.told_stuck: dict[ConversationId, Any] = {}

    async def run(self) -> None:
        self.desk.bus.listeners.append(self.hear)
        try:
            while not await self.needed():
                self.awake.clear()
                with suppress(TimeoutError):
                    async with asyncio.timeout(self.patience):
                        await self.awake.wait()
            await self.dispatch()
        finally:
            self.desk.bus.listeners.remove(self.hear)

    async def dispatch(self) -> None:
        """Dispatch whenever nobody else does; on SQLite there is nobody else."""
        if not self.desk.database.is_sqlite:
            await alone(self.desk, LEASE, self.work, every=self.every, lasting=self.lasting)
        with suppress(Unavailable):
            await self.desk.write(free)
        await alone(self.desk, LEASE, self.work)

    async def needed(self) -> bool:
        with suppress(Unavailable):
            return await self.desk.read(has_queues)
        return False

    @property
    def patience(self) -> float | None:
        """Return after how many seconds to look for a setup that another process saved."""
        return None if self.desk.database.is_sqlite else RARELY

    # --- what is told -----------------------------------------------------------------------
    def hear(self, notices: Sequence[Notice]) -> None:
        """Note whom to look at anew."""
        for notice in notices:
            if not isinstance(notice, Happened):
                continue
            if notice.verb.startswith(SETUP):
                self.stale = True
                self.awake.set()
            elif self.hall is not None:
                self.note(notice)

    def note(self, notice: Happened) -> None:
        which, agent = notice.conversation_id, notice.agent_id
        if notice.verb.startswith("customer.") and notice.customer_id is not None:
            self.customers.add(notice.customer_id)
            self.awake.set()
        elif which is None:
            if agent is not None:
                self.changed.add(agent)
                self.awake.set()
        elif notice.verb in OURS and which in self.offering and notice.by is None:
            return
        elif not notice.verb.startswith(IGNORED) and self.matters(notice, which):
            self.dirty.add(which)
            self.awake.set()

    def matters(self, notice: Happened, which: ConversationId) -> bool:
        """Tell whether routing may have to do with it: all moves, and messages where it has."""
        if notice.verb.startswith("conversation."):
            return notice.verb != "conversation.opened"
        return self.hall is not None and which in self.hall.known

    # --- rounds -----------------------------------------------------------------------------
    async def work(self, lease: Lease) -> None:
        """Dispatch until the lease is lost, or the store is away; then it is begun anew."""
        try:
            await self.load()
            while True:
                self.awake.clear()
                began = asyncio.get_running_loop().time()
                pause = await self.round(lease)
                if pause == 0.0:
                    await asyncio.sleep(CALMLY if self.in_vain else 0.0)
                    continue
                took = asyncio.get_running_loop().time() - began
                await asyncio.sleep(min(CALMLY, took))
                with suppress(TimeoutError):
                    async with asyncio.timeout(pause):
                        await self.awake.wait()
        except (Conflict, Unavailable) as error:
            log.info("dispatching_stopped", reason=type(error).__name__)
        finally:
            self.hall = None

    async def run_due(self, lease: Lease) -> None:
        """Do all that is due by now."""
        while await self.round(lease) == 0.0:
            pass

    async def load(self) -> None:
        """Read everything."""
        self.stale = False
        self.ahead = None
        self.dirty.clear()
        self.changed.clear()
        self.customers.clear()
        book = await self.desk.read(rulebook)
        self.hall = Hall(book)  # from here on we are told of what changes
        which = await self.desk.read(everywhere)
        self.hall.lay(await self.desk.read(lambda unit: unit.asides.all()))
        self.hall.meet(await self.desk.read(colleagues), self.desk.clock())
        for one, _ in await self.desk.read(wrapping, book):
            self.hall.wrap_up(one, self.desk.clock())
        for start in range(0, len(which), CHUNK):
            part = which[start : start + CHUNK]
            found = await self.desk.read(conversations, part, book)
            self.hall.learn(part, found, self.desk.clock())
        self.synced = self.desk.clock()

    async def round(self, lease: Lease) -> float | None:
        """Take in what is new, write what follows from it, and return how long to wait."""
        if self.stale or self.hall is None:
            await self.load()
        hall = self.hall
        assert hall is not None  # noqa: S101  # just loaded
        ahead, self.ahead = self.ahead, None
        if ahead is not None:
            await self.write(hall, lease, ahead)
            return 0.0
        await self.take_in(hall)
        orders = self.planned(hall, due=True)
        if not orders:
            return 0.0 if self.dirty else self.pause(hall)
        writing = asyncio.ensure_future(self.write(hall, lease, orders))
        if len(orders.offers) >= self.most:  # many wait: meanwhile we go on
            await asyncio.sleep(0)
            self.ahead = self.planned(hall)
        await writing
        if orders.acts or self.ahead is not None or self.dirty:
            return 0.0
        return self.pause(hall)

    def planned(self, hall: Hall, *, due: bool = False) -> Orders:
        """Return what is to be written now: what is *due*, and whom to offer what."""
        now = self.desk.clock()
        acts = hall.due(now) if due else []
        return self.orders(hall, acts, hall.plan(now, self.most), now)

    def pause(self, hall: Hall) -> float:
        soonest = hall.soonest()
        if soonest is None:
            return RESYNC
        return min(RESYNC, max(0.0, (soonest - self.desk.clock()).total_seconds()))

    async def take_in(self, hall: Hall) -> None:
        """Look anew at whatever was told to have changed."""
        now = self.desk.clock()
        if self.synced is None or (now - self.synced).total_seconds() >= RESYNC:
            self.synced = now
            hall.meet(await self.desk.read(colleagues), self.desk.clock())
            hall.lay(await self.desk.read(lambda unit: unit.asides.all()))
            self.changed.clear()
        agents = [*self.changed, *hall.ring(now)]
        self.changed.clear()
        if self.customers:
            whose, self.customers = list(self.customers), set()
            self.dirty |= set(await self.desk.read(of_customers, whose))
        which, self.dirty = list(self.dirty), set()
        if agents:
            hall.meet(await self.desk.read(colleagues, agents), self.desk.clock(), only=agents)
        if which:
            found = await self.desk.read(conversations, which, hall.book)
            hall.learn(which, found, self.desk.clock())
            rest = [one for one in which if one not in found]
            aside = await self.desk.read(lambda unit: unit.asides.some(rest)) if rest else {}
            hall.lay(aside, which)

    # --- what is written --------------------------------------------------------------------
    async def write(self, hall: Hall, lease: Lease, orders: Orders) -> None:
        """Write *orders*; what was planned and not made is looked at anew."""
        self.offering = frozenset(one.conversation_id for one in orders.offers)
        made: list[Assignment] = []
        self.dirty |= {act.conversation_id for act in orders.acts if isinstance(act, MOVES)}
        try:
            made = await self.desk.write(execute, lease, hall.book, orders)
        finally:
            there = {(one.conversation_id, one.agent_id) for one in made}
            for one in orders.offers:
                if (one.conversation_id, one.agent_id) not in there:
                    hall.refused(one.conversation_id, one.agent_id)
                    self.dirty.add(one.conversation_id)
            self.offering = frozenset()
        self.in_vain = bool(orders.offers) and not made
        hall.made(made)

    def orders(self, hall: Hall, acts: Sequence[Act], plan: Plan, now: datetime) -> Orders:
        decisions = [explained(hall.book, one, now) for one in plan.offers]
        decisions += [one for stuck in plan.stuck if (one := self.excused(hall, stuck, now))]
        return Orders(
            acts=tuple(acts),
            offers=tuple(as_offer(hall.book, one, now) for one in plan.offers),
            decisions=tuple(decisions),
        )

    def excused(self, hall: Hall, stuck: Stuck, now: datetime) -> Decision | None:
        """Say why nobody gets a conversation, unless that was said of it before."""
        which, why = stuck.conversation_id, reasons(stuck)
        if any(one.removal is Removal.DECLINED for one in stuck.choice.removed):
            hall.forgive_later(which, now)
        if self.told_stuck.get(which) == why:
            return None
        if len(self.told_stuck) > 100_000:
            self.told_stuck.clear()
        self.told_stuck[which] = why
        return decision(
            now,
            hall.book,
            which,
            "nobody",
            why,
            queue_id=stuck.queue_id,
            detail=told(stuck.choice),
        )


def free(unit: Unit) -> None:
    """Take the lease from a process that was killed."""
    unit.leases.free(LEASE, now=unit.now)


def as_offer(book: Rulebook, one: Offer, now: datetime) -> offers.Offer:
    """Return what the store is asked for."""
    queue = book.queues[one.queue_id]
    return offers.Offer(
        conversation_id=one.conversation_id,
        agent_id=one.agent_id,
        weight=one.weight,
        expires_at=now + timedelta(seconds=queue.offer_seconds),
        accepted=queue.offering is Offering.PUSH,
    )


def explained(book: Rulebook, one: Offer, now: datetime) -> Decision:
    """Return why an agent is offered a conversation."""
    detail = told(one.choice) | {"score": asdict(one.score)}
    return decision(
        now,
        book,
        one.conversation_id,
        "offer",
        one.choice.why,
        queue_id=one.queue_id,
        agent_id=one.agent_id,
        detail=detail,
    )


REASONS = {
    Removal.NO_MEMBER: "no members",
    Removal.DISCONNECTED: "not connected",
    Removal.UNAVAILABLE: "not available",
    Removal.DECLINED: "declined it",
    Removal.LANGUAGE: "without the language",
    Removal.SKILL: "without the skill",
    Removal.NO_ROOM: "without room",
    Removal.BACKUP: "backups",
}


def reasons(stuck: Stuck) -> str:
    """Say in a sentence why nobody may have a conversation."""
    counts: dict[Removal, int] = {}
    for one in stuck.choice.removed:
        counts[one.removal] = counts.get(one.removal, 0) + 1
    if not counts:
        return "Nobody belongs to this queue."
    said = ", ".join(f"{count} {REASONS[removal]}" for removal, count in counts.items())
    return f"Nobody may have it now: {said}."


def of_customers(unit: Unit, which: Sequence[CustomerId]) -> Sequence[ConversationId]:
    return Floors(unit.connection).of_customers(which)


def everywhere(unit: Unit) -> Sequence[ConversationId]:
    """Return every conversation that routing has, apart from the resolved ones."""
    return [one.conversation_id for one in unit.placements.open()]
