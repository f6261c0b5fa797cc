"""What a conversation says of routing, in lists and in frames."""

from datetime import timedelta

import pytest
from sqlalchemy import insert

from inbox.tables import AssignmentRow, PlacementRow, QueueRow, TagRow
from tests.agents_ui import scenes
from tests.agents_ui.floor import both

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
