"""Every call we make is one of the Bot API, where its contract lies beside this checkout."""

import pytest

from channels.telegram.channel import Telegram
from channels.telegram.settings import Settings
from inbox.channel import Amendment, File, Outgoing
from inbox.model import Address, Button, Choices, ConversationId, Location, MessageId
from inbox.testing import WHEN, RecordingLine
from tests.servers.prism import contract
from tests.servers.telegram import TOKEN, breaches, fake_telegram

THREAD = "-10042/3"
PLAN = File(name="plan.pdf", media_type="application/pdf", content=b"%PDF")
PICTURE = File(name="bowl.png", media_type="image/png", content=b"\x89PNG")
CHOICES = Choices(buttons=(Button(title="Yes"), Button(title="See", url="https://a.example")))


def outgoing(text="Hello", **more):
    told = {
        "message_id": MessageId(7),
        "conversation_id": ConversationId(1),
        "to": (Address(kind="telegram", value="4711"),),
        "created_at": WHEN,
        "thread": THREAD,
    }
    return Outgoing(text=text, **(told | more))


async def test_every_call_keeps_to_the_contract():
    contract("telegram/api.json")
    async with fake_telegram() as telegram:
        told = Settings(token=TOKEN, api_url=telegram.url, webhook=True)
        channel = Telegram(told, RecordingLine())
        await channel.send(outgoing(quotes="-10042:5"))
        await channel.send(outgoing("Which?", content=CHOICES))
        await channel.send(outgoing("", content=Location(latitude=52.2, longitude=21.0)))
        await channel.send(outgoing("Here", files=(PLAN,)))
        sent = await channel.send(outgoing("", files=(PICTURE,), thread="4711"))
        change = {
            "message_id": MessageId(7),
            "external_id": sent.external_id,
            "to": (),
            "thread": THREAD,
        }
        for what in {"emoji": "👍"}, {"emoji": "👍", "on": False}, {"text": "Hi"}, {"delete": True}:
            await channel.amend(Amendment(**change, **what))
        telegram.files["one"] = b"abc"
        assert b"abc" == b"".join([chunk async for chunk in channel.fetch("one")])
        await channel.release("77")
        await channel.show_typing(THREAD)
        await channel.doctor()
        await channel.ask("setWebhook", url="https://a.example", secret_token=channel.secret)
        await channel.news(3)
        await channel.close()

    assert len({name for name, _ in telegram.calls}) >= 13


@pytest.mark.parametrize(
    ("method", "told", "said"),
    [
        ("sendMessage", {"chat_id": 1, "text": "Hello"}, []),
        ("sendMessage", {"chat_id": 1}, ["sendMessage: text"]),
        ("sendMessage", {"chat_id": 1, "text": "", "colour": 1}, ["sendMessage: colour"]),
        ("sendMessage", {"chat_id": [], "text": "Hello"}, ["sendMessage: chat_id"]),
        ("sendPigeon", {}, ["there is no sendPigeon"]),
    ],
)
def test_what_breaks_the_contract_is_noticed(method, told, said):
    contract("telegram/api.json")
    assert said == breaches(method, told)
