"""A desk behind its own edge, and people who call it."""

import itertools
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

import aiohttp
import pytest
from argon2 import PasswordHasher
from msgspec import UNSET

import agents_ui
from agents_ui import auth, edge
from agents_ui.site import Site
from config.accounts.plugs import Plugs
from config.accounts.switchboard import Switchboard
from inbox.actions import agent as agents
from inbox.actions.tidy import tidy
from inbox.channel import Capabilities, Channel, Outgoing, Sent
from inbox.intake import Intake
from inbox.jobs import Tidy
from inbox.model import AccountId, AgentId, Format, Role, Value
from inbox.store.accounts import Configured
from inbox.worker import Worker

CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
PASSWORD = "a long password"
HASH = CHEAP.hash(PASSWORD)
KEYS = itertools.count(1)


class Nothing(Value):
    pass


class Letters(Channel[Nothing]):
    """A channel that carries nearly everything; nothing is ever sent in these tests."""

    kind = "email"
    capabilities = Capabilities(
        max_text=100_000,
        max_attachment=500_000,
        formats=(Format.PLAIN, Format.HTML),
        subject=True,
        copies=True,
    )

    async def send(self, outgoing: Outgoing) -> Sent:
        raise NotImplementedError


@dataclass
class Caller:
    """Somebody with a browser or a program."""

    http: aiohttp.ClientSession
    base: str
    agent_id: int = 0

    async def call(
        self, method: str, path: str, json: Any = UNSET, *, expect: int | None = 200, **more: Any
    ) -> Any:
        """Call the API; returns the answer's JSON, or its bytes when it is none."""
        if json is not UNSET:
            more["json"] = json
        async with self.http.request(method, f"{self.base}{path}", **more) as answer:
            body = await answer.read()
            assert expect in (None, answer.status), (answer.status, body[:500])
            return await answer.json() if answer.content_type.endswith("json") and body else body

    async def get(self, path: str, **more: Any) -> Any:
        return await self.call("GET", path, **more)

    async def post(self, path: str, json: Any = UNSET, **more: Any) -> Any:
        return await self.call("POST", path, json, **more)


class Street:
    """The served desk, and everybody who stands before it."""

    def __init__(self, desk: Any, site: Site, limits: edge.Limits | None = None) -> None:
        self.desk = desk
        self.site = site
        self.limits = limits
        self.stack = AsyncExitStack()
        self.base = ""
        self.app = agents_ui.build(desk, site)
        self.front = self.app[agents_ui.FRONT]

    async def __aenter__(self) -> Self:
        opened = edge.opened(self.app, limits=self.limits, patience=1)
        host, port = await self.stack.enter_async_context(opened)
        self.host, self.port = host, port
        self.base = f"http://{host}:{port}"
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.stack.aclose()

    async def stranger(self, **more: Any) -> Caller:
        jar = aiohttp.CookieJar(unsafe=True)
        http = await self.stack.enter_async_context(aiohttp.ClientSession(cookie_jar=jar, **more))
        return Caller(http, self.base)

    async def hire(self, role: Role = Role.AGENT, name: str | None = None) -> AgentId:
        number = next(KEYS)
        return await self.desk.write(
            agents.create,
            name=name or f"Agent {number}",
            email=f"agent{number}@desk.example",
            password_hash=HASH,
            role=role,
        )

    async def agent(self, role: Role = Role.AGENT) -> Caller:
        """Return somebody who has signed in."""
        who = await self.hire(role)
        caller = await self.stranger()
        email = (await self.desk.read(lambda unit: unit.agents.get(who))).email
        await caller.post("/api/session", {"email": email, "password": PASSWORD})
        caller.agent_id = who
        return caller

    async def program(self, role: Role = Role.AGENT) -> Caller:
        """Return a program that acts for somebody new."""
        from agents_ui import keys

        who = await self.hire(role)
        _, token = await self.desk.write(keys.new_token, who, "a program")
        caller = await self.stranger(headers={"Authorization": f"Bearer {token}"})
        caller.agent_id = who
        return caller


@pytest.fixture
def database_url(sqlite_template: Any, tmp_path: Any) -> str:
    """One engine is enough here; the store's own tests run on both."""
    import shutil

    shutil.copy(sqlite_template, tmp_path / "desk.db")
    return f"sqlite:///{tmp_path}/desk.db"


Opened = Callable[..., Awaitable[Street]]


@pytest.fixture
async def open_street(desk: Any, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Opened]:
    """Serve the desk with settings of the test's own."""
    monkeypatch.setattr(auth, "DUMMY", HASH)  # as cheap as the others here
    async with AsyncExitStack() as stack:

        async def opened(limits: edge.Limits | None = None, **site: Any) -> Street:
            accounts = await desk.write(configure)
            named = {AccountId(number): Letters(Nothing(), None) for number in accounts.values()}
            board = Switchboard(Plugs(desk, Intake(desk, named), Worker(desk, {Tidy: tidy}), named))
            settings = {"public_url": "http://desk.example", "channels": named, **site}
            settings.setdefault("switchboard", board)
            return await stack.enter_async_context(Street(desk, Site(**settings), limits))

        yield opened


def configure(unit: Any) -> Any:
    wanted = [Configured(kind="email", name="support", address="help@desk.example")]
    return unit.accounts.sync(wanted, at=unit.now)


@pytest.fixture
async def street(open_street: Opened) -> Street:
    return await open_street()
