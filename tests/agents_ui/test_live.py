import asyncio
import contextlib
import random
import socket

import aiohttp
import pytest

from agents_ui import edge
from agents_ui.live import BUFFER, framed
from inbox.actions import agent as agents
from inbox.actions import conversation as verbs
from inbox.model import Role
from tests.agents_ui import scenes
from tests.agents_ui.waiting import GENEROUS, until


class Browser:
    """Hears frames and knows what follows from them."""

    def __init__(self, caller):
        self.caller = caller
        self.sequence = None
        self.conversations = {}
        self.messages = {}
        self.frames = []
        self.ws = None

    async def open(self):
        since = "" if self.sequence is None else f"?since={self.sequence}"
        self.ws = await self.caller.http.ws_connect(f"{self.caller.base}/api/live{since}")
        return self

    async def hear(self, kind=None):
        """Return the next frame, or the next of a kind."""
        async with asyncio.timeout(GENEROUS):
            while True:
                message = await self.ws.receive()
                if message.type is not aiohttp.WSMsgType.TEXT:
                    raise EOFError(message.type)
                frame = message.json()
                self.take_in(frame)
                if kind in (None, frame["type"]):
                    return frame

    def take_in(self, frame):
        self.frames.append(frame)
        if frame["type"] == "change":
            self.conversations |= {one["id"]: one for one in frame["conversations"]}
            self.messages |= {one["id"]: one["text"] for one in frame["messages"]}
        if frame["type"] in ("change", "resync"):
            self.sequence = max(self.sequence or 0, frame["sequence"])

    async def hear_until(self, fits):
        while not fits(self):
            await self.hear()


def never(_):
    return False


async def test_what_happens_is_told_with_its_state(street):
    agent = await street.agent()
    browser = await Browser(agent).open()
    await browser.hear("counts")
    talk = await street.desk.write(scenes.write_in, "Hello!")

    frame = await browser.hear("change")

    assert [talk] == [one["id"] for one in frame["conversations"]]
    assert ["Hello!"] == [one["text"] for one in frame["messages"]]
    assert ["conversation.opened", "message.added"] == [one["verb"] for one in frame["events"]]
    assert frame["sequence"] == frame["events"][-1]["id"]
    assert frame["conversations"][0]["unread"] is True
    counts = await browser.hear("counts")
    assert counts["counts"]["unassigned"] == 1


async def test_our_own_answer_is_unread_by_nobody(street):
    agent = await street.agent()
    talk = await street.desk.write(scenes.write_in)
    browser = await Browser(agent).open()
    path = f"/api/conversations/{talk}/replies"
    await agent.post(path, {"text": "Hi", "client_id": "c"}, expect=201)

    frame = await browser.hear("change")

    assert frame["conversations"][0]["unread"] is False
    assert frame["messages"][0]["client_id"] == "c"


async def test_what_concerns_no_customer_is_not_told(street):
    browser = await Browser(await street.agent()).open()
    await street.agent()  # somebody signs in
    await street.desk.write(scenes.write_in)

    await browser.hear_until(lambda known: known.conversations)

    verbs_told = [
        event["verb"]
        for frame in browser.frames
        if frame["type"] == "change"
        for event in frame["events"]
    ]
    assert "agent.signed_in" not in verbs_told


async def test_a_browser_hears_what_it_missed(street):
    agent = await street.agent()
    me = await agent.get("/api/me")
    talk = await street.desk.write(scenes.write_in, "One")
    await street.desk.write(scenes.write_on, talk, "Two")
    browser = Browser(agent)
    browser.sequence = me["sequence"]
    await browser.open()

    await browser.hear("change")

    assert ["One", "Two"] == list(browser.messages.values())


async def test_a_browser_that_missed_too_much_is_told_to_load_anew(street):
    agent = await street.agent()
    talk = await street.desk.write(scenes.write_in)

    def much(unit):
        for _ in range(1100):
            unit.happened("conversation.read", conversation=talk)

    await street.desk.write(much)
    browser = Browser(agent)
    browser.sequence = 1
    await browser.open()

    frame = await browser.hear("resync")
    assert frame["sequence"] > 1100


async def test_a_number_from_another_life_of_the_desk_is_told_to_load_anew(street):
    browser = Browser(await street.agent())
    browser.sequence = 10**12
    await browser.open()

    assert (await browser.hear())["type"] == "resync"


async def test_a_browser_cut_off_fifty_times_knows_what_the_desk_knows(street):
    """Cut at random moments while customers write; nothing may be missing in the end."""
    agent = await street.agent()
    browser = Browser(agent)
    browser.sequence = (await agent.get("/api/me"))["sequence"]
    chance = random.Random(7)
    written = asyncio.Event()

    async def customers():
        talks = []
        for number in range(300):
            if not talks or chance.random() < 0.2:
                talks.append(await street.desk.write(scenes.write_in, f"First {number}"))
            elif chance.random() < 0.2:
                await street.desk.write(verbs.resolve, chance.choice(talks), by=None)
            else:
                where = chance.choice(talks)
                await street.desk.write(scenes.write_on, where, f"More {number}")
        written.set()

    writing = asyncio.create_task(customers())
    for _ in range(50):
        await browser.open()
        for _ in range(chance.randrange(4)):
            if not written.is_set():
                await browser.hear()
        browser.ws._response.connection.transport.abort()  # no goodbye
    await writing
    told = await agent.get("/api/me")
    await browser.open()
    await browser.hear_until(lambda known: known.sequence >= told["sequence"])

    desk_knows = {}
    for tray in ("all", "resolved"):
        page = await agent.get(f"/api/conversations?list={tray}&limit=200")
        desk_knows |= {one["id"]: one for one in page["items"]}
    heard = {number: one | {"unread": True} for number, one in browser.conversations.items()}
    assert heard == {number: one | {"unread": True} for number, one in desk_knows.items()}
    texts = []
    for number in desk_knows:
        thread = await agent.get(f"/api/conversations/{number}/messages?limit=200")
        texts += [one["text"] for one in thread["items"]]
    assert sorted(texts) == sorted(browser.messages.values())


