"""A network that lets no websocket through carries the same chat."""

import asyncio

HELLO = {"type": "message", "client_id": "message-1", "text": "Hello"}


async def test_the_whole_exchange_without_a_websocket(chat):
    token = await chat.token()
    news = await chat.poll(token)
    assert ["welcome"] == [frame["type"] for frame in news["frames"]]
    assert [{"type": "stored", "client_id": "message-1"}] == await chat.post(token, HELLO)
    news = await chat.poll(token, news["next"])
    assert ["message-1"] == [frame["message"]["client_id"] for frame in news["frames"]]

    waiting = asyncio.create_task(chat.poll(token, news["next"]))
    await chat.paper.answer(chat.channel, chat.thread(token), "On its way.")

    assert ["On its way."] == [f["message"]["text"] for f in (await waiting)["frames"]]


async def test_an_answer_between_two_questions_is_not_missed(chat):
    token = await chat.token()
    after = (await chat.poll(token))["next"]
    await chat.paper.answer(chat.channel, chat.thread(token), "one")
    await chat.paper.answer(chat.channel, chat.thread(token), "two")

    assert ["one", "two"] == [
        f["message"]["text"] for f in (await chat.poll(token, after))["frames"]
    ]


async def test_a_response_that_was_lost_is_said_again(chat):
    token = await chat.token()
    after = (await chat.poll(token))["next"]
    await chat.paper.answer(chat.channel, chat.thread(token), "one")
    lost = await chat.poll(token, after)

    assert lost == await chat.poll(token, after)


async def test_who_was_away_for_too_long_is_shown_everything(chat):
    token = await chat.token()
    after = (await chat.poll(token))["next"]
    for number in range(300):
        await chat.paper.answer(chat.channel, chat.thread(token), f"{number}")
    news = await chat.poll(token, after)

    assert "welcome" == news["frames"][0]["type"]
    assert "299" == news["frames"][0]["messages"][-1]["text"]


async def test_a_question_with_a_senseless_number_is_shown_everything(chat):
    token = await chat.token()
    await chat.poll(token)
    for number in "x", "-7", "99999":
        frames = (await chat.poll(token, number))["frames"]

        assert ["welcome"] == [frame["type"] for frame in frames]


async def test_a_message_that_cannot_be_stored_is_refused(chat):
    chat.paper.full = True
    [refused] = await chat.post(await chat.token(), HELLO)

    assert ("refused", 5) == (refused["type"], refused["again"])


async def test_what_the_page_says_goes_along_with_the_next_message(chat):
    token = await chat.token()
    await chat.poll(token)
    await chat.post(token, {"type": "attributes", "values": {"basket": 2}})
    await chat.post(token, HELLO)

    assert [{"basket": 2}] == [profile.attributes for profile in chat.paper.profiles]


async def test_a_tab_that_asks_twice_at_once_stays_one_tab(chat):
    token = await chat.token()
    await asyncio.gather(*(chat.poll(token) for _ in range(8)))

    assert 1 == len(chat.channel.hall.rooms[chat.thread(token)])


async def test_two_first_questions_of_one_tab_make_one_guest(chat, monkeypatch):
    """A browser that gave up asking asks again, while the first question is still answered."""
    token = await chat.token()
    both, history = asyncio.Barrier(2), chat.channel.line.history

    async def slow_history(*asked, **how):
        await both.wait()
        return await history(*asked, **how)

    monkeypatch.setattr(chat.channel.line, "history", slow_history)
    await asyncio.gather(chat.poll(token), chat.poll(token))

    assert 1 == len(list(chat.channel.hall))


async def test_an_origin_that_is_none_is_refused(chat):
    for origin in "http://[", "null", "//":
        response = await chat.client.get("/channels/shop/messages", headers={"Origin": origin})

        assert 403 == response.status
