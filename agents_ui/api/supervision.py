"""What supervisors look after: payloads nobody could read, and where everything went."""

from collections.abc import Sequence
from typing import Annotated, Any

from aiohttp import web
from msgspec import Meta, Struct
from sqlalchemy import bindparam, select, text

from agents_ui.api import views
from agents_ui.api.messages import payload_of, saved
from agents_ui.api.shapes import Ledger, Page, QuarantinedShape
from agents_ui.calls import Call, Endpoints
from inbox.actions import quarantine as verbs
from inbox.errors import NotFound
from inbox.model import JournalId, JournalState, Role
from inbox.store import Unit
from inbox.tables import JournalRow
from inbox.words import clean

endpoints = Endpoints("supervision")

BEGINNING = 2000  # characters shown of a payload
Limit = Annotated[int, Meta(ge=1, le=200)]
QUARANTINED = text("journal.state = 'quarantined'")  # written out, for the partial index
LISTED = (
    select(
        JournalRow.id,
        JournalRow.account_id,
        JournalRow.received_at,
        JournalRow.reason,
        JournalRow.size,
        JournalRow.headers,
        JournalRow.payload,
        JournalRow.blob,
    )
    .where(QUARANTINED, JournalRow.id < bindparam("before"))
    .order_by(JournalRow.id.desc())
    .limit(bindparam("limit"))
)
STATE = select(JournalRow.state).where(JournalRow.id == bindparam("which"))


class PageQuery(Struct, kw_only=True, forbid_unknown_fields=True):
    """Which part of the list."""

    after: str | None = None  #: `next` of the page before
    limit: Limit = 50


@endpoints("GET", "/quarantine", needs=Role.SUPERVISOR)
async def quarantine(call: Call, query: PageQuery) -> Page[QuarantinedShape]:
    """List what nobody could read, the newest first."""
    before = views.before(query.after)
    rows = await call.read(listed, before, query.limit + 1)
    shown = rows[: query.limit]
    return Page(
        items=[await quarantined(row, call) for row in shown],
        next=str(shown[-1].id) if len(rows) > query.limit else None,
    )


def listed(unit: Unit, before: int, limit: int) -> Sequence[Any]:
    return unit.connection.execute(LISTED, {"before": before, "limit": limit}).all()


async def quarantined(row: Any, call: Call) -> QuarantinedShape:
    beginning = row.payload[: 2 * BEGINNING] if row.payload is not None else b""
    if row.payload is None and row.blob:
        beginning = await first_of(row.blob, call)
    return QuarantinedShape(
        id=row.id,
        account_id=row.account_id,
        received_at=row.received_at,
        reason=row.reason or "",
        size=row.size,
        headers={key: str(value) for key, value in (row.headers or {}).items()},
        beginning=clean(beginning.decode(errors="replace")[:BEGINNING]),
    )


async def first_of(blob: str, call: Call) -> bytes:
    pieces = call.front.desk.blobs.open(blob)
    try:
        return (await anext(pieces, b""))[: 2 * BEGINNING]
    except NotFound:
        return b""
    finally:
        await pieces.aclose()  # type: ignore[attr-defined]  # it is a generator


@endpoints("GET", "/quarantine/{id}/raw", needs=Role.SUPERVISOR, media="text/plain")
async def quarantined_raw(call: Call, id: int) -> web.Response:  # noqa: A002  # the path's word
    """Fetch a payload in quarantine, byte for byte."""
    payload = await call.read(in_quarantine, JournalId(id))
    return await saved(payload, call.front.desk.blobs, f"payload-{id}.txt")


def in_quarantine(unit: Unit, which: JournalId) -> tuple[bytes | None, str | None]:
    if unit.connection.scalar(STATE, {"which": which}) != JournalState.QUARANTINED:
        raise NotFound("That is not in quarantine.")
    return payload_of(unit, which)


@endpoints("POST", "/quarantine/{id}/retry", needs=Role.SUPERVISOR)
async def retry_quarantined(call: Call, id: int) -> None:  # noqa: A002
    """Have a payload understood again."""
    await call.write(verbs.retry, JournalId(id), by=call.agent.id)


@endpoints("POST", "/quarantine/{id}/discard", needs=Role.SUPERVISOR)
async def discard_quarantined(call: Call, id: int) -> None:  # noqa: A002
    """Decide that a payload is nothing; it stays on record."""
    await call.write(verbs.discard, JournalId(id), by=call.agent.id)


@endpoints("GET", "/ledger", needs=Role.SUPERVISOR)
async def ledger(call: Call) -> Page[Ledger]:
    """Say where everything went that each account ever handed over."""
    return Page(items=await call.read(accounted))


def accounted(unit: Unit) -> list[Ledger]:
    found: dict[int, dict[str, int]] = {account.id: {} for account in unit.accounts.all()}
    for (account, state), number in unit.journal.ledger().items():
        found.setdefault(account, {})[state] = number
    return [
        Ledger(account_id=account, **{str(state): counts.get(state, 0) for state in JournalState})
        for account, counts in found.items()
    ]
