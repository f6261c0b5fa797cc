"""Play real traffic through another setup, or size a team: ``parlour rehearse``."""

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import channels
from inbox.desk import Desk
from inbox.errors import Invalid
from inbox.model import AgentId
from inbox.store import Unit
from routing import setups, traffic
from routing.hours import read_zone
from routing.rehearse import Figures, Load, Rehearsal, Sides, rehearse, spoken
from routing.setup import Setup, parse
from routing.sizing import Played, Size, Sizing

BACK = re.compile(r"(\d{1,5})([mhd])")
UNITS = {"m": "minutes", "h": "hours", "d": "days"}
DEMAND = re.compile(r"(\d+(?:\.\d+)?)[x*](\d+(?:\.\d+)?)")
HEAD = (
    f"{'':<24}{'came':>7}{'served':>8}{'mean':>9}{'p50':>9}{'p90':>9}"
    f"{'broken':>8}{'gave up':>9}{'away':>6}{'open':>6}"
)


# --- what is asked --------------------------------------------------------------------------
def span(since: str, until: str | None, now: datetime, zone: str) -> tuple[datetime, datetime]:
    """Read from when to when; a day that is named ends with itself. Raises `Invalid`."""
    where = read_zone(zone, "zone")
    begin, day = moment(since, now, where)
    if until is not None:
        end, whole = moment(until, now, where)
        return begin, end + timedelta(days=1) if whole else end
    local = begin.astimezone(where) + timedelta(days=1)  # the clock may be changed that night
    return begin, min(now, local.astimezone(UTC)) if day else now


def moment(text: str, now: datetime, zone: ZoneInfo) -> tuple[datetime, bool]:
    """Read a moment, and tell whether it names a whole day.

    >>> noon = datetime(2026, 3, 2, 12, tzinfo=UTC)
    >>> [str(moment(one, noon, ZoneInfo("UTC"))[0]) for one in ("yesterday", "90m", "2026-02-01")]
    ['2026-03-01 00:00:00+00:00', '2026-03-02 10:30:00+00:00', '2026-02-01 00:00:00+00:00']
    """
    today = now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    word = text.strip().lower()
    if word == "now":
        return now, False
    if word in {"today", "yesterday"}:
        return (today - timedelta(days=word == "yesterday")).astimezone(UTC), True
    if back := BACK.fullmatch(word):
        return now - timedelta(**{UNITS[back[2]]: int(back[1])}), False
    try:
        read = datetime.fromisoformat(text.strip())
    except ValueError:
        raise Invalid("Write when as yesterday, 24h, 7d, 2026-03-02 or 2026-03-02T09:00.") from None
    at = read if read.tzinfo else read.replace(tzinfo=zone)
    return at.astimezone(UTC), len(text.strip()) == len("2026-03-02")


def demand(text: str) -> tuple[float, float]:
    """Read arrivals a second and seconds of handling, such as ``0.05x180``."""
    found = DEMAND.fullmatch(text.replace(" ", ""))
    if not found:
        raise Invalid("Write arrivals a second x seconds of handling, such as 0.05x180.")
    return float(found[1]), float(found[2])


async def rehearsed(desk: Desk, text: bytes | None, since: datetime, until: datetime) -> Rehearsal:
    """Play what came through the setup in a file, or through the one that holds."""
    now = await desk.read(current)
    tried = now if text is None else parse(text)
    await desk.read(setups.inspect, tried, channels.kinds())
    if not tried.queues:
        raise Invalid("The setup has no queues: every conversation is everybody's.")
    came = await traffic.read(desk, since, until)
    return rehearse(came, tried, now if text is not None else None)


def current(unit: Unit) -> Setup:
    return setups.current(unit)[1]


