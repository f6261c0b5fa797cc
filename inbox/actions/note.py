"""Agents talk among themselves; nothing of it ever leaves the desk."""

from collections.abc import Sequence

from inbox.actions.reply import check
from inbox.model import AgentId, ConversationId, Direction, MessageId
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

    Raises `Invalid` when it says nothing.
    """
    if client_id and (said := unit.messages.by_client_id(conversation, client_id)):
        return said
    talk = unit.conversations.get(conversation)
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
    draft = unit.conversations.draft(conversation, by)
    if draft and draft[1]:
        unit.conversations.drop_draft(conversation, by)
    unit.happened(
        "note.added", by=by, conversation=talk.id, customer=talk.customer_id, message=message
    )
    return message
