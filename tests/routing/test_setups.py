"""A setup is saved whole: versions, names, queues that go, and who was faster."""

import tomllib
from datetime import timedelta
from pathlib import Path

import pytest

from inbox.actions import placing, queues
from inbox.errors import Conflict, Invalid
from inbox.model import ConversationId, Priority, Skilled, Stage
from routing import setup as document
from routing import setups, tryout
from routing.hours import Calendar
from routing.queues import Queue
from routing.rules import Rule, Rules, Then, When
from routing.setup import Setup
from routing.setups import Change
from tests.inbox.actions.letters import chat
from tests.inbox.ear import Ear
from tests.inbox.house import furnish

TALK = ConversationId(1)
TWO = Setup(queues={"Support": Queue(), "Billing": Queue()}, usual="Support")
ONE = Setup(queues={"Support": Queue()}, usual="Support")
CHANNELS = ["webchat", "email", "voice"]
HOWTO = Path(__file__).parents[2] / "docs" / "howto" / "queues.md"


@pytest.fixture
async def house(desk):
    return await desk.write(furnish)


async def saved(desk, setup, **more):
    base = await desk.read(lambda unit: unit.setups.newest_id())
    change = Change(setup=setup, **{"base": base, **more})
    return await desk.write(setups.save, change, CHANNELS, by=None)


async def ids(desk):
    found = await desk.read(lambda unit: unit.queues.named())
    return {name: one.id for name, one in found.items()}


async def waiting(desk, house, queue):
    """Have a conversation wait in a queue."""
    await Ear(desk)(house.chat, chat("1", text="Where is my refund?"))
    await desk.write(placing.enqueue, TALK, (await ids(desk))[queue], by=None)


async def placed(desk):
    return await desk.read(lambda unit: unit.placements.get(TALK))


async def test_every_version_is_kept(desk):
    first = await saved(desk, TWO)
    second = await saved(desk, ONE)

    assert (second, ONE) == await desk.read(setups.current)
    assert await desk.read(setups.version, first) == TWO
    assert ["Support"] == list(await ids(desk))


async def test_who_comes_second_is_told(desk):
    await saved(desk, TWO)

    with pytest.raises(Conflict):
        await saved(desk, ONE, base=None)


async def test_a_queue_that_goes_gives_what_waits_to_another(desk, house):
    await saved(desk, TWO)
    await waiting(desk, house, "Billing")
    before = (await placed(desk)).queued_at
    desk.now += timedelta(minutes=5)
    await saved(desk, ONE, move_to={"Billing": "Support"})
    there = await placed(desk)

    assert (Stage.QUEUED, before) == (there.stage, there.queued_at)
    assert (await ids(desk))["Support"] == there.queue_id


async def test_what_somebody_has_stays_with_them(desk, house):
    await saved(desk, TWO)
    await waiting(desk, house, "Billing")
    await desk.write(placing.take, TALK, house.ada, by=None, weight=1.0)
    await saved(desk, ONE, move_to={"Billing": "Support"})
    there = await placed(desk)
    talk = await desk.read(lambda unit: unit.conversations.get(TALK))

    assert (Stage.ACCEPTED, house.ada) == (there.stage, talk.assignee_id)
    assert [(await ids(desk))["Support"]] * 2 == [there.queue_id, talk.queue_id]


@pytest.mark.parametrize("move_to", [{}, {"Billing": "Sales"}, {"Billing": "Billing"}])
async def test_a_queue_that_is_not_empty_does_not_go_without_saying_where(desk, house, move_to):
    await saved(desk, TWO)
    await waiting(desk, house, "Billing")

    with pytest.raises(Invalid, match="1 conversation is in it: say into which queue they go"):
        await saved(desk, ONE, move_to=move_to)

    assert {"Support", "Billing"} == set(await ids(desk))
    assert (await placed(desk)).stage is Stage.QUEUED


async def test_nobody_belongs_to_a_queue_that_went(desk, house):
    await saved(desk, TWO)
    which = (await ids(desk))["Billing"]
    await desk.write(queues.join, which, house.ada, by=None)
    await saved(desk, ONE)
    await saved(desk, TWO)

    assert which == (await ids(desk))["Billing"]
    assert [] == await desk.read(lambda unit: unit.queues.members(which))


async def test_a_renamed_queue_keeps_what_waits_in_it(desk, house):
    await saved(desk, TWO)
    await waiting(desk, house, "Billing")
    named = Setup(queues={"Support": Queue(), "Money": Queue()}, usual="Support")
    await saved(desk, named, renamed={"Billing": "Money"})

    assert (await placed(desk)).queue_id == (await ids(desk))["Money"]


async def test_a_name_that_was_a_queue_s_long_ago_may_be_used(desk):
    await saved(desk, TWO)
    before = await ids(desk)
    await saved(desk, ONE)
    await saved(desk, Setup(queues={"Billing": Queue()}), renamed={"Support": "Billing"})

    assert {"Billing": before["Support"]} == await ids(desk)


async def test_hours_are_there_as_long_as_somebody_works_by_them(desk, house):
    office = Calendar(weekly={"mon-fri": ("09:00-17:00",)})
    await saved(desk, Setup(queues={"Support": Queue()}, hours={"Office": office}))
    await desk.write(queues.enable, house.ada, Skilled(shift="Office"), by=None)

    with pytest.raises(Invalid, match=r"^hours.Office: They are the shift of "):
        await saved(desk, ONE)


async def test_rules_are_tried_on_the_past(desk, house):
    await saved(desk, TWO)
    await waiting(desk, house, "Support")
    rule = Rule(
        name="Refunds",
        when=When(words=("refund",)),
        then=Then(queue="Billing", priority=Priority.HIGH),
    )
    tried = Setup(queues=TWO.queues, usual="Support", rules=Rules(rule=(rule,)))
    attempt = (await desk.read(tryout.attempts, tried, 10))[0]

    assert ("Billing", "Support") == (attempt.queue, attempt.was)
    assert ["It says 'refund'."] == [one.why for one in attempt.decision.tried]
    assert (await placed(desk)).queue_id == (await ids(desk))["Support"]


async def test_only_the_first_words_count_when_rules_are_tried(desk, house):
    await saved(desk, TWO)
    await waiting(desk, house, "Support")
    await Ear(desk)(house.chat, chat("2", text="And my invoice?"))
    rule = Rule(name="Bills", when=When(words=("invoice",)), then=Then(queue="Billing"))
    tried = Setup(queues=TWO.queues, usual="Support", rules=Rules(rule=(rule,)))
    attempt = (await desk.read(tryout.attempts, tried, 10))[0]

    assert "Support" == attempt.queue
    assert [False] == [one.matched for one in attempt.decision.tried]


def test_the_example_of_the_manual_is_true():
    text = HOWTO.read_text().split("```toml\n")[1].split("```")[0]
    setup = document.parse(text)
    document.check(setup, CHANNELS, [])

    assert tomllib.loads(document.write(setup)) == tomllib.loads(text)
