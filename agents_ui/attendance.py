"""Who has the desk open, written down for whoever gives out work on whichever process."""

import asyncio
from collections.abc import Callable, Iterable
from datetime import timedelta

import structlog

from inbox.actions import duties
from inbox.desk import Desk
from inbox.errors import DeskError
from inbox.model import AgentId
from inbox.store import Unit

log = structlog.get_logger()

RENEWED = 15.0  # seconds between two times that we say so
LASTS = timedelta(seconds=45)  # for so long it is believed
LOOKED = 5.0  # seconds between two looks whether there are queues
TOGETHER = 0.05  # seconds in which many come at once
RETURNS = 3.0  # seconds in which a page that is loaded anew is back


class RollCall:
    """Says who is here while there are queues; without any, nobody asks."""

    def __init__(self, desk: Desk, here: Callable[[], set[AgentId]]) -> None:
        self.desk = desk
        self.here = here
        self.told: dict[AgentId, float] = {}  #: when we said that somebody is here
        self.wake = asyncio.Event()
        self.routed = False

    def came(self, agent: AgentId) -> None:
        if self.routed and agent not in self.told:
            self.wake.set()

    def left(self, agent: AgentId) -> None:
        """Look in a moment whether an agent is gone for good."""
        if agent in self.told:
            asyncio.get_running_loop().call_later(RETURNS, self.wake.set)

    async def run(self) -> None:
        """Keep the store knowing who is here, until cancelled."""
        while True:
            try:
                await self.look()
            except DeskError:
                pass  # the store is away; we say it when it is back
            except Exception:
                log.exception("who is at the desk could not be written down")
                await asyncio.sleep(LOOKED)
            try:
                async with asyncio.timeout(LOOKED):
                    await self.wake.wait()
                await asyncio.sleep(TOGETHER)
            except TimeoutError:
                pass
            self.wake.clear()

    async def look(self) -> None:
        self.routed = await self.desk.read(routed)
        here = self.here()
        if not self.routed:
            self.told.clear()
            return
        now = asyncio.get_running_loop().time()
        due = [one for one in here if now - self.told.get(one, -RENEWED) >= RENEWED]
        if due:
            await self.desk.write(duties.connect, due, self.desk.clock() + LASTS)
            self.told |= dict.fromkeys(due, now)
        await self.part([one for one in self.told if one not in here])

    async def part(self, gone: Iterable[AgentId]) -> None:
        for agent in gone:
            await self.desk.write(duties.leave, agent)
            del self.told[agent]


def routed(unit: Unit) -> bool:
    return unit.sight.routed()
