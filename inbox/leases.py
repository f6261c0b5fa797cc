"""Do something that only one process may do, such as polling a mailbox."""

import asyncio
import contextlib
import os
import secrets
import socket
from collections.abc import Awaitable, Callable
from datetime import timedelta

import structlog

from inbox.desk import Desk
from inbox.errors import Conflict, Unavailable
from inbox.store import Unit

LEASE = timedelta(seconds=30)  # whoever dies holds it for this long
ROUND = 10.0  #: seconds between two tries to get, or to keep, a lease

log = structlog.get_logger()


class Lease:
    """The right to do *name*, for as long as it is kept."""

    def __init__(self, desk: Desk, name: str, lasting: timedelta = LEASE) -> None:
        self.desk = desk
        self.name = name
        self.lasting = lasting
        self.by = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"
        self.fence = 0  #: grows with every holder; a sleeper's is out of date

    async def take(self) -> bool:
        """Try to become the holder."""
        fence = await self.desk.write(take, self.name, self.by, self.lasting)
        self.fence = fence or 0
        return fence is not None

    async def keep(self) -> bool:
        """Stay the holder; False when another may have become it."""
        return await self.desk.write(keep, self.name, self.by, self.lasting)

    async def give_up(self) -> None:
        """Let the next one in at once."""
        await self.desk.write(give_up, self.name, self.by)

    def check(self, unit: Unit) -> None:
        """Refuse the transaction of a holder that overslept. Raises `Conflict`."""
        if not unit.leases.is_current(self.name, self.fence):
            raise Conflict("Another process does this now.")


async def alone(
    desk: Desk,
    name: str,
    work: Callable[[Lease], Awaitable[None]],
    *,
    every: float = ROUND,
    lasting: timedelta = LEASE,
) -> None:
    """Run *work* whenever this process holds the lease *name*, until cancelled.

    Work that ends is begun again; work whose lease was lost is cancelled first. What it
    raises goes through.
    """
    lease = Lease(desk, name, lasting)
    while True:
        with contextlib.suppress(Unavailable):
            if await lease.take():
                log.info("lease_taken", lease=name, fence=lease.fence)
                await hold(lease, work, every)
        await asyncio.sleep(every)


async def hold(lease: Lease, work: Callable[[Lease], Awaitable[None]], every: float) -> None:
    """Run *work* while the lease can be kept."""
    task = asyncio.ensure_future(work(lease))
    try:
        while not task.done():
            await asyncio.wait([task], timeout=every)
            if not task.done() and not await kept(lease):
                log.warning("lease_lost", lease=lease.name)
                return
        task.result()
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        with contextlib.suppress(Unavailable):
            await lease.give_up()


async def kept(lease: Lease) -> bool:
    """Tell whether we are still the holder; a store that is away tells nobody otherwise."""
    try:
        return await lease.keep()
    except Unavailable:
        return False


def take(unit: Unit, name: str, by: str, lasting: timedelta) -> int | None:
    return unit.leases.take(name, by=by, now=unit.now, until=unit.now + lasting)


def keep(unit: Unit, name: str, by: str, lasting: timedelta) -> bool:
    return unit.leases.renew(name, by=by, now=unit.now, until=unit.now + lasting)


def give_up(unit: Unit, name: str, by: str) -> None:
    unit.leases.give_up(name, by=by, now=unit.now)
