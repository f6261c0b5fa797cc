"""The whole job: a chat and a mail come in, one inbox answers both, nothing is lost.

A shop on another origin carries the widget, a real Dovecot holds the mailbox, an SMTP server
takes the answers, and customers and agent sit before real browsers.
"""

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import BrowserContext, FrameLocator, Page, expect

from config import app, people
from config.demo.postbox import answer
from config.settings import DeskSettings, Settings, WebSettings
from inbox.desk import utc_now
from tests.servers.dovecot import PASSWORD as MAILBOX_PASSWORD
from tests.servers.dovecot import Dovecot, running_dovecot
from tests.servers.smtp import MailServer, mail_server
from tests.stories.conftest import PASSWORD, shop, sign_in

SHOP = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Kiln &amp; Willow</title>
<meta name="viewport" content="width=device-width">
<style>body{{font:18px/1.6 Georgia,serif;margin:0;background:#f6f1e7;color:#3b342c}}
header{{padding:1.2rem 3rem;background:#e4dbc9}}main{{padding:2rem 3rem;max-width:34rem}}</style>
<script async src="{desk}/widget.js" data-account="shop"></script>
<header>Kiln &amp; Willow</header>
<main><h1>Willow teapot</h1><p>Thrown by hand, glazed in willow green, holds four cups.</p>
<p>€68, ready to send.</p></main>"""
MAILBOX = "support"
ADDRESS = "support@desk.example"
PATIENCE = 120.0  # seconds; a slow machine is not a broken one


class Clock:
    """The desk's clock, which somebody may set forward."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def __call__(self) -> Any:
        return utc_now() + self.ahead


class World:
    """Everything outside the desk: the shop, the mailbox, the post, and the hands of the clock."""

    def __init__(self, house: app.House, dovecot: Dovecot, post: MailServer, clock: Clock) -> None:
        self.house = house
        self.dovecot = dovecot
        self.post = post
        self.clock = clock
        self.desk = f"http://127.0.0.1:{house.address[1]}"
        self.shop = ""

    async def write(self, mail: bytes) -> None:
        """Let a mail arrive in the mailbox."""
        await asyncio.to_thread(self.dovecot.deliver, MAILBOX, mail)

    async def sent(self, number: int) -> EmailMessage:
        """Wait until that many mails have left, and return the last of them."""
        async with asyncio.timeout(PATIENCE):
            while len(self.post.taken) < number:  # noqa: ASYNC110  # the ledger tells nobody
                await asyncio.sleep(0.05)
        assert number == len(self.post.taken)
        return message_from_bytes(self.post.taken[-1].content, policy=policy.default)


@pytest.fixture
def dovecot(tmp_path: Path) -> Any:
    with running_dovecot() as server:
        server.maildir(MAILBOX)
        yield server


@pytest.fixture
async def world(built: Path, dovecot: Dovecot, tmp_path: Path) -> AsyncIterator[World]:
    clock = Clock()
    async with mail_server() as post, shop(SHOP) as (site, origin):
        settings = Settings(
            desk=DeskSettings(
                database=f"sqlite:///{tmp_path}/desk.db", files=str(tmp_path / "files")
            ),
            web=WebSettings(port=0, shutdown_seconds=5.0),
            account={
                "shop": {
                    "kind": "webchat",
                    "title": "Kiln & Willow",
                    "reply_time": "We usually answer within the hour.",
                    "origins": [origin],
                },
                "support": {
                    "kind": "email",
                    "address": ADDRESS,
                    "name": "Kiln & Willow",
                    "ca_file": str(dovecot.authority.file),
                    "imap": {
                        "host": "localhost",
                        "port": dovecot.tls_port,
                        "user": MAILBOX,
                        "password": MAILBOX_PASSWORD,
                        "idle_seconds": 2.0,
                    },
                    "smtp": {"host": "127.0.0.1", "port": post.port, "security": "none"},
                },
            },
        )
        async with app.opened(settings, clock=clock) as house:
            await people.add(house.desk, "grace@desk.example", "Grace Hopper", "admin", PASSWORD)
            world = World(house, dovecot, post, clock)
            world.shop = origin
            site["desk"] = world.desk
            yield world


# --- what people do -------------------------------------------------------------------------
Open = Callable[..., Awaitable[BrowserContext]]


async def visit(world: World, context: BrowserContext) -> tuple[Page, FrameLocator]:
    """Open the shop and its chat."""
    page = await context.new_page()
    await page.goto(world.shop)
    await page.locator("parlour-chat button").click()
    return page, page.frame_locator("parlour-chat iframe")


async def chat(widget: FrameLocator, text: str) -> None:
    await widget.get_by_label("Write a message").fill(text)
    await widget.get_by_role("button", name="Send").click()


async def open_from(page: Page, who: str) -> None:
    """Open somebody's conversation from the list."""
    await page.get_by_role("option").filter(has_text=who).first.click()
    await expect(page.locator("#thread-title")).to_contain_text(who)


async def reply(page: Page, text: str, *, note: bool = False) -> None:
    """Write what the composer is for, and send it."""
    await page.locator(".modes").get_by_text("Internal note" if note else "Reply").click()
    await page.locator(".composer .field").fill(text)
    await page.get_by_role("button", name="Add note" if note else "Send", exact=True).click()
    said = page.locator(".message.note" if note else ".message.out").filter(has_text=text)
    await expect(said).to_be_visible()


async def picture(page: Page, name: str) -> None:
    """Keep what the page shows for the README, if somebody wants pictures."""
    if folder := os.environ.get("PARLOUR_PICTURES"):
        await page.screenshot(path=Path(folder) / f"{name}.png", animations="disabled")


def mail(text: str) -> bytes:
    """Write Tom's first mail, with a picture of his own order."""
    said = EmailMessage()
    said["From"], said["To"] = "Tom Okafor <tom@old-mill.example>", ADDRESS
    said["Cc"] = "Lea <lea@old-mill.example>"
    said["Subject"] = "Forty morning cups?"
    said["Message-ID"] = "<first@old-mill.example>"
    said.set_content(text)
    said.add_attachment(b"cups;40\n", maintype="text", subtype="csv", filename="order.csv")
    return said.as_bytes()


# --- the story ------------------------------------------------------------------------------
async def test_a_chat_and_a_mail_are_answered_from_one_inbox(world: World, open_context: Open):
    agent = await (await open_context()).new_page()
    await sign_in(agent, world.desk, "/inbox/unassigned")
    await agent.evaluate("window.neverReloaded = true")

    # A visitor writes in the shop's chat, another customer writes a mail: both appear.
    visitor = await open_context()
    shop_page, widget = await visit(world, visitor)
    await chat(widget, "Hello! Is the willow teapot safe in the dishwasher?")
    await widget.get_by_label("Your email address").fill("ana@customers.example")
    await widget.get_by_role("button", name="Save").click()
    await world.write(mail("Could you make forty cups in moss by April?\n\nTom"))
    await expect(agent.get_by_role("option")).to_have_count(2)
    await expect(agent.get_by_role("listbox")).to_contain_text("willow teapot")
    await expect(agent.get_by_role("listbox")).to_contain_text("Tom Okafor")

    # The mail is answered by mail, to everybody who was on it.
    await open_from(agent, "Tom Okafor")
    await expect(agent.locator(".message.in .text")).to_contain_text("forty cups in moss")
    await expect(agent.locator(".file-name")).to_have_text("order.csv")
    await reply(agent, "Gladly, Tom. They take four weeks. Shall we begin on Monday?")
    answered = await world.sent(1)
    assert "<first@old-mill.example>" == answered["In-Reply-To"]
    assert "tom@old-mill.example" in answered["To"]
    assert "lea@old-mill.example" in answered["Cc"]
    assert ["tom@old-mill.example", "lea@old-mill.example"] == world.post.taken[0].recipients
    assert "four weeks" in answered.get_body(("plain",)).get_content()
    await expect(agent.locator("[data-delivery=sent]")).to_be_visible()

    # His answer, our mail quoted below it, comes back into the same conversation, folded.
    await world.write(answer(answered, {"text": "Monday is perfect, thank you!"}))
    back = agent.locator(".message.in").nth(1)
    await expect(back.locator(".text")).to_have_text("Monday is perfect, thank you!")
    await back.get_by_role("button", name="Earlier mail").click()
    await expect(back.locator("pre")).to_contain_text("> Gladly, Tom.")
    await reply(agent, "Kiln is booked for the second week of March.", note=True)

    # The chat is answered in the chat.
    await open_from(agent, await visitor_name(agent))
    await reply(agent, "Yes, on the gentle programme. Many wash it by hand, though.")
    await expect(widget.get_by_role("log")).to_contain_text("on the gentle programme")
    await expect(agent.locator(".message.out[data-delivery=read]")).to_be_visible()
    await picture(shop_page, "widget")

    # The visitor leaves; what is said then follows by mail, and so does the answer to that.
    await visitor.close()
    await the_chat_goes_on_by_mail(world, agent)

    # Nobody reloaded anything, the note went nowhere, and the record has it all.
    assert await agent.evaluate("window.neverReloaded")
    assert all("booked" not in taken.content.decode() for taken in world.post.taken)
    await expect(agent.get_by_role("option")).to_have_count(2)
    ledger = await world.house.desk.read(lambda unit: unit.journal.ledger())
    assert 4 == sum(count for (_, state), count in ledger.items() if state == "message")
    await pictures(open_context, world)


async def the_chat_goes_on_by_mail(world: World, agent: Page) -> None:
    await reply(agent, "And it comes with a spare lid this week.")
    unseen = agent.locator(".message.out").filter(has_text="spare lid")
    await expect(unseen).to_have_attribute("data-delivery", "sent")
    world.clock.ahead += timedelta(minutes=15)
    follow_up = await world.sent(2)
    assert "ana@customers.example" in follow_up["To"]
    assert "spare lid" in follow_up.get_body(("plain",)).get_content()
    assert "second week of March" not in str(follow_up)

    await world.write(answer(follow_up, {"text": "Lovely, I will take it."}))
    await expect(agent.locator(".message.in .text").last).to_have_text("Lovely, I will take it.")


async def visitor_name(agent: Page) -> str:
    """Return what the desk calls the visitor who never said their name."""
    row = agent.get_by_role("option").filter(has_text="willow teapot").locator(".row-name")
    return (await row.inner_text()).strip()


async def pictures(open_context: Open, world: World) -> None:
    """Take the README's pictures on a busier day: wide, in the dark, and on a telephone."""
    if "PARLOUR_PICTURES" not in os.environ:
        return
    for number, (who, subject, text) in enumerate(OTHERS):
        await world.write(letter(number, who, subject, text))
    for name, wishes in {
        "inbox": {},
        "inbox-dark": {"color_scheme": "dark"},
        "inbox-narrow": {"viewport": {"width": 390, "height": 780}},
    }.items():
        page = await (await open_context(**wishes)).new_page()
        await sign_in(page, world.desk, "/inbox/unassigned")
        await expect(page.get_by_role("option")).to_have_count(2 + len(OTHERS))
        if name != "inbox-narrow":
            await open_from(page, "Tom Okafor")
            await expect(page.locator(".message.note")).to_be_visible()
            await page.evaluate("document.fonts.ready")
        await picture(page, name)


OTHERS = (
    ("Henrik Møller", "Tekande uden låg", "Tekanden er smuk, men der var intet låg i pakken."),
    ("Agnieszka Wójcik", "Faktura za zamówienie 4698", "Proszę o fakturę na firmę."),
    ("Дмитрий Соколов", "Посудомоечная машина", "Можно ли мыть ваши тарелки в машине?"),
    ("Marie Lefèvre", "Bol fêlé à l'arrivée", "Le bol est arrivé ce matin avec une fêlure."),
    ("Luka Horvat", "Dostava u Hrvatsku", "Šaljete li i u Hrvatsku?"),
)


def letter(number: int, who: str, subject: str, text: str) -> bytes:
    said = EmailMessage()
    said["From"], said["To"] = f"{who} <writer{number}@customers.example>", ADDRESS
    said["Subject"], said["Message-ID"] = subject, f"<{number}@customers.example>"
    said.set_content(text)
    return said.as_bytes()
