"""The bot's turn: read, think outside of any transaction, and write what still holds.

Whatever fails or takes too long while it thinks gives the conversation to a person.
"""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Any

import msgspec
import structlog
from msgspec.structs import replace

from inbox.actions import bot, placing
from inbox.actions.bot import Doing
from inbox.channel import Channels
from inbox.desk import Desk
from inbox.errors import NotFound
from inbox.jobs import Converse, ExpireSuggestion, WatchBot
from inbox.model import ArticleId, BotSession, ConversationId, SuggestionState, TurnKind
from inbox.store import Unit
from routing.bots.knowledge.library import Library
from routing.bots.model import Finish, HandOver, Say, Silence, Suggest
from routing.bots.turns.handing import given, handing
from routing.bots.turns.matter import NOTHING, Carriers, Matter, gather, noted, plain
from routing.bots.turns.think import FITS, LooksUp, Reads, Thought, Tools, think
from routing.bots.writing.writer import Writer

SPARE = 1.0  #: seconds of its time that writing may take
FAILED = "It could not think of an answer."
LATE = "It took too long to answer."
UNSAYABLE = "What it would answer with is no longer its to say."
NO_ANSWER = "No colleague said anything about its answer."
WENT = "The customer has said nothing more to the bot."
WAITS = "The customer wanted a person, and has said nothing more."

log = structlog.get_logger()


def carriers(channels: Channels) -> Carriers:
    return {account: channel.capabilities for account, channel in channels.items()}


# --- a message ------------------------------------------------------------------------------
async def converse(
    desk: Desk,
    job: Converse,
    *,
    mind: Reads,
    channels: Channels,
    writer: Writer | None = None,
    look_up: LooksUp | None = None,
    library: Library | None = None,
) -> None:
    """Deal with what a customer wrote since the bot last did."""
    try:
        matter = await desk.read(gather, job.conversation_id, carriers(channels))
    except NotFound:
        return
    if matter is None:
        await desk.write(unhold, job.conversation_id)
        return
    tools = Tools(
        mind=mind,
        look_up=look_up,
        search=partial(search, library, matter) if library else None,
        writer=writer,
        help_page=f"{desk.public_url}/help" if desk.public_url else "",
    )
    thought = await thought_in_time(matter, tools, seconds_left(matter, desk.clock()))
    await desk.write(act, matter, thought)


async def thought_in_time(matter: Matter, tools: Tools, seconds: float) -> Thought:
    """Think for some seconds; what fails or takes longer is a person's."""
    try:
        async with asyncio.timeout(seconds):
            return await think(matter, tools)
    except TimeoutError:
        return given_up(matter, LATE)
    except Exception as error:  # noqa: BLE001  # the customer must not wait for a mistake of ours
        log.error(  # noqa: TRY400  # a trace may show a customer's words
            "the bot could not think",
            conversation=matter.talk.id,
            error=type(error).__name__,
        )
        return given_up(matter, FAILED)


def given_up(matter: Matter, why: str) -> Thought:
    return Thought(decision=HandOver(why=why), notes=matter.notes, language=matter.session.language)


def seconds_left(matter: Matter, now: datetime) -> float:
    """Return how long the bot may think."""
    deadline = matter.session.deadline_at
    left = (deadline - now).total_seconds() if deadline else matter.bot.turn_seconds
    return max(0.05, left - SPARE)


async def search(
    library: Library, matter: Matter, text: str, language: str | None
) -> Sequence[ArticleId]:
    """Return the articles that fit a question, of those that the bot may answer with."""
    found = await library.search(
        text[:500], language, among=lambda one: one.id in matter.articles, limit=3
    )
    return [one.article.id for one in found if one.score >= FITS]


def unhold(unit: Unit, which: ConversationId) -> None:
    """Give a conversation to people that lies with a bot that does not speak in it."""
    session = unit.sessions.get(which)
    if session is None or not session.state.speaks:
        placing.open_up(unit, which, by=None, why="The bot does not speak in it.")


# --- writing --------------------------------------------------------------------------------
def act(unit: Unit, matter: Matter, thought: Thought) -> bool:
    """Write what was thought, if it still holds; tells whether it did."""
    if isinstance(thought.decision, Say) and not may_say(unit, matter, thought.decision.article_id):
        thought = replace(thought, decision=HandOver(why=UNSAYABLE))
    return bot.do(unit, doing(unit, matter, thought), matter.carrier)


