"""Bad input gets a clear answer and hurts nobody else."""

import asyncio

import pytest

from tests.channels.webchat.conftest import SITE, bearer, later


@pytest.mark.parametrize(
    "frame",
    [
        "{",
        "[]",
        "null",
        '"x"',
        "{}",
        '{"type": "nonsense"}',
        '{"type": "message"}',
        '{"type": "message", "client_id": "x", "text": "too short a name"}',
        '{"type": "message", "client_id": "../../etc/passwd", "text": "x"}',
        '{"type": "message", "client_id": "message-1", "text": 7}',
        '{"type": "message", "client_id": "message-1", "text": "\\ud800"}',
        '{"type": "profile", "email": "no address"}',
        '{"type": "profile", "email": "a@b.c\\r\\nBcc: x@y.z"}',
        '{"type": "seen", "id": -1}',
        '{"type": "seen", "id": 99999999999999999999999}',
        '{"type": "attributes", "values": {"x": {"deep": [1]}}}',
        '{"type": "hello", "token": "again"}',
    ],
)
async def test_a_bad_frame_gets_a_clear_error_and_keeps_the_socket(chat, frame):
    ana = await chat.enter()
    await ana.socket.send_str(frame)
    error = await ana.hear("error")

    assert "could not be read" in error["reason"]
    assert await ana.write("Still here")


async def test_text_that_no_database_takes_is_cleaned(chat):
    ana = await chat.enter()
    await ana.write("a\0b")
    [[said]] = chat.paper.threads.values()

    assert "a\N{REPLACEMENT CHARACTER}b" == said.message.text


async def test_an_empty_message_is_refused_for_good(chat):
    ana = await chat.enter()
    await ana.say("message", client_id="message-1", text=" \n ")
    refused = await ana.hear("refused")

    assert ("An empty message says nothing.", None) == (refused["reason"], refused["again"])


async def test_a_frame_of_any_size_is_not_taken(chat):
    ana = await chat.enter()
    await ana.socket.send_str("x" * 100_000)
    await ana.socket.receive(timeout=30)

    assert 1009 == ana.socket.close_code


async def test_a_flood_is_slowed_down_and_hurts_nobody_else(chat):
    ana, ivo = await chat.enter(), await chat.enter()
    flood = [
        ana.say("message", client_id=f"message-{number:04}", text="x") for number in range(1000)
    ]
    flooding = asyncio.gather(*flood, return_exceptions=True)
    counts = {"stored": 0, "refused": 0}
    async for frame in ana.socket:
        counts[frame.json()["type"]] += 1
    await flooding

    assert 1008 == ana.socket.close_code
    assert 60 == len(chat.paper.raws)
    assert counts["refused"] <= 201
    assert await ivo.write("I am another")


async def test_who_is_slowed_down_may_go_on_later(open_chat):
    chat = await open_chat(visitor_messages=1)
    ana = await chat.enter()
    await ana.write("one")
    await ana.say("message", client_id="message-2", text="two")
    refused = await ana.hear("refused")
    later(chat.paper, seconds=refused["again"])

    assert 0 < refused["again"] <= 60
    assert await ana.write("two", "message-2")


async def test_many_visitors_behind_one_address_share_its_limit(open_chat):
    chat = await open_chat(address_messages=3)
    for number in range(3):
        await (await chat.enter()).write(f"{number}")
    another = await chat.enter()
    await another.say("message", client_id="message-1", text="x")

    assert "again" in await another.hear("refused")


async def test_tokens_are_not_given_out_without_end(chat):
    answers = [
        (await chat.client.post("/channels/shop/session", json={})).status for _ in range(62)
    ]

    assert [200] * 60 + [429] * 2 == answers


async def test_a_visitor_may_not_hold_sockets_without_end(chat):
    token = await chat.token()
    for _ in range(10):
        await chat.enter(token)
    socket = await chat.client.ws_connect("/channels/shop/socket")
    await socket.send_json({"type": "hello", "token": token})
    await socket.receive(timeout=30)

    assert 1013 == socket.close_code


async def test_a_socket_that_says_no_hello_is_closed(chat):
    socket = await chat.client.ws_connect("/channels/shop/socket")
    await socket.send_str("hello")
    await socket.receive(timeout=30)

    assert 1008 == socket.close_code


async def test_a_browser_that_does_not_read_is_cut(chat):
    token = await chat.token()
    ana = await chat.enter(token)
    network = ana.socket._reader._protocol
    network.pause_reading()
    thread = chat.thread(token)
    for _ in range(3000):
        await chat.paper.answer(chat.channel, thread, "x" * 10_000)
        await asyncio.sleep(0)
        if thread not in chat.channel.hall.rooms:
            break
        chat.paper.threads[thread].clear()
    network.resume_reading()

    assert thread not in chat.channel.hall.rooms


@pytest.mark.parametrize("path", ["socket", "messages", "session", "files"])
async def test_a_foreign_site_may_not_use_the_chat(chat, path):
    method = "GET" if path == "socket" else "POST"
    for origin in "https://evil.example", "null", "https://shop.example.evil.example":
        response = await chat.client.request(
            method, f"/channels/shop/{path}", headers={"Origin": origin}
        )

        assert 403 == response.status


async def test_the_accounts_sites_and_our_own_pages_may(chat):
    here = f"http://{chat.client.host}:{chat.client.port}"
    for origin in SITE, here:
        response = await chat.client.post(
            "/channels/shop/session", json={}, headers={"Origin": origin}
        )

        assert 200 == response.status


async def test_a_body_that_is_no_json_is_refused_with_its_reason(chat):
    token = await chat.token()
    for path in "session", "messages":
        response = await chat.client.post(
            f"/channels/shop/{path}", data=b"{", headers=bearer(token)
        )
        problem = await response.json()

        assert (400, 400) == (response.status, problem["status"])
        assert problem["detail"]
