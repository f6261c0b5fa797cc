"""The bot falls silent: somebody of ours takes care of a conversation, or it is over."""

from inbox.model import AgentId, Conversation, SessionState, Status, SuggestionState
from inbox.store import Unit

SPOKE = "Somebody of ours spoke."
TAKEN = "Somebody of ours has it."
OVER = "It was resolved."


def silence(
    unit: Unit, talk: Conversation, *, by: AgentId | None, why: str, **change: list[Status]
) -> None:
    """Have the bot say no more in a conversation until it begins anew; hold it before."""
    session = unit.sessions.get(talk.id)
    if session is None or not session.state.speaks:
        return
    stop(unit, talk, SessionState.SILENCED, why)
    unit.happened(
        "bot.silenced",
        by=by,
        conversation=talk.id,
        customer=talk.customer_id,
        change={"bot": [session.state, SessionState.SILENCED], "reason": why, **change},
    )


def end(unit: Unit, talk: Conversation, *, why: str = OVER) -> None:
    """Close the bot's part in a conversation that was just resolved; hold it before."""
    session = unit.sessions.get(talk.id)
    if session is not None and session.state is not SessionState.ENDED:
        stop(unit, talk, SessionState.ENDED, session.reason or why)


def stop(unit: Unit, talk: Conversation, state: SessionState, why: str) -> None:
    """Write that the bot speaks no more; what it has thought about will not be said."""
    session = unit.sessions.get(talk.id)
    if session is None:
        return
    unit.sessions.change(
        talk.id,
        state=state,
        version=session.version + 1,
        deadline_at=None,
        form=None,
        ended_at=session.ended_at or unit.now,
        reason=why,
    )
    withdraw(unit, talk)


def withdraw(unit: Unit, talk: Conversation, *, state: SuggestionState | None = None) -> None:
    """Take back what a colleague was asked; or note that it *expired*."""
    if waiting := unit.suggestions.waiting_in(talk.id):
        state = state or SuggestionState.WITHDRAWN
        unit.suggestions.change(waiting.id, state=state, answered_at=unit.now)
        unit.happened(
            "suggestion.answered",
            conversation=talk.id,
            customer=talk.customer_id,
            change={"suggestion": waiting.id, "state": [waiting.state, state]},
        )
