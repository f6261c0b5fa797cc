"""Those of a large team who may serve one kind of conversation, whoever is next at hand.

They stand on a ladder, primary members on one and backups on another, by what the queue's policy
asks for. Whoever changes is put where they belong, so nobody looks through thousands for each.
"""

from collections.abc import Iterable

from inbox.model import AgentId, Membership
from routing.ladder import Ladder
from routing.policies import SCORINGS, Choice, Policy
from routing.queues import Queue
from routing.skills import Candidate, Work, obstacle


class Crew:
    """Who may serve a kind of *work*, in the order of a policy."""

    def __init__(self, work: Work, policy: Policy, members: Iterable[Candidate]) -> None:
        self.work = work
        self.policy = policy
        self.primaries = Ladder()
        self.backups = Ladder()
        for one in sorted(members, key=lambda one: (moment(one), one.agent_id)):
            self.put(one)

    def put(self, candidate: Candidate) -> None:
        """Put an agent where they belong, or take them off when they may not."""
        agent = candidate.agent_id
        if obstacle(self.work, candidate):
            self.leave(agent)
        elif candidate.membership is Membership.BACKUP:
            self.primaries.leave(agent)
            self.backups.put(agent, self.rung(candidate))
        else:
            self.backups.leave(agent)
            self.primaries.put(agent, self.rung(candidate))

    def leave(self, agent: AgentId) -> None:
        self.primaries.leave(agent)
        self.backups.leave(agent)

    def rung(self, candidate: Candidate) -> float:
        """Return the lower the better."""
        match self.policy:
            case Policy.LEAST_BUSY:
                return candidate.load / candidate.capacity
            case Policy.LONGEST_IDLE:
                return moment(candidate)
            case Policy.ROUND_ROBIN:
                return candidate.offered_at.timestamp() if candidate.offered_at else 0.0
            case Policy.BEST_SKILL:
                needs = self.work.needs
                return -float(sum(candidate.skills.get(need.skill, 0) for need in needs))

    def choose(self, work: Work, queue: Queue, *, sticky: bool = False) -> Choice:
        """Choose as `policies.choose` does; it names nobody else, for there are too many."""
        ladder = self.primaries if len(self.primaries) else self.backups
        if queue.owner_first and work.owner_id in ladder.stands:
            return Choice(agent_id=work.owner_id, why="Looks after this customer.")
        if sticky and work.previous_id in ladder.stands:
            return Choice(agent_id=work.previous_id, why="Had the conversation before.")
        first = ladder.first()
        if first is None:
            return Choice(agent_id=None, why="Nobody may have it now.")
        return Choice(agent_id=first, why=SCORINGS[self.policy][1])


def moment(candidate: Candidate) -> float:
    """Return since when somebody has been idle; who never worked has been so for ever."""
    return candidate.idle_since.timestamp() if candidate.idle_since else 0.0
