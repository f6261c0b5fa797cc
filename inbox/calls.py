"""What the event loop asks of the threads that talk with the database."""

import asyncio
import contextlib
from collections.abc import Callable, Iterable
from typing import Any

import structlog

from inbox.errors import Unavailable
from inbox.notices import Notice
from inbox.store import Unit

log = structlog.get_logger()


class Call:
    """One action or question, and who waits for its outcome."""

    __slots__ = ("action", "args", "error", "future", "loop", "named", "result")

    def __init__(
        self, action: Callable[..., Any], args: tuple[Any, ...], named: dict[str, Any]
    ) -> None:
        self.action = action
        self.args = args
        self.named = named
        self.loop = asyncio.get_running_loop()
        self.future: asyncio.Future[Any] = self.loop.create_future()
        self.result: Any = None
        self.error: Exception | None = Unavailable()  # until it is known better

    def run(self, unit: Unit) -> None:
        """Run it in *unit*; what it raises goes through."""
        self.result = self.action(unit, *self.args, **self.named)

    def settle(self) -> None:
        """Hand the outcome over, on the event loop; whoever was cancelled does not want it."""
        if self.future.done():
            return
        if self.error:
            self.future.set_exception(self.error)
        else:
            self.future.set_result(self.result)


def answer(
    calls: Iterable[Call], notices: list[Notice], publish: Callable[[list[Notice]], None]
) -> None:
    """Settle *calls* and publish their *notices*, in one visit to each event loop."""
    loops: dict[asyncio.AbstractEventLoop, list[Call]] = {}
    for call in calls:
        loops.setdefault(call.loop, []).append(call)
    for loop, theirs in loops.items():
        with contextlib.suppress(RuntimeError):  # that loop has ended, and nobody waits
            loop.call_soon_threadsafe(tell, theirs, notices, publish)
            notices = []


def tell(
    calls: Iterable[Call], notices: list[Notice], publish: Callable[[list[Notice]], None]
) -> None:
    for call in calls:
        call.settle()
    if notices:
        try:
            publish(notices)
        except Exception:  # who only listens must not stop those who write
            log.exception("listener_failed")
