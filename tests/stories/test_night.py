"""A night at the desk: nobody is there but the bot, and in the morning nobody begins anew.

Ana asks in the shop's chat, Marko looks for a parcel there in Croatian, Iva wants a person on
Telegram. The stand-in for Telegram counts what she is told.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import BrowserContext, FrameLocator, Page, expect
from sqlalchemy import func, select

import channels
from config import app, people
from config.settings import DeskSettings, Settings, WebSettings
from inbox.actions import articles
from inbox.desk import utc_now
from inbox.model import ArticleText, Direction, Message
from inbox.store import Unit
from inbox.tables import MessageRow
from routing import setup, setups
from routing.bots.teaching.training import prepared
from tests.servers.telegram import TOKEN, FakeTelegram, fake_telegram
from tests.stories.conftest import PASSWORD, shop, sign_in

PATIENCE = 120.0  # seconds; a slow machine is not a broken one
SHOP = """<!doctype html><html lang="{lang}"><meta charset="utf-8"><title>A shop</title>
<script async src="{desk}/widget.js" data-account="shop"></script><main><h1>A shop</h1></main>"""
SETUP = """
usual = "Chat"
bot = "Owl"

[hours.day]
weekly = { mon-sun = ["08:00-20:00"] }

[queues.Chat]
offering = "pull"
hours = "day"

[bots.Owl]
languages = ["en", "hr"]
turn_seconds = 600

[flows.parcel]
queue = "Chat"
title = { en = "Where is my parcel?", hr = "Gdje je moj paket?" }
done = { en = "We will look where {order} is.", hr = "Potražit ćemo narudžbu {order}." }

[flows.parcel.examples]
en = ["Where is my parcel?", "My order has not arrived", "Track my order", "It has not come yet"]
hr = ["Gdje je moj paket?", "Narudžba nije stigla", "Paket još nije došao", "Prati pošiljku"]

[[flows.parcel.slots]]
name = "order"
kind = "order"
pattern = "[0-9]{4}"
ask = { en = "Which order number is it?", hr = "Koji je broj narudžbe?" }
help = { en = "It has four digits.", hr = "Ima četiri znamenke." }

[[flows.parcel.slots]]
name = "email"
kind = "email"
ask = { en = "Which email address?", hr = "Koja je vaša adresa e-pošte?" }
"""
WASHING = {
    "en": (
        "Dishwasher",
        "Every glaze of ours bears the dishwasher, on the gentle programme.",
        ("Can it go into the dishwasher?", "Is it dishwasher safe?", "How do I wash it?"),
    ),
    "hr": (
        "Perilica",
        "Sve naše glazure podnose perilicu, na blagom programu.",
        ("Smije li u perilicu?", "Može li se prati u perilici?", "Kako se pere?"),
    ),
}
PAYING = {
    "en": (
        "Paying",
        "We take cards and bank transfers.",
        ("How can I pay?", "Do you take cards?", "Can I pay by transfer?"),
    ),
    "hr": (
        "Plaćanje",
        "Primamo kartice i uplate na račun.",
        ("Kako mogu platiti?", "Primate li kartice?", "Mogu li platiti uplatnicom?"),
    ),
}


class Clock:
    """The desk's clock, which somebody set to eleven at night, and sets to the morning."""

    def __init__(self) -> None:
        now = utc_now()
        tonight = now.replace(hour=23, minute=0, second=0, microsecond=0)
        self.ahead = (tonight - now) % timedelta(days=1)

    def __call__(self) -> Any:
        return utc_now() + self.ahead

    def morning(self) -> None:
        self.ahead += timedelta(hours=10)


class Night:
    """The desk, the shop, and Telegram."""

    def __init__(self, house: app.House, telegram: FakeTelegram, clock: Clock, shop: str) -> None:
        self.house, self.telegram, self.clock, self.shop = house, telegram, clock, shop
        self.url = f"http://127.0.0.1:{house.address[1]}"

    async def iva_writes(self, number: int, text: str) -> None:
        who = {"id": 4711, "is_bot": False, "first_name": "Iva", "language_code": "hr"}
        message = {"message_id": number, "from": who, "date": 1772441940, "text": text}
        message["chat"] = {"id": 4711, "type": "private", "first_name": "Iva"}
        self.telegram.tell({"update_id": number, "message": message})

    async def iva_was_told(self, count: int) -> list[str]:
        """Wait for so many messages to her, and return all."""
        async with asyncio.timeout(PATIENCE):
            while len(self.telegram.sent) < count:  # noqa: ASYNC110  # the ledger tells nobody
                await asyncio.sleep(0.05)
        return [one["text"] for one in self.telegram.sent]

    async def until(self, holds: Callable[[Unit], Any]) -> None:
        async with asyncio.timeout(PATIENCE):
            while not await self.house.desk.read(holds):  # noqa: ASYNC110  # a store tells nobody
                await asyncio.sleep(0.05)


