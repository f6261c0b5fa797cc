"""A customer writes to a bot, and the desk answers: over HTTP, against a stand-in that counts."""

import asyncio
import json
from pathlib import Path

import pytest

from inbox.model import Delivery
from tests.channels.open_desk import open_desk
from tests.servers.telegram import TOKEN, Fault, fake_telegram

HERE = Path(__file__).parent
CHAT = "4711"


def update(name, number=1, **message):
    """Return a recorded update under a new number, its message changed as told."""
    told = json.loads((HERE / f"{name}.json").read_text()) | {"update_id": number}
    for kind in ("message", "edited_message"):
        if kind in told:
            told[kind] |= message
    return told


@pytest.fixture
async def telegram():
    async with fake_telegram() as telegram:
        yield telegram


def settings(telegram, **more):
    return {"kind": "telegram", "token": TOKEN, "api_url": telegram.url, "poll_seconds": 5} | more


@pytest.fixture
async def desk(telegram, tmp_path):
    async with open_desk(tmp_path, bot=settings(telegram)) as desk:
        yield desk


@pytest.fixture
async def called(telegram, tmp_path):
    """A desk that Telegram calls."""
    async with open_desk(tmp_path, bot=settings(telegram, webhook=True)) as desk:
        await desk.until(lambda: asyncio.sleep(0, telegram.webhook))
        yield desk


async def our(desk, conversation, delivery):
    """Wait for our only message to get that far, and return it."""

    async def there():
        said = await desk.messages(conversation)
        return [
            one for one in said if one["direction"] == "out" and one["delivery"] == delivery.value
        ]

    [found] = await desk.until(there)
    return found


async def test_a_photo_comes_in_and_an_answer_goes_out(telegram, desk):
    telegram.files["large"] = b"\xff\xd8\xff a cracked bowl"
    telegram.tell(update("photo"))
    [said] = await desk.heard()
    await desk.reply(said["conversation_id"], "We make you a new one.")
    await our(desk, said["conversation_id"], Delivery.SENT)

    async def here():
        [said] = [one for one in await desk.messages(said_in) if one["direction"] == "in"]
        return said if not said["attachments"][0]["pending"] else None

    said_in = said["conversation_id"]
    fetched = await desk.until(here)
    async with desk.http.get(desk.url + fetched["attachments"][0]["url"]) as answer:
        content = await answer.read()

    [shown] = telegram.sent
    assert (shown["chat_id"], shown["text"]) == (4711, "We make you a new one.")
    assert fetched["text"] == "It cracked 😢"
    assert content == telegram.files["large"]


async def test_an_update_is_confirmed_only_after_it_is_stored(telegram, desk):
    telegram.tell(update("text", 41))
    await desk.heard()
    await desk.until(lambda: asyncio.sleep(0, telegram.confirmed))

    offsets = [told.get("offset") for told in telegram.named("getUpdates")]
    assert telegram.confirmed == 42
    assert offsets.count(42) >= 1
    assert set(offsets) == {None, 42}


async def test_what_waited_is_taken_after_an_outage(telegram, tmp_path):
    for number in range(1, 251):
        telegram.tell(update("text", number, message_id=number, text=f"Message {number}"))
    async with open_desk(tmp_path, bot=settings(telegram)) as desk:

        async def all_here():
            ledger = await desk.ledger()
            return ledger if ledger["message"] == 250 else None

        ledger = await desk.until(all_here)
        await desk.until(lambda: asyncio.sleep(0, telegram.confirmed == 251))

    assert (ledger["duplicate"], ledger["quarantined"]) == (0, 0)


async def test_edits_emojis_and_buttons_reach_the_thread(telegram, desk):
    telegram.tell(update("text", 1))
    telegram.tell(update("edited", 2))
    [said] = await desk.heard()
    talk = said["conversation_id"]
    ours = await desk.reply(
        talk,
        "Shall we?",
        content={
            "type": "choices",
            "buttons": [{"title": "Yes, please", "id": "yes"}, {"title": "No"}],
        },
    )
    await our(desk, talk, Delivery.SENT)
    [shown] = telegram.sent
    rows = shown["reply_markup"]["inline_keyboard"]
    pressed, reacted = update("pressed", 3), update("reacted", 4)
    pressed["callback_query"]["message"]["message_id"] = shown["message_id"]
    reacted["message_reaction"]["message_id"] = shown["message_id"]
    telegram.tell(pressed)
    telegram.tell(reacted)

    async def settled():
        said = await desk.messages(talk)
        return said if len(said) == 3 and said[1]["reactions"] else None

    first, second, third = await desk.until(settled)
    assert (first["text"], bool(first["edited_at"])) == ("Is my large bowl fired?", True)
    assert [one["emoji"] for one in second["reactions"]] == ["❤"]
    assert (third["text"], third["answers_id"]) == ("Yes, please", ours["id"])
    assert [row[0]["callback_data"] for row in rows] == ["yes", "No"]
    await desk.until(lambda: asyncio.sleep(0, telegram.named("answerCallbackQuery")))


