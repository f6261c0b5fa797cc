"""Ask a colleague: what becomes of an answer that the bot put before somebody."""

from msgspec.structs import replace

from inbox.actions import bot
from inbox.actions.bot import Verdict
from inbox.model import AgentId, Suggestion, SuggestionId, SuggestionState
from inbox.store import Unit
from routing.bots.turns import guard
from routing.bots.turns.handing import notice
from routing.bots.turns.matter import NOTHING, Carriers, noted, plain

REJECTED = SuggestionState.REJECTED


def answer(
    unit: Unit,
    which: SuggestionId,
    state: SuggestionState,
    known: Carriers,
    *,
    text: str = "",
    by: AgentId,
) -> Suggestion:
    """Say what was approved or edited; what was rejected goes to a person.

    Raises `Conflict` when it is over, and `Invalid` when there is nothing to say.
    """
    asked = unit.suggestions.get(which)
    talk = unit.conversations.hold(asked.conversation_id)
    carrier = known.get(talk.account_id, NOTHING)
    session = unit.sessions.get(talk.id)
    shown = text.strip() if state is SuggestionState.EDITED else asked.text
    verdict = Verdict(state=state, shown=shown)
    if session is not None and state is REJECTED:
        said = notice(unit, session, asked.language) if carrier.max_text else ""
        verdict = replace(verdict, text=said)
    elif session is not None and shown:
        said, buttons = guard.offered(shown, (), asked.language, carrier)
        notes = noted(session)
        tried = (*notes.tried, asked.article_id) if asked.article_id else notes.tried
        notes = replace(notes, tried=tried, offered=(), extra={**notes.extra, "asked": "helped"})
        verdict = replace(verdict, text=said, buttons=buttons, notes=plain(notes))
    return bot.answer_suggestion(unit, which, verdict, carrier, by=by)
