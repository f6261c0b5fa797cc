"""Start a stage in a process of its own and talk with it."""

import asyncio
import contextlib
import json
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any


class Actor:
    """A process on the stage: its port, its token, and `do`."""

    def __init__(self, process: asyncio.subprocess.Process, port: int, token: str) -> None:
        self.process, self.port, self.token = process, port, token

    async def do(self, *words: object) -> Any:
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write((" ".join(map(str, words)) + "\n").encode())
        line = await self.process.stdout.readline()
        assert line, "The stage fell silent; its errors stand above."
        return json.loads(line)


@contextlib.asynccontextmanager
async def on_stage(kind: str, url: str, folder: Path) -> AsyncIterator[Actor]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.benchmarks.stage", kind, url, str(folder)),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        limit=2**26,
    )
    assert process.stdin
    assert process.stdout
    try:
        port, token = (await process.stdout.readline()).split()
        yield Actor(process, int(port), token.decode())
    finally:
        process.stdin.close()  # which ends it; Python 3.11's communicate() would not
        await process.communicate()
