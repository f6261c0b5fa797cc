"""Reports: figures with their definitions, taken apart, and the conversations behind them."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from aiohttp import web
from sqlalchemy import select

from agents_ui.api import views
from agents_ui.api.reports_shapes import (
    BehindQuery,
    BehindShape,
    FigureReport,
    FigureShape,
    GroupShape,
    ReportQuery,
    ReportShape,
    SumShape,
)
from agents_ui.api.shapes import Page
from agents_ui.calls import HEADERS, Call, Endpoints
from agents_ui.problems import Refused
from inbox.model import Role
from inbox.store import Unit
from inbox.store.numbers import numbered
from inbox.tables import AccountRow, AgentRow, ConversationRow, CustomerRow, QueueRow
from routing.reports.adding import Dimension, Sum, Which
from routing.reports.counting import LONGEST, Asked, Period
from routing.reports.definitions import FIGURES
from routing.reports.report import Behind, Told, as_csv, open_up, tell

endpoints = Endpoints("reports")

USUAL = timedelta(days=7)
LINES = (
    select(
        ConversationRow.id,
        CustomerRow.name,
        ConversationRow.subject,
        ConversationRow.preview,
        AccountRow.kind,
        ConversationRow.status,
    )
    .join(CustomerRow, CustomerRow.id == ConversationRow.customer_id)
    .join(AccountRow, AccountRow.id == ConversationRow.account_id)
    .where(numbered(ConversationRow.id, "which"))
)
QUEUES = select(QueueRow.id, QueueRow.name)
AGENTS = select(AgentRow.id, AgentRow.name)


@endpoints("GET", "/reports/figures", needs=Role.SUPERVISOR)
async def report_figures(call: Call) -> Page[FigureShape]:  # noqa: ARG001  # as every call
    """List the figures there are, each with what exactly it counts."""
    names = FigureShape.__struct_fields__
    shown = [
        FigureShape(**{name: getattr(one, name) for name in names}) for one in FIGURES.values()
    ]
    return Page(items=shown, next=None)


@endpoints("GET", "/reports", needs=Role.SUPERVISOR)
async def report(call: Call, query: ReportQuery) -> ReportShape:
    """Count figures of a period; compared and taken apart, if that is wanted."""
    asked = wanted(call, query, names(query.figures))
    told, labels = await call.read(counted, asked, query)
    return ReportShape(
        since=asked.period.since,
        until=asked.period.until,
        zone=query.zone,
        clock=query.clock,
        by=query.by,
        figures=[figure(one, labels) for one in told],
    )


@endpoints("GET", "/reports/csv", needs=Role.SUPERVISOR, media="text/csv")
async def report_csv(call: Call, query: ReportQuery) -> web.Response:
    """Fetch a report as a table for a spreadsheet."""
    asked = wanted(call, query, names(query.figures))
    told, labels = await call.read(counted, asked, query)
    name = f"report-{asked.period.since:%Y-%m-%d}-{asked.period.until:%Y-%m-%d}.csv"
    return web.Response(
        text=as_csv(told, asked, labels),
        content_type="text/csv",
        charset="utf-8",
        headers={**HEADERS, "Content-Disposition": f'attachment; filename="{name}"'},
    )


@endpoints("GET", "/reports/conversations", needs=Role.SUPERVISOR)
async def report_conversations(call: Call, query: BehindQuery) -> Page[BehindShape]:
    """List the very conversations behind a figure, or behind a part of it."""
    asked = wanted(call, query, names(query.figure))
    start = views.before(query.after, newest=0)
    by = query.by if query.key is not None else None
    found = await call.read(listed, asked, query.figure, by, query.key or "", start, query.limit)
    shown, more = found
    return Page(items=shown, next=str(start + query.limit) if more else None)


# --- what is asked --------------------------------------------------------------------------
def names(written: str | None) -> tuple[str, ...]:
    """Read the names of figures. Refuses those that are none."""
    wanted = tuple(FIGURES) if written is None else tuple(written.split(","))
    if strange := [name for name in wanted if name not in FIGURES]:
        raise Refused(422, f"There is no figure {strange[0]!r}.", field="figures")
    return wanted


def wanted(call: Call, query: ReportQuery | BehindQuery, figures: tuple[str, ...]) -> Asked:
    """Return what is to be counted. Refuses periods and zones that are none."""
    until = query.until or call.front.desk.clock()
    try:
        ZoneInfo(query.zone)
        since = query.since or until - USUAL
        length = until - since
        _ = since - length  # the period before has to be one, too
    except (OSError, ValueError, LookupError):
        raise Refused(422, "There is no such time zone.", field="zone") from None
    except OverflowError:
        raise Refused(422, "That is no period.", field="since") from None
    if not timedelta() < length <= LONGEST:
        why = f"A period has an end after its beginning, and at most {LONGEST.days} days."
        raise Refused(422, why, field="until")
    return Asked(
        period=Period(since=since, until=until),
        figures=figures,
        which=Which(queue=query.queue, agent=query.agent, channel=query.channel, tag=query.tag),
        zone=query.zone,
        business=query.clock == "business",
    )


def counted(unit: Unit, asked: Asked, query: ReportQuery) -> tuple[list[Told], dict[str, str]]:
    told = tell(unit, asked, query.by, compare=query.compare)
    return told, labels(unit, query.by)


def labels(unit: Unit, by: Dimension | None) -> dict[str, str]:
    """Return what people call the parts of a figure."""
    match by:
        case Dimension.QUEUE:
            return {str(row.id): row.name for row in unit.connection.execute(QUEUES)}
        case Dimension.AGENT:
            return {str(row.id): row.name for row in unit.connection.execute(AGENTS)}
        case Dimension.HOUR:
            return {str(hour): f"{hour:02}:00" for hour in range(24)}
    return {}


# --- what is answered -----------------------------------------------------------------------
def figure(told: Told, named: dict[str, str]) -> FigureReport:
    return FigureReport(
        figure=told.figure,
        now=summed(told.now),
        before=summed(told.before) if told.before else None,
        groups=[
            GroupShape(
                key=one.key,
                label=named.get(one.key, one.key),
                now=summed(one.now),
                before=summed(one.before) if one.before else None,
            )
            for one in told.groups
        ],
    )


def summed(one: Sum) -> SumShape:
    return SumShape(n=one.n, value=one.value, mean=one.mean, p90=one.p90)


def listed(  # noqa: PLR0917  # the part, and the page of it
    unit: Unit, asked: Asked, name: str, by: Dimension | None, key: str, start: int, limit: int
) -> tuple[list[BehindShape], bool]:
    found = open_up(unit, name, asked, by, key)
    shown = found[start : start + limit]
    which = [one.conversation_id for one in shown]
    rows = unit.connection.execute(LINES, {"which": which}) if which else ()
    lines: dict[int, Sequence[Any]] = {row.id: row for row in rows}
    return [line(one, lines[one.conversation_id]) for one in shown], len(found) > start + limit


def line(one: Behind, row: Any) -> BehindShape:
    return BehindShape(
        conversation_id=one.conversation_id,
        customer=row.name,
        subject=row.subject,
        preview=row.preview,
        channel=row.kind,
        status=row.status,
        at=one.at,
        n=one.n,
        value=one.value,
        agent_id=one.agent_id,
        queue_id=one.queue_id,
    )
