"""Every channel passes these. A new one joins by adding a folder of recorded traffic.

A recording is what the provider handed over, such as ``seen.json``; ``seen.heard.json``
beside it says what the channel hears in it, and ``seen.headers.json`` what was kept of the
way it came, where that matters.
"""

import inspect
from pathlib import Path
from typing import get_args

import msgspec
import pytest

import channels
from config.settings import kind_settings
from inbox.channel import Channel, Heard, Raw, attempt
from inbox.errors import Unreadable
from inbox.testing import check_channel

HERE = Path(__file__).parent
KINDS = channels.kinds()
RECORDED = sorted(HERE.rglob("*.heard.json"))
WHAT = {kind.__name__: kind for kind in get_args(Heard)}


def kind_of(recording):
    return recording.relative_to(HERE).parts[0]


def recorded(recording):
    """Return the payload that a recording is about."""
    stem = recording.name.removesuffix(".heard.json")
    beside = {path.name.removeprefix(stem): path for path in recording.parent.glob(f"{stem}.*")}
    headers = beside.pop(".headers.json", None)
    [payload] = [path for end, path in beside.items() if end != ".heard.json"]
    told = msgspec.json.decode(headers.read_bytes(), type=dict[str, str]) if headers else {}
    return Raw(payload=payload.read_bytes(), headers=told)


def expected(recording):
    told = msgspec.json.decode(recording.read_bytes())
    return [msgspec.convert(each, WHAT[each.pop("what")]) for each in told]


@pytest.mark.parametrize("kind", KINDS)
def test_a_channel_is_found_by_its_kind(kind):
    channel = channels.load(kind)

    assert issubclass(channel, Channel)
    assert kind == channel.kind


@pytest.mark.parametrize("kind", KINDS)
def test_a_channel_has_recorded_traffic(kind):
    assert kind in {kind_of(recording) for recording in RECORDED}


@pytest.mark.parametrize("kind", KINDS)
def test_a_channel_documents_its_settings(kind):
    settings = kind_settings(channels.load(kind))
    lines = inspect.getsource(settings).splitlines()
    named = settings.__struct_fields__

    assert len(named) == sum("#:" in line for line in lines)


@pytest.mark.parametrize("kind", KINDS)
async def test_a_channel_keeps_what_the_port_promises(kind):
    recordings = [recorded(one) for one in RECORDED if kind_of(one) == kind]

    await check_channel(channels.load(kind), recordings)


@pytest.mark.parametrize("recording", RECORDED, ids=lambda path: f"{kind_of(path)}-{path.stem}")
def test_recorded_traffic_is_understood(recording):
    heard = channels.load(kind_of(recording)).parse(recorded(recording))

    assert expected(recording) == list(heard)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("payload", [b"", b"\0", b" \n", b"{", b"[]", b"null", b'{"type": 1}'])
def test_what_is_no_payload_is_unreadable_or_says_little(kind, payload):
    heard = attempt(channels.load(kind).parse, Raw(payload=payload))

    assert "while reading it" not in str(heard)  # it was refused on purpose
    if not isinstance(heard, Unreadable):
        assert all(isinstance(each, Heard) for each in heard)
