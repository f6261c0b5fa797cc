"""Whatever happens in whatever order: one live assignment, and all that tells of it agrees."""

import asyncio
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from inbox.actions import conversation as conversations
from inbox.actions import duties, placing
from inbox.actions.offers import Offer, offer_many
from inbox.actions.reply import reply
from inbox.database import connect
from inbox.errors import Conflict, Invalid, NotFound
from inbox.model import AssignmentState, Availability, Priority, Stage, Status
from inbox.tables import AssignmentRow, EventRow, JobRow
from tests.conftest import FrozenDesk
from tests.inbox.actions.crew import crew, said

REFUSED = (Conflict, Invalid, NotFound)
TALKS, AGENTS, QUEUES = 3, 3, 2
LIVE = {AssignmentState.OFFERED, AssignmentState.ACCEPTED}
CAPACITY = 6.0

talk = st.integers(0, TALKS - 1)
agent = st.integers(0, AGENTS - 1)
queue = st.integers(0, QUEUES - 1)
weight = st.sampled_from([0.5, 1.0, 3.0, None])
latest = st.integers(1, 4)  # how far back an assignment is that somebody speaks of
STEP = (
    st.tuples(st.just("enqueue"), talk, queue)
    | st.tuples(st.just("offer"), talk, agent, weight, st.booleans())
    | st.tuples(st.just("offer_many"), st.lists(st.tuples(talk, agent, weight, st.booleans())))
    | st.tuples(st.sampled_from(["accept", "decline", "miss"]), latest)
    | st.tuples(st.just("take"), talk, agent)
    | st.tuples(st.just("assign"), talk, agent | st.none())
    | st.tuples(st.sampled_from(["give_back", "resolve", "hear", "let_go"]), talk)
    | st.tuples(st.sampled_from(["reopen", "reply"]), talk, agent)
    | st.tuples(st.sampled_from(["hold", "mark_spam"]), talk, st.booleans())
    | st.tuples(st.just("prioritise"), talk, st.sampled_from(Priority))
    | st.tuples(st.just("choose"), agent, st.sampled_from(Availability))
    | st.tuples(st.sampled_from(["arrive", "leave"]), agent)
    | st.tuples(st.just("call"), agent, st.booleans())
    | st.tuples(st.just("empty"), queue)
)
FEW = settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


