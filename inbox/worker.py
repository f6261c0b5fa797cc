"""Keeps the promises in the job table: at least once, and in order within a lane.

The worker goes in rounds. Each round is one transaction that says what became of the jobs
that ended since the last one and takes those that are due now. Whatever a handler raises is
an answer; nothing it raises ends the worker.
"""

import asyncio
import contextlib
import os
import random
import secrets
import socket
import traceback
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, Union

import msgspec
import structlog

from inbox.desk import Desk
from inbox.errors import DeskError, Rejected, Unavailable
from inbox.jobs import Job
from inbox.model import JobId
from inbox.notices import Notice, Promised
from inbox.store import Unit
from inbox.store.jobs import Claimed

Handler = Callable[[Desk, Any], Awaitable[None]]
GivenUp = Callable[[Unit, Any, str], None]

TOTAL = 256  #: jobs that one worker runs at once
SHARE = 32  #: and how many of those for one account, so that a hanging one blocks no other
LEASE = timedelta(seconds=20)  # a worker that dies loses its jobs after this
LONGEST = 600  #: seconds a handler may take
ROUND = 2.0  #: seconds after which to look for the jobs of other processes
GRACE = 10.0  #: seconds that running jobs get to end when the worker stops
ATTEMPTS = 12  #: after these, about two days, a person decides
FIRST, FACTOR, MOST, JITTER = 5.0, 3.0, 12 * 3600.0, 0.2  #: of the pause between attempts

log = structlog.get_logger()


class Outcome(msgspec.Struct, frozen=True):
    """What became of one attempt."""

    claimed: Claimed
    by: str
    error: BaseException | None
    job: Job | None


