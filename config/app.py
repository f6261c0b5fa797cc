"""Compose the desk. Read this file to see how everything fits together.

The store (config/store.py) comes first. Around it run, in this order: the channel accounts
(config/accounts/), the intake that understands what they hand over, the worker that does what
was promised, the dispatcher that says who answers, the watch that looks after the accounts, the
listeners that poll providers, and the pages and API that people see. It is taken apart in the
opposite order: nothing new is let in, what was begun is finished.
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

from aiohttp import TCPConnector, web

import agents_ui
from agents_ui import widget_pages
from agents_ui.edge import Limits, networks
from agents_ui.edge import opened as listening
from agents_ui.site import Site
from channels.wire.guard import guarded
from config import models, secrets
from config.accounts.doors import Doors
from config.accounts.plugs import Plugs
from config.accounts.switchboard import Switchboard
from config.accounts.watching import Watch
from config.mirror import Following
from config.proxies import behind
from config.settings import AccountSettings, Settings
from config.store import Clock, alone_with, open_desk
from config.tending import Tended, stopped
from inbox.actions import amend, fetch, outcome, rating
from inbox.actions.ascertain import ascertain
from inbox.actions.deliver import deliver
from inbox.actions.discard import discard
from inbox.actions.follow_up import follow_up
from inbox.actions.tidy import plan_tidying, tidy
from inbox.channel import Channel
from inbox.desk import Desk, utc_now
from inbox.intake import Intake
from inbox.jobs import (
    Amend,
    Ascertain,
    AskRating,
    CallBack,
    Converse,
    Deliver,
    Discard,
    ExpireSuggestion,
    Fetch,
    FollowUp,
    Job,
    Route,
    Teach,
    ThankForRating,
    Tidy,
    TrainBrain,
    WatchBot,
)
from inbox.model import AccountId
from inbox.worker import GivenUp, Handler, Worker
from routing.bots.forms.lookups import LookUps
from routing.bots.knowledge.library import Library
from routing.bots.mind import Mind
from routing.bots.teaching.proposing import plan_teaching, teach
from routing.bots.teaching.training import train_brain
from routing.bots.turns.converse import converse, expire_suggestion, watch_bot
from routing.bots.writing.writer import LanguageModel
from routing.callbacks import call_back
from routing.dispatch import Dispatcher
from routing.follow import Follower
from routing.router import route

SETTLED = timedelta(minutes=10)  # after its start a desk has better things to do than tidying
SOON = 1.0  #: seconds after it opened the bot gets ready; whoever waited for the desk goes first


@dataclass(kw_only=True)
class House:
    """A desk and everything that runs around it."""

    settings: Settings
    desk: Desk
    intake: Intake
    worker: Worker
    plugs: Plugs
    switchboard: Switchboard
    watch: Watch
    mind: Mind
    library: Library
    look_ups: LookUps
    writer: LanguageModel | None = None
    tended: dict[str, Tended] = field(default_factory=dict)
    app: web.Application = field(default_factory=web.Application)
    address: tuple[str, int] = ("", 0)  #: where it listens

    @property
    def url(self) -> str:
        """Where it can be reached on this machine, whatever the public address is."""
        host, port = self.address
        return f"http://{f'[{host}]' if ':' in host else host}:{port}"

    @property
    def channels(self) -> Mapping[AccountId, Channel[Any]]:
        return self.plugs.channels

    @property
    def names(self) -> Mapping[str, AccountId]:
        return self.plugs.names

    def channel(self, name: str) -> Channel[Any]:
        return self.channels[self.names[name]]

    def close_the_door(self) -> None:
        """Tell who asks that we are not ready any more; work goes on for now."""
        self.app[agents_ui.FRONT].live.closing = True


def handlers(
    channels: Mapping[AccountId, Channel[Any]],
    mind: Mind,
    writer: LanguageModel | None = None,
    look_ups: LookUps | None = None,
    library: Library | None = None,
) -> Mapping[type[Job], Handler]:
    """Say who does which work."""
    return {
        Deliver: partial(deliver, channels=channels),
        Ascertain: partial(ascertain, channels=channels),
        Amend: partial(amend.amend, channels=channels),
        Fetch: partial(fetch.fetch, channels=channels),
        Route: route,
        Converse: partial(
            converse,
            mind=mind,
            channels=channels,
            writer=writer,
            look_up=look_ups.ask if look_ups else None,
            library=library,
        ),
        WatchBot: partial(watch_bot, channels=channels),
        ExpireSuggestion: partial(expire_suggestion, channels=channels),
        FollowUp: partial(follow_up, channels=channels),
        CallBack: partial(call_back, channels=channels),
        AskRating: partial(rating.ask_rating, channels=channels),
        ThankForRating: partial(rating.thank_for_rating, channels=channels),
        Discard: partial(discard, channels=channels),
        TrainBrain: partial(train_brain, mind=mind),
        Teach: teach,
        Tidy: tidy,
    }


def given_up() -> Mapping[type[Job], GivenUp]:
    """Say what becomes of what was tried too often."""
    return {Deliver: outcome.given_up, Amend: amend.given_up, Fetch: fetch.given_up}


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
        leaving.callback(desk.close)
        leaving.enter_context(alone_with(desk.database))
        secrets.prepare(settings, desk.database)
        house = gathered(settings, desk)
        if house.writer:
            leaving.push_async_callback(house.writer.close)
        leaving.push_async_callback(house.look_ups.close)
        await house.plugs.open(settings.accounts() if accounts is None else accounts)
        leaving.push_async_callback(house.plugs.close)
        leaving.push_async_callback(house.watch.close)
        if not working:
            yield house
            return
        house.app = application(house, extra(house))
        await desk.write(plan_tidying)
        await desk.write(plan_tidying, SETTLED)
        await desk.write(plan_teaching, SETTLED)
        mirrors = Following(desk, house.channels)
        works = {
            "intake": house.intake.run,
            "worker": house.worker.run,
            "mirrors": mirrors.run,
            "dispatcher": Dispatcher(desk).run,
            "follower": Follower(desk).run,
        }
        start(house, works)
        leaving.push_async_callback(stop, house, list(works))
        start(house, {"watch": house.watch.run})
        leaving.push_async_callback(stop, house, ["watch"])
        house.plugs.work()
        leaving.push_async_callback(house.plugs.rest)
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
        start(house, {"mind": partial(house.mind.run, SOON)})
        leaving.push_async_callback(stop, house, ["mind"])
        be_prompt()
        yield house


def gathered(settings: Settings, desk: Desk) -> House:
    """Return the house with everybody in it who works there, before anything runs."""
    channels: dict[AccountId, Channel[Any]] = {}
    intake = Intake(desk, channels)
    writer = models.writer(settings.language_model)
    reaching = TCPConnector if settings.desk.inward_look_ups else guarded
    look_ups = LookUps(desk.signer, desk.clock, reaching)
    mind, library = Mind(desk), Library(desk)
    working = handlers(channels, mind, writer, look_ups, library)
    worker = Worker(desk, working, given_up=given_up())
    plugs = Plugs(desk, intake, worker, channels)
    return House(
        settings=settings,
        desk=desk,
        intake=intake,
        worker=worker,
        plugs=plugs,
        switchboard=Switchboard(plugs),
        watch=Watch(plugs),
        mind=mind,
        library=library,
        look_ups=look_ups,
        writer=writer,
    )


def be_prompt() -> None:
    """Keep Python itself from making anybody wait.

    What is there now stays, so the collector need not look at it again, nor after every few
    rows; and the event loop gets its turn a millisecond after it asks, whatever the threads
    that talk with the database do.
    """
    gc.freeze()
    gc.set_threshold(10_000, 20, 50)
    sys.setswitchinterval(0.001)


# --- what runs ------------------------------------------------------------------------------
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
            trouble=house.plugs.trouble,
            switchboard=house.switchboard,
            widgets=house.plugs.widgets,
            mind=house.mind,
            library=house.library,
            writer=house.writer,
            look_ups=house.look_ups,
        ),
    )
    if proxies:
        app.middlewares.append(behind(proxies))
    app.add_routes(widget_pages.routes(house.plugs.widgets))
    app.router.register_resource(Doors(house.plugs.doors))
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
