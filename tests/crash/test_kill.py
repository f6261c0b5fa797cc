"""kill -9 at random moments, while people write: nothing is lost, nothing is doubled."""

import asyncio
import os
import random
from collections import Counter
from collections.abc import Iterator

import pytest

from tests.crash.customers import Agent, Visitors, record, send_mails
from tests.crash.running import PATIENCE, RunningDesk, persistently
from tests.servers.dovecot import Dovecot, running_dovecot
from tests.servers.smtp import MailServer, mail_server

KILLS = 10
WEB, MAILS, REPLIES = 1000, 1000, 200  #: the last for each channel
SETTLED = {"sent", "delivered", "read", "unknown", "failed"}


@pytest.fixture
def mailbox() -> Iterator[Dovecot]:
    with running_dovecot() as server:
        server.maildir("support@desk.test")
        yield server


@pytest.mark.timeout(500)
async def test_ten_kills_lose_nothing_and_double_nothing(tmp_path, database_url, mailbox):
    seed = int(os.environ.get("PARLOUR_SEED", random.randrange(10**6)))
    print(f"PARLOUR_SEED={seed} repeats this run")  # noqa: T201  # shown when it fails
    async with mail_server(sign_in=True) as outgoing:
        desk = RunningDesk(tmp_path, database_url, imap=mailbox.port, smtp=outgoing.port)
        await desk.prepare()
        visitors, agent = Visitors(desk), Agent(desk)
        try:
            await desk.start()
            busy = asyncio.gather(
                visitors.write(WEB, pause=0.25),
                send_mails(mailbox, MAILS, pause=0.01),
                agent.answer("webchat", REPLIES, pause=0.05),
                agent.answer("email", REPLIES, pause=0.05),
            )
            await kill_often(desk, random.Random(seed))
            await busy
            await quiet(desk)
            await judge(desk, visitors, agent, outgoing)
            assert await desk.stop() == 0
        finally:
            await desk.kill()


async def kill_often(desk: RunningDesk, chance: random.Random) -> None:
    for _ in range(KILLS):
        await asyncio.sleep(chance.uniform(0.2, 2.0))
        await desk.kill()
        await desk.start()


async def quiet(desk: RunningDesk) -> None:
    """Wait until the mailbox is read, the journal understood and the outbox empty."""
    async with desk.client() as http, asyncio.timeout(PATIENCE):
        while True:
            ledger = await persistently(http, "GET", "/api/ledger")
            messages = sum(one["message"] for one in ledger["items"])
            waiting = sum(one["received"] for one in ledger["items"])
            if waiting == 0 and messages >= WEB + MAILS:
                said = [one for one in await record(desk) if one["direction"] == "out"]
                if all(one["delivery"] in SETTLED for one in said):
                    return
            await asyncio.sleep(0.5)


async def judge(desk: RunningDesk, visitors: Visitors, agent: Agent, outgoing: MailServer) -> None:
    said = await record(desk)
    heard = Counter(one["text"].strip() for one in said if one["direction"] == "in")
    wanted = [f"This is {name}." for name in visitors.acknowledged]
    wanted += [f"This is mail-{number:04}." for number in range(MAILS)]
    assert dict.fromkeys(wanted, 1) == dict(heard)

    replies = {one["client_id"]: one for one in said if one["direction"] == "out"}
    assert set(agent.taken) == set(replies)
    assert len(replies) == sum(one["direction"] == "out" for one in said)

    went_out = Counter(name for taken in outgoing.taken for name in named(taken.content))
    assert max(went_out.values()) == 1, "An answer was silently sent twice."
    for name, reply in replies.items():
        if reply["channel"] == "email" and reply["delivery"] != "unknown":
            assert went_out[name] == 1, reply
    assert went_out.keys() <= replies.keys()

    async with desk.client() as http:
        for one in (await persistently(http, "GET", "/api/ledger"))["items"]:
            assert one["received"] == one["quarantined"] == 0, one


def named(mail: bytes) -> list[str]:
    """Return which of the agent's replies a mail carries; quoted ones do not count."""
    lines = mail.decode("latin-1").replace("=\r\n", "").splitlines()
    return [line[8:-1] for line in lines if line.startswith("This is reply-")]
