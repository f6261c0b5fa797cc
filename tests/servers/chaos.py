"""A proxy between a client and a server that does to the line what lines do."""

import asyncio
import contextlib
from collections.abc import AsyncIterator


class Chaos:
    """Passes everything on, until told otherwise."""

    def __init__(self, upstream: int) -> None:
        self.upstream = upstream
        self.port = 0
        self.connections = 0  #: how many there have been
        self.delay = 0.0  #: seconds before each piece goes on
        self.refusing = False
        self.cut_after: int | None = None  #: bytes towards the server after which the line breaks
        self.open = asyncio.Event()  #: cleared, everything is swallowed into a hole
        self.open.set()
        self.writers: set[asyncio.StreamWriter] = set()
        self.tasks: set[asyncio.Task[None]] = set()

    def reset(self) -> None:
        """Break every line at once, as a restarting router does."""
        for writer in self.writers:
            writer.transport.abort()

    async def meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        task = asyncio.current_task()
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)
        if self.refusing:
            writer.transport.abort()
            return
        upstream = await asyncio.open_connection("127.0.0.1", self.upstream)
        ends = {writer, upstream[1]}
        self.writers |= ends
        try:
            await asyncio.gather(
                self.pump(reader, upstream[1], counted=True),
                self.pump(upstream[0], writer, counted=False),
            )
        finally:
            self.writers -= ends
            for end in ends:
                end.transport.abort()

    async def pump(self, reader, writer, *, counted: bool) -> None:
        passed = 0
        with contextlib.suppress(OSError):
            while piece := await reader.read(2**16):
                await self.open.wait()
                await asyncio.sleep(self.delay)
                passed += len(piece) if counted else 0
                if self.cut_after is not None and passed > self.cut_after:
                    self.reset()
                    return
                writer.write(piece)
                await writer.drain()
        writer.close()


@contextlib.asynccontextmanager
async def chaos(upstream: int) -> AsyncIterator[Chaos]:
    """Stand between a client and the server on the port *upstream*."""
    proxy = Chaos(upstream)
    server = await asyncio.start_server(proxy.meet, "127.0.0.1", 0)
    proxy.port = server.sockets[0].getsockname()[1]
    try:
        yield proxy
    finally:
        server.close()
        proxy.open.set()
        proxy.reset()
        await asyncio.gather(*proxy.tasks, return_exceptions=True)
