"""Clients that send or read a byte now and then: the desk stays there for everybody else."""

import asyncio
import os
import re
import shutil

import pytest

from tests.crash.running import RunningDesk

MODES = {"headers": "-H", "body": "-B", "read": "-X"}
INSTALLED = shutil.which("slowhttptest") is not None


@pytest.mark.skipif(
    not INSTALLED and not os.environ.get("CI"), reason="slowhttptest is not installed"
)
@pytest.mark.parametrize("mode", MODES)
async def test_slow_clients_do_not_keep_others_out(tmp_path, sqlite_template, mode):
    shutil.copy(sqlite_template, tmp_path / "desk.db")
    desk = RunningDesk(tmp_path, f"sqlite:///{tmp_path}/desk.db")
    await desk.prepare()
    try:
        await desk.start()
        attack = await asyncio.create_subprocess_exec(
            *("slowhttptest", MODES[mode], "-c", "1500", "-r", "300", "-l", "15", "-i", "5"),
            *("-p", "5", "-u", f"{desk.url}/sign-in"),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        answered = 0
        told = asyncio.create_task(attack.communicate())
        while not told.done():
            answered += await desk.answers()
            await asyncio.sleep(0.5)
        output = (await told)[0].decode(errors="replace")
        assert answered >= 10, output[-2000:]
        plain = re.sub(r"\x1b\[[\d;]*[A-Za-z]", "", output)
        verdicts = re.findall(r"service available:\s*(YES|NO)", plain)
        assert verdicts, output[-2000:]
        assert "NO" not in verdicts
    finally:
        await desk.kill()
