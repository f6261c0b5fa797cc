"""Accounts are added, changed, paused and given up from the pages, while the desk runs."""

import asyncio
from pathlib import Path
from urllib.parse import quote

import aiohttp
import pytest
from argon2 import PasswordHasher
from msgspec import UNSET
from sqlalchemy import func, select

import channels
from config.app import opened
from config.settings import DeskSettings, Settings, WebSettings
from inbox.actions import agent as agents
from inbox.channel import Exchange, Raw
from inbox.model import Role
from inbox.tables import EventRow, ExchangeRow, MessageRow
from tests.agents_ui.waiting import until
from tests.channels.email.wire.conftest import mailserver, user  # noqa: F401  # fixtures
from tests.channels.email.wire.line import mail
from tests.config import pigeon
from tests.servers.dovecot import PASSWORD as DOVECOT

PASSWORD = "a long password"
RESTART = aiohttp.WSCloseCode.SERVICE_RESTART
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
    browser = aiohttp.ClientSession(
        house.url,
        cookie_jar=aiohttp.CookieJar(unsafe=True),
        headers={"Sec-Fetch-Site": "same-origin"},
    )
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


async def test_its_form_explains_every_setting(admin):
    kinds = {one["kind"]: one for one in (await admin.call("GET", "/api/channels"))["items"]}

    pigeon_kind = kinds["pigeon"]
    form = pigeon_kind["form"]
    fields = form["$defs"]["Settings"]["properties"]
    assert ("Carrier pigeon", "Birds with letters.") == (pigeon_kind["title"], pigeon_kind["about"])
    assert "http://desk.example/channels/{name}/hook" == pigeon_kind["webhooks"][0]["url"]
    assert ["address", "token", "loft"] == form["$defs"]["Settings"]["required"]
    assert list(pigeon.Settings.__struct_fields__) == list(fields)
    assert {"title": "Token", "description": "Lets a pigeon in.", "type": "string"} | {
        "writeOnly": True
    } == fields["token"]
    assert form["$defs"]["Loft"]["properties"]["ring_secret"]["writeOnly"]
    assert "writeOnly" not in fields["address"]
    assert "Nothing flies." == form["$defs"]["Wind"]["x-says"]["storm"]
    assert {"email", "pigeon", "webchat"} == set(kinds)


async def test_secrets_are_written_and_never_read(house, admin):
    added = await admin.add()
    everything = [
        added,
        await admin.call("GET", "/api/accounts"),
        await admin.call("GET", f"/api/accounts/{added['id']}"),
        await admin.call("GET", "/api/me"),
    ]

    assert "canary" not in str(everything)
    assert ["token", "loft.ring_secret"] == added["kept"]
    assert added["settings"]["token"] is None
    assert "Under the roof" == added["settings"]["loft"]["street"]
    kept = await house.desk.read(lambda unit: unit.accounts.kept(added["id"]))
    assert b"canary" not in kept.settings
    assert b"tower" not in kept.settings


async def test_what_is_left_out_of_a_change_stays(house, admin, sky):
    added = await admin.add()
    change = {"token": None, "loft": {"street": "By the river", "ring_secret": None}}

    path = f"/api/accounts/{added['id']}"
    changed = await admin.call("PATCH", path, {"settings": change})

    settings = house.channel("tower").settings
    assert ("canary-token", "canary-ring") == (settings.token, settings.loft.ring_secret)
    assert (200, "By the river") == await hook(house, "hello")
    assert changed["version"] > added["version"]
    await until(lambda: "canary-token" in sky.closed)  # the channel before it was let go
    events = await house.desk.read(written, "account.changed")
    assert [["loft"]] == [one["settings"][1] for one in events if "settings" in one]


async def test_secrets_do_not_follow_to_another_server(house, admin):
    added = await admin.add()
    path = f"/api/accounts/{added['id']}"
    astray = {"host": "thief.example", "token": "new-token"}

    await admin.call("PATCH", path, {"settings": {"host": "pigeon.example"}})  # as it was
    problem = await admin.call("PATCH", path, {"settings": astray}, expect=422)
    assert "settings.loft.ring_secret" == problem["field"]
    whole = astray | {"loft": {"ring_secret": "new-ring"}}
    moved = await admin.call("PATCH", path, {"settings": whole})

    assert "thief.example" == moved["settings"]["host"]
    assert "new-ring" == house.channel("tower").settings.loft.ring_secret


def written(unit, verb):
    table = EventRow.__table__
    rows = unit.connection.execute(table.select().where(table.c.verb == verb))
    return [row.change for row in rows]


@pytest.mark.parametrize(
    ("changes", "field", "said"),
    [
        ({"wind": "breeze"}, "settings.wind", "Invalid enum value"),
        ({"feathers": "many"}, "settings.feathers", "Expected `int`"),
        ({"feather": 1}, "settings.feather", "did you mean feathers"),
        ({"loft": {}}, "settings.loft", "street"),
        ({"address": "a@b"}, "settings", "must not be an email"),
        ({"loft": {"street": "x", "street_file": "/etc/passwd"}}, "settings.loft.street_file", ""),
    ],
)
async def test_a_mistake_is_told_with_its_place(admin, changes, field, said):
    problem = await admin.add(expect=422, **changes)

    assert field == problem["field"]
    assert said in problem["detail"]


