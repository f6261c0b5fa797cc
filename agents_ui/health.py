"""Whether the desk lives, and whether it is ready to work."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any

import structlog
from aiohttp import web
from msgspec import json
from sqlalchemy import bindparam, func, select, text

from inbox.desk import Desk
from inbox.errors import DeskError
from inbox.migrations import current, newest
from inbox.store import Unit
from inbox.tables import JobRow

log = structlog.get_logger()

PATIENCE = 5.0  # seconds for the store to answer
TOO_LATE = timedelta(minutes=5)  # a job that is due so long says that nobody works
WAITING = text("job.dead_at IS NULL")  # written out, for the partial index
LAG = select(func.min(JobRow.run_at)).where(
    WAITING, JobRow.run_at <= bindparam("now"), JobRow.holder.is_(None)
)
Look = Callable[[Desk], Awaitable[str | None]]


def routes(desk: Desk, closing: Callable[[], bool]) -> list[web.RouteDef]:
    """Return what a supervisor of processes asks."""

    async def live(_: web.Request) -> web.Response:
        return web.json_response({"status": "ok"}, headers={"Cache-Control": "no-store"})

    async def ready(_: web.Request) -> web.Response:
        found = {name: await looked(look, desk) for name, look in LOOKS.items()}
        found["process"] = "It is closing." if closing() else None
        fine = not any(found.values())
        body = {
            "status": "ok" if fine else "not ready",
            "checks": {name: trouble or "ok" for name, trouble in found.items()},
        }
        return web.Response(
            body=json.encode(body),
            status=200 if fine else 503,
            content_type="application/json",
            headers={"Cache-Control": "no-store"},
        )

    return [web.get("/health/live", live), web.get("/health/ready", ready)]


async def looked(look: Look, desk: Desk) -> str | None:
    """Return what is wrong, if anything is."""
    try:
        async with asyncio.timeout(PATIENCE):
            return await look(desk)
    except TimeoutError:
        return "It does not answer."
    except DeskError as error:
        return str(error)
    except Exception:
        log.exception("a health check failed")
        return "It cannot be looked at; see the log."


async def database(desk: Desk) -> str | None:
    await desk.read(oldest_due)
    return None


async def migrations(desk: Desk) -> str | None:
    """Compare the schema with what this program wants; a newer one is fine."""
    is_at = await asyncio.to_thread(current, desk.database)
    wanted = newest()
    return None if is_at is not None and is_at >= wanted else "Run `parlour migrate`."


async def writer(desk: Desk) -> str | None:
    await desk.write(nothing)
    return None


async def outbox(desk: Desk) -> str | None:
    since: datetime | None = await desk.read(oldest_due)
    late = since is not None and desk.clock() - since > TOO_LATE
    return "Jobs are due and nobody does them." if late else None


def nothing(_: Unit) -> None:
    """Only see that a transaction commits."""


def oldest_due(unit: Unit) -> Any:
    """Return since when the longest waiting job is due; none when none is."""
    return unit.connection.scalar(LAG, {"now": unit.now})


LOOKS: dict[str, Look] = {
    "database": database,
    "migrations": migrations,
    "writer": writer,
    "outbox": outbox,
}