def may_say(unit: Unit, matter: Matter, article: ArticleId | None) -> bool:
    """Tell whether the bot may answer with an article, now: somebody may just have changed it."""
    return article is None or unit.articles.get(article).answerable(matter.today)


def doing(unit: Unit, matter: Matter, thought: Thought) -> Doing:
    """Say what is to be written for a decision."""
    base = Doing(
        conversation_id=matter.talk.id,
        opening=matter.session.opening,
        version=matter.session.version,
        kind=TurnKind.SILENT,
        why=thought.decision.why,
        heard_id=matter.heard_id,
        notes=plain(thought.notes),
        language=thought.language,
        form=msgspec.to_builtins(thought.form) if thought.form else None,
        attributes=thought.attributes,
        helpful=thought.helpful,
        patient=thought.patient,
        **read(thought),
    )
    match thought.decision:
        case Say(text=text, buttons=buttons, kind=kind, article_id=article, flow=flow):
            return replace(
                base,
                kind=TurnKind(kind),
                text=text,
                buttons=buttons,
                article_id=article,
                flow=flow,
            )
        case Suggest(text=text, article_id=article):
            return replace(
                base,
                kind=TurnKind.SUGGEST,
                text=text,
                article_id=article,
                colleague_seconds=matter.bot.colleague_seconds,
            )
        case Finish(text=text, tags=tags):
            kind = TurnKind.SMALL_TALK if text else TurnKind.SILENT
            return replace(base, kind=kind, text=text, tags=tags, finishes=True)
        case HandOver() as decision:
            return handing(unit, matter, base, decision, thought.notes)
        case Silence():
            return base


def read(thought: Thought) -> dict[str, Any]:
    """Return what was understood, as a turn keeps it."""
    reading = thought.reading
    if reading is None:
        return {}
    best = reading.candidates[0].probability if reading.candidates else None
    return {
        "brain_id": thought.brain_id,
        "probability": best,
        "ambiguity": reading.ambiguity,
        "novelty": reading.novelty,
    }


# --- time -----------------------------------------------------------------------------------
async def watch_bot(desk: Desk, job: WatchBot, *, channels: Channels) -> None:
    """See that nobody waits for a bot that does not answer, or is kept by one for ever."""
    await desk.write(watch, job, carriers(channels))


def watch(unit: Unit, job: WatchBot, known: Carriers) -> bool:
    """Do what is due since nothing has happened; tells whether anything was."""
    try:
        talk = unit.conversations.hold(job.conversation_id)
    except NotFound:
        return False
    session = unit.sessions.get(talk.id)
    if session is None or not session.state.speaks or is_past(job, session):
        return False
    heard = unit.messages.heard_before(talk.id)
    carrier = known.get(talk.account_id, NOTHING)
    say = bool(carrier.max_text)
    waits = heard is not None and heard.id > (session.heard_id or 0)
    if waits and session.deadline_at is not None and session.deadline_at > unit.now:
        return False  # it has some seconds left for this one
    if waits or "closed" in noted(session).extra:
        why = LATE if waits else WAITS
        return bot.do(unit, given(unit, session, why, say=say), carrier)
    over = given(unit, session, WENT, say=False)
    return bot.do(unit, replace(over, kind=TurnKind.SILENT, finishes=True), carrier)


def is_past(job: WatchBot, session: BotSession) -> bool:
    """Tell whether something has happened since a watch began."""
    return (session.opening, session.version) != (job.opening, job.version)


async def expire_suggestion(desk: Desk, job: ExpireSuggestion, *, channels: Channels) -> None:
    """Give a conversation to a person when no colleague said anything about an answer."""
    await desk.write(expire, job, carriers(channels))


def expire(unit: Unit, job: ExpireSuggestion, known: Carriers) -> bool:
    asked = unit.suggestions.get(job.suggestion_id)
    talk = unit.conversations.hold(asked.conversation_id)
    session = unit.sessions.get(talk.id)
    asked = unit.suggestions.get(job.suggestion_id)  # again: it may have changed until we held it
    if session is None or asked.state is not SuggestionState.WAITING:
        return False
    carrier = known.get(talk.account_id, NOTHING)
    wanted = given(unit, session, NO_ANSWER, say=bool(carrier.max_text))
    return bot.do(unit, replace(wanted, heard_id=asked.message_id, expired=True), carrier)
