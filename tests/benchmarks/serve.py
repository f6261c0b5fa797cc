"""Serve the API on a database: ``python -m tests.benchmarks.serve FILE FOLDER``.

Prints the port and an administrator's API token, and ends when its input does.
"""

# ruff: noqa: T201  # what it prints is its purpose

import asyncio
import sys
from pathlib import Path

from aiohttp import web

import agents_ui
from agents_ui.keys import new_token
from agents_ui.site import Site
from config.app import be_prompt
from config.running import run
from inbox.actions import agent
from inbox.blobs import DiskBlobs
from inbox.database import connect
from inbox.desk import Desk, LocalBus, utc_now
from inbox.errors import Conflict
from inbox.model import Role
from inbox.signing import Signer


async def serve(path: Path, folder: Path) -> None:
    database = connect(f"sqlite:///{path}")
    desk = Desk(database, DiskBlobs(folder), Signer([b"k" * 32], clock=utc_now), LocalBus())
    try:
        who = await desk.write(
            agent.create, name="Bench", email="bench@x.example", password_hash="", role=Role.ADMIN
        )
    except Conflict:
        known = await desk.read(lambda unit: unit.agents.all())
        who = next(one.id for one in known if one.email == "bench@x.example")
    _, token = await desk.write(new_token, who, "bench")
    app = agents_ui.build(desk, Site(public_url="http://127.0.0.1"))
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    be_prompt()
    print(runner.addresses[0][1], token, flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    await runner.cleanup()
    desk.close()


if __name__ == "__main__":
    run(serve(Path(sys.argv[1]), Path(sys.argv[2])))