async def test_everybody_hears_the_same_bytes(street):
    """News are read and written once, however many look."""
    browsers = [await Browser(await street.agent()).open() for _ in range(5)]
    for browser in browsers:
        await browser.hear("counts")
    asked = []
    read = street.desk.read

    async def counted(question, *given, **named):
        asked.append(question.__name__)
        return await read(question, *given, **named)

    street.desk.read = counted
    await street.desk.write(scenes.write_in)
    frames = [await browser.hear("change") for browser in browsers]

    assert all(frame == frames[0] for frame in frames)
    assert asked.count("told") == 1


async def test_typing_reaches_the_others(street):
    one, other = [await Browser(await street.agent()).open() for _ in range(2)]
    await one.hear("counts")
    await other.hear("counts")
    talk = await street.desk.write(scenes.write_in)
    await one.hear("change")
    await one.ws.send_json({"type": "typing", "conversation_id": talk})

    heard = await other.hear("typing")

    assert heard == {
        "type": "typing",
        "conversation_id": talk,
        "agent_id": one.caller.agent_id,
    }


async def test_nonsense_from_a_browser_changes_nothing(street):
    browser = await Browser(await street.agent()).open()
    for nonsense in ("", "{", "[]", '{"type":"typing"}', '{"type":"x"}', "\0"):
        await browser.ws.send_str(nonsense)
    await browser.ws.send_bytes(b"\xff")
    await street.desk.write(scenes.write_in)

    assert await browser.hear("change")


async def test_counts_of_the_quarantine_are_for_supervisors(street):
    await street.desk.write(quarantined)
    agent = await Browser(await street.agent()).open()
    supervisor = await Browser(await street.agent(Role.SUPERVISOR)).open()

    assert (await agent.hear("counts"))["counts"]["quarantined"] == 0
    assert (await supervisor.hear("counts"))["counts"]["quarantined"] == 1


def quarantined(unit):
    from sqlalchemy import insert

    from inbox.tables import JournalRow

    row = {
        "account_id": scenes.SUPPORT,
        "received_at": unit.now,
        "headers": {},
        "payload": b"?",
        "size": 1,
        "state": "quarantined",
    }
    unit.connection.execute(insert(JournalRow), [row])


@pytest.mark.parametrize("kind", ["agent", "program"])
async def test_whoever_may_no_longer_look_is_cut_off(street, kind):
    caller = await (street.agent() if kind == "agent" else street.program())
    browser = await Browser(caller).open()
    await browser.hear("counts")
    await street.desk.write(agents.archive, caller.agent_id)

    with pytest.raises(EOFError):
        await browser.hear_until(never)


async def test_signing_out_cuts_every_window(street):
    agent = await street.agent()
    windows = [await Browser(agent).open() for _ in range(2)]
    for window in windows:
        await window.hear("counts")
    await agent.call("DELETE", "/api/session", expect=204, headers={"Origin": street.base})

    for window in windows:
        with pytest.raises(EOFError):
            await window.hear_until(never)


async def test_strangers_hear_nothing(street):
    caller = await street.stranger()
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        await caller.http.ws_connect(f"{street.base}/api/live")

    assert refused.value.status == 401


async def test_another_sites_page_hears_nothing(street):
    agent = await street.agent()
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        await agent.http.ws_connect(
            f"{street.base}/api/live", headers={"Origin": "https://evil.example"}
        )

    assert refused.value.status == 403


async def test_a_plain_request_is_told_to_upgrade(street):
    agent = await street.agent()
    problem = await agent.get("/api/live", expect=426)

    assert "websocket" in problem["detail"]


async def test_a_browser_that_stops_reading_is_dropped(street):
    agent = await street.agent()
    good = await Browser(agent).open()
    name, cookie = next((one.key, one.value) for one in agent.http.cookie_jar)
    slow = socket.create_connection((street.host, street.port))
    slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    slow.sendall(
        f"GET /api/live HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        f"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n"
        f"Cookie: {name}={cookie}\r\n\r\n".encode()
    )
    live = street.front.live
    with contextlib.closing(slow):
        async with asyncio.timeout(GENEROUS):
            await until(lambda: [one.backlog for one in live.sockets] == [None, None])
            frame = framed(b'"' + b"x" * (BUFFER // 4) + b'"')
            while len(live.sockets) == 2:
                await live.tell_all(frame)
                await asyncio.sleep(0.01)
    await street.desk.write(scenes.write_in)

    await good.hear_string_until_change()


async def hear_string_until_change(self):
    async with asyncio.timeout(GENEROUS):
        while True:
            frame = (await self.ws.receive()).json()
            if isinstance(frame, dict) and frame["type"] == "change":
                return frame


Browser.hear_string_until_change = hear_string_until_change


async def test_goodbye_is_said_before_the_desk_closes(open_street):
    from tests.agents_ui.conftest import Street

    outer = await open_street()
    async with Street(outer.desk, outer.site, edge.Limits()) as closing:
        browser = await Browser(await closing.agent()).open()
        await browser.hear("counts")
        leaving = asyncio.create_task(closing.front.live.stop())
        assert (await browser.hear("goodbye"))["type"] == "goodbye"
        message = await browser.ws.receive()
        assert message.data == aiohttp.WSCloseCode.SERVICE_RESTART
        await leaving
        await browser.caller.get("/health/ready", expect=503)
        closing.front.live.start()  # so that leaving the block stops it as always
