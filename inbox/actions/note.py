"""Agents talk among themselves; nothing of it ever leaves the desk."""

from collections.abc import Sequence

from inbox.actions import consulting
from inbox.actions.reply import check
from inbox.model import (
    AgentId,
    ConsultId,
    Conversation,
    ConversationId,
    Direction,
    MessageId,
    QueueId,
)
from inbox.store import Unit
from inbox.store.attachments import Given
from inbox.words import clean


def note(
    unit: Unit,
    conversation: ConversationId,
    text: str,
    *,
    by: AgentId,
    client_id: str | None = None,
    attachments: Sequence[Given] = (),
) -> MessageId:
    """Write an internal note; the same *client_id* again returns the first one.

    Whoever was asked about the conversation answers by it. Raises `Invalid` when it says nothing.
    """
    if client_id and (said := unit.messages.by_client_id(conversation, client_id)):
        return said
    talk = unit.conversations.get(conversation)
    message = jot(unit, talk, text, by=by, client_id=client_id, attachments=attachments)
    consulting.advised(unit, talk, by)
    return message


def ask(
    unit: Unit,
    conversation: ConversationId,
    text: str,
    *,
    by: AgentId,
    agent: AgentId | None = None,
    queue: QueueId | None = None,
) -> ConsultId:
    """Ask a colleague, or all of a queue, about a conversation; it stays where it is.

    They see it until the question is over. Raises `Invalid`, `Conflict` and `NotFound` as
    `consulting.begin` does.
    """
    talk = unit.conversations.hold(conversation)
    question = jot(unit, talk, text, by=by)
    return consulting.begin(unit, talk, question, by, agent, queue)


def jot(
    unit: Unit,
    talk: Conversation,
    text: str,
    *,
    by: AgentId,
    client_id: str | None = None,
    attachments: Sequence[Given] = (),
) -> MessageId:
    """Write a note down, whatever follows from it."""
    check(text, attachments)
    message = unit.messages.add(
        at=unit.now,
        conversation_id=talk.id,
        customer_id=talk.customer_id,
        direction=Direction.NOTE,
        text=clean(text),
        author_id=by,
        client_id=client_id,
    )
    unit.attachments.add([(message, given) for given in attachments], at=unit.now)
    draft = unit.conversations.draft(talk.id, by)
    if draft and draft[1]:
        unit.conversations.drop_draft(talk.id, by)
    unit.happened(
        "note.added", by=by, conversation=talk.id, customer=talk.customer_id, message=message
    )
    return message
