"""Run the desk until somebody asks it to stop."""

import asyncio
import signal
from collections.abc import Callable, Coroutine, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any, TypeVar

import structlog
import uvloop

from config import logs
from config.app import House, opened
from config.settings import AccountSettings, Settings

log = structlog.get_logger()
R = TypeVar("R")
SIGNALS = (signal.SIGTERM, signal.SIGINT)


def run(work: Coroutine[Any, Any, R]) -> R:
    """Run *work* on uvloop's event loop, which tells many browsers in half the time."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(work)


async def serve(settings: Settings, accounts: Sequence[AccountSettings] | None = None) -> None:
    """Open the desk of *settings* and keep it open until a signal comes."""
    logs.start(settings.log)
    await until_asked(opened(settings, accounts), told)


def told(house: House) -> None:
    log.info("the desk is open", url=house.url, accounts=len(house.channels))


async def until_asked(
    house: AbstractAsyncContextManager[House], ready: Callable[[House], None]
) -> None:
    """Hold *house* open until SIGTERM or Ctrl-C; a second one does not wait for anything."""
    asked = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in SIGNALS:
        loop.add_signal_handler(number, asked.set)
    async with house as opened_house:
        ready(opened_house)
        await asked.wait()
        for number in SIGNALS:
            loop.remove_signal_handler(number)
        log.info("the desk is closing")
        opened_house.close_the_door()
