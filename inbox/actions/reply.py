"""An agent answers: the reply and the promise to deliver it commit together."""

from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from msgspec import to_builtins

from inbox.actions import consents, placing, window
from inbox.actions.accounts import PAUSED
from inbox.actions.conversation import resolve as resolve_conversation
from inbox.actions.envelope import Envelope, address
from inbox.channel import Capabilities
from inbox.degrade import Piece, pieces
from inbox.errors import Conflict, Invalid, NotFound
from inbox.jobs import Deliver
from inbox.model import (
    AccountId,
    AgentId,
    Content,
    Conversation,
    ConversationId,
    Delivery,
    Direction,
    Message,
    MessageId,
    Templated,
)
from inbox.notices import Promised
from inbox.store import Unit
from inbox.store.attachments import Given
from inbox.words import clean, cleaned, gist

MAX_TEXT = 200_000
MAX_FILES = 50
MAX_RECIPIENTS = 100
BOUNDLESS = Capabilities(
    max_text=MAX_TEXT,
    max_attachment=2**40,
    max_files=MAX_FILES,
    buttons=100,
    button_title=MAX_TEXT,
    quotes=True,
    templates=True,
)  #: of a channel that nobody knows; it says itself what it does not take
AGAIN = (Delivery.FAILED, Delivery.DEAD, Delivery.UNKNOWN)  #: a person may have these tried again
TAKEN_BACK = (*AGAIN, Delivery.SCHEDULED, Delivery.QUEUED)  #: these can still be called off


def reply(
    unit: Unit,
    conversation: ConversationId,
    text: str,
    *,
    by: AgentId | None,
    client_id: str | None = None,
    attachments: Sequence[Given] = (),
    account: AccountId | None = None,
    to: Sequence[str] | None = None,
    copied: Sequence[str] | None = None,
    last_seen_id: MessageId | None = None,
    resolve: bool = False,
    outcome: str | None = None,
    content: Content | None = None,
    answers: MessageId | None = None,
    capabilities: Capabilities = BOUNDLESS,
) -> MessageId:
    """Answer the customer; the same *client_id* again returns what was said the first time.

    What the channel cannot carry in one message becomes several; the first one is
    returned. Raises `Conflict` when the customer wrote after the message *last_seen_id*,
    and `Invalid` when there is nothing to say, nobody to say it to, or it may not be said.
    """
    if client_id and (said := unit.messages.by_client_id(conversation, client_id)):
        return said
    talk = unit.conversations.hold(conversation)
    if last_seen_id is not None and unit.messages.heard_since(conversation, last_seen_id):
        raise Conflict("The customer wrote in the meantime.")
    check(text, attachments, content)
    if by is None:  # nobody wrote it: it is for the customer alone
        copied = ()
    envelope = redirected(address(unit, talk, account), to, copied)
    permit(unit, talk, envelope, content, capabilities)
    quoted = quotable(unit, talk, answers) if capabilities.quotes else None
    first, *rest = pieces(text, attachments, content, capabilities)
    message = say(
        unit, talk, envelope, first, by=by, client_id=client_id or None, answers_id=quoted
    )
    last = message
    for piece in rest:
        last = say(unit, talk, envelope, piece, by=by)
    if by is not None:
        unit.conversations.mark_read(conversation, by, last)
        placing.take_over(unit, conversation, by=by)
        placing.answered(unit, conversation, by=by)
        forget_draft(unit, conversation, by)
    if resolve:
        resolve_conversation(unit, conversation, by=by, outcome=outcome)
    return message


def say(
    unit: Unit, talk: Conversation, envelope: Envelope, piece: Piece[Given], **fields: Any
) -> MessageId:
    """Queue a message of ours, and promise to deliver it."""
    by = fields.pop("by", None)
    content = None if piece.content is None else cleaned(to_builtins(piece.content))
    message = unit.messages.add(
        at=unit.now,
        conversation_id=talk.id,
        customer_id=talk.customer_id,
        account_id=envelope.account.id,
        direction=Direction.OUT,
        delivery=Delivery.QUEUED,
        text=clean(piece.text),
        subject=envelope.subject,
        sender=envelope.account.address,
        recipients=envelope.to,
        copied=envelope.copied,
        author_id=by,
        content=content,
        reason=PAUSED if envelope.account.paused_at else None,
        **fields,
    )
    unit.attachments.add([(message, given) for given in piece.files], at=unit.now)
    unit.conversations.change(
        talk.id,
        account_id=envelope.account.id,
        active_at=unit.now,
        last_message_id=message,
        preview=gist(piece.text, content, (file.name for file in piece.files)),
        waiting_since=None,
    )
    unit.enqueue(
        Deliver(message_id=message, conversation_id=talk.id, account_id=envelope.account.id)
    )
    unit.happened(
        "message.added", by=by, conversation=talk.id, customer=talk.customer_id, message=message
    )
    return message


