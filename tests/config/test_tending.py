import asyncio

import structlog

from config.tending import FIRST, MOST, Tended, pause, stopped


async def test_what_crashes_is_begun_again():
    begun = asyncio.Queue()

    async def listen():
        begun.put_nowait("begun")
        raise ConnectionError("the line is dead")

    with structlog.testing.capture_logs() as lines:
        tended = Tended("mailbox", listen, first=0.001)
        for _ in range(3):
            await asyncio.wait_for(begun.get(), 60)
        await tended.stop()

    assert tended.task.cancelled()
    assert {"mailbox"} == {line["what"] for line in lines}


async def test_what_has_nothing_to_do_is_left_alone():
    async def listen():
        pass

    tended = Tended("chat", listen)
    await tended.task

    assert tended.trouble is None


async def test_stopping_waits_for_a_clean_end():
    began, ended = asyncio.Event(), []

    async def listen():
        try:
            began.set()
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)
            ended.append("clean")

    tended = Tended("mailbox", listen)
    await began.wait()
    await stopped(tended)

    assert ["clean"] == ended


def test_pauses_grow_and_have_an_end():
    assert all(FIRST / 2 <= pause(0) <= FIRST for _ in range(100))
    assert all(MOST / 2 <= pause(1000) <= MOST for _ in range(100))
