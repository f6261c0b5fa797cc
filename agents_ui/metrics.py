"""Numbers for Prometheus: how much came in, waits, was given up; and how the process feels."""

import asyncio
import hmac
import time
from collections import Counter
from typing import Any

from aiohttp import web
from prometheus_client import CollectorRegistry, Gauge, Histogram, ProcessCollector
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy import func, select, text

from agents_ui.edge import Connection
from agents_ui.front import Front
from agents_ui.health import oldest_due
from agents_ui.problems import Refused
from inbox.model import JournalState
from inbox.store import Unit
from inbox.tables import JobRow, MessageRow

EVERY = 0.25  # seconds between two looks at the loop
AT_MOST = 10_000  # rows counted; more is told as this many


def limited(column: Any, condition: str) -> Any:
    inner = select(column).where(text(condition)).limit(AT_MOST).subquery()
    return select(func.count()).select_from(inner).scalar_subquery()


COUNTED = select(
    limited(JobRow.id, "job.dead_at IS NULL").label("waiting"),
    limited(JobRow.id, "job.dead_at IS NOT NULL").label("dead"),
    limited(MessageRow.id, "message.delivery IN ('failed','dead','unknown')").label("undelivered"),
)


class Metrics:
    """One process's numbers."""

    def __init__(self, front: Front) -> None:
        self.front = front
        self.registry = registry = CollectorRegistry()
        ProcessCollector(registry=registry)
        self.journal = Gauge(
            "parlour_journal_payloads",
            "Payloads the channels ever handed over, by what became of them.",
            ["state"],
            registry=registry,
        )
        self.waiting = Gauge("parlour_jobs_waiting", "Jobs not done yet.", registry=registry)
        self.dead = Gauge("parlour_jobs_dead", "Jobs given up.", registry=registry)
        self.undelivered = Gauge(
            "parlour_messages_undelivered", "Replies that did not arrive.", registry=registry
        )
        self.lag = Gauge(
            "parlour_outbox_lag_seconds", "How long the oldest due job waits.", registry=registry
        )
        self.sockets = Gauge("parlour_live_sockets", "Open inbox pages.", registry=registry)
        self.connections = Gauge(
            "parlour_http_connections", "Open connections.", ["kind"], registry=registry
        )
        self.commits = Gauge(
            "parlour_writer_commits", "Transactions committed since the start.", registry=registry
        )
        self.actions = Gauge(
            "parlour_writer_actions", "Actions in those transactions.", registry=registry
        )
        self.queued = Gauge("parlour_writer_queue", "Actions waiting.", registry=registry)
        self.loop_lag = Histogram(
            "parlour_loop_lag_seconds",
            "How late the event loop gets to what is due.",
            buckets=(0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5),
            registry=registry,
        )

    async def watch(self) -> None:
        """Look how late the event loop is, until cancelled."""
        while True:
            begun = time.monotonic()
            await asyncio.sleep(EVERY)
            self.loop_lag.observe(max(0.0, time.monotonic() - begun - EVERY))

    async def answer(self, request: web.Request) -> web.Response:
        """Answer with everything, to whoever may know it."""
        if not self.may_read(request):
            raise Refused(403, "Metrics are for this machine, or need their token.")
        counts, payloads, since = await self.front.desk.read(measured)
        for state in JournalState:
            self.journal.labels(state).set(payloads.get(state, 0))
        self.waiting.set(counts.waiting)
        self.dead.set(counts.dead)
        self.undelivered.set(counts.undelivered)
        late = (self.front.desk.clock() - since).total_seconds() if since else 0
        self.lag.set(max(0.0, late))
        self.look_at_process(request)
        body = await asyncio.to_thread(generate_latest, self.registry)
        return web.Response(body=body, headers={"Content-Type": CONTENT_TYPE_LATEST})

    def look_at_process(self, request: web.Request) -> None:
        self.sockets.set(len(self.front.live.sockets))
        connection = request.protocol
        if isinstance(connection, Connection):
            self.connections.labels("requests").set(len(connection.gate.requests))
            self.connections.labels("sockets").set(len(connection.gate.sockets))
        writers = self.front.desk.writers
        self.queued.set(sum(writer.queue.qsize() for writer in writers))
        self.commits.set(sum(writer.commits for writer in writers))
        self.actions.set(sum(writer.actions for writer in writers))

    def may_read(self, request: web.Request) -> bool:
        """Let this machine read, unless a proxy on it speaks for somebody else."""
        wanted = self.front.site.metrics_token
        kind, _, token = request.headers.get("Authorization", "").partition(" ")
        if wanted and kind == "Bearer":
            return hmac.compare_digest(token.encode(), wanted.encode())
        forwarded = {"X-Forwarded-For", "Forwarded", "X-Real-IP"} & set(request.headers)
        return request.remote in ("127.0.0.1", "::1") and not forwarded


def measured(unit: Unit) -> tuple[Any, dict[str, int], Any]:
    """Count what is worth watching, all of it by index or kept on write."""
    payloads = Counter[str]()
    for (_, state), number in unit.journal.ledger().items():
        payloads[state] += number
    return unit.connection.execute(COUNTED).one(), payloads, oldest_due(unit)
