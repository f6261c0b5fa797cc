"""What a conversation says of routing, in lists and in frames."""

from datetime import timedelta

import pytest
from sqlalchemy import insert

from inbox.actions import placing
from inbox.tables import AssignmentRow, PlacementRow, QueueRow, TagRow
from tests.agents_ui import scenes
from tests.agents_ui.floor import both, open_floor

database_url = pytest.fixture(params=["sqlite", "postgresql"])(both)


def route(unit, which, agent):
    """Have a conversation offered to somebody."""
    execute = unit.connection.execute
    execute(insert(QueueRow).values(id=1, name="billing"))
    execute(
        insert(PlacementRow).values(
            conversation_id=which,
            stage="offered",
            queue_id=1,
            priority="high",
            queued_at=unit.now,
            began_at=unit.now,
            stepped=0,
            relaxed=False,
            needs=[],
            declined_by=[],
            promise="first",
            due_at=unit.now + timedelta(minutes=10),
            warn_at=unit.now + timedelta(minutes=8),
        )
    )
    execute(
        insert(AssignmentRow).values(
            id=5,
            conversation_id=which,
            agent_id=agent,
            queue_id=1,
            state="offered",
            weight=1.0,
            offered_at=unit.now,
            expires_at=unit.now + timedelta(seconds=30),
        )
    )
    execute(insert(TagRow), [{"conversation_id": which, "name": name} for name in ("b", "a, c")])
    unit.conversations.change(which, queue_id=1)


async def test_a_line_says_where_routing_has_it(street):
    agent = await street.agent()
    talk = await street.desk.write(scenes.write_in)
    other = await street.desk.write(scenes.write_in)
    await street.desk.write(route, talk, agent.agent_id)
    lines = {one["id"]: one for one in (await agent.get("/api/conversations"))["items"]}

    told = lines[talk]
    assert told["offer"] == {
        "id": 5,
        "agent_id": agent.agent_id,
        "offered_at": "2026-03-02T09:00:00Z",
        "expires_at": "2026-03-02T09:00:30Z",
    }
    assert (1, "offered", "high", "first") == (
        told["queue_id"],
        told["stage"],
        told["priority"],
        told["promise"],
    )
    assert "2026-03-02T09:00:00Z" == told["queued_at"]
    assert "2026-03-02T09:08:00Z" == told["warn_at"]
    assert "2026-03-02T09:10:00Z" == told["due_at"]
    assert ["a, c", "b"] == told["tags"]
    assert (None, None, "normal", [], None) == tuple(
        lines[other][name] for name in ("queue_id", "stage", "priority", "tags", "offer")
    )


async def test_a_queue_is_listed_in_the_order_of_promises_and_then_of_waits(street):
    floor = await open_floor(street)
    agent = await floor.agent(floor.billing)
    minutes = {0: None, 1: 30, 2: None, 3: 5, 4: 5}  # until their promises are due
    talks = {}
    for number, due in minutes.items():
        talks[number] = await floor.waits(floor.billing)
        at = due and street.desk.now.replace(hour=20, minute=due)
        await street.desk.write(promise, talks[number], at)
        street.desk.advance(1)
    taken = await floor.waits(floor.billing)
    await street.desk.write(placing.take, taken, agent.agent_id, by=None, weight=1.0)
    listed, after = [], ""
    while after is not None:
        path = f"/api/conversations?list=queue&queue={floor.billing}&limit=2{after}"
        page = await agent.get(path)
        listed += [one["id"] for one in page["items"]]
        after = page["next"] and f"&after={page['next']}"

    assert [talks[number] for number in (3, 4, 1, 0, 2)] == listed
    for wrong in ("1", "1-2", "x-1-1", f"{2**80}-1-1"):
        path = f"/api/conversations?list=queue&queue={floor.billing}&after={wrong}"
        assert "after" == (await agent.get(path, expect=422))["field"]


def promise(unit, which, due):
    unit.placements.change(which, due_at=due, warn_at=due)
