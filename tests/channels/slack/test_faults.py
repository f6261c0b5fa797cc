"""What happens when Slack is busy, broken, or silent after it was spoken to."""

import pytest
from aiohttp import ClientTimeout
from sqlalchemy import update

from channels.slack.channel import Slack
from channels.slack.settings import Settings
from channels.slack.web import Web
from inbox.errors import Ambiguous, Misconfigured, Rejected, TryLater
from inbox.notices import Promised
from inbox.tables import JobRow
from inbox.testing import RecordingLine
from tests.channels.slack.conftest import SHARED, ours, tell, when
from tests.servers.slack import BOT_TOKEN, SECRET, Fault


async def begun(desk, slack):
    await tell(desk, slack.event(slack.say(SHARED, "U0ADA", "Hello?", team="T0SHOP")))
    [message] = await desk.heard(1)
    return message["conversation_id"]


async def hasten(desk, work):
    """Have the job of a kind that waits run now."""
    now = desk.house.desk.clock()
    waits = update(JobRow).where(
        JobRow.share.like(f"{work}:%"), JobRow.holder.is_(None), JobRow.run_at > now
    )

    def soon(unit):
        unit.notify(Promised(due=now))
        return unit.connection.execute(waits.values(run_at=now)).rowcount

    async def hastened():
        return await desk.house.desk.write(soon)

    await desk.until(hastened)


async def test_a_broken_slack_is_tried_until_it_works(desk, slack):
    conversation = await begun(desk, slack)
    slack.fail("chat.postMessage", Fault(503), Fault(503))
    await desk.reply(conversation, "Yes.")
    for tried in 1, 2:
        await desk.until(when(lambda n=tried: len(slack.told("chat.postMessage")) == n))
        await hasten(desk, "deliver")
    await desk.until(lambda: ours(desk, "sent"))

    assert 3 == len(slack.told("chat.postMessage"))
    assert 2 == len(slack.messages[SHARED])


@pytest.mark.parametrize("acted", [True, False])
async def test_a_silence_is_doubtful_until_the_history_tells(desk, slack, acted):
    conversation = await begun(desk, slack)
    desk.house.channel("slack").web.wire.timeout = ClientTimeout(total=1)
    slack.fail("chat.postMessage", Fault(hangs=True))
    await desk.reply(conversation, "Yes.")
    await desk.until(lambda: ours(desk, "unknown"))
    desk.house.channel("slack").web.wire.timeout = ClientTimeout(total=60)
    if not acted:  # it was lost on Slack's side
        slack.messages[SHARED].pop()

    for _ in range(1 if acted else 3):
        await hasten(desk, "ascertain")
    if acted:
        await desk.until(lambda: ours(desk, "sent"))
    else:
        await desk.until(lambda: worded(desk, "probably not sent"))

    assert 1 == len(slack.told("chat.postMessage"))  # it was never repeated


async def worded(desk, words):
    found = await ours(desk, "unknown")
    return found if found and words in (found["reason"] or "") else None


async def test_a_message_of_ours_that_slack_tells_of_is_no_longer_doubtful(desk, slack):
    conversation = await begun(desk, slack)
    slack.fail("chat.postMessage", Fault(error="internal_error"))
    reply = await desk.reply(conversation, "Yes.")
    await desk.until(lambda: ours(desk, "unknown"))
    metadata = {"event_type": "parlour_message", "event_payload": {"id": reply["id"]}}
    echo = slack.say(SHARED, "U0BOT", "Yes.", bot_id="B0BOT", metadata=metadata)
    await tell(desk, slack.event(echo))

    await desk.until(lambda: ours(desk, "sent"))
    assert 2 == len(await desk.heard(2))


