"""What the bot does with a conversation: begin, listen, speak, ask a colleague, hand over.

Whoever decides what is said has read before and thought meanwhile; what comes of it is written
here in one transaction, and only while everything is still as it was read: the bot holds the
conversation, nobody of ours has spoken, and the customer has written nothing else. Otherwise
nothing is said, and what came between has seen to the rest.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from msgspec.structs import replace
from sqlalchemy import bindparam, select

from inbox.actions import customer as customers
from inbox.actions import placing, silence, tags
from inbox.actions.conversation import resolve
from inbox.actions.reply import reply
from inbox.channel import Capabilities
from inbox.errors import Conflict, DeskError, Invalid, NotFound
from inbox.jobs import Converse, ExpireSuggestion, WatchBot
from inbox.model import (
    AgentId,
    ArticleId,
    BotSession,
    BotTurn,
    BrainId,
    Button,
    Call,
    Choices,
    Conversation,
    ConversationId,
    MessageId,
    Placement,
    QueueId,
    SessionState,
    Status,
    Suggestion,
    SuggestionId,
    SuggestionState,
    TurnId,
    TurnKind,
    Value,
)
from inbox.store import Unit
from inbox.tables import EventRow
from inbox.words import cut, preview

QUIET = 24.0  #: hours after its last word it is over, unless the setup says otherwise
WAITED = timedelta(minutes=15)  # who wanted a person and leaves a form open gets one after that
AN_HOUR = timedelta(hours=1)
LOOP = 30  #: times that it speaks in one conversation and hour, however often that begins anew
PATIENCE = 15.0  #: seconds that a turn may take, unless the setup says otherwise
MAX_ANSWER = 20_000
UNSAID = "Its answer cannot be sent to the customer."
HUMAN = (
    "message.added",
    "conversation.reopened",
    "conversation.assigned",
    "conversation.accepted",
)  #: what somebody of ours does who has a conversation
TOLD = {
    TurnKind.ANSWER: "bot.answered",
    TurnKind.ASK: "bot.asked",
    TurnKind.OFFER: "bot.asked",
    TurnKind.FORM: "bot.asked",
    TurnKind.SMALL_TALK: "bot.answered",
}
HISTORY = (
    select(EventRow.verb, EventRow.agent_id, EventRow.message_id)
    .where(
        EventRow.conversation_id == bindparam("which"),
        EventRow.verb.in_(("conversation.opened", *HUMAN)),
    )
    .order_by(EventRow.id.desc())
    .limit(100)
)


class Doing(Value):
    """What the bot does next, and what it had read when that was decided."""

    conversation_id: ConversationId
    opening: int
    version: int
    kind: TurnKind
    why: str
    heard_id: MessageId | None = None  #: what it deals with; none when only time went by
    text: str = ""
    buttons: tuple[Button, ...] = ()
    form: dict[str, Any] | None = None  #: that is being filled from now on
    notes: dict[str, Any] | None = None  #: none leaves them as they are
    language: str | None = None
    article_id: ArticleId | None = None
    flow: str | None = None
    brain_id: BrainId | None = None
    probability: float | None = None
    ambiguity: float | None = None
    novelty: float | None = None
    queue_id: QueueId | None = None  #: where it is handed over to, when not where it would go
    tags: tuple[str, ...] = ()
    attributes: Mapping[str, str] = {}  #: of the customer
    question: str = ""  #: what a person is to answer, if that is not what was written last
    finishes: bool = False  #: nothing is left to be done
    helpful: bool | None = None  #: the customer's word on the answer before
    expired: bool = False  #: a colleague was asked and said nothing
    colleague_seconds: float = 60.0
    patient: bool = True  #: false when the customer wanted a person and is asked something first


# --- beginning and listening ----------------------------------------------------------------
def begin(unit: Unit, which: ConversationId, bot: str, *, queue: QueueId | None = None) -> bool:
    """Have the bot answer first; tells whether it does.

    It does not where a person spoke since the conversation began, or it has spoken too often.
    With a *queue* the conversation has been lent to it by `placing.lend`.
    """
    opening = opened(unit, which)
    if opening is None:
        return False
    talk, first = opening
    before = unit.sessions.get(which)
    session = BotSession(
        conversation_id=which,
        bot=bot,
        state=SessionState.LISTENING,
        began_at=unit.now,
        opening=before.opening + 1 if before else 1,
        version=before.version + 1 if before else 0,
        heard_id=MessageId(first - 1),
        queue_id=queue,
    )
    if before:
        fields = {name: getattr(session, name) for name in BotSession.__struct_fields__[1:]}
        unit.sessions.change(which, **fields)
    else:
        unit.sessions.add(session)
    unit.conversations.change(which, status=Status.PENDING)
    unit.happened(
        "bot.began",
        conversation=which,
        customer=talk.customer_id,
        change={"status": [talk.status, Status.PENDING], "bot": [None, bot]},
    )
    wake(unit, session)
    return True


def opened(unit: Unit, which: ConversationId) -> tuple[Conversation, MessageId] | None:
    """Return a conversation that the bot may begin, and the message that began it.

    None where somebody of ours has it, where nothing was written, or where it goes in circles.
    """
    talk = unit.conversations.hold(which)
    before = unit.sessions.get(which)
    heard = unit.messages.heard_before(which)
    if talk.status is not Status.OPEN or talk.spam or heard is None:
        return None
    if before and before.state is not SessionState.ENDED:
        return None
    if isinstance(heard.content, Call) or unit.turns.said_since(which, unit.now - AN_HOUR) >= LOOP:
        return None
    for verb, agent, message in unit.connection.execute(HISTORY, {"which": which}):
        if agent is not None:
            return None
        if verb in {"conversation.opened", "conversation.reopened"}:
            return talk, MessageId(message or 1)
    return talk, heard.id


def listen(unit: Unit, which: Iterable[ConversationId]) -> None:
    """Have the bot deal with what customers just wrote, before its time for that is over."""
    for session in unit.sessions.some(which).values():
        wake(unit, session)


def wake(unit: Unit, session: BotSession) -> None:
    """Promise that somebody sees to a message: the bot, or a person when it takes too long."""
    which = session.conversation_id
    deadline = session.deadline_at
    if deadline is None:
        deadline = unit.now + timedelta(seconds=patience(unit, session.bot))
        unit.sessions.change(which, deadline_at=deadline)
    unit.enqueue(Converse(conversation_id=which))
    watch = WatchBot(conversation_id=which, opening=session.opening, version=session.version)
    unit.enqueue(watch, at=deadline)


def patience(unit: Unit, bot: str) -> float:
    """Return the seconds that a bot may take for a turn."""
    return said_of(unit, bot, "turn_seconds", PATIENCE)


def quiet(unit: Unit, bot: str) -> timedelta | None:
    """Return after how long a silence of the customer's it is over; none when it never is."""
    hours = said_of(unit, bot, "quiet_hours", QUIET)
    return timedelta(hours=hours) if hours > 0 else None