class Day:
    """A crew with some conversations, to which things happen."""

    def __init__(self, here, talks):
        self.here, self.desk, self.talks = here, here.desk, talks

    async def happen(self, step):
        """Have one thing happen; what may not be is refused and changes nothing."""
        what, *how = step
        self.desk.advance(1)
        try:
            return await getattr(self, what)(*how)
        except REFUSED:
            return None

    async def enqueue(self, which, where):
        await self.desk.write(placing.enqueue, self.talks[which], self.here.queues[where])

    async def offer(self, which, who, size, accepted):
        await self.here.offer(self.talks[which], self.here.agents[who], size, accepted=accepted)

    async def offer_many(self, wanted):
        offers = [
            Offer(
                conversation_id=self.talks[which],
                agent_id=self.here.agents[who],
                weight=size,
                accepted=accepted,
            )
            for which, who, size, accepted in wanted
        ]
        made = await self.desk.write(offer_many, offers)
        for one in made:
            await self.had_room(one.agent_id)

    async def had_room(self, who):
        """Nobody is offered what they are not there for, or have no room for."""
        duty = await self.here.duty(who)
        load, many, whole = await self.desk.read(lambda unit: unit.assignments.loads([who])[who])
        assert duty.availability is Availability.AVAILABLE
        assert duty.connected_until > self.desk.now
        assert not duty.on_call
        assert load <= CAPACITY
        assert not whole or many == 1

    async def assignment(self, back):
        rows = await self.desk.read(
            lambda unit: unit.connection.execute(
                select(AssignmentRow.id, AssignmentRow.agent_id)
                .where(AssignmentRow.conversation_id.in_(self.talks))
                .order_by(AssignmentRow.id.desc())
                .limit(back)
            ).all()
        )
        if not rows:
            raise NotFound
        return rows[-1]

    async def accept(self, back):
        number, who = await self.assignment(back)
        await self.desk.write(placing.accept, number, by=who)

    async def decline(self, back):
        number, who = await self.assignment(back)
        await self.desk.write(placing.decline, number, by=who)

    async def miss(self, back):
        number, _ = await self.assignment(back)
        await self.desk.write(placing.miss, number, limit=2)

    async def take(self, which, who):
        await self.desk.write(
            placing.take, self.talks[which], self.here.agents[who], by=None, weight=1.0
        )

    async def assign(self, which, who):
        to = None if who is None else self.here.agents[who]
        await self.desk.write(conversations.assign, self.talks[which], to, by=None)

    async def give_back(self, which):
        await self.desk.write(placing.give_back, self.talks[which], by=None, why="Gone.")

    async def resolve(self, which):
        await self.desk.write(conversations.resolve, self.talks[which], by=None)

    async def reopen(self, which, who):
        await self.desk.write(conversations.reopen, self.talks[which], by=self.here.agents[who])

    async def reply(self, which, who):
        await self.desk.write(reply, self.talks[which], "Yes.", by=self.here.agents[who])

    async def mark_spam(self, which, on):
        await self.desk.write(conversations.mark_spam, self.talks[which], on, by=None)

    async def let_go(self, which):
        await self.desk.write(placing.let_go, self.talks[which], by=None)

    async def hold(self, which, on):
        await self.desk.write(placing.hold, self.talks[which], on, by=None)

    async def prioritise(self, which, priority):
        await self.desk.write(placing.prioritise, self.talks[which], priority, by=None)

    async def hear(self, which):
        """Have the customer write again."""
        row = await self.here.talk(self.talks[which])
        await self.here.ear(self.here.house.chat, said(row.thread))

    async def choose(self, who, availability):
        await self.desk.write(duties.choose, self.here.agents[who], availability, by=None)

    async def arrive(self, who):
        until = self.desk.now + timedelta(hours=1)
        await self.desk.write(duties.connect, [self.here.agents[who]], until)

    async def leave(self, who):
        await self.desk.write(duties.leave, self.here.agents[who])

    async def call(self, who, on):
        await self.desk.write(duties.call, self.here.agents[who], on)

    async def empty(self, where):
        one, other = self.here.queues[where], self.here.queues[1 - where]
        await self.desk.write(placing.empty, one, other, by=None, why="It was closed.")

    # --- what is true at any time -----------------------------------------------------------
    async def agrees(self):
        """Everything that tells where a conversation is says the same."""
        for which in self.talks:
            await self.agree(which)

    async def agree(self, which):
        row, there = await self.here.talk(which), await self.here.placement(which)
        every = await self.desk.read(lambda unit: unit.assignments.of(which))
        live = [one for one in every if one.state in LIVE]
        assert live == [one for one in every if one.ended_at is None]
        assert len(live) <= 1
        assert await self.told(which) == (there.stage if there else None)
        if there is None:
            assert not live
            assert row.queue_id is None
            return
        assert row.queue_id == there.queue_id is not None
        assert (there.queued_at is not None) == (there.stage in {Stage.QUEUED, Stage.OFFERED})
        match there.stage:
            case Stage.QUEUED | Stage.HELD:
                assert not live
            case Stage.OFFERED:
                assert live[0].state is AssignmentState.OFFERED
            case Stage.ACCEPTED:
                assert live[0].state is AssignmentState.ACCEPTED
                assert live[0].agent_id == row.assignee_id
            case Stage.RESOLVED:
                assert not live
                assert row.status is Status.RESOLVED or await self.will_be_routed(which)
        if there.stage is not Stage.RESOLVED:
            assert row.status is Status.OPEN
        if there.stage not in {Stage.ACCEPTED, Stage.RESOLVED}:
            assert row.assignee_id is None
        if live:
            assert live[0].queue_id == there.queue_id

    async def told(self, which):
        """Return the stage that the record tells; each change begins where the last one ended."""
        rows = await self.desk.read(
            lambda unit: unit.connection.execute(
                select(EventRow.change)
                .where(EventRow.conversation_id == which)
                .order_by(EventRow.id)
            ).all()
        )
        stage = None
        for (change,) in rows:
            if change and "stage" in change:
                assert change["stage"][0] == stage
                stage = change["stage"][1]
        return stage

    async def will_be_routed(self, which):
        job = f'"conversation_id":{which}'
        rows = await self.desk.read(
            lambda unit: unit.connection.scalars(select(JobRow.payload)).all()
        )
        return any('"route"' in row and job in row for row in rows)


async def begin(here):
    talks = [await here.conversation(here.queues[0]) for _ in range(TALKS)]
    return Day(here, talks)


@pytest.fixture
async def here(desk):
    return await crew(desk, AGENTS)


@FEW
@given(st.lists(STEP, min_size=1, max_size=30))
async def test_everything_agrees_at_any_time(here, steps):
    day = await begin(here)
    for step in steps:
        await day.happen(step)
        await day.agrees()


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
@FEW
@given(st.lists(st.tuples(STEP, STEP), min_size=1, max_size=15))
async def test_two_desks_at_once_never_both_win(here, database_url, tmp_path, pairs):
    day = await begin(here)
    other = FrozenDesk(connect(database_url), tmp_path / "other")
    try:
        other.now = here.desk.now
        beside = Day(type(here)(other, here.house, here.agents, here.queues), day.talks)
        for one, two in pairs:
            await asyncio.gather(day.happen(one), beside.happen(two))
            await day.agrees()
    finally:
        other.close()
