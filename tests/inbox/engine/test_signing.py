"""Tokens open what this desk signed, for as long and for what it was signed."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inbox.signing import Signer, rotate, signing_keys
from tests.conftest import MORNING


class Clock:
    now = MORNING

    def __call__(self):
        return self.now


@pytest.fixture
def signer():
    return Signer([b"k" * 32], clock=Clock())


TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=100)
SIGNER = Signer([b"k" * 32], clock=Clock())


@given(TEXT)
def test_a_token_gives_its_value_back(value):
    assert value == SIGNER.check("file", SIGNER.sign("file", value, seconds=60))
    assert value == SIGNER.open_short("reply", SIGNER.short("reply", value))
    assert value == SIGNER.open_short("reply", SIGNER.short("reply", value).upper())


@given(TEXT | st.text(alphabet="abcdefghijklmnopqrstuvwxyz234567.-_=", max_size=100))
def test_what_we_did_not_sign_opens_nothing(token):
    assert None is SIGNER.check("file", token)
    assert None is SIGNER.open_short("reply", token)


def test_a_token_ends(signer):
    token = signer.sign("file", "1", seconds=60)
    signer.clock.now += timedelta(seconds=59)
    assert "1" == signer.check("file", token)
    signer.clock.now += timedelta(seconds=1)

    assert None is signer.check("file", token)


def test_a_token_is_good_for_one_purpose(signer):
    assert None is signer.check("upload", signer.sign("file", "1", seconds=60))
    assert None is signer.open_short("other", signer.short("reply", "1"))
    assert None is signer.open_short("file", signer.sign("file", "1", seconds=60))


def test_a_changed_token_opens_nothing(signer):
    token = signer.sign("file", "123456", seconds=60)
    short = signer.short("reply", "123456")
    for place in range(len(token)):
        changed = token[:place] + ("B" if token[place] == "A" else "A") + token[place + 1 :]
        assert None is signer.check("file", changed)
    for place in range(len(short)):
        changed = short[:place] + ("b" if short[place] == "a" else "a") + short[place + 1 :]
        assert None is signer.open_short("reply", changed)


def test_a_short_token_fits_an_address(signer):
    token = signer.short("reply", "123456789012")

    assert len(token) <= 40
    assert token.isalnum()
    assert token == token.lower()


def test_keys_are_made_once_and_old_ones_stay_good(database):
    first = signing_keys(database, MORNING)
    assert first == signing_keys(database, MORNING)
    old = Signer(first, clock=Clock())
    keys = rotate(database, MORNING)
    new = Signer(keys, clock=Clock())

    assert 2 == len(set(keys))
    assert keys == signing_keys(database, MORNING)
    assert "7" == new.open_short("reply", old.short("reply", "7"))
    assert None is old.open_short("reply", new.short("reply", "7"))
