"""What administrators do with channel accounts, and what is observed of them."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, update

from inbox.channel import Exchange
from inbox.errors import Conflict
from inbox.model import AccountId, AgentId
from inbox.notices import Promised
from inbox.pulse import Beat
from inbox.store import Unit
from inbox.store.accounts import Configured, Kept
from inbox.store.exchanges_log import ExchangesLog
from inbox.tables import MessageRow

PAUSED = "This account is paused."
SILENT = "Nothing came since"  #: how the trouble of a silent account begins
WEEK = timedelta(days=7)
WEEKS = 4  #: of traffic that say what is usual
USUAL = 5  #: payloads that came in the same hours of every one of those weeks
SHORTEST = timedelta(hours=1)  #: of a silence that is looked at
LONGEST = timedelta(hours=24)  #: one that lasts longer is compared by its newest hours
RECORD_WHY = (
    update(MessageRow)
    .where(
        MessageRow.account_id == bindparam("account"),
        MessageRow.direction == "out",
        MessageRow.delivery == "queued",
    )
    .values(reason=bindparam("why"))
)


def add(unit: Unit, wanted: Configured, settings: bytes, *, by: AgentId | None) -> AccountId:
    """Keep a new account; one that was archived comes back with its history.

    Raises `Conflict` when there is one of that name.
    """
    there = next((one for one in unit.accounts.every() if one.name == wanted.name), None)
    if there is None:
        which = unit.accounts.add(wanted, at=unit.now, settings=settings, version=1)
    elif there.archived_at is None:
        raise Conflict(f"There is an account named {wanted.name} already.")
    elif there.kind != wanted.kind:
        raise Conflict(f"There was a {there.kind} account named {wanted.name}: choose another.")
    else:
        which = there.id
        fresh = {"paused_at": None, "archived_at": None, "trouble": None, "trouble_at": None}
        unit.accounts.change(which, address=wanted.address, settings=settings, **fresh)
    told(unit, which, by, added=[None, wanted.name])
    return which


def change(
    unit: Unit,
    which: AccountId,
    settings: bytes,
    *,
    address: str | None,
    fields: Sequence[str],
    by: AgentId | None,
    version: int,
) -> None:
    """Keep other settings. Raises `Conflict` when somebody else changed them in the meantime."""
    if unit.accounts.kept(which).version != version:
        raise Conflict("Somebody else changed this account in the meantime.")
    unit.accounts.change(which, settings=settings, address=address, trouble=None, trouble_at=None)
    told(unit, which, by, settings=[None, list(fields)])  # which, never what they were


def pause(unit: Unit, which: AccountId, *, by: AgentId | None) -> None:
    """Stop asking its provider and sending; what comes in is kept, what goes out waits."""
    there = unit.accounts.kept(which)
    if there.archived_at:
        raise Conflict("This account is archived.")
    if there.paused_at is None:
        unit.accounts.change(which, paused_at=unit.now)
        unit.connection.execute(RECORD_WHY, {"account": which, "why": PAUSED})
        told(unit, which, by, paused=[False, True])


def resume(unit: Unit, which: AccountId, *, by: AgentId | None) -> None:
    """Go on; what waited goes out."""
    if unit.accounts.kept(which).paused_at is not None:
        unit.accounts.change(which, paused_at=None)
        unit.connection.execute(RECORD_WHY, {"account": which, "why": None})
        unit.notify(Promised(due=unit.now))
        told(unit, which, by, paused=[True, False])


def archive(unit: Unit, which: AccountId, *, by: AgentId | None) -> None:
    """Give an account up. All it ever brought stays, and its secrets are forgotten."""
    if unit.accounts.kept(which).archived_at is None:
        gone = {"settings": b"", "archived_at": unit.now, "paused_at": None}
        unit.accounts.change(which, **gone, trouble=None, trouble_at=None)
        told(unit, which, by, archived=[False, True])


def reseal(unit: Unit, which: AccountId, before: bytes, after: bytes) -> None:
    """Keep the same settings under another key, unless they changed in the meantime."""
    if unit.accounts.kept(which).settings == before:
        unit.accounts.note(which, settings=after)


def told(unit: Unit, which: AccountId, by: AgentId | None, **change: Any) -> None:
    unit.happened("account.changed", by=by, change={"account_id": which, **change})


# --- what is observed -----------------------------------------------------------------------
def observe(
    unit: Unit,
    beats: Mapping[AccountId, Beat],
    exchanges: Sequence[tuple[AccountId, Exchange]],
) -> None:
    """Write down what accounts did, and what was said with their providers."""
    unit.accounts.beat(beats, at=unit.now)
    ExchangesLog(unit.connection).add(exchanges)


def trim(unit: Unit, accounts: Sequence[AccountId]) -> None:
    """Forget all but the newest exchanges of some accounts."""
    for account in accounts:
        ExchangesLog(unit.connection).trim(account)


def trouble(unit: Unit, which: AccountId, why: str) -> None:
    """Say that an account does not work, and why; once for each reason."""
    there = unit.accounts.kept(which)
    if there.trouble != why:
        unit.accounts.note(which, trouble=why, trouble_at=there.trouble_at or unit.now)
        unit.happened("account.trouble", change={"account_id": which, "reason": why})


def recover(unit: Unit, which: AccountId) -> None:
    """Say that an account works again."""
    there = unit.accounts.kept(which)
    if there.trouble is not None:
        unit.accounts.note(which, trouble=None, trouble_at=None)
        unit.happened("account.recovered", change={"account_id": which, "was": there.trouble})


# --- silence --------------------------------------------------------------------------------
def silence(unit: Unit, account: Kept) -> str | None:
    """Say that an account is unusually quiet.

    It is when it heard nothing for an hour or more, while in the same hours of each of the
    four weeks before at least five payloads came. A silence that lasts longer than a day is
    compared by its last day.
    """
    if account.heard_at is None or unit.now - account.heard_at < SHORTEST:
        return None
    since = max(account.heard_at, unit.now - LONGEST)
    traffic = unit.accounts.traffic(account.id, since - (WEEKS + 1) * WEEK)
    if all(
        came(traffic, since - week * WEEK, unit.now - week * WEEK) >= USUAL
        for week in range(1, WEEKS + 1)
    ):
        return f"{SILENT} {account.heard_at:%H:%M} UTC, when usually something does."
    return None


def came(traffic: Mapping[datetime, int], since: datetime, until: datetime) -> int:
    """Count what came in the whole hours between two moments."""
    whole = timedelta(hours=1)
    return sum(heard for hour, heard in traffic.items() if hour >= since and hour + whole <= until)
