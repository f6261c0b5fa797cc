"""Words that end it, begin it again, or ask for help."""

import pytest

from channels.wire.consent import HELP, START, STOP, asks_for_help, consent


@pytest.mark.parametrize(
    "words", ["STOP", " stop. ", "Stop!", "ARRÊT", "arre\u0302t", "rezygnuję", "СТОП"]
)
def test_one_word_opts_out(words):
    assert consent(words) is False


@pytest.mark.parametrize("words", ["START", "unstop", '"start"'])
def test_one_word_opts_in_again(words):
    assert consent(words) is True


@pytest.mark.parametrize(
    "words", ["", "Yes", "Stop calling it a bell.", "please stop", "stop stop", "s top", "." * 50]
)
def test_everything_else_is_a_message(words):
    assert consent(words) is None


def test_what_twilio_took_it_for_decides():
    assert [False, True, None] == [consent("Basta", told) for told in ("STOP", "START", "HELP")]
    assert consent("STOP", "HELP") is None


def test_the_desk_has_words_of_its_own():
    assert consent("Basta!", out=["BASTA"]) is False
    assert consent("Ancora", back=["ancora"]) is True
    assert asks_for_help("Wie?", words=["wie?"])


def test_help_is_asked_for_in_many_languages():
    assert asks_for_help("pomoc")
    assert asks_for_help("anything", "HELP")
    assert not asks_for_help("HELP", "STOP")
    assert not asks_for_help("Help me with my order")


def test_no_word_means_two_things():
    assert not STOP & START
    assert not (STOP | START) & HELP
