"""What is made of Slack's payloads: in any order, with anything in them."""

import copy
import json
import os
from functools import cache
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from channels.slack.channel import Slack
from channels.slack.compose import render
from channels.slack.emoji import NAMES, called, shown
from channels.slack.settings import Settings
from channels.slack.signatures import Gate
from channels.slack.understand import Knowledge, parse
from channels.slack.words import escaped, plain
from inbox.channel import Inbound, Raw, attempt
from inbox.errors import Unreadable
from inbox.model import Kind
from inbox.testing import RecordingLine, check_channel
from tests.channels.transcript import transcript
from tests.servers.slack import SlackServer, signed

HERE = Path(__file__).parent
RECORDED = sorted(path for path in HERE.glob("*.json") if not path.name.endswith(".heard.json"))
CORPUS = Path(os.environ.get("PARLOUR_CORPUS", HERE.parents[3] / "shared" / "corpus"))
ALONE = Settings(client_id="1", client_secret="2", signing_secret="3", own_teams=("T0HOME",))


def heard(payload, **known):
    return parse(Raw(payload=json.dumps(payload).encode()), Knowledge(**known))


# --- the conformance every channel shows --------------------------------------------------
def raws():
    return [Raw(payload=path.read_bytes()) for path in RECORDED]


async def test_it_is_a_channel_like_every_other():
    await check_channel(Slack, raws(), settings=ALONE, render=render, damaged=50)


# --- any order ----------------------------------------------------------------------------
def story():
    """Return the events of a conversation, as Slack would tell them."""
    slack = SlackServer()
    slack.clock = 1_767_000_000
    root = slack.say("C1", "U1", "Where is it?", team="T2")
    answer = slack.say("C1", "U1", "Hello?", team="T2", thread_ts=root["ts"])
    gone = slack.say("C1", "U2", "Oops", team="T2", thread_ts=root["ts"])
    mention = root | {"type": "app_mention"}
    events = [root, answer, gone, mention, slack.changed(root, "Where is parcel 6?")]
    events += [slack.changed(root, "Where is parcel 7?"), slack.deleted(gone)]
    events += [slack.changed(gone, "Oops, wrong channel")]
    events += [slack.reaction("C1", answer["ts"], "U2", "eyes")]
    events += [slack.reaction("C1", answer["ts"], "U2", "eyes", on=False)]
    events += [slack.reaction("C1", root["ts"], "U2", "heart")]
    events += [slack.reaction("C1", root["ts"], "U2", "tada")]
    events += [slack.reaction("C1", root["ts"], "U2", "tada", on=False)]
    events += [slack.reaction("C1", root["ts"], "U2", "tada")]
    return [
        Raw(payload=json.dumps(slack.event(event, key=f"Ev{number}")).encode(), key=f"Ev{number}")
        for number, event in enumerate(events)
    ]


STORY = story()


def shown_after(template, order):
    return transcript(template, Slack, ALONE, [STORY[number] for number in order])


@cache
def in_order(template):
    return shown_after(template, range(len(STORY)))


@given(order=st.permutations(range(len(STORY))))
@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_shuffled_updates_give_the_same_transcript(sqlite_template, order):
    assert in_order(sqlite_template) == shown_after(sqlite_template, order)


def test_the_transcript_is_what_was_said_last(sqlite_template):
    messages, emojis = in_order(sqlite_template)

    assert ["Where is parcel 7?", "Hello?", None] == [text for _, text, _, _ in messages]
    assert [False, False, True] == [gone for _, _, gone, _ in messages]
    assert 1 == len({thread for *_, thread in messages})
    assert ["❤️", "🎉"] == [emoji for _, _, emoji in emojis]


# --- anything in them -----------------------------------------------------------------------
def places(value, path=()):
    """Yield every place within a payload."""
    yield path
    if isinstance(value, dict):
        for key in value:
            yield from places(value[key], (*path, key))
    elif isinstance(value, list):
        for index, one in enumerate(value):
            yield from places(one, (*path, index))


ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**70), 2**70),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=20),
    st.just("\0"),
    st.just([]),
    st.just({}),
    st.just([[{"type": {"type": 1}}]]),
    st.just({"elements": [{"elements": "no"}]}),
)


@given(data=st.data())
@settings(max_examples=400, deadline=None)
def test_a_payload_with_anything_in_it_is_understood_or_refused_with_a_reason(data):
    payload = json.loads(data.draw(st.sampled_from(RECORDED)).read_bytes())
    path = data.draw(st.sampled_from([one for one in places(payload) if one]))
    mutated = copy.deepcopy(payload)
    holder = mutated
    for step in path[:-1]:
        holder = holder[step]
    if data.draw(st.booleans()) and isinstance(holder, dict):
        del holder[path[-1]]
    else:
        holder[path[-1]] = data.draw(ODD)
    body = json.dumps(mutated).encode()
    cut = data.draw(st.one_of(st.none(), st.integers(0, len(body))))
    answer = attempt(Slack.parse, Raw(payload=body[:cut]))

    if isinstance(answer, Unreadable):
        assert "while reading it" not in str(answer)  # it was refused on purpose
        assert str(answer)
    else:
        assert msgspec.json.encode(list(answer))


