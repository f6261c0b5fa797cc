"""WhatsApp comes in and goes out over Twilio: the whole desk against a stand-in that counts."""

import json
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest

from channels.whatsapp import Settings, WhatsApp
from inbox.channel import Outgoing
from inbox.errors import Rejected
from inbox.model import (
    Address,
    Button,
    Choices,
    ConversationId,
    Location,
    MessageId,
    Templated,
)
from inbox.testing import RecordingLine
from tests.channels.open_desk import open_desk
from tests.servers.twilio import ACCOUNT, OURS, TOKEN, Outcome, running_twilio

CUSTOMER = "+48600100200"
TEMPLATE = "HX" + "a" * 32


@pytest.fixture
async def twilio():
    async with running_twilio() as twilio:
        yield twilio


@asynccontextmanager
async def opened(folder, twilio):
    told = {
        "kind": "whatsapp",
        "account_sid": ACCOUNT,
        "auth_token": TOKEN,
        "numbers": [OURS],
        "base_url": twilio.url,
    }
    async with open_desk(folder, talk=told) as desk:
        yield desk


@pytest.fixture
async def desk(tmp_path, twilio):
    async with opened(tmp_path, twilio) as desk:
        yield desk


async def write(desk, twilio, words, **more):
    """A customer writes; returns the status that Twilio saw."""
    form = twilio.incoming(
        words,
        who=f"whatsapp:{CUSTOMER}",
        to=f"whatsapp:{OURS}",
        **{"ProfileName": "Zofia", "WaId": CUSTOMER[1:], **more},
    )
    return await twilio.post(f"{desk.url}/channels/talk/messages", form)


async def ends(desk, talk, number, delivery):
    async def there():
        for one in await desk.messages(talk):
            if one["id"] == number and one["delivery"] == delivery:
                return one
        return None

    return await desk.until(there)


async def test_a_message_comes_in_and_its_answer_is_read(desk, twilio):
    assert 200 == await write(desk, twilio, "Do you have bells?")
    [said] = await desk.heard()
    [talk] = await desk.conversations()
    assert ("Do you have bells?", "Zofia") == (said["text"], talk["customer"]["name"])

    answer = await desk.reply(said["conversation_id"], "We do.")
    await ends(desk, said["conversation_id"], answer["id"], "sent")
    [sent] = twilio.sent
    assert ("We do.", f"whatsapp:{CUSTOMER}", f"whatsapp:{OURS}") == (
        sent["body"],
        sent["to"],
        sent["from"],
    )
    await twilio.report(sent["sid"], "read")
    await twilio.report(sent["sid"], "delivered")  # it is late
    await ends(desk, said["conversation_id"], answer["id"], "read")


async def test_buttons_are_offered_and_pressed(desk, twilio):
    await write(desk, twilio, "When can I come?")
    [said] = await desk.heard()
    talk = said["conversation_id"]
    buttons = [{"title": "Monday", "id": "mon"}, {"title": "Friday", "id": "fri"}]
    answer = await desk.reply(talk, "Which day?", content={"type": "choices", "buttons": buttons})
    await ends(desk, talk, answer["id"], "sent")
    [content], [asked] = twilio.contents, twilio.asked
    assert buttons == content["types"]["twilio/quick-reply"]["actions"]
    assert content["sid"] == asked.form["ContentSid"]
    assert {"1": "Which day?"} == json.loads(asked.form["ContentVariables"])

    about = {"OriginalRepliedMessageSid": twilio.sent[0]["sid"]}
    await write(desk, twilio, "Monday", ButtonText="Monday", ButtonPayload="mon", **about)
    pressed = (await desk.heard(3))[-1]
    assert ("pressed", "mon") == (pressed["content"]["type"], pressed["content"]["id"])
    assert answer["id"] == pressed["answers_id"]


async def test_templates_are_offered_with_their_blanks(desk, twilio):
    approval = {"name": "order_ready", "category": "UTILITY", "status": "approved"}
    types = {"twilio/text": {"body": "Hello {{1}}, order {{2}} is ready."}}
    approved = {"sid": TEMPLATE, "friendly_name": "order ready", "language": "en", "types": types}
    approved |= {"variables": {"1": "Ada", "2": "17"}, "approval_requests": approval}
    waiting = approved | {"sid": "HX2", "approval_requests": approval | {"status": "pending"}}
    twilio.contents += [approved, waiting]
    account = desk.house.names["talk"]
    offered = await desk.ask("GET", f"/api/accounts/{account}/templates")

    [template] = offered["items"] if isinstance(offered, dict) else offered
    assert (TEMPLATE, "order_ready", ["1", "2"]) == (
        template["name"],
        template["title"],
        template["variables"],
    )
    assert "Hello {{1}}, order {{2}} is ready." == template["text"]

    await write(desk, twilio, "Hello")
    [said] = await desk.heard()
    content = {"type": "template", "name": TEMPLATE, "variables": {"1": "Zofia", "2": "18"}}
    answer = await desk.reply(said["conversation_id"], "", content=content)
    await ends(desk, said["conversation_id"], answer["id"], "sent")
    [asked] = twilio.asked
    assert TEMPLATE == asked.form["ContentSid"]
    assert {"1": "Zofia", "2": "18"} == json.loads(asked.form["ContentVariables"])


