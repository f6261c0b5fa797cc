"""Socket Mode: Slack brings its envelopes over a connection that we open."""

import asyncio

import pytest

from inbox.errors import Unavailable
from tests.channels.open_desk import open_desk
from tests.channels.slack.conftest import SHARED, settings, when
from tests.servers.slack import APP_TOKEN, Fault


@pytest.fixture
async def desk(slack, tmp_path):
    account = settings(slack, app_token=APP_TOKEN, signing_secret="")
    async with open_desk(tmp_path, slack=account) as opened:
        await slack.until(lambda: slack.sockets)
        yield opened


async def test_an_envelope_is_acknowledged_when_it_is_stored(desk, slack):
    event = slack.event(slack.say(SHARED, "U0ADA", "Hello?", team="T0SHOP"))
    await slack.push(event, "e1")
    await slack.push(event, "e2")  # Slack did not see our answer
    await slack.until(lambda: {"e1", "e2"} <= slack.acknowledged.keys())

    assert ["Hello?"] == [one["text"] for one in await desk.heard(1)]
    assert 1 == (await desk.ledger())["message"]
    line = desk.house.channel("slack").line
    logged = [one for _, one in line.desk.exchanges if one.method == "SOCKET"]
    assert all(one.status == 200 and "verification" not in one.request for one in logged)


async def test_what_cannot_be_stored_is_not_acknowledged(desk, slack, monkeypatch):
    line = desk.house.channel("slack").line
    take, tried = line.take, []

    async def full(*raws, cursor=None):
        tried.append(raws)
        raise Unavailable

    monkeypatch.setattr(line, "take", full)
    event = slack.event(slack.say(SHARED, "U0ADA", "Hello?", team="T0SHOP"))
    await slack.push(event, "e1")
    await desk.until(when(lambda: tried))
    monkeypatch.setattr(line, "take", take)
    await slack.push(event, "e2")
    await slack.until(lambda: "e2" in slack.acknowledged)

    assert "e1" not in slack.acknowledged
    assert 1 == len(await desk.heard(1))


async def test_what_bolt_cannot_read_waits_for_a_person(desk, slack):
    odd = slack.event({"type": "message", "channel": ["C1"], "ts": 5, "text": {"a": 1}})
    await slack.push(odd, "e1")
    await slack.push({"type": "event_callback", "event": "what?"}, "e2")
    await slack.until(lambda: {"e1", "e2"} <= slack.acknowledged.keys())

    async def quarantined():
        return (await desk.ledger())["quarantined"] == 2

    assert await desk.until(quarantined)


async def test_it_connects_again_when_slack_asks_for_it_and_when_the_line_breaks(desk, slack):
    await slack.sockets[-1].send_json({"type": "disconnect", "reason": "refresh_requested"})
    await slack.until(lambda: len(slack.told("apps.connections.open")) == 2 and slack.sockets)
    first = slack.sockets[-1]
    assert first._req is not None
    first._req.transport.abort()
    await slack.until(lambda: slack.sockets and slack.sockets[-1] is not first)
    await slack.push(slack.event(slack.say(SHARED, "U0ADA", "Hello?", team="T0SHOP")), "e1")
    await slack.until(lambda: "e1" in slack.acknowledged)

    assert 1 == len(await desk.heard(1))


async def test_a_wrong_token_is_shown_to_people(slack, tmp_path):
    account = settings(slack, app_token="xapp-wrong", signing_secret="")
    async with open_desk(tmp_path, slack=account) as desk:

        async def shown():
            [told] = (await desk.ask("GET", "/api/accounts"))["items"]
            return told["health"]["trouble"]

        assert "invalid auth" in await desk.until(shown)


async def test_a_busy_slack_is_connected_to_later(slack, tmp_path):
    slack.fail("apps.connections.open", Fault(429, headers={"Retry-After": "1"}))
    account = settings(slack, app_token=APP_TOKEN, signing_secret="")
    async with open_desk(tmp_path, slack=account):
        await slack.until(lambda: slack.sockets)
        await asyncio.sleep(0)

    assert 2 == len(slack.told("apps.connections.open"))
