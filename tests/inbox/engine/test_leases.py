"""Only one process polls a mailbox; one that overslept is refused."""

import asyncio
from datetime import timedelta

import pytest

from inbox.errors import Conflict
from inbox.leases import LEASE, Lease, alone


@pytest.fixture
def pair(desk):
    return Lease(desk, "mailbox"), Lease(desk, "mailbox")


async def test_only_one_holds_a_lease(desk, pair):
    one, other = pair

    assert await one.take()
    assert not await other.take()
    assert await Lease(desk, "another").take()
    await one.give_up()
    assert await other.take()


async def test_a_lease_that_is_kept_never_ends(desk, pair):
    one, other = pair
    await one.take()
    for _ in range(5):
        desk.advance(LEASE.total_seconds() - 1)
        assert await one.keep()
        assert not await other.take()


async def test_who_overslept_is_refused(desk, pair):
    one, other = pair
    await one.take()
    await desk.write(one.check)
    desk.now += LEASE + timedelta(seconds=1)
    assert not await one.keep()
    await other.take()

    assert other.fence > one.fence
    await desk.write(other.check)
    with pytest.raises(Conflict):
        await desk.write(one.check)


async def test_work_is_taken_over_when_its_holder_stops(desk):
    running = []
    turns = asyncio.Queue()

    def poller(name):
        async def poll(lease):
            running.append(name)
            assert 1 == len(running)
            turns.put_nowait(name)
            try:
                await asyncio.Event().wait()
            finally:
                running.remove(name)

        return asyncio.create_task(alone(desk, "mailbox", poll, every=0.01))

    pollers = {name: poller(name) for name in ("one", "two", "three")}
    seen = []
    for _ in range(3):
        name = await asyncio.wait_for(turns.get(), 60)
        seen.append(name)
        pollers[name].cancel()
        await asyncio.gather(pollers[name], return_exceptions=True)

    assert {"one", "two", "three"} == set(seen)


async def test_work_ends_when_its_lease_is_lost(desk):
    begun, ended = asyncio.Event(), asyncio.Event()

    async def poll(lease):
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    polling = asyncio.create_task(alone(desk, "mailbox", poll, every=0.01))
    await asyncio.wait_for(begun.wait(), 60)
    desk.now += LEASE * 2
    await asyncio.wait_for(ended.wait(), 60)
    polling.cancel()
    await asyncio.gather(polling, return_exceptions=True)
