"""Queues as the desk has them: who belongs to each, who is lent, whether it hands anything out."""

import re
from collections.abc import Iterable, Sequence
from datetime import timedelta

from msgspec import UNSET

from agents_ui.api.setup_shapes import (
    MemberShape,
    QueueShape,
    SetMember,
    SkilledShape,
    SkillsChange,
)
from agents_ui.api.shapes import Page
from agents_ui.calls import Call, Endpoints
from inbox.actions import queues as verbs
from inbox.errors import Invalid, NotFound
from inbox.model import AgentId, Member, QueueId, QueueRecord, Role, Skilled
from inbox.store import Unit
from routing import setups
from routing.queues import Queue
from routing.setup import Setup

endpoints = Endpoints("queues")

LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
LONGEST = timedelta(days=366)  # somebody is lent


@endpoints("GET", "/queues")
async def queues(call: Call) -> Page[QueueShape]:
    """List the queues, who belongs to each, and how many wait."""
    return Page(items=await call.read(listed, call.agent.id))


def listed(unit: Unit, agent: AgentId) -> list[QueueShape]:
    _, setup = setups.current(unit)
    members = unit.queues.members()
    return [
        shaped(unit, one, setup, [m for m in members if m.queue_id == one.id], agent)
        for one in in_order(unit.queues.named().values(), setup)
    ]


def in_order(records: Iterable[QueueRecord], setup: Setup) -> Sequence[QueueRecord]:
    """Return queues as the setup orders them."""
    places = {name: number for number, name in enumerate(setup.queues)}
    return sorted(records, key=lambda one: (places.get(one.name, len(places)), one.id))


def shaped(
    unit: Unit, queue: QueueRecord, setup: Setup, members: Sequence[Member], agent: AgentId
) -> QueueShape:
    decided = setup.queues.get(queue.name, Queue())
    return QueueShape(
        id=queue.id,
        name=queue.name,
        paused=queue.paused_at is not None,
        paused_at=queue.paused_at,
        waiting=unit.placements.waiting(queue.id),
        offering=decided.offering,
        codes=list(decided.codes),
        membership=next((one.membership for one in members if one.agent_id == agent), None),
        members=[as_shape(one) for one in members],
    )


def as_shape(member: Member) -> MemberShape:
    return MemberShape(agent_id=member.agent_id, membership=member.membership, until=member.until)


def one_of(unit: Unit, which: QueueId, agent: AgentId) -> QueueShape:
    _, setup = setups.current(unit)
    return shaped(unit, unit.queues.get(which), setup, unit.queues.members(which), agent)


# --- handing out ----------------------------------------------------------------------------
@endpoints("POST", "/queues/{id}/pause", needs=Role.SUPERVISOR)
async def pause_queue(call: Call, id: int) -> QueueShape:  # noqa: A002  # the path's word
    """Pause a queue: who comes waits in it, and nothing is offered."""
    return await call.write(paused, QueueId(id), True, call.agent.id)


@endpoints("POST", "/queues/{id}/resume", needs=Role.SUPERVISOR)
async def resume_queue(call: Call, id: int) -> QueueShape:  # noqa: A002
    """Have a paused queue go on."""
    return await call.write(paused, QueueId(id), False, call.agent.id)


def paused(unit: Unit, which: QueueId, on: bool, agent: AgentId) -> QueueShape:
    (verbs.pause if on else verbs.resume)(unit, which, by=agent)
    return one_of(unit, which, agent)


# --- members --------------------------------------------------------------------------------
@endpoints("GET", "/queues/{id}/members/{agent}", needs=Role.SUPERVISOR)
async def member(call: Call, id: int, agent: int) -> MemberShape:  # noqa: A002
    """Say how somebody belongs to a queue; 404 when they do not."""
    return as_shape(await call.read(belonging, QueueId(id), AgentId(agent)))


def belonging(unit: Unit, which: QueueId, agent: AgentId) -> Member:
    found = unit.queues.member(which, agent)
    if found is None:
        raise NotFound("They do not belong to this queue.")
    return found


