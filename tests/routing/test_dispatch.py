"""What waits is offered to whoever may have it, and goes on when nobody answers."""

from datetime import timedelta

import pytest

from inbox.actions import agent as agents
from inbox.actions import conversation, duties, placing, queues
from inbox.actions.customer import set_attributes
from inbox.actions.merge import merge
from inbox.actions.offers import Offer, offer_many
from inbox.actions.reply import reply
from inbox.errors import Conflict
from inbox.leases import Lease
from inbox.model import AssignmentState, Availability, ConversationId, Membership, Skilled, Stage
from routing.dispatch import Dispatcher
from routing.hours import Calendar
from routing.queues import Fallback, Offering, Overflow, Queue
from routing.service_levels import ServiceLevel, Target
from routing.setup import Setup
from routing.skills import Need
from tests.inbox.actions.letters import chat
from tests.routing.floor import open_shop


async def test_who_waits_is_offered_to_who_is_there(desk):
    async with open_shop(desk) as shop:
        ada = await shop.person("ann", "sales")
        which = await shop.hear()
        await shop.run()

        placement, live = await shop.placement(which), await shop.live(which)
        assert (Stage.OFFERED, ada) == (placement.stage, live.agent_id)
        assert live.expires_at == desk.now + timedelta(seconds=30)


async def test_nobody_there_says_why(desk):
    async with open_shop(desk) as shop:
        await shop.person("ann", "sales", here=None)
        which = await shop.hear()
        await shop.run()
        await shop.run()

        nobody, ruled = await shop.decisions(which)
        assert "Nobody may have it now: 1 not connected." == nobody.why
        assert ("nobody", "rules") == (nobody.kind, ruled.kind)


async def test_an_offer_that_is_not_answered_goes_on_and_its_agent_is_away_after_two(desk):
    async with open_shop(desk) as shop:
        ann = await shop.person("ann", "sales")
        which = await shop.hear()
        await shop.run()
        await shop.after(31)
        bea = await shop.person("bea", "sales")
        await shop.run()

        assert bea == (await shop.live(which)).agent_id
        other = await shop.hear()
        await shop.run()
        assert ann == (await shop.live(other)).agent_id
        await shop.after(31)
        duty = await desk.read(lambda unit: unit.duties.get(ann))
        assert Availability.AWAY is duty.availability


async def test_what_everybody_declined_is_asked_again_after_a_while(desk):
    async with open_shop(desk) as shop:
        ann = await shop.person("ann", "sales")
        which = await shop.hear()
        await shop.run()
        await desk.write(placing.decline, (await shop.live(which)).id, by=ann)
        await shop.run()
        assert await shop.live(which) is None

        await shop.after(30)
        assert ann == (await shop.live(which)).agent_id


async def test_work_returns_when_its_agent_stays_away_longer_than_the_grace(desk):
    async with open_shop(desk) as shop:
        ann = await shop.person("ann", "sales")
        which = await shop.hear()
        await shop.run()
        await desk.write(placing.accept, (await shop.live(which)).id, by=ann)
        await shop.run()
        await desk.write(duties.leave, ann)
        await shop.after(59)
        assert ann == (await shop.live(which)).agent_id

        await shop.after(2)
        assert Stage.QUEUED is (await shop.placement(which)).stage
        assert "return" in [one.kind for one in await shop.decisions(which)]


async def test_who_comes_back_in_time_keeps_their_work(desk):
    async with open_shop(desk) as shop:
        ann = await shop.person("ann", "sales")
        which = await shop.hear()
        await shop.run()
        await desk.write(placing.accept, (await shop.live(which)).id, by=ann)
        await desk.write(duties.leave, ann)
        await shop.after(30)
        await desk.write(duties.connect, [ann], desk.now + timedelta(hours=1))
        await shop.after(300)

        assert ann == (await shop.live(which)).agent_id


async def test_who_does_not_answer_in_time_loses_it_to_a_colleague(desk):
    async with open_shop(desk, sales=Queue(answer_seconds=60)) as shop:
        ann = await shop.person("ann", "sales")
        which = await shop.hear()
        await shop.run()
        await desk.write(placing.accept, (await shop.live(which)).id, by=ann)
        bea = await shop.person("bea", "sales")
        await shop.after(61)
        assert bea == (await shop.live(which)).agent_id


