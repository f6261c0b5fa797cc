"""Who is at the desk, and what they chose to be."""

from datetime import datetime
from typing import Any

from inbox.model import AgentId, Availability, Duty
from inbox.store import Unit
from inbox.words import cut

MAX_REASON = 200  #: characters
SILENT = "Offers were not answered."


def choose(
    unit: Unit,
    agent: AgentId,
    availability: Availability,
    *,
    by: AgentId | None,
    reason: str | None = None,
) -> None:
    """Be available, busy, away or offline from now on; misses are forgiven."""
    unit.agents.get(agent)
    duty = unit.duties.hold(agent, now=unit.now)
    why = cut(" ".join(reason.split()), MAX_REASON) if reason and reason.strip() else None
    if (duty.availability, duty.reason) == (availability, why):
        unit.duties.change(agent, misses=0)
        return
    unit.duties.change(agent, availability=availability, reason=why, since=unit.now, misses=0)
    tell(unit, agent, by=by, availability=[duty.availability, availability], reason=why)


def connect(unit: Unit, agents: list[AgentId], until: datetime) -> None:
    """Note that these agents have the desk open in a browser, at least until then.

    Who opens it for the first time is available.
    """
    known = unit.duties.hold_some(agents)
    if new := sorted(set(agents) - known.keys()):
        unit.duties.add([arrival(unit, agent, until) for agent in new])
    for agent in new:
        chosen = [None, Availability.AVAILABLE]
        tell(unit, agent, by=agent, availability=chosen, connected=[False, True])
    longer = [duty for duty in known.values() if is_before(duty.connected_until, until)]
    unit.duties.connect([duty.agent_id for duty in longer], until)
    for duty in longer:
        if is_before(duty.connected_until, unit.now):
            tell(unit, duty.agent_id, by=duty.agent_id, connected=[False, True])


def leave(unit: Unit, agent: AgentId) -> None:
    """Note that an agent closed the last browser on this process.

    One that is open on another process says so within seconds.
    """
    duty = unit.duties.get(agent)
    if duty is None or is_before(duty.connected_until, unit.now):
        return
    unit.duties.connect([agent], unit.now)
    tell(unit, agent, by=agent, connected=[True, False])


def call(unit: Unit, agent: AgentId, on: bool) -> None:
    """Note that an agent talks on the telephone, or has hung up; meanwhile nothing fits."""
    duty = unit.duties.hold_some([agent]).get(agent)
    if duty is None or duty.on_call == on:
        return
    idle = {} if on else {"idle_since": unit.now}
    unit.duties.change(agent, on_call=on, **idle)
    tell(unit, agent, by=None, on_call=[duty.on_call, on])


def note_miss(unit: Unit, agent: AgentId, limit: int) -> None:
    """Count an offer that was not answered; after *limit* in a row its agent is away."""
    duty = unit.duties.hold_some([agent]).get(agent)
    if duty is None:
        return
    misses = duty.misses + 1
    if misses < limit or duty.availability in {Availability.AWAY, Availability.OFFLINE}:
        unit.duties.change(agent, misses=misses)
        return
    away = Availability.AWAY
    unit.duties.change(agent, availability=away, reason=SILENT, since=unit.now, misses=0)
    tell(unit, agent, by=None, availability=[duty.availability, away], reason=SILENT)


def arrival(unit: Unit, agent: AgentId, until: datetime) -> Duty:
    return Duty(
        agent_id=agent,
        since=unit.now,
        availability=Availability.AVAILABLE,
        connected_until=until,
        idle_since=unit.now,
    )


def is_before(when: datetime | None, other: datetime) -> bool:
    """Tell whether *when* is earlier; never is earlier than everything."""
    return when is None or when <= other


def tell(
    unit: Unit, agent: AgentId, *, by: AgentId | None, reason: str | None = None, **change: Any
) -> None:
    why = {"reason": reason} if reason else {}
    unit.happened("agent.availability", by=by, about=agent, change=change | why)
