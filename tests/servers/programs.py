"""Run `parlour` as people do: a process of its own, with settings in a folder of its own."""

import asyncio
import contextlib
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tests.servers.postgres import die_with_parent

ROOT = Path(__file__).parents[2]
PATIENCE = 90.0  # seconds for a loaded machine
OPEN = "the desk is open"

SETTINGS = """
[desk]
database = "{database}"
files = "{folder}/files"

[web]
port = {port}
shutdown_seconds = 10.0

[log]
format = "json"

{more}
"""


@dataclass
class Program:
    """A desk's settings, and the commands given to it."""

    folder: Path
    settings: Path
    environment: dict[str, str] = field(default_factory=dict)

    async def start(self, *arguments: str) -> asyncio.subprocess.Process:
        """Start a command; its output goes through pipes."""
        return await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "config.commands", "--config", str(self.settings), *arguments),
            cwd=self.folder,
            env=os.environ | {"PYTHONPATH": str(ROOT)} | self.environment,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            preexec_fn=die_with_parent,
        )

    async def run(self, *arguments: str, said: str = "") -> tuple[int, str, str]:
        """Give a command and return its code, its output and its complaints."""
        process = await self.start(*arguments)
        async with asyncio.timeout(PATIENCE):
            out, err = await process.communicate(said.encode())
        return process.returncode or 0, out.decode(), err.decode()

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator["Running"]:
        """Open the desk; close it on leaving, by force if need be."""
        process = await self.start("run")
        running = Running(process)
        try:
            await running.opened()
            yield running
        finally:
            await running.end()


class Running:
    """An open desk."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self.lines: list[str] = []
        self.url = ""
        self.ready = asyncio.Event()
        self.reading = asyncio.create_task(self.read())

    async def read(self) -> None:
        assert self.process.stderr is not None
        async for line in self.process.stderr:
            self.lines.append(line.decode())
            if OPEN in self.lines[-1]:
                self.url = json.loads(line)["url"]
                self.ready.set()

    @property
    def log(self) -> str:
        return "".join(self.lines)

    async def opened(self) -> None:
        """Wait until it says that it is open. Raises when it ends instead."""
        waiting = [asyncio.ensure_future(self.ready.wait()), self.reading]
        await asyncio.wait(waiting, timeout=PATIENCE, return_when=asyncio.FIRST_COMPLETED)
        waiting[0].cancel()
        if not self.ready.is_set():
            raise RuntimeError(f"The desk did not open: {self.log}")

    def signal(self, number: int = signal.SIGTERM) -> None:
        self.process.send_signal(number)

    async def ended(self) -> int:
        """Wait until it has ended by itself, and return its code."""
        async with asyncio.timeout(PATIENCE):
            code = await self.process.wait()
            await self.reading
        return code

    async def end(self) -> None:
        if self.process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                self.process.kill()
        await self.ended()
        transport = self.process._transport  # type: ignore[attr-defined]  # it has no other way
        transport.close()


def program(
    folder: Path,
    *,
    port: int,
    database: str | None = None,
    more: str = "",
    environment: Mapping[str, str] | None = None,
) -> Program:
    """Write settings into *folder*."""
    settings = folder / "parlour.toml"
    where = database or f"sqlite:///{folder}/desk.db"
    settings.write_text(SETTINGS.format(database=where, folder=folder, port=port, more=more))
    return Program(folder, settings, dict(environment or {}))