def said_of(unit: Unit, bot: str, name: str, usual: float) -> float:
    """Return what the setup says of a bot."""
    setup = unit.setups.newest()
    found = (setup[1] if setup else {}).get("bots", {}).get(bot, {})
    return float(found.get(name, usual))


def yield_to_ours(unit: Unit, which: Iterable[ConversationId]) -> None:
    """Fall silent where somebody of ours has written past the desk."""
    for one in which:
        placing.open_up(unit, one, by=None, why=silence.SPOKE)


# --- what it does ---------------------------------------------------------------------------
def do(unit: Unit, wanted: Doing, carrier: Capabilities) -> bool:
    """Write what the bot does, if all is as it was read; tells whether it was."""
    try:
        talk = unit.conversations.hold(wanted.conversation_id)
    except NotFound:
        return False
    session = unit.sessions.get(talk.id)
    if session is None or not is_current(unit, talk, session, wanted):
        return False
    silence.withdraw(unit, talk, state=SuggestionState.EXPIRED if wanted.expired else None)
    if wanted.helpful is not None:
        note_helpful(unit, session, wanted.helpful)
    answer = None if wanted.kind is TurnKind.SUGGEST else speak(unit, session, wanted, carrier)
    if answer is None and wanted.kind in TOLD and wanted.text.strip():
        wanted = replace(wanted, kind=TurnKind.HAND_OVER, why=UNSAID, form=None, article_id=None)
    note(unit, talk, session, wanted, answer)
    file(unit, talk, wanted)
    if wanted.kind is TurnKind.HAND_OVER:
        give_away(unit, talk, session, wanted)
    elif wanted.finishes:
        finish(unit, talk, session, wanted)
    elif wanted.kind is TurnKind.SUGGEST:
        ask_colleague(unit, talk, session, wanted)
    else:
        go_on(unit, talk, session, wanted, spoke=answer is not None)
    return True


def is_current(unit: Unit, talk: Conversation, session: BotSession, wanted: Doing) -> bool:
    """Tell whether nothing has happened since that was read out of which this came."""
    if talk.status is not Status.PENDING or talk.spam or not session.state.speaks:
        return False
    if (session.opening, session.version) != (wanted.opening, wanted.version):
        return False
    heard = unit.messages.heard_before(talk.id)
    return wanted.heard_id is None or (heard is not None and heard.id == wanted.heard_id)


