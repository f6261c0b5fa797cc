"""What a visitor writes is stored once, and acknowledged when it is."""

import asyncio

from tests.channels.webchat.conftest import bearer, later


async def test_a_message_is_acknowledged_after_it_is_journalled(chat):
    ana = await chat.enter()

    assert {"type": "stored", "client_id": "message-1"} == await ana.write("Where is my parcel?")
    assert 1 == len(chat.paper.raws)
    [[said]] = chat.paper.threads.values()
    assert "Where is my parcel?" == said.message.text


async def test_a_message_that_cannot_be_stored_is_not_acknowledged(chat):
    ana = await chat.enter()
    chat.paper.full = True
    await ana.say("message", client_id="message-1", text="Hello")
    refused = await ana.hear("refused")
    chat.paper.full = False

    assert ("message-1", 5) == (refused["client_id"], refused["again"])
    assert {"type": "stored", "client_id": "message-1"} == await ana.write("Hello")
    assert 1 == len(chat.paper.raws)


async def test_a_resend_after_a_lost_connection_never_doubles(chat):
    token = await chat.token()
    for _ in range(3):
        ana = await chat.enter(token)
        await ana.write("Hello")
        await ana.socket.close()

    assert ["Hello"] == [m["text"] for m in (await chat.enter(token)).welcome["messages"]]


async def test_the_same_message_over_both_transports_is_one(chat):
    token = await chat.token()
    ana = await chat.enter(token)
    await ana.write("Hello")
    answers = await chat.post(token, {"type": "message", "client_id": "message-1", "text": "Hello"})

    assert [{"type": "stored", "client_id": "message-1"}] == answers
    assert 1 == len((await chat.enter(token)).welcome["messages"])


async def test_what_arrives_together_is_journalled_together(chat):
    ana = await chat.enter()
    for number in range(20):
        await ana.say("message", client_id=f"message-{number:02}", text=f"{number}")
    stored = [(await ana.hear("stored"))["client_id"] for _ in range(20)]

    assert sorted(stored) == stored
    assert len(chat.paper.batches) < 20
    assert 20 == sum(chat.paper.batches)


async def test_history_is_there_at_the_next_visit(chat):
    token = await chat.token()
    ana = await chat.enter(token)
    await ana.write("Where is my parcel?")
    await chat.paper.answer(chat.channel, chat.thread(token), "On its way.")
    await ana.socket.close()
    later(chat.paper, days=30)
    messages = (await chat.enter(token)).welcome["messages"]

    assert [(True, "Where is my parcel?", None), (False, "On its way.", "Ivo")] == [
        (each["mine"], each["text"], each["author"]) for each in messages
    ]


async def test_an_answer_reaches_every_tab_at_once(chat):
    token = await chat.token()
    tabs = [await chat.enter(token), await chat.enter(token)]
    await chat.paper.answer(chat.channel, chat.thread(token), "On its way.")

    assert ["On its way."] * 2 == [(await tab.hear("message"))["message"]["text"] for tab in tabs]


async def test_what_one_tab_writes_shows_in_the_others(chat):
    token = await chat.token()
    one, other = await chat.enter(token), await chat.enter(token)
    await one.write("Hello")
    shown = (await other.hear("message"))["message"]

    assert (True, "message-1", "Hello") == (shown["mine"], shown["client_id"], shown["text"])


async def test_an_answer_to_a_closed_tab_waits_for_the_next_visit(chat):
    token = await chat.token()
    await chat.paper.answer(chat.channel, chat.thread(token), "Still there?")

    assert ["Still there?"] == [m["text"] for m in (await chat.enter(token)).welcome["messages"]]


async def test_typing_goes_both_ways(chat):
    token = await chat.token()
    ana = await chat.enter(token)
    await ana.say("typing")
    for listener in chat.paper.typing_listeners:
        listener(chat.thread(token), True)

    assert {"type": "typing", "on": True} == await ana.hear("typing")
    await ana.write("x")  # so that the frame before it has been heard
    assert [chat.thread(token)] == chat.paper.typed


async def test_the_visitor_learns_that_somebody_has_read_it(chat):
    token = await chat.token()
    ana = await chat.enter(token)
    await ana.write("Hello")
    for listener in chat.paper.seen_listeners:
        listener(chat.thread(token), 1)

    assert ["message-1"] == (await ana.hear("seen"))["client_ids"]


async def test_receipts_say_what_was_shown(chat):
    token = await chat.token()
    ana = await chat.enter(token)
    said = await chat.paper.answer(chat.channel, chat.thread(token), "On its way.")
    await ana.hear("message")
    await ana.say("delivered", id=said.message.id)
    await ana.say("seen", id=said.message.id)
    await ana.write("thanks")

    assert [("out-1", "delivered", True), ("out-1", "read", True)] == [
        (each.external_id, each.delivery, each.through) for each in chat.paper.receipts
    ]


async def test_an_address_somebody_typed_is_only_claimed(chat):
    ana = await chat.enter()
    await ana.say("profile", email="Ana@Example.org")
    await ana.write("x")
    [profile] = chat.paper.profiles

    [(address, proof)] = profile.also
    assert ("email:ana@example.org", "claimed") == (str(address), proof)


async def test_what_the_page_says_goes_along_with_the_next_message(chat):
    ana = await chat.enter()
    await ana.say("attributes", values={"page": "https://shop.example/cups", "basket": 2})
    await ana.write("one")
    await ana.write("two", "message-2")

    assert [{"page": "https://shop.example/cups", "basket": 2}] == [
        profile.attributes for profile in chat.paper.profiles
    ]


async def test_a_closing_desk_asks_browsers_to_come_back(chat):
    ana = await chat.enter()
    closing = asyncio.create_task(chat.channel.close())
    await ana.socket.receive(timeout=30)
    await closing

    assert 1012 == ana.socket.close_code


async def test_while_the_store_is_away_browsers_are_asked_to_come_back(chat):
    token = await chat.token()
    ana = await chat.enter(token)
    chat.paper.away = True
    await ana.say("seen", id=1)
    await ana.socket.receive(timeout=30)
    late = await chat.client.ws_connect("/channels/shop/socket")
    await late.send_json({"type": "hello", "token": token})
    await late.receive(timeout=30)
    poll = await chat.client.get("/channels/shop/messages", headers=bearer(token))

    assert (1013, 1013, 503) == (ana.socket.close_code, late.close_code, poll.status)
    assert {} == chat.channel.hall.rooms
