"""When a desk is open: weekly hours with breaks, holidays, and days of its own.

Hours are those of the wall clock where the desk stands. In the night when the clock is put back,
an hour that is struck twice counts twice; in the night when it is put forward, the hour that never
is counts for nothing.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, TypeAlias
from zoneinfo import ZoneInfo

from inbox.model import Value
from routing.model import refuse

if TYPE_CHECKING:
    from holidays import HolidayBase

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
RANGE = re.compile(r"(\d\d?):(\d\d)-(\d\d?):(\d\d)", re.ASCII)
HORIZON = 2 * 366  #: days after which we stop looking for an open one
ZERO = timedelta()
NEAR = 3  #: days; of what lies further apart, those between are added up once

Range: TypeAlias = tuple[timedelta, timedelta]  #: since the day's midnight, on the wall clock
Span: TypeAlias = tuple[datetime, datetime]  #: UTC, the end not included


class Calendar(Value, forbid_unknown_fields=True):
    """Opening hours as people write them down."""

    weekly: dict[str, tuple[str, ...]]  #: such as ``{"mon-fri": ["09:00-12:00", "13:00-17:00"]}``
    zone: str = "UTC"  #: such as ``Europe/Zagreb``
    holidays: tuple[str, ...] = ()  #: countries, with a subdivision if need be: ``HR``, ``DE-BY``
    closed: tuple[date, ...] = ()
    open: dict[date, tuple[str, ...]] = {}  #: they outrank holidays and the week


class Hours:
    """A calendar that can be asked; made once, asked often.

    Raises Invalid for impossible hours, with *where* they stand.
    """

    def __init__(self, calendar: Calendar, where: str = "hours") -> None:
        self.zone = read_zone(calendar.zone, f"{where}.zone")
        self.week = read_week(calendar.weekly, f"{where}.weekly")
        self.days = read_days(calendar, where)
        if not any(self.week) and not any(self.days.values()):
            refuse(where, "It never opens.")
        self.holidays = [read_holidays(code, f"{where}.holidays") for code in calendar.holidays]
        self.spans = lru_cache(4096)(self._spans)
        self.whole = lru_cache(4096)(self._whole)

    def ranges(self, day: date) -> Sequence[Range]:
        """Return the opening hours of a day on the wall clock."""
        if day in self.days:
            return self.days[day]
        if any(day in holidays for holidays in self.holidays):
            return ()
        return self.week[day.weekday()]

    def _spans(self, day: date) -> tuple[Span, ...]:
        """Return when a local day is open, in order."""
        midnight = datetime(day.year, day.month, day.day, tzinfo=UTC)
        ranges = self.ranges(day)
        return tuple(
            (begin, end)
            for since, until, offset in offsets(self.zone, midnight)
            for opens, closes in ranges
            for begin, end in [
                (max(midnight + opens - offset, since), min(midnight + closes - offset, until))
            ]
            if begin < end
        )

    def after(self, at: datetime) -> Iterator[Span]:
        """Return what is open from a moment on, in order."""
        at = at.astimezone(UTC)
        first = at.astimezone(self.zone).date() - timedelta(days=1)
        for number in range(HORIZON):
            for begin, end in self.spans(first + timedelta(days=number)):
                if at < end:
                    yield max(begin, at), end

    def is_open(self, at: datetime) -> bool:
        day = at.astimezone(self.zone).date()
        return any(begin <= at < end for begin, end in self.spans(day))

    def next_open(self, at: datetime) -> datetime | None:
        """Return the first open moment from *at* on; none when there is none for two years."""
        return next((begin for begin, _ in self.after(at)), None)

    def seconds(self, since: datetime, until: datetime) -> float:
        """Count the open seconds from *since* up to *until*, which is not before it."""
        first = since.astimezone(self.zone).date().toordinal()
        last = until.astimezone(self.zone).date().toordinal()
        days: Iterable[int] = range(first - 1, last + 2)
        open_for = ZERO
        if last - first > NEAR:
            open_for = self.whole(first + 2, last - 2)
            days = (first - 1, first, first + 1, last - 1, last, last + 1)
        for day in days:
            for begin, end in self.spans(date.fromordinal(day)):
                if begin < until and since < end:
                    open_for += min(end, until) - max(begin, since)
        return open_for.total_seconds()

    def _whole(self, first: int, last: int) -> timedelta:
        """Add up what some days are open, the last among them."""
        days = (self.spans(date.fromordinal(day)) for day in range(first, last + 1))
        return sum((end - begin for spans in days for begin, end in spans), ZERO)

    def later(self, since: datetime, seconds: float) -> datetime | None:
        """Return the first moment that has so many open seconds behind it since *since*.

        None when the hours of two years do not suffice.
        """
        left = timedelta(seconds=seconds)
        if not left:
            return since.astimezone(UTC)
        for begin, end in self.after(since):
            if begin + left <= end:
                return begin + left
            left -= end - begin
        return None


def offsets(zone: ZoneInfo, midnight: datetime) -> Iterator[tuple[datetime, datetime, timedelta]]:
    """Return the stretches of unchanged time around a day: since, until, ahead of UTC.

    *midnight* is the day's as if it were in UTC; no zone is further from there than a day.
    """
    marks = [midnight + timedelta(days=number) for number in (-1, 0, 1, 2)]
    edges = [
        changed(zone, left, right)
        for left, right in pairwise(marks)
        if ahead(zone, left) != ahead(zone, right)
    ]
    for since, until in pairwise([marks[0], *edges, marks[-1]]):
        yield since, until, ahead(zone, since)


def ahead(zone: ZoneInfo, at: datetime) -> timedelta:
    return at.astimezone(zone).utcoffset() or ZERO


def changed(zone: ZoneInfo, left: datetime, right: datetime) -> datetime:
    """Find the second at which the clock is changed between two moments."""
    before = ahead(zone, left)
    low, high = 0, int((right - left).total_seconds())
    while high - low > 1:
        middle = (low + high) // 2
        if ahead(zone, left + timedelta(seconds=middle)) == before:
            low = middle
        else:
            high = middle
    return left + timedelta(seconds=high)


def read_zone(name: str, where: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (OSError, ValueError, LookupError):
        refuse(where, f"There is no time zone {name!r}.")


def read_week(weekly: Mapping[str, Sequence[str]], where: str) -> list[list[Range]]:
    """Return the ranges of Monday to Sunday."""
    week: list[list[Range]] = [[] for _ in DAYS]
    for days, texts in weekly.items():
        for number in read_weekdays(days, where):
            week[number] += [read_range(text, f"{where}.{days}") for text in texts]
    return [in_order(ranges, f"{where}.{day}") for day, ranges in zip(DAYS, week, strict=True)]


def read_weekdays(text: str, where: str) -> list[int]:
    """Return the days of ``mon`` or ``fri-mon``, where Monday is 0."""
    first, _, last = text.partition("-")
    if not {first, last or first} <= set(DAYS):
        refuse(where, f"{text!r} names no days; write mon, or mon-fri.")
    begin, end = DAYS.index(first), DAYS.index(last or first)
    return [(begin + number) % 7 for number in range((end - begin) % 7 + 1)]


def read_days(calendar: Calendar, where: str) -> dict[date, list[Range]]:
    """Return the days that have hours of their own, which may be none."""
    twice = sorted(set(calendar.closed) & set(calendar.open))
    if twice:
        refuse(where, f"{twice[0]} is both open and closed.")
    days: dict[date, list[Range]] = {day: [] for day in calendar.closed}
    for day, texts in calendar.open.items():
        place = f"{where}.open.{day}"
        days[day] = in_order([read_range(text, place) for text in texts], place)
    return days


def read_range(text: str, where: str) -> Range:
    """Read hours such as ``09:00-17:30``; a day ends at 24:00."""
    match = RANGE.fullmatch(text)
    if not match:
        refuse(where, f"{text!r} is not written like 09:00-17:30.")
    hour, minute, till_hour, till_minute = map(int, match.groups())
    opens = timedelta(hours=hour, minutes=minute)
    closes = timedelta(hours=till_hour, minutes=till_minute)
    if max(minute, till_minute) > 59 or closes > timedelta(days=1):
        refuse(where, f"{text} has a time that no clock shows.")
    if closes <= opens:
        refuse(where, f"{text} ends before it begins; what goes past midnight is two ranges.")
    return opens, closes


def in_order(ranges: list[Range], where: str) -> list[Range]:
    """Return ranges in order; those that overlap are a mistake of whoever wrote them."""
    ranges = sorted(ranges)
    for (_, closes), (opens, _) in pairwise(ranges):
        if opens < closes:
            refuse(where, "Two of its ranges overlap.")
    return ranges


def read_holidays(code: str, where: str) -> "HolidayBase":
    """Return the holidays of a country, or of a part of one."""
    import holidays  # it costs memory, and few desks need it

    country, _, part = code.partition("-")
    try:
        return holidays.country_holidays(country, subdiv=part or None)
    except NotImplementedError:
        refuse(where, f"The holidays of {code!r} are not known.")


ALWAYS = Hours(Calendar(weekly={"mon-sun": ("00:00-24:00",)}))
