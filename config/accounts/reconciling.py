"""Ask providers what they hold, beside a running desk: ``parlour reconcile``."""

import re
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from datetime import timedelta
from typing import Any

import msgspec

from agents_ui.switchboard import Compared
from config.accounts import stored
from config.accounts.comparing import compared
from config.settings import AccountSettings, Settings
from inbox.channel import Channel
from inbox.desk import Desk
from inbox.errors import DeskError, Invalid, NotFound
from inbox.intake import Intake
from inbox.model import AccountId, JournalState, Value
from inbox.store import Unit
from inbox.store.accounts import Kept

SPAN = re.compile(r"(\d+)([mhd])")
UNITS = {"m": "minutes", "h": "hours", "d": "days"}


class Report(Value):
    """Where everything went that an account handed over, and what its provider holds."""

    account: str
    compared: Compared
    ledger: dict[JournalState, int]


def span(text: str) -> timedelta:
    """Read how far back to look.

    >>> span("36h")
    datetime.timedelta(days=1, seconds=43200)
    """
    found = SPAN.fullmatch(text.strip())
    if not found:
        raise Invalid("Write how far back as 30m, 24h or 7d.")
    return timedelta(**{UNITS[found[2]]: int(found[1])})


async def reconciled(
    desk: Desk, settings: Settings, name: str | None, back: timedelta
) -> AsyncIterator[Report]:
    """Compare one account, or all that can be. Raises `NotFound` when there is none so named.

    What is missing goes into the journal, where the running desk, or the next one, finds it.
    """
    file = {one.name: one for one in settings.accounts()}
    every = await desk.read(lambda unit: unit.accounts.every())
    wanted = [one for one in every if one.archived_at is None and name in (None, one.name)]
    if name is not None and not wanted:
        raise NotFound(f"There is no account named {name}.")
    for kept in wanted:
        yield await report(desk, kept, file.get(kept.name), back)


async def report(
    desk: Desk, kept: Kept, from_file: AccountSettings | None, back: timedelta
) -> Report:
    at = desk.clock()
    try:
        account = from_file or stored.opened(desk.vault, kept)
        found = await with_channel(desk, kept, account, back)
    except DeskError as error:
        found = Compared(at=at, since=at - back, trouble=str(error))
    counts = await desk.read(counted, kept.id)
    return Report(account=kept.name, compared=found, ledger=counts)


async def with_channel(
    desk: Desk, kept: Kept, account: AccountSettings, back: timedelta
) -> Compared:
    line = Intake(desk, {}).line(kept.id)  # it understands nothing: that is the desk's work
    line.name = kept.name
    channel: Channel[Any] = account.channel(account.settings, line)
    try:
        return await compared(desk, kept.id, channel, desk.clock() - back)
    finally:
        with suppress(Exception):
            await channel.close()


def counted(unit: Unit, which: AccountId) -> dict[JournalState, int]:
    found = unit.journal.ledger()
    return {state: number for (account, state), number in found.items() if account == which}


def as_text(one: Report) -> str:
    """Write what a person wants to see."""
    held = one.compared
    if held.source is None:
        said = held.trouble or ""
    else:
        said = f"the provider holds {held.source} since {held.since:%Y-%m-%d %H:%M} UTC, "
        said += f"{held.missing} were missing" if held.missing else "none is missing"
        said += f"; {held.trouble}" if held.trouble else "."
    counts = "  ".join(f"{state} {one.ledger.get(state, 0)}" for state in JournalState)
    return f"{one.account}: {said}\n  {counts}"


def as_line(one: Report) -> str:
    return msgspec.json.encode(one).decode()


def failed(reports: Sequence[Report]) -> bool:
    """Tell whether a provider that can be asked was not, to its end."""
    return any(one.compared.trouble and one.compared.source is not None for one in reports)