async def test_our_own_messages_are_never_heard(desk, slack):
    conversation = await begun(desk, slack)
    await desk.reply(conversation, "Yes.")
    await desk.until(lambda: ours(desk, "sent"))
    echo = slack.messages[SHARED][-1] | {"channel": SHARED, "channel_type": "channel"}
    without = {key: value for key, value in echo.items() if key not in {"app_id", "metadata"}}
    nameless = {key: value for key, value in without.items() if key != "user"}
    for number, event in enumerate((echo, without, nameless)):
        ts = f"176700100{number}.000100"  # as if it were another one
        await tell(desk, slack.event(event | {"ts": ts, "event_ts": ts}, key=f"Ev{number}"))
    later = slack.say(SHARED, "U0ADA", "Thanks", team="T0SHOP", thread_ts=echo["thread_ts"])
    await tell(desk, slack.event(later))

    assert ["Hello?", "Yes.", "Thanks"] == [one["text"] for one in await desk.heard(3)]
    assert 1 == len(await desk.conversations())


@pytest.mark.parametrize(
    ("fault", "once", "meaning"),
    [
        (Fault(429, headers={"Retry-After": "37"}), True, TryLater),
        (Fault(error="ratelimited", headers={"Retry-After": "37"}), True, TryLater),
        (Fault(503), True, TryLater),
        (Fault(502), True, Ambiguous),
        (Fault(502), False, TryLater),
        (Fault(error="internal_error"), True, Ambiguous),
        (Fault(error="internal_error"), False, TryLater),
        (Fault(error="token_revoked"), True, Misconfigured),
        (Fault(error="missing_scope"), True, Misconfigured),
        (Fault(403), True, Misconfigured),
        (Fault(error="channel_not_found"), True, Rejected),
        (Fault(error="a_new_one"), True, Rejected),
    ],
)
async def test_each_refusal_means_one_thing(slack, fault, once, meaning):
    settings = Settings(bot_token=BOT_TOKEN, signing_secret=SECRET, api=slack.api)
    web = Web(settings, RecordingLine())
    slack.fail("chat.postMessage", fault)
    with pytest.raises(meaning) as caught:
        await web.do("chat.postMessage", BOT_TOKEN, once=once, channel=SHARED, text="Hello")
    await web.close()

    assert meaning is type(caught.value)
    if fault.headers:
        assert 37 == caught.value.after
    assert str(caught.value)


async def test_no_token_stands_in_the_log(slack):
    line = RecordingLine()
    settings = Settings(bot_token=BOT_TOKEN, signing_secret=SECRET, api=slack.api)
    web = Web(settings, line)
    slack.codes["c1"] = "T0NEW"
    granted = await web.form("oauth.v2.access", client_id="1", client_secret="2", code="c1")
    await web.ask("auth.test", granted["access_token"])
    await web.close()

    assert "xoxb-" not in str(line.exchanges)
    assert "T0NEW" in str(line.exchanges)


@pytest.mark.parametrize(
    "address",
    [
        "https://files.slack.com.evil.example/F1",
        "https://evil.example/files.slack.com",
        "http://files.slack.com/F1",
        "https://files.slack.com@evil.example/F1",
        "https://[",
        "file:///etc/passwd",
    ],
)
async def test_a_token_is_shown_to_slack_alone(slack, address):
    settings = Settings(bot_token=BOT_TOKEN, signing_secret=SECRET, api=slack.api)
    line = RecordingLine()
    channel = Slack(settings, line)
    with pytest.raises(Rejected, match="does not lie at Slack"):
        [chunk async for chunk in channel.fetch(f"T0HOME F1 {address}")]
    await channel.close()

    assert not [one for one in line.exchanges if "auth.test" not in one.url]


async def test_a_page_that_asks_to_sign_in_is_no_file(slack):
    file = slack.share("parcel.jpg", "image/jpeg", b"<!DOCTYPE html><html>Sign in")
    channel = Slack(
        Settings(bot_token=BOT_TOKEN, signing_secret=SECRET, api=slack.api), RecordingLine()
    )
    with pytest.raises(Misconfigured, match="files:read"):
        [chunk async for chunk in channel.fetch(f"T0HOME {file['id']} {file['url_private']}")]
    await channel.close()
