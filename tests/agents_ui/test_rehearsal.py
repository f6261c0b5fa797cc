from datetime import timedelta

import pytest

from agents_ui.api import rehearsal
from inbox.actions import duties
from inbox.model import Role
from routing import setups
from routing.setup import parse
from routing.setups import Change
from tests.agents_ui import scenes

OURS = {"Sec-Fetch-Site": "same-origin"}
WRONG = "[queues.bells]\nhours = 'never'"
RULES = """
usual = "rest"
[queues.rest]
[queues.bells]
[[rules.rule]]
name = "bells"
when = { words = ["bell"] }
then = { queue = "bells" }
"""


@pytest.fixture
async def supervisor(street):
    """A supervisor who is there, on a morning when three people write."""
    boss = await street.agent(Role.SUPERVISOR)
    until = street.desk.now + timedelta(days=1)
    await street.desk.write(duties.connect, [boss.agent_id], until)
    setup = Change(setup=parse("usual = 'all'\n[queues.all]"))
    await street.desk.write(setups.save, setup, ["email"], by=boss.agent_id)
    for text in "A bell", "A horn", "Another bell":
        await street.desk.write(scenes.write_in, text, subject="Hello")
    street.desk.advance(600)
    return boss


async def rehearse(who, expect=200, **body):
    body = {"text": RULES} | body
    return await who.post("/api/setup/rehearse", body, expect=expect, headers=OURS)


async def test_a_setup_is_tried_on_what_came(supervisor):
    told = await rehearse(supervisor)

    assert {"rest": 1, "bells": 2} == {
        one["queue"]: one["tried"]["conversations"] for one in told["queues"]
    }
    assert "2 would go to bells instead of all." in told["differences"]
    assert 3 == told["all"]["now"]["served"]
    assert 3 == told["all"]["real"]["open"]
    assert [supervisor.agent_id] == [one["agent_id"] for one in told["agents"]]
    assert 3 == told["agents"][0]["tried"]["conversations"]
    assert (3, 0) == (len(told["cases"]), told["more"])
    assert "bells: It says 'bell'." == told["cases"][0]["rule"]


async def test_nothing_is_changed_by_it(supervisor, street):
    before = await supervisor.get("/api/setup")
    await rehearse(supervisor)

    assert before == await supervisor.get("/api/setup")
    assert not await street.desk.read(lambda unit: unit.queues.named().get("bells"))


async def test_a_mistake_is_told_with_where_it_stands(supervisor):
    told = await rehearse(supervisor, expect=422, text=WRONG)
    empty = await rehearse(supervisor, expect=422, text="")

    assert "queues.bells.hours" == told["field"]
    assert "There are no hours 'never'." in told["detail"]
    assert "queues" == empty["field"]


async def test_a_span_that_cannot_be_is_refused(supervisor, street):
    later = (street.desk.now + timedelta(days=1)).isoformat()

    await rehearse(supervisor, expect=422, since=later)
    await rehearse(supervisor, expect=422, since="2020-01-01T00:00:00Z")
    await rehearse(supervisor, expect=422, since="2026-03-02T09:00:00")


async def test_only_so_much_is_played_and_told(supervisor, monkeypatch):
    monkeypatch.setattr(rehearsal, "CASES", 1)
    told = await rehearse(supervisor)

    assert (1, 2) == (len(told["cases"]), told["more"])


async def test_what_takes_too_long_is_broken_off(supervisor, monkeypatch):
    monkeypatch.setattr(rehearsal, "PATIENCE", -1.0)
    told = await rehearse(supervisor, expect=422)

    assert "It takes too long here" in told["detail"]
    monkeypatch.setattr(rehearsal, "PATIENCE", 60.0)
    await rehearse(supervisor)


async def test_one_at_a_time(supervisor):
    with rehearsal.alone():
        await rehearse(supervisor, expect=409)
    await rehearse(supervisor)


async def test_only_supervisors_rehearse(street):
    await rehearse(await street.agent(), expect=403)
