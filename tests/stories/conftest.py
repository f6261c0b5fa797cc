"""A whole desk behind its own web server, and people with browsers before it."""

import asyncio
import fcntl
import os
import shutil
import subprocess
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec
import pytest
from aiohttp import web
from argon2 import PasswordHasher
from playwright.async_api import Browser, BrowserContext, Locator, Page, expect
from sqlalchemy import func, select

from config import app
from config.settings import AccountSettings, DeskSettings, Settings, WebSettings
from inbox.actions import agent as agents
from inbox.channel import Capabilities, Channel, Heard, Inbound, Outgoing, Raw, Sent
from inbox.errors import Rejected, TryLater, Unreadable
from inbox.model import Address, AgentId, Format, Kind, Role, Value
from inbox.store import Unit
from inbox.tables import MessageRow
from tests.servers.browser import PATIENCE, connected, running_chromium, seen
from tests.servers.serving import serving

WEB = Path(__file__).parents[2] / "agents_ui" / "web"
STATIC = WEB.parent / "static"
PASSWORD = "a long enough password"
HASH = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)


def pytest_configure(config: pytest.Config) -> None:
    """Know the mark also where the plugin that reads it is turned off."""
    config.addinivalue_line("markers", "flaky: told again when it fails")


def pytest_collection_modifyitems(items: Sequence[pytest.Item]) -> None:
    """Let a story in a browser be told again when the machine starved Chromium of its time.

    The stories wait for what they need and do not depend on this; it is for a machine so
    loaded that Chromium misses its own deadlines.
    """
    for item in items:
        if (
            "browser" in getattr(item, "fixturenames", ())
            and Path(__file__).parent in item.path.parents
        ):
            item.add_marker(pytest.mark.flaky(reruns=2))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Any:
    """Remember whether the test failed, for the fixtures that clean up after it."""
    report = yield
    if report.when == "call":
        item.stash[FAILED] = report.failed
    return report


FAILED = pytest.StashKey[bool]()


# --- the built pages ------------------------------------------------------------------------
@pytest.fixture(scope="session")
def built() -> Path:
    """The front end as it would be installed, built anew when a source is newer."""
    with (WEB / ".building.lock").open("w") as lock:  # other tests may want the same just now
        fcntl.flock(lock, fcntl.LOCK_EX)
        if newest(WEB) > oldest(STATIC / "inbox" / "index.html", STATIC / "widget" / "loader.js"):
            if not (WEB / "node_modules").exists():
                run("npm", "install", "--no-audit", "--no-fund")
            run("npm", "run", "build")
    return STATIC


def oldest(*pages: Path) -> float:
    """Return when the oldest of *pages* was built; long ago when one is missing."""
    return min(page.stat().st_mtime if page.exists() else 0.0 for page in pages)


def newest(folder: Path) -> float:
    """Return when the newest source was written."""
    sources = (
        Path(where) / name
        for where, _, names in os.walk(folder)
        if "node_modules" not in where
        for name in names
        if not name.startswith(".")
    )
    return max(path.stat().st_mtime for path in sources)


def run(*command: str) -> None:
    program = shutil.which(command[0])
    assert program, f"{command[0]} is needed to build the pages"
    done = subprocess.run(
        [program, *command[1:]], cwd=WEB, capture_output=True, text=True, timeout=600, check=False
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]


# --- a provider that does as it is told -----------------------------------------------------
class Nothing(Value):
    address: str | None = None


class Said(Value):
    """What a customer says, as the provider of these tests hands it over."""

    id: str
    sender: str
    name: str | None = None
    text: str = ""
    quoted: str | None = None
    html: str | None = None
    subject: str | None = None
    thread: str | None = None
    kind: Kind = Kind.MESSAGE


