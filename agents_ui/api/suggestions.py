"""The bot in a conversation: what it did and why, stopping it, and what it asks colleagues."""

from collections.abc import Iterable

import msgspec
from msgspec.structs import asdict

from agents_ui.api.shapes import Page
from agents_ui.api.suggestions_shapes import (
    BotShape,
    NotesShape,
    SessionShape,
    SuggestionShape,
    TurnShape,
    VerdictGiven,
)
from agents_ui.calls import Call, Endpoints
from inbox.actions import bot, placing
from inbox.errors import NotFound
from inbox.model import (
    Agent,
    ArticleId,
    BotSession,
    BotTurn,
    ConversationId,
    Suggestion,
    SuggestionId,
    SuggestionState,
    TurnId,
)
from inbox.store import Unit
from routing.bots.turns import colleague
from routing.bots.turns.matter import Carriers, noted

endpoints = Endpoints("suggestions")

STOPPED = "Somebody of ours stopped it."
NO_TURN, NO_SUGGESTION = "There is no such turn.", "There is no such suggestion."
STATES = {
    "approve": SuggestionState.APPROVED,
    "edit": SuggestionState.EDITED,
    "reject": SuggestionState.REJECTED,
}


# --- its part in a conversation -------------------------------------------------------------
@endpoints("GET", "/conversations/{id}/bot")
async def bot_in_conversation(call: Call, id: int) -> BotShape:  # noqa: A002  # the path's word
    """Read what the bot did in a conversation and why, and what it learned for who takes over."""
    return await call.read(shown, ConversationId(id), call.agent)


def shown(unit: Unit, which: ConversationId, agent: Agent) -> BotShape:
    unit.sight.check(agent, which)
    unit.conversations.get(which)
    session, turns = unit.sessions.get(which), unit.turns.of(which)
    articles = {turn.article_id for turn in turns if turn.article_id is not None}
    return BotShape(
        session=session_of(session) if session else None,
        turns=[turn_of(turn) for turn in turns],
        titles=titles(unit, articles, session.language if session else None),
    )


def session_of(session: BotSession) -> SessionShape:
    notes = msgspec.to_builtins(noted(session))
    known = {name: notes[name] for name in NotesShape.__struct_fields__}
    fields = {name: getattr(session, name) for name in SessionShape.__struct_fields__}
    return SessionShape(**{**fields, "notes": NotesShape(**known)})


def turn_of(turn: BotTurn) -> TurnShape:
    return TurnShape(**{name: getattr(turn, name) for name in TurnShape.__struct_fields__})


def titles(unit: Unit, which: Iterable[ArticleId], language: str | None) -> dict[str, str]:
    """Return what some articles are called, in a language where they are written in it."""
    found = unit.articles.some(which)
    return {str(one.id): (one.text(language) or one.texts[0]).title for one in found if one.texts}


@endpoints("POST", "/conversations/{id}/bot/stop")
async def stop_bot(call: Call, id: int) -> BotShape:  # noqa: A002
    """Have the bot say no more until the conversation is over: it waits for a person, whoever."""
    return await call.write(stop, ConversationId(id), call.agent)


def stop(unit: Unit, which: ConversationId, agent: Agent) -> BotShape:
    unit.sight.check(agent, which)
    placing.open_up(unit, which, by=agent.id, why=STOPPED)
    return shown(unit, which, agent)


@endpoints("POST", "/turns/{id}/wrong")
async def report_wrong_answer(call: Call, id: int) -> TurnShape:  # noqa: A002
    """Say that an answer of the bot was wrong; those who teach it see that."""
    return await call.write(reported, TurnId(id), call.agent)


def reported(unit: Unit, which: TurnId, agent: Agent) -> TurnShape:
    try:
        unit.sight.check(agent, unit.turns.get(which).conversation_id)
    except NotFound:
        raise NotFound(NO_TURN) from None
    return turn_of(bot.report_wrong(unit, which, by=agent.id))


# --- what colleagues are asked --------------------------------------------------------------
@endpoints("GET", "/suggestions")
async def suggestions(call: Call) -> Page[SuggestionShape]:
    """List the answers that the bot would give and asks somebody about, the oldest first."""
    return Page(items=await call.read(waiting, call.agent))


def waiting(unit: Unit, agent: Agent) -> list[SuggestionShape]:
    found = unit.suggestions.waiting()
    seen = unit.sight.some(agent, {one.conversation_id for one in found})
    return [suggestion_of(one) for one in found if one.conversation_id in seen]


def suggestion_of(one: Suggestion) -> SuggestionShape:
    return SuggestionShape(**asdict(one))


@endpoints("POST", "/suggestions/{id}")
async def answer_suggestion(
    call: Call,
    id: int,  # noqa: A002
    body: VerdictGiven,
) -> SuggestionShape:
    """Approve an answer, change it, or reject it: then a person gets the conversation."""
    known = {one: channel.capabilities for one, channel in call.front.site.channels.items()}
    return await call.write(given, SuggestionId(id), body, call.agent, known)


def given(
    unit: Unit, which: SuggestionId, body: VerdictGiven, agent: Agent, known: Carriers
) -> SuggestionShape:
    try:
        unit.sight.check(agent, unit.suggestions.get(which).conversation_id)
    except NotFound:
        raise NotFound(NO_SUGGESTION) from None
    state = STATES[body.verdict]
    done = colleague.answer(unit, which, state, known, text=body.text, by=agent.id)
    return suggestion_of(done)
