"""Keeps the channel accounts plugged in: added, changed, paused and given up while others run.

An account is a row of the store. Whoever changes it makes its version grow; every process looks
at the versions now and then, and plugs in anew what changed. Accounts of the settings file have
a row like all others, but their settings are read from the file.
"""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

import msgspec
import structlog
from aiohttp import web

from config.accounts import stored
from config.accounts.doors import door
from config.forms import secrets_in
from config.settings import AccountSettings
from config.tending import Tended
from inbox.channel import Channel
from inbox.desk import Desk
from inbox.errors import DeskError
from inbox.intake import Intake
from inbox.leases import Lease, alone
from inbox.line import AccountLine
from inbox.model import AccountId
from inbox.store import Unit
from inbox.store.accounts import Configured, Kept
from inbox.worker import Worker

PATIENCE = 10.0  #: seconds that a listener gets to end
UNDER_WAY = 60.0  #: seconds that sends may still take through a channel that was replaced
HELD = ("deliver", "ascertain", "fetch")  #: work that waits while an account is paused

log = structlog.get_logger()


@dataclass(slots=True, kw_only=True)
class Plug:
    """An account, as this process runs it."""

    kept: Kept
    at: datetime
    from_file: bool = False
    account: AccountSettings | None = None
    channel: Channel[Any] | None = None  #: none when it could not be plugged in
    line: AccountLine | None = None
    paths: frozenset[str] = frozenset()  #: that the channel answers, without slashes around
    trouble: str | None = None  #: why not
    tended: Tended | None = None

    @property
    def listens(self) -> bool:
        """Whether its provider is asked, rather than calling us."""
        return self.channel is not None and type(self.channel).listen is not Channel.listen


