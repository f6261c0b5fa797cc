"""News from the provider about what we sent: it only ever moves a message forward."""

from sqlalchemy import bindparam, select

from inbox.actions.board import Board, Key, Known, tight
from inbox.channel import Receipt
from inbox.model import AccountId, Delivery
from inbox.store import batch
from inbox.store.messages import EARLIER
from inbox.tables import MessageRow
from inbox.words import cut

MAX_REASON = 500
OURS = select(
    MessageRow.id,
    MessageRow.conversation_id,
    MessageRow.customer_id,
    MessageRow.direction,
    MessageRow.delivery,
    MessageRow.external_id,
).where(
    MessageRow.id == bindparam("which"),
    MessageRow.account_id == bindparam("account"),
    MessageRow.direction == "out",
)


def note_receipt(board: Board, account: AccountId, receipt: Receipt) -> None:
    """Move our message forward; a late receipt never moves it back.

    One that speaks of a message we do not know is kept: it overtook the provider's answer.
    """
    key = account, tight(receipt.external_id)
    known = board.known.get(key) or named_by_us(board, key, receipt)
    if known is None:
        keep(board, key, receipt)
    elif known.direction == "out":
        advance(board, known, receipt.delivery, receipt.reason)
        if receipt.through:
            advance_earlier(board, account, known, receipt.delivery)


def named_by_us(board: Board, key: Key, receipt: Receipt) -> Known | None:
    """Return our message that the provider names by our own number, and note its name of it."""
    if receipt.message_id is None:
        return None
    asked = {"which": receipt.message_id, "account": key[0]}
    for row in board.ask(OURS, asked):
        board.known[key] = Known(*row[:5])
        if row[5] is None:
            board.unit.messages.change(board.known[key].id, external_id=key[1])
        return board.known[key]
    return None


def keep(board: Board, key: Key, receipt: Receipt) -> None:
    """Keep the furthest news of a message that we do not know yet."""
    if key not in board.early:
        asked = {"accounts": [key[0]], "names": [key[1]]}
        for row in board.ask(batch.EARLY, asked):
            board.early[key] = early(board, key, Delivery(row[2]), row[3], row[4])
    there = board.early.get(key)
    further = there is None or receipt.delivery.outranks(there["delivery"])
    through = receipt.through or bool(there and there["through"])
    if further or there is None:
        board.early[key] = early(board, key, receipt.delivery, receipt.reason, through)
    else:
        there["through"] = through


def early(
    board: Board, key: Key, delivery: Delivery, reason: str | None, through: bool
) -> dict[str, object]:
    return {
        "account_id": key[0],
        "external_id": key[1],
        "delivery": delivery,
        "reason": cut(reason, MAX_REASON) if reason else None,
        "through": through,
        "created_at": board.now,
    }


def advance(board: Board, known: Known, delivery: Delivery, reason: str | None) -> None:
    """Move one message forward, if that is forward."""
    pending = board.deliveries.get(known.id)
    before = pending[0] if pending else Delivery(known.delivery or Delivery.QUEUED)
    if not delivery.outranks(before):
        return
    why = cut(reason, MAX_REASON) if reason else None
    board.deliveries[known.id] = delivery, why
    board.unit.happened(
        "delivery.changed",
        conversation=known.conversation_id,
        customer=known.customer_id,
        message=known.id,
        change={"delivery": [before, delivery]} | ({"reason": why} if why else {}),
    )


def advance_earlier(board: Board, account: AccountId, known: Known, delivery: Delivery) -> None:
    """Move what we sent before a message as far as it got itself."""
    asked = {"which": known.conversation_id, "account": account, "before": known.id}
    for row in board.ask(EARLIER, asked):
        one = Known(row[0], known.conversation_id, row[1], "out", row[2])
        advance(board, one, delivery, None)