def speak(
    unit: Unit, session: BotSession, wanted: Doing, carrier: Capabilities
) -> MessageId | None:
    """Say something, once; none when there is nothing to say, or it cannot be said."""
    if not wanted.text.strip():
        return None
    try:
        return reply(
            unit,
            session.conversation_id,
            cut(wanted.text, MAX_ANSWER),
            by=None,
            client_id=f"bot-{session.opening}-{session.version}",
            content=Choices(buttons=wanted.buttons) if wanted.buttons else None,
            capabilities=carrier,
        )
    except DeskError:
        return None


def note(
    unit: Unit, talk: Conversation, session: BotSession, wanted: Doing, answer: MessageId | None
) -> None:
    """Write a turn, and tell it."""
    unit.turns.add(
        BotTurn(
            conversation_id=talk.id,
            at=unit.now,
            kind=wanted.kind,
            why=wanted.why,
            opening=session.opening,
            message_id=wanted.heard_id,
            answer_id=answer,
            language=wanted.language or session.language,
            article_id=wanted.article_id,
            flow=wanted.flow,
            brain_id=wanted.brain_id,
            probability=wanted.probability,
            ambiguity=wanted.ambiguity,
            novelty=wanted.novelty,
        )
    )
    verb = TOLD.get(wanted.kind)
    if verb:
        change = {"kind": wanted.kind, "reason": wanted.why}
        unit.happened(
            verb, conversation=talk.id, customer=talk.customer_id, message=answer, change=change
        )


def note_helpful(unit: Unit, session: BotSession, helpful: bool) -> None:
    """Write the customer's word on the newest answer of this opening."""
    turns = unit.turns.of(session.conversation_id, opening=session.opening)
    answers = [one for one in turns if one.kind is TurnKind.ANSWER and one.id is not None]
    if answers and answers[-1].id is not None:
        unit.turns.change(answers[-1].id, helpful=helpful)


def file(unit: Unit, talk: Conversation, wanted: Doing) -> None:
    """Write tags on the conversation and what was collected on the customer; as far as it goes."""
    try:
        if wanted.tags:
            tags.tag(unit, talk.id, wanted.tags, by=None)
        if wanted.attributes:
            customers.set_attributes(unit, talk.customer_id, wanted.attributes, by=None)
    except Invalid:
        return  # the record is full, and the customer need not know


# --- what becomes of the session ------------------------------------------------------------
def changed(session: BotSession, wanted: Doing, **fields: Any) -> dict[str, Any]:
    """Return the fields of a session after a turn."""
    after: dict[str, Any] = {
        "version": session.version + 1,
        "heard_id": wanted.heard_id or session.heard_id,
        "deadline_at": None,
        "form": wanted.form,
        "language": wanted.language or session.language,
    }
    if wanted.notes is not None:
        after["notes"] = wanted.notes
    return after | fields


def go_on(
    unit: Unit, talk: Conversation, session: BotSession, wanted: Doing, *, spoke: bool
) -> None:
    """Listen further; who says nothing more is not kept for ever."""
    state = SessionState.LISTENING if wanted.form is None else SessionState.FILLING
    after = changed(session, wanted, state=state, turns=session.turns + spoke)
    unit.sessions.change(talk.id, **after)
    if not spoke and wanted.heard_id is not None:
        unit.conversations.change(talk.id, waiting_since=None)
    watch = WatchBot(conversation_id=talk.id, opening=session.opening, version=after["version"])
    if wait := quiet(unit, session.bot) if wanted.patient else WAITED:
        unit.enqueue(watch, at=unit.now + wait)


def finish(unit: Unit, talk: Conversation, session: BotSession, wanted: Doing) -> None:
    """End the conversation, until its customer writes again."""
    after = changed(session, wanted, state=SessionState.ENDED, ended_at=unit.now, reason=wanted.why)
    unit.sessions.change(talk.id, **after | {"form": None})
    resolve(unit, talk.id, by=None, reason=wanted.why)


def ask_colleague(unit: Unit, talk: Conversation, session: BotSession, wanted: Doing) -> None:
    """Put an answer before whoever is there, for as long as the customer can wait."""
    until = unit.now + timedelta(seconds=wanted.colleague_seconds)
    if wanted.heard_id is None:
        raise Invalid("There is no question.")
    made = unit.suggestions.add(
        talk.id,
        wanted.heard_id,
        wanted.text,
        at=unit.now,
        until=until,
        article_id=wanted.article_id,
        language=wanted.language,
    )
    after = changed(session, wanted, state=SessionState.ASKING, deadline_at=until)
    unit.sessions.change(talk.id, **after)
    unit.enqueue(ExpireSuggestion(suggestion_id=made), at=until)
    unit.happened(
        "bot.suggested",
        conversation=talk.id,
        customer=talk.customer_id,
        change={"suggestion": made, "expires_at": until.isoformat()},
    )


