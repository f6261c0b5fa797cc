"""The database goes away, or the disk is full: clear refusals, nothing lost, recovery by itself."""

import asyncio
import contextlib
import os
import shutil
import signal
import sqlite3
import subprocess
from collections import Counter

import pytest
from aiohttp import ClientError, ClientSession

from tests.crash.customers import Visitors, record
from tests.crash.running import PATIENCE, RunningDesk
from tests.servers.postgres import running_postgres

RESTARTS = 5


@pytest.mark.timeout(600)
async def test_a_restarted_database_costs_nothing_but_patience(tmp_path):
    with running_postgres({"fsync": "on", "full_page_writes": "on"}) as server:
        server.clone("template1", "desk")
        desk = RunningDesk(tmp_path, server.url("desk"))
        await desk.prepare()
        visitors = Visitors(desk)
        try:
            await desk.start()
            writing = asyncio.create_task(visitors.write(600, pause=0.2))
            for _ in range(RESTARTS):
                await asyncio.sleep(1)
                await asyncio.to_thread(server.stop, signal.SIGQUIT)
                await asyncio.to_thread(server.start)
            await writing
            async with asyncio.timeout(PATIENCE):
                while not await desk.answers("/health/ready"):  # noqa: ASYNC110  # another process
                    await asyncio.sleep(0.1)
            await all_there(desk, visitors)
            assert desk.process
            assert desk.process.returncode is None
        finally:
            await desk.kill()


async def all_there(desk: RunningDesk, visitors: Visitors) -> None:
    """Every acknowledged message stands on the record, once."""
    wanted = Counter(f"This is {name}." for name in visitors.acknowledged)
    async with asyncio.timeout(PATIENCE):
        while Counter(one["text"] for one in await record(desk)) < wanted:  # noqa: ASYNC110
            await asyncio.sleep(0.2)
    assert wanted == Counter(one["text"] for one in await record(desk))


@pytest.fixture
def small_disk(tmp_path):
    """A disk of 16 MB, mounted where the desk keeps everything."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", folder],
        capture_output=True,
        check=False,
    )
    if mounted.returncode:
        assert not os.environ.get("CI"), mounted.stderr
        pytest.skip("a small disk cannot be mounted here")
    yield folder
    subprocess.run(["umount", "-l", folder], check=True)


@pytest.mark.timeout(600)
async def test_a_full_disk_refuses_and_recovers(tmp_path, small_disk, sqlite_template):
    shutil.copy(sqlite_template, small_disk / "desk.db")
    desk = RunningDesk(tmp_path, f"sqlite:///{small_disk}/desk.db")
    await desk.prepare()
    visitors = Visitors(desk)
    ballast = small_disk / "ballast"
    try:
        await desk.start()
        await visitors.write(40, pause=0)
        fill(ballast)
        assert await refused(desk)
        writing = asyncio.create_task(visitors.write(200, pause=0))
        await asyncio.sleep(2)  # they go on asking meanwhile
        ballast.unlink()
        await writing
        await all_there_once(desk, visitors)
    finally:
        await desk.kill()
    with contextlib.closing(sqlite3.connect(small_disk / "desk.db")) as db:
        assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


def fill(ballast) -> None:
    """Write until nothing fits any more."""
    with contextlib.suppress(OSError), ballast.open("wb", buffering=0) as file:
        while True:
            file.write(b"x" * 4096)


async def refused(desk: RunningDesk) -> bool:
    """Write until the desk says that it cannot take any more: never an acknowledgement unkept."""
    async with ClientSession(desk.url) as http:
        async with http.post("/channels/shop/session", json={}) as answer:
            token = (await answer.json())["token"]
        headers = {"Authorization": f"Bearer {token}"}
        for number in range(3000):
            frame = {"type": "message", "client_id": f"ballast-{number:05}", "text": "x" * 5000}
            with contextlib.suppress(ClientError, TimeoutError):
                async with http.post(
                    "/channels/shop/messages", json=[frame], headers=headers
                ) as answer:
                    if not any(one["type"] == "stored" for one in await answer.json()):
                        return True
    return False


async def all_there_once(desk: RunningDesk, visitors: Visitors) -> None:
    wanted = Counter(f"This is {name}." for name in visitors.acknowledged)
    async with asyncio.timeout(PATIENCE):
        while True:
            said = Counter(
                one["text"] for one in await record(desk) if one["text"].startswith("This")
            )
            if said == wanted:
                return
            assert max(said.values()) <= 2
            await asyncio.sleep(0.2)
