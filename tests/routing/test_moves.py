"""A supervisor moves many at once, and puts back what nobody touched since."""

from types import SimpleNamespace

import pytest

from inbox.actions import agent as agents
from inbox.actions import conversation as verbs
from inbox.actions import placing
from inbox.errors import Conflict, Invalid, NotFound
from inbox.model import Priority, Role, Stage
from inbox.store.accounts import Configured
from routing import moves
from routing.moves import Source, Target
from tests.agents_ui import scenes


def weigh(channel):
    return {"voice": None}.get(channel, 1.0)


@pytest.fixture
async def floor(desk):
    """Two queues, two agents, and a supervisor."""

    def furnish(unit):
        account = Configured(kind="email", name="support", address="help@desk.example")
        unit.accounts.sync([account], at=unit.now)
        queues = unit.queues.sync(["billing", "sales"], at=unit.now)
        people = {
            name: agents.create(
                unit, name=name, email=f"{name}@desk.example", password_hash="", role=role
            )
            for name, role in (("ada", Role.AGENT), ("bea", Role.AGENT), ("sue", Role.SUPERVISOR))
        }
        return SimpleNamespace(**queues, **people)

    return await desk.write(furnish)


async def waits(desk, queue, **more):
    """Let somebody wait in a queue."""

    def come(unit):
        which = scenes.write_in(unit)
        placing.enqueue(unit, which, queue, **more)
        return which

    desk.advance(1)
    return await desk.write(come)


async def stands(desk, which):
    """Return all that routing knows of a conversation."""

    def look(unit):
        return unit.placements.get(which), unit.conversations.get(which).assignee_id

    return await desk.read(look)


async def moved(desk, floor, source, target):
    return await desk.write(moves.move, source, target, weigh, by=floor.sue)


async def undone(desk, floor, done):
    return await desk.write(moves.undo, done.id, by=floor.sue)


async def test_a_queue_is_moved_and_put_back_as_it_was(desk, floor):
    first = await waits(desk, floor.billing, priority=Priority.HIGH)
    second = await waits(desk, floor.billing)
    before = [await stands(desk, one) for one in (first, second)]
    desk.advance(60)
    done = await moved(desk, floor, Source(queue=floor.billing), Target(queue=floor.sales))
    between, _ = await stands(desk, first)
    desk.advance(20)
    back = await undone(desk, floor, done)

    assert (first, second) == done.moved == back.moved
    assert (Stage.QUEUED, floor.sales) == (between.stage, between.queue_id)
    assert before[0][0].queued_at == between.queued_at  # it keeps its place in time
    assert before == [await stands(desk, one) for one in (first, second)]


async def test_all_of_an_agents_work_is_taken_over_and_given_back(desk, floor):
    one, other = [await waits(desk, floor.billing) for _ in range(2)]
    for which in one, other:
        await desk.write(placing.take, which, floor.ada, by=None, weight=1.0)
    done = await moved(desk, floor, Source(agent=floor.ada), Target(agent=floor.bea))
    between = [(await stands(desk, which))[1] for which in (one, other)]
    await undone(desk, floor, done)

    assert [floor.bea] * 2 == between
    for which in one, other:
        placement, assignee = await stands(desk, which)
        assert (Stage.ACCEPTED, floor.ada) == (placement.stage, assignee)


async def test_what_an_agent_has_goes_back_to_its_queue(desk, floor):
    which = await waits(desk, floor.billing)
    await desk.write(placing.take, which, floor.ada, by=None, weight=1.0)
    await moved(desk, floor, Source(agent=floor.ada), Target(back=True))
    placement, assignee = await stands(desk, which)

    assert (Stage.QUEUED, floor.billing, None) == (placement.stage, placement.queue_id, assignee)


