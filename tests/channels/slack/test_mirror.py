"""Agents follow another account's conversations in Slack, and answer from there by command."""

import json
from datetime import timedelta
from urllib.parse import urlencode

import pytest

from tests.channels.open_desk import open_desk
from tests.channels.slack.conftest import EVENTS, SHARED, settings, tell, when
from tests.servers.slack import Fault, signed

HOME = "C0AGENTS"


@pytest.fixture
async def desk(slack, tmp_path):
    slack.person("U0DESK", "Ada", "ada@desk.example")
    slack.person("U0GUEST", "Gil", "ada@desk.example", is_restricted=True)
    slack.person("U0TYPED", "Tom", "ada@desk.example", is_email_confirmed=False)
    slack.person("U0OTHER", "Olga", "olga@desk.example")
    slack.person("U0FAR", "Fay", "ada@desk.example", team="T0SHOP")
    account = settings(slack, own_teams=["T0HOME"], mirror_channel=HOME)
    async with open_desk(tmp_path, slack=account) as opened:
        yield opened


async def begun(desk, slack):
    """Have a customer write, and return the head of the mirror's thread and the message."""
    await tell(desk, slack.event(slack.say(SHARED, "U0ADA", "Where is *it*?", team="T0SHOP")))
    [message] = await desk.heard(1)
    await desk.until(when(lambda: len(slack.messages[HOME]) >= 2))
    return slack.messages[HOME][0], message


def written(slack, user, text, thread=None, **more):
    team = slack.users[user]["team_id"]
    below = {"thread_ts": thread} if thread else {}
    said = slack.say(HOME, user, text, **{"team": team} | below | more)
    return slack.event(said)


async def test_a_conversation_is_a_thread_and_its_messages_are_mirrored(desk, slack):
    head, message = await begun(desk, slack)

    assert "#1 Ada Marsh (slack)" in head["text"]
    shown = slack.messages[HOME][1]
    assert (head["ts"], "Where is *it*?", "Ada Marsh") == (
        shown["thread_ts"],
        shown["text"],
        shown["username"],
    )
    await desk.reply(message["conversation_id"], "On its way.")
    await desk.until(when(lambda: len(slack.messages[HOME]) == 3))
    assert ("On its way.", "Ada to the customer") == (
        slack.messages[HOME][2]["text"],
        slack.messages[HOME][2]["username"],
    )


async def test_what_a_customer_changes_and_takes_back_is_told(desk, slack):
    await begun(desk, slack)
    said = slack.messages[SHARED][0] | {"channel": SHARED}
    await tell(desk, slack.event(slack.changed(said, "Where is parcel 7?")))
    await tell(desk, slack.event(slack.deleted(said)))
    await desk.until(when(lambda: len(slack.messages[HOME]) == 4))

    assert ["(changed) Where is parcel 7?", "(taken back) Where is parcel 7?"] == [
        one["text"] for one in slack.messages[HOME][2:]
    ]


async def test_an_agent_whose_address_changed_is_a_stranger_within_minutes(desk, slack):
    head, _ = await begun(desk, slack)
    await tell(desk, written(slack, "U0DESK", "a note", head["ts"]))
    await desk.heard(2)
    slack.person("U0DESK", "Ada", "somebody@desk.example")
    later = desk.house.desk.clock() + timedelta(minutes=5)
    desk.house.channel("slack").line.desk.clock = lambda: later
    event = written(slack, "U0DESK", "!reply No longer hers.", head["ts"])
    body = json.dumps(event).encode()
    assert 200 == (await desk.post(EVENTS, body, signed(body, at=later.timestamp()))).status

    [refusal] = slack.told("chat.postEphemeral")
    assert "email" in refusal["text"]
    assert 1 == len(slack.messages[SHARED])


async def test_what_agents_write_in_the_thread_is_a_note_and_never_leaves(desk, slack):
    head, message = await begun(desk, slack)
    event = written(slack, "U0DESK", "She called <@U0BO> before.", head["ts"])
    assert 200 == (await tell(desk, event))[0]
    assert 200 == (await tell(desk, event))[0]  # Slack asks whether it arrived

    _, note = await desk.heard(2)
    assert ("note", 1) == (note["direction"], note["author_id"])
    assert "She called @Bo Lind before." == note["text"]
    assert 2 == len(await desk.messages(message["conversation_id"]))
    assert [] == [one for one in slack.messages[SHARED] if one["user"] != "U0ADA"]


@pytest.mark.parametrize("said", ["!reply It is here.", "!reply\nIt is here."])
async def test_only_a_command_reaches_the_customer(desk, slack, said):
    head, _ = await begun(desk, slack)
    await tell(desk, written(slack, "U0DESK", said, head["ts"]))
    await desk.until(when(lambda: len(slack.messages[SHARED]) == 2))

    ours = slack.messages[SHARED][1]
    assert ("It is here.", "Ada") == (ours["text"], ours["username"])


async def test_a_word_that_only_begins_like_the_command_is_a_note(desk, slack):
    head, _ = await begun(desk, slack)
    await tell(desk, written(slack, "U0DESK", "!replying to her later", head["ts"]))

    assert "note" == (await desk.heard(2))[1]["direction"]


