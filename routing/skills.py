"""Who may be offered a conversation, and what removed the others.

An agent's room is one budget for all channels: a chat takes some of it, a mail less, and a call
takes all, so that it needs an empty desk and leaves no room beside it.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import StrEnum

from msgspec.structs import replace

from inbox.model import AgentId, Availability, Membership, Value
from routing.model import refuse


class Need(Value, forbid_unknown_fields=True):
    """A skill that a conversation asks for."""

    skill: str
    level: int = 1  #: from which on it is enough, 1 to 5
    required: bool = True  #: else it only counts in somebody's favour


class Work(Value):
    """A conversation, as far as it matters who gets it."""

    weight: float | None = 1.0  #: the room it takes; none takes all, as a call does
    needs: tuple[Need, ...] = ()
    language: str | None = None  #: that an agent must speak
    owner_id: AgentId | None = None  #: whose customer it is
    previous_id: AgentId | None = None  #: who had it last
    declined_by: frozenset[AgentId] = frozenset()

    def asking(self, needs: Iterable[Need]) -> "Work":
        """Return the same with the needs of a queue; of two for one skill its own stands."""
        joined = {need.skill: need for need in (*needs, *self.needs)}
        return replace(self, needs=tuple(joined.values()))

    def relaxed(self) -> "Work":
        """Return the same with nothing but wishes, for when nobody has the skills."""
        return replace(self, needs=tuple(replace(need, required=False) for need in self.needs))


class Candidate(Value):
    """An agent at the moment of choosing."""

    agent_id: AgentId
    connected: bool = True  #: a fact
    availability: Availability = Availability.AVAILABLE  #: a choice
    load: float = 0.0  #: the room that is taken
    capacity: float = 6.0
    on_call: bool = False
    skills: dict[str, int] = {}  #: levels, 0 to 5
    languages: frozenset[str] = frozenset()
    membership: Membership | None = Membership.PRIMARY
    idle_since: datetime | None = None  #: of the last work that ended; none when never any
    offered_at: datetime | None = None  #: the last offer; none when never any

    def has_room(self, weight: float | None) -> bool:
        """Tell whether work of some weight fits beside what the agent has."""
        if self.on_call or self.capacity <= 0:
            return False
        return self.load <= 0 if weight is None else self.load + weight <= self.capacity

    def meets(self, need: Need) -> bool:
        return self.skills.get(need.skill, 0) >= need.level


class Removal(StrEnum):
    """What keeps a conversation from an agent."""

    NO_MEMBER = "no_member"
    DISCONNECTED = "disconnected"
    UNAVAILABLE = "unavailable"
    DECLINED = "declined"
    LANGUAGE = "language"
    SKILL = "skill"
    NO_ROOM = "no_room"
    BACKUP = "backup"


class Removed(Value):
    """An agent who may not be offered a conversation, and why."""

    agent_id: AgentId
    removal: Removal
    why: str


class Fit(Value):
    """Who may be offered a conversation, and who may not."""

    candidates: tuple[Candidate, ...]
    removed: tuple[Removed, ...]


def fit(work: Work, candidates: Sequence[Candidate]) -> Fit:
    """Part those who may be offered a conversation from those who may not."""
    fitting, removed = [], []
    for candidate in candidates:
        found = obstacle(work, candidate)
        if found:
            removed.append(taken_out(candidate, *found))
        else:
            fitting.append(candidate)
    primaries = [one for one in fitting if one.membership is Membership.PRIMARY]
    if primaries:
        removed += [
            taken_out(one, Removal.BACKUP, "Primary members can take it.")
            for one in fitting
            if one.membership is Membership.BACKUP
        ]
    return Fit(candidates=tuple(primaries or fitting), removed=tuple(removed))


def taken_out(candidate: Candidate, removal: Removal, why: str) -> Removed:
    return Removed(agent_id=candidate.agent_id, removal=removal, why=why)


def obstacle(work: Work, candidate: Candidate) -> tuple[Removal, str] | None:
    """Return what keeps a conversation from an agent, the lasting reasons first."""
    if candidate.membership is None:
        return Removal.NO_MEMBER, "Not a member of the queue."
    if work.language and work.language not in candidate.languages:
        return Removal.LANGUAGE, f"Does not speak {work.language}."
    for need in work.needs:
        if need.required and not candidate.meets(need):
            level = candidate.skills.get(need.skill, 0)
            return Removal.SKILL, f"Has {need.skill} {level}, needs {need.level}."
    return passing_obstacle(work, candidate)


def passing_obstacle(work: Work, candidate: Candidate) -> tuple[Removal, str] | None:
    """Return what keeps a conversation from an agent right now."""
    if not candidate.connected:
        return Removal.DISCONNECTED, "Not connected."
    if candidate.availability is not Availability.AVAILABLE:
        return Removal.UNAVAILABLE, f"Is {candidate.availability}."
    if candidate.agent_id in work.declined_by:
        return Removal.DECLINED, "Declined it, or did not answer."
    if not candidate.has_room(work.weight):
        return Removal.NO_ROOM, room(candidate)
    return None


def room(candidate: Candidate) -> str:
    if candidate.on_call:
        return "Is on a call."
    return f"Has {candidate.load:g} of {candidate.capacity:g} in hand."


def check(needs: Iterable[Need], known: Iterable[str], where: str = "needs") -> None:
    """Refuse needs that nobody could meet. Raises Invalid."""
    skills = set(known)
    for number, need in enumerate(needs):
        if need.skill not in skills:
            refuse(f"{where}[{number}]", f"There is no skill {need.skill!r}.")
        if not 1 <= need.level <= 5:
            refuse(f"{where}[{number}]", "A level is 1 to 5.")
