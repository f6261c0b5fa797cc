"""What the desk decided about routing: read, checked, tried on the past, saved whole."""

import asyncio
from collections.abc import Iterable, Sequence
from types import TracebackType
from typing import Any

from msgspec import Struct
from sqlalchemy import select

from agents_ui.api import views
from agents_ui.api.setup_shapes import (
    CheckedShape,
    NamesShape,
    SaveSetup,
    SetupShape,
    TriedShape,
    TrySetup,
    VersionShape,
    Written,
)
from agents_ui.api.shapes import Page
from agents_ui.calls import Call, Endpoints
from agents_ui.problems import Refused
from inbox.model import AgentId, Role, SetupId
from inbox.store import Unit
from inbox.tables import CustomerRow, SetupRow
from routing import setup as document
from routing import setups, tryout
from routing.model import Misplaced
from routing.rules import HISTORY
from routing.setup import Setup
from routing.setups import Change
from routing.tryout import Attempt

endpoints = Endpoints("setup")

PAGE = 50
KNOWN_BY = 2_000  #: customers whose attributes are looked at for their names
VERSION = select(SetupRow.id, SetupRow.at, SetupRow.agent_id, SetupRow.note)
ATTRIBUTES = select(CustomerRow.attributes).order_by(CustomerRow.id.desc()).limit(KNOWN_BY)


class VersionsQuery(Struct, kw_only=True, forbid_unknown_fields=True):
    """Which part of the list."""

    after: str | None = None  #: `next` of the page before


# --- what holds -----------------------------------------------------------------------------
@endpoints("GET", "/setup", needs=Role.SUPERVISOR)
async def current_setup(call: Call) -> SetupShape:
    """Show what holds: queues, hours, skills, promises and rules."""
    return await call.read(held)


@endpoints("GET", "/setup/versions", needs=Role.SUPERVISOR)
async def setup_versions(call: Call, query: VersionsQuery) -> Page[VersionShape]:
    """List every version there was, the newest first."""
    before = views.before(query.after)
    rows = await call.read(lambda unit: unit.setups.versions(before=before, limit=PAGE + 1))
    shown = rows[:PAGE]
    return Page(
        items=[VersionShape(id=i, at=at, agent_id=who, note=note) for i, at, who, note in shown],
        next=str(shown[-1].id) if len(rows) > PAGE else None,
    )


@endpoints("GET", "/setup/versions/{id}", needs=Role.SUPERVISOR)
async def setup_version(call: Call, id: int) -> SetupShape:  # noqa: A002  # the path's word
    """Show a version; save it to take it up again."""
    return await call.read(described, SetupId(id))


def held(unit: Unit) -> SetupShape:
    which = unit.setups.newest_id()
    if which is not None:
        return described(unit, which)
    return SetupShape(id=None, at=None, agent_id=None, note="", setup=Setup(), text="")


def described(unit: Unit, which: SetupId) -> SetupShape:
    setup = setups.version(unit, which)
    row = unit.connection.execute(VERSION.where(SetupRow.id == which)).one()
    return SetupShape(
        id=row.id,
        at=row.at,
        agent_id=row.agent_id,
        note=row.note,
        setup=setup,
        text=document.write(setup),
    )


# --- changes --------------------------------------------------------------------------------
@endpoints("PUT", "/setup", needs=Role.ADMIN)
async def save_setup(call: Call, body: SaveSetup) -> SetupShape:
    """Save a setup; it holds from now on. A mistake is refused with where it stands."""
    channels = await kinds(call)
    with placed():
        change = Change(
            setup=read(body.setup, body.text),
            note=body.note.strip(),
            base=SetupId(body.base) if body.base is not None else None,
            renamed=body.renamed,
            move_to=body.move_to,
        )
        return await call.write(saved, change, channels, call.agent.id)


def saved(unit: Unit, change: Change, channels: Sequence[str], by: AgentId) -> SetupShape:
    return described(unit, setups.save(unit, change, channels, by=by))


@endpoints("POST", "/setup/check", needs=Role.SUPERVISOR)
async def check_setup(call: Call, body: Written) -> CheckedShape:
    """Say whether a setup could be saved, and write it down both ways; nothing is changed."""
    channels = await kinds(call)
    found: Setup | None = None
    try:
        found = read(body.setup, body.text)
        await call.read(setups.inspect, found, channels)
    except Misplaced as wrong:
        return checked(found, wrong)
    return checked(found, None)


def checked(setup: Setup | None, wrong: Misplaced | None) -> CheckedShape:
    return CheckedShape(
        setup=setup,
        text=document.write(setup) if setup is not None else None,
        where=wrong.where if wrong else None,
        why=wrong.why if wrong else None,
    )


def read(setup: dict[str, Any] | None, text: str | None) -> Setup:
    """Read a setup however it was written. Raises Invalid."""
    if (setup is None) == (text is None):
        raise Refused(422, "Send one of setup and text.", field="setup")
    return document.read(setup) if text is None else document.parse(text)


@endpoints("POST", "/setup/try", needs=Role.SUPERVISOR)
async def try_setup(call: Call, body: TrySetup) -> Page[TriedShape]:
    """Try rules on the newest conversations: where they would have gone; nothing is changed."""
    channels = await kinds(call)
    with placed():
        setup = read(body.setup, body.text)
        await call.read(setups.inspect, setup, channels)
    found = await call.read(tryout.attempts, setup, body.limit)
    return Page(items=[tried(one) for one in found])


def tried(one: Attempt) -> TriedShape:
    return TriedShape(
        conversation_id=one.conversation_id,
        customer=one.customer,
        channel=one.facts.channel,
        account=one.facts.account,
        at=one.at,
        text=one.facts.text[: tryout.SHOWN],
        then=one.decision.then,
        tried=list(one.decision.tried),
        queue=one.queue,
        was=one.was,
    )


# --- names ----------------------------------------------------------------------------------
@endpoints("GET", "/setup/names", needs=Role.SUPERVISOR)
async def setup_names(call: Call) -> NamesShape:
    """List the names that a setup may use beside its own."""
    channels, holidays = await asyncio.gather(kinds(call), asyncio.to_thread(countries))
    accounts, attributes = await call.read(used)
    return NamesShape(
        channels=sorted({*channels, *(kind for kind, _ in accounts)}),
        accounts=sorted(name for _, name in accounts),
        history=sorted(HISTORY),
        attributes=attributes,
        holidays=holidays,
    )


def used(unit: Unit) -> tuple[list[tuple[str, str]], list[str]]:
    accounts = [(one.kind, one.name) for one in unit.accounts.all() if one.archived_at is None]
    names: set[str] = set()
    for attributes in unit.connection.scalars(ATTRIBUTES):
        names.update(attributes or ())
    return accounts, sorted(names)


def countries() -> dict[str, list[str]]:
    """Return the countries whose holidays are known, and their parts."""
    import holidays  # it costs memory, and few desks need it

    found = holidays.list_supported_countries(include_aliases=False)
    return {code: list(parts) for code, parts in found.items()}


async def kinds(call: Call) -> list[str]:
    """Return the kinds of channel that there are."""
    board = call.front.site.switchboard
    found: Iterable[Any] = await asyncio.to_thread(board.kinds) if board else ()
    return [one.kind for one in found]


class placed:  # noqa: N801  # it reads as a word: with placed()
    """Say in which part of the setup a mistake was found."""

    def __enter__(self) -> None:
        """Nothing to prepare."""

    def __exit__(
        self, kind: object, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if isinstance(error, Misplaced):
            raise Refused(422, str(error), field=error.where) from None
