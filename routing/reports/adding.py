"""From cases to figures: chosen, put into groups, added up. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from math import ceil
from statistics import fmean
from zoneinfo import ZoneInfo

from inbox.model import Value
from routing.reports.definitions import Adding, Figure
from routing.reports.story import Case


class Dimension(StrEnum):
    """What a figure can be taken apart by."""

    QUEUE = "queue"
    AGENT = "agent"
    CHANNEL = "channel"
    TAG = "tag"
    HOUR = "hour"  #: of the day, 0 to 23
    DAY = "day"


class Which(Value):
    """Whose cases count; all when nothing is said."""

    queue: int | None = None
    agent: int | None = None
    channel: str | None = None
    tag: str | None = None

    def __contains__(self, case: Case) -> bool:
        return (
            self.queue in {None, case.queue}
            and self.agent in {None, case.agent}
            and self.channel in {None, case.channel}
            and (self.tag is None or self.tag in case.tags)
        )


class Sum(Value):
    """A figure."""

    n: int  #: cases
    value: float | None  #: none when there is nothing to tell
    mean: float | None = None  #: of something timed, as the next
    p90: float | None = None


NOTHING = ""  #: the key of what has no queue, no agent, no tag


def add_up(figure: Figure, cases: Sequence[Case]) -> Sum:
    """Make one figure of its cases."""
    if figure.snapshot and cases:
        last = max(case.at for case in cases)
        cases = [case for case in cases if case.at == last]
    values = [case.value for case in cases]
    match figure.adding:
        case Adding.SUM:
            return Sum(n=len(values), value=sum(values))
        case Adding.SHARE:
            whole = sum(case.weight for case in cases)
            return Sum(n=len(values), value=sum(values) / whole if whole else None)
        case Adding.MEAN:
            return Sum(n=len(values), value=fmean(values) if values else None)
        case Adding.MEDIAN:
            return timed(sorted(values))


def timed(values: Sequence[float]) -> Sum:
    if not values:
        return Sum(n=0, value=None)
    return Sum(n=len(values), value=rank(values, 0.5), mean=fmean(values), p90=rank(values, 0.9))


def rank(values: Sequence[float], share: float) -> float:
    """Return the smallest of sorted *values* that *share* of them do not exceed."""
    return values[max(0, ceil(share * len(values)) - 1)]


def keys(figure: Figure, case: Case, by: Dimension, zone: ZoneInfo) -> Iterable[str]:
    """Return the groups that a case belongs to; it may have several tags."""
    match by:
        case Dimension.QUEUE:
            return (NOTHING if case.queue is None else str(case.queue),)
        case Dimension.AGENT:
            return (NOTHING if case.agent is None else str(case.agent),)
        case Dimension.CHANNEL:
            return (case.channel,)
        case Dimension.TAG:
            return case.tags or (NOTHING,)
        case Dimension.HOUR:
            return (str(case.at.astimezone(zone).hour),)
        case Dimension.DAY:
            return (str(day_of(figure, case, zone)),)


def day_of(figure: Figure, case: Case, zone: ZoneInfo) -> date:
    at = case.at - INSTANT if figure.snapshot else case.at
    return at.astimezone(zone).date()


def by_day(
    figure: Figure, cases: Iterable[Case], zone: ZoneInfo
) -> Iterable[tuple[date, list[Case]]]:
    groups: dict[date, list[Case]] = defaultdict(list)
    for case in cases:
        groups[day_of(figure, case, zone)].append(case)
    return groups.items()


def apart(figure: Figure, cases: Iterable[Case], by: Dimension, zone: ZoneInfo) -> dict[str, Sum]:
    """Take a figure apart; a state is told by day at the end of it, else at the last moment."""
    listed = cases if isinstance(cases, list) else list(cases)
    if figure.snapshot and by is Dimension.HOUR:
        return {}
    if figure.snapshot and by is not Dimension.DAY and listed:
        last = max(case.at for case in listed)
        listed = [case for case in listed if case.at == last]
    groups: dict[str, list[Case]] = defaultdict(list)
    if by is Dimension.DAY:
        return {str(day): add_up(figure, group) for day, group in by_day(figure, listed, zone)}
    for case in listed:
        for key in keys(figure, case, by, zone):
            groups[key].append(case)
    return {key: add_up(figure, group) for key, group in groups.items()}


INSTANT = timedelta(microseconds=1)  # the end of a day is the beginning of the next


def days(since: datetime, until: datetime, zone: ZoneInfo) -> list[date]:
    """Return the local days of a period."""
    first, last = since.astimezone(zone).date(), (until - INSTANT).astimezone(zone).date()
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


def ends(since: datetime, until: datetime, now: datetime, zone: ZoneInfo) -> list[datetime]:
    """Return when the local days of a period end, none of it to come."""
    nights = [
        datetime.combine(day + timedelta(days=1), time(), zone) for day in days(since, until, zone)
    ]
    found = [night.astimezone(UTC) for night in nights]
    return sorted({min(moment, until, now) for moment in found} - {since})