@endpoints("PUT", "/queues/{id}/members/{agent}", needs=Role.SUPERVISOR)
async def set_member(call: Call, id: int, agent: int, body: SetMember) -> QueueShape:  # noqa: A002
    """Have somebody belong to a queue: for good, or lent until a time, after which it ends."""
    return await call.write(joined, QueueId(id), AgentId(agent), body, call.agent.id)


def joined(
    unit: Unit, which: QueueId, agent: AgentId, wanted: SetMember, by: AgentId
) -> QueueShape:
    if wanted.until is not None and wanted.until.tzinfo is None:
        raise Invalid("A time has a zone.")
    if wanted.until is not None and wanted.until > unit.now + LONGEST:
        raise Invalid("Somebody is lent for a year at most.")
    verbs.join(unit, which, agent, membership=wanted.membership, until=wanted.until, by=by)
    return one_of(unit, which, by)


@endpoints("DELETE", "/queues/{id}/members/{agent}", needs=Role.SUPERVISOR)
async def remove_member(call: Call, id: int, agent: int) -> QueueShape:  # noqa: A002
    """Have somebody belong to a queue no longer; what they have from it stays with them."""
    return await call.write(parted, QueueId(id), AgentId(agent), call.agent.id)


def parted(unit: Unit, which: QueueId, agent: AgentId, by: AgentId) -> QueueShape:
    unit.queues.get(which)
    verbs.part(unit, which, agent, by=by)
    return one_of(unit, which, by)


# --- what agents can do ---------------------------------------------------------------------
@endpoints("GET", "/agents/skills", needs=Role.SUPERVISOR)
async def all_skills(call: Call) -> Page[SkilledShape]:
    """List what everybody can do, as far as routing asks."""
    found = await call.read(lambda unit: unit.duties.all_skilled())
    return Page(items=[skilled(agent, one) for agent, one in found.items()])


@endpoints("GET", "/agents/{id}/skills", needs=Role.SUPERVISOR)
async def agent_skills(call: Call, id: int) -> SkilledShape:  # noqa: A002
    """Say what an agent can do."""
    return await call.read(described, AgentId(id))


@endpoints("PATCH", "/agents/{id}/skills", needs=Role.SUPERVISOR)
async def change_skills(call: Call, id: int, body: SkillsChange) -> SkilledShape:  # noqa: A002
    """Write down what an agent can do: skills, languages, how much at once, and when."""
    return await call.write(enabled, AgentId(id), body, call.agent.id)


def described(unit: Unit, which: AgentId) -> SkilledShape:
    unit.agents.get(which)
    return skilled(which, unit.duties.skilled(which))


def enabled(unit: Unit, which: AgentId, body: SkillsChange, by: AgentId) -> SkilledShape:
    unit.agents.get(which)
    _, setup = setups.current(unit)
    before = unit.duties.skilled(which)
    after = Skilled(
        skills=before.skills if body.skills is UNSET else body.skills,
        languages=before.languages if body.languages is UNSET else tuple(body.languages),
        capacity=before.capacity if body.capacity is UNSET else body.capacity,
        shift=before.shift if body.shift is UNSET else body.shift,
    )
    check(setup, before, after)
    verbs.enable(unit, which, after, by=by)
    return described(unit, which)


def check(setup: Setup, before: Skilled, after: Skilled) -> None:
    """Refuse what the setup does not know. Raises Invalid."""
    for name in after.skills:
        if name not in setup.skills and name not in before.skills:
            raise Invalid(f"skills.{name}: There is no skill {name!r}.")
    for language in after.languages:
        if not LANGUAGE.fullmatch(language):
            raise Invalid(f"languages: {language!r} is no language, such as hr or en-GB.")
    if after.shift is not None and after.shift not in setup.hours:
        raise Invalid(f"shift: There are no hours {after.shift!r}.")


def skilled(agent: AgentId, one: Skilled) -> SkilledShape:
    return SkilledShape(
        agent_id=agent,
        skills=one.skills,
        languages=list(one.languages),
        capacity=one.capacity,
        shift=one.shift,
    )
