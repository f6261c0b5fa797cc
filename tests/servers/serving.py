"""A web application on a port of this machine, for as long as it is needed."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web


@asynccontextmanager
async def serving(app: web.Application, **how: Any) -> AsyncIterator[str]:
    """Serve *app* on a port that the kernel chooses, and yield its address."""
    runner = web.AppRunner(app, **{"shutdown_timeout": 1, **how})
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()
