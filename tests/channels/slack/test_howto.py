"""The manifest that people paste asks for what the channel needs, and for nothing else."""

import re
from pathlib import Path

import yaml

from channels.slack.doors import EVENTS, OAUTH, SCOPES

PAGE = Path(__file__).parents[3] / "docs" / "howto" / "slack.md"


def manifest():
    [block] = re.findall(r"```yaml\n(.*?)```", PAGE.read_text(), re.DOTALL)
    return yaml.safe_load(block)


def test_the_manifest_asks_for_the_scopes_we_use():
    assert sorted(SCOPES) == manifest()["oauth_config"]["scopes"]["bot"]


def test_the_manifest_names_our_addresses():
    told = manifest()
    here = f"https://desk.example/channels/slack{EVENTS}"

    assert here == told["settings"]["event_subscriptions"]["request_url"]
    assert here == told["settings"]["interactivity"]["request_url"]
    assert [here] == [one["url"] for one in told["features"]["slash_commands"]]
    assert [here.replace(EVENTS, OAUTH)] == told["oauth_config"]["redirect_urls"]


def test_every_event_of_the_manifest_needs_a_scope_it_has():
    told = manifest()
    needed = {
        "app_mention": "app_mentions:read",
        "message.channels": "channels:history",
        "message.groups": "groups:history",
        "message.im": "im:history",
        "message.mpim": "mpim:history",
        "reaction_added": "reactions:read",
        "reaction_removed": "reactions:read",
        "app_uninstalled": None,
        "tokens_revoked": None,
    }
    events = told["settings"]["event_subscriptions"]["bot_events"]

    assert set(needed) == set(events)
    assert {needed[one] for one in events} - {None} <= set(SCOPES)
