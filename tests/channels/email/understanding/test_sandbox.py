"""Hostile mails are lost on their own, in a process that may be lost with them."""

import asyncio
import os
import signal
from pathlib import Path

import pytest

from channels.email import sandbox
from channels.email.sandbox import Sandbox
from inbox.channel import Raw
from inbox.errors import Unreadable

GOOD = Raw(payload=b"From: ana@example.org\nSubject: Good\n\nHello")
#: A pile of entities keeps the sanitiser busy far longer than the tests let it work.
COSTLY = Raw(payload=b"From: eve@example.org\nContent-Type: text/html\n\n" + b"&" * 4_900_000)


@pytest.fixture
async def child():
    sandbox = Sandbox(work=0.5)
    yield sandbox
    await sandbox.close()


def subjects(answers):
    return [None if isinstance(one, Unreadable) else one[0].subject for one in answers]


async def test_mails_are_answered_in_their_order(child):
    raws = [Raw(payload=b"Subject: %d\n\nx" % number) for number in range(120)]

    assert [str(number) for number in range(120)] == subjects(await child.understand(raws))
    assert 1 == child.starts


async def test_nothing_is_started_for_nothing(child):
    assert [] == await child.understand([])
    assert 0 == child.starts


async def test_a_costly_mail_is_lost_alone(child):
    answers = await child.understand([GOOD, COSTLY, GOOD, COSTLY, GOOD])

    assert ["Good", None, "Good", None, "Good"] == subjects(answers)
    assert "It took too long to read." == str(answers[1])
    assert 3 == child.starts


async def test_a_child_that_hangs_is_given_up(child):
    await child.understand([GOOD])
    os.kill(child._child.pid, signal.SIGSTOP)
    child.patience = 1.0

    assert [None] == subjects(await child.understand([GOOD]))
    child.patience = sandbox.PATIENCE
    assert ["Good"] == subjects(await child.understand([GOOD]))


async def test_a_child_that_dies_is_replaced(child):
    await child.understand([GOOD])
    os.kill(child._child.pid, signal.SIGKILL)

    answers = await child.understand([GOOD, GOOD])

    assert "Good" == subjects(answers)[-1]


async def test_an_empty_mail_is_unreadable_with_its_reason(child):
    [answer] = await child.understand([Raw(payload=b"")])

    assert "It is empty." == str(answer)


async def test_a_large_mail_passes(child):
    child.work = 60.0
    [answer] = await child.understand([Raw(payload=b"Subject: Large\n\n" + b"line\n" * 2_000_000)])

    assert "Large" == answer[0].subject


async def test_many_callers_take_turns(child):
    answers = await asyncio.gather(*(child.understand([GOOD] * 3) for _ in range(5)))

    assert [["Good"] * 3] * 5 == [subjects(one) for one in answers]
    assert 1 == child.starts


async def test_who_gives_up_waiting_leaves_no_half_answer_behind(child):
    waiting = asyncio.create_task(child.understand([GOOD] * 500))
    while child.starts == 0:  # noqa: ASYNC110  # it tells nobody
        await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting

    assert ["Good"] == subjects(await child.understand([GOOD]))


async def test_an_idle_child_is_let_go(child):
    child.idle = 0.01
    await child.understand([GOOD])
    async with asyncio.timeout(60):
        while child._child is not None:  # noqa: ASYNC110  # it tells nobody
            await asyncio.sleep(0.01)

    child.idle = 60.0
    assert ["Good"] == subjects(await child.understand([GOOD]))


async def test_the_child_is_small(child):
    html = Raw(payload=b"Content-Type: text/html\n\n<p>x</p>")
    await child.understand([html])
    loaded = await asyncio.to_thread(Path(f"/proc/{child._child.pid}/maps").read_text)

    assert "nh3" in loaded
    assert "sqlalchemy" not in loaded
    assert "aiohttp" not in loaded
