"""The reply window: on some channels one may answer freely only for a while.

It begins with the customer's last message on that account; outside it only a text that
the provider approved before reaches them.
"""

from datetime import datetime, timedelta

from sqlalchemy import bindparam, select

from inbox.channel import Capabilities
from inbox.model import AccountId, Content, CustomerId, Templated, Value
from inbox.store import Unit
from inbox.tables import MessageRow

MANY = 500  #: messages of a customer to look back
CLOSED = "The reply window has closed."
ONLY_TEMPLATES = f"{CLOSED} An approved template still reaches the customer."

LATELY = (
    select(
        MessageRow.account_id,
        MessageRow.direction,
        MessageRow.created_at,
        MessageRow.sent_at,
        MessageRow.id,
    )
    .where(MessageRow.customer_id == bindparam("customer"))
    .order_by(MessageRow.id.desc())
    .limit(MANY)
    .subquery("lately")
)
HEARD = (
    select(LATELY.c.created_at, LATELY.c.sent_at)
    .where(LATELY.c.account_id == bindparam("account"), LATELY.c.direction == "in")
    .order_by(LATELY.c.id.desc())
    .limit(1)
)


class Window(Value):
    """Until when one may answer freely."""

    open: bool = True
    closes_at: datetime | None = None  #: none when it never does, or never was open


def look(
    unit: Unit, customer: CustomerId, account: AccountId, capabilities: Capabilities | None
) -> Window:
    """Find out whether a customer may be answered freely over an account."""
    if capabilities is None or capabilities.window is None:
        return Window()
    heard = unit.connection.execute(HEARD, {"customer": customer, "account": account}).first()
    if heard is None:
        return Window(open=False)
    # What was fetched late was said before; a clock that is fast does not keep it open longer.
    said = min(heard.sent_at or heard.created_at, heard.created_at)
    closes = said + timedelta(seconds=capabilities.window)
    return Window(open=unit.now < closes, closes_at=closes)


def objection(window: Window, content: Content | None, capabilities: Capabilities) -> str | None:
    """Say why something cannot be sent now."""
    if window.open or (isinstance(content, Templated) and capabilities.templates):
        return None
    return ONLY_TEMPLATES if capabilities.templates else CLOSED
