"""What agents and customers do moves what routing has, and without queues nothing changes."""

import pytest

from inbox.actions import agent as agents
from inbox.actions import conversation as conversations
from inbox.actions import duties, placing, tags
from inbox.actions.calling import settle
from inbox.actions.merge import merge, part
from inbox.actions.note import note
from inbox.actions.reply import reply
from inbox.errors import Conflict, Invalid
from inbox.jobs import Route
from inbox.model import AssignmentState, Call, Leg, Stage, Status
from routing.router import route
from tests.inbox.actions.crew import crew, said


@pytest.fixture
async def here(desk):
    return await crew(desk)


async def had(here, agent):
    """Return a conversation that an agent has."""
    which = await here.conversation()
    await here.offer(which, agent, accepted=True)
    return which


async def told(here, which):
    """Return the last change of a conversation's stage, and its reason."""
    rows = [row for row in await here.ear.all("events") if row.conversation_id == which]
    moved = [row for row in rows if row.change and "stage" in row.change]
    return moved[-1].verb, moved[-1].change.get("reason")


def weigh(unit, **weights):
    unit.setups.add({"weights": weights}, at=unit.now, by=None, note="")


async def test_what_is_resolved_is_over_for_routing(here):
    which = await had(here, here.agents[0])
    await here.desk.write(conversations.resolve, which, by=here.agents[0], outcome="invoice")

    placement = await here.placement(which)
    assert (placement.stage, placement.outcome) == (Stage.RESOLVED, "invoice")
    assert placement.resolved_at == here.desk.now
    assert await here.live(which) is None
    assert (await here.ear.all("events"))[-1].change == {
        "status": ["open", "resolved"],
        "stage": ["accepted", "resolved"],
        "outcome": [None, "invoice"],
    }


async def test_what_is_not_resolved_is_not_over(here):
    which = await here.conversation()
    with pytest.raises(Conflict):
        await here.desk.write(placing.finish, which)

    assert (await here.placement(which)).stage is Stage.QUEUED


async def test_a_customer_who_writes_again_waits_again(here):
    ada = here.agents[0]
    which = await had(here, ada)
    await here.desk.write(conversations.resolve, which, by=ada)
    here.desk.advance(60)
    await here.ear(here.house.chat, said((await here.talk(which)).thread))
    await here.desk.write(placing.enqueue, which, here.queues[1])

    placement, talk = await here.placement(which), await here.talk(which)
    assert (placement.stage, placement.previous_id) == (Stage.QUEUED, ada)
    assert placement.queued_at == placement.began_at == talk.waiting_since == here.desk.now
    assert (placement.resolved_at, placement.first_response_at) == (None, None)
    assert talk.assignee_id is None


async def test_who_opens_again_what_they_had_has_it(here):
    ada, bob, _ = here.agents
    for who, stage in ((ada, Stage.ACCEPTED), (bob, Stage.QUEUED)):
        which = await had(here, ada)
        await here.desk.write(conversations.resolve, which, by=ada)
        await here.desk.write(conversations.reopen, which, by=who)

        assert (await here.placement(which)).stage is stage


async def test_what_is_opened_again_in_a_queue_that_went_is_routed_anew(here):
    which = await had(here, here.agents[0])
    await here.desk.write(conversations.resolve, which, by=None)
    await here.desk.write(lambda unit: unit.queues.sync([], at=unit.now))
    await here.desk.write(conversations.reopen, which, by=None)
    await route(here.desk, Route(conversation_id=which))

    assert await here.placement(which) is None
    assert (await here.talk(which)).queue_id is None


async def test_spam_is_over_and_comes_back_where_it_was(here):
    which = await here.conversation()
    await here.desk.write(conversations.mark_spam, which, by=None)
    assert (await here.placement(which)).stage is Stage.RESOLVED
    await here.desk.write(conversations.mark_spam, which, False, by=None)

    assert (await here.placement(which)).stage is Stage.QUEUED