class Worker:
    """Runs jobs with their *handlers*.

    *given_up* says what else to write, in the same transaction, when a job of some type is
    given up.
    """

    def __init__(
        self,
        desk: Desk,
        handlers: Mapping[type[Job], Handler],
        *,
        given_up: Mapping[type[Job], GivenUp] | None = None,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self.desk = desk
        self.handlers = handlers
        self.given_up = given_up or {}
        self.jitter = jitter
        self.decode = msgspec.json.Decoder(Union[tuple(handlers)]).decode  # noqa: UP007
        self.name = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"
        self.rounds = 0
        self.held: frozenset[str] = frozenset()  #: shares that wait, such as a paused account's
        self.running: dict[JobId, tuple[asyncio.Task[None], Claimed, str]] = {}
        self.ended: list[Outcome] = []
        self.awake = asyncio.Event()

    async def run(self) -> None:
        """Work until cancelled; then let what runs come to its end."""
        self.desk.bus.listeners.append(self.wake)
        keeping = asyncio.create_task(self.keep_leases())
        try:
            await self.recover()
            while True:
                self.awake.clear()
                pause = await self.safe_round()
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(pause):  # wait_for may swallow a cancellation
                        await self.awake.wait()
        finally:
            self.desk.bus.listeners.remove(self.wake)
            keeping.cancel()
            await self.stop()

    async def run_due(self) -> int:
        """Run all that is due, and return how many jobs were finished."""
        done = 0
        while True:
            done += sum(outcome.error is None for outcome in self.ended)
            if await self.round():
                continue
            if not self.running and not self.ended:
                return done
            if tasks := [task for task, *_ in self.running.values()]:
                await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)

    def wake(self, notices: Sequence[Notice]) -> None:
        """Wake when somebody here wrote jobs."""
        if any(isinstance(notice, Promised) for notice in notices):
            self.awake.set()

    async def recover(self) -> None:
        """Free what a killed process held. On SQLite there is no other process."""
        if self.desk.database.is_sqlite:
            with contextlib.suppress(Unavailable):
                await self.desk.write(free)

    # --- rounds -----------------------------------------------------------------------------
    async def safe_round(self) -> float:
        """Do one round and return the seconds to wait, also when the store is away."""
        try:
            claimed = await self.round()
            due = None if claimed else await self.desk.read(next_due)
        except Unavailable:
            return ROUND
        except Exception as error:  # noqa: BLE001  # the worker must survive everything
            log.error(  # noqa: TRY400  # a trace may show a customer's words
                "worker_round_failed", **told(error)
            )
            return ROUND
        if claimed and len(self.running) < TOTAL:
            return 0.0
        if due is None:
            return ROUND
        return min(ROUND, max(0.0, (due - self.desk.clock()).total_seconds()))

    async def round(self) -> list[Claimed]:
        """Settle what ended, take what is due, and begin it."""
        ended, self.ended = self.ended, []
        self.rounds += 1
        by = f"{self.name}:{self.rounds}"
        writing = asyncio.ensure_future(self.desk.write(self.settle_and_claim, ended, by))
        try:
            claimed = await asyncio.shield(writing)
        except asyncio.CancelledError as stopped:  # what was just taken is put back
            claimed = await writing
            self.ended += [Outcome(each, by, stopped, None) for each in claimed]
            raise
        except Exception:
            self.ended = ended + self.ended
            raise
        for each in claimed:
            task = asyncio.create_task(self.attempt(each, by), name=f"job {each.id}")
            self.running[each.id] = task, each, by
        return claimed

    def settle_and_claim(self, unit: Unit, ended: Sequence[Outcome], by: str) -> list[Claimed]:
        for outcome in ended:
            self.settle(unit, outcome)
        shares = Counter(claimed.share for _, claimed, _ in self.running.values())
        return unit.jobs.claim(
            now=unit.now,
            until=unit.now + LEASE,
            by=by,
            limit=max(0, min(SHARE, TOTAL - len(self.running))),
            full=[*self.held, *(share for share, count in shares.items() if count >= SHARE)],
            mine=self.running,
        )

    def settle(self, unit: Unit, outcome: Outcome) -> None:
        """Write what became of a job, unless it is not ours any more."""
        claimed, error = outcome.claimed, outcome.error
        if error is None:
            unit.jobs.finish(claimed.id, by=outcome.by)
        elif claimed.attempts >= ATTEMPTS or isinstance(error, Rejected):
            self.bury(unit, outcome)
        else:
            pause = self.pause(claimed.attempts, getattr(error, "after", None))
            at = unit.now + timedelta(seconds=pause)
            unit.jobs.postpone(claimed.id, by=outcome.by, at=at, reason=reason(error))

    def bury(self, unit: Unit, outcome: Outcome) -> None:
        why, job = reason(outcome.error), outcome.job
        if not unit.jobs.bury(outcome.claimed.id, by=outcome.by, at=unit.now, reason=why):
            return
        unit.happened(
            "job.died",
            conversation=getattr(job, "conversation_id", None),
            message=getattr(job, "message_id", None),
            change={"job": [outcome.claimed.id, None], "reason": [None, why]},
        )
        if job is not None and type(job) in self.given_up:
            self.given_up[type(job)](unit, job, why)

    def pause(self, attempts: int, after: float | None) -> float:
        """Return the seconds until the next attempt; never less than the provider asked for."""
        pause = min(MOST, FIRST * FACTOR ** (attempts - 1))
        return max(after or 0.0, pause * (1 + JITTER * self.jitter()))

    # --- attempts ---------------------------------------------------------------------------
    async def attempt(self, claimed: Claimed, by: str) -> None:
        """Run one job and note how it ended."""
        job, error = None, None
        try:
            job = self.decode(claimed.payload)
            if claimed.attempts > ATTEMPTS:
                raise Rejected("Every worker that tried it died.")  # noqa: TRY301
            async with asyncio.timeout(LONGEST):
                await self.handlers[type(job)](self.desk, job)
        except KeyboardInterrupt:
            raise
        except BaseException as raised:  # noqa: BLE001  # each is an answer, even a SystemExit
            error = raised
            log.info("job_failed", job=claimed.id, attempts=claimed.attempts, **told(raised))
        finally:
            self.running.pop(claimed.id)
        self.ended.append(Outcome(claimed, by, error, job))
        self.awake.set()

    async def keep_leases(self) -> None:
        """Keep what runs for as long as it runs."""
        while True:
            await asyncio.sleep(LEASE.total_seconds() / 3)
            with contextlib.suppress(Unavailable):
                await self.renew()

    async def renew(self) -> None:
        """Have the leases of all running jobs begin anew."""
        held: dict[str, list[JobId]] = {}
        for _, claimed, by in self.running.values():
            held.setdefault(by, []).append(claimed.id)
        for by, jobs in held.items():
            await self.desk.write(renew, jobs, by)

    async def stop(self) -> None:
        """Give running jobs a while, interrupt the rest, and write down how they ended."""
        tasks = [task for task, *_ in self.running.values()]
        if tasks:
            _, late = await asyncio.wait(tasks, timeout=GRACE)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        ended, self.ended = self.ended, []
        with contextlib.suppress(Unavailable):
            await self.desk.write(partial(settle_all, self), ended)


def settle_all(worker: Worker, unit: Unit, ended: Sequence[Outcome]) -> None:
    for outcome in ended:
        worker.settle(unit, outcome)


def free(unit: Unit) -> None:
    unit.jobs.free(now=unit.now)


def renew(unit: Unit, jobs: Sequence[JobId], by: str) -> set[int]:
    return unit.jobs.renew(jobs, by=by, until=unit.now + LEASE)


def next_due(unit: Unit) -> datetime | None:
    return unit.jobs.next_due(now=unit.now)


def reason(error: BaseException | None) -> str:
    """Say why, in the provider's or our words; another error's words may be a customer's."""
    if isinstance(error, DeskError):
        return str(error)
    if isinstance(error, TimeoutError):
        return "It took too long."
    if isinstance(error, asyncio.CancelledError):
        return "It was interrupted."
    return f"{type(error).__name__} at {place(error)}"


def told(error: BaseException) -> dict[str, str]:
    """Return what a log line may say of *error*."""
    return {"error": type(error).__name__, "place": place(error)}


def place(error: BaseException | None) -> str:
    frames = traceback.extract_tb(error.__traceback__ if error else None)
    return f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "?"
