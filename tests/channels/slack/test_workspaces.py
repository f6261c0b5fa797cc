"""Several workspaces, each with its own token; what Slack holds is compared with what we have."""

import pytest
from yarl import URL

from channels.slack.doors import SCOPES
from config import app
from tests.channels.open_desk import open_desk
from tests.channels.slack.conftest import SHARED, settings, tell, when
from tests.servers.slack import BOT_TOKEN


def apart(slack):
    """Return an account that is installed in workspaces, and has no token of its own."""
    return settings(slack, bot_token="", client_id="1.2", client_secret="of-the-client")


@pytest.fixture
async def desk(slack, tmp_path):
    async with open_desk(tmp_path, slack=apart(slack)) as opened:
        yield opened


async def install(desk, slack, team, *, same_browser=True):
    """Agree at Slack that the app may be in a workspace; returns what the desk says."""
    here = f"{desk.url}/channels/slack"
    async with desk.http.get(f"{here}/install", allow_redirects=False) as answer:
        asked = URL(answer.headers["Location"])
        cookie = answer.headers["Set-Cookie"].partition(";")[0]
    slack.codes[f"code-{team}"] = team
    back = {"state": asked.query["state"], "code": f"code-{team}"}
    shown = {"Cookie": cookie} if same_browser else {}
    async with desk.http.get(asked.query["redirect_uri"], params=back, headers=shown) as answer:
        return answer.status, await answer.text(), asked


async def test_each_workspace_is_answered_with_its_own_token(desk, slack):
    for team in "T0ONE", "T0TWO":
        status, text, asked = await install(desk, slack, team)
        assert (200, True) == (status, f"Team {team}" in text)
    assert f"{slack.url}/oauth/v2/authorize" == str(asked.with_query(None))
    assert "chat:write" in asked.query["scope"]
    for team in "T0ONE", "T0TWO":
        said = slack.say(f"C{team}", "U0ADA", "Hello?", team=team)
        slack.channels[f"C{team}"] = {team}
        await tell(desk, slack.event(said, team=team))

    async def both():
        found = await desk.conversations()
        return found if len(found) == 2 else None

    for conversation in await desk.until(both):
        await desk.reply(conversation["id"], "Yes.")
    await desk.until(when(lambda: len(slack.told("chat.postMessage")) == 2))
    used = {
        call.told["channel"]: call.token
        for call in slack.calls
        if call.method == "chat.postMessage"
    }
    assert {"CT0ONE": "xoxb-2-T0ONE", "CT0TWO": "xoxb-2-T0TWO"} == used


async def test_tokens_outlive_the_desk_sealed(slack, tmp_path):
    async with open_desk(tmp_path, slack=apart(slack)) as desk:
        await install(desk, slack, "T0ONE")
        told = desk.house.settings
    stored = b"".join(path.read_bytes() for path in tmp_path.rglob("*.db*"))
    assert b"xoxb-2-T0ONE" not in stored

    async with app.opened(told) as house:
        installed = await house.channel("slack").installations.of("T0ONE")
    assert "xoxb-2-T0ONE" == installed.token


async def test_only_who_was_sent_to_slack_may_come_back(desk, slack):
    assert 403 == (await install(desk, slack, "T0ONE", same_browser=False))[0]
    forged = {"state": "x.y", "code": "code-T0ONE"}
    async with desk.http.get(f"{desk.url}/channels/slack/oauth", params=forged) as answer:
        assert 403 == answer.status
    assert [] == slack.told("oauth.v2.access")


async def test_a_workspace_that_removes_the_app_is_forgotten(desk, slack):
    await install(desk, slack, "T0ONE")
    await tell(desk, slack.event({"type": "app_uninstalled"}, team="T0ONE"))

    assert {} == await desk.house.channel("slack").installations.load()


async def test_what_slack_holds_is_compared_and_what_is_missing_is_taken(slack, tmp_path):
    account = settings(slack)
    async with open_desk(tmp_path, slack=account) as desk:
        root = slack.say(SHARED, "U0ADA", "Hello?", team="T0SHOP")
        await tell(desk, slack.event(root))
        for number in range(5):  # more than a page, and never told
            slack.say(SHARED, "U0ADA", f"Part {number}", team="T0SHOP", thread_ts=root["ts"])
        slack.say("C0OTHER", "U0BO", "And I?", team="T0SHOP")
        await desk.heard(1)
        path = f"/api/accounts/{desk.house.names['slack']}/reconcile"
        first = await desk.ask("POST", path, hours=1)

        assert (7, 6) == (first["compared"]["source"], first["compared"]["missing"])
        assert 6 == len(await desk.heard(6))
        again = await desk.ask("POST", path, hours=1)
        assert (7, 0) == (again["compared"]["source"], again["compared"]["missing"])
        assert 2 == len(await desk.conversations())
    assert {BOT_TOKEN} == {call.token for call in slack.calls}


async def test_a_look_at_the_account_tells_what_is_missing(desk, slack):
    path = f"/api/accounts/{desk.house.names['slack']}/check"
    [check] = (await desk.ask("POST", path))["items"]
    assert ("workspaces", False) == (check["name"], check["fine"])

    await install(desk, slack, "T0ONE")
    slack.scopes = set(SCOPES) - {"files:read"}
    [check] = (await desk.ask("POST", path))["items"]
    assert ("Team T0ONE", "install it again with files:read") == (check["name"], check["found"])

    slack.scopes = set(SCOPES)
    [check] = (await desk.ask("POST", path))["items"]
    assert check["fine"]

    slack.tokens.clear()
    [check] = (await desk.ask("POST", path))["items"]
    assert "invalid auth" in check["found"]
