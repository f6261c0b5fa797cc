"""What happens between a customer in Slack and an agent at the desk, over HTTP."""

import asyncio
import time

import pytest

from tests.channels.slack.conftest import EVENTS, SHARED, settings, tell
from tests.servers.slack import BOT_TOKEN, Fault, signed


async def test_a_customer_writes_and_is_answered_in_the_same_thread(desk, slack):
    picture = slack.share("parcel.jpg", "image/jpeg", b"\xff\xd8 a picture")
    said = slack.say(SHARED, "U0ADA", "Where is it, <@U0BO>?", team="T0SHOP", files=[picture])
    assert (200, "") == await tell(desk, slack.event(said))
    [message] = await desk.heard(1)

    assert "Where is it, @Bo Lind?" == message["text"]
    assert "Ada Marsh" == (await desk.conversations())[0]["customer"]["name"]

    [attachment] = (await desk.until(lambda: fetched(desk)))[0]["attachments"]
    assert "parcel.jpg" == attachment["name"]
    assert b"\xff\xd8 a picture" == await content(desk, attachment)
    assert [BOT_TOKEN] == [call.token for call in slack.calls if call.method == "download"]

    [conversation] = await desk.conversations()
    await desk.reply(conversation["id"], "It is <on> its *way*.")
    [told] = await desk.until(lambda: later(slack.told("chat.postMessage")))

    assert (SHARED, said["ts"]) == (told["channel"], told["thread_ts"])
    assert "It is &lt;on&gt; its *way*." == told["text"]
    assert told["mrkdwn"] is False
    assert "Ada" == told["username"]


async def fetched(desk):
    messages = await desk.heard(1)
    return None if messages[0]["attachments"][0]["pending"] else messages


async def content(desk, attachment):
    async with desk.http.get(desk.url + attachment["url"], headers=desk.headers) as answer:
        return await answer.read()


async def later(found):
    return found


@pytest.mark.skip
def _(): ...