class Post(Channel[Nothing]):
    """Carries letters for these tests; what leaves is in `sent`."""

    kind = "email"
    capabilities = Capabilities(
        max_text=100_000,
        max_attachment=1_000_000,
        formats=(Format.PLAIN, Format.HTML),
        subject=True,
        copies=True,
    )

    def __init__(self, settings: Nothing, line: Any) -> None:
        super().__init__(settings, line)
        self.sent: list[Outgoing] = []
        self.files: list[tuple[str, bytes]] = []  #: name and content of what went along
        self.refuses: str | None = None
        self.busy: str | None = None

    @classmethod
    def parse(cls, raw: Raw) -> Sequence[Heard]:
        try:
            said = msgspec.json.decode(raw.payload, type=Said)
        except msgspec.DecodeError:
            raise Unreadable("That is no letter.") from None
        whole = said.text + (f"\n\n{said.quoted}" if said.quoted else "")
        return [
            Inbound(
                external_id=said.id,
                sender=Address(kind=cls.kind, value=said.sender, name=said.name),
                text=whole,
                visible_text=said.text if said.quoted else None,
                html=said.html,
                subject=said.subject,
                thread=said.thread or said.sender,
                kind=said.kind,
            )
        ]

    async def send(self, outgoing: Outgoing) -> Sent:
        if self.refuses:
            raise Rejected(self.refuses)
        if self.busy:
            raise TryLater(self.busy)
        self.sent.append(outgoing)
        for file in outgoing.files:
            parts = [part async for part in self.line.file(file.blob or "")]
            self.files.append((file.name, b"".join(parts)))
        return Sent(external_id=f"sent-{outgoing.message_id}")


class Chat(Post):
    """The same for chats, where the other side sees one write."""

    kind = "webchat"
    capabilities = Capabilities(max_text=4_000, max_attachment=1_000_000, typing=True)


class Desk:
    """The running desk, and the customers outside."""

    def __init__(self, house: app.House) -> None:
        self.house = house
        self.desk = house.desk
        host, port = house.address
        self.url = f"http://{host}:{port}"
        self.letters = 0

    @property
    def post(self) -> Any:
        return self.house.channel("support")

    @property
    def chat(self) -> Any:
        return self.house.channel("shop")

    async def customer_says(self, text: str, *, by: str = "chat", **more: Any) -> None:
        """Let a customer write; returns when the desk has taken it."""
        self.letters += 1
        channel = self.chat if by == "chat" else self.post
        said = Said(
            id=f"letter-{self.letters}",
            sender=more.pop("sender", "ada@home.example"),
            name=more.pop("name", "Ada Lovelace"),
            text=text,
            **more,
        )
        await channel.line.take(Raw(payload=msgspec.json.encode(said), key=said.id))

    async def something_odd(self, payload: bytes) -> None:
        """Let a provider hand over what nobody can read."""
        self.letters += 1
        await self.post.line.take(Raw(payload=payload, key=f"odd-{self.letters}"))

    async def heard(self, messages: int) -> None:
        """Wait until the desk has understood so many messages."""
        for _ in range(1200):
            if messages <= await self.desk.read(counted):
                return
            await asyncio.sleep(0.05)
        raise AssertionError(f"{messages} messages never arrived")

    async def hire(self, name: str, role: Role = Role.ADMIN) -> AgentId:
        return await self.desk.write(
            agents.create,
            name=name,
            email=f"{name.split(maxsplit=1)[0].lower()}@desk.example",
            password_hash=HASH,
            role=role,
        )


def counted(unit: Unit) -> int:
    found = unit.connection.execute(select(func.count()).select_from(MessageRow)).scalar_one()
    return int(found)


@pytest.fixture
async def open_desk(built: Path, sqlite_template: Path, tmp_path: Path) -> AsyncIterator[Desk]:
    """A desk with a mailbox *support* and a chat *shop*, and Grace, who may do everything."""
    shutil.copy(sqlite_template, tmp_path / "desk.db")
    settings = Settings(
        desk=DeskSettings(database=f"sqlite:///{tmp_path}/desk.db", files=str(tmp_path / "files")),
        web=WebSettings(port=0, shutdown_seconds=2.0),
    )
    accounts = [
        AccountSettings(
            name="support",
            kind="email",
            channel=Post,
            settings=Nothing(address="support@desk.example"),
        ),
        AccountSettings(name="shop", kind="webchat", channel=Chat, settings=Nothing()),
    ]
    async with app.opened(settings, accounts) as house:
        desk = Desk(house)
        await desk.hire("Grace Hopper")
        yield desk


# --- people with browsers -------------------------------------------------------------------
@pytest.fixture(scope="session")
def chromium() -> Iterator[str]:
    with running_chromium() as endpoint:
        yield endpoint


@pytest.fixture
async def browser(chromium: str) -> AsyncIterator[Browser]:
    async with connected(chromium) as browser:
        yield browser


OpenContext = Callable[..., Awaitable[BrowserContext]]


