"""What came of an attempt to send a message: written after the network was spoken to."""

from datetime import timedelta

from sqlalchemy import bindparam, delete

from inbox.channel import Sent
from inbox.jobs import Deliver, FollowUp
from inbox.model import AccountId, Delivery, Message, MessageId
from inbox.store import Unit
from inbox.store.batch import EARLY
from inbox.store.journal import short_key
from inbox.store.messages import EARLIER
from inbox.tables import EarlyReceiptRow
from inbox.words import clean, cut

MAX_REASON = 500
FORGET = delete(EarlyReceiptRow).where(
    EarlyReceiptRow.account_id == bindparam("account"),
    EarlyReceiptRow.external_id == bindparam("name"),
)


def settle(unit: Unit, message: Message, to: Delivery, reason: str | None) -> None:
    """Move a message that was to be sent into another state, and tell everybody why.

    What a receipt has said in the meantime stands.
    """
    why = cut(reason, MAX_REASON) if reason else None
    under_way = (Delivery.QUEUED, Delivery.SENDING)
    if not unit.messages.change(message.id, only_if=under_way, delivery=to, reason=why):
        return
    if message.delivery != to or message.reason != why:
        tell(unit, message, to, why)


def tell(unit: Unit, message: Message, to: Delivery, reason: str | None) -> None:
    change = {"delivery": [message.delivery, to]} | ({"reason": reason} if reason else {})
    unit.happened(
        "delivery.changed",
        conversation=message.conversation_id,
        customer=message.customer_id,
        message=message.id,
        change=change,
    )


def reword(unit: Unit, which: MessageId, reason: str) -> None:
    """Say something else of a message of which nobody knows whether it was sent."""
    message = unit.messages.get(which)
    if unit.messages.change(which, only_if=(Delivery.UNKNOWN,), reason=reason):
        tell(unit, message, Delivery.UNKNOWN, reason)


def complain(unit: Unit, message: Message, reason: str) -> None:
    """Tell everybody that the account of a message does not work, once for each reason."""
    if message.reason != reason:
        change = {"account_id": message.account_id, "reason": reason}
        unit.happened(
            "account.trouble",
            conversation=message.conversation_id,
            message=message.id,
            change=change,
        )


def put_back(unit: Unit, message: Message, reason: str, *, misconfigured: bool = False) -> None:
    """Queue a message again that could not be sent now."""
    why = cut(reason, MAX_REASON)
    if misconfigured:
        complain(unit, message, why)
    settle(unit, message, Delivery.QUEUED, why)


def note_sent(
    unit: Unit, which: MessageId, sent: Sent, *, look_again_after: timedelta | None = None
) -> None:
    """Write down that the provider took a message, and the news that overtook its answer.

    With *look_again_after* somebody looks then whether the customer has seen it.
    """
    message = unit.messages.get(which)
    account = message.account_id or AccountId(0)
    name = short_key(clean(sent.external_id)) or ""
    delivery, reason, through = overtaking(unit, account, name, sent)
    there = unit.messages.by_external_id(account, name)
    if there is None and name:
        unit.messages.change(which, external_id=name)
    if delivery.outranks(message.delivery):
        why = cut(reason, MAX_REASON) if reason else None
        unit.messages.change(which, delivery=delivery, reason=why)
        tell(unit, message, delivery, why)
    if through:
        move_earlier(unit, message, account, delivery)
    if look_again_after:
        job = FollowUp(conversation_id=message.conversation_id)
        unit.enqueue(job, at=unit.now + look_again_after)


def overtaking(
    unit: Unit, account: AccountId, name: str, sent: Sent
) -> tuple[Delivery, str | None, bool]:
    """Return how far a message got, by its provider's answer and by what came before that."""
    asked = {"accounts": [account], "names": [name]}
    early = unit.connection.execute(EARLY, asked).one_or_none()
    if early is None:
        return sent.delivery, sent.reason, False
    unit.connection.execute(FORGET, {"account": account, "name": name})
    if Delivery(early[2]).outranks(sent.delivery):
        return Delivery(early[2]), early[3], early[4]
    return sent.delivery, sent.reason, early[4]


def move_earlier(unit: Unit, message: Message, account: AccountId, delivery: Delivery) -> None:
    """Move what was sent before *message* as far as it got itself."""
    asked = {"which": message.conversation_id, "account": account, "before": message.id}
    for row in unit.connection.execute(EARLIER, asked).all():
        if delivery.outranks(Delivery(row[2] or Delivery.QUEUED)):
            earlier = unit.messages.get(MessageId(row[0]))
            unit.messages.change(earlier.id, delivery=delivery, reason=None)
            tell(unit, earlier, delivery, None)


def given_up(unit: Unit, job: Deliver, reason: str) -> None:
    """Leave a message to a person that was tried too often.

    Nobody knows whether it left when its last attempt never came to an end.
    """
    message = unit.messages.get(job.message_id)
    if message.delivery == Delivery.QUEUED:
        settle(unit, message, Delivery.DEAD, reason)
    elif message.delivery == Delivery.SENDING:
        settle(unit, message, Delivery.UNKNOWN, reason)
