"""A customer chats from a shop on another origin than the desk, in a real browser."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from playwright.async_api import Page, expect

from agents_ui.demo import Shop
from channels.webchat import Settings as ChatSettings
from channels.webchat import WebChat
from config import app
from config.settings import AccountSettings, DeskSettings, Settings, WebSettings
from inbox.actions import agent as agents
from inbox.actions import articles
from inbox.actions.articles import Wanted
from inbox.actions.conversation import mark_read
from inbox.actions.reply import reply
from inbox.model import ArticleText, Direction
from inbox.notices import Typing

SECRET = "only the shop and the desk know this"
MEGABYTE = 1024 * 1024
AXE = Path(__file__).parents[2] / "agents_ui/web/node_modules/axe-core/axe.min.js"
PAGE = """<!doctype html>
<html lang="{lang}"><head><title>A shop</title><meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<script async src="{desk}/widget.js" data-account="shop"></script></head>
<body><main><h1>A shop</h1></main></body></html>"""
AXE_RUN = "axe.run().then(({violations}) => violations.map(({id, nodes}) => [id, nodes[0].html]))"
DROP = """([name, text]) => {
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File([text], name, {type: "text/plain"}));
    const at = document.querySelector("main");
    at.dispatchEvent(new DragEvent("drop", {dataTransfer, bubbles: true, cancelable: true}));
}"""
PASTE = """([name, text]) => {
    const clipboardData = new DataTransfer();
    clipboardData.items.add(new File([text], name, {type: "text/plain"}));
    const at = document.querySelector("#text");
    at.dispatchEvent(new ClipboardEvent("paste", {clipboardData, bubbles: true}));
}"""
NO_STORAGE = """for (const name of ["localStorage", "sessionStorage"])
    Object.defineProperty(window, name, {get() { throw new DOMException("no", "SecurityError") }});
"""


class Street:
    """A desk, a shop elsewhere that carries its chat, and whoever stands behind the desk."""

    def __init__(self, house, site, agent):
        self.house, self.site, self.agent = house, site, agent
        self.desk = house.desk

    @property
    def url(self):
        host, port = self.house.address
        return f"http://{host}:{port}"

    def shop(self, lang="en"):
        return str(self.site.make_url(f"/?lang={lang}"))

    async def conversation(self):
        """Return the only conversation, once there is one."""
        return await self.until(any_conversation)

    async def until(self, question):
        async with asyncio.timeout(120):
            while not (found := await self.desk.read(question)):  # noqa: ASYNC110  # a store tells nobody
                await asyncio.sleep(0.05)
            return found

    async def says(self, text):
        """Have the agent answer."""
        talk = await self.conversation()
        return await self.desk.write(reply, talk.id, text, by=self.agent)

    async def heard(self):
        """Return what the customer said, as it stands in the store."""
        talk = await self.conversation()
        history = await self.house.channel("shop").line.history(talk.thread)
        return [it.message.text for it in history if it.message.direction is Direction.IN]


def any_conversation(unit):
    from sqlalchemy import select

    from inbox.tables import ConversationRow

    found = unit.connection.execute(select(ConversationRow.id)).first()
    return unit.conversations.get(found[0]) if found else None


@pytest.fixture
async def street(built: Path, tmp_path: Path) -> AsyncIterator[Street]:
    """Open the desk, and a shop with as strict a policy as a shop can have."""
    desk_url = ""

    async def page(request: web.Request) -> web.Response:
        policy = f"default-src 'none'; script-src {desk_url}; frame-src {desk_url}"
        return web.Response(
            text=PAGE.format(desk=desk_url, lang=request.query.get("lang", "en")),
            content_type="text/html",
            headers={"Content-Security-Policy": policy},
        )

    site_app = web.Application()
    site_app.add_routes([web.get("/", page)])
    site = TestServer(site_app, host="127.0.0.1")
    await site.start_server()
    settings = Settings(
        desk=DeskSettings(database=f"sqlite:///{tmp_path}/desk.db", files=str(tmp_path / "files")),
        web=WebSettings(port=0, shutdown_seconds=2.0),
    )
    account = AccountSettings(
        name="shop",
        kind="webchat",
        channel=WebChat,
        settings=ChatSettings(
            title="Kiln & Willow",
            reply_time="Usually answers within 10 minutes",
            origins=(str(site.make_url("")).rstrip("/"),),
            identity_secret=SECRET,
            max_file=MEGABYTE,
        ),
    )

    def extra(house):
        return Shop(SECRET, house.desk.clock).routes()

    async with app.opened(settings, [account], extra=extra) as house:
        host, port = house.address
        desk_url = f"http://{host}:{port}"
        agent = await house.desk.write(
            agents.create, name="Ivo", email="ivo@desk.example", password_hash="-"
        )
        yield Street(house, site, agent)
    await site.close()


class Customer:
    """Somebody before a browser, and the chat as they see it."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.launcher = page.locator("parlour-chat button")
        self.frame = page.frame_locator("parlour-chat iframe")
        self.text = self.frame.locator("#text")
        self.log = self.frame.get_by_role("log")

    async def open(self) -> None:
        await self.launcher.click()
        await expect(self.text).to_be_focused()

    async def write(self, text: str) -> None:
        await self.text.fill(text)
        await self.text.press("Enter")

    async def panel(self):
        handle = await self.page.locator("parlour-chat iframe").element_handle()
        return await handle.content_frame()


