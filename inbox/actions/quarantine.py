"""A person decides about what nobody could read."""

from inbox.errors import Conflict
from inbox.model import AgentId, JournalId, JournalState
from inbox.store import Unit


def retry(unit: Unit, which: JournalId, *, by: AgentId | None) -> None:
    """Have a payload read again. Raises `Conflict` when it is not in quarantine any more."""
    settle(unit, which, JournalState.RECEIVED, "journal.retried", by)


def discard(unit: Unit, which: JournalId, *, by: AgentId | None) -> None:
    """Decide that a payload is nothing. Raises `Conflict` when it is not in quarantine."""
    settle(unit, which, JournalState.DISCARDED, "journal.discarded", by)


def settle(
    unit: Unit, which: JournalId, state: JournalState, verb: str, by: AgentId | None
) -> None:
    before = unit.journal.get(which)
    reason = None if state is JournalState.RECEIVED else before.reason
    if not unit.journal.move([which], JournalState.QUARANTINED, state, reason):
        raise Conflict("It is not in quarantine any more.")
    unit.happened(verb, by=by, journal=which, change={"reason": [before.reason, reason]})