async def test_names_are_taken_once(admin):
    first = await admin.add()
    await admin.add(expect=409)
    assert 422 == (await admin.add(name="a b", expect=422))["status"]

    await admin.call("DELETE", f"/api/accounts/{first['id']}", expect=204)
    again = await admin.add()

    assert first["id"] == again["id"]


async def test_what_cannot_be_started_says_why_and_stops_nobody(house, admin):
    stormy = await admin.add(wind="storm")
    await admin.add(name="other")

    assert ("trouble", "Nothing flies in a storm.") == (
        stormy["health"]["state"],
        stormy["health"]["trouble"],
    )
    assert 404 == (await hook(house, "hello"))[0]
    assert 200 == (await hook(house, "hello", "other"))[0]
    listeners = len(house.desk.bus.listeners)
    for _ in range(3):
        await house.plugs.mend()
    await until(lambda: listeners == len(house.desk.bus.listeners))
    path = f"/api/accounts/{stormy['id']}"
    assert "canary" not in str(await admin.call("GET", path))
    calmed = await admin.call("PATCH", path, {"settings": {"wind": "calm"}})
    assert "fine" == calmed["health"]["state"]


async def test_an_archived_account_is_gone_and_its_history_stays(house, admin, sky):
    added = await admin.add()
    await until(lambda: sky.listeners)
    await hook(house, "hello")
    await until_stored(house, 1)

    await admin.call("DELETE", f"/api/accounts/{added['id']}", expect=204)

    assert 404 == (await hook(house, "again"))[0]
    assert not sky.listeners
    (shown,) = (await admin.call("GET", "/api/accounts"))["items"]
    assert "archived" == shown["health"]["state"]
    assert 1 == (await admin.call("GET", f"/api/accounts/{added['id']}/ledger"))["stored"]
    kept = await house.desk.read(lambda unit: unit.accounts.kept(added["id"]))
    assert b"" == kept.settings


async def until_stored(house, count):
    """Wait until so many messages were heard."""
    async with asyncio.timeout(60):
        while len(await house.desk.read(heard)) < count:  # noqa: ASYNC110  # nobody tells
            await asyncio.sleep(0.02)


def heard(unit):
    table = MessageRow.__table__
    return unit.connection.execute(table.select().where(table.c.direction == "in")).all()


# --- pausing --------------------------------------------------------------------------------
async def test_a_paused_account_loses_nothing_and_sends_nothing(house, admin, sky):
    added = await admin.add()
    await until(lambda: sky.listeners)
    await hook(house, "one")
    await until_stored(house, 1)
    path = f"/api/accounts/{added['id']}"

    paused = await admin.call("POST", f"{path}/pause")
    assert ("paused", set()) == (paused["health"]["state"], sky.listeners)
    assert 200 == (await hook(house, "two"))[0]
    await until_stored(house, 2)
    reply = await admin.call(
        "POST", "/api/conversations/1/replies", {"text": "Yes.", "client_id": "c"}, expect=201
    )
    assert ("queued", "This account is paused.") == (reply["delivery"], reply["reason"])
    rounds = house.worker.rounds
    house.worker.awake.set()
    await until(lambda: house.worker.rounds > rounds + 2)
    assert [] == sky.sent

    await admin.call("POST", f"{path}/resume")
    await until(lambda: [out.text for _, out in sky.sent] == ["Yes."])
    await until(lambda: sky.listeners)


# --- trying ---------------------------------------------------------------------------------
async def test_send_me_a_test(house, admin, sky):
    added = await admin.add()
    path = f"/api/accounts/{added['id']}/test"

    tested = await admin.call("POST", path, {"to": "roof 12"})

    assert {"sent": True, "said": "The provider took it.", "external_id": "sky-1"} == tested
    ((token, outgoing),) = sky.sent
    assert ("canary-token", "roof:roof12") == (token, str(outgoing.to[0]))
    assert [] == (await admin.call("GET", "/api/conversations"))["items"]

    sky.refuses = True
    assert {
        "sent": False,
        "said": "The token was refused: get a new one.",
        "external_id": None,
    } == await admin.call("POST", path, {"to": "x"})
    checks = await admin.call("POST", f"/api/accounts/{added['id']}/check")
    assert [{"name": "sky", "fine": False, "found": "It was looked at."}] == checks["items"]


# --- what is said with providers ------------------------------------------------------------
async def test_the_log_of_exchanges_shows_no_secret(house, admin, sky):
    await house.tended["watch"].stop()  # this test looks by itself
    sky.leaks = ["canary-token", quote("canary-ring"), "Y2FuYXJ5LXRva2Vu"]
    added = await admin.add()
    await admin.call("POST", f"/api/accounts/{added['id']}/test", {"to": "x"})
    await house.watch.write_down()

    page = await admin.call("GET", f"/api/accounts/{added['id']}/exchanges?limit=2")

    assert 2 == len(page["items"])
    rest = await admin.call("GET", f"/api/accounts/{added['id']}/exchanges?before={page['next']}")
    everything = str([*page["items"], *rest["items"]])
    assert 3 == len([*page["items"], *rest["items"]])
    assert not any(secret in everything for secret in ("canary", "abc-DEF", "Bearer other", "Y2Fu"))
    assert "https://pigeon.example/bot***/***" == page["items"][-1]["url"]
    assert all(len(one["request"]) <= 2049 for one in page["items"])