async def test_a_day_after_the_last_message_the_window_is_closed(desk, twilio):
    await write(desk, twilio, "Hello")
    [said] = await desk.heard()
    thread = await desk.ask("GET", f"/api/conversations/{said['conversation_id']}")
    closes = datetime.fromisoformat(thread["envelope"]["closes_at"])
    heard = datetime.fromisoformat(said["created_at"])

    assert thread["envelope"]["window_open"]
    assert timedelta(days=1) == closes - heard


async def test_twilio_says_when_the_window_was_closed_after_all(desk, twilio):
    await write(desk, twilio, "Hello")
    [said] = await desk.heard()
    twilio.script.append(Outcome(status=400, code=63016))
    answer = await desk.reply(said["conversation_id"], "We do.")

    refused = await ends(desk, said["conversation_id"], answer["id"], "failed")
    assert "24 hours" in refused["reason"]


# --- one message at a time --------------------------------------------------------------------
@pytest.fixture
async def channel(twilio):
    settings = Settings(account_sid=ACCOUNT, auth_token=TOKEN, numbers=(OURS,), base_url=twilio.url)
    opened = WhatsApp(settings, RecordingLine())
    yield opened
    await opened.close()


def message(words="Hello", **more):
    return Outgoing(
        message_id=MessageId(7),
        conversation_id=ConversationId(1),
        to=(Address(kind="phone", value=CUSTOMER),),
        text=words,
        created_at=datetime.now(UTC),
        **more,
    )


def choices(*titles):
    return Choices(buttons=tuple(Button(title=title) for title in titles), prompt="Days")


async def test_buttons_are_made_once_whatever_the_message_says(channel, twilio):
    for words in "Which day?", "And now?":
        await channel.send(message(words, content=choices("Monday", "Friday")))
    again = WhatsApp(channel.settings, RecordingLine())
    await again.send(message(content=choices("Monday", "Friday")))
    await again.close()

    assert 1 == len(twilio.contents)
    assert 3 == len(twilio.sent)


async def test_buttons_that_somebody_deleted_are_made_again(channel, twilio):
    await channel.send(message(content=choices("Monday", "Friday")))
    twilio.contents.clear()
    twilio.script.append(Outcome(status=400, code=21655))
    with pytest.raises(Rejected, match="does not know this template"):
        await channel.send(message(content=choices("Monday", "Friday")))

    await channel.send(message(content=choices("Monday", "Friday")))
    assert [twilio.contents[0]["sid"]] == [twilio.asked[-1].form["ContentSid"]]


async def test_more_than_three_buttons_are_a_list(channel, twilio):
    await channel.send(message(content=choices("Mon", "Tue", "Wed", "Thu")))

    [content] = twilio.contents
    picker = content["types"]["twilio/list-picker"]
    assert ("Days", 4) == (picker["button"], len(picker["items"]))


async def test_buttons_that_open_pages_become_lines(channel, twilio):
    shop = Choices(buttons=(Button(title="Our shop", url="https://shop.example"),))
    await channel.send(message("Look:", content=shop))

    assert [] == twilio.contents
    assert "Look:\n\n1. Our shop: https://shop.example" == twilio.sent[0]["body"]


async def test_a_place_is_shown_on_a_map(channel, twilio):
    shop = Location(latitude=52.229676, longitude=21.012229, name="Our shop")
    await channel.send(message("", content=shop))

    [asked] = twilio.asked
    assert "geo:52.229676,21.012229|Our shop" == asked.form["PersistentAction"]
    assert "Our shop" == asked.form["Body"]


async def test_a_template_that_broke_off_is_found_by_its_time(channel, twilio):
    template = message("", content=Templated(name=TEMPLATE, variables={"1": "Ada"}))
    assert await channel.find(template) is None

    sent = await channel.send(template)
    assert sent.external_id == (await channel.find(template)).external_id


async def test_a_message_goes_to_one_person(channel):
    nobody = Outgoing(
        message_id=MessageId(7),
        conversation_id=ConversationId(1),
        to=(),
        text="Hello",
        created_at=datetime.now(UTC),
    )

    with pytest.raises(Rejected):
        await channel.send(nobody)


async def test_the_doctor_knows_the_senders(channel, twilio):
    twilio.webhook = "https://desk.example/channels/test/messages"
    checks = {check.name: check for check in await channel.doctor()}
    assert checks[OURS].fine
    assert not checks["templates"].fine

    twilio.numbers = ()
    [_, gone, _] = await channel.doctor()
    assert "no WhatsApp sender" in gone.found
