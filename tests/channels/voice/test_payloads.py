"""What Twilio tells, in any order and in any shape, comes to the same record."""

import json
from pathlib import Path
from urllib.parse import parse_qsl, urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from channels.voice.channel import VoiceChannel
from channels.voice.taking import KEYS, raw
from inbox.actions.call_record import merged, summary
from inbox.channel import Called, Inbound, Raw, attempt
from inbox.errors import Unreadable
from inbox.model import Call

FOLDER = Path(__file__).parent / "recordings"
RECORDED = {
    path.stem: (path.read_bytes(), json.loads(path.with_suffix(".headers.json").read_text()))
    for path in sorted(FOLDER.glob("*.form"))
}
ANSWERED = "CA5f1c0de0000000000000000000000001"
MESSAGE = "CA5f1c0de0000000000000000000000007"


def payload(told):
    body, headers = told
    return raw(headers["hook"], body, headers, at=headers["at"])


def heard(name=None):
    """Return everything the recordings say, or what they say of one call."""
    said = [one for told in RECORDED.values() for one in VoiceChannel.parse(payload(told))]
    return [one for one in said if name in {None, one.external_id}]


def record(told):
    """Return a call as *told* of it in this order; its beginning is known."""
    [begun] = [one for one in told if isinstance(one, Inbound)]
    call, revision = begun.content, 0
    assert isinstance(call, Call)
    for one in told:
        if isinstance(one, Called):
            call = merged(call, one, newest=one.order >= revision)
            revision = max(revision, one.order) if one.state else revision
    return call


@pytest.mark.parametrize("name", RECORDED)
def test_every_recording_is_understood(name):
    for one in VoiceChannel.parse(payload(RECORDED[name])):
        assert one.external_id.startswith("CA")


def test_a_whole_call():
    call = record(heard(ANSWERED))

    assert ("ended", "answered", ("Sales", "Orders")) == (call.state, call.outcome, call.choices)
    assert [27] == [one.seconds for one in call.recordings]
    assert {"customer", "agent", "queue"} == {leg.who for leg in call.legs}
    assert [5] == [leg.agent_id for leg in call.legs if leg.who == "agent"]
    assert "Call, 0:28" == summary(call, outward=False)


def test_a_message_that_was_left_by_somebody_without_a_number():
    [begun, *_] = heard(MESSAGE)
    call = record(heard(MESSAGE))

    assert "anonymous" == begun.sender.kind
    assert ("ended", "voicemail") == (call.state, call.outcome)
    assert "Hello, this is about my order, please call me." == call.recordings[0].transcript


@settings(max_examples=200)
@given(st.data())
@pytest.mark.parametrize("which", [ANSWERED, MESSAGE])
def test_in_any_order_and_told_twice_it_comes_to_the_same(which, data):
    told = heard(which)
    expected = record(told)
    changes = [one for one in told if isinstance(one, Called) and not one.choice]
    again = data.draw(st.lists(st.sampled_from(changes), max_size=5))
    begun = [one for one in told if one not in changes]
    shuffled = data.draw(st.permutations([*changes, *again]))

    assert expected == record([*begun, *shuffled])


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_whatever_is_wrong_with_a_payload_it_is_understood_or_refused_with_a_reason(data):
    told = RECORDED[data.draw(st.sampled_from(sorted(RECORDED)))]
    form, headers = dict(parse_qsl(told[0].decode(), keep_blank_values=True)), dict(told[1])
    for part in (form, headers):
        for name in data.draw(st.lists(st.sampled_from(sorted(part) or ["x"]), max_size=4)):
            value = data.draw(st.sampled_from([None, "", "\0", "-1", "9" * 40, "é" * 3000, "²"]))
            part.pop(name, None)
            if value is not None:
                part[name] = value
    body = urlencode(form).encode()
    body = body[: data.draw(st.integers(0, len(body)))] if data.draw(st.booleans()) else body
    broken = Raw(payload=body, headers=headers)
    understood = attempt(VoiceChannel.parse, broken)

    if isinstance(understood, Unreadable):
        assert "while reading it" not in str(understood)  # it was refused on purpose
    else:
        assert all(one.external_id for one in understood)


@pytest.mark.parametrize(
    "headers", [{}, {"hook": "gossip"}, {"hook": "status"}, {"hook": "voice", "at": "yesterday"}]
)
def test_what_came_by_no_way_of_calls_is_refused_with_a_reason(headers):
    with pytest.raises(Unreadable, match=r"\.$"):
        VoiceChannel.parse(Raw(payload=b"CallSid=CA1", headers=headers))


def test_every_webhook_has_a_key_of_its_own():
    keys = [payload(told).key for told in RECORDED.values()]

    assert len(keys) == len(set(keys))
    assert {headers["hook"] for _, headers in RECORDED.values()} <= set(KEYS)
