"""A real mail server, and channels that read from it for as long as a test lasts."""

import asyncio
import contextlib
import os
import uuid
from collections.abc import AsyncIterator, Iterator

import pytest

from channels.email.channel import Email
from channels.email.settings import Imap, Security, Server, Settings, Smtp
from tests.channels.email.wire.line import MemoryLine
from tests.servers import dovecot as dovecot_server
from tests.servers.dovecot import PASSWORD, Dovecot


@pytest.fixture(scope="session")
def mailserver() -> Iterator[Dovecot]:
    """A Dovecot for all tests that leave it running."""
    needed()
    with dovecot_server.running_dovecot() as server:
        yield server


@pytest.fixture
def own_mailserver() -> Iterator[Dovecot]:
    """A Dovecot that a test may kill."""
    needed()
    with dovecot_server.running_dovecot() as server:
        yield server


def needed() -> None:
    if not dovecot_server.installed():
        if os.environ.get("CI"):
            pytest.fail("Dovecot is not installed.")
        pytest.skip("Dovecot is not installed: scripts/test installs it.")


@pytest.fixture
def user() -> str:
    """Somebody whose mailbox nobody else uses."""
    return f"u{uuid.uuid4().hex[:12]}"


@pytest.fixture
def line() -> MemoryLine:
    return MemoryLine()


def mailbox(server: Dovecot, user: str, port: int | None = None, **changed) -> Settings:
    """Return the settings of an account that reads a user's mailbox."""
    outer = {name: changed.pop(name) for name in list(changed) if name in OUTER}
    imap = {
        "host": "localhost",
        "port": port or server.port,
        "security": Security.NONE,
        "user": user,
        "password": PASSWORD,
        "timeout": 30.0,
    }
    return Settings(
        address=f"{user}@desk.test",
        imap=Imap(**imap | changed),
        smtp=Smtp(host="localhost", security=Security.NONE),
        **{"ca_file": str(server.authority.file)} | outer,
    )


OUTER = set(Settings.__struct_fields__) - set(Server.__struct_fields__)


@contextlib.asynccontextmanager
async def listening(settings: Settings, line: MemoryLine) -> AsyncIterator[Email]:
    """Read a mailbox while the test does something else."""
    channel = Email(settings, line)
    task = asyncio.create_task(channel.listen())
    try:
        yield channel
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await channel.close()