# --- what is said ---------------------------------------------------------------------------
def as_text(told: Rehearsal) -> Iterator[str]:
    """Write what a person wants to see."""
    yield f"{told.since:%Y-%m-%d %H:%M} to {told.until:%Y-%m-%d %H:%M} UTC"
    yield ""
    yield HEAD
    names = {one.agent_id: one.name for one in told.agents}
    for one in [told.all, *told.queues]:
        yield from side_by_side(one, "Everybody" if one is told.all else one.queue)
    if told.agents:
        yield ""
        yield f"{'':<24}{'tried':>14}{'now':>14}{'really':>14}{'there':>9}"
        for agent in told.agents:
            yield as_load(agent)
    for title, lines in (
        ("Different", told.differences),
        ("Taken for granted", told.notes),
        ("Who would have had what", tuple(as_cases(told, names))),
    ):
        if lines:
            yield ""
            yield f"{title}:"
            yield from (f"  {line}" for line in lines)


def side_by_side(one: Sides, name: str | None) -> Iterator[str]:
    yield name or "In no queue"
    yield as_row("  tried", one.tried)
    if one.now:
        yield as_row("  as it is set now", one.now)
    yield as_row("  really", one.real)


def as_row(name: str, one: Figures) -> str:
    return (
        f"{name:<24}{one.conversations:>7}{one.served:>8}{spoken(one.mean_wait):>9}"
        f"{spoken(one.p50_wait):>9}{spoken(one.p90_wait):>9}{one.breached:>8}"
        f"{one.abandoned:>9}{one.elsewhere:>6}{one.open:>6}"
    )


def as_load(one: Load) -> str:
    sides = (one.tried, one.now, one.real)
    had = [f"{side.conversations} ({spoken(side.seconds)})" if side else "-" for side in sides]
    return f"{one.name:<24}{had[0]:>14}{had[1]:>14}{had[2]:>14}{spoken(one.there):>9}"


SHOWN = 20  #: conversations; all of them are in the JSON


def as_cases(told: Rehearsal, names: dict[AgentId, str]) -> Iterator[str]:
    """Write whom some conversations would have gone to, and whom they went to."""
    other = [
        case
        for case in told.cases
        if (case.tried.queue, case.tried.agent_id) != (case.real.queue, case.real.agent_id)
    ]
    for case in other[:SHOWN]:
        yield (
            f"{case.conversation_id} ({case.at:%H:%M}, {case.channel}): "
            f"{fate(case.tried.queue, case.tried.agent_id, case.tried.ending, names)} after "
            f"{spoken(case.tried.waited)}; really "
            f"{fate(case.real.queue, case.real.agent_id, case.real.ending, names)}. {case.rule}"
        )
    if len(other) > SHOWN:
        yield f"and {len(other) - SHOWN} more, see --json"


def fate(queue: str | None, agent: AgentId | None, ending: str, names: dict[AgentId, str]) -> str:
    who = names.get(agent, "somebody gone") if agent is not None else ending.replace("_", " ")
    return f"{queue or 'no queue'}, {who}"


def as_sizing(told: Sizing) -> Iterator[str]:
    """Write what a traffic takes, theory and play side by side."""
    yield f"It takes {told.needed} agents."
    yield ""
    yield f"{'agents':>8}{'busy':>8}{'wait at all':>13}{'mean wait':>11}{'in time':>9}"
    for one in told.sizes:
        yield as_size(one) + ("  <- needed" if one.agents == told.needed else "")
    yield ""
    if told.mean_wait is None or told.within is None:
        yield f"{told.agents} agents never keep up."
        return
    yield f"Played with {told.agents} agents, 99.9 % confidence:"
    yield f"  mean wait {seconds(told.mean_wait)}"
    yield f"  in time   {share(told.within)}"


def as_size(one: Size) -> str:
    wait = "never" if one.mean_wait is None else f"{one.mean_wait:.1f} s"
    return f"{one.agents:>8}{one.busy:>8.0%}{one.waits:>13.0%}{wait:>11}{one.within:>9.1%}"


def seconds(one: Played) -> str:
    return f"{one.mean:.1f} s ({one.low:.1f} to {one.high:.1f} s)"


def share(one: Played) -> str:
    return f"{one.mean:.1%} ({one.low:.1%} to {min(1.0, one.high):.1%})"


def lines(some: Sequence[str] | Iterator[str]) -> str:
    return "\n".join(line.rstrip() for line in some)
