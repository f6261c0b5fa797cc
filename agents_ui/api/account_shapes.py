"""What crosses the wire about channel accounts: kinds, forms, health, exchanges, ledgers.

A form is a JSON Schema of the kind's settings. Its properties stand in the order in which they
are asked for; each has a `title` and a `description`, a default unless it is required, and
`writeOnly: true` when it is a secret. A `$ref` into `$defs` is a group of its own; a group that
may be left out is an `anyOf` of that and null. What an enumeration's values mean stands beside
them in `x-says`.
"""

from datetime import datetime
from typing import Annotated, Any

from msgspec import Meta, Struct

from agents_ui.api.shapes import Shape
from inbox.channel import Capabilities

Name = Annotated[str, Meta(min_length=1, max_length=60, pattern="^[A-Za-z0-9_-]+$")]


class WebhookShape(Struct, kw_only=True):
    """An address that is pasted at the provider's."""

    url: str  #: with `{name}` where the account's name goes, as long as there is no account
    says: str  #: what it is, and where to paste it


class ChannelShape(Struct, kw_only=True):
    """A kind of account that can be added."""

    kind: str
    title: str
    about: str  #: one sentence
    address_kind: str  #: of the identities it reaches, such as `phone`
    form: dict[str, Any]  #: a JSON Schema of its settings; see above
    webhooks: list[WebhookShape]
    capabilities: Capabilities
    installs: bool  #: its accounts are authorised at the provider's, from a link


class HealthShape(Struct, kw_only=True):
    """How an account is."""

    state: str  #: `fine`, `paused`, `trouble` or `archived`
    trouble: str | None  #: why it does not work, and what to do
    trouble_at: datetime | None
    heard_at: datetime | None  #: when it last took something in
    sent_at: datetime | None  #: when its provider last took something from us
    lag: float  #: seconds that the oldest payload waits to be understood
    waiting: int  #: payloads that wait to be understood
    queued: int  #: messages that wait to be sent
    errors: int  #: exchanges that failed in the last hour
    listening: bool | None  #: whether somebody listens to it; null when it is called instead


class AccountDetail(Struct, kw_only=True):
    """An account, as those see it who look after it."""

    id: int
    kind: str
    title: str  #: of its kind
    name: str
    address: str | None
    from_file: bool  #: it stands in the settings file, so it cannot be changed here
    created_at: datetime
    paused_at: datetime | None
    archived_at: datetime | None
    version: int
    settings: dict[str, Any] | None  #: every secret is null; none when they cannot be read
    kept: list[str]  #: the secrets that have a value, such as `imap.password`
    webhooks: list[WebhookShape]
    install: str | None  #: where an administrator authorises it anew
    capabilities: Capabilities | None  #: none while it does not run
    testable: bool  #: "send me a test" makes sense
    health: HealthShape


class NewAccount(Shape):
    kind: str
    name: Name  #: it becomes part of addresses, and stays
    settings: dict[str, Any] = {}


class AccountChange(Shape):
    """What to change. What is left out of the settings stays; so does a secret that is null."""

    settings: dict[str, Any] = {}


class TestMessage(Shape):
    """Where a test goes."""

    to: Annotated[str, Meta(min_length=1, max_length=320)]
    text: Annotated[str, Meta(max_length=1000)] | None = None


class TestedShape(Struct, kw_only=True):
    """What the provider said to a test."""

    sent: bool
    said: str  #: the provider's words, or that it took the message
    external_id: str | None = None


class CheckShape(Struct, kw_only=True):
    name: str
    fine: bool
    found: str  #: what was seen, and what to do when it is not fine


class ExchangeShape(Struct, kw_only=True):
    """A request and its answer; secrets are covered."""

    id: int
    at: datetime
    outward: bool  #: we asked them; else they asked us
    method: str
    url: str
    status: int | None
    request: str
    response: str
    took: float  #: seconds
    error: str | None


class ComparedShape(Struct, kw_only=True):
    """What came of asking the provider what it holds."""

    at: datetime
    since: datetime
    source: int | None  #: what the provider holds since then; null when it cannot be asked
    missing: int  #: of these we did not have, and took now
    trouble: str | None = None  #: why the comparison broke off


class LedgerShape(Struct, kw_only=True):
    """Where everything went that an account ever handed over."""

    account_id: int
    stored: int  #: messages
    updates: int
    duplicates: int
    quarantined: int
    discarded: int
    waiting: int
    total: int
    compared: ComparedShape | None  #: the last comparison with the provider
    comparable: bool  #: the provider can be asked


class Compare(Shape):
    """How far back to compare."""

    hours: Annotated[float, Meta(gt=0, le=24 * 90)] = 24
