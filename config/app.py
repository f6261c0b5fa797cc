"""Compose the desk. Read this file to see how everything fits together.

The store (config/store.py) comes first. Around it run, in this order: the channel accounts,
the intake that understands what they hand over, the worker that does what was promised, the
listeners that poll providers, and the pages and API that people see. It is taken apart in
the opposite order: nothing new is let in, what was begun is finished.
"""

import asyncio
import gc
import sys
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as installed
from typing import Any

from aiohttp import web

import agents_ui
from agents_ui import widget_pages
from agents_ui.edge import Limits, networks
from agents_ui.edge import opened as listening
from agents_ui.site import Site
from config.proxies import behind
from config.settings import AccountSettings, Settings
from config.store import Clock, alone_with, open_desk
from config.tending import Tended, stopped
from inbox.actions.deliver import deliver
from inbox.actions.discard import discard
from inbox.actions.follow_up import follow_up
from inbox.actions.outcome import given_up
from inbox.actions.tidy import plan_tidying, tidy
from inbox.channel import Channel
from inbox.desk import Desk, utc_now
from inbox.intake import Intake
from inbox.jobs import Deliver, Discard, FollowUp, Job, Route, Tidy
from inbox.leases import Lease, alone
from inbox.model import AccountId
from inbox.store import Unit
from inbox.store.accounts import Configured
from inbox.worker import Handler, Worker
from routing.router import route

SETTLED = timedelta(minutes=10)  # after its start a desk has better things to do than tidying


@dataclass(kw_only=True)
class House:
    """A desk and everything that runs around it."""

    settings: Settings
    desk: Desk
    intake: Intake
    worker: Worker
    channels: dict[AccountId, Channel[Any]] = field(default_factory=dict)
    names: dict[str, AccountId] = field(default_factory=dict)
    tended: dict[str, Tended] = field(default_factory=dict)
    app: web.Application = field(default_factory=web.Application)
    address: tuple[str, int] = ("", 0)  #: where it listens

    @property
    def url(self) -> str:
        """Where it can be reached on this machine, whatever the public address is."""
        host, port = self.address
        return f"http://{f'[{host}]' if ':' in host else host}:{port}"

    def channel(self, name: str) -> Channel[Any]:
        return self.channels[self.names[name]]

    def trouble(self, account: AccountId) -> str | None:
        """Return why an account does not work at the moment, for people."""
        said = getattr(self.channels.get(account), "trouble", None)
        listener = self.tended.get(f"account:{account}")
        return said or (listener.trouble if listener else None)

    def close_the_door(self) -> None:
        """Tell who asks that we are not ready any more; work goes on for now."""
        self.app[agents_ui.FRONT].live.closing = True


def handlers(channels: Mapping[AccountId, Channel[Any]]) -> Mapping[type[Job], Handler]:
    """Say who does which work."""
    return {
        Deliver: partial(deliver, channels=channels),
        Route: route,
        FollowUp: partial(follow_up, channels=channels),
        Discard: partial(discard, channels=channels),
        Tidy: tidy,
    }


@asynccontextmanager
async def opened(
    settings: Settings,
    accounts: Sequence[AccountSettings] | None = None,
    *,
    clock: Clock = utc_now,
    extra: Callable[[House], Iterable[web.RouteDef]] = lambda _: (),
    working: bool = True,
) -> AsyncIterator[House]:
    """Open the whole desk and yield it; on leaving, finish what was begun and close it.

    Without *working* nothing runs by itself and nobody is let in: for those who play it.
    """
    async with AsyncExitStack() as leaving:
        desk = open_desk(settings, clock=clock)
        desk.public_url = settings.public_url
        leaving.callback(desk.close)
        leaving.enter_context(alone_with(desk.database))
        channels: dict[AccountId, Channel[Any]] = {}
        house = House(
            settings=settings,
            desk=desk,
            channels=channels,
            intake=Intake(desk, channels),
            worker=Worker(desk, handlers(channels), given_up={Deliver: given_up}),
        )
        await add_channels(house, settings.accounts() if accounts is None else accounts)
        leaving.push_async_callback(close_channels, house)
        if not working:
            yield house
            return
        house.app = application(house, extra(house))
        await desk.write(plan_tidying)
        await desk.write(plan_tidying, SETTLED)
        start(house, {"intake": house.intake.run, "worker": house.worker.run})
        leaving.push_async_callback(stop, house, ["worker", "intake"])
        start(house, listeners(house))
        leaving.push_async_callback(stop, house, list(listeners(house)))
        house.address = await leaving.enter_async_context(
            listening(
                house.app,
                host=settings.web.host,
                port=settings.web.port,
                limits=limits(settings),
                patience=settings.web.shutdown_seconds,
            )
        )
        leaving.callback(house.close_the_door)
        be_prompt()
        yield house


