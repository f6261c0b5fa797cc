"""Who may answer, and as what."""

from inbox.actions import consulting, placing, queues
from inbox.errors import Conflict, Invalid
from inbox.model import AgentId, Role
from inbox.store import Unit
from inbox.words import cut


def create(
    unit: Unit, *, name: str, email: str, password_hash: str, role: Role = Role.AGENT
) -> AgentId:
    """Let somebody answer. Raises `Conflict` when somebody has that email already."""
    address = cut(email.strip().lower(), 320)
    if "@" not in address or not name.strip():
        raise Invalid("An agent needs a name and an email address.")
    if any(known.email == address for known in unit.agents.all()):
        raise Conflict("There is an agent with this email address already.")
    return unit.agents.create(
        name=cut(name.strip(), 200),
        email=address,
        password_hash=password_hash,
        role=role,
        at=unit.now,
    )


def change_role(unit: Unit, which: AgentId, role: Role) -> None:
    """Let an agent do more, or less."""
    unit.agents.get(which)
    unit.agents.change(which, role=role)


def change_password(unit: Unit, which: AgentId, password_hash: str) -> None:
    """Give an agent another password, and end every session begun with the old one."""
    unit.agents.get(which)
    unit.agents.change(which, password_hash=password_hash)
    unit.agents.close_sessions(which)


def archive(unit: Unit, which: AgentId) -> None:
    """Let an agent go: nothing they hold signs in any more, all they wrote stays.

    What they had goes back where it came from.
    """
    unit.agents.get(which)
    for held in unit.assignments.live_of(which):
        placing.give_back(unit, held.conversation_id, by=None, why="Its agent left for good.")
    consulting.forget(unit, which)
    for member in unit.queues.queues_of(which):
        queues.part(unit, member.queue_id, which, by=None)
    unit.agents.change(which, archived_at=unit.now)
    unit.agents.close_sessions(which)
    unit.agents.revoke_tokens(which, at=unit.now)
