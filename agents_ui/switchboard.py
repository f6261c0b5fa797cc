"""What the pages may ask of whoever keeps the channel accounts running."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from inbox.channel import Capabilities, Check
from inbox.model import AccountId, AgentId, Value


class Kind(Value):
    """A kind of account that can be added."""

    kind: str
    title: str
    about: str
    address_kind: str
    form: dict[str, Any]
    webhooks: Mapping[str, str] = {}  #: addresses, and what they are
    capabilities: Capabilities = Capabilities()
    installs: bool = False


class Shown(Value):
    """What is known of an account besides what the store keeps."""

    title: str
    from_file: bool = False
    settings: dict[str, Any] | None = None  #: without its secrets
    kept: tuple[str, ...] = ()  #: the secrets that have a value
    webhooks: Mapping[str, str] = {}
    install: str | None = None
    capabilities: Capabilities | None = None
    testable: bool = False
    comparable: bool = False
    listening: bool | None = None
    trouble: str | None = None


class Tested(Value):
    """What the provider said to a message that was sent for a try."""

    sent: bool
    said: str
    external_id: str | None = None


class Compared(Value):
    """What came of asking a provider what it holds."""

    at: datetime
    since: datetime
    source: int | None = None
    missing: int = 0
    trouble: str | None = None


class Switchboard(Protocol):
    """Keeps the accounts plugged in; every change is in the store when a call returns."""

    def kinds(self) -> Sequence[Kind]:
        """Return what can be added. Imports every channel: not for the event loop."""

    def shown(self, which: AccountId) -> Shown | None:
        """Return what is known of an account; none when nobody here knows it."""

    async def add(
        self, kind: str, name: str, settings: dict[str, Any], by: AgentId | None
    ) -> AccountId:
        """Add an account. Raises `Invalid` or `Conflict`."""

    async def change(self, which: AccountId, settings: dict[str, Any], by: AgentId | None) -> None:
        """Change the settings that are named. Raises `Invalid`, `Conflict` or `NotFound`."""

    async def pause(self, which: AccountId, by: AgentId | None) -> None:
        """Stop asking and sending."""

    async def resume(self, which: AccountId, by: AgentId | None) -> None:
        """Go on."""

    async def archive(self, which: AccountId, by: AgentId | None) -> None:
        """Give the account up."""

    async def test(self, which: AccountId, to: str, text: str | None) -> Tested:
        """Send a message outside any conversation."""

    async def check(self, which: AccountId) -> Sequence[Check]:
        """Have the channel look whether it works."""

    async def compare(self, which: AccountId, hours: float) -> Compared:
        """Ask the provider what it holds, and take what is missing."""
