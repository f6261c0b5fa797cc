"""What reports look like on the wire."""

from datetime import datetime
from typing import Annotated

from msgspec import Meta, Struct

from routing.reports.adding import Dimension
from routing.reports.definitions import Adding, Better, Unit

Moment = Annotated[datetime, Meta(tz=True)]
Number = Annotated[int, Meta(ge=1, le=2**63 - 1)]


class FigureShape(Struct, kw_only=True):
    """What a figure is."""

    name: str
    title: str
    definition: str  #: what exactly is counted
    unit: Unit
    adding: Adding  #: how its cases become one number
    better: Better
    timed: bool  #: it can be counted in business time
    snapshot: bool  #: a state at the end of the period
    routed: bool  #: it needs queues


class SumShape(Struct, kw_only=True):
    """A figure in numbers: seconds, a share from 0 to 1, a score, or how many."""

    n: int  #: cases behind it
    value: float | None = None
    mean: float | None = None
    p90: float | None = None


class GroupShape(Struct, kw_only=True):
    """A part of a figure."""

    key: str  #: empty for what has no queue, agent or tag
    label: str
    now: SumShape
    before: SumShape | None = None


class FigureReport(Struct, kw_only=True):
    """A figure of the period, and of the one before."""

    figure: str
    now: SumShape
    before: SumShape | None = None
    groups: list[GroupShape] = []


class ReportShape(Struct, kw_only=True):
    """A report."""

    since: datetime
    until: datetime
    zone: str
    clock: str
    by: Dimension | None
    figures: list[FigureReport]


class BehindShape(Struct, kw_only=True):
    """A conversation behind a figure, and what it added to it."""

    conversation_id: int
    customer: str
    subject: str | None
    preview: str
    channel: str
    status: str
    at: datetime
    n: int
    value: float
    agent_id: int | None
    queue_id: int | None


class ReportQuery(Struct, kw_only=True, forbid_unknown_fields=True):
    """Which figures of what."""

    since: Moment | None = None  #: a week before the end when left out
    until: Moment | None = None  #: not part of it; now when left out
    figures: str | None = None  #: their names with commas between; all when left out
    by: Dimension | None = None
    queue: Number | None = None
    agent: Number | None = None
    channel: str | None = None
    tag: str | None = None
    zone: str = "UTC"  #: whose days and hours, such as ``Europe/Zagreb``
    clock: Annotated[str, Meta(pattern="^(clock|business)$")] = "clock"
    compare: bool = False  #: with the period of the same length before it


class BehindQuery(Struct, kw_only=True, forbid_unknown_fields=True):
    """Behind which figure, or which part of it."""

    figure: str
    key: str | None = None  #: of the part by which it was taken apart
    since: Moment | None = None
    until: Moment | None = None
    by: Dimension | None = None
    queue: Number | None = None
    agent: Number | None = None
    channel: str | None = None
    tag: str | None = None
    zone: str = "UTC"
    clock: Annotated[str, Meta(pattern="^(clock|business)$")] = "clock"
    after: str | None = None  #: `next` of the page before
    limit: Annotated[int, Meta(ge=1, le=200)] = 50