def be_prompt() -> None:
    """Keep Python itself from making anybody wait.

    What is there now stays, so the collector need not look at it again, nor after every few
    rows; and the event loop gets its turn a millisecond after it asks, whatever the threads
    that talk with the database do.
    """
    gc.freeze()
    gc.set_threshold(10_000, 20, 50)
    sys.setswitchinterval(0.001)


async def add_channels(house: House, accounts: Sequence[AccountSettings]) -> None:
    """Give every configured account its row in the store, and its channel."""
    wanted = [Configured(kind=one.kind, name=one.name, address=one.address) for one in accounts]
    house.names.update(await house.desk.write(sync_accounts, wanted))
    for account in accounts:
        number = house.names[account.name]
        line = house.intake.line(number)
        line.name = account.name
        house.channels[number] = account.channel(account.settings, line)


def sync_accounts(unit: Unit, wanted: Sequence[Configured]) -> Mapping[str, AccountId]:
    return unit.accounts.sync(wanted, at=unit.now)


async def close_channels(house: House) -> None:
    for channel in house.channels.values():
        with suppress(Exception):
            await channel.close()


# --- what runs ------------------------------------------------------------------------------
def listeners(house: House) -> dict[str, Callable[[], Any]]:
    """Return what polls or streams, each only while this process holds its lease."""
    return {
        f"account:{number}": partial(alone, house.desk, f"account:{number}", ear(channel))
        for number, channel in house.channels.items()
        if type(channel).listen is not Channel.listen
    }


def ear(channel: Channel[Any]) -> Callable[[Lease], Any]:
    async def listen(_: Lease) -> None:
        await channel.listen()

    return listen


def start(house: House, works: Mapping[str, Callable[[], Any]]) -> None:
    """Run each until it is stopped, beginning again whatever it raises."""
    for name, work in works.items():
        house.tended[name] = Tended(name, work)


async def stop(house: House, names: Sequence[str]) -> None:
    """Let each finish what it has begun, but not for ever."""
    with suppress(TimeoutError):
        async with asyncio.timeout(house.settings.web.shutdown_seconds):
            await stopped(*(house.tended[name] for name in names))


# --- what people see ------------------------------------------------------------------------
def application(house: House, extra: Iterable[web.RouteDef]) -> web.Application:
    """Return the pages, the API, the widget and what the channels answer."""
    settings = house.settings
    proxies = networks(settings.web.proxies)
    app = agents_ui.build(
        house.desk,
        Site(
            public_url=settings.public_url,
            channels=house.channels,
            session_hours=settings.web.session_hours,
            largest_upload=settings.web.largest_upload,
            proxies=proxies,
            metrics_token=settings.web.metrics_token or None,
            version=version(),
            trouble=house.trouble,
        ),
    )
    if proxies:
        app.middlewares.append(behind(proxies))
    named: dict[str, Any] = {name: house.channel(name) for name in house.names}
    widgets = {name: channel for name, channel in named.items() if hasattr(channel, "front")}
    app.add_routes(widget_pages.routes(widgets))
    for name, channel in named.items():
        if routes := list(channel.routes()):
            mounted = web.Application()
            mounted.add_routes(routes)
            app.add_subapp(f"/channels/{name}", mounted)
    app.add_routes(extra)
    return app


def limits(settings: Settings) -> Limits:
    """Return what a connection may take."""
    return Limits(
        header=settings.web.header_seconds,
        body=settings.web.body_seconds,
        total=settings.web.connections,
        per_address=settings.web.connections_per_address,
        trusted=networks(settings.web.proxies),
    )


def version() -> str:
    """Return the version that is installed."""
    try:
        return installed("parlour")
    except PackageNotFoundError:
        return "0"
