"""The demo opens with a lively inbox, and its postbox answers."""

import asyncio

import aiohttp
import pytest

from config import demo
from config.app import opened
from config.demo.scenes import Clock

PATIENCE = 60


@pytest.fixture
async def house(tmp_path):
    settings = demo.demo_settings(tmp_path, host="127.0.0.1", port=0)
    accounts = [demo.on_paper(one, tmp_path) for one in settings.accounts()]
    clock = Clock()
    for _ in range(2):  # it is played once
        await demo.seed(settings, accounts, clock)
    async with opened(settings, accounts, clock=clock, extra=demo.around) as house:
        yield house


@pytest.fixture
async def mira(house):
    """Mira's browser, signed in."""
    jar = aiohttp.CookieJar(unsafe=True)
    async with aiohttp.ClientSession(house.url, cookie_jar=jar) as browser:
        who = {"email": demo.email("mira"), "password": demo.PASSWORD}
        async with browser.post("/api/session", json=who) as answer:
            assert 200 == answer.status
        yield browser


async def listed(browser, name="all"):
    async with browser.get("/api/conversations", params={"list": name, "limit": "50"}) as answer:
        return (await answer.json())["items"]


async def test_the_inbox_is_lively_from_the_start(house, mira):
    everything = await listed(mira)
    async with mira.get("/api/me") as answer:
        counts = (await answer.json())["counts"]

    assert 10 == len(everything)
    assert {"email", "webchat"} == {one["channel"] for one in everything}
    assert 2 == len(await listed(mira, "resolved"))
    assert (1, 1) == (counts["quarantined"], counts["undelivered"])
    assert counts["mine"]
    assert counts["unassigned"]


async def test_a_customer_answers_from_the_postbox(house, mira):
    async with mira.get("/demo/postbox") as answer:
        page = await answer.text()
    assert "Forty morning cups?" in page
    number = max(house.channel("support").folder.glob("*.eml")).name
    form = {"answers": number, "text": "That is <b>kind</b> of you."}
    async with mira.post("/demo/postbox", data=form) as answer:
        assert 200 == answer.status

    async with asyncio.timeout(PATIENCE):
        while "That is <b>kind</b> of you." not in str(await listed(mira)):  # noqa: ASYNC110
            await asyncio.sleep(0.05)
    assert 10 == len(await listed(mira))


async def test_the_shop_carries_the_chat(house, mira):
    async with mira.get("/demo") as answer:
        assert "/widget.js" in await answer.text()
    async with mira.get("/widget/shop") as answer:
        assert "Kiln &amp; Willow" in await answer.text()
