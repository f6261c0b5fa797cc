"""A conversation waits, is offered, is taken, comes back; its record says each time why."""

from datetime import timedelta

import pytest

from inbox.actions import duties, placing
from inbox.actions.offers import Offer, offer_many
from inbox.errors import Conflict, Invalid, NotFound
from inbox.model import AssignmentState, Availability, Priority, Stage, Status
from tests.inbox.actions.crew import crew


async def test_what_waits_is_offered_and_taken(desk):
    here = await crew(desk)
    ada = here.agents[0]
    which = await here.conversation()
    offered = await here.offer(which, ada)
    assert (await here.placement(which)).stage is Stage.OFFERED
    await desk.write(placing.accept, offered.id, by=ada)

    placement, talk = await here.placement(which), await here.talk(which)
    assert (placement.stage, placement.queued_at) == (Stage.ACCEPTED, None)
    assert (talk.assignee_id, talk.queue_id, talk.status) == (ada, here.queues[0], Status.OPEN)
    assert (await here.verbs(which))[-3:] == [
        "conversation.queued",
        "conversation.offered",
        "conversation.accepted",
    ]


async def test_what_is_not_queued_is_not_offered(desk):
    here = await crew(desk)
    which = await here.conversation()
    assert await here.offer(which, here.agents[0])

    assert await here.offer(which, here.agents[1]) is None


async def test_an_offer_is_answered_once(desk):
    here = await crew(desk)
    ada, bob, _ = here.agents
    which = await here.conversation()
    offered = await here.offer(which, ada)
    with pytest.raises(NotFound):
        await desk.write(placing.accept, offered.id, by=bob)
    await desk.write(placing.decline, offered.id, by=ada)
    for late in (placing.accept, placing.decline):
        with pytest.raises(Conflict):
            await desk.write(late, offered.id, by=ada)
    with pytest.raises(Conflict):
        await desk.write(placing.miss, offered.id, limit=1)

    placement = await here.placement(which)
    assert (placement.stage, placement.declined_by) == (Stage.QUEUED, (ada,))


async def test_who_misses_offers_is_away(desk):
    here = await crew(desk)
    ada = here.agents[0]
    which = await here.conversation()
    for _ in range(2):
        offered = await here.offer(which, ada)
        await desk.write(placing.miss, offered.id, limit=2)

    duty = await here.duty(ada)
    assert (duty.availability, duty.reason) == (Availability.AWAY, duties.SILENT)
    assert (await here.verbs(which))[-1] == "conversation.missed"


async def test_what_comes_back_keeps_its_place(desk):
    here = await crew(desk)
    ada = here.agents[0]
    first = await here.conversation()
    waited = (await here.placement(first)).queued_at
    await here.offer(first, ada, accepted=True)
    desk.advance(60)
    second = await here.conversation()
    await desk.write(placing.give_back, first, by=None, why="Ada left.")

    placement = await here.placement(first)
    assert placement.queued_at == waited < (await here.placement(second)).queued_at
    assert (placement.previous_id, placement.declined_by) == (ada, (ada,))
    assert (await here.talk(first)).assignee_id is None
    assert await here.live(first) is None


async def test_a_transfer_to_a_queue_ends_what_its_agent_had(desk):
    here = await crew(desk)
    ada = here.agents[0]
    which = await here.conversation()
    given = await here.offer(which, ada, accepted=True)
    await desk.write(placing.enqueue, which, here.queues[1], by=ada, why="An invoice.")

    placement = await here.placement(which)
    assert (placement.stage, placement.queue_id) == (Stage.QUEUED, here.queues[1])
    ended = await desk.read(lambda unit: unit.assignments.get(given.id))
    assert (ended.state, ended.why) == (AssignmentState.ENDED, "An invoice.")
    event = (await here.ear.all("events"))[-1]
    assert event.change == {
        "queue_id": here.queues,
        "assignee_id": [ada, None],
        "stage": ["accepted", "queued"],
        "reason": "An invoice.",
    }


async def test_whoever_takes_it_has_it(desk):
    here = await crew(desk)
    ada, bob, _ = here.agents
    which = await here.conversation()
    offered = await here.offer(which, ada)
    await desk.write(placing.take, which, bob, by=bob, weight=1.0)
    with pytest.raises(Conflict):
        await desk.write(placing.accept, offered.id, by=ada)

    assert (await here.talk(which)).assignee_id == bob
    assert (await here.live(which)).agent_id == bob


async def test_taking_what_one_is_offered_accepts_it(desk):
    here = await crew(desk)
    ada = here.agents[0]
    which = await here.conversation()
    offered = await here.offer(which, ada)
    await desk.write(placing.take, which, ada, by=ada, weight=1.0)

    live = await here.live(which)
    assert (live.id, live.state) == (offered.id, AssignmentState.ACCEPTED)