@pytest.fixture
async def night(built: Path, tmp_path: Path) -> AsyncIterator[Night]:
    clock = Clock()
    async with fake_telegram() as telegram, shop(SHOP) as (site, origin):
        settings = Settings(
            desk=DeskSettings(
                database=f"sqlite:///{tmp_path}/desk.db", files=str(tmp_path / "files")
            ),
            web=WebSettings(port=0, shutdown_seconds=5.0),
            account={
                "shop": {"kind": "webchat", "title": "A shop", "origins": [origin]},
                "bot": {"kind": "telegram", "token": TOKEN, "api_url": telegram.url},
            },
        )
        async with app.opened(settings, clock=clock) as house:
            await people.add(house.desk, "grace@desk.example", "Grace Hopper", "admin", PASSWORD)
            await house.desk.write(furnish)
            found = Night(house, telegram, clock, origin)
            site["desk"] = found.url
            await found.until(taught)
            yield found


def furnish(unit: Unit) -> None:
    """Write down what the bot knows, and when somebody is there."""
    for texts in (WASHING, PAYING):
        told = tuple(
            ArticleText(language=language, title=title, body=body, examples=examples)
            for language, (title, body, examples) in texts.items()
        )
        articles.create(unit, articles.Wanted(texts=told), by=None)
    change = setups.Change(setup=setup.parse(SETUP))
    setups.save(unit, change, channels.kinds(), by=None)


def taught(unit: Unit) -> bool:
    newest = unit.brains.newest()
    return newest is not None and newest.digest == prepared(unit).digest


# --- what people do -------------------------------------------------------------------------
Open = Callable[..., Awaitable[BrowserContext]]


async def visit(night: Night, open_context: Open, lang: str) -> FrameLocator:
    """Open the shop and its chat."""
    page = await (await open_context(locale=lang)).new_page()
    await page.goto(f"{night.shop}/?lang={lang}")
    await page.locator("parlour-chat button").click()
    return page.frame_locator("parlour-chat iframe")


async def chat(widget: FrameLocator, text: str, answer: str) -> None:
    """Write, and wait for what the bot says."""
    await widget.locator("#text").fill(text)
    await widget.locator("#text").press("Enter")
    await expect(widget.get_by_role("log")).to_contain_text(answer)


async def open_from(page: Page, text: str) -> None:
    """Open the conversation whose row says *text*."""
    await page.get_by_role("option").filter(has_text=text).first.click()
    await page.locator("body[data-ready='conversation']").wait_for(state="attached")


# --- the story ------------------------------------------------------------------------------
async def test_a_night_at_the_desk(night: Night, open_context: Open):
    # Ana asks something that stands in an article, and is helped.
    ana = await visit(night, open_context, "en")
    await chat(ana, "Is the teapot dishwasher safe?", "bears the dishwasher")

    # Marko's parcel has not come: the bot asks what the morning will need to know.
    marko = await visit(night, open_context, "hr")
    await chat(marko, "Moj paket još nije došao!", "Koji je broj narudžbe?")
    await chat(marko, "ne znam točno", "Ima četiri znamenke.")
    await chat(marko, "Evo ga: 4703", "Koja je vaša adresa e-pošte?")
    await chat(marko, "marko@kupci.example", "4703")
    await chat(marko, "Da, točno", "Potražit ćemo narudžbu 4703.")

    # Iva wants a person. Nobody is there, so she is told when; and then the bot is silent.
    await night.iva_writes(1, "Želim razgovarati s osobom")
    [notice] = await night.iva_was_told(1)
    assert "08:00" in notice or "8:00" in notice
    await night.iva_writes(2, "Halo? Radi se o računu za tvrtku.")
    await night.until(lambda unit: newest(unit).text.startswith("Halo"))

    # The morning: the page shows whom a person has to answer, and what was said.
    night.clock.morning()
    grace = await (await open_context()).new_page()
    await sign_in(grace, night.url, "/inbox/unassigned")
    await expect(grace.get_by_role("option")).to_have_count(2)
    await open_from(grace, "račun")
    summary = grace.locator("[data-handed-over]")
    await expect(summary).to_contain_text("The customer wants a person.")
    await expect(summary).to_contain_text("Želim razgovarati s osobom")
    await open_from(grace, "Moj paket još nije došao!")
    await expect(summary).to_contain_text("4703")
    await expect(summary).to_contain_text("marko@kupci.example")
    await expect(summary).to_contain_text("Moj paket još nije došao!")

    # She answers Iva; from then on the bot says nothing, whatever is asked.
    await open_from(grace, "račun")
    await grace.locator(".modes").get_by_text("Reply").click()
    await grace.locator(".composer .field").fill("Dobro jutro, Iva! Šaljem račun na tvrtku.")
    await grace.get_by_role("button", name="Send", exact=True).click()
    await night.iva_was_told(2)
    await night.iva_writes(3, "Hvala! A smije li čajnik u perilicu?")
    await expect(grace.locator(".message.in").last).to_contain_text("perilicu")
    talk = (await night.house.desk.read(newest)).conversation_id
    session = await night.house.desk.read(lambda unit: unit.sessions.get(talk))
    assert not session.state.speaks
    assert 2 == len(night.telegram.sent)
    assert [] == night.telegram.breaches

    # Ana needs nobody.
    await grace.goto(f"{night.url}/inbox/pending")
    await expect(grace.get_by_role("option")).to_have_count(1)
    await expect(grace.get_by_role("listbox")).to_contain_text("dishwasher")


def newest(unit: Unit) -> Message:
    """Return what a customer said last."""
    found = select(func.max(MessageRow.id)).where(MessageRow.direction == Direction.IN)
    return unit.messages.get(unit.connection.execute(found).scalar_one())
