"""Actions share commits; a failure undoes only itself; nobody is told before the commit."""

import asyncio
import threading

import pytest
from sqlalchemy import insert, select, text

from inbox.errors import Conflict, Unavailable
from inbox.jobs import Route
from inbox.model import ConversationId
from inbox.notices import Happened, Promised
from inbox.tables import AgentRow, EventRow, JobRow

AGENT = {"password_hash": "", "role": "agent"}


def hire(unit, name):
    """Write a row, an event and a job."""
    row = {**AGENT, "name": name, "email": name, "created_at": unit.now}
    unit.connection.execute(insert(AgentRow), row)
    unit.happened("agent.signed_in", change={"name": [None, name]})
    unit.enqueue(Route(conversation_id=ConversationId(len(name))))
    return name


def hire_and_fail(unit, name):
    hire(unit, name)
    raise Conflict


def names(unit):
    return list(unit.connection.scalars(select(AgentRow.name).order_by(AgentRow.id)))


def changes(unit):
    events = unit.connection.execute(select(EventRow.id, EventRow.change).order_by(EventRow.id))
    return [(row.id, row.change["name"][1]) for row in events]


class Door:
    """An action that keeps the writer busy until it is opened, so that others gather."""

    def __init__(self):
        self.reached = threading.Event()
        self.opened = threading.Event()

    def __call__(self, unit):
        self.reached.set()
        assert self.opened.wait(60)


async def behind_a_door(desk, *writes):
    """Have *writes* wait for one commit, and return what became of each."""
    door = Door()
    first = asyncio.create_task(desk.write(door))
    await asyncio.to_thread(door.reached.wait, 60)
    tasks = [asyncio.create_task(desk.write(*write)) for write in writes]
    await asyncio.sleep(0)
    door.opened.set()
    await first
    return await asyncio.gather(*tasks, return_exceptions=True)


async def test_what_an_action_returns_comes_back(desk):
    assert "ada" == await desk.write(hire, "ada")
    assert ["ada"] == await desk.read(names)


async def test_those_who_waited_share_one_commit(desk, monkeypatch):
    commits = []
    together = desk.writer.together
    monkeypatch.setattr(
        desk.writer, "together", lambda group, **how: commits.append(len(group)) or together(group)
    )
    await behind_a_door(desk, *[(hire, f"agent {number}") for number in range(20)])

    assert [1, 20] == commits
    assert 20 == len(await desk.read(names))


async def test_one_failing_action_undoes_only_itself(desk):
    outcomes = await behind_a_door(
        desk, (hire, "ada"), (hire_and_fail, "bob"), (hire, "ada"), (hire, "cleo")
    )

    assert ["ada", "cleo"] == await desk.read(names)
    assert "ada" == outcomes[0]
    assert isinstance(outcomes[1], Conflict)
    assert "IntegrityError" == type(outcomes[2]).__name__
    assert "cleo" == outcomes[3]
    assert [1, 2] == [number for number, _ in await desk.read(changes)]
    assert ["ada", "cleo"] == [name for _, name in await desk.read(changes)]


async def test_events_keep_their_order_within_a_group(desk):
    wanted = [f"agent {number}" for number in range(30)]
    await behind_a_door(desk, *[(hire, name) for name in wanted])

    assert list(enumerate(wanted, 1)) == await desk.read(changes)


async def test_news_is_told_once_and_only_of_what_was_committed(desk):
    await behind_a_door(desk, (hire, "ada"), (hire_and_fail, "bob"), (hire, "cleo"))

    happened = [news for news in desk.told if isinstance(news, Happened)]
    assert [1, 2] == [news.id for news in happened]
    assert all(isinstance(news, Happened | Promised) for news in desk.told)


async def test_nobody_is_told_before_the_commit(desk):
    seen = []

    def look(notices):
        with desk.database.reading.connect() as connection:
            seen.append(connection.scalar(text("SELECT count(*) FROM event")))

    desk.bus.listeners.append(look)
    await desk.write(hire, "ada")

    assert [1] == seen


async def test_a_failing_listener_hurts_nobody(desk):
    desk.bus.listeners.append(lambda notices: 1 / 0)

    assert "ada" == await desk.write(hire, "ada")


async def test_an_action_that_wants_to_end_everything_ends_nothing(desk):
    def leave(unit):
        hire(unit, "ada")
        raise SystemExit

    with pytest.raises(Unavailable):
        await desk.write(leave)

    assert "bob" == await desk.write(hire, "bob")
    assert ["bob"] == await desk.read(names)


async def test_jobs_are_written_with_their_cause(desk):
    await behind_a_door(desk, (hire, "ada"), (hire_and_fail, "bob"))

    jobs = await desk.read(lambda unit: unit.connection.execute(select(JobRow.payload)).all())
    assert ['{"type":"route","conversation_id":3}'] == [job.payload for job in jobs]


async def test_a_caller_who_gave_up_loses_nothing(desk):
    door = Door()
    first = asyncio.create_task(desk.write(door))
    await asyncio.to_thread(door.reached.wait, 60)
    impatient = asyncio.create_task(desk.write(hire, "ada"))
    await asyncio.sleep(0)
    impatient.cancel()
    door.opened.set()
    await first
    await desk.write(hire, "bob")

    assert ["ada", "bob"] == await desk.read(names)


async def test_closing_finishes_what_was_accepted(desk):
    writes = [asyncio.create_task(desk.write(hire, f"agent {number}")) for number in range(9)]
    await asyncio.sleep(0)
    desk.close()

    assert 9 == len(await asyncio.gather(*writes))
    with pytest.raises(Unavailable):
        await desk.write(hire, "too late")


async def test_questions_cannot_change_anything(desk):
    with pytest.raises(Unavailable) as refusal:
        await desk.read(hire, "ada")

    assert "read" in str(refusal.value.__cause__)
    assert [] == await desk.read(names)


async def test_a_question_sees_one_moment(desk):
    """Two looks within a question agree, whatever is written in between."""
    looked, written = threading.Event(), threading.Event()

    def twice(unit):
        before = names(unit)
        looked.set()
        assert written.wait(60)
        return before, names(unit)

    asking = asyncio.create_task(desk.read(twice))
    await asyncio.to_thread(looked.wait, 60)
    await desk.write(hire, "ada")
    written.set()

    assert ([], []) == await asking
