"""Find out where a conversation goes: what is known of it, the rules, and one write."""

from typing import Any

from msgspec import to_builtins

from inbox.actions import bot, placing, tags
from inbox.actions.conversation import assign
from inbox.desk import Desk
from inbox.jobs import Route
from inbox.model import AgentId, ConversationId, Decision, Kind, Placement, QueueId, Stage, Status
from inbox.store import Unit
from routing import facts
from routing.callbacks import say
from routing.follow import has_queues
from routing.known import Known, Rulebook, rulebook
from routing.rules import Decision as Ruling
from routing.rules import Facts, decide

SPOKEN = {"voice"}  #: channels on which a bot has nothing to say
FULL = "So many people are waiting at the moment that it will take longer than usual."


async def route(desk: Desk, job: Route) -> None:
    """Put a conversation into the queue that the rules say; without queues it is everybody's."""
    which = job.conversation_id
    if await desk.read(has_queues):
        await desk.write(place, which)
    elif await desk.read(has_bots):
        await desk.write(welcome, which)
    elif await desk.read(is_left_over, which):
        await desk.write(placing.let_go, which, by=None)
    elif await desk.read(is_abandoned, which):
        await desk.write(release, which)


# --- with queues ----------------------------------------------------------------------------
def place(unit: Unit, which: ConversationId) -> None:
    """Do what the rules say with a conversation, unless somebody has it or it waits already."""
    talk = unit.conversations.hold(which)
    there = unit.placements.get(which)
    if talk.status is not Status.OPEN or talk.spam or not is_homeless(unit, there):
        return
    book = rulebook(unit)
    known = facts.gather(unit, book, which, unit.now)
    ruling = decide(book.setup.rules, known)
    name = ruling.then.queue or book.setup.usual
    queue = book.ids.get(name) if name else None
    first = who_answers_first(unit, book, which, ruling, known)
    if queue is not None:
        seat(unit, book, which, queue, known=known, ruling=ruling, first=first)
    else:
        placing.let_go(unit, which, by=None)  # it was in a queue once, and is open again
        release(unit, which)
        if first:
            bot.begin(unit, which, first)
    if ruling.then.tags:
        tags.tag(unit, which, ruling.then.tags, by=None)
    unit.decisions.add([ruled(unit, book, which, queue, known=known, ruling=ruling)])
    text = ruling.then.reply if first else answer(unit, book, queue, ruling)
    if text and is_a_person(unit, which):
        say(unit, which, text)


def is_a_person(unit: Unit, which: ConversationId) -> bool:
    """Tell whether the customer's newest message was written, not sent by a machine."""
    heard = unit.messages.heard_before(which)
    return heard is not None and heard.kind is Kind.MESSAGE


def is_homeless(unit: Unit, there: Placement | None) -> bool:
    """Tell whether the rules have to say where a conversation goes."""
    if there is None or there.stage is Stage.RESOLVED or there.queue_id is None:
        return True
    return unit.queues.get(there.queue_id).archived_at is not None


def seat(
    unit: Unit,
    book: Rulebook,
    which: ConversationId,
    queue: QueueId,
    *,
    known: Facts,
    ruling: Ruling,
    first: str | None = None,
) -> None:
    """Have a conversation wait, with all that is asked and promised; with a bot that is *first*."""
    tier = known.customer.get(book.setup.tier)
    had: dict[str, Any] = {}
    if unit.placements.get(which) is None:
        had["previous_id"] = holder(unit, which)
    go = placing.lend if first else placing.enqueue
    go(
        unit,
        which,
        queue,
        priority=ruling.then.priority,
        why=why(ruling, book, queue),
        needs=tuple(to_builtins(ruling.then.needs)),
        language=spoken(unit, queue, known.language),
        tier=tier if isinstance(tier, str) else None,
        **had,
    )
    if first:
        bot.begin(unit, which, first, queue=queue)
        return
    placement = unit.placements.get(which)
    talk = unit.conversations.get(which)
    if placement is None:
        return
    due = book.promised(
        Known(placement=placement, channel=known.channel, waiting_since=talk.waiting_since)
    )
    if due:
        fields = {"promise": str(due.promise), "due_at": due.at, "warn_at": due.warn_at}
        unit.placements.change(which, **fields)


