"""Ways to choose among those who may be offered a conversation.

Each gives everybody a score, and the highest is chosen; among equals whoever has been idle for the
longest, and among those the one who has been here longest.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from enum import StrEnum

from inbox.model import AgentId, Value
from routing.skills import Candidate, Removed, Work, fit


class Choice(Value):
    """Who is offered a conversation, and why."""

    agent_id: AgentId | None
    why: str
    scores: dict[AgentId, float] = {}
    removed: tuple[Removed, ...] = ()


class Policy(StrEnum):
    """How a queue chooses."""

    LEAST_BUSY = "least_busy"
    LONGEST_IDLE = "longest_idle"
    ROUND_ROBIN = "round_robin"
    BEST_SKILL = "best_skill"


Scoring = Callable[[Work, Candidate, datetime], float]


def least_busy(_work: Work, candidate: Candidate, _at: datetime) -> float:
    """Return the share of an agent's room that is left."""
    return 1 - candidate.load / candidate.capacity


def longest_idle(_work: Work, candidate: Candidate, at: datetime) -> float:
    """Return the seconds since an agent's last work ended."""
    return seconds_since(candidate.idle_since, at)


def round_robin(_work: Work, candidate: Candidate, at: datetime) -> float:
    """Return the seconds since an agent's last offer."""
    return seconds_since(candidate.offered_at, at)


def best_skill(work: Work, candidate: Candidate, _at: datetime) -> float:
    """Add up an agent's levels in what the conversation asks for."""
    return float(sum(candidate.skills.get(need.skill, 0) for need in work.needs))


def seconds_since(then: datetime | None, at: datetime) -> float:
    """Count the seconds since a moment; those since the epoch when there was none."""
    return (at - then).total_seconds() if then else at.timestamp()


SCORINGS: Mapping[Policy, tuple[Scoring, str]] = {
    Policy.LEAST_BUSY: (least_busy, "Has the most room left."),
    Policy.LONGEST_IDLE: (longest_idle, "Has been idle for the longest."),
    Policy.ROUND_ROBIN: (round_robin, "It is their turn."),
    Policy.BEST_SKILL: (best_skill, "Knows most about it."),
}


def choose(
    work: Work,
    candidates: Sequence[Candidate],
    at: datetime,
    policy: Policy = Policy.LEAST_BUSY,
    *,
    sticky: bool = False,
    owner_first: bool = False,
) -> Choice:
    """Choose whom to offer a conversation; nobody when none of the candidates may have it.

    The owner of the customer goes before who had the conversation last, and both before the policy.
    """
    fitting = fit(work, candidates)
    scoring, why = SCORINGS[policy]
    scores = {one.agent_id: scoring(work, one, at) for one in fitting.candidates}
    if owner_first and work.owner_id in scores:
        chosen, why = work.owner_id, "Looks after this customer."
    elif sticky and work.previous_id in scores:
        chosen, why = work.previous_id, "Had the conversation before."
    elif scores:
        chosen = min(
            fitting.candidates,
            key=lambda one: (-scores[one.agent_id], -longest_idle(work, one, at), one.agent_id),
        ).agent_id
    else:
        chosen, why = None, "Nobody may have it now."
    return Choice(agent_id=chosen, why=why, scores=scores, removed=fitting.removed)