@pytest.fixture
def visit(street, open_context):
    """Send a customer to the shop, with a browser of their own or with a known one."""

    async def visiting(context=None, url=None, **wishes) -> Customer:
        context = context or await open_context(**wishes)
        page = await context.new_page()
        page.faults = []
        page.on("pageerror", lambda error: page.faults.append(str(error)))
        page.on("console", lambda it: it.type == "error" and page.faults.append(it.text))
        await page.goto(url or street.shop())
        return Customer(page)

    return visiting


async def test_a_customer_writes_and_is_answered(street, visit):
    ana = await visit()
    await ana.open()
    await ana.write("Where is my parcel?")
    await expect(ana.log).to_contain_text("Sent")
    talk = await street.conversation()
    await street.desk.write(mark_read, talk.id, talk.last_message_id, by=street.agent)
    await expect(ana.log).to_contain_text("Seen")
    street.desk.bus.publish([Typing(conversation_id=talk.id, agent_id=street.agent)])
    await expect(ana.frame.locator("#typing")).to_contain_text("Writing")
    said = await street.says("On its way: https://parcels.example/4711.")
    await expect(ana.log.get_by_role("link")).to_have_text("https://parcels.example/4711")
    await street.until(lambda unit: unit.messages.get(said).delivery == "read")

    assert ["Where is my parcel?"] == await street.heard()
    assert [] == ana.page.faults


async def test_the_chat_is_a_page_of_its_own_behind_a_link(street, open_context):
    page = await (await open_context()).new_page()
    await page.goto(f"{street.url}/help?lang=en")
    await page.get_by_role("link", name="Chat with us").click()
    await page.locator("#text").fill("Where is my parcel?")
    await page.locator("#text").press("Enter")
    await expect(page.get_by_role("log")).to_contain_text("Sent")
    await street.says("On its way.")
    await expect(page.get_by_role("log")).to_contain_text("On its way.")
    await page.reload()
    await expect(page.get_by_role("log")).to_contain_text("On its way.")
    await page.get_by_role("button", name="Close").click()
    await expect(page.get_by_role("searchbox")).to_be_visible()


async def test_history_is_there_at_the_next_visit_and_in_another_tab(street, visit):
    ana = await visit()
    await ana.open()
    await ana.write("Where is my parcel?")
    await expect(ana.log).to_contain_text("Sent")
    await ana.page.reload()
    await ana.open()
    await expect(ana.log).to_contain_text("Where is my parcel?")
    other = await visit(ana.page.context)
    await other.open()
    await other.write("It is blue")
    await expect(ana.log).to_contain_text("It is blue")
    await expect(ana.log.locator(".mine")).to_have_count(2)