async def test_the_first_answer_is_the_first_response(here):
    ada = here.agents[0]
    which = await had(here, ada)
    here.desk.advance(10)
    await here.desk.write(reply, which, "Hello.", by=ada)
    answered = here.desk.now
    here.desk.advance(10)
    await here.desk.write(reply, which, "Goodbye.", by=ada, resolve=True, outcome="chat")

    placement = await here.placement(which)
    assert (placement.first_response_at, placement.outcome) == (answered, "chat")


async def test_a_desk_that_answers_by_itself_gives_no_first_response(here):
    which = await here.conversation()
    await here.desk.write(reply, which, "We are closed.", by=None)

    placement = await here.placement(which)
    assert (placement.stage, placement.first_response_at) == (Stage.QUEUED, None)


async def test_whoever_answers_what_waits_has_it(here):
    ada = here.agents[0]
    which = await here.conversation()
    await here.desk.write(weigh, webchat=0.25)
    await here.desk.write(reply, which, "Hello.", by=ada)

    placement, talk, live = [await ask(which) for ask in (here.placement, here.talk, here.live)]
    assert (placement.stage, placement.first_response_at) == (Stage.ACCEPTED, here.desk.now)
    assert (talk.assignee_id, live.agent_id, live.weight) == (ada, ada, 0.25)
    assert await told(here, which) == ("conversation.assigned", "They answered.")


async def test_whoever_answers_what_another_is_asked_for_has_it(here):
    ada, bob, _ = here.agents
    which = await here.conversation()
    offered = await here.offer(which, bob)
    await here.desk.write(reply, which, "Hello.", by=ada)
    with pytest.raises(Conflict):
        await here.desk.write(placing.accept, offered.id, by=bob)

    withdrawn = await here.desk.read(lambda unit: unit.assignments.get(offered.id))
    assert withdrawn.state is AssignmentState.WITHDRAWN
    assert (await here.live(which)).agent_id == ada


async def test_whoever_answers_what_they_are_asked_for_takes_it(here):
    ada = here.agents[0]
    which = await here.conversation()
    offered = await here.offer(which, ada)
    await here.desk.write(reply, which, "Hello.", by=ada)

    live = await here.live(which)
    assert (live.id, live.state) == (offered.id, AssignmentState.ACCEPTED)
    assert await told(here, which) == ("conversation.accepted", "They answered.")


async def test_an_answer_takes_nothing_from_who_has_it_and_a_note_takes_nothing(here):
    ada, bob, _ = here.agents
    theirs, waits, aside = await had(here, bob), await here.conversation(), await had(here, bob)
    await here.desk.write(placing.hold, aside, by=bob)
    await here.desk.write(reply, theirs, "I know that.", by=ada)
    await here.desk.write(note, waits, "I know them.", by=ada)
    await here.desk.write(reply, aside, "One moment.", by=ada)

    assert (await here.talk(theirs)).assignee_id == bob
    assert [(await here.placement(which)).stage for which in (waits, aside)] == [
        Stage.QUEUED,
        Stage.HELD,
    ]


async def test_who_answers_and_resolves_had_it(here):
    ada = here.agents[0]
    which = await here.conversation()
    await here.desk.write(reply, which, "Goodbye.", by=ada, resolve=True)

    placement = await here.placement(which)
    assert (placement.stage, placement.previous_id) == (Stage.RESOLVED, ada)


async def test_assigning_is_taking_and_giving_back(here):
    ada = here.agents[0]
    which = await here.conversation()
    await here.desk.write(conversations.assign, which, ada, by=ada)
    assert (await here.placement(which)).stage is Stage.ACCEPTED
    await here.desk.write(conversations.assign, which, None, by=ada)

    assert (await here.placement(which)).stage is Stage.QUEUED


