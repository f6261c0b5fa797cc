"""Five thousand mails wait when the desk opens for the first time."""

import asyncio

import pytest

from tests.crash.customers import mail
from tests.crash.running import PATIENCE, RunningDesk, persistently
from tests.servers.dovecot import running_dovecot

WAITING = 5_000


@pytest.mark.timeout(600)
async def test_five_thousand_waiting_mails_come_in_with_little_memory(tmp_path, sqlite_template):
    (tmp_path / "desk.db").write_bytes(sqlite_template.read_bytes())
    with running_dovecot() as mailbox:
        mails = [mail(number) for number in range(WAITING)]
        await asyncio.to_thread(mailbox.deliver, "support@desk.test", *mails)
        desk = RunningDesk(tmp_path, f"sqlite:///{tmp_path}/desk.db", imap=mailbox.port, smtp=1)
        await desk.prepare()
        most = 0
        try:
            await desk.start()
            async with desk.client() as http, asyncio.timeout(3 * PATIENCE):
                while (done := await stored(http)) < WAITING:
                    most = max(most, desk.memory())
                    await asyncio.sleep(0.2)
        finally:
            await desk.kill()

        assert done == WAITING
        assert most < 300 * 2**20


async def stored(http) -> int:
    ledger = await persistently(http, "GET", "/api/ledger")
    return sum(one["message"] for one in ledger["items"])
