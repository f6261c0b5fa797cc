"""What happens between a customer in Slack and an agent at the desk, over HTTP."""

import asyncio
import json
import time
from urllib.parse import urlencode

from tests.channels.slack.conftest import EVENTS, SHARED, fetched, ours, tell, when
from tests.servers.slack import BOT_TOKEN, Fault, signed


async def test_a_customer_writes_with_a_file_and_is_answered_in_the_same_thread(desk, slack):
    picture = slack.share("parcel.jpg", "image/jpeg", b"\xff\xd8 a picture")
    said = slack.say(SHARED, "U0ADA", "Where is it, <@U0BO>?", team="T0SHOP", files=[picture])
    assert (200, "") == await tell(desk, slack.event(said))
    [message] = await desk.heard(1)

    assert "Where is it, @Bo Lind?" == message["text"]
    assert "Ada Marsh" == message["sender_name"]

    [attachment] = await desk.until(lambda: fetched(desk))
    async with desk.http.get(desk.url + attachment["url"], headers=desk.headers) as answer:
        assert b"\xff\xd8 a picture" == await answer.read()
    assert [BOT_TOKEN] == [call.token for call in slack.calls if call.method == "download"]

    await desk.reply(message["conversation_id"], "It is <on> its *way*.")
    [told] = await desk.until(when(lambda: slack.told("chat.postMessage")))
    assert (SHARED, said["ts"]) == (told["channel"], told["thread_ts"])
    assert "It is &lt;on&gt; its *way*." == told["text"]
    assert told["mrkdwn"] is False
    assert "Ada" == told["username"]


async def test_edits_deletions_and_emojis_are_shown(desk, slack):
    said = slack.say(SHARED, "U0ADA", "Where is parcel 6?", team="T0SHOP")
    gone = slack.say(SHARED, "U0ADA", "Oops", team="T0SHOP", thread_ts=said["ts"])
    for event in (
        slack.deleted(gone),  # it comes before what it deletes
        said,
        slack.changed(said, "Where is parcel 7?"),
        slack.reaction(SHARED, said["ts"], "U0BO", "eyes"),
        gone,
    ):
        assert 200 == (await tell(desk, slack.event(event, team="T0SHOP")))[0]

    async def settled():
        found = await desk.heard(2)
        return found if all(one["edited_at"] or one["deleted_at"] for one in found) else None

    first, second = await desk.until(settled)
    assert "Where is parcel 7?" == first["text"]
    assert ["👀"] == [one["emoji"] for one in first["reactions"]]
    assert second["deleted_at"]


async def test_an_agent_edits_reacts_and_takes_back(desk, slack):
    said = slack.say(SHARED, "U0ADA", "Where is it?", team="T0SHOP")
    await tell(desk, slack.event(said))
    [message] = await desk.heard(1)
    reply = await desk.reply(message["conversation_id"], "It is hear.")
    sent = await desk.until(lambda: ours(desk, "sent"))
    assert sent["id"] == reply["id"]

    await desk.ask("PATCH", f"/api/messages/{reply['id']}", text="It is here.")
    [changed] = await desk.until(when(lambda: slack.told("chat.update")))
    assert "It is here." == changed["text"]

    await desk.ask("PUT", f"/api/messages/{message['id']}/reactions/👍")
    [added] = await desk.until(when(lambda: slack.told("reactions.add")))
    assert {"channel": SHARED, "timestamp": said["ts"], "name": "+1"} == added

    await desk.ask("DELETE", f"/api/messages/{message['id']}/reactions/👍")
    [removed] = await desk.until(when(lambda: slack.told("reactions.remove")))
    assert "+1" == removed["name"]

    await desk.ask("DELETE", f"/api/messages/{reply['id']}")
    [deleted] = await desk.until(when(lambda: slack.told("chat.delete")))
    assert changed["ts"] == deleted["ts"]
    assert [said["ts"]] == [one["ts"] for one in slack.messages[SHARED]]


async def test_files_and_words_leave_as_one_message(desk, slack):
    said = slack.say(SHARED, "U0ADA", "May I see it?", team="T0SHOP")
    await tell(desk, slack.event(said))
    [message] = await desk.heard(1)
    headers = desk.headers | {"X-File-Name": "plan.pdf", "Content-Type": "application/pdf"}
    async with desk.http.post(f"{desk.url}/api/files", data=b"%PDF", headers=headers) as answer:
        file = await answer.json()
    await desk.reply(message["conversation_id"], "Here & now.", attachments=[file["token"]])
    [told] = await desk.until(when(lambda: slack.told("files.completeUploadExternal")))

    assert "Here &amp; now." == told["initial_comment"]
    assert (SHARED, said["ts"]) == (told["channel_id"], told["thread_ts"])
    assert b"%PDF" == slack.bytes[told["files"][0]["id"]]
    assert [] == slack.told("chat.postMessage")
    await desk.until(lambda: ours(desk, "sent"))
    shared = f"{SHARED}:{slack.messages[SHARED][-1]['ts']}"
    assert {shared} == await desk.house.channel("slack").line.known([shared])


