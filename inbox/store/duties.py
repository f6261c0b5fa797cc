"""What every agent is doing at the desk, and what they can do."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, select, update

from inbox.model import AgentId, Availability, Duty, Skilled
from inbox.store.numbers import numbered
from inbox.store.rows import Found
from inbox.store.upsert import insert_new
from inbox.tables import AgentRow, DutyRow, Utc

FIELDS = Duty.__struct_fields__
COLUMNS = [getattr(DutyRow, field) for field in FIELDS]
ABILITIES = [getattr(AgentRow, field) for field in Skilled.__struct_fields__]
ALL = select(*COLUMNS).order_by(DutyRow.agent_id)
GET = select(*COLUMNS).where(DutyRow.agent_id == bindparam("which"))
HOLD = GET.with_for_update()
HOLD_SOME = ALL.where(numbered(DutyRow.agent_id, "which")).with_for_update()
CLAIM_SOME = ALL.where(numbered(DutyRow.agent_id, "which")).with_for_update(skip_locked=True)
CAPACITIES = select(AgentRow.id, AgentRow.capacity).where(
    numbered(AgentRow.id, "which"), AgentRow.archived_at.is_(None)
)
SKILLED = select(AgentRow.id, *ABILITIES).where(AgentRow.archived_at.is_(None))
ONE_SKILLED = select(AgentRow.id, *ABILITIES).where(AgentRow.id == bindparam("which"))
ADD = insert_new(DutyRow, "agent_id")
CONNECTED = (
    update(DutyRow)
    .where(numbered(DutyRow.agent_id, "which"))
    .values(connected_until=bindparam("until", type_=Utc()))
)
ASKED = (
    update(DutyRow)
    .where(numbered(DutyRow.agent_id, "which"))
    .values(offered_at=bindparam("at", type_=Utc()))
)


def as_duty(row: Found) -> Duty:
    """Make a value of *row*."""
    fields = dict(zip(FIELDS, row, strict=True))
    fields["availability"] = Availability(fields["availability"])
    return Duty(**fields)


def as_skilled(row: Found) -> Skilled:
    """Make a value of the columns behind the agent's key."""
    fields = dict(zip(Skilled.__struct_fields__, row[1:], strict=True))
    fields["languages"] = tuple(fields["languages"])
    return Skilled(**fields)


class Duties:
    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def get(self, which: AgentId) -> Duty | None:
        """Return what an agent is doing; none when they never opened the desk."""
        return self.one(GET, which)

    def one(self, question: Any, which: AgentId) -> Duty | None:
        row = self.connection.execute(question, {"which": which}).one_or_none()
        return as_duty(row) if row else None

    def all(self) -> Sequence[Duty]:
        """Return what everybody is doing who ever opened the desk."""
        return [as_duty(row) for row in self.connection.execute(ALL)]

    def hold(self, which: AgentId, *, now: datetime) -> Duty:
        """Return an agent's duty, which nobody else changes until the commit.

        Who never opened the desk is offline.
        """
        if there := self.one(HOLD, which):
            return there
        self.add([Duty(agent_id=which, since=now)])
        held = self.one(HOLD, which)
        assert held  # noqa: S101  # it was written a line ago
        return held

    def hold_some(self, which: Iterable[AgentId]) -> Mapping[AgentId, Duty]:
        """Return some agents' duties, which nobody else changes until the commit."""
        rows = self.connection.execute(HOLD_SOME, {"which": list(which)})
        return {duty.agent_id: duty for duty in map(as_duty, rows)}

    def claim_some(self, which: Iterable[AgentId]) -> Mapping[AgentId, Duty]:
        """Return those of some agents' duties that nobody else is changing, as `hold_some` does."""
        rows = self.connection.execute(CLAIM_SOME, {"which": list(which)})
        return {duty.agent_id: duty for duty in map(as_duty, rows)}

    def add(self, duties: Sequence[Duty]) -> None:
        """Write the duties of agents who have none."""
        rows = [{name: getattr(duty, name) for name in FIELDS} for duty in duties]
        ADD(self.connection, rows)

    def change(self, which: AgentId, **fields: Any) -> None:
        """Set some fields of a duty."""
        statement = update(DutyRow).where(DutyRow.agent_id == which).values(**fields)
        self.connection.execute(statement)

    def connect(self, which: Iterable[AgentId], until: datetime) -> None:
        """Write until when some agents have the desk open."""
        self.connection.execute(CONNECTED, {"which": list(which), "until": until})

    def asked(self, which: Iterable[AgentId], at: datetime) -> None:
        """Write when some agents were last offered something."""
        self.connection.execute(ASKED, {"which": list(which), "at": at})

    # --- what they can do -------------------------------------------------------------------
    def skilled(self, which: AgentId) -> Skilled:
        """Return what an agent can do."""
        return as_skilled(self.connection.execute(ONE_SKILLED, {"which": which}).one())

    def all_skilled(self) -> Mapping[AgentId, Skilled]:
        """Return what everybody can do who answers."""
        return {row[0]: as_skilled(row) for row in self.connection.execute(SKILLED)}

    def capacities(self, which: Iterable[AgentId]) -> Mapping[AgentId, float]:
        """Return how much each of some agents may have; those left out who are gone for good."""
        rows = self.connection.execute(CAPACITIES, {"which": list(which)})
        return {AgentId(agent): capacity for agent, capacity in rows}

    def set_skilled(self, which: AgentId, skilled: Skilled) -> None:
        """Write what an agent can do."""
        fields = {name: getattr(skilled, name) for name in Skilled.__struct_fields__}
        fields["languages"] = list(skilled.languages)
        self.connection.execute(update(AgentRow).where(AgentRow.id == which).values(**fields))