async def test_what_somebody_had_who_leaves_for_good_goes_back(here):
    ada = here.agents[0]
    some = [await had(here, ada), await here.conversation()]
    await here.offer(some[1], ada)
    await here.desk.write(agents.archive, ada)

    assert [(await here.placement(which)).stage for which in some] == [Stage.QUEUED] * 2
    assert await here.desk.read(lambda unit: unit.queues.queues_of(ada)) == []
    told = [row for row in await here.ear.all("events") if row.verb == "queue.member_changed"]
    assert [row.for_agent_id for row in told] == [ada] * 2


async def test_an_offer_stands_while_its_customer_is_merged_and_parted(here):
    ada = here.agents[0]
    which, other = await here.conversation(), await here.conversation()
    offered = await here.offer(which, ada)
    gone, kept = [(await here.talk(one)).customer_id for one in (which, other)]
    number = await here.desk.write(merge, kept, gone, "The same voice.", by=ada)
    await here.desk.write(placing.accept, offered.id, by=ada)
    assert (await here.talk(which)).customer_id == kept
    await here.desk.write(part, number, by=ada)

    talk = await here.talk(which)
    assert (talk.customer_id, talk.assignee_id) == (gone, ada)
    assert (await here.placement(which)).stage is Stage.ACCEPTED
    assert (await here.placement(other)).stage is Stage.QUEUED


async def test_whoever_is_on_the_telephone_is_on_call(here):
    ada = here.agents[0]
    which = await here.conversation()
    now = here.desk.now

    def talking(ended_at):
        leg = Leg(external_id="l", who="agent", agent_id=ada, answered_at=now, ended_at=ended_at)
        state = "ended" if ended_at else "talking"
        return Call(state=state, began_at=now, answered_at=now, ended_at=ended_at, legs=(leg,))

    def tell(unit, call):
        message = unit.messages.get(unit.conversations.get(which).last_heard_id)
        settle(unit, message, call, 0)

    await here.desk.write(tell, talking(None))
    assert (await here.duty(ada)).on_call
    await here.desk.write(tell, talking(now))

    assert not (await here.duty(ada)).on_call


async def test_a_conversation_is_filed_under_tidy_words(here):
    which = await here.conversation()
    await here.desk.write(tags.tag, which, ["  Late  Parcel", "vip", "", "VIP"], by=None)
    await here.desk.write(tags.tag, which, ["vip"], by=None)
    await here.desk.write(tags.untag, which, ["Vip"], by=None)
    with pytest.raises(Invalid):
        await here.desk.write(tags.put, which, map(str, range(51)), by=None)

    assert await here.desk.read(lambda unit: unit.tags.of(which)) == ["late parcel"]
    assert (await here.ear.all("events"))[-1].change == {
        "tags": [["late parcel", "vip"], ["late parcel"]]
    }
    assert (await here.verbs(which)).count("conversation.tagged") == 2


async def test_without_a_queue_nothing_is_different(here):
    ada = here.agents[0]
    await here.ear(here.house.chat, said())
    which = max(row.id for row in await here.ear.all("conversations"))
    for verb, *more in (
        (conversations.assign, ada),
        (conversations.resolve,),
        (conversations.reopen,),
        (conversations.mark_spam,),
        (conversations.mark_spam, False),
        (conversations.assign, None),
    ):
        await here.desk.write(verb, which, *more, by=ada)

    assert await here.placement(which) is None
    assert await here.live(which) is None
    assert (await here.talk(which)).status is Status.OPEN


async def test_who_is_seldom_there_keeps_what_they_chose(here):
    ada = here.agents[0]
    await here.desk.write(duties.choose, ada, "away", by=ada, reason="  Lunch \n")
    await here.desk.write(duties.leave, ada)
    here.desk.advance(60)
    await here.desk.write(duties.connect, [ada], here.desk.now.replace(hour=20))

    duty = await here.duty(ada)
    assert (duty.availability, duty.reason) == ("away", "Lunch")
