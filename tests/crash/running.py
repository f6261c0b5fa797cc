"""A desk in a process of its own, which can be killed at any moment, and asked from outside."""

import asyncio
import contextlib
import os
import signal
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import msgspec
from aiohttp import ClientError, ClientSession, ClientTimeout

from agents_ui.keys import new_token
from config.settings import load
from config.store import open_desk
from inbox.actions import agent
from inbox.model import Role
from tests.servers.dovecot import PASSWORD, free_ports

PATIENCE = 120.0  # seconds that a loaded machine may take over anything
PARLOUR = "from config.commands import main; main()"  # also where it is not installed
CONFIG = """
[desk]
database = "{database}"
files = "{files}"
public_url = "http://127.0.0.1:{port}"
inward_look_ups = true

[web]
port = {port}
connections_per_address = 5000

[log]
format = "json"
level = "warning"

[account.shop]
kind = "webchat"
visitor_messages = 100000
address_messages = 1000000
"""
# ruff: noqa: E501  # a TOML table may stand on one line
MAILBOX = """
[account.support]
kind = "email"
address = "support@desk.test"
imap = {{ host = "127.0.0.1", port = {imap}, security = "none", password = "{password}", idle_seconds = 2 }}
smtp = {{ host = "127.0.0.1", port = {smtp}, security = "none", password = "{password}", timeout = 10 }}
"""


class RunningDesk:
    """`parlour run`, its port, and an administrator's API token."""

    def __init__(
        self,
        folder: Path,
        database: str,
        *,
        imap: int = 0,
        smtp: int = 0,
        accounts: str = "",
        files: Path | None = None,  # where several processes keep them together
    ) -> None:
        self.folder = folder
        (self.port,) = free_ports(1)
        self.url = f"http://127.0.0.1:{self.port}"
        self.config = folder / "parlour.toml"
        mailbox = MAILBOX.format(imap=imap, smtp=smtp, password=PASSWORD) if imap else ""
        files = files or folder / "files"
        text = CONFIG.format(database=database, files=files, port=self.port)
        self.config.write_text(text + mailbox + accounts)
        self.process: asyncio.subprocess.Process | None = None
        self.token = ""

    async def prepare(self) -> None:
        """Make the tables and an administrator."""
        desk = open_desk(load(self.config, {}))
        who = await desk.write(
            agent.create, name="Ada", email="ada@desk.test", password_hash="", role=Role.ADMIN
        )
        _, self.token = await desk.write(new_token, who, "tests")
        desk.close()

    async def start(self, *before: str) -> None:
        """Return once it answers; *before* it goes what it shall run under."""
        command = [*before, sys.executable, "-c", PARLOUR, "--config"]
        with (self.folder / "desk.log").open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                *command, str(self.config), "run", stdout=log, stderr=log, start_new_session=True
            )
        async with asyncio.timeout(PATIENCE):
            while not await self.answers():
                assert self.process.returncode is None, self.log
                await asyncio.sleep(0.05)

    @property
    def log(self) -> str:
        path = self.folder / "desk.log"
        return path.read_text(errors="replace")[-5000:] if path.exists() else ""

    async def answers(self, path: str = "/health/live") -> bool:
        with contextlib.suppress(ClientError, TimeoutError, OSError):
            async with (
                ClientSession(timeout=ClientTimeout(total=5)) as http,
                http.get(self.url + path) as answer,
            ):
                return answer.status == 200
        return False

    async def kill(self) -> None:
        """End it and what it started without warning, as a power cut does."""
        if self.process and self.process.returncode is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            await self.process.wait()

    async def stop(self) -> int:
        """Ask it to close, and return its exit code."""
        assert self.process
        if self.process.returncode is None:
            self.process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(PATIENCE):
            return await self.process.wait()

    def memory(self) -> int:
        """Return the bytes that it and its children hold."""
        assert self.process
        return resident(self.process.pid)

    @contextlib.asynccontextmanager
    async def client(self) -> AsyncIterator[ClientSession]:
        """Return an HTTP client that acts as the administrator."""
        headers = {"Authorization": f"Bearer {self.token}"}
        async with ClientSession(
            self.url, headers=headers, timeout=ClientTimeout(total=20)
        ) as http:
            yield http


def resident(process: int) -> int:
    try:
        pages = int(Path(f"/proc/{process}/statm").read_text().split()[1])
        told = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE") + sum(resident(int(child)) for child in told)


async def persistently(http: ClientSession, method: str, path: str, **named: Any) -> Any:
    """Ask until there is an answer that is final, as a client with patience does.

    The same request goes out again after every broken line and every 5xx.
    """
    deadline = time.monotonic() + PATIENCE
    while True:
        with contextlib.suppress(ClientError, TimeoutError, OSError):
            async with http.request(method, path, **named) as answer:
                body = await answer.read()
                if answer.status < 500 and answer.status != 429:
                    assert answer.status < 300, (path, answer.status, body)
                    return msgspec.json.decode(body) if body else None
        assert time.monotonic() < deadline, f"{path} was never answered."
        await asyncio.sleep(0.1)


async def pages(http: ClientSession, path: str, way: str = "after") -> AsyncIterator[Any]:
    """Go through all items of a list, forwards or ``before`` what was shown."""
    further = ""
    joint = "&" if "?" in path else "?"
    while True:
        page = await persistently(http, "GET", f"{path}{joint}limit=200{further}")
        for item in page["items"]:
            yield item
        if page["next"] is None:
            return
        further = f"&{way}={page['next']}"
