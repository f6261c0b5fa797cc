"""How the desk is seen from outside."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Any

from agents_ui.switchboard import Switchboard
from inbox.channel import Capabilities, Channel
from inbox.model import AccountId
from routing.bots.forms.lookups import LookUps
from routing.bots.knowledge.library import Library
from routing.bots.mind import Mind
from routing.bots.writing.writer import Writer

STATIC = Path(__file__).parent / "static"


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """What config/app.py tells the pages about the world."""

    public_url: str  #: such as ``https://desk.example.org``; links and cookies follow it
    channels: Mapping[AccountId, Channel[Any]] = field(default_factory=dict)
    static: Path = STATIC  #: where the built front end lies
    session_hours: float = 14 * 24  #: without being used, until a sign-in is forgotten
    largest_upload: int = 25 * 1024 * 1024  #: bytes
    proxies: Sequence[IPv4Network | IPv6Network] = ()  #: whose X-Forwarded-For is believed
    metrics_token: str | None = None  #: lets others than this machine read ``/metrics``
    version: str = "0"
    trouble: Callable[[AccountId], str | None] = lambda _: None  #: why an account does not work
    switchboard: Switchboard | None = None  #: who keeps the accounts running
    widgets: Mapping[str, Any] = field(default_factory=dict)  #: web chats, by account
    library: Library | None = None  #: what the desk knows; none: one of the pages' own
    writer: Writer | None = None  #: the language model, where one is configured
    mind: Mind | None = None  #: what the bot understands
    look_ups: LookUps | None = None  #: who asks other systems for forms

    @property
    def secure(self) -> bool:
        return self.public_url.startswith("https://")

    def capabilities(self, account: int | None) -> Capabilities | None:
        """Return what the channel of *account* can carry; none when it is not configured."""
        channel = self.channels.get(AccountId(account)) if account is not None else None
        return channel.capabilities if channel else None