async def test_who_answered_keeps_it(desk):
    async with open_shop(desk, sales=Queue(answer_seconds=60)) as shop:
        ann = await shop.person("ann", "sales")
        which = await shop.hear()
        await shop.run()
        await desk.write(placing.accept, (await shop.live(which)).id, by=ann)
        await desk.write(reply, which, "Hello!", by=ann)
        await shop.after(600)

        assert ann == (await shop.live(which)).agent_id


async def test_nobody_gets_more_than_fits(desk):
    async with open_shop(desk) as shop:
        await shop.person("ann", "sales", capacity=2)
        talks = [await shop.hear() for _ in range(3)]
        await shop.run()

        assert 2 == sum([await shop.live(which) is not None for which in talks])


async def test_what_was_assigned_outside_any_queue_takes_room(desk):
    async with open_shop(desk, setup=Setup(queues={"sales": Queue()})) as shop:  # no rule speaks
        ann = await shop.person("ann", "sales", capacity=2)
        bea = await shop.person("bea", "sales", capacity=2)
        before, later, talk = [await shop.hear() for _ in range(3)]
        await desk.write(conversation.assign, before, ann, by=ann)
        await shop.run()
        await desk.write(conversation.assign, later, ann, by=ann)
        await desk.write(placing.enqueue, talk, shop.ids["sales"])
        await shop.run()
        assert bea == (await shop.live(talk)).agent_id

        await desk.write(conversation.assign, before, bea, by=ann)
        waits = await shop.hear()
        await desk.write(placing.enqueue, waits, shop.ids["sales"])
        await shop.run()
        assert ann == (await shop.live(waits)).agent_id

        loads = await desk.read(lambda unit: unit.assignments.loads([ann, bea]))
        assert {ann: (2.0, 2, False), bea: (2.0, 2, False)} == loads


async def test_what_was_resolved_outside_any_queue_makes_room(desk):
    async with open_shop(desk, setup=Setup(queues={"sales": Queue()})) as shop:
        ann = await shop.person("ann", "sales", capacity=1)
        outside, talk = await shop.hear(), await shop.hear()
        await desk.write(conversation.assign, outside, ann, by=ann)
        await desk.write(placing.enqueue, talk, shop.ids["sales"])
        await shop.run()
        assert await shop.live(talk) is None
        await desk.write(conversation.resolve, outside, by=ann)
        await shop.run()

        assert ann == (await shop.live(talk)).agent_id


async def test_nobody_is_offered_more_than_fits_beside_what_lies_outside(desk):
    async with open_shop(desk, setup=Setup(queues={"sales": Queue()})) as shop:
        ann = await shop.person("ann", "sales", capacity=1)
        outside, talk = await shop.hear(), await shop.hear()
        await desk.write(conversation.assign, outside, ann, by=ann)
        await desk.write(placing.enqueue, talk, shop.ids["sales"])
        offered = Offer(conversation_id=talk, agent_id=ann, weight=1.0)

        assert [] == await desk.write(offer_many, [offered])


async def test_a_resolved_conversation_makes_room(desk):
    async with open_shop(desk) as shop:
        ann = await shop.person("ann", "sales", capacity=1)
        first, second = await shop.hear(), await shop.hear()
        await shop.run()
        await desk.write(conversation.resolve, first, by=ann)
        await shop.run()

        assert ann == (await shop.live(second)).agent_id


async def test_who_resolved_one_wraps_up_before_the_next(desk):
    async with open_shop(desk, sales=Queue(wrap_up=20, offering=Offering.PUSH)) as shop:
        ann = await shop.person("ann", "sales", capacity=1)
        first, second = await shop.hear(), await shop.hear()
        await shop.run()
        await desk.write(conversation.resolve, first, by=ann)
        await shop.run()
        assert await shop.live(second) is None

        await shop.after(21)
        assert AssignmentState.ACCEPTED is (await shop.live(second)).state


async def test_what_is_reopened_goes_to_whoever_had_it(desk):
    async with open_shop(desk) as shop:
        ann = await shop.person("ann", "sales")
        which = await shop.hear(visitor="v1")
        await shop.run()
        await desk.write(placing.accept, (await shop.live(which)).id, by=ann)
        await desk.write(conversation.resolve, which, by=ann)
        for name in "bea", "cyd":
            await shop.person(name, "sales")
        await shop.run()
        await shop.hear(visitor="v1")
        await shop.run()

        assert ann == (await shop.live(which)).agent_id


