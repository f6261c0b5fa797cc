"""Count the cases of a period: what reports ask of the store, in one place."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from msgspec.structs import replace

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


Counted = dict[str, list[Case]]
Span = tuple[datetime, datetime]


def count(unit: Unit, asked: Asked) -> Counted:
    """Return the cases of each figure asked for, the oldest first."""
    (found,) = counts(unit, asked, [asked.period])
    for listed in found.values():
        listed.sort(key=lambda case: (case.at, case.conversation or 0))
    return found


def counts(unit: Unit, asked: Asked, periods: Sequence[Period]) -> list[Counted]:
    """Return the cases of periods that follow each other, in no order; the record is read once."""
    found: list[Counted] = [{name: [] for name in asked.figures} for _ in periods]
    past = gathering.past(unit)
    everybody = asked.which == Which()
    for number, case in all_cases(unit, asked, past, periods):
        listed = found[number].get(case.figure)
        if listed is not None and (everybody or case in asked.which):
            listed.append(clocked(case, past) if asked.business else case)
    return found


def all_cases(
    unit: Unit, asked: Asked, past: Past, periods: Sequence[Period]
) -> Iterator[tuple[int, Case]]:
    """Return cases, each with the number of its period; nothing is counted that is to come."""
    wanted = set(asked.figures)
    spans = [(one.since, min(one.until, unit.now)) for one in periods if one.since < unit.now]
    if not spans:
        return
    zone, moments = ZoneInfo(asked.zone), dict[datetime, int]()
    for number, span in enumerate(spans) if wanted & SNAPSHOTS else ():
        moments |= dict.fromkeys(ends(*span, unit.now, zone), number)
    told: Sequence[int] = ()
    if wanted - SNAPSHOTS - {of.OCCUPANCY.name}:
        told = gathering.touched(unit, spans[0][0], spans[-1][1])
    for story in gathering.stories(unit, told):
        yield from within(cases(story, past), spans)
        for case in snapshots.of_story(story, tuple(moments)):
            yield moments[case.at], case
    for case in snapshots.backlog(unit, tuple(moments), told):
        yield moments[case.at], case
    for number, span in enumerate(spans) if of.OCCUPANCY.name in wanted else ():
        yield from ((number, case) for case in presence.occupancy(unit, *span))


def within(found: Iterable[Case], spans: Sequence[Span]) -> Iterator[tuple[int, Case]]:
    """Leave out what did not happen in one of the spans, and say in which."""
    for case in found:
        at = case.at
        for number, (since, until) in enumerate(spans):
            if since <= at < until:
                yield number, case


SNAPSHOTS = {name for name, figure in of.FIGURES.items() if figure.snapshot}


def clocked(case: Case, past: Past) -> Case:
    """Count only the time in which the queue was open."""
    if case.since is None or not of.FIGURES[case.figure].timed:
        return case
    return replace(case, value=past.seconds(case.queue, case.since, case.at))
