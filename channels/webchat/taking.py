"""What arrives together is journalled together."""

import asyncio
from itertools import chain

import structlog

from inbox.channel import Line, Raw
from inbox.errors import DeskError

LOG = structlog.get_logger()
BATCH = 256  # hand-overs


class Taker:
    """Gathers what visitors write while the one before is being committed."""

    def __init__(self, line: Line) -> None:
        self.line = line
        self.waiting: list[tuple[tuple[Raw, ...], asyncio.Future[str | None]]] = []
        self.task: asyncio.Task[None] | None = None

    def take(self, *raws: Raw) -> asyncio.Future[str | None]:
        """Journal *raws*; the answer is none once they are on disk, else why they are not."""
        answer: asyncio.Future[str | None] = asyncio.get_running_loop().create_future()
        self.waiting.append((raws, answer))
        if self.task is None:
            self.task = asyncio.create_task(self.run())
        return answer

    async def run(self) -> None:
        try:
            while self.waiting:
                batch, self.waiting = self.waiting[:BATCH], self.waiting[BATCH:]
                reason = await self.store(list(chain.from_iterable(raws for raws, _ in batch)))
                for _, answer in batch:
                    if not answer.done():
                        answer.set_result(reason)
        finally:
            self.task = None

    async def store(self, raws: list[Raw]) -> str | None:
        try:
            await self.line.take(*raws)
        except DeskError as error:
            LOG.warning("webchat.not_stored", account=self.line.account, count=len(raws))
            return str(error)
        except Exception:
            LOG.exception("webchat.not_stored", account=self.line.account, count=len(raws))
            return "This could not be stored; please send it again."
        return None
