"""Have quarantined payloads read again."""

from collections.abc import Sequence

from inbox.actions import quarantine
from inbox.desk import Desk
from inbox.errors import Conflict, NotFound
from inbox.model import JournalId
from inbox.store import Unit

PAGE = 500


async def replayed(desk: Desk, numbers: Sequence[int] | None) -> tuple[int, list[int]]:
    """Retry these payloads, or all; return how many, and which are not in quarantine."""
    wanted = await everything(desk) if numbers is None else list(numbers)
    gone = []
    for number in wanted:
        try:
            await desk.write(quarantine.retry, JournalId(number), by=None)
        except (NotFound, Conflict):
            gone.append(number)
    return len(wanted) - len(gone), gone


async def everything(desk: Desk) -> list[int]:
    """Return the number of everything in quarantine, the oldest first."""
    found: list[int] = []
    while page := await desk.read(quarantined, found[-1] if found else None):
        found += page
    return found[::-1]


def quarantined(unit: Unit, before: int | None) -> list[int]:
    bounds = {} if before is None else {"before": before}
    return [row.id for row in unit.journal.quarantined(limit=PAGE, **bounds)]
