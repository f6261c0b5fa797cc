"""A report: figures of a period beside those of the one before, taken apart, and opened again."""

import csv
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from io import StringIO
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from inbox.model import Value
from inbox.store import Unit
from routing.reports.adding import Dimension, Sum, add_up, apart, days, keys
from routing.reports.counting import Asked, Period, count, counts
from routing.reports.definitions import FIGURES, Adding, Better, Figure
from routing.reports.story import Case

HOURS = tuple(str(hour) for hour in range(24))


class Group(Value):
    """A part of a figure, such as that of one agent."""

    key: str
    now: Sum
    before: Sum | None = None


class Told(Value):
    """A figure of a period."""

    figure: str
    now: Sum
    before: Sum | None = None
    groups: tuple[Group, ...] = ()


def tell(
    unit: Unit, asked: Asked, by: Dimension | None = None, *, compare: bool = False
) -> list[Told]:
    """Return the figures asked for, in the order in which they are defined."""
    before = [asked.period.before] if compare else []
    *earlier, now = counts(unit, asked, [*before, asked.period])
    zone = ZoneInfo(asked.zone)
    told = []
    for name, figure in FIGURES.items():
        if name not in now:
            continue
        past = earlier[0][name] if earlier else None
        parts = groups(figure, now[name], past, asked.period, by, zone) if by else ()
        told.append(
            Told(
                figure=name,
                now=add_up(figure, now[name]),
                before=None if past is None else add_up(figure, past),
                groups=tuple(parts),
            )
        )
    return told


def groups(  # noqa: PLR0917  # all of it is what is told
    figure: Figure,
    now: Sequence[Case],
    before: Sequence[Case] | None,
    period: Period,
    by: Dimension,
    zone: ZoneInfo,
) -> Iterator[Group]:
    """Take a figure apart; hours and days are complete, and days stand beside earlier days."""
    parts = apart(figure, now, by, zone)
    earlier = {} if before is None else apart(figure, before, by, zone)
    if by is Dimension.DAY and before is not None:
        earlier = beside(earlier, period, zone)
    nothing = add_up(figure, ())
    for key in ordered(figure, parts, earlier, period, by, zone):
        yield Group(
            key=key,
            now=parts.get(key, nothing),
            before=None if before is None else earlier.get(key, nothing),
        )


def beside(earlier: Mapping[str, Sum], period: Period, zone: ZoneInfo) -> dict[str, Sum]:
    """Name the days of the period before as those of this one."""
    ours = days(period.since, period.until, zone)
    theirs = days(period.before.since, period.before.until, zone)
    return {
        str(day): earlier[str(other)]
        for day, other in zip(reversed(ours), reversed(theirs), strict=False)
        if str(other) in earlier
    }


def ordered(  # noqa: PLR0917  # as above
    figure: Figure,
    parts: Mapping[str, Sum],
    earlier: Mapping[str, Sum],
    period: Period,
    by: Dimension,
    zone: ZoneInfo,
) -> Iterable[str]:
    """Return the names of the parts: by time, or the largest first."""
    if by is Dimension.HOUR:
        return () if figure.snapshot else HOURS
    if by is Dimension.DAY:
        return [str(day) for day in days(period.since, period.until, zone)]
    size = {key: parts[key].n if key in parts else 0 for key in {*parts, *earlier}}
    return sorted(size, key=lambda key: (key == "", -size[key], key))


# --- what is behind a figure ----------------------------------------------------------------
class Behind(Value):
    """What a conversation added to a figure."""

    conversation_id: int
    at: datetime  #: the last time
    n: int
    value: float
    agent_id: int | None = None
    queue_id: int | None = None


def open_up(
    unit: Unit, name: str, asked: Asked, by: Dimension | None = None, key: str = ""
) -> list[Behind]:
    """Return the conversations behind a figure or a part of it, the worst or the newest first."""
    figure, zone = FIGURES[name], ZoneInfo(asked.zone)
    cases = count(unit, replace(asked, figures=(name,)))[name]
    if by is not None:
        cases = [case for case in cases if key in keys(figure, case, by, zone)]
    if figure.snapshot and cases:
        last = max(case.at for case in cases)
        cases = [case for case in cases if case.at == last]
    each: dict[int, list[Case]] = defaultdict(list)
    for case in cases:
        if case.conversation is not None:
            each[case.conversation].append(case)
    found = [behind(figure, which, listed) for which, listed in each.items()]
    newest = sorted(found, key=lambda one: (one.at, one.conversation_id), reverse=True)
    if figure.better is Better.NEITHER or figure.adding is Adding.SUM:
        return newest
    return sorted(newest, key=lambda one: one.value, reverse=figure.better is Better.LESS)


def behind(figure: Figure, which: int, cases: Sequence[Case]) -> Behind:
    worst = min if figure.better is Better.MORE else max
    values = [case.value for case in cases]
    if figure.adding is Adding.SUM or figure.name == "occupancy":
        value = sum(values)
    else:
        value = worst(values)
    last = cases[-1]
    return Behind(
        conversation_id=which,
        at=last.at,
        n=len(cases),
        value=value,
        agent_id=last.agent,
        queue_id=last.queue,
    )


# --- as a table -----------------------------------------------------------------------------
COLUMNS = "figure,unit,clock,group,cases,value,mean,p90,before,since,until"


def as_csv(told: Sequence[Told], asked: Asked, labels: Mapping[str, str]) -> str:
    """Write a report as a table; times are in seconds, and shares are parts of one."""
    text = StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS.split(","))
    for one in told:
        figure = FIGURES[one.figure]
        clock = "business" if asked.business and figure.timed else "clock"
        lines = [Group(key="", now=one.now, before=one.before)]
        for number, line in enumerate([*lines, *one.groups]):
            label = labels.get(line.key, line.key) or "(none)" if number else "(all)"
            period = asked.period.since.isoformat(), asked.period.until.isoformat()
            writer.writerow(
                (
                    figure.title,
                    figure.unit,
                    clock,
                    harmless(label),
                    line.now.n,
                    *(number_of(it) for it in (line.now.value, line.now.mean, line.now.p90)),
                    number_of(line.before.value if line.before else None),
                    *period,
                )
            )
    return text.getvalue()


def harmless(text: str) -> str:
    """Return *text* so that no spreadsheet takes it for a formula."""
    return f"'{text}" if text[:1] in {"=", "+", "-", "@", "\t", "\r"} else text


def number_of(value: float | None) -> str:
    return "" if value is None else f"{value:.6g}" if value < 1 else f"{value:.10g}"
