"""Four processes hand out conversations; one is stopped and woken, one is killed."""

import asyncio
import itertools
import os
import signal
from contextlib import AsyncExitStack, suppress
from datetime import timedelta

import pytest
from sqlalchemy import text

from config.settings import load
from config.store import open_desk
from inbox.actions import agent, conversation, duties, placing, queues
from inbox.actions.hear import hear
from inbox.actions.understood import Understood, ready
from inbox.desk import utc_now
from inbox.errors import Conflict, Unavailable
from inbox.model import Skilled
from routing import setups
from routing.queues import Queue
from routing.setup import Setup
from tests.crash.running import RunningDesk
from tests.inbox.actions.letters import chat
from tests.inbox.ear import journal

PROCESSES = 4
# The whole story: TALKS=20000 AGENTS=40 STOPPED=60 PATIENCE=1800
AGENTS = int(os.environ.get("AGENTS", "10"))
TALKS = int(os.environ.get("TALKS", "300"))
STOPPED = float(os.environ.get("STOPPED", "9"))  #: seconds, more than the lease lasts
PATIENCE = float(os.environ.get("PATIENCE", "240"))  #: seconds
NUMBERS = itertools.count(1)

TWICE = """
SELECT count(*) FROM assignment one JOIN assignment two
ON one.conversation_id = two.conversation_id AND one.id < two.id
AND two.offered_at < coalesce(one.ended_at, 'infinity')
"""
OVER = """
SELECT count(*) FROM assignment one WHERE (
  SELECT sum(other.weight) FROM assignment other
  WHERE other.agent_id = one.agent_id AND other.offered_at <= one.offered_at
  AND coalesce(other.ended_at, 'infinity') > one.offered_at
) > 20
"""
LEFT = "SELECT count(*) FROM conversation WHERE status <> 'resolved'"
UNPLACED = "SELECT count(*) FROM conversation c LEFT JOIN placement p ON p.conversation_id = c.id"
UNPLACED += " WHERE p.stage IS DISTINCT FROM 'resolved'"
LIVE = "SELECT id, conversation_id, agent_id FROM assignment WHERE state = 'offered'"
LIVE += " ORDER BY id LIMIT 40"  # a transaction of hundreds would keep the dispatcher waiting
HOLDER = "SELECT holder FROM lease WHERE name = 'router' AND until > now()"


@pytest.fixture
def database(postgres):
    name = f"routing_{next(NUMBERS)}"
    postgres.clone("template_desk", name)
    yield postgres.url(name)
    postgres.drop(name)


def settle_in(unit):
    """Write a setup with one queue, and agents who stay at the desk all day."""
    # who misses offers because everything stands still for a minute is not sent away
    setup = Setup(queues={"all": Queue()}, usual="all", misses=1000)
    setups.save(unit, setups.Change(setup=setup), ["webchat"], by=None)
    (queue,) = unit.queues.named().values()
    crew = []
    for number in range(AGENTS):
        who = agent.create(unit, name=f"A{number}", email=f"a{number}@x.test", password_hash="-")
        queues.enable(unit, who, Skilled(capacity=20), by=None)
        queues.join(unit, queue.id, who, by=None)
        crew.append(who)
    duties.connect(unit, crew, unit.now + timedelta(days=1))


async def write_in(desk, account, begin, end):
    """Have customers begin conversations, in batches."""
    for start in range(begin, end, 100):
        ours = utc_now() + timedelta(days=1)
        rows = await desk.write(journal, account, min(100, end - start), ours)
        understood = [
            await ready(
                desk,
                Understood(
                    journal_id=row,
                    account=account,
                    heard=(chat(f"m{start + number}", visitor=f"v{start + number}"),),
                ),
            )
            for number, row in enumerate(rows)
        ]
        await desk.write(hear, understood)


def finish(unit, which, talk, who):
    """Take what was offered, and be done with it."""
    placing.accept(unit, which, by=who)
    conversation.resolve(unit, talk, by=who)


async def answer(desk, stopping):
    """Be all the agents: take every offer, and resolve it."""
    while not stopping.is_set():
        rows = await desk.read(lambda unit: unit.connection.execute(text(LIVE)).all())
        done = await asyncio.gather(
            *(desk.write(finish, *row) for row in rows), return_exceptions=True
        )
        unexpected = [one for one in done if isinstance(one, Exception)]
        assert all(isinstance(one, Conflict | Unavailable) for one in unexpected), unexpected
        await asyncio.sleep(0.05)


async def scalar(desk, question):
    return await desk.read(lambda unit: unit.connection.scalar(text(question)))


async def process_of(desk, running):
    """Return which of the processes dispatches."""
    async with asyncio.timeout(PATIENCE):
        while True:
            holder = await scalar(desk, HOLDER)
            for one in running:
                if holder and one.process.returncode is None and f":{one.process.pid}:" in holder:
                    return one
            await asyncio.sleep(0.05)


async def test_nothing_is_assigned_twice_or_forgotten_by_four_processes(tmp_path, database):
    running = []
    for number in range(PROCESSES):
        folder = tmp_path / str(number)
        folder.mkdir()
        running.append(RunningDesk(folder, database))
    desk = open_desk(load(running[0].config, {}))
    async with AsyncExitStack() as leaving:
        leaving.callback(desk.close)
        await desk.write(settle_in)
        for one in running:
            leaving.push_async_callback(one.kill)
        await asyncio.gather(*(one.start() for one in running))
        account = await desk.read(lambda unit: unit.accounts.all()[0].id)
        stopping = asyncio.Event()
        agents = asyncio.create_task(answer(desk, stopping))
        leaving.callback(agents.cancel)
        await write_in(desk, account, 0, TALKS // 3)

        stopped = await process_of(desk, running)
        stopped.process.send_signal(signal.SIGSTOP)
        leaving.callback(wake, stopped)
        await write_in(desk, account, TALKS // 3, 2 * TALKS // 3)
        await asyncio.sleep(STOPPED)
        others = [one for one in running if one is not stopped]
        killed = await process_of(desk, others)
        wake(stopped)
        await killed.kill()
        await write_in(desk, account, 2 * TALKS // 3, TALKS)

        async with asyncio.timeout(PATIENCE):
            while await scalar(desk, LEFT):
                assert not agents.done(), agents.result()
                await asyncio.sleep(0.2)
        stopping.set()
        await agents
        assert TALKS == await scalar(desk, "SELECT count(*) FROM conversation")
        assert 0 == await scalar(desk, UNPLACED)
        assert 0 == await scalar(desk, TWICE)
        assert 0 == await scalar(desk, OVER)


def wake(one):
    with suppress(ProcessLookupError):
        one.process.send_signal(signal.SIGCONT)
