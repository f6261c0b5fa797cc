"""Whether a visitor saw what we said in a chat, and what to carry after them if not."""

from collections.abc import Collection, Sequence
from datetime import timedelta

from sqlalchemy import bindparam, func, select

from inbox.actions.envelope import Envelope, surest
from inbox.actions.reply import say
from inbox.degrade import Piece
from inbox.model import (
    Account,
    AccountId,
    Attachment,
    Conversation,
    ConversationId,
    Kind,
    Message,
    MessageId,
)
from inbox.store import Unit
from inbox.store.attachments import Given
from inbox.store.messages import COLUMNS, as_message
from inbox.tables import MessageRow

LOOK_AGAIN = timedelta(minutes=2)  # whoever reads along has read it by then
MOST = 50

CARRIED = select(func.max(MessageRow.about_id)).where(
    MessageRow.conversation_id == bindparam("which"),
    MessageRow.id > bindparam("after"),
    MessageRow.direction == "out",
    MessageRow.kind == "auto_reply",
)
UNSEEN = (
    select(*COLUMNS)
    .where(
        MessageRow.conversation_id == bindparam("which"),
        MessageRow.id > bindparam("after"),
        MessageRow.direction == "out",
        MessageRow.kind == "message",
        MessageRow.delivery.in_(("sent", "delivered")),
    )
    .order_by(MessageRow.id)
    .limit(MOST)
)


def carry(
    unit: Unit,
    which: ConversationId,
    *,
    chats: Collection[AccountId],
    mailboxes: Collection[AccountId],
) -> MessageId | None:
    """Send by email what a visitor has not seen in the chat, if they left an address.

    It is a message of its own in the same conversation, *about* the last one it carries,
    so that nothing is carried twice; its kind tells that it says nothing new. The next
    reply follows it by email, until the visitor writes in the chat again.
    """
    talk = unit.conversations.get(which)
    unseen = unseen_in(unit, talk, chats)
    mailbox = first_mailbox(unit, mailboxes)
    if mailbox is None or not unseen or unit.now < unseen[0].created_at + LOOK_AGAIN:
        return None
    to = surest(unit.customers.identities(talk.customer_id), mailbox.kind)
    if not to:
        return None
    files = unit.attachments.of([one.id for one in unseen])
    return say(
        unit,
        talk,
        Envelope(account=mailbox, to=to, subject=talk.subject),
        Piece("\n\n".join(one.text for one in unseen), [taken_along(file) for file in files]),
        by=unseen[-1].author_id,
        kind=Kind.AUTO_REPLY,
        about_id=unseen[-1].id,
    )


def unseen_in(unit: Unit, talk: Conversation, chats: Collection[AccountId]) -> Sequence[Message]:
    """Return what we said in a chat since the visitor last wrote, and they did not read."""
    if talk.spam:
        return ()
    heard = unit.messages.heard_before(talk.id)
    asked = {"which": talk.id, "after": heard.id if heard else 0}
    carried = unit.connection.scalar(CARRIED, asked) or 0
    rows = unit.connection.execute(UNSEEN, asked | {"after": max(carried, asked["after"])})
    said = [as_message(row) for row in rows]
    return [one for one in said if one.account_id in chats]


def first_mailbox(unit: Unit, mailboxes: Collection[AccountId]) -> Account | None:
    """Return the mailbox to send from: the first of those that are configured."""
    accounts = [one for one in unit.accounts.all() if one.id in mailboxes]
    return next((one for one in accounts if one.archived_at is None), None)


def taken_along(file: Attachment) -> Given:
    return Given(
        blob=file.blob,
        name=file.name,
        media_type=file.media_type,
        size=file.size,
        content_id=file.content_id,
        inline=file.inline,
    )