@pytest.fixture
async def open_context(
    browser: Browser, request: pytest.FixtureRequest
) -> AsyncIterator[OpenContext]:
    """Give somebody a browser of their own; what its pages showed is told when the test fails."""
    async with AsyncExitStack() as stack:
        contexts: list[BrowserContext] = []

        async def open_one(**wishes: Any) -> BrowserContext:
            wishes = {"viewport": {"width": 1440, "height": 900}, "locale": "en-GB"} | wishes
            context = await browser.new_context(**wishes)
            context.set_default_timeout(PATIENCE)
            contexts.append(context)
            stack.push_async_callback(context.close)
            return context

        yield open_one
        if request.node.stash.get(FAILED, False):
            pages = [page for context in contexts for page in context.pages]
            told = [await seen(page) for page in pages]
            request.node.add_report_section("teardown", "pages", "\n\n".join(told))


@asynccontextmanager
async def shop(page: str) -> AsyncIterator[tuple[dict[str, str], str]]:
    """Serve a page of another origin, in its visitor's language; its desk is said later."""
    site: dict[str, str] = {}

    async def show(request: web.Request) -> web.Response:
        text = page.format(desk=site["desk"], lang=request.query.get("lang", "en"))
        return web.Response(text=text, content_type="text/html")

    application = web.Application()
    application.add_routes([web.get("/", show)])
    async with serving(application) as origin:
        yield site, origin


async def sign_in(page: Page, url: str, path: str = "/inbox/mine", who: str = "grace") -> None:
    """Come in by the front door, as people do."""
    await page.goto(f"{url}{path}")
    await page.locator("body[data-ready='sign-in']").wait_for()
    await page.get_by_label("Email").fill(f"{who}@desk.example")
    await page.get_by_label("Password").fill(PASSWORD)
    await page.get_by_role("button", name="Sign in").click()
    await ready(page)


async def ready(page: Page) -> None:
    """Wait until a page of the inbox has what it shows."""
    await page.locator("body[data-ready='list'], body[data-ready='conversation']").wait_for(
        state="attached"
    )


@pytest.fixture
async def inbox(open_desk: Desk, open_context: OpenContext) -> Page:
    """Grace's page: she has signed in, and looks at what nobody has taken yet."""
    context = await open_context()
    await enter(context, open_desk.url)
    page = await context.new_page()
    await go(page, open_desk, "unassigned")
    return page


async def enter(context: BrowserContext, url: str, who: str = "grace") -> None:
    """Sign in without the page for it, which has stories of its own."""
    known = {"email": f"{who}@desk.example", "password": PASSWORD}
    answer = await context.request.post(f"{url}/api/session", data=known, headers={"Origin": url})
    assert answer.ok, await answer.text()


# --- what people do ------------------------------------------------------------------------
LETTER = {
    "by": "post",
    "subject": "Invoice 4711",
    "sender": "ada@home.example",
    "name": "Ada Lovelace",
}


async def until(found: Callable[[], Any], what: str = "it") -> Any:
    """Wait until *found* returns something; a slow machine gets a minute."""
    for _ in range(1200):
        if answer := found():
            return answer
        await asyncio.sleep(0.05)
    raise AssertionError(f"Waited for {what} in vain.")


async def go(page: Page, desk: Desk, path: str) -> None:
    """Go to a list of the inbox, unless the page is there already."""
    wanted = f"{desk.url}/inbox/{path}"
    if page.url != wanted:
        await page.goto(wanted)
    await ready(page)


async def open_first(page: Page, text: str) -> None:
    """Open the first row by keys, once it is there."""
    await expect(page.get_by_role("option").first).to_be_visible()
    await page.keyboard.press("j")
    await page.keyboard.press("Enter")
    await page.locator("body[data-ready='conversation']").wait_for(state="attached")
    await expect(page.locator(".message .text").last).to_have_text(text)


async def opened(page: Page, desk: Desk, text: str, **more: Any) -> None:
    """Have a customer write, and open what they wrote."""
    await go(page, desk, "unassigned")
    await desk.customer_says(text, **more)
    await open_first(page, text)


async def begin(page: Page, key: str, text: str) -> None:
    """Begin to write by pressing *key*: r is a reply, n is a note."""
    field = page.locator("#composer-text")
    await page.keyboard.press(key)
    await expect(field).to_be_focused()
    await page.keyboard.insert_text(text)
    await expect(field).to_have_value(text)


def messages(page: Page, what: str = ".out") -> Locator:
    """Find messages that the desk has taken."""
    return page.locator(f".message{what}:not(.on-its-way)")
