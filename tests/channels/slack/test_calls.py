"""Every call we make is one that Slack knows: by its SDK, and by its contract when it is there."""

import inspect
import json
import os
from datetime import timedelta
from pathlib import Path

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from channels.slack.channel import Slack
from channels.slack.mirror import Heading
from channels.slack.payloads import Event
from channels.slack.settings import Settings
from inbox.channel import Amendment, File, Outgoing
from inbox.model import Address, Button, Choices, ConversationId, Location, MessageId
from inbox.testing import WHEN, RecordingLine
from tests.servers.slack import APP_TOKEN, BOT_TOKEN, TEAM

CONTRACTS = Path(
    os.environ.get("PARLOUR_CONTRACTS", Path(__file__).parents[4] / "shared" / "contracts")
)
WEB = CONTRACTS / "slack-api-specs" / "web-api" / "slack_web_openapi_v2_without_examples.json"
YOUNGER = {  # than the contract, which Slack published in 2021
    "apps.connections.open",
    "files.completeUploadExternal",
    "files.getUploadURLExternal",
}
YOUNGER_ARGUMENTS = {"metadata", "include_all_metadata"}


def outgoing(text="Hello", **more):
    told = {
        "message_id": MessageId(7),
        "conversation_id": ConversationId(1),
        "to": (Address(kind="slack", value="T0SHOP:U0ADA"),),
        "created_at": WHEN,
        "thread": "C1:1767000001.000100",
        "author": "Ada",
    }
    return Outgoing(text=text, **(told | more))


@pytest.fixture
async def calls(slack):
    """Have a channel make every call it can make, and return them."""
    line = RecordingLine()
    settings = Settings(
        bot_token=BOT_TOKEN,
        app_token=APP_TOKEN,
        client_id="1",
        client_secret="2",
        own_teams=(TEAM,),
        mirror_channel="C9",
        api=slack.api,
    )
    channel = Slack(settings, line)
    slack.say("C1", "U0ADA", "Hello?")
    head = slack.messages["C1"][0]["ts"]
    slack.say("C1", "U0ADA", "Hello?", thread_ts=head)
    slack.channels["C9"].add(TEAM)
    choices = Choices(buttons=(Button(title="Yes"), Button(title="See", url="https://a.example")))
    place = Location(latitude=52.2, longitude=21.0, name="The shop")
    plan = File(name="plan.pdf", media_type="application/pdf", content=b"%PDF")

    sent = await channel.send(outgoing(thread=f"C1:{head}"))
    await channel.send(outgoing("Which?", content=choices))
    await channel.send(outgoing("", content=place))
    await channel.send(outgoing(thread=None))  # to a person, directly
    await channel.send(outgoing("Here", thread="C1", files=(plan,)))
    assert await channel.find(outgoing(thread=f"C1:{head}")) == sent
    assert await channel.find(outgoing("Here", thread="C1", files=(plan,)))
    assert await channel.find(outgoing("Never", thread="C1", message_id=MessageId(8))) is None
    change = {"message_id": MessageId(7), "external_id": sent.external_id, "to": ()}
    for emoji in {"emoji": "👍"}, {"emoji": "👍", "on": False}, {"text": "Hi"}, {"delete": True}:
        await channel.amend(Amendment(**change, **emoji))
    await channel.amend(Amendment(**change | {"external_id": "C1:F00001"}, delete=True))
    assert [raw async for raw in channel.held(WHEN - timedelta(days=400))]
    seen = slack.share("a.txt", "text/plain", b"abc")
    named = channel.fetch(f"{TEAM} {seen['id']}")
    assert b"abc" == b"".join([chunk async for chunk in named])
    await channel.directory.known(TEAM, ["U0ADA"])
    await channel.doctor()
    slack.codes["c"] = "T0NEW"
    told = {
        "client_id": "1",
        "client_secret": "2",
        "code": "c",
        "redirect_uri": "https://a.example",
    }
    await channel.installations.add(await channel.web.form("oauth.v2.access", **told))
    await channel.web.ask("conversations.info", BOT_TOKEN, channel="C1")
    await channel.web.form("apps.connections.open", APP_TOKEN)
    mirror = channel.mirror
    heading = Heading(ConversationId(1), "Ada", "chat", "https://desk.example/inbox/all/1")
    thread = await mirror.begin(heading)
    await mirror.tell(thread, "Hello", who="Ada")
    await mirror.asked({"trigger_id": "1.2", "actions": [{"value": "1"}]})
    await mirror.refuse(Event(user="U0ADA", thread_ts=thread), "No.")
    await channel.close()
    return [call for call in slack.calls if call.method != "download"]


async def test_every_call_is_one_of_the_sdk(calls):
    unknown = []
    for call in calls:
        method = getattr(AsyncWebClient, call.method.replace(".", "_"))
        known = inspect.signature(method).parameters
        unknown += [(call.method, name) for name in call.told if name not in known]

    assert [] == unknown


@pytest.mark.skipif(not WEB.exists(), reason="Slack's contract is not there")
async def test_every_call_keeps_to_the_contract(calls):
    paths = json.loads(WEB.read_bytes())["paths"]
    faults = []
    for call in calls:
        if call.method in YOUNGER:
            continue
        (operation,) = paths[f"/{call.method}"].values()
        wanted = {one["name"]: one for one in operation["parameters"]}
        faults += [
            f"{call.method}: {name} is unknown"
            for name in call.told
            if name not in wanted and name not in YOUNGER_ARGUMENTS
        ]
        faults += [
            f"{call.method}: {name} is missing"
            for name, one in wanted.items()
            if one.get("required") and name not in call.told and name != "token"
        ]
        faults += [
            f"{call.method}: {name} is no {one['type']}"
            for name, one in wanted.items()
            if name in call.told and not fits(call.told[name], one.get("type"))
        ]

    assert [] == faults
    assert len({call.method for call in calls}) > 18


def fits(value, kind):
    """Tell whether an argument is of a kind; JSON stands for what forms say in text."""
    match kind:
        case "boolean":
            return isinstance(value, bool) or value in {"true", "false"}
        case "integer" | "number":
            return str(value).replace(".", "", 1).isdecimal()
    return isinstance(value, str | list | dict)
