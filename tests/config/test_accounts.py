"""Accounts are added, changed, paused and given up from the pages, while the desk runs."""

from pathlib import Path

import aiohttp
import pytest
from argon2 import PasswordHasher
from msgspec import UNSET

import channels
from config.app import opened
from config.settings import DeskSettings, Settings, WebSettings
from inbox.actions import agent as agents
from inbox.model import Role
from tests.agents_ui.waiting import until
from tests.config import pigeon

PASSWORD = "a long password"
HASH = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
FLOCK = {
    "address": "the old tower",
    "token": "canary-token",
    "loft": {"street": "Under the roof", "ring_secret": "canary-ring"},
}


@pytest.fixture
def sky(monkeypatch):
    """The provider of the pigeons, who are a channel like any other."""
    monkeypatch.setattr(pigeon, "SKY", pigeon.Sky())
    real = channels.load
    monkeypatch.setattr(
        channels, "load", lambda kind: pigeon.Pigeon if kind == "pigeon" else real(kind)
    )
    monkeypatch.setattr(channels, "kinds", lambda: ["email", "pigeon", "webchat"])
    return pigeon.SKY


@pytest.fixture
def settings(tmp_path, sqlite_template):
    (tmp_path / "desk.db").write_bytes(Path(sqlite_template).read_bytes())
    return Settings(
        desk=DeskSettings(
            database=f"sqlite:///{tmp_path}/desk.db",
            files=f"{tmp_path}/files",
            public_url="http://desk.example",
        ),
        web=WebSettings(port=0),
    )


class Caller:
    """Somebody who signed in."""

    def __init__(self, browser: aiohttp.ClientSession) -> None:
        self.browser = browser

    async def call(self, method, path, json=UNSET, *, expect=200):
        more = {} if json is UNSET else {"json": json}
        async with self.browser.request(method, path, **more) as answer:
            assert expect == answer.status, (answer.status, await answer.text())
            return await answer.json() if answer.status != 204 else None

    async def add(self, name="tower", expect=201, **changes):
        body = {"kind": "pigeon", "name": name, "settings": {**FLOCK, **changes}}
        return await self.call("POST", "/api/accounts", body, expect=expect)


@pytest.fixture
async def house(settings, sky):
    async with opened(settings) as house:
        yield house


async def signed_in(house, role=Role.ADMIN):
    email = f"{role}@desk.example"
    await house.desk.write(agents.create, name="Ada", email=email, password_hash=HASH, role=role)
    browser = aiohttp.ClientSession(house.url, cookie_jar=aiohttp.CookieJar(unsafe=True))
    caller = Caller(browser)
    await caller.call("POST", "/api/session", {"email": email, "password": PASSWORD})
    return caller


@pytest.fixture
async def admin(house):
    caller = await signed_in(house)
    yield caller
    await caller.browser.close()


async def hook(house, text, name="tower"):
    async with (
        aiohttp.ClientSession(house.url) as provider,
        provider.post(f"/channels/{name}/hook", data=text) as answer,
    ):
        return answer.status, await answer.text()


async def test_an_account_works_as_soon_as_it_is_added(house, admin, sky):
    assert 404 == (await hook(house, "hello"))[0]

    added = await admin.add()

    assert (200, "Under the roof") == await hook(house, "hello")
    assert "fine" == added["health"]["state"]
    assert [
        {"url": "http://desk.example/channels/tower/hook", "says": "Paste it at the pigeon's."}
    ] == added["webhooks"]
    await until(lambda: sky.listeners == {"canary-token"})
    me = await admin.call("GET", "/api/me")
    assert ["tower"] == [one["name"] for one in me["accounts"]]