def holder(unit: Unit, which: ConversationId) -> AgentId | None:
    """Return who had a conversation before there was a queue for it, if they still answer."""
    return None if is_abandoned(unit, which) else unit.conversations.get(which).assignee_id


def spoken(unit: Unit, queue: QueueId, language: str | None) -> str | None:
    """Return the language that an agent has to speak: the customer's, where anybody does."""
    if language is None:
        return None
    skilled = unit.duties.all_skilled()
    members = [one.agent_id for one in unit.queues.members(queue)]
    speak = any(one in skilled and language in skilled[one].languages for one in members)
    return language if speak else None


def why(ruling: Ruling, book: Rulebook, queue: QueueId) -> str:
    matched = [one.rule for one in ruling.tried if one.matched]
    said = f"Rule {matched[0]!r}" if matched and ruling.then.queue else "No rule speaks of it"
    return f"{said}: it goes to {book.names[queue]}."


def ruled(
    unit: Unit,
    book: Rulebook,
    which: ConversationId,
    queue: QueueId | None,
    *,
    known: Facts,
    ruling: Ruling,
) -> Decision:
    """Return what is kept of a decision of the rules; never a customer's words."""
    detail: dict[str, Any] = {
        "tried": to_builtins(ruling.tried),
        "then": to_builtins(ruling.then),
        "channel": known.channel,
        "open": sorted(known.open),
    }
    return Decision(
        conversation_id=which,
        kind="rules",
        at=unit.now,
        why="No queue is for it." if queue is None else why(ruling, book, queue),
        version=ruling.version,
        setup_id=book.id,
        queue_id=queue,
        detail=detail,
    )


def answer(unit: Unit, book: Rulebook, queue: QueueId | None, ruling: Ruling) -> str | None:
    """Return what the customer is told at once: by the rules, or that it will take longer."""
    if queue is None or ruling.then.reply:
        return ruling.then.reply
    setting = book.queues[queue]
    if not book.hours_of(queue).is_open(unit.now):
        return setting.away_reply
    if setting.limit is not None and unit.placements.waiting(queue) > setting.limit:
        return setting.full_reply or FULL
    return None


# --- who talks first ------------------------------------------------------------------------
def who_answers_first(
    unit: Unit, book: Rulebook, which: ConversationId, ruling: Ruling, known: Facts
) -> str | None:
    """Return the bot that is to talk first, where there is one that can."""
    name = ruling.then.bot or book.setup.bot
    if name not in book.setup.bots or known.channel in SPOKEN or not is_a_person(unit, which):
        return None
    return name if bot.opened(unit, which) else None


# --- without --------------------------------------------------------------------------------
def has_bots(unit: Unit) -> bool:
    """Tell whether anybody but people answers."""
    return bool(rulebook(unit).setup.bots)


def welcome(unit: Unit, which: ConversationId) -> None:
    """Have the bot talk first that the rules say, where everything is everybody's.

    Somebody's own conversation stays theirs.
    """
    talk = unit.conversations.hold(which)
    placing.let_go(unit, which, by=None)
    release(unit, which)
    if talk.assignee_id is not None and not is_abandoned(unit, which):
        return
    book = rulebook(unit)
    known = facts.gather(unit, book, which, unit.now)
    ruling = decide(book.setup.rules, known)
    first = who_answers_first(unit, book, which, ruling, known)
    if first:
        bot.begin(unit, which, first)


def is_left_over(unit: Unit, which: ConversationId) -> bool:
    """Tell whether a conversation was in a queue when there were any."""
    return unit.placements.get(which) is not None


def is_abandoned(unit: Unit, which: ConversationId) -> bool:
    """Tell whether a conversation waits for somebody who does not answer any more."""
    holder = unit.conversations.get(which).assignee_id
    return holder is not None and unit.agents.get(holder).archived_at is not None


def release(unit: Unit, which: ConversationId) -> None:
    """Put a conversation back where everybody finds it."""
    if is_abandoned(unit, which):
        assign(unit, which, None, by=None)