@pytest.mark.parametrize("user", ["U0GUEST", "U0TYPED", "U0OTHER", "U0FAR"])
async def test_strangers_are_refused_with_a_sentence(desk, slack, user):
    head, message = await begun(desk, slack)
    for text in "a note", "!reply an answer":
        await tell(desk, written(slack, user, text, head["ts"]))
    refusals = slack.told("chat.postEphemeral")

    assert [(user, head["ts"])] * 2 == [(one["user"], one["thread_ts"]) for one in refusals]
    assert all("email" in one["text"] for one in refusals)
    assert 1 == len(await desk.messages(message["conversation_id"]))
    assert 1 == len(slack.messages[SHARED])


async def test_what_stands_in_no_thread_goes_nowhere(desk, slack):
    await begun(desk, slack)
    await tell(desk, written(slack, "U0DESK", "Lunch?"))
    await tell(desk, written(slack, "U0DESK", "!reply Lunch?"))

    [refusal] = slack.told("chat.postEphemeral")
    assert "thread" in refusal["text"]
    assert 1 == len(await desk.heard(1))
    assert 1 == len(await desk.conversations())


async def test_an_answer_that_crosses_a_message_is_held_back(desk, slack):
    head, _ = await begun(desk, slack)
    broken = [Fault(error="internal_error")] * 99
    slack.fail(f"chat.postMessage {HOME}", *broken)  # nothing is mirrored
    second = slack.say(
        SHARED, "U0ADA", "I have it!", team="T0SHOP", thread_ts=slack.messages[SHARED][0]["ts"]
    )
    await tell(desk, slack.event(second))
    await desk.heard(2)
    await tell(desk, written(slack, "U0DESK", "!reply It is lost.", head["ts"]))

    [refusal] = slack.told("chat.postEphemeral")
    assert "wrote in the meantime" in refusal["text"]
    assert 2 == len(await desk.heard(2))


async def asked(desk, slack, **form):
    """Have Slack post a form: a command, a button or what was filled in."""
    body = urlencode(form).encode()
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    async with desk.http.post(
        f"{desk.url}{EVENTS}", data=body, headers=signed(body) | kind
    ) as answer:
        assert 200 == answer.status
        text = await answer.text()
        return json.loads(text) if text.startswith("{") else text


async def test_the_slash_command_names_the_conversation(desk, slack):
    await begun(desk, slack)
    command = {"command": "/reply", "team_id": "T0HOME", "user_id": "U0DESK", "channel_id": HOME}

    assert "number" in (await asked(desk, slack, **command, trigger_id="1", text="hello"))["text"]
    assert (
        "not followed" in (await asked(desk, slack, **command, trigger_id="2", text="7 x"))["text"]
    )
    told = await asked(desk, slack, **command, trigger_id="3", text="#1 It is here.")
    assert "Sent" in told["text"]
    await desk.until(when(lambda: len(slack.messages[SHARED]) == 2))
    assert "It is here." == slack.messages[SHARED][1]["text"]

    stranger = command | {"user_id": "U0OTHER", "trigger_id": "4", "text": "1 Hello"}
    assert "email" in (await asked(desk, slack, **stranger))["text"]


async def test_the_button_opens_a_form_that_answers(desk, slack):
    head, _ = await begun(desk, slack)
    button = head["blocks"][0]["accessory"]
    who = {"user": {"id": "U0DESK", "team_id": "T0HOME"}, "team": {"id": "T0HOME"}}
    pressed = {
        "type": "block_actions",
        "trigger_id": "9.9",
        "channel": {"id": HOME},
        "container": {"type": "message", "message_ts": head["ts"]},
        "actions": [{"type": "button", "action_ts": "1.2", "block_id": "b", **button}],
    }
    await asked(desk, slack, payload=json.dumps(pressed | who))
    [opened] = slack.told("views.open")
    view = opened["view"] | {"id": "V1"}
    field = view["blocks"][0]
    values = {field["block_id"]: {field["element"]["action_id"]: {"value": "It is here."}}}
    filled = {"type": "view_submission", "view": view | {"state": {"values": values}}}
    stranger = who | {"user": {"id": "U0OTHER", "team_id": "T0HOME"}}
    refused = await asked(desk, slack, payload=json.dumps(filled | stranger))
    assert "errors" == refused["response_action"]

    assert "" == await asked(desk, slack, payload=json.dumps(filled | who))
    assert "" == await asked(desk, slack, payload=json.dumps(filled | who))
    await desk.until(when(lambda: len(slack.messages[SHARED]) == 2))
    assert "It is here." == slack.messages[SHARED][1]["text"]
    assert 2 == len(await desk.heard(2))


async def test_a_failed_answer_is_told_in_the_thread(desk, slack):
    _, message = await begun(desk, slack)
    slack.fail(f"chat.postMessage {SHARED}", Fault(error="is_archived"))
    await desk.reply(message["conversation_id"], "On its way.")

    def told():
        return [one for one in slack.messages[HOME] if "did not reach" in one["text"]]

    [failure] = await desk.until(when(told))
    assert "The channel is archived." in failure["text"]
