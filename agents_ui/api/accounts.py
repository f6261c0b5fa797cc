"""Channel accounts: what can be added, how each is, and what was said with its provider."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Any, TypeVar

import msgspec
from msgspec import Meta, Struct
from sqlalchemy import func, select

from agents_ui.api import views
from agents_ui.api.account_shapes import (
    AccountChange,
    AccountDetail,
    ChannelShape,
    CheckShape,
    Compare,
    ComparedShape,
    ExchangeShape,
    HealthShape,
    LedgerShape,
    NewAccount,
    TestedShape,
    TestMessage,
    WebhookShape,
)
from agents_ui.api.shapes import Page
from agents_ui.calls import Call, Endpoints
from agents_ui.problems import Refused
from agents_ui.switchboard import Shown, Switchboard
from inbox.errors import Invalid
from inbox.model import AccountId, JournalState, Role
from inbox.store import Unit
from inbox.store.accounts import Kept
from inbox.store.exchanges_log import ExchangesLog
from inbox.store.journal import RECEIVED
from inbox.tables import JobRow, JournalRow

endpoints = Endpoints("accounts")

RECENT = timedelta(hours=1)  # of the exchanges that are counted when they failed
WAITING = (
    select(JournalRow.account_id, func.count(), func.min(JournalRow.received_at))
    .where(RECEIVED)
    .group_by(JournalRow.account_id)
)
QUEUED = (
    select(JobRow.share, func.count())
    .where(JobRow.dead_at.is_(None), JobRow.share.like("deliver:%"))
    .group_by(JobRow.share)
)
S = TypeVar("S", bound=Struct)
Limit = Annotated[int, Meta(ge=1, le=200)]


class ExchangesQuery(Struct, kw_only=True, forbid_unknown_fields=True):
    """Which exchanges to list."""

    before: str | None = None  #: `next` of the page before
    limit: Limit = 50
    failed: bool = False  #: only those that failed


@dataclass(frozen=True, slots=True)
class Figures:
    """What is counted of all accounts at once."""

    waiting: Mapping[int, tuple[int, datetime]]
    queued: Mapping[int, int]
    errors: Mapping[AccountId, int]
    now: datetime


# --- what there is --------------------------------------------------------------------------
@endpoints("GET", "/channels", needs=Role.SUPERVISOR)
async def channels(call: Call) -> Page[ChannelShape]:
    """List the kinds of account that can be added, each with the form of its settings."""
    kinds = await asyncio.to_thread(board(call).kinds)
    return Page(
        items=[
            ChannelShape(
                kind=one.kind,
                title=one.title,
                about=one.about,
                address_kind=one.address_kind,
                form=one.form,
                webhooks=webhooks(one.webhooks),
                capabilities=one.capabilities,
                installs=one.installs,
            )
            for one in kinds
        ]
    )


@endpoints("GET", "/accounts", needs=Role.SUPERVISOR)
async def accounts(call: Call) -> Page[AccountDetail]:
    """List all accounts, those in the settings file and the archived ones too."""
    every, figures = await call.read(listed)
    return Page(items=[detail(kept, board(call).shown(kept.id), figures) for kept in every])


def listed(unit: Unit) -> tuple[Sequence[Kept], Figures]:
    return unit.accounts.every(), figured(unit)


@endpoints("GET", "/accounts/{id}", needs=Role.SUPERVISOR)
async def account(call: Call, id: int) -> AccountDetail:  # noqa: A002  # the path's word
    """Show an account: its settings without the secrets, and how it is."""
    return await described(call, AccountId(id))


async def described(call: Call, which: AccountId) -> AccountDetail:
    kept, figures = await call.read(one_of, which)
    return detail(kept, board(call).shown(kept.id), figures)


def one_of(unit: Unit, which: AccountId) -> tuple[Kept, Figures]:
    return unit.accounts.kept(which), figured(unit)


# --- changes --------------------------------------------------------------------------------
@endpoints("POST", "/accounts", needs=Role.ADMIN, status=201)
async def new_account(call: Call, body: NewAccount) -> AccountDetail:
    """Add an account; it begins to work at once. Its secrets are never shown again."""
    with located():
        which = await board(call).add(body.kind, body.name, body.settings, call.agent.id)
    return await call.write(answered, await described(call, which))


@endpoints("PATCH", "/accounts/{id}", needs=Role.ADMIN)
async def change_account(call: Call, id: int, body: AccountChange) -> AccountDetail:  # noqa: A002
    """Change settings. What is left out stays, and so does a secret that is null."""
    await there(call, id)
    with located():
        await board(call).change(AccountId(id), body.settings, call.agent.id)
    return await described(call, AccountId(id))


@endpoints("DELETE", "/accounts/{id}", needs=Role.ADMIN)
async def archive_account(call: Call, id: int) -> None:  # noqa: A002
    """Archive an account: it stops, its secrets are forgotten, its history stays."""
    await there(call, id)
    await board(call).archive(AccountId(id), call.agent.id)


@endpoints("POST", "/accounts/{id}/pause", needs=Role.ADMIN)
async def pause_account(call: Call, id: int) -> AccountDetail:  # noqa: A002
    """Pause an account: its provider is not asked, what is sent to us is kept, replies wait."""
    await there(call, id)
    await board(call).pause(AccountId(id), call.agent.id)
    return await described(call, AccountId(id))


@endpoints("POST", "/accounts/{id}/resume", needs=Role.ADMIN)
async def resume_account(call: Call, id: int) -> AccountDetail:  # noqa: A002
    """Have a paused account go on; what waited is sent."""
    await there(call, id)
    await board(call).resume(AccountId(id), call.agent.id)
    return await described(call, AccountId(id))


# --- trying ---------------------------------------------------------------------------------
@endpoints("POST", "/accounts/{id}/test", needs=Role.ADMIN)
async def test_account(call: Call, id: int, body: TestMessage) -> TestedShape:  # noqa: A002
    """Send a test outside any conversation, and say what the provider said."""
    await there(call, id)
    tested = await board(call).test(AccountId(id), body.to, body.text)
    shape = TestedShape(sent=tested.sent, said=tested.said, external_id=tested.external_id)
    return await call.write(answered, shape)


@endpoints("POST", "/accounts/{id}/check", needs=Role.ADMIN)
async def check_account(call: Call, id: int) -> Page[CheckShape]:  # noqa: A002
    """Look whether an account works, as `parlour doctor` does; nothing is sent."""
    await there(call, id)
    checks = await board(call).check(AccountId(id))
    return Page(items=[CheckShape(name=one.name, fine=one.fine, found=one.found) for one in checks])


@endpoints("POST", "/accounts/{id}/reconcile", needs=Role.ADMIN)
async def reconcile_account(call: Call, id: int, body: Compare) -> LedgerShape:  # noqa: A002
    """Ask the provider what it holds, take what is missing, and answer with the ledger."""
    await there(call, id)
    await board(call).compare(AccountId(id), body.hours)
    return await counted(call, AccountId(id))


# --- looking --------------------------------------------------------------------------------
@endpoints("GET", "/accounts/{id}/exchanges", needs=Role.SUPERVISOR)
async def exchanges(call: Call, id: int, query: ExchangesQuery) -> Page[ExchangeShape]:  # noqa: A002
    """List what was said with the provider, the newest first; secrets are covered."""
    before = views.before(query.before)
    rows = await call.read(logged, AccountId(id), before, query.limit + 1, query.failed)
    shown = rows[: query.limit]
    return Page(
        items=[exchange(row) for row in shown],
        next=str(shown[-1].id) if len(rows) > query.limit else None,
    )


def logged(unit: Unit, which: AccountId, before: int, limit: int, failed: bool) -> Sequence[Any]:
    unit.accounts.get(which)
    log = ExchangesLog(unit.connection)
    return log.page(which, before=before, limit=limit, failed=failed)


@endpoints("GET", "/accounts/{id}/ledger", needs=Role.SUPERVISOR)
async def account_ledger(call: Call, id: int) -> LedgerShape:  # noqa: A002
    """Say where everything went that an account ever handed over."""
    return await counted(call, AccountId(id))


async def counted(call: Call, which: AccountId) -> LedgerShape:
    kept, counts = await call.read(accounted, which)
    shown = board(call).shown(kept.id)
    return LedgerShape(
        account_id=kept.id,
        stored=counts.get(JournalState.MESSAGE, 0),
        updates=counts.get(JournalState.UPDATE, 0),
        duplicates=counts.get(JournalState.DUPLICATE, 0),
        quarantined=counts.get(JournalState.QUARANTINED, 0),
        discarded=counts.get(JournalState.DISCARDED, 0),
        waiting=counts.get(JournalState.RECEIVED, 0),
        total=sum(counts.values()),
        compared=msgspec.convert(kept.compared, ComparedShape) if kept.compared else None,
        comparable=shown is not None and shown.comparable,
    )


def accounted(unit: Unit, which: AccountId) -> tuple[Kept, Mapping[JournalState, int]]:
    found = unit.journal.ledger()
    counts = {state: number for (account, state), number in found.items() if account == which}
    return unit.accounts.kept(which), counts


# --- shapes ---------------------------------------------------------------------------------
def figured(unit: Unit) -> Figures:
    waiting = {row[0]: (row[1], row[2]) for row in unit.connection.execute(WAITING)}
    queued = {
        int(row[0].partition(":")[2]): row[1]
        for row in unit.connection.execute(QUEUED)
        if row[0][8:].isdigit()
    }
    errors = ExchangesLog(unit.connection).errors(unit.now - RECENT)
    return Figures(waiting=waiting, queued=queued, errors=errors, now=unit.now)


def detail(kept: Kept, shown: Shown | None, figures: Figures) -> AccountDetail:
    """Show an account; one that runs nowhere here shows what the store knows."""
    known = shown or Shown(title=kept.kind, from_file=not kept.settings and not kept.archived_at)
    return AccountDetail(
        id=kept.id,
        kind=kept.kind,
        title=known.title,
        name=kept.name,
        address=kept.address,
        from_file=known.from_file,
        created_at=kept.created_at,
        paused_at=kept.paused_at,
        archived_at=kept.archived_at,
        version=kept.version,
        settings=known.settings,
        kept=list(known.kept),
        webhooks=webhooks(known.webhooks),
        install=known.install,
        capabilities=known.capabilities,
        testable=known.testable,
        health=health(kept, known, figures),
    )


def health(kept: Kept, known: Shown, figures: Figures) -> HealthShape:
    trouble = known.trouble or kept.trouble
    count, since = figures.waiting.get(kept.id, (0, figures.now))
    return HealthShape(
        state=state(kept, trouble),
        trouble=trouble,
        trouble_at=kept.trouble_at,
        heard_at=kept.heard_at,
        sent_at=kept.sent_at,
        lag=max(0.0, (figures.now - since).total_seconds()),
        waiting=count,
        queued=figures.queued.get(kept.id, 0),
        errors=figures.errors.get(kept.id, 0),
        listening=known.listening,
    )


def state(kept: Kept, trouble: str | None) -> str:
    if kept.archived_at:
        return "archived"
    if kept.paused_at:
        return "paused"
    return "trouble" if trouble else "fine"


def exchange(row: Any) -> ExchangeShape:
    return ExchangeShape(
        id=row.id,
        at=row.at,
        outward=row.outward,
        method=row.method,
        url=row.url,
        status=row.status,
        request=row.request,
        response=row.response,
        took=row.took,
        error=row.error,
    )


def webhooks(found: Mapping[str, str]) -> list[WebhookShape]:
    return [WebhookShape(url=url, says=says) for url, says in found.items()]


def answered(_: Unit, shape: S) -> S:
    """Have the answer kept, so that the same request is not carried out again."""
    return shape


# --- who does it ----------------------------------------------------------------------------
def board(call: Call) -> Switchboard:
    """Return who keeps the accounts running; a desk without one has none to show."""
    found = call.front.site.switchboard
    if found is None:
        raise Refused(503, "This desk keeps no accounts.")
    return found


async def there(call: Call, which: int) -> None:
    """Refuse what is no account."""
    await call.read(lambda unit: unit.accounts.get(AccountId(which)))


class located:  # noqa: N801  # it reads as a word: with located()
    """Say in which setting a mistake was found."""

    def __enter__(self) -> None:
        """Nothing to prepare."""

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, Invalid):
            place, mark, _ = str(error).partition("\n")[0].partition(": ")
            known = mark and " " not in place
            raise Refused(
                422, str(error), field=f"settings.{place}" if known else "settings"
            ) from None
