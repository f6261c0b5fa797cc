"""A setup played through with what really came, before it holds. Nothing is changed by it."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from threading import Lock
from time import monotonic
from typing import Annotated, Any

from msgspec import Meta, Struct

from agents_ui.api.setup import kinds, placed, read
from agents_ui.api.setup_shapes import Text
from agents_ui.api.shapes import Shape
from agents_ui.calls import Call, Endpoints
from agents_ui.problems import Refused
from inbox.errors import Conflict, Invalid
from inbox.model import Role
from inbox.store import Unit
from routing import setups, traffic
from routing.rehearse import Case, Load, Moved, Rehearsal, Sides, rehearse
from routing.setup import Setup
from routing.traffic import Measure

endpoints = Endpoints("setup")

DAY = timedelta(days=1)
LIMITS = traffic.Limits(arrivals=3_000, events=300_000)
CASES = 200  #: of the conversations that would have gone elsewhere
PATIENCE = 15.0  #: seconds that a play may take
PLAYING = Lock()  #: one at a time in a process: it takes a processor
Moment = Annotated[datetime, Meta(tz=True)]


class RehearseSetup(Shape):
    """What is tried on what came: a setup, as its parts or as its text."""

    setup: dict[str, Any] | None = None
    text: Text | None = None
    since: Moment | None = None  #: a day before the end, when left out
    until: Moment | None = None  #: now, when left out


class RehearsalShape(Struct, kw_only=True):
    """How the setup would have done, beside the one that holds and what was."""

    since: datetime
    until: datetime
    all: Sides
    queues: list[Sides]
    agents: list[Load]
    moved: list[Moved]
    differences: list[str]
    notes: list[str]  #: what was taken for granted
    measured: dict[Measure, int]
    cases: list[Case]  #: with another queue or agent than before, the first of them
    more: int  #: how many of those are left out


@endpoints("POST", "/setup/rehearse", needs=Role.SUPERVISOR)
async def rehearse_setup(call: Call, body: RehearseSetup) -> RehearsalShape:
    """Play what came in a span of time through a setup; nothing is changed.

    At most 3,000 conversations are played; `parlour rehearse` takes more.
    """
    channels = await kinds(call)
    until = body.until or call.front.desk.clock()
    since = body.since or until - DAY
    with placed():
        tried = read(body.setup, body.text)
        await call.read(setups.inspect, tried, channels)
    if not tried.queues:
        raise Refused(422, "It has no queues: every conversation is everybody's.", field="queues")
    with alone():
        now = await call.read(current)
        came = await traffic.read(call.front.desk, since, until, LIMITS)
        return shown(await asyncio.to_thread(played, came, tried, now))


def current(unit: Unit) -> Setup:
    return setups.current(unit)[1]


@contextmanager
def alone() -> Iterator[None]:
    """Let nobody else rehearse meanwhile. Raises `Conflict`."""
    if not PLAYING.acquire(blocking=False):
        raise Conflict("Somebody else rehearses at the moment; try it again in a while.")
    try:
        yield
    finally:
        PLAYING.release()


def played(came: traffic.Traffic, tried: Setup, now: Setup) -> Rehearsal:
    """Play in a thread, which cannot be ended from outside. Raises `Invalid`."""
    end = monotonic() + PATIENCE

    def look() -> None:
        if monotonic() > end:
            raise Invalid("It takes too long here: take a shorter time, or use parlour rehearse.")

    return rehearse(came, tried, now, look=look)


def shown(told: Rehearsal) -> RehearsalShape:
    other = [case for case in told.cases if goes_elsewhere(case)]
    return RehearsalShape(
        since=told.since,
        until=told.until,
        all=told.all,
        queues=list(told.queues),
        agents=list(told.agents),
        moved=list(told.moved),
        differences=list(told.differences),
        notes=list(told.notes),
        measured=told.measured,
        cases=other[:CASES],
        more=max(0, len(other) - CASES),
    )


def goes_elsewhere(case: Case) -> bool:
    """Tell whether somebody else would have had it, or it would have waited elsewhere."""
    before = case.now or case.real
    return (case.tried.queue, case.tried.agent_id) != (before.queue, before.agent_id)