def give_away(unit: Unit, talk: Conversation, session: BotSession, wanted: Doing) -> None:
    """Give a conversation to people, in the place in time that is its customer's."""
    since = talk.waiting_since or unit.now
    after = changed(
        session,
        wanted,
        state=SessionState.HANDED_OVER,
        ended_at=unit.now,
        reason=wanted.why,
        form=None,
    )
    unit.sessions.change(talk.id, **after)
    shown = preview(wanted.question) or talk.preview  # not "yes, correct", but what they wanted
    unit.conversations.change(talk.id, waiting_since=since, preview=shown)
    there = unit.placements.get(talk.id)
    queue = standing(unit, wanted.queue_id, there.queue_id if there else None, session.queue_id)
    if queue is None:
        unit.conversations.change(talk.id, status=Status.OPEN)
    else:
        at = place_in_time(unit, session, there, since)
        placing.enqueue(unit, talk.id, queue, why=wanted.why, at=at)
    unit.happened(
        "bot.handed_over",
        conversation=talk.id,
        customer=talk.customer_id,
        change={"status": [talk.status, Status.OPEN], "reason": wanted.why},
    )


def standing(unit: Unit, *queues: QueueId | None) -> QueueId | None:
    """Return the first of some queues that is still there."""
    there = {one.id for one in unit.queues.named().values()}
    return next((one for one in queues if one in there), None)


def place_in_time(
    unit: Unit, session: BotSession, there: Placement | None, since: datetime
) -> datetime:
    """Return since when a customer waits: since they began, unless they came back much later."""
    if there is None:
        return since
    turns = unit.turns.of(session.conversation_id, opening=session.opening)
    spoken = [one.at for one in turns if one.answer_id is not None and one.at < since]
    if spoken and since - spoken[-1] > AN_HOUR:
        unit.placements.change(session.conversation_id, began_at=since)
        return since
    return there.began_at


# --- what a colleague says ------------------------------------------------------------------
class Verdict(Value):
    """What a colleague says about an answer."""

    state: SuggestionState  #: approved, edited or rejected
    text: str = ""  #: to be said
    shown: str = ""  #: the same, as whoever edited it wrote it
    buttons: tuple[Button, ...] = ()
    notes: dict[str, Any] | None = None  #: of the session then


def answer_suggestion(
    unit: Unit, which: SuggestionId, verdict: Verdict, carrier: Capabilities, *, by: AgentId
) -> Suggestion:
    """Say, or do not say, what a colleague was asked about.

    Raises `Conflict` when it is over: answered, late, or the customer wrote something else.
    """
    talk = unit.conversations.hold(unit.suggestions.get(which).conversation_id)
    asked = unit.suggestions.get(which)  # again: it may have changed until we held it
    session = unit.sessions.get(talk.id)
    if asked.state is not SuggestionState.WAITING or session is None:
        raise Conflict("This was answered already, or nobody needs it any more.")
    heard = unit.messages.heard_before(talk.id)
    if heard is None or heard.id != asked.message_id:
        raise Conflict("The customer wrote in the meantime.")
    rejected = verdict.state is SuggestionState.REJECTED
    if verdict.state is SuggestionState.EDITED and not verdict.shown.strip():
        raise Invalid("There is nothing to say.")
    unit.suggestions.change(
        which,
        state=verdict.state,
        answered_at=unit.now,
        agent_id=by,
        answer=verdict.shown if verdict.state is SuggestionState.EDITED else None,
    )
    unit.happened(
        "suggestion.answered",
        by=by,
        conversation=talk.id,
        customer=talk.customer_id,
        change={"suggestion": which, "state": [asked.state, verdict.state]},
    )
    wanted = Doing(
        conversation_id=talk.id,
        opening=session.opening,
        version=session.version,
        kind=TurnKind.HAND_OVER if rejected else TurnKind.ANSWER,
        why="A colleague will answer." if rejected else f"A colleague has {verdict.state} it.",
        heard_id=asked.message_id,
        text=verdict.text,
        buttons=verdict.buttons,
        notes=verdict.notes,
        article_id=asked.article_id,
        language=asked.language,
    )
    do(unit, wanted, carrier)
    return unit.suggestions.get(which)


def report_wrong(unit: Unit, which: TurnId, *, by: AgentId) -> BotTurn:
    """Note that an answer of the bot's was wrong, for those who teach it; once is enough."""
    turn = unit.turns.get(which)
    talk = unit.conversations.hold(turn.conversation_id)
    if turn.wrong_at is None:
        unit.turns.change(which, wrong_at=unit.now, wrong_by=by)
        unit.happened(
            "answer.reported",
            by=by,
            conversation=talk.id,
            customer=talk.customer_id,
            message=turn.answer_id,
            change={"article": turn.article_id},
        )
    return unit.turns.get(which)