async def test_undoing_leaves_what_somebody_touched_meanwhile(desk, floor):
    came = {name: await waits(desk, floor.billing) for name in ("taken", "done", "on", "asked")}
    done = await moved(desk, floor, Source(queue=floor.billing), Target(queue=floor.sales))
    await desk.write(placing.take, came["taken"], floor.bea, by=floor.bea, weight=1.0)
    await desk.write(verbs.resolve, came["done"], by=floor.bea)
    await desk.write(placing.hold, came["on"], by=floor.sue)
    await desk.write(placing.offer, came["asked"], floor.bea, weight=1.0, expires_at=None)
    back = await undone(desk, floor, done)

    assert (came["asked"],) == back.moved  # being asked is nothing yet
    assert {
        came["taken"]: "Somebody has taken it.",
        came["done"]: "It has been resolved.",
        came["on"]: "It has been put on hold.",
    } == {one.conversation_id: one.why for one in back.skipped}
    assert floor.bea == (await stands(desk, came["taken"]))[1]


async def test_a_held_one_is_held_again(desk, floor):
    which = await waits(desk, floor.billing)
    await desk.write(placing.hold, which, by=floor.sue)
    before = await stands(desk, which)
    source = Source(conversations=(which,))
    done = await moved(desk, floor, source, Target(agent=floor.ada))
    await undone(desk, floor, done)
    placement, assignee = await stands(desk, which)

    assert (Stage.HELD, None) == (placement.stage, assignee)
    assert before[0].queue_id == placement.queue_id


async def test_it_is_undone_once_by_who_did_it_and_soon(desk, floor):
    await waits(desk, floor.billing)
    done = await moved(desk, floor, Source(queue=floor.billing), Target(queue=floor.sales))
    with pytest.raises(NotFound):
        await desk.write(moves.undo, done.id, by=floor.ada)
    await undone(desk, floor, done)
    with pytest.raises(Conflict):
        await undone(desk, floor, done)
    again = await moved(desk, floor, Source(queue=floor.billing), Target(queue=floor.sales))
    desk.advance(31)

    with pytest.raises(Conflict):
        await undone(desk, floor, again)


async def test_what_can_be_undone_is_known_after_a_reload(desk, floor):
    await waits(desk, floor.billing)
    done = await moved(desk, floor, Source(queue=floor.billing), Target(queue=floor.sales))
    told = await desk.read(moves.undoable, floor.sue)

    assert (done.id, done.until, "sales", 1) == told
    assert await desk.read(moves.undoable, floor.ada) is None
    desk.advance(31)
    assert await desk.read(moves.undoable, floor.sue) is None


async def test_what_cannot_be_moved_is_said_and_left(desk, floor):
    there = await waits(desk, floor.billing)
    nowhere = await desk.write(scenes.write_in)
    over = await waits(desk, floor.sales)
    await desk.write(verbs.resolve, over, by=floor.ada)
    source = Source(conversations=(there, nowhere, over))
    done = await moved(desk, floor, source, Target(queue=floor.billing))

    assert ((), None, None) == (done.moved, done.id, done.until)
    assert {
        there: "It waits there already.",
        nowhere: "It is in no queue.",
        over: "It is resolved.",
    } == {one.conversation_id: one.why for one in done.skipped}


@pytest.mark.parametrize(
    "target", [Target(), Target(queue=999), Target(agent=999), Target(queue=1, agent=1)]
)
async def test_nothing_goes_where_nothing_is(desk, floor, target):
    with pytest.raises(Invalid):
        await moved(desk, floor, Source(queue=floor.billing), target)


async def test_every_move_stands_in_the_record(desk, floor):
    which = await waits(desk, floor.billing)
    desk.told.clear()
    done = await moved(desk, floor, Source(queue=floor.billing), Target(queue=floor.sales))
    await undone(desk, floor, done)
    told = [
        (one.verb, one.by, one.change["reason"])
        for one in desk.told
        if getattr(one, "conversation_id", None) == which
    ]

    assert [
        ("conversation.queued", floor.sue, "moved"),
        ("conversation.queued", floor.sue, "undone"),
    ] == told
