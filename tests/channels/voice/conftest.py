"""A desk with a telephone, its stand-in for Twilio, and agents with open browsers."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aiohttp import ClientSession, ClientWebSocketResponse

from agents_ui.keys import new_token
from config import app
from config.settings import DeskSettings, Settings, WebSettings
from inbox.actions import agent
from inbox.actions.calling import set_phone
from inbox.model import Role
from tests.channels.voice.rules import faults
from tests.servers.dovecot import free_ports
from tests.servers.twilio_voice import (
    ACCOUNT,
    KEY,
    KEY_SECRET,
    OURS,
    TOKEN,
    FakeVoice,
    Line,
    running_voice,
)

PATIENCE = 60.0  # seconds; a slow machine is not a broken one
MORNING = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)  # a Monday
CUSTOMER = "+48600100200"
OTHER = "+48600100300"
SOUND = "https://sounds.example/music.mp3"


class Clock:
    """A clock that only moves when it is moved."""

    def __init__(self) -> None:
        self.now = MORNING

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **much: float) -> None:
        self.now += timedelta(**much)


class Person:
    """An agent or a supervisor, who may have a browser open."""

    def __init__(self, office: "Office", number: int, token: str) -> None:
        self.office = office
        self.id = number
        self.headers = {"Authorization": f"Bearer {token}"}
        self.socket: ClientWebSocketResponse | None = None
        self.frames: list[dict[str, Any]] = []
        self.listening: asyncio.Task[None] | None = None

    @property
    def telephone(self) -> str:
        return f"client:agent-{self.id}"

    async def ask(self, method: str, path: str, expect: int = 0, **body: Any) -> Any:
        """Call the API; without *expect* it has to succeed."""
        async with self.office.http.request(
            method, self.office.url + path, json=body, headers=self.headers
        ) as answer:
            told = await answer.json() if "json" in answer.content_type else None
            fine = answer.status == expect if expect else answer.status < 400
            assert fine, (answer.status, told)
            return told

    async def open_browser(self) -> None:
        address = f"{self.office.url}/api/live"
        self.socket = await self.office.http.ws_connect(address, headers=self.headers)
        self.listening = asyncio.ensure_future(self.listen(self.socket))
        presence = self.office.house.desk.presence
        await self.office.until(lambda: self.id in presence.browsers)

    async def listen(self, socket: ClientWebSocketResponse) -> None:
        async for message in socket:
            self.frames.append(message.json())

    async def close_browser(self) -> None:
        if self.socket and self.listening:
            await self.socket.close()
            await self.listening

    async def rung(self) -> Line:
        """Wait until my telephone rings."""
        found: Line = await self.office.until(lambda: self.office.twilio.ringing(self.telephone))
        return found

    def rings(self) -> list[bool]:
        """Return when my browser was told that it rings, and that it does not any more."""
        return [frame["on"] for frame in self.frames if frame["type"] == "ringing"]


class Office:
    """The whole desk."""

    def __init__(
        self, house: app.House, http: ClientSession, twilio: FakeVoice, clock: Clock
    ) -> None:
        self.house = house
        self.http = http
        self.twilio = twilio
        self.clock = clock
        self.url = house.url
        self.people: list[Person] = []

    @property
    def voice(self) -> Any:
        return self.house.channel("phone")

    async def until(self, holds: Callable[[], Any]) -> Any:
        """Wait until *holds* returns something true, and return it."""
        async with asyncio.timeout(PATIENCE):
            while True:
                found = holds()
                if isinstance(found, Awaitable):
                    found = await found
                if found:
                    return found
                await asyncio.sleep(0.01)

    async def hire(
        self, role: Role = Role.AGENT, *, phone: str | None = None, browser: bool = True
    ) -> Person:
        number = len(self.people) + 1
        who = await self.house.desk.write(
            agent.create,
            name=f"Agent {number}",
            email=f"agent{number}@desk.example",
            password_hash="",
            role=role,
        )
        _, token = await self.house.desk.write(new_token, who, "tests")
        if phone:
            await self.house.desk.write(set_phone, who, phone)
        person = Person(self, who, token)
        self.people.append(person)
        if browser:
            await person.open_browser()
        return person

    async def conversations(self) -> list[dict[str, Any]]:
        found = await self.people[0].ask("GET", "/api/conversations?list=all")
        items: list[dict[str, Any]] = found["items"]
        return items

    async def messages(self) -> list[dict[str, Any]]:
        """Return the messages of every conversation."""
        said: list[dict[str, Any]] = []
        for one in await self.conversations():
            said += (await self.people[0].ask("GET", f"/api/conversations/{one['id']}"))[
                "messages"
            ]["items"]
        return said

    async def call(self, **wanted: Any) -> dict[str, Any]:
        """Wait until the newest call is as *wanted*, and return its message."""

        async def found() -> dict[str, Any] | None:
            said = [one for one in await self.messages() if one["content"]]
            if not said:
                return None
            newest = max(said, key=lambda one: one["id"])
            content = newest["content"]
            fits = all(content.get(name) == value for name, value in wanted.items())
            return newest if fits else None

        message: dict[str, Any] = await self.until(found)
        return message

    async def conversation(self, **wanted: Any) -> dict[str, Any]:
        """Wait until the newest conversation is as *wanted*."""

        async def found() -> dict[str, Any] | None:
            newest = max(await self.conversations(), key=lambda one: one["id"], default=None)
            fits = newest and all(newest[name] == value for name, value in wanted.items())
            return newest if fits else None

        conversation: dict[str, Any] = await self.until(found)
        return conversation

    async def running(self) -> list[dict[str, Any]]:
        calls: list[dict[str, Any]] = (await self.people[0].ask("GET", "/api/calls"))["items"]
        return calls

    async def settled(self) -> None:
        """Wait until the desk and Twilio have nothing more to tell each other."""
        operator = self.voice.operator
        await self.until(lambda: not operator.tasks and not self.twilio.tasks)

    def look(self) -> None:
        """Have the desk look at its calls, as it does every few seconds."""
        self.voice.operator.look()


Opened = Callable[..., Awaitable[Office]]


@pytest.fixture
async def open_office(sqlite_template: Any, tmp_path: Any) -> AsyncIterator[Opened]:
    """Open a desk with a telephone of the test's own settings."""
    async with AsyncExitStack() as stack:
        clock = Clock()
        twilio = await stack.enter_async_context(running_voice(clock))

        async def opened(**settings: Any) -> Office:
            (port,) = free_ports(1)
            told = {
                "kind": "voice",
                "account_sid": ACCOUNT,
                "auth_token": TOKEN,
                "api_key_sid": KEY,
                "api_key_secret": KEY_SECRET,
                "number": OURS,
                "music": SOUND,
                "base_url": twilio.url,
                **settings,
            }
            every = Settings(
                desk=DeskSettings(
                    database=f"sqlite:///{tmp_path}/desk.db",
                    files=str(tmp_path / "files"),
                    public_url=f"http://127.0.0.1:{port}",
                ),
                web=WebSettings(port=port, shutdown_seconds=5.0),
                account={"phone": told},
            )
            house = await stack.enter_async_context(app.opened(every, clock=clock))
            http = await stack.enter_async_context(ClientSession())
            office = Office(house, http, twilio, clock)
            stack.push_async_callback(go_home, office)
            twilio.desk = f"{house.url}/channels/phone"
            return office

        yield opened


async def go_home(office: Office) -> None:
    """End the day: whatever Twilio was told to do is TwiML that it takes."""
    await office.settled()
    complaints = {twiml: found for twiml in office.twilio.twimls if (found := faults(twiml))}
    assert not complaints
    for person in office.people:
        await person.close_browser()


@pytest.fixture
async def office(open_office: Opened) -> Office:
    return await open_office()
