"""kill -9 twenty times while customers of every channel write, call and are answered."""

import asyncio
import os
import random
import shutil
from collections import Counter
from collections.abc import Iterator

import pytest
from aiohttp import ClientSession

from tests.crash.customers import Agent, Visitors, record
from tests.crash.providers import PEOPLE, Providers, open_providers
from tests.crash.running import PATIENCE, RunningDesk, pages, persistently
from tests.servers.dovecot import Dovecot, running_dovecot

KILLS = 20
CHATS = 400
WRITTEN = ("email", "webchat", "sms", "whatsapp", "telegram", "slack", "webhook")
Talks = dict[str, list[int]]  #: ids of conversations, by channel
SETTLED = {"sent", "delivered", "read", "unknown", "failed"}
SURE = SETTLED - {"unknown", "failed"}
ASKED = ("slack",)  #: whose provider gives up telling, so that it has to be asked


@pytest.fixture
def mailbox() -> Iterator[Dovecot]:
    with running_dovecot() as server:
        server.maildir("support@desk.test")
        yield server


@pytest.mark.timeout(600)
async def test_twenty_kills_lose_nothing_and_double_nothing_on_any_channel(
    tmp_path, sqlite_template, mailbox
):
    shutil.copy(sqlite_template, tmp_path / "desk.db")
    seed = int(os.environ.get("PARLOUR_SEED", random.randrange(10**6)))
    print(f"PARLOUR_SEED={seed} repeats this run")  # noqa: T201  # shown when it fails
    async with open_providers(mailbox) as providers:
        desk = RunningDesk(
            tmp_path,
            f"sqlite:///{tmp_path}/desk.db",
            imap=mailbox.port,
            smtp=providers.outgoing.port,
            accounts=providers.accounts(),
        )
        await desk.prepare()
        visitors, agent, over = Visitors(desk), Agent(desk), asyncio.Event()
        try:
            await desk.start()
            busy = asyncio.gather(
                visitors.write(CHATS, pause=2),
                providers.busy(desk, over),
                answer(agent, over),
            )
            await kill_often(desk, random.Random(seed))
            over.set()
            await busy
            await settle(desk, visitors, providers)
            await judge(desk, visitors, agent, providers)
            assert await desk.stop() == 0
        finally:
            await desk.kill()


async def kill_often(desk: RunningDesk, chance: random.Random) -> None:
    for _ in range(KILLS):
        await asyncio.sleep(chance.uniform(0.1, 1.0))
        await desk.kill()
        await desk.start()


async def answer(agent: Agent, over: asyncio.Event) -> None:
    """Answer somebody of each channel in turn; and several when nothing is killed any more."""
    async with agent.desk.client() as http:
        while not over.is_set():
            await answer_each(agent, await talks_by_channel(agent, http), 1)
        async with asyncio.timeout(PATIENCE):
            while not is_heard(  # noqa: ASYNC110  # a patient person
                talks := await talks_by_channel(agent, http)
            ):
                await asyncio.sleep(0.5)
        await answer_each(agent, talks, PEOPLE)


async def talks_by_channel(agent: Agent, http: ClientSession) -> Talks:
    """Return the conversations of each written channel, in an order of chance."""
    found: Talks = {kind: [] for kind in WRITTEN}
    async for talk in pages(http, "/api/conversations?list=all"):
        if talk["channel"] in found:
            found[talk["channel"]].append(talk["id"])
    for talks in found.values():
        random.Random(len(agent.taken)).shuffle(talks)
    return found


def is_heard(talks: Talks) -> bool:
    """Tell whether enough people were heard on every channel; a mailbox takes its time."""
    return all(len(some) >= PEOPLE for some in talks.values())


async def answer_each(agent: Agent, talks: Talks, number: int) -> None:
    async with agent.desk.client() as http:
        for some in talks.values():
            for talk in some[:number]:
                await agent.reply(http, talk, f"reply-{len(agent.taken):06}")


async def settle(desk: RunningDesk, visitors: Visitors, providers: Providers) -> None:
    """Wait until everything is here, understood and answered."""
    wanted = len(visitors.acknowledged) + len(providers.told) + len(providers.callers)
    async with desk.client() as http, asyncio.timeout(2 * PATIENCE):
        accounts = (await persistently(http, "GET", "/api/accounts"))["items"]
        for account in accounts:
            if account["kind"] in ASKED:
                path = f"/api/accounts/{account['id']}/reconcile"
                await persistently(http, "POST", path, json={})
        while True:
            waiting = sum(one["received"] for one in await ledgers(http))
            said = await record(desk)
            heard = [one for one in said if one["direction"] == "in"]
            ours = [one for one in said if one["direction"] == "out"]
            if not waiting and len(heard) >= wanted and is_settled(ours):
                return
            await asyncio.sleep(0.5)


def is_settled(ours: list[dict[str, str]]) -> bool:
    return all(one["delivery"] in SETTLED for one in ours)


async def ledgers(http: ClientSession) -> list[dict[str, int]]:
    found: list[dict[str, int]] = (await persistently(http, "GET", "/api/ledger"))["items"]
    return found


async def judge(desk: RunningDesk, visitors: Visitors, agent: Agent, providers: Providers) -> None:
    """Compare what every stand-in knows with what stands on the record."""
    said = await record(desk)
    heard = [one for one in said if one["direction"] == "in"]
    calls = Counter(one["sender"] for one in heard if one["channel"] == "voice")
    texts = Counter(one["text"].strip() for one in heard if one["channel"] != "voice")
    told = [*providers.told, *(f"This is {name}." for name in visitors.acknowledged)]
    assert dict.fromkeys(told, 1) == dict(texts)
    assert dict.fromkeys(providers.callers, 1) == dict(calls)

    ours = {one["client_id"]: one for one in said if one["direction"] == "out"}
    assert set(agent.taken) == set(ours)
    assert len(ours) == sum(one["direction"] == "out" for one in said)
    for kind, carried in providers.carried().items():
        replies = {one["text"]: one for one in ours.values() if one["channel"] == kind}
        sure = {text for text, one in replies.items() if one["delivery"] in SURE}
        assert len(sure) >= PEOPLE, f"{kind}: hardly anything was answered"
        assert max(carried.values()) == 1, f"{kind}: silently sent twice"
        assert sure <= set(carried) <= set(replies), kind

    async with desk.client() as http:
        for one in await ledgers(http):
            assert one["received"] == one["quarantined"] == 0, one