async def test_an_answer_to_a_closed_panel_is_counted(street, visit):
    ana = await visit()
    await ana.open()
    await ana.write("Hello")
    await expect(ana.log).to_contain_text("Sent")
    await ana.text.press("Escape")
    await expect(ana.launcher).to_be_focused()
    said = await street.says("Hello Ana")
    await expect(ana.launcher).to_have_text("1")
    await street.until(lambda unit: unit.messages.get(said).delivery == "delivered")
    await ana.page.reload()
    await expect(ana.launcher).to_have_text("1")
    await ana.open()
    await expect(ana.launcher).to_have_text("")
    await street.until(lambda unit: unit.messages.get(said).delivery == "read")


async def test_what_was_written_without_a_connection_goes_out_once(street, visit):
    ana = await visit()
    await ana.open()
    await ana.write("one")
    await expect(ana.log).to_contain_text("Sent")
    await ana.page.context.set_offline(True)
    await expect(ana.frame.locator("#banner")).to_contain_text("No connection")
    await ana.write("two")
    await ana.write("three")
    await expect(ana.log).to_contain_text("Waits for a connection")
    await ana.page.context.set_offline(False)
    await expect(ana.frame.locator("#banner")).to_be_empty()
    await expect(ana.log).to_contain_text("Sent")
    await expect(ana.log.locator("[data-state=waiting], [data-state=sending]")).to_have_count(0)
    await street.until(lambda unit: any_conversation(unit).preview == "three")

    assert ["one", "two", "three"] == await street.heard()


async def test_a_message_is_sent_again_when_nobody_acknowledged_it(street, visit, open_context):
    context = await open_context()
    cut = []

    def between(socket):
        desk = socket.connect_to_server()

        def from_desk(frame):
            if '"stored"' in frame and not cut:
                cut.append(frame)  # it is stored, and the browser never hears of it
                asyncio.get_running_loop().create_task(socket.close())
            else:
                socket.send(frame)

        desk.on_message(from_desk)

    await context.route_web_socket("**/socket", between)
    ana = await visit(context)
    await ana.open()
    await ana.write("Only once")
    await expect(ana.log).to_contain_text("Sent")
    await ana.page.reload()
    await ana.open()
    await expect(ana.log.locator(".mine")).to_have_count(1)

    assert 1 == len(cut)
    assert ["Only once"] == await street.heard()


async def test_a_network_without_websockets_carries_the_same_chat(street, visit, open_context):
    context = await open_context()
    await context.route_web_socket("**/socket", lambda socket: socket.close())
    ana = await visit(context)
    await ana.open()
    await ana.write("Where is my parcel?")
    await expect(ana.log).to_contain_text("Sent")
    await street.says("On its way.")
    await expect(ana.log).to_contain_text("On its way.")

    assert ["Where is my parcel?"] == await street.heard()


async def test_a_browser_that_keeps_nothing_can_chat_all_the_same(street, visit, open_context):
    context = await open_context()
    await context.add_init_script(NO_STORAGE)
    ana = await visit(context)
    await ana.open()
    await ana.write("Hello")
    await expect(ana.log).to_contain_text("Sent")

    assert [] == ana.page.faults


async def test_files_are_dropped_pasted_and_picked(street, visit):
    ana = await visit()
    await ana.open()
    panel = await ana.panel()
    await panel.evaluate(DROP, ["dropped.txt", "one"])
    await panel.evaluate(PASTE, ["pasted.txt", "two"])
    await ana.frame.locator("input[type=file]").set_input_files(
        [
            {"name": "picked.txt", "mimeType": "text/plain", "buffer": b"three"},
            {"name": "huge.bin", "mimeType": "x/y", "buffer": b"x" * (MEGABYTE + 1)},
        ]
    )
    await expect(ana.frame.get_by_role("alert")).to_contain_text("Too large: 1 MB at most")
    await expect(ana.frame.locator("#tray li:not(.busy, .bad)")).to_have_count(3)
    await ana.write("See these")
    await expect(ana.log).to_contain_text("Sent")
    await expect(ana.log.locator("a.file")).to_have_count(3)
    talk = await street.conversation()
    files = await street.desk.read(lambda unit: unit.attachments.of([talk.last_message_id]))

    assert ["dropped.txt", "pasted.txt", "picked.txt"] == sorted(file.name for file in files)
    assert b"one" == street.desk.blobs.read(
        next(file.blob for file in files if file.name == "dropped.txt")
    )