def permit(
    unit: Unit,
    talk: Conversation,
    envelope: Envelope,
    content: Content | None,
    capabilities: Capabilities,
) -> None:
    """Refuse what the customer does not want, or the provider does not take now."""
    everybody = (*envelope.to, *envelope.copied)
    if unwanted := consents.objection(unit, envelope.account.kind, everybody):
        raise Invalid(unwanted)
    if not capabilities.max_text:
        raise Invalid("Nobody can be written to over this account.")
    if isinstance(content, Templated) and not capabilities.templates:
        raise Invalid("This channel has no templates.")
    there = window.look(unit, talk.customer_id, envelope.account.id, capabilities)
    if closed := window.objection(there, content, capabilities):
        raise Invalid(closed)


def quotable(unit: Unit, talk: Conversation, which: MessageId | None) -> MessageId | None:
    """Return the message that is quoted. Raises `Invalid` for one of another conversation."""
    if which is None:
        return None
    with suppress(NotFound):
        quoted = unit.messages.get(which)
        if quoted.conversation_id == talk.id and quoted.direction is not Direction.NOTE:
            return which
    raise Invalid("Only what was said in this conversation can be quoted.")


def check(text: str, attachments: Sequence[Given], content: Content | None = None) -> None:
    """Refuse what is nothing, or too much."""
    if not text.strip() and not attachments and content is None:
        raise Invalid("There is nothing to say.")
    if len(text) > MAX_TEXT:
        raise Invalid(f"The text is longer than {MAX_TEXT} characters.")
    if len(attachments) > MAX_FILES:
        raise Invalid(f"These are more than {MAX_FILES} files.")


def redirected(
    envelope: Envelope, to: Sequence[str] | None, copied: Sequence[str] | None
) -> Envelope:
    """Put other recipients on *envelope*, where they were given."""
    chosen = Envelope(
        account=envelope.account,
        subject=envelope.subject,
        to=envelope.to if to is None else tuple(map(written, to)),
        copied=envelope.copied if copied is None else tuple(map(written, copied)),
        reason=envelope.reason,
    )
    if envelope.account.archived_at or not chosen.to:
        raise Invalid(envelope.reason or "There is nobody to send it to.")
    if len(chosen.to) + len(chosen.copied) > MAX_RECIPIENTS:
        raise Invalid(f"These are more than {MAX_RECIPIENTS} recipients.")
    return chosen


def written(recipient: str) -> str:
    """Return *recipient* stripped. Raises `Invalid` for what no address may contain."""
    stripped = recipient.strip()
    if not stripped or len(stripped) > 320 or not stripped.isprintable() or " " in stripped:
        raise Invalid("That is no address.")
    return stripped


def forget_draft(unit: Unit, conversation: ConversationId, by: AgentId) -> None:
    """Drop the draft that has become a reply; one of a note stays."""
    draft = unit.conversations.draft(conversation, by)
    if draft and not draft[1]:
        unit.conversations.drop_draft(conversation, by)


def retry(unit: Unit, which: MessageId, *, by: AgentId | None) -> None:
    """Try a message again that was refused, given up, or perhaps not sent.

    Raises `Conflict` when it is in any other state.
    """
    message = unit.messages.get(which)
    turn(unit, message, Delivery.QUEUED, AGAIN, by=by)
    job = promise(message)
    unit.jobs.forget_dead(job)
    unit.enqueue(job)


def arrived(unit: Unit, which: MessageId, *, by: AgentId | None) -> None:
    """Write down that a message arrived of which nobody knew whether it did.

    Raises `Conflict` when it is in any other state.
    """
    message = unit.messages.get(which)
    turn(unit, message, Delivery.SENT, (Delivery.UNKNOWN,), by=by)


def cancel(unit: Unit, which: MessageId, *, by: AgentId | None) -> None:
    """Take a message back that did not leave, or stop asking about one that failed.

    What stands behind it in its lane need not wait for its next attempt. Raises `Conflict`
    when it has left already or is leaving right now.
    """
    message = unit.messages.get(which)
    turn(unit, message, Delivery.CANCELED, TAKEN_BACK, by=by)
    if unit.jobs.hasten(promise(message), now=unit.now):
        unit.notify(Promised(due=unit.now))


def promise(message: Message) -> Deliver:
    """Return the job that delivers *message*."""
    return Deliver(
        message_id=message.id,
        conversation_id=message.conversation_id,
        account_id=message.account_id,
    )


def turn(
    unit: Unit,
    message: Message,
    to: Delivery,
    only_if: Sequence[Delivery],
    *,
    by: AgentId | None,
) -> None:
    """Move a message from one of some states to another, by a person's hand."""
    if not unit.messages.change(message.id, only_if=only_if, delivery=to, reason=None):
        raise Conflict("The message is not in that state any more.")
    unit.happened(
        "delivery.changed",
        by=by,
        conversation=message.conversation_id,
        customer=message.customer_id,
        message=message.id,
        change={"delivery": [message.delivery, to]},
    )
