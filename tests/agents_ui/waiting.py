"""Waiting for what can be seen; only a hanging test waits for long."""

import asyncio
from collections.abc import Callable

GENEROUS = 60  # seconds


async def until(fits: Callable[[], object]) -> None:
    """Return as soon as *fits* holds."""
    async with asyncio.timeout(GENEROUS):
        while not fits():  # noqa: ASYNC110  # nobody could set an event
            await asyncio.sleep(0.01)
