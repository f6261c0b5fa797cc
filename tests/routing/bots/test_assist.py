"""Likeness, gists and moods: what helps an agent, made of words alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inbox.model import Direction
from routing.bots.assist.gist import LINES, Line, gist
from routing.bots.assist.index import REACH, Index, stems
from routing.bots.assist.mood import Mood, felt
from routing.bots.likeness import Weights, grams

ASKED = [
    "Gdje je moja narudžba?",
    "Kako mogu platiti karticom?",
    "Želim vratiti majicu.",
    "Where is my order?",
    "How can I pay by card?",
]


# --- likeness -------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("said", "nearest"),
    [
        ("gdje su moje narudžbe", 0),
        ("PLAĆANJE KARTICAMA", 1),
        ("vraćanje majica", 2),
        ("where are the orders of mine", 3),
    ],
)
def test_inflected_words_are_recognised(said, nearest):
    heard = [grams(one) for one in ASKED]
    weights = Weights(heard)
    scores = [weights.alike(grams(said), one) for one in heard]

    assert nearest == scores.index(max(scores))


@given(st.text(max_size=200), st.text(max_size=200))
def test_likeness_is_the_same_both_ways_and_at_most_one(one, other):
    weights = Weights([grams(one), grams(other)])
    found = weights.alike(grams(one), grams(other))

    assert found == weights.alike(grams(other), grams(one))
    assert 0 <= found <= 1.000001
    assert not grams(one) or weights.alike(grams(one), grams(one)) > 0.999999


# --- an index -------------------------------------------------------------------------------
def test_an_index_finds_other_forms_of_the_same_words():
    index = Index()
    for at, text in enumerate(ASKED, 1):
        index.add(at, stems(text), older=at % 2 == 0)

    assert [1, 4, 2] == [index.near(one)[0] for one in ("narudžbu", "ORDERS", "kartice")]
    assert [] == index.near("無関係")


def test_of_a_frequent_word_the_latest_are_found():
    index = Index()
    for at in range(2_000, 0, -1):
        index.add(at, stems("Where is my order?"), older=True)
    for at in range(2_001, 2_010):
        index.add(at, stems("Where is my order?"))
    found = index.near("order")

    assert set(range(2_010 - REACH, 2_010)) == set(found)


@given(st.lists(st.text(max_size=80), max_size=8), st.text(max_size=80))
def test_whatever_is_found_has_a_word_in_common(texts, asked):
    index = Index()
    for at, text in enumerate(texts):
        index.add(at, stems(text))

    assert all(stems(texts[one]) & stems(asked) for one in index.near(asked))


# --- a gist ---------------------------------------------------------------------------------
def line(number, direction, text):
    return Line(message_id=number, direction=direction, text=text)


def test_a_gist_is_made_of_what_was_said_in_its_order():
    said = [
        line(1, Direction.IN, "Hello! I ordered a lamp two weeks ago. Is it lost?"),
        line(2, Direction.OUT, "Thanks for writing. The lamp left our house on Monday."),
        line(3, Direction.IN, "Nobody came although I was at home."),
        line(4, Direction.OUT, "We asked the carrier where the lamp is."),
        line(5, Direction.IN, "If the lamp is not here by Friday I want my money back. Thanks!"),
    ]
    found = gist(said)

    assert LINES >= len(found)
    assert [one.message_id for one in found] == sorted(one.message_id for one in found)
    assert all(any(one.text in each.text for each in said) for one in found)
    assert "I ordered a lamp two weeks ago." == found[0].text
    assert "money back" in found[-1].text


def test_greetings_make_no_gist():
    assert [] == gist([line(1, Direction.IN, "Hello! Thanks.\nBest\nAda")])


@given(st.lists(st.text(max_size=80), max_size=8))
def test_any_conversation_has_a_gist_of_a_few_lines(texts):
    found = gist([line(at, Direction.IN, text) for at, text in enumerate(texts)])

    assert LINES >= len(found)


# --- moods ----------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("said", "mood"),
    [
        ("This is unacceptable!", Mood.UPSET),
        ("Das ist eine Frechheit.", Mood.UPSET),
        ("Ovo je sramota.", Mood.UPSET),
        ("C'est inadmissible", Mood.UPSET),
        ("Это обман", Mood.UPSET),
        ("WHERE IS MY ORDER", Mood.UPSET),
        ("Please answer, it is urgent", Mood.URGENT),
        ("Molim vas, hitno!", Mood.URGENT),
        ("Vielen Dank, das war toll", Mood.PLEASED),
        ("Where is my order?", None),
        ("I am not angry, I only ask.", None),
        ("Das ist nicht schrecklich", None),
        ("", None),
        ("OK THX", None),
    ],
)
def test_a_mood_is_told_from_words(said, mood):
    hint = felt([said])

    assert mood == (hint.mood if hint else None)
    assert hint is None or hint.because
