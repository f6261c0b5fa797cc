"""Every recording of every channel, damaged: it is read or refused with a sentence, never lost."""

import json
from collections import Counter

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import channels
from config.settings import kind_settings
from inbox.channel import Raw, attempt
from inbox.errors import Unreadable
from inbox.intake import Intake
from inbox.model import JournalState
from inbox.store.accounts import Configured
from inbox.testing import spoiled
from inbox.testing.conformance import HOSTILE, check_survives
from tests.channels.test_contract import KINDS, RECORDED, kind_of, recorded

SID, TOKEN = "AC" + "1" * 32, "a token of the tests"
TEXTS = {"account_sid": SID, "auth_token": TOKEN, "numbers": ["+48221234567"]}
SERVER = {"host": "127.0.0.1", "security": "none", "password": "secret"}
ACCOUNTS = {  # what each kind needs to be told before it can understand anything
    "email": {"address": "support@desk.example", "imap": SERVER, "smtp": SERVER},
    "slack": {"bot_token": "xoxb-1", "signing_secret": TOKEN},
    "sms": TEXTS,
    "telegram": {"token": "123456789:AAExampleExampleExampleExampleExampl"},
    "voice": {"account_sid": SID, "auth_token": TOKEN, "number": "+48221234567"},
    "webhook": {"secret": "whsec_" + "c2VjcmV0" * 4},
    "whatsapp": TEXTS,
}
OURS = "while reading it", "while storing", "could not be stored", "__init__", "object has no"
COPIES = 15  #: damaged ones of each recording that a whole desk hears


def recordings(kind):
    return [recorded(one) for one in RECORDED if kind_of(one) == kind]


def damaged(raw, copies, seed=0):
    """Return damaged copies of what a provider handed over, and one of a kind nobody knows."""
    payloads = [*spoiled(raw.payload, most=copies, seed=seed), unheard_of(raw.payload)]
    return [msgspec.structs.replace(raw, payload=payload, key=None) for payload in payloads]


def unheard_of(payload):
    """Return *payload* as one of a type that the provider will invent next year."""
    try:
        told = json.loads(payload)
    except ValueError:
        return payload + b"&MessageStatus=teleported&CallStatus=teleported"
    if not isinstance(told, dict):
        return b'{"type": "teleported"}'
    return json.dumps(told | {"type": "teleported", "event": {"type": "teleported"}}).encode()


def is_clear(reason):
    """Tell whether a person is told what is wrong, and nothing about our own faults."""
    return reason[:1].isupper() and reason[-1:] in ".…" and not any(one in reason for one in OURS)


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_what_is_damaged_is_understood_or_refused_with_a_sentence(kind, data):
    raw = data.draw(st.sampled_from(recordings(kind)))
    for one in damaged(raw, copies=6, seed=data.draw(st.integers(0, 2**32))):
        answer = attempt(channels.load(kind).parse, one)
        if isinstance(answer, Unreadable):
            assert is_clear(str(answer))
        else:
            for heard in answer:
                check_survives(heard)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("payload", HOSTILE, ids=range(len(HOSTILE)))
def test_what_is_hostile_is_refused_with_a_sentence(kind, payload):
    for headers in {tuple(raw.headers.items()) for raw in recordings(kind)}:
        answer = attempt(channels.load(kind).parse, Raw(payload=payload, headers=dict(headers)))
        assert not isinstance(answer, Unreadable) or is_clear(str(answer))


@pytest.mark.parametrize("kind", KINDS)
async def test_a_desk_that_hears_nothing_else_loses_nothing(desk, kind):
    wanted = [Configured(kind=kind, name=kind, address=None)]
    account = (await desk.write(lambda unit: unit.accounts.sync(wanted, at=unit.now)))[kind]
    made = channels.load(kind)
    told = msgspec.convert(ACCOUNTS.get(kind, {}), kind_settings(made))
    answering = {}
    intake = Intake(desk, answering)
    answering[account] = made(told, intake.line(account))
    taken = [one for raw in recordings(kind) for one in damaged(raw, COPIES)]
    taken += [Raw(payload=payload) for payload in HOSTILE]

    await intake.line(account).take(*taken)
    await intake.run_due()
    await answering[account].close()

    became = Counter(
        {state: count for (_, state), count in (await desk.read(ledger)).items() if count}
    )
    refused = await desk.read(lambda unit: unit.journal.quarantined(limit=len(taken)))
    assert became.total() == len(taken)
    assert became[JournalState.RECEIVED] == 0
    assert became[JournalState.QUARANTINED] == len(refused)
    assert [] == [one.reason for one in refused if not is_clear(one.reason)]


def ledger(unit):
    return unit.journal.ledger()
