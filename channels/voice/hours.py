"""When somebody answers: business hours, closed days, and the clock of one place."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
SPAN = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-(?:([01]\d|2[0-3]):([0-5]\d)|24:00)")
MIDNIGHT = time.max  #: what 24:00 means


def is_open(
    at: datetime, hours: Mapping[str, Sequence[str]], closed: Sequence[str], zone: str
) -> bool:
    """Tell whether somebody answers at a moment; without any *hours* that is always.

    >>> from datetime import UTC
    >>> monday = datetime(2026, 3, 2, 8, 30, tzinfo=UTC)
    >>> is_open(monday, {"monday": ["09:00-17:00"]}, (), "Europe/Warsaw")
    True
    """
    there = at.astimezone(ZoneInfo(zone))
    if there.date().isoformat() in closed:
        return False
    if not hours:
        return True
    now = there.time().replace(tzinfo=None)
    return any(begin <= now < end for begin, end in map(span, hours.get(DAYS[there.weekday()], ())))


def span(written: str) -> tuple[time, time]:
    """Return the beginning and end of ``09:00-17:00``. Raises `ValueError`."""
    found = SPAN.fullmatch(written)
    if not found:
        raise ValueError(f"Hours are written as 09:00-17:00, not {written!r}.")
    begin = time(int(found[1]), int(found[2]))
    end = time(int(found[3]), int(found[4])) if found[3] else MIDNIGHT
    if begin >= end:
        raise ValueError(f"{written} ends before it begins; split it at midnight.")
    return begin, end


def check(hours: Mapping[str, Sequence[str]], closed: Sequence[str], zone: str) -> None:
    """Raise `ValueError` with a sentence about the first fault there is."""
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"There is no time zone {zone!r}; write Europe/Warsaw.") from None
    for day, spans in hours.items():
        if day not in DAYS:
            raise ValueError(f"{day!r} is no weekday; they are monday to sunday.")
        for one in spans:
            span(one)
    for day in closed:
        try:
            date.fromisoformat(day)
        except ValueError:
            raise ValueError(f"Closed days are written as 2026-12-25, not {day!r}.") from None