async def test_the_log_of_exchanges_keeps_its_length(house, admin):
    added = await admin.add()
    await house.tended["watch"].stop()  # this test looks by itself
    one = Exchange(at=house.desk.clock(), outward=True, method="GET", url="/", status=500)
    for _ in range(6):
        house.desk.exchanges.extend([(added["id"], one)] * 250)
        await house.watch.write_down()

    rows = await house.desk.read(
        lambda unit: unit.connection.scalar(select(func.count()).select_from(ExchangeRow))
    )

    assert 1000 == rows
    assert 1000 == (await admin.call("GET", f"/api/accounts/{added['id']}"))["health"]["errors"]


# --- the ledger -----------------------------------------------------------------------------
async def test_what_a_lost_webhook_hid_is_found(house, admin, sky):
    added = await admin.add()
    await hook(house, "one")
    await until_stored(house, 1)
    sky.holds = [Raw(payload=text, key=text.decode()) for text in (b"one", b"two", b"three")]

    ledger = await admin.call("POST", f"/api/accounts/{added['id']}/reconcile", {"hours": 2})
    assert (3, 2) == (ledger["compared"]["source"], ledger["compared"]["missing"])
    await until_stored(house, 3)
    again = await admin.call("POST", f"/api/accounts/{added['id']}/reconcile", {})

    assert (3, 0) == (again["compared"]["source"], again["compared"]["missing"])
    assert (3, 3) == (again["stored"], again["total"])


# --- who may --------------------------------------------------------------------------------
async def test_supervisors_look_and_agents_only_learn_how_they_are(house, admin):
    added = await admin.add()
    supervisor, agent = await signed_in(house, Role.SUPERVISOR), await signed_in(house, Role.AGENT)
    try:
        await supervisor.call("GET", f"/api/accounts/{added['id']}/exchanges")
        await supervisor.call("POST", f"/api/accounts/{added['id']}/pause", expect=403)
        await agent.call("GET", "/api/accounts", expect=403)
        (seen,) = (await agent.call("GET", "/api/me"))["accounts"]
    finally:
        await supervisor.browser.close()
        await agent.browser.close()

    assert ("tower", True, False) == (seen["name"], seen["healthy"], seen["paused"])
    assert "settings" not in seen


# --- real channels --------------------------------------------------------------------------
async def test_a_chat_that_is_changed_says_goodbye_to_its_visitors(house, admin):
    shop = {"kind": "webchat", "name": "shop", "settings": {"origins": ["*"]}}
    added = await admin.call("POST", "/api/accounts", shop, expect=201)
    address = f"{house.url}/channels/shop/socket"

    async with aiohttp.ClientSession() as visitor:
        async with visitor.post(f"{house.url}/channels/shop/session", json={}) as answer:
            hello = {"type": "hello", "token": (await answer.json())["token"]}
        async with visitor.ws_connect(address) as socket:
            await socket.send_json(hello)
            assert "welcome" == (await socket.receive_json())["type"]
            path = f"/api/accounts/{added['id']}"

            async with visitor.ws_connect(address) as late:
                await admin.call("PATCH", path, {"settings": {"title": "Ask us"}})
                await late.send_json(hello)
                assert RESTART == (await late.receive()).data
            assert RESTART == (await socket.receive()).data
        async with visitor.ws_connect(address) as again:
            await again.send_json(hello)
            assert "welcome" == (await again.receive_json())["type"]

    assert "Ask us" == house.plugs.widgets["shop"].front()["title"]


async def test_a_mailbox_is_read_as_soon_as_it_is_added(house, admin, mailserver, user):  # noqa: F811
    mailserver.deliver(user, mail(1))
    server = {"host": "localhost", "security": "none", "user": user, "password": DOVECOT}
    settings = {
        "address": f"{user}@desk.test",
        "imap": server | {"port": mailserver.port},
        "smtp": server | {"port": 1},
    }
    body = {"kind": "email", "name": "support", "settings": settings}
    added = await admin.call("POST", "/api/accounts", body, expect=201)
    await until_stored(house, 1)

    path = f"/api/accounts/{added['id']}"
    assert (f"{user}@desk.test", True) == (added["address"], added["testable"])
    checks = {
        one["name"]: one["fine"] for one in (await admin.call("POST", f"{path}/check"))["items"]
    }
    assert (True, False) == (checks["IMAP sign-in"], checks["SMTP sign-in"])
    assert not (await admin.call("POST", f"{path}/test", {"to": "ada@x.example"}))["sent"]
    await admin.call("POST", f"{path}/pause")
    mailserver.deliver(user, mail(2))
    await admin.call("POST", f"{path}/resume")
    await until_stored(house, 2)
    assert (await admin.call("GET", path))["health"]["listening"]
