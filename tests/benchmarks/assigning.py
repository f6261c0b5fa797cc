"""B8b: durable assignments a second on PostgreSQL, against bare claims with SKIP LOCKED.

Ours take whoever is served next, choose an agent with room and skill, write the offer, the event
and why it was so, and commit. The peer only claims the first row that waits for an agent, one
statement and one commit each.
"""

import asyncio
import subprocess
import tempfile
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from sqlalchemy import text

from config.app import be_prompt
from inbox.actions import agent as agents
from inbox.actions import duties, queues
from inbox.blobs import DiskBlobs
from inbox.database import connect
from inbox.desk import Desk, LocalBus, utc_now
from inbox.leases import Lease
from inbox.migrations import upgrade
from inbox.model import Skilled
from inbox.signing import Signer
from inbox.store import Unit
from inbox.store.accounts import Configured
from routing import setups
from routing.dispatch import Dispatcher
from routing.queues import Queue
from routing.setup import Setup
from tests.benchmarks.baselines import pgbench
from tests.benchmarks.figures import Figure, alternate
from tests.benchmarks.intake import TUNED, fresh, plain
from tests.servers.postgres import binaries, running_postgres

AGENTS, CAPACITY = 20, 1_000
TALKS = 6_000

FILL = """
INSERT INTO customer (name, created_at, attributes)
SELECT 'C' || n, now(), '{}' FROM generate_series(1, :many) n;
"""
TALK = """
INSERT INTO conversation
(customer_id, account_id, status, created_at, active_at, preview, spam, waiting_since, queue_id)
SELECT id, :account, 'open', now(), now(), '', false, now(), :queue FROM customer;
"""
PLACE = """
INSERT INTO placement
(conversation_id, stage, queue_id, priority, queued_at, began_at, stepped, relaxed, needs,
 declined_by)
SELECT id, 'queued', :queue, 'normal', now() - id * interval '1 ms', now(), 0, false, '[]', '[]'
FROM conversation;
"""


def fill(unit: Unit) -> None:
    """Have many wait in a queue, and agents be there."""
    account = unit.accounts.sync([Configured(kind="webchat", name="shop")], at=unit.now)["shop"]
    setup = Setup(queues={"all": Queue()}, usual="all")
    setups.save(unit, setups.Change(setup=setup), ["webchat"], by=None)
    (queue,) = unit.queues.named().values()
    crew = []
    for number in range(AGENTS):
        who = agents.create(unit, name=f"A{number}", email=f"a{number}@x.test", password_hash="-")
        queues.enable(unit, who, Skilled(capacity=CAPACITY), by=None)
        queues.join(unit, queue.id, who, by=None)
        crew.append(who)
    duties.connect(unit, crew, unit.now + timedelta(days=1))
    asked = {"many": TALKS, "account": account, "queue": queue.id}
    for statement in FILL, TALK, PLACE:
        unit.connection.execute(text(statement), asked)


async def dispatch(url: str, folder: Path) -> float:
    """Return offers a second."""
    desk = Desk(connect(url), DiskBlobs(folder), Signer([b"k" * 32], clock=utc_now), LocalBus())
    upgrade(desk.database)
    try:
        await desk.write(fill)
        lease = Lease(desk, "router")
        assert await lease.take()
        dispatcher = Dispatcher(desk)
        desk.bus.listeners.append(dispatcher.hear)
        await dispatcher.load()
        be_prompt()  # as in the program
        begun = time.perf_counter()
        await dispatcher.run_due(lease)
        seconds = time.perf_counter() - begun
        made = await desk.read(lambda unit: len(unit.assignments.all_live()))
        assert made == TALKS, made
        return TALKS / seconds
    finally:
        desk.close()


BARE = f"""
CREATE TABLE claim (id bigserial PRIMARY KEY, score double precision NOT NULL, agent bigint);
INSERT INTO claim (score) SELECT n FROM generate_series(1, {40 * TALKS}) n;
CREATE INDEX claim_waiting ON claim (score DESC) WHERE agent IS NULL;
"""
CLAIM = """
\\set agent random(1, 20)
UPDATE claim SET agent = :agent WHERE id = (
  SELECT id FROM claim WHERE agent IS NULL ORDER BY score DESC LIMIT 1 FOR UPDATE SKIP LOCKED
);
"""


def bare(binaries: Path, url: str, folder: Path) -> float:
    """Return claims a second of eight connections that do nothing else."""
    script = folder / "claim.sql"
    script.write_text(CLAIM)
    psql = [str(binaries / "psql"), "-q", "-v", "ON_ERROR_STOP=1", url]
    subprocess.run(psql, input=BARE.encode() + b"VACUUM ANALYZE claim;", check=True)
    return pgbench(binaries, url, script, clients=8, seconds=4)


def measure(_: str) -> Iterator[Figure]:
    with tempfile.TemporaryDirectory() as name, running_postgres(TUNED) as server:
        folder, number = Path(name), [0]
        tools = binaries()
        reached, claims = alternate(
            lambda: asyncio.run(dispatch(fresh(server, number), folder)),
            lambda: bare(tools, plain(fresh(server, number)), folder),
        )
    yield Figure(
        name="B8b durable assignments on PostgreSQL, each with its event and its reasons",
        value=reached,
        unit="assignments/s",
        against=f"bare SKIP LOCKED claims of eight connections, {claims:,.0f}/s",
        ratio=reached / claims,
        gate="0.5",
        aim="1.5",
        met=reached / claims >= 0.5,
        reached=reached / claims >= 1.5,
        limit="four rows written for each, and PostgreSQL reads them from JSON",
    )
