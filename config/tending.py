"""Keep what must go on going on: begin again after a crash, a little later each time."""

import asyncio
import random
from collections.abc import Awaitable, Callable

import structlog

FIRST, MOST = 1.0, 60.0  # seconds until the next beginning
STEADY = 300.0  # seconds of good work after which earlier crashes are forgotten

log = structlog.get_logger()


class Tended:
    """Something that runs until it is cancelled, whatever it raises."""

    def __init__(
        self, name: str, work: Callable[[], Awaitable[None]], *, first: float = FIRST
    ) -> None:
        self.name = name
        self.work = work
        self.first = first
        self.crashes = 0
        self.trouble: str | None = None  #: why it does not run at the moment, for people
        self.task = asyncio.create_task(self.go_on(), name=name)

    async def go_on(self) -> None:
        while True:
            began = asyncio.get_running_loop().time()
            try:
                await self.work()
            except Exception as error:
                self.trouble = f"It stopped ({type(error).__name__}) and will be begun again."
                log.exception("something stopped and will be begun again", what=self.name)
            else:
                return  # it had nothing to do
            if asyncio.get_running_loop().time() - began > STEADY:
                self.crashes = 0
            await asyncio.sleep(pause(self.crashes, self.first))
            self.crashes += 1
            self.trouble = None

    async def stop(self) -> None:
        """Cancel it and wait until it has come to its end."""
        self.task.cancel()
        await asyncio.wait([self.task])


def pause(crashes: int, first: float = FIRST) -> float:
    """Return the seconds until the next attempt, spread so that not all come at once."""
    longest = min(MOST, first * 2.0 ** min(crashes, 16))
    return longest * random.uniform(0.5, 1.0)  # noqa: S311  # nobody gains by guessing it


async def stopped(*tended: Tended) -> None:
    """Stop many at once."""
    await asyncio.gather(*(one.stop() for one in tended))
