"""The demo opens with a lively inbox, and its postbox answers."""

import asyncio
import shutil

import aiohttp
import msgspec
import pytest
from sqlalchemy import select

from channels.webchat.payloads import Wrote
from config import demo
from config.app import opened
from config.demo.scenes import Clock
from inbox.channel import Raw
from inbox.desk import utc_now
from inbox.model import Direction
from inbox.tables import ConversationRow, MessageRow

PATIENCE = 60


@pytest.fixture(scope="module")
def played(tmp_path_factory):
    """Everything that happened before a visitor of the demo comes in."""
    folder = tmp_path_factory.mktemp("demo")
    asyncio.run(play(folder))
    return folder


async def play(folder):
    settings, accounts = told(folder)
    for _ in range(2):  # it is played once
        await demo.seed(settings, accounts, Clock())


def told(folder):
    settings = demo.demo_settings(folder, host="127.0.0.1", port=0)
    return settings, [demo.on_paper(one, folder) for one in settings.accounts()]


@pytest.fixture
async def house(played, tmp_path):
    shutil.copytree(played, tmp_path, dirs_exist_ok=True)
    settings, accounts = told(tmp_path)
    async with opened(settings, accounts, clock=Clock(), extra=demo.around) as house:
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


async def test_the_bot_answers_in_the_chat(house, mira):
    await write(house, "How long does delivery take?")

    assert "parcel" in await answered(house)


async def test_the_bot_fills_a_form_in_the_customers_language(house, mira):
    await write(house, "Gdje je moj paket?")
    first = await answered(house)
    await write(house, "Moj broj je 4703", 1)

    assert "broj narudžbe" in first
    assert "e-pošte" in await answered(house, 2)


async def write(house, text, number=0):
    """Have a visitor of the shop write in its chat, once the bot is awake."""
    async with asyncio.timeout(PATIENCE):
        while house.mind.held is None:  # noqa: ASYNC110  # nobody else has to know
            await asyncio.sleep(0.05)
    wrote = Wrote(thread="t" * 32, client_id=f"visitor-{number:08d}", at=utc_now(), text=text)
    await house.channel("shop").line.take(Raw(payload=msgspec.json.encode(wrote)))


async def answered(house, count=1):
    """Return the newest of so many answers, once it was sent."""
    async with asyncio.timeout(PATIENCE):
        while len(said := await house.desk.read(answers)) < count:  # noqa: ASYNC110
            await asyncio.sleep(0.05)
    return said[-1]


def answers(unit):
    found = (
        select(MessageRow.text)
        .join(ConversationRow, ConversationRow.id == MessageRow.conversation_id)
        .where(ConversationRow.thread == "t" * 32, MessageRow.direction == Direction.OUT)
        .order_by(MessageRow.id)
    )
    return unit.connection.scalars(found).all()