async def test_the_same_event_three_times_two_at_once_is_stored_once(desk, slack):
    event = slack.event(slack.say(SHARED, "U0ADA", "Hello?", team="T0SHOP"), key="Ev1")
    retry = {"X-Slack-Retry-Num": "1", "X-Slack-Retry-Reason": "http_timeout"}
    answers = await asyncio.gather(tell(desk, event), tell(desk, event, **retry))
    answers.append(await tell(desk, event, **retry | {"X-Slack-Retry-Num": "2"}))
    mention = slack.event(event["event"] | {"type": "app_mention"}, key="Ev2")
    answers.append(await tell(desk, mention))

    assert [200] * 4 == [status for status, _ in answers]
    assert 1 == len(await desk.heard(1))
    assert {"message": 1, "duplicate": 3} == {
        state: count for state, count in (await desk.ledger()).items() if count
    }


async def test_what_slack_did_not_sign_is_refused_unread(desk, slack):
    body = b'{"type":"url_verification","challenge":"x"}'
    right = signed(body)
    for headers in (
        {},
        signed(body, "another-secret"),
        signed(body, at=time.time() - 900),
        signed(body, at=time.time() + 900),
        signed(body + b" "),
        right | {"X-Slack-Request-Timestamp": "soon"},
        right | {"X-Slack-Signature": "v0=ä"},
    ):
        answer = await desk.post(EVENTS, body, headers)
        assert 401 == answer.status
    assert not any((await desk.ledger()).values())


async def test_slack_verifies_the_address_once_it_is_pasted(desk, slack):
    verify = {"token": "t", "challenge": "3eZbrw1aBm2rZgRNFdxV2595E9CY", "type": "url_verification"}
    status, text = await tell(desk, verify)

    assert 200 == status
    assert "3eZbrw1aBm2rZgRNFdxV2595E9CY" in text


async def test_a_busy_slack_is_asked_again_after_the_time_it_names(desk, slack):
    await tell(desk, slack.event(slack.say(SHARED, "U0ADA", "Hello?", team="T0SHOP")))
    [message] = await desk.heard(1)
    slack.fail("chat.postMessage", Fault(429, headers={"Retry-After": "37"}))
    await desk.reply(message["conversation_id"], "Yes.")

    waiting = await desk.until(lambda: job_that_waits(desk))
    assert 37 <= waiting
    assert 1 == len(slack.told("chat.postMessage"))


async def job_that_waits(desk):
    """Return in how many seconds the message is tried again, from when that was decided."""
    from sqlalchemy import select

    from inbox.tables import JobRow

    asked = select(JobRow.run_at, JobRow.created_at).where(
        JobRow.attempts == 1, JobRow.share.like("deliver:%"), JobRow.holder.is_(None)
    )
    found = await desk.house.desk.read(lambda unit: unit.connection.execute(asked).one_or_none())
    return (found[0] - found[1]).total_seconds() if found else None


async def test_buttons_are_offered_and_what_is_pressed_comes_back_once(desk, slack):
    await tell(desk, slack.event(slack.say(SHARED, "U0ADA", "When?", team="T0SHOP")))
    [message] = await desk.heard(1)
    buttons = [{"title": "Today", "id": "d0"}, {"title": "See", "url": "https://a.example"}]
    offered = {"type": "choices", "buttons": buttons}
    await desk.reply(message["conversation_id"], "Choose:", content=offered)
    [told] = await desk.until(when(lambda: slack.told("chat.postMessage")))
    text, row = told["blocks"]
    assert "Choose:" == text["text"]["text"]
    assert ["d0", "See"] == [one["value"] for one in row["elements"]]

    ours = slack.messages[SHARED][-1]
    pressed = {
        "type": "block_actions",
        "trigger_id": "1.2.x",
        "user": {"id": "U0ADA", "team_id": "T0SHOP"},
        "team": {"id": "T0HOME"},
        "channel": {"id": SHARED},
        "message": {"ts": ours["ts"], "thread_ts": ours["thread_ts"], "type": "message"},
        "actions": [
            one | {"block_id": "b", "action_ts": slack.next_ts()} for one in row["elements"]
        ],
    }
    for _ in 1, 2:
        body = urlencode({"payload": json.dumps(pressed)}).encode()
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        answer = await desk.post(EVENTS, body, signed(body) | kind)
        assert 200 == answer.status

    *_, said = await desk.heard(3)
    assert "Today" == said["text"]
    assert ("pressed", "d0") == (said["content"]["type"], said["content"]["id"])
    assert 3 == len(await desk.messages(message["conversation_id"]))


async def test_what_is_broken_in_different_ways_waits_for_a_person_each(desk, slack):
    broken = [
        slack.event({"type": "message", "text": "one"}, key="Ev1"),
        slack.event({"type": "message", "text": "two"}, key="Ev2"),
        {"type": "event_callback", "event": "three"},
        {"type": "event_callback", "event": {"type": ["four"]}},
    ]
    for payload in broken:
        assert 200 == (await tell(desk, payload))[0]
    body = b"{not JSON at all"
    assert 200 == (await desk.post(EVENTS, body, signed(body))).status

    async def quarantined():
        return (await desk.ledger())["quarantined"] == 5

    await desk.until(quarantined)


async def test_what_slack_holds_back_is_told_to_people(desk, slack):
    limited = {"type": "app_rate_limited", "team_id": "T0HOME", "minute_rate_limited": 1518467820}
    assert 200 == (await tell(desk, limited))[0]

    assert "held events back" in desk.house.channel("slack").trouble