async def test_skills_are_asked_for_until_the_queue_relaxes_them(desk):
    queue = Queue(needs=(Need(skill="tax", level=3),), overflow=(Overflow(after=60, relax=True),))
    setup = Setup(skills=("tax",), queues={"sales": queue}, usual="sales")
    async with open_shop(desk, setup) as shop:
        ann = await shop.person("ann", "sales", skills={"tax": 2})
        which = await shop.hear()
        await shop.run()
        assert await shop.live(which) is None

        await shop.after(61)
        assert ann == (await shop.live(which)).agent_id


async def test_who_waits_too_long_goes_to_the_next_queue_and_is_told_there(desk):
    there = Queue(overflow=(Overflow(after=60, queue="all"),))
    last = Queue(overflow=(Overflow(after=30, fallback=Fallback.REPLY),), away_reply="Sorry.")
    async with open_shop(desk, sales=there, all=last) as shop:
        which = await shop.hear()
        await shop.run()
        await shop.after(61)
        placement = await shop.placement(which)
        assert (shop.ids["all"], 0) == (placement.queue_id, placement.stepped)

        await shop.after(31)
        talk = await desk.read(lambda unit: unit.conversations.get(which))
        assert ("Sorry.", True) == (talk.preview, talk.waiting_since is not None)
        assert Stage.QUEUED is (await shop.placement(which)).stage
        await shop.after(600)
        assert ["Sorry."] == [
            one.text for one in await shop.ear.all("messages") if one.direction == "out"
        ]


async def test_what_is_learnt_of_a_customer_counts_at_once(desk):
    async with open_shop(desk) as shop:
        first, second, third = [await shop.hear() for _ in range(3)]
        await shop.run()
        ids = [
            (await desk.read(lambda unit, one=one: unit.conversations.get(one))).customer_id
            for one in (second, third)
        ]
        await desk.write(set_attributes, ids[1], {"value": 1}, by=None)
        await shop.run()
        assert 1.0 == shop.dispatcher.hall.known[third].value
        await desk.write(merge, ids[1], ids[0], "The same voice.", by=None)
        await shop.run()

        assert [0.0, 1.0, 1.0] == [
            shop.dispatcher.hall.known[one].value for one in (first, second, third)
        ]


async def test_promises_are_warned_of_and_said_to_be_broken_once(desk):
    level = ServiceLevel(targets=(Target(first_response=100),))
    async with open_shop(desk, sales=Queue(service_level=level)) as shop:
        which = await shop.hear()
        await shop.run()
        await shop.after(85)
        await shop.after(5)
        await shop.after(20)
        await shop.after(20)
        told = [verb for verb in await shop.verbs(which) if verb.startswith("promise.")]
        assert ["promise.at_risk", "promise.breached"] == told

        again = Dispatcher(desk)
        await again.run_due(shop.lease)
        told = [verb for verb in await shop.verbs(which) if verb.startswith("promise.")]
        assert ["promise.at_risk", "promise.breached"] == told


async def test_a_reply_makes_the_next_promise(desk):
    level = ServiceLevel(targets=(Target(first_response=100, next_response=50, resolution=900),))
    async with open_shop(desk, sales=Queue(service_level=level, offering=Offering.PUSH)) as shop:
        ann = await shop.person("ann", "sales")
        which = await shop.hear(visitor="v1")
        await shop.run()
        assert "first_response" == (await shop.placement(which)).promise
        await desk.write(reply, which, "Hello!", by=ann)
        await shop.run()
        assert "resolution" == (await shop.placement(which)).promise
        desk.advance(10)
        await shop.hear(visitor="v1")
        await shop.run()
        placement = await shop.placement(which)

        assert ("next_response", desk.now + timedelta(seconds=50)) == (
            placement.promise,
            placement.due_at,
        )


async def test_backups_are_asked_when_no_primary_member_can(desk):
    async with open_shop(desk) as shop:
        bea = await shop.person("bea", "sales", membership=Membership.BACKUP)
        which = await shop.hear()
        await shop.run()

        assert bea == (await shop.live(which)).agent_id


