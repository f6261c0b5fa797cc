"""Count the cases of a period: what reports ask of the store, in one place."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from inbox.model import Value
from inbox.store import Unit
from routing.reports import definitions as of
from routing.reports import gathering, presence, snapshots
from routing.reports.adding import Which, ends
from routing.reports.past import Past
from routing.reports.story import Case, cases

LONGEST = timedelta(days=400)


class Period(Value):
    """From when on, and up to when; the end is not part of it."""

    since: datetime
    until: datetime

    @property
    def before(self) -> "Period":
        """The period of the same length before it."""
        return Period(since=self.since - (self.until - self.since), until=self.since)


class Asked(Value):
    """What is to be counted, and how."""

    period: Period
    figures: tuple[str, ...] = tuple(of.FIGURES)
    which: Which = Which()
    zone: str = "UTC"  #: whose days and hours
    business: bool = False  #: only the time in which queues were open counts


def count(unit: Unit, asked: Asked) -> dict[str, list[Case]]:
    """Return the cases of each figure asked for, the oldest first."""
    found: dict[str, list[Case]] = {name: [] for name in asked.figures}
    since, until = asked.period.since, min(asked.period.until, unit.now)
    past = gathering.past(unit)
    for case in all_cases(unit, asked, past, since, until):
        if case.figure in found and case in asked.which:
            found[case.figure].append(clocked(case, past) if asked.business else case)
    for listed in found.values():
        listed.sort(key=lambda case: (case.at, case.conversation or 0))
    return found


def all_cases(
    unit: Unit, asked: Asked, past: Past, since: datetime, until: datetime
) -> Iterator[Case]:
    wanted = set(asked.figures)
    if since >= until:
        return
    if wanted - SNAPSHOTS - {of.OCCUPANCY.name}:
        for story in gathering.stories(unit, gathering.touched(unit, since, until)):
            yield from (one for one in cases(story, past) if since <= one.at < until)
    if wanted & SNAPSHOTS:
        zone = ZoneInfo(asked.zone)
        yield from snapshots.backlog(unit, ends(since, until, unit.now, zone))
    if of.OCCUPANCY.name in wanted:
        yield from presence.occupancy(unit, since, until)


SNAPSHOTS = {name for name, figure in of.FIGURES.items() if figure.snapshot}


def clocked(case: Case, past: Past) -> Case:
    """Count only the time in which the queue was open."""
    if case.since is None or not of.FIGURES[case.figure].timed:
        return case
    return case._replace(value=past.seconds(case.queue, case.since, case.at))