async def test_the_answer_goes_to_an_address_that_was_left(street, visit):
    ana = await visit()
    await ana.open()
    await ana.write("Where is my parcel?")
    await ana.frame.get_by_label("Your email address").fill("ana@example.org")
    await ana.frame.get_by_role("button", name="Save").click()
    await expect(ana.frame.locator("#email")).to_contain_text("Thank you")
    talk = await street.conversation()
    found = await street.until(
        lambda unit: [
            (each.value, each.proof)
            for each in unit.customers.identities(talk.customer_id)
            if each.kind == "email"
        ]
    )

    assert [("ana@example.org", "claimed")] == found


async def test_the_demo_shop_says_who_is_signed_in(street, visit):
    ana = await visit(url=f"{street.url}/demo")
    await ana.page.get_by_role("button", name="Sign in as Ana").click()
    await ana.page.get_by_role("button", name="Ask about this order").click()
    await ana.write("Has it arrived?")
    await expect(ana.log).to_contain_text("Sent")
    await expect(ana.frame.locator("#email")).to_be_hidden()
    talk = await street.conversation()
    customer = await street.desk.read(lambda unit: unit.customers.get(talk.customer_id))
    await ana.page.get_by_role("button", name="Sign out").click()
    await expect(ana.log).not_to_contain_text("Has it arrived?")
    await ana.page.get_by_role("button", name="Sign in as Ana").click()
    await expect(ana.log).to_contain_text("Has it arrived?")

    assert ("Ana Kos", "customer-1842", "4711") == (
        customer.name,
        customer.attributes["user_id"],
        customer.attributes["order"],
    )


async def test_a_site_that_is_not_named_cannot_carry_the_chat(street, visit):
    elsewhere = street.shop().replace("127.0.0.1", "localhost")
    ana = await visit(url=elsewhere)
    async with ana.page.expect_event("console", lambda it: "frame-ancestors" in it.text):
        await ana.launcher.click()


async def test_the_panel_speaks_the_pages_language(street, visit):
    said = {}
    for lang in "pl", "hr-HR", "xx":
        ana = await visit(url=street.shop(lang))
        await ana.open()
        said[lang] = await ana.text.get_attribute("placeholder")

    assert {"pl": "Napisz wiadomość", "hr-HR": "Napišite poruku", "xx": "Write a message"} == said


@pytest.mark.parametrize(("scheme", "width"), [("light", 1200), ("dark", 360)])
async def test_everybody_can_use_it(street, visit, scheme, width):
    ana = await visit(color_scheme=scheme, viewport={"width": width, "height": 760})
    await ana.open()
    await ana.write("Where is my parcel?")
    await expect(ana.frame.locator("#email")).to_be_visible()
    await street.says("On its way: https://parcels.example/4711")
    await expect(ana.log).to_contain_text("On its way")
    panel = await ana.panel()
    for place in ana.page, panel:
        await place.evaluate(AXE.read_text())
        assert [] == await place.evaluate(AXE_RUN)

    assert scheme == await panel.evaluate("document.documentElement.dataset.theme")
    wide = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
    assert not await panel.evaluate(wide)
    box = await ana.page.locator("parlour-chat iframe").bounding_box()
    assert (360 if width == 360 else 380) == box["width"]


async def test_what_may_help_is_shown_while_somebody_writes(street, visit):
    title = "How long does delivery take?"
    text = ArticleText(language="en", title=title, body="Three to five days.")
    await street.desk.write(articles.create, Wanted(texts=(text,)), by=street.agent)
    ana = await visit()
    await ana.open()
    await ana.text.press_sequentially("delivery")
    found = ana.frame.get_by_role("navigation", name="These may help").get_by_role("link")
    await expect(found).to_have_text(title)
    assert await found.get_attribute("target") == "_blank"
    await ana.write("Where is my parcel?")
    await expect(found).to_have_count(0)
    await ana.text.press_sequentially("delivery")
    await expect(ana.log).to_contain_text("Sent")

    await expect(found).to_have_count(0)
    assert [] == ana.page.faults