async def test_a_paused_queue_and_a_closed_one_offer_nothing(desk):
    office = Calendar(weekly={"mon": ("10:00-12:00",)})
    setup = Setup(hours={"office": office}, queues={"sales": Queue(hours="office")}, usual="sales")
    async with open_shop(desk, setup) as shop:
        await shop.person("ann", "sales", here=timedelta(hours=9))
        which = await shop.hear()
        await shop.run()
        assert await shop.live(which) is None
        await desk.write(queues.pause, shop.ids["sales"], by=None)
        await shop.after(3601)
        assert await shop.live(which) is None

        await desk.write(queues.resume, shop.ids["sales"], by=None)
        await shop.run()
        assert await shop.live(which)


async def test_the_end_of_a_shift_returns_everything(desk):
    office = Calendar(weekly={"mon": ("08:00-10:00",)})
    setup = Setup(hours={"early": office}, queues={"sales": Queue()}, usual="sales")
    async with open_shop(desk, setup) as shop:
        ann = await shop.person("ann", "sales", shift="early", here=timedelta(hours=9))
        which = await shop.hear()
        await shop.run()
        await desk.write(placing.accept, (await shop.live(which)).id, by=ann)
        await shop.run()
        await shop.after(3601)

        assert Stage.QUEUED is (await shop.placement(which)).stage
        duty = await desk.read(lambda unit: unit.duties.get(ann))
        assert Availability.OFFLINE is duty.availability


async def test_who_was_lent_goes_back_by_themselves(desk):
    async with open_shop(desk) as shop:
        ann = await shop.person("ann")
        until = desk.now + timedelta(minutes=10)
        await desk.write(queues.join, shop.ids["sales"], ann, by=None, until=until)
        await shop.run()
        await shop.after(601)

        assert [] == await desk.read(lambda unit: unit.queues.members(shop.ids["sales"]))


async def test_who_lost_the_lease_writes_nothing(desk):
    async with open_shop(desk) as shop:
        await shop.person("ann", "sales", here=timedelta(hours=9))
        await shop.run()
        desk.advance(3600)
        other = Lease(desk, "router")
        assert await other.take()
        which = await shop.hear()
        with pytest.raises(Conflict):
            await shop.run()

        assert await shop.live(which) is None


async def test_an_agent_whose_skills_are_changed_is_asked(desk):
    setup = Setup(
        skills=("tax",), queues={"sales": Queue(needs=(Need(skill="tax"),))}, usual="sales"
    )
    async with open_shop(desk, setup) as shop:
        ann = await shop.person("ann", "sales")
        which = await shop.hear()
        await shop.run()
        assert await shop.live(which) is None
        await desk.write(queues.enable, ann, Skilled(skills={"tax": 1}), by=None)
        await shop.run()

        assert ann == (await shop.live(which)).agent_id


async def test_without_queues_nothing_waits(desk):
    async with open_shop(desk, Setup()) as shop:
        which = await shop.hear()
        await shop.run()

        assert await shop.placement(which) is None


async def test_what_somebody_had_before_there_were_queues_is_offered_to_them_first(desk):
    async with open_shop(desk) as shop:
        await shop.person("bea", "sales")
        desk.advance(60)  # whoever has been idle for longer would be first
        had = await shop.person("ann", "sales")
        which = await had_before(shop, had)
        await shop.hear(visitor="v")
        await shop.run()

        assert had == (await shop.live(which)).agent_id


async def test_what_is_in_no_queue_does_not_stay_with_who_left(desk):
    async with open_shop(desk, Setup(queues={"sales": Queue()})) as shop:
        had = await shop.person("ann", "sales")
        which = await had_before(shop, had)
        await desk.write(agents.archive, had)
        await shop.hear(visitor="v")

        talk = await desk.read(lambda unit: unit.conversations.get(which))
        assert ("open", None) == (talk.status, talk.assignee_id)


async def had_before(shop, agent):
    """Have a conversation be an agent's, of which the rules were never asked."""
    await shop.ear(shop.house.chat, chat("before", visitor="v"))
    which = ConversationId((await shop.ear.all("conversations"))[-1].id)
    await shop.desk.write(conversation.assign, which, agent, by=agent)
    return which
