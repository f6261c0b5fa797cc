"""What agents do with a conversation apart from answering it."""

from datetime import timedelta
from typing import Any

from inbox.actions import consulting, placing
from inbox.actions import silence as bot
from inbox.actions.stages import hand_over, weighed
from inbox.errors import Invalid
from inbox.jobs import AskRating
from inbox.model import AgentId, Conversation, ConversationId, MessageId, Status
from inbox.store import Unit
from inbox.words import clean

MAX_DRAFT = 200_000
ASKED_AFTER = timedelta(minutes=1)  # a slip of the hand is taken back by then


def assign(
    unit: Unit, conversation: ConversationId, to: AgentId | None, *, by: AgentId | None
) -> None:
    """Put a conversation on somebody's desk, or take it off everybody's.

    Raises `Invalid` when that agent does not answer any more.
    """
    talk = unit.conversations.hold(conversation)
    if talk.assignee_id == to:
        return
    if to is not None:
        placing.take(unit, conversation, to, by=by, weight=weighed(unit, talk))
    elif unit.assignments.live(conversation):
        placing.give_back(unit, conversation, by=by, why="It was taken off their desk.")
    else:
        hand_over(unit, talk, None, by=by)


def resolve(
    unit: Unit,
    conversation: ConversationId,
    *,
    by: AgentId | None,
    outcome: str | None = None,
    reason: str | None = None,
) -> None:
    """Call a conversation finished; nobody waits in it any more.

    *outcome* is what it was about, in a word of its queue.
    """
    talk = unit.conversations.hold(conversation)
    if talk.status == Status.RESOLVED:
        return
    unit.conversations.change(conversation, status=Status.RESOLVED, waiting_since=None)
    change = moved(talk, Status.RESOLVED) | placing.finish(unit, conversation, outcome=outcome)
    change |= {"reason": reason} if reason else {}
    bot.end(unit, talk)
    tell(unit, "conversation.resolved", talk, by=by, change=change)
    consulting.end_all(unit, conversation, by=by)
    if talk.queue_id is not None:
        who = talk.assignee_id or by
        job = AskRating(conversation_id=conversation, resolved_at=unit.now, agent_id=who)
        unit.enqueue(job, at=unit.now + ASKED_AFTER)


def reopen(
    unit: Unit, conversation: ConversationId, *, by: AgentId | None, reason: str | None = None
) -> None:
    """Take up a conversation again."""
    talk = unit.conversations.hold(conversation)
    if talk.status == Status.OPEN:
        return
    if talk.status == Status.PENDING:
        placing.open_up(unit, conversation, by=by, why=reason or bot.TAKEN)
        return
    unit.conversations.change(conversation, status=Status.OPEN)
    change = moved(talk, Status.OPEN) | ({"reason": reason} if reason else {})
    tell(unit, "conversation.reopened", talk, by=by, change=change)
    placing.take_up(unit, conversation, by=by)


def mark_spam(
    unit: Unit, conversation: ConversationId, spam: bool = True, *, by: AgentId | None
) -> None:
    """Put a conversation away as spam: what else comes in it disturbs nobody. Or undo that."""
    talk = unit.conversations.hold(conversation)
    if talk.spam == spam:
        return
    status = Status.RESOLVED if spam else Status.OPEN
    unit.conversations.change(conversation, spam=spam, status=status, waiting_since=None)
    change = moved(talk, status) | {"spam": [talk.spam, spam]}
    if spam:
        change |= placing.finish(unit, conversation)
        bot.end(unit, talk)
    tell(unit, "conversation.marked_spam", talk, by=by, change=change)
    if spam:
        consulting.end_all(unit, conversation, by=by)
    else:
        placing.take_up(unit, conversation, by=by)


def mark_read(unit: Unit, conversation: ConversationId, message: MessageId, *, by: AgentId) -> None:
    """Note how far an agent has read; it never goes back."""
    talk = unit.conversations.get(conversation)
    reached = min(message, talk.last_message_id or message)
    if reached <= (unit.conversations.read_so_far(conversation, by) or 0):
        return
    unit.conversations.mark_read(conversation, by, MessageId(reached))
    change = {"message_id": reached}
    tell(unit, "conversation.read", talk, by=by, about=by, change=change)


def save_draft(
    unit: Unit, conversation: ConversationId, text: str, *, by: AgentId, note: bool = False
) -> None:
    """Keep what an agent has begun to write; nothing is kept of nothing."""
    unit.conversations.get(conversation)
    if len(text) > MAX_DRAFT:
        raise Invalid(f"The text is longer than {MAX_DRAFT} characters.")
    if not text:
        unit.conversations.drop_draft(conversation, by)
        return
    fields = {"text": clean(text), "note": note, "updated_at": unit.now}
    unit.conversations.save_draft(conversation, by, **fields)


def moved(talk: Conversation, to: Status) -> dict[str, Any]:
    return {"status": [talk.status, to]}


def tell(unit: Unit, verb: str, talk: Conversation, **facts: Any) -> None:
    unit.happened(verb, conversation=talk.id, customer=talk.customer_id, **facts)
