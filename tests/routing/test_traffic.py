"""What came is read from the record as it was, on both databases, and nothing is written."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from inbox.actions import conversation, duties, placing
from inbox.actions.reply import reply
from inbox.channel import Inbound
from inbox.errors import Invalid
from inbox.model import Address, Availability, Call, ConversationId, Member, Membership, Skilled
from inbox.tables import Row
from routing import traffic
from routing.rehearse import rehearse
from routing.setup import parse
from routing.traffic import Limits, Measure
from tests.conftest import MORNING
from tests.inbox.ear import Ear
from tests.inbox.house import furnish

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


@pytest.fixture
async def house(desk):
    return await desk.write(furnish)


@pytest.fixture
def ear(desk):
    return Ear(desk)


def said(number, customer="ada", text="Hello", thread=None, **more):
    return Inbound(
        external_id=f"m{number}",
        sender=Address(kind="webchat", value=customer),
        text=text,
        thread=thread or customer,
        **more,
    )


def answer(unit, which, agent):
    return reply(unit, which, "Yes.", by=agent)


async def later(desk, seconds, action=None, *arguments, **named):
    """Let time pass, and do something."""
    desk.advance(seconds)
    return await desk.write(action, *arguments, **named) if action else None


async def read(desk, **more):
    """Read all that came so far."""
    desk.advance(60)
    return await traffic.read(desk, MORNING - HOUR, desk.now, **more)


async def newest(ear):
    return ConversationId(max(row.id for row in await ear.all("conversations")))


def to_queue(unit, which, name="sales"):
    queues = unit.queues.sync(["sales", "billing"], at=unit.now)
    placing.enqueue(unit, which, queues[name])


def give(unit, which, agent):
    placing.offer(unit, which, agent, weight=1.0, expires_at=None, accepted=True)


async def test_what_came_has_its_words_and_all_that_rules_may_ask(desk, house, ear):
    await ear(house.chat, said(1, text="An invoice", attributes={"tier": "gold"}))
    talk = await newest(ear)
    await later(desk, 10, to_queue, talk)
    await later(desk, 2 * 86_400)
    await ear(house.chat, said(2, text="Again", thread="another"))

    found = await read(desk)
    first, second = found.came
    assert ("webchat", "shop", "An invoice") == (first.channel, first.account, first.text)
    assert ("gold", MORNING) == (first.customer["tier"], first.at)
    assert {"earlier": 0, "reopened": False} == first.history
    assert (1, "sales") == (second.history["earlier"], second.history["last_queue"])
    assert 2 == pytest.approx(second.history["days_since"], abs=0.01)
    assert (found.since, found.until, found.cut) == (MORNING - HOUR, desk.now, False)


async def test_who_took_it_when_and_for_how_long_is_measured(desk, house, ear):
    await ear(house.chat, said(1))
    talk = await newest(ear)
    await later(desk, 5, to_queue, talk)
    await later(desk, 25, give, talk, house.ada)
    await later(desk, 20, answer, talk, house.ada)
    await later(desk, 100, conversation.resolve, talk, by=house.ada)

    (one,) = (await read(desk)).came
    assert ("sales", house.ada) == (one.queue, one.agent_id)
    assert MORNING + timedelta(seconds=30) == one.taken_at
    assert MORNING + timedelta(seconds=50) == one.answered_at
    assert (120.0, Measure.ASSIGNMENT, None) == (one.handling, one.measure, one.left_at)


async def test_two_who_had_it_are_added_up(desk, house, ear):
    await ear(house.chat, said(1))
    talk = await newest(ear)
    await later(desk, 0, to_queue, talk)
    await later(desk, 0, give, talk, house.ada)
    await later(desk, 40, placing.take, talk, house.bob, by=house.bob, weight=1.0)
    await later(desk, 60, conversation.resolve, talk, by=house.bob)

    (one,) = (await read(desk)).came
    assert (house.ada, 100.0) == (one.agent_id, one.handling)


async def test_before_there_were_queues_answers_are_measured(desk, house, ear):
    await ear(house.chat, said(1))
    talk = await newest(ear)
    await later(desk, 60, answer, talk, house.bob)
    await later(desk, 240, answer, talk, house.bob)

    (one,) = (await read(desk)).came
    assert (240.0, Measure.ANSWERS) == (one.handling, one.measure)
    assert (house.bob, None) == (one.agent_id, one.queue)
    assert one.taken_at == one.answered_at == MORNING + timedelta(seconds=60)


async def test_one_answer_measures_nothing(desk, house, ear):
    await ear(house.chat, said(1))
    await later(desk, 60, answer, await newest(ear), house.bob)

    (one,) = (await read(desk)).came
    assert (None, Measure.NONE) == (one.handling, one.measure)


async def test_who_was_never_answered_left_when_it_was_closed(desk, house, ear):
    await ear(house.chat, said(1))
    await later(desk, 300, conversation.resolve, await newest(ear), by=house.ada)

    (one,) = (await read(desk)).came
    assert (None, MORNING + timedelta(seconds=300)) == (one.answered_at, one.left_at)


async def test_a_call_is_measured_by_itself(desk, house, ear):
    def call(**facts):
        begun = {"state": "ended", "began_at": MORNING} | facts
        return Call(**begun)

    end = MORNING + timedelta(seconds=45)
    picked = MORNING + timedelta(seconds=15)
    answered = call(outcome="answered", answered_at=picked, ended_at=end)
    await ear(house.chat, said(1, content=answered))
    await ear(house.chat, said(2, "bea", content=call(outcome="abandoned", ended_at=end)))

    one, other = (await read(desk)).came
    assert (30.0, Measure.CALL, picked) == (one.handling, one.measure, one.answered_at)
    assert (None, end) == (other.answered_at, other.left_at)


async def test_who_comes_again_is_another_arrival_and_knows_somebody(desk, house, ear):
    await ear(house.chat, said(1))
    talk = await newest(ear)
    await later(desk, 60, answer, talk, house.bob)
    await later(desk, 60, conversation.resolve, talk, by=house.bob)
    await later(desk, 600)
    await ear(house.chat, said(2, text="One more thing"))

    first, again = (await read(desk)).came
    assert (None, house.bob) == (first.previous_id, again.previous_id)
    assert ("One more thing", True) == (again.text, again.history["reopened"])
    assert (None, None) == (again.answered_at, again.left_at)


async def test_what_nobody_waits_for_is_no_arrival(desk, house, ear):
    await ear(house.chat, said(1, from_us=True))
    await ear(house.chat, said(2, "spam"))
    spam = await newest(ear)
    await desk.write(conversation.mark_spam, spam, by=house.ada)
    await ear(house.chat, said(3, "ada again"))
    mine = await newest(ear)
    await desk.write(conversation.resolve, mine, by=house.ada)
    await later(desk, 300, conversation.reopen, mine, by=house.ada)

    assert [mine] == [one.conversation_id for one in (await read(desk)).came]


async def test_who_was_there_is_known_from_what_they_chose(desk, house, ear):
    there = MORNING + DAY
    await desk.write(duties.connect, [house.ada], there)
    await later(desk, 600, duties.choose, house.ada, Availability.AWAY, by=house.ada)
    await later(desk, 600, duties.choose, house.ada, Availability.AVAILABLE, by=house.ada)
    await later(desk, 600, duties.leave, house.ada)

    def staffed(unit):
        queues = unit.queues.sync(["sales"], at=unit.now)
        backup = Membership.BACKUP
        unit.queues.join(Member(queue_id=queues["sales"], agent_id=house.ada, membership=backup))
        unit.duties.set_skilled(house.ada, Skilled(skills={"art": 2}, capacity=3.0))

    await desk.write(staffed)
    ada, bob = (await read(desk)).team
    spans = [(0, 600), (1200, 1800)]
    assert [(begin, end) for begin, end in ada.there] == [
        tuple(MORNING + timedelta(seconds=one) for one in span) for span in spans
    ]
    assert ({"sales": Membership.BACKUP}, 3.0) == (ada.queues, ada.skilled.capacity)
    assert not ada.guessed
    assert ((), True) == (bob.there, bob.guessed)


async def test_who_went_without_a_word_is_not_there_for_ever(desk, house, ear):
    await ear(house.chat, said(1))
    await desk.write(duties.connect, [house.ada], desk.now + timedelta(seconds=45))
    await later(desk, 30, answer, await newest(ear), house.ada)
    acted = desk.now
    await later(desk, 8 * 3600)
    again = desk.now
    await desk.write(duties.connect, [house.ada], desk.now + timedelta(seconds=45))
    desk.advance(3600)
    ada = (await traffic.read(desk, MORNING - HOUR, desk.now)).team[0]

    first, second = ada.there
    assert (MORNING, acted + traffic.QUIET) == first
    assert (again, again + timedelta(seconds=45)) == second


async def test_who_is_there_all_the_time_is_there(desk, house):
    await desk.write(duties.connect, [house.ada], MORNING + 10 * DAY)
    await later(desk, 86_400)
    found = await traffic.read(desk, desk.now - HOUR, desk.now)

    ((begin, end),) = found.team[0].there
    assert begin <= found.since
    assert end > found.known_until


async def test_before_anybody_could_choose_it_is_guessed_from_what_they_did(desk, house, ear):
    await ear(house.chat, said(1))
    talk = await newest(ear)
    await desk.write(answer, talk, house.ada)
    await later(desk, 600, answer, talk, house.ada)
    await later(desk, 3 * 3600, answer, talk, house.ada)

    ada = (await read(desk)).team[0]
    assert ada.guessed
    assert [
        (MORNING - traffic.QUIET, MORNING + timedelta(seconds=600) + traffic.QUIET),
        (
            desk.now - timedelta(seconds=60) - traffic.QUIET,
            desk.now - timedelta(seconds=60) + traffic.QUIET,
        ),
    ] == list(ada.there)


async def test_a_span_is_read_from_its_beginning_whatever_came_before(
    desk, house, ear, monkeypatch
):
    monkeypatch.setattr(traffic, "EVENTS", 7)
    monkeypatch.setattr(traffic, "TALKS", 2)
    for number in range(30):
        await ear(house.chat, said(number, f"customer {number}"))
        desk.advance(3600)
    since, until = MORNING + timedelta(hours=10), MORNING + timedelta(hours=20)
    found = await traffic.read(desk, since, until)

    counted = [one for one in found.came if one.at >= since]
    assert [since + timedelta(hours=n) for n in range(10)] == [one.at for one in counted]
    assert 4 == len(found.came) - len(counted)


async def test_no_more_is_read_than_is_asked_for(desk, house, ear):
    for number in range(20):
        await ear(house.chat, said(number, f"customer {number}"))
        desk.advance(60)
    found = await read(desk, limits=Limits(arrivals=8))

    assert 8 == len(found.came)
    assert found.cut
    assert MORNING + timedelta(seconds=8 * 60) == found.until


async def test_a_span_that_cannot_be_is_refused(desk):
    with pytest.raises(Invalid, match="ends before it begins"):
        await traffic.read(desk, desk.now, desk.now)
    with pytest.raises(Invalid, match="at most 31 days"):
        await traffic.read(desk, desk.now - 32 * DAY, desk.now)


async def test_a_rehearsal_writes_nothing(desk, house, ear):
    await ear(house.chat, said(1))
    await later(desk, 5, to_queue, await newest(ear))
    before = await desk.read(counted)
    setup = parse("usual = 'sales'\n[queues.sales]")
    told = rehearse(await read(desk), setup)

    assert 1 == told.all.tried.conversations
    assert before == await desk.read(counted)


def counted(unit):
    tables = [mapper.local_table for mapper in Row.registry.mappers]
    return {
        table.name: unit.connection.scalar(select(func.count()).select_from(table))
        for table in tables
    }