async def test_an_agent_changes_takes_back_and_reacts(telegram, desk):
    telegram.tell(update("text"))
    [said] = await desk.heard()
    ours = await desk.reply(said["conversation_id"], "It is fried.")
    await our(desk, said["conversation_id"], Delivery.SENT)

    await desk.ask("PATCH", f"/api/messages/{ours['id']}", text="It is fired.")
    await desk.until(lambda: asyncio.sleep(0, telegram.named("editMessageText")))
    await desk.ask("PUT", f"/api/messages/{said['id']}/reactions/%F0%9F%91%8D", **{"": None})
    await desk.until(lambda: asyncio.sleep(0, telegram.named("setMessageReaction")))
    await desk.ask("DELETE", f"/api/messages/{ours['id']}", **{"": None})
    await desk.until(lambda: asyncio.sleep(0, telegram.named("deleteMessage")))

    [edit] = telegram.named("editMessageText")
    [emoji] = telegram.named("setMessageReaction")
    assert edit["text"] == "It is fired."
    assert (emoji["message_id"], emoji["reaction"]) == (7, [{"type": "emoji", "emoji": "👍"}])
    assert telegram.named("deleteMessage")[0]["message_id"] == edit["message_id"]


async def test_telegram_says_how_long_to_wait(telegram, desk):
    telegram.fail("sendMessage", Fault(429, "Too Many Requests", {"retry_after": 2}))
    telegram.tell(update("text"))
    [said] = await desk.heard()
    await desk.reply(said["conversation_id"], "Yes.")
    await our(desk, said["conversation_id"], Delivery.SENT)

    first, second = [
        at
        for at, (name, _) in zip(telegram.times, telegram.calls, strict=True)
        if name == "sendMessage"
    ]
    assert second - first >= 2


async def test_a_broken_telegram_is_asked_again(telegram, desk):
    telegram.fail("sendMessage", Fault(503, "Oops"))
    telegram.tell(update("text"))
    [said] = await desk.heard()
    await desk.reply(said["conversation_id"], "Yes.")
    await our(desk, said["conversation_id"], Delivery.SENT)

    assert len(telegram.named("sendMessage")) == 2
    assert len(telegram.sent) == 1


@pytest.mark.parametrize("fault", [Fault(cut=True), Fault(502, "Bad Gateway")])
async def test_what_may_have_been_sent_is_never_repeated_silently(telegram, desk, fault):
    telegram.fail("sendMessage", fault)
    telegram.tell(update("text"))
    [said] = await desk.heard()
    await desk.reply(said["conversation_id"], "Yes.")
    doubtful = await our(desk, said["conversation_id"], Delivery.UNKNOWN)

    assert doubtful["reason"]
    assert len(telegram.named("sendMessage")) == 1


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (Fault(403, "Forbidden: bot was blocked by the user"), "The customer blocked the bot."),
        (
            Fault(400, "Bad Request: chat not found"),
            "Telegram refused it: Chat not found.",
        ),
    ],
    ids=["blocked", "unknown"],
)
async def test_a_refusal_says_why(telegram, desk, fault, reason):
    telegram.fail("sendMessage", fault)
    telegram.tell(update("text"))
    [said] = await desk.heard()
    await desk.reply(said["conversation_id"], "Yes.")
    refused = await our(desk, said["conversation_id"], Delivery.FAILED)

    assert refused["reason"] == reason


async def test_telegram_calls_and_every_repeat_is_recognised(telegram, called):
    said = update("text", 5)

    assert await telegram.call_back(said) == 200
    assert await asyncio.gather(telegram.call_back(said), telegram.call_back(said)) == [200, 200]

    async def settled():
        ledger = await called.ledger()
        return ledger if ledger["duplicate"] == 2 else None

    await called.heard()
    assert (await called.until(settled))["message"] == 1


async def test_somebody_else_calls_in_vain(telegram, called):
    assert await telegram.call_back(update("text"), secret="guessed") == 403
    assert await telegram.call_back(update("text"), secret="") == 403
    assert (await called.ledger())["received"] == 0


async def test_a_topic_is_one_conversation_of_many_people(telegram, desk):
    telegram.tell(update("topic", 1))
    rui = {"id": 9, "is_bot": False, "first_name": "Rui"}
    other = update("topic", 2, message_id=8, text="Hello Ines")
    other["message"]["from"] = rui
    telegram.tell(other)

    first, second = await desk.heard(2)
    assert [first["sender_name"], second["sender_name"]] == ["Ines Duarte", "Rui"]
    await desk.reply(first["conversation_id"], "Hello both!")
    await our(desk, first["conversation_id"], Delivery.SENT)
    [shown] = telegram.sent
    assert (shown["chat_id"], shown["message_thread_id"]) == (-10042, 3)


async def test_a_shared_number_is_known_for_sure(telegram, desk):
    telegram.tell(update("own_number"))
    await desk.heard()
    [talk] = await desk.conversations()

    async def known():
        record = await desk.ask("GET", f"/api/customers/{talk['customer']['id']}")
        return {(one["kind"], one["value"]): one["proof"] for one in record["identities"]}

    assert await known() == {
        ("telegram", "4711"): "verified",
        ("phone", "+351912345678"): "verified",
    }


async def test_a_wrong_token_is_told_to_everybody(telegram, tmp_path):
    wrong = settings(telegram, token=TOKEN.replace("AAE", "AAF"))
    async with open_desk(tmp_path, bot=wrong) as desk:

        async def troubled():
            me = await desk.ask("GET", "/api/me")
            return me["accounts"][0]["trouble"]

        assert "@BotFather" in await desk.until(troubled)