@pytest.mark.skipif(not CORPUS.exists(), reason="the corpus is not there")
def test_every_payload_of_the_corpus_is_understood_or_refused_with_a_reason():
    paths = [path for path in CORPUS.glob("slack-*/**/*.json") if path.name != "LICENSE"]
    assert len(paths) > 100
    for path in paths:
        told = json.loads(path.read_bytes())
        payload = told.get("payload", told) if isinstance(told, dict) else told
        answer = attempt(Slack.parse, Raw(payload=json.dumps(payload).encode()))
        assert "while reading it" not in str(answer), path


@pytest.mark.skipif(not CORPUS.exists(), reason="the corpus is not there")
def test_the_signature_vectors_of_the_corpus_hold():
    told = json.loads((CORPUS / "signatures" / "slack.json").read_bytes())
    line = RecordingLine()
    line.time = msgspec.convert(int(told["timestamp"]), type(line.time), strict=False)
    gate = Gate(told["signing_secret"], line)
    body = told["body"].encode()
    headers = {
        "X-Slack-Request-Timestamp": told["timestamp"],
        "X-Slack-Signature": told["signature"],
    }

    assert gate.admits(body, headers)
    assert not gate.admits(body + b"------", headers)
    assert not gate.admits(body, {"X-Slack-Signature": told["signature"]})
    assert not Gate("another", line).admits(body, headers)


def test_the_window_of_a_signature_is_five_minutes_by_the_desks_clock():
    line = RecordingLine()
    gate, body = Gate("secret", line), b"{}"
    now = line.now().timestamp()
    found = {
        late: gate.admits(body, signed(body, "secret", at=now - late))
        for late in (-301, -300, 0, 300, 301)
    }

    assert {-301: False, -300: True, 0: True, 300: True, 301: False} == found


# --- words ----------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("a &amp; b &lt;c&gt;", "a & b <c>"),
        ("&amp;lt;", "&lt;"),
        ("<https://a.example>", "https://a.example"),
        ("<https://a.example|a.example>", "https://a.example"),
        ("<https://a.example|here>", "here (https://a.example)"),
        ("<mailto:a@b.example|a@b.example>", "a@b.example"),
        ("<@U1>, <@U2|bo> and <@U3>", "@Ada, @bo and @U3"),
        ("<#C1|general> <#C2>", "#general #C2"),
        ("<!here> <!channel|channel> <!subteam^S1|@team>", "@here @channel @team"),
        ("<!date^1392734382^{date}|18 Feb>", "18 Feb"),
        ("1 < 2 > 0", "1 < 2 > 0"),
        ("<>", "<>"),
    ],
)
def test_mrkdwn_becomes_what_people_read(written, read):
    assert read == plain(written, {"U1": "Ada"})


@given(st.text())
def test_what_agents_type_is_shown_as_it_is(text):
    assert text == plain(escaped(text), {})
    assert not set("<>") & set(escaped(text))


@pytest.mark.parametrize("name", NAMES)
def test_an_emoji_keeps_its_meaning_both_ways(name):
    assert shown(called(shown(name)) or "") == shown(name)


def test_an_emoji_may_have_a_tone_or_be_a_workspaces_own():
    assert "👍🏿" == shown("+1::skin-tone-6")
    assert "+1::skin-tone-6" == called("👍🏿")
    assert ":party_parrot:" == shown("party_parrot")
    assert "party_parrot" == called(":party_parrot:")
    assert called("🦖") is None


# --- who says it ------------------------------------------------------------------------------
def test_colleagues_speak_for_us_but_not_in_a_direct_message():
    slack = SlackServer()
    shared = slack.event(slack.say("C1", "U1", "We look into it.", team="T0HOME"))
    direct = slack.event(slack.say("D1", "U1", "My keyboard is broken.", team="T0HOME"))
    known = {"own_teams": frozenset({"T0HOME"})}

    assert [True] == [one.from_us for one in heard(shared, **known)]
    assert [False] == [one.from_us for one in heard(direct, **known)]
    assert [False] == [one.from_us for one in heard(shared)]


def test_only_the_channels_of_the_settings_are_heard_and_direct_messages():
    slack = SlackServer()
    known = {"channels": frozenset({"C1"}), "deaf": frozenset({"C9"})}

    found = {
        channel: len(heard(slack.event(slack.say(channel, "U1", "Hello")), **known))
        for channel in ("C1", "C2", "C9", "D1")
    }
    assert {"C1": 1, "C2": 0, "C9": 0, "D1": 1} == found


def test_a_machine_is_logged_but_asks_for_nothing():
    slack = SlackServer()
    event = slack.event(slack.say("C1", "U7", "Order 7", bot_id="B7"))
    [said] = heard(event)

    assert isinstance(said, Inbound)
    assert Kind.AUTO_REPLY is said.kind


def test_names_and_confirmed_addresses_come_from_the_workspace():
    slack = SlackServer()
    event = slack.event(slack.say("C1", "U1", "Ask <@U2>", team="T2"))
    [said] = heard(event, names={"U1": "Ada", "U2": "Bo"}, emails={"U1": "ada@shop.example"})

    assert ("Ask @Bo", "Ada") == (said.text, said.sender.name)
    assert ["email:ada@shop.example"] == [str(one) for one in said.also]