async def test_what_is_held_is_offered_to_nobody(desk):
    here = await crew(desk)
    which = await here.conversation()
    await here.offer(which, here.agents[0], accepted=True)
    await desk.write(placing.hold, which, by=None)
    assert (await here.talk(which)).assignee_id is None
    assert await here.offer(which, here.agents[1]) is None
    await desk.write(placing.hold, which, False, by=None)

    assert (await here.placement(which)).stage is Stage.QUEUED


async def test_priority_is_written_down(desk):
    here = await crew(desk)
    which = await here.conversation()
    await desk.write(placing.prioritise, which, Priority.URGENT, by=here.agents[0])

    event = (await here.ear.all("events"))[-1]
    assert event.change == {"priority": ["normal", "urgent"]}
    assert (await here.placement(which)).priority is Priority.URGENT


async def test_many_offers_leave_out_what_does_not_fit(desk):
    here = await crew(desk, 4)
    ada, bob, cid, dan = here.agents
    some = [await here.conversation() for _ in range(5)]
    await here.offer(some[0], dan)
    await desk.write(duties.choose, bob, Availability.BUSY, by=bob)
    await desk.write(duties.leave, cid)
    later = desk.now + timedelta(seconds=30)
    wanted = [(some[0], ada, 1.0), (some[1], bob, 1.0), (some[2], cid, 1.0)]
    wanted += [(some[1], ada, 4.0), (some[2], ada, 4.0), (some[2], dan, None), (some[3], ada, 2.0)]
    offers = [
        Offer(conversation_id=which, agent_id=agent, weight=weight, expires_at=later)
        for which, agent, weight in wanted
    ]
    offers.append(offers[-1])  # twice
    offers.append(Offer(conversation_id=some[4], agent_id=dan, weight=1.0, accepted=True))
    made = await desk.write(offer_many, offers)

    assert [(one.conversation_id, one.agent_id) for one in made] == [
        (some[1], ada),
        (some[3], ada),
        (some[4], dan),
    ]
    assert (await here.talk(some[4])).assignee_id == dan
    assert (await here.live(some[1])).expires_at == later
    stages = [(await here.placement(which)).stage for which in some[1:]]
    assert stages == [Stage.OFFERED, Stage.QUEUED, Stage.OFFERED, Stage.ACCEPTED]
    assert (await here.duty(ada)).offered_at == desk.now


async def test_a_call_takes_all_the_room_there_is(desk):
    here = await crew(desk)
    ada, bob, _ = here.agents
    some = [await here.conversation() for _ in range(3)]
    offers = [
        Offer(conversation_id=some[0], agent_id=ada, weight=None),
        Offer(conversation_id=some[1], agent_id=ada, weight=0.5),
        Offer(conversation_id=some[2], agent_id=bob, weight=1.0),
    ]
    await desk.write(duties.call, bob, True)
    made = await desk.write(offer_many, offers)

    assert [one.conversation_id for one in made] == [some[0]]


async def test_a_queue_that_goes_leaves_agents_what_they_have(desk):
    here = await crew(desk)
    old, new = here.queues
    waiting, had = await here.conversation(old), await here.conversation(old)
    await here.offer(had, here.agents[0], accepted=True)
    await desk.write(placing.empty, old, new, by=None, why="It was closed.")

    for which, stage in ((waiting, Stage.QUEUED), (had, Stage.ACCEPTED)):
        placement = await here.placement(which)
        assert (placement.stage, placement.queue_id) == (stage, new)
        assert (await here.talk(which)).queue_id == new
    assert (await here.live(had)).queue_id == new


async def test_without_a_placement_there_is_nothing_to_hold(desk):
    here = await crew(desk)
    which = await here.conversation()
    await desk.write(placing.let_go, which, by=None)
    with pytest.raises(Invalid):
        await desk.write(placing.hold, which, by=None)
    await desk.write(placing.take, which, here.agents[0], by=None, weight=1.0)

    assert (await here.talk(which)).assignee_id == here.agents[0]
    assert await here.placement(which) is None


async def test_who_opens_the_desk_for_the_first_time_is_available(desk):
    here = await crew(desk)
    duty = await here.duty(here.agents[0])
    assert (duty.availability, duty.connected_until > desk.now) == (Availability.AVAILABLE, True)
    await desk.write(duties.leave, here.agents[0])

    assert (await here.duty(here.agents[0])).connected_until == desk.now


async def test_the_record_tells_when_browsers_come_and_go(desk):
    here = await crew(desk)
    ada = here.agents[0]
    await desk.write(duties.connect, [ada], desk.now + timedelta(hours=2))
    await desk.write(duties.leave, ada)
    await desk.write(duties.leave, ada)
    await desk.write(duties.connect, [ada], desk.now + timedelta(hours=2))

    events = [row for row in await here.ear.all("events") if row.for_agent_id == ada]
    assert [row.change for row in events if row.verb == "agent.availability"] == [
        {"availability": [None, "available"], "connected": [False, True]},
        {"connected": [True, False]},
        {"connected": [False, True]},
    ]
