"""Who is woken in the moment in which they are stopped, stops."""

import asyncio

import pytest

from inbox.actions.tidy import tidy
from inbox.intake import Intake
from inbox.jobs import Tidy
from inbox.worker import Worker

PATIENCE = 60


def worker(desk):
    return Worker(desk, {Tidy: tidy})


def intake(desk):
    return Intake(desk, {})


@pytest.mark.parametrize("make", [worker, intake])
async def test_a_wake_up_call_does_not_swallow_the_end(desk, make):
    working = make(desk)
    waited = asyncio.Event()
    wait = working.awake.wait

    async def watched():
        waited.set()
        return await wait()

    working.awake.wait = watched
    task = asyncio.create_task(working.run())
    async with asyncio.timeout(PATIENCE):
        await waited.wait()
        await asyncio.sleep(0)
        working.awake.set()
        await asyncio.sleep(0)  # who waited is about to go on
        task.cancel()
        await asyncio.wait([task], timeout=PATIENCE)

    assert task.cancelled()