class Plugs:
    """All accounts of a desk, and what runs for them in this process."""

    def __init__(
        self,
        desk: Desk,
        intake: Intake,
        worker: Worker,
        channels: dict[AccountId, Channel[Any]],
    ) -> None:
        self.desk = desk
        self.intake = intake
        self.worker = worker
        self.channels = channels  #: those of the intake and the worker, too
        self.names: dict[str, AccountId] = {}
        self.doors: dict[str, web.PrefixedSubAppResource] = {}
        self.widgets: dict[str, Any] = {}
        self.all: dict[AccountId, Plug] = {}
        self.file: dict[str, AccountSettings] = {}
        self.secrets: dict[AccountId, set[str]] = {}  #: what no log may show
        self.listening: set[AccountId] = set()  #: to whom this process listens at the moment
        self.works = False  #: listeners may run
        self.versions: Mapping[AccountId, int] = {}
        self.changing = asyncio.Lock()
        self.leaving: set[asyncio.Task[None]] = set()

    # --- from the beginning to the end ------------------------------------------------------
    async def open(self, from_file: Sequence[AccountSettings]) -> None:
        """Give the accounts of the settings file their rows, and plug in all there are."""
        self.file = {one.name: one for one in from_file}
        wanted = [configured(one) for one in from_file]
        await self.desk.write(sync, wanted)
        await self.refresh()

    def work(self) -> None:
        """Begin to listen."""
        self.works = True
        for plug in self.all.values():
            self.listen(plug)

    async def rest(self) -> None:
        """Listen no more."""
        self.works = False
        await asyncio.gather(*(self.stop_listening(plug) for plug in self.all.values()))

    async def close(self) -> None:
        """Let go of every channel."""
        if self.leaving:
            await asyncio.wait(self.leaving)
        for plug in self.all.values():
            await close(plug)

    # --- changes ----------------------------------------------------------------------------
    async def refresh(self) -> None:
        """Plug in, plug in anew, or unplug whatever changed since the last time."""
        async with self.changing:
            versions = await self.desk.read(lambda unit: unit.accounts.versions())
            if versions == self.versions:
                return
            for kept in await self.desk.read(lambda unit: unit.accounts.every()):
                if self.versions.get(kept.id) != kept.version:
                    await self.adopt(kept)
            self.versions = versions
            paused = [plug.kept.id for plug in self.all.values() if plug.kept.paused_at]
            self.worker.held = frozenset(f"{work}:{one}" for one in paused for work in HELD)
            self.worker.awake.set()

    async def mend(self) -> None:
        """Try again to plug in what could not be: the key may be back, a package installed."""
        async with self.changing:
            for plug in [one for one in self.all.values() if one.channel is None]:
                await self.adopt(plug.kept)

    async def adopt(self, kept: Kept) -> None:
        """Have what runs here be as the store has it."""
        before = self.all.get(kept.id)
        if kept.archived_at or not (kept.settings or kept.name in self.file):
            if before:
                await self.unplug(before)
            return
        if before and before.channel and same(before.kept, kept):
            before.kept = kept
            plug = before
        else:
            if before:
                await self.unplug(before)
            plug = self.plug(kept)
        if kept.paused_at:
            await self.stop_listening(plug)
        else:
            self.listen(plug)

    def plug(self, kept: Kept) -> Plug:
        """Make the channel of an account, and have everybody find it."""
        plug = Plug(kept=kept, at=self.desk.clock(), from_file=kept.name in self.file)
        self.all[kept.id] = plug
        self.names[kept.name] = kept.id
        try:
            self.connect(plug)
        except DeskError as error:
            plug.trouble = str(error)
        except Exception as error:
            plug.trouble = f"It cannot be started ({type(error).__name__})."
            log.exception("an account cannot be started", account=kept.id)
        return plug

    def connect(self, plug: Plug) -> None:
        kept = plug.kept
        account = self.file.get(kept.name) or stored.opened(self.desk.vault, kept)
        self.hide(kept.id, account)
        plug.account, plug.line = account, self.intake.line(kept.id)
        plug.line.name = kept.name
        plug.channel = channel = account.channel(account.settings, plug.line)
        self.channels[kept.id] = channel
        if routes := list(channel.routes()):
            plug.paths = frozenset(route.path.strip("/") for route in routes)
            self.doors[kept.name] = door(kept.name, routes)
        if hasattr(channel, "front"):
            self.widgets[kept.name] = channel

    def hide(self, which: AccountId, account: AccountSettings) -> None:
        """Remember what no log may show; also what was secret before."""
        told = msgspec.to_builtins(account.settings)
        found = {
            one for _, value in secrets_in(type(account.settings), told) for one in texts(value)
        }
        self.secrets.setdefault(which, set()).update(found)

    async def unplug(self, plug: Plug) -> None:
        """Take an account out; what is being sent through it is let finish."""
        await self.stop_listening(plug)
        name = plug.kept.name
        for found in (self.doors, self.widgets, self.names):
            found.pop(name, None)
        self.channels.pop(plug.kept.id, None)
        self.all.pop(plug.kept.id, None)
        self.intake.lines.pop(plug.kept.id, None)
        task = asyncio.create_task(self.leave(plug))
        self.leaving.add(task)
        task.add_done_callback(self.leaving.discard)

    async def leave(self, plug: Plug) -> None:
        """Close a channel once nothing is sent through it any more."""
        number = str(plug.kept.id)
        under_way = [
            task
            for task, claimed, _ in self.worker.running.values()
            if claimed.share.partition(":")[2] == number
        ]
        if under_way:
            await asyncio.wait(under_way, timeout=UNDER_WAY)
        await close(plug)

    # --- listening --------------------------------------------------------------------------
    def listen(self, plug: Plug) -> None:
        """Poll or stream, while this process holds the account's lease."""
        if self.works and plug.listens and plug.tended is None and not plug.kept.paused_at:
            name = f"account:{plug.kept.id}"
            plug.tended = Tended(name, partial(alone, self.desk, name, self.ear(plug)))

    def ear(self, plug: Plug) -> Any:
        async def listen(_: Lease) -> None:
            self.listening.add(plug.kept.id)
            try:
                if plug.channel:
                    await plug.channel.listen()
            finally:
                self.listening.discard(plug.kept.id)

        return listen

    async def stop_listening(self, plug: Plug) -> None:
        tended, plug.tended = plug.tended, None
        if tended:
            with suppress(TimeoutError):
                async with asyncio.timeout(PATIENCE):
                    await tended.stop()

    # --- how they are -----------------------------------------------------------------------
    def trouble(self, which: AccountId) -> str | None:
        """Return why an account does not work at the moment, for people."""
        plug = self.all.get(which)
        if plug is None or plug.kept.paused_at:
            return None
        said: str | None = getattr(plug.channel, "trouble", None)
        listener = plug.tended.trouble if plug.tended else None
        return plug.trouble or said or listener or self.desk.pulse.trouble(which, self.desk.clock())


def sync(unit: Unit, wanted: Sequence[Configured]) -> Mapping[str, AccountId]:
    return unit.accounts.sync(wanted, at=unit.now)


def configured(account: AccountSettings) -> Configured:
    """Return what the store keeps of an account besides its settings."""
    return Configured(
        kind=account.kind,
        name=account.name,
        address=account.address,
        address_kind=account.channel.address_kind or account.kind,
    )


def same(before: Kept, now: Kept) -> bool:
    """Tell whether a change leaves the channel as it is."""
    return (before.kind, before.settings) == (now.kind, now.settings)


def texts(value: Any) -> Iterator[str]:
    """Yield the texts in a secret."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from texts(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from texts(one)


async def close(plug: Plug) -> None:
    with suppress(Exception):
        if plug.channel:
            await plug.channel.close()
    if plug.line:
        plug.line.close()
