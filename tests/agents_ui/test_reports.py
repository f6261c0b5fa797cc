"""Reports over HTTP: figures, their parts, the conversations behind them, and who may ask."""

import csv
import io
from datetime import timedelta

import pytest

from inbox.actions.conversation import resolve
from inbox.actions.reply import reply
from inbox.model import Role
from routing.reports.definitions import FIGURES
from tests.agents_ui import scenes

DAY = timedelta(days=1)


@pytest.fixture
async def boss(street):
    """Somebody who runs the desk, after two conversations on different days."""
    boss = await street.agent(Role.SUPERVISOR)
    desk = street.desk
    for wait, name in ((60, "Ada"), (600, "=Bob")):
        talk = await desk.write(scenes.write_in, name=name)
        desk.advance(wait)
        await desk.write(reply, talk, "It is mended.", by=boss.agent_id)
        desk.advance(60)
        await desk.write(resolve, talk, by=boss.agent_id)
        desk.now += DAY
    return boss


async def told(boss, **query):
    answer = await boss.get("/api/reports", params=query)
    return {one["figure"]: one for one in answer["figures"]}


async def test_every_figure_has_a_definition(boss):
    figures = (await boss.get("/api/reports/figures"))["items"]

    assert list(FIGURES) == [one["name"] for one in figures]
    assert all(one["definition"] for one in figures)


async def test_a_desk_without_queues_has_figures_too(boss):
    figures = await told(boss)

    assert 2 == figures["opened"]["now"]["value"]
    assert {"n": 2, "value": 60, "mean": 330, "p90": 600} == figures["first_response"]["now"]
    assert 0 == figures["abandoned"]["now"]["value"]


async def test_days_are_complete_and_stand_beside_those_before(boss, street):
    until = street.desk.now.replace(hour=0, minute=0)
    figures = await told(
        boss,
        figures="opened",
        by="day",
        compare="true",
        since=(until - DAY).isoformat(),
        until=until.isoformat(),
    )

    (day,) = figures["opened"]["groups"]
    assert ("2026-03-03", 1, 1) == (day["key"], day["now"]["value"], day["before"]["value"])


async def test_a_figure_is_taken_apart(boss):
    by_agent = (await told(boss, figures="first_response", by="agent"))["first_response"]
    by_hour = (await told(boss, figures="heard", by="hour", zone="Asia/Tokyo"))["heard"]

    assert [str(boss.agent_id)] == [one["key"] for one in by_agent["groups"]]
    assert {"18:00": 2} == {
        one["label"]: one["now"]["value"] for one in by_hour["groups"] if one["now"]["n"]
    }


async def test_the_conversations_behind_a_figure(boss):
    worst = await boss.get(
        "/api/reports/conversations", params={"figure": "first_response", "limit": 1}
    )
    rest = await boss.get(
        "/api/reports/conversations",
        params={"figure": "first_response", "limit": 1, "after": worst["next"]},
    )
    day = await boss.get(
        "/api/reports/conversations",
        params={"figure": "opened", "by": "day", "key": "2026-03-02"},
    )

    assert [(2, 600.0)] == [(one["conversation_id"], one["value"]) for one in worst["items"]]
    assert [(1, 60.0)] == [(one["conversation_id"], one["value"]) for one in rest["items"]]
    assert rest["next"] is None
    assert ["Ada"] == [one["customer"] for one in day["items"]]


async def test_a_table_for_a_spreadsheet(boss):
    body = await boss.get("/api/reports/csv", params={"figures": "opened,heard", "by": "channel"})
    rows = list(csv.DictReader(io.StringIO(body.decode())))

    assert [("Conversations opened", "(all)", "2"), ("Conversations opened", "email", "2")] == [
        (row["figure"], row["group"], row["value"]) for row in rows[:2]
    ]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"figures": "luck"}, "figures"),
        ({"zone": "Mars/Olympus"}, "zone"),
        ({"zone": "../../etc/passwd"}, "zone"),
        ({"since": "2026-01-01T00:00:00Z", "until": "2026-01-01T00:00:00Z"}, "until"),
        ({"since": "2020-01-01T00:00:00Z"}, "until"),
        ({"since": "0001-01-01T00:00:00Z", "until": "0001-02-01T00:00:00Z"}, "since"),
        ({"by": "mood"}, "by"),
        ({"clock": "lunar"}, "clock"),
        ({"since": "2026-01-01T00:00:00"}, "since"),
    ],
)
async def test_what_cannot_be_counted_is_refused(boss, query, field):
    problem = await boss.get("/api/reports", params=query, expect=422)

    assert field in str(problem)


async def test_agents_see_no_reports(street):
    agent = await street.agent()

    await agent.get("/api/reports", expect=403)
