"""What a message needs on its way out, read before the network is spoken to."""

from msgspec.structs import replace

from inbox.actions import consents
from inbox.actions.envelope import reaches
from inbox.channel import File, Outgoing
from inbox.model import (
    AccountId,
    Address,
    Attachment,
    Conversation,
    Delivery,
    Message,
    MessageId,
    Value,
)
from inbox.store import Unit


class Letter(Value):
    """An outgoing message with everything around it."""

    message: Message
    account: AccountId
    outgoing: Outgoing
    unwanted: str | None = None  #: why the customer is not to be written to
    paused: bool = False  #: somebody stopped the account for now

    @property
    def is_due(self) -> bool:
        """Tell whether there is anything to do; a canceled one was taken back in time."""
        return self.message.delivery in {Delivery.QUEUED, Delivery.SENDING}

    @property
    def was_interrupted(self) -> bool:
        """Tell whether somebody began to send it and never said what came of it."""
        return self.message.delivery == Delivery.SENDING


def write_letter(unit: Unit, which: MessageId) -> Letter:
    """Put together what the channel is to carry away. Raises `NotFound`."""
    message = unit.messages.get(which)
    talk = unit.conversations.get(message.conversation_id)
    account = message.account_id or talk.account_id
    carrier = unit.accounts.get(account)
    kind = reaches(carrier)
    outgoing = Outgoing(
        message_id=message.id,
        conversation_id=talk.id,
        to=addressed(kind, message.recipients),
        copied=addressed(kind, message.copied),
        text=message.text,
        html=message.html,
        subject=message.subject,
        created_at=message.created_at,
        thread=talk.thread if talk.thread_account_id == account else None,
        external_id=message.external_id,
        references=unit.messages.references(talk.id, account, message.id),
        answers=answered(unit, talk, message, account),
        files=tuple(packed(file) for file in unit.attachments.of([message.id])),
        author=unit.agents.get(message.author_id).name if message.author_id else None,
        automatic=message.author_id is None,
        quotes=quoted(unit, message, account),
        content=message.content,
    )
    return Letter(
        message=message,
        account=account,
        outgoing=outgoing,
        unwanted=consents.objection(unit, carrier.kind, (*message.recipients, *message.copied)),
        paused=carrier.paused_at is not None,
    )


def quoted(unit: Unit, message: Message, account: AccountId) -> str | None:
    """Return what the provider calls the message that this one quotes."""
    if message.answers_id is None:
        return None
    other = unit.messages.get(message.answers_id)
    return other.external_id if other.account_id == account else None


def addressed(kind: str, values: tuple[str, ...]) -> tuple[Address, ...]:
    return tuple(Address(kind=kind, value=value) for value in values)


def answered(
    unit: Unit, talk: Conversation, message: Message, account: AccountId
) -> Message | None:
    """Return what the customer said last before *message*.

    What came over another account has a name there that means nothing here.
    """
    heard = unit.messages.heard_before(talk.id, message.id)
    if heard is None or heard.account_id == account:
        return heard
    return replace(heard, external_id=None)


def packed(file: Attachment) -> File:
    """Return *file* by its name in the blob store; the channel fetches what it needs."""
    return File(
        name=file.name,
        media_type=file.media_type,
        content_id=file.content_id,
        inline=file.inline,
        blob=file.blob,
        size=file.size,
    )
