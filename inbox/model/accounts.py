"""The accounts by which the desk is reached, and what becomes of what they hand over."""

from datetime import datetime
from enum import StrEnum

from inbox.model.base import AccountId, Value


class JournalState(StrEnum):
    """What became of a raw payload. At every moment each row is in exactly one of these."""

    RECEIVED = "received"  #: waits to be understood
    MESSAGE = "message"  #: became a message
    UPDATE = "update"  #: changed one: a receipt, a profile, an edit
    DUPLICATE = "duplicate"  #: we had it already
    QUARANTINED = "quarantined"  #: nobody could read it; a person decides
    DISCARDED = "discarded"  #: a person decided that it is nothing


class Format(StrEnum):
    """How a channel lets a text be dressed."""

    PLAIN = "plain"
    MARKDOWN = "markdown"  #: CommonMark's emphasis, links and lists, whatever the wire calls them
    HTML = "html"


class Account(Value):
    """One configured channel account: a mailbox, a number, a site's chat."""

    id: AccountId
    kind: str
    name: str
    address: str | None = None  #: what customers see of it
    archived_at: datetime | None = None
    address_kind: str = ""  #: the kind of identity it reaches, such as ``phone``
    paused_at: datetime | None = None  #: somebody stopped it; what waits goes out afterwards
