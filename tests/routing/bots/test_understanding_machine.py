"""What is solved in closed form is what the long way would find."""

import numpy as np
import pytest

from routing.bots.understanding import measures
from routing.bots.understanding.grams import Postings, character_pieces, word_pieces
from routing.bots.understanding.machine import evenly, invert, learn, likely, warmth
from routing.bots.understanding.training import MOST, few, some, spoken

TEXTS = [
    "where is my order",
    "my order has not come",
    "where does it stay",
    "money back please",
    "i want my money back",
    "refund my order",
]
INTENT = np.array([0, 0, 0, 1, 1, 1], np.int32)


def likeness() -> np.ndarray:
    pieces = word_pieces(TEXTS)
    return Postings.of(pieces, len(TEXTS)).alike(pieces, len(TEXTS))[0]


def test_an_example_is_judged_as_if_it_had_not_been_there():
    unseen = learn(likeness(), INTENT, 2, 0.1).unseen
    for left in range(len(TEXTS)):
        others = [place for place in range(len(TEXTS)) if place != left]
        alike = likeness()
        weights = learn(alike[np.ix_(others, others)], INTENT[others], 2, 0.1).weights

        assert unseen[left] == pytest.approx(alike[left, others] @ weights, abs=1e-4)


def test_many_examples_do_not_make_an_intent_likelier():
    crowd = np.array([0, 0, 0, 0, 0, 1], np.int32)
    result = learn(likeness(), crowd, 2, 0.1)
    even = evenly(result, crowd)

    assert (abs(even.unseen[:5, 0]) < abs(result.unseen[:5, 0])).all()
    assert (abs(even.unseen[:5, 1]) > abs(result.unseen[:5, 1])).all()
    same = learn(likeness(), INTENT, 2, 0.1)
    assert evenly(same, INTENT).weights == pytest.approx(same.weights)


def test_a_large_triangle_is_inverted_by_halves():
    dice = np.random.default_rng(0)
    triangle = np.tril(dice.normal(size=(1300, 1300)) / 100).astype(np.float32)
    np.fill_diagonal(triangle, 1)
    inverse = triangle.copy()
    invert(inverse)

    assert np.abs(inverse @ triangle - np.eye(1300)).max() < 1e-3


def test_what_cannot_be_told_apart_is_believed_less():
    alike = np.array([[0, 1], [1, 0]], np.float32)

    assert np.isfinite(learn(alike, np.array([0, 1], np.int32), 2, 0.1).weights).all()


def test_probabilities_are_as_true_as_the_scores_allow():
    sure = np.array([[1, 0], [0, 1]] * 200, np.float32)
    intent = np.array([0, 1] * 200, np.int32)
    wrong = intent.copy()
    wrong[:120] = 1 - wrong[:120]

    assert likely(sure, warmth(sure, intent))[0, 0] > 0.99
    assert 0.7 == pytest.approx(likely(sure, warmth(sure, wrong))[0, 0], abs=0.1)


def test_pieces_are_runs_of_characters_within_words():
    rows, pieces = character_pieces(["ab abc", "AB", "xyz"])
    of = [set(pieces[rows == row].tolist()) for row in range(3)]

    # of " ab " and " abc ": " ab", "ab ", " ab ", "abc", "bc ", " abc", "abc ", " abc "
    assert [8, 3, 6] == [len(one) for one in of]
    assert of[1] < of[0]
    assert not of[2] & of[0]


def test_likeness_is_one_for_the_same_and_nothing_for_the_strange():
    pieces = word_pieces(TEXTS)
    postings = Postings.of(pieces, len(TEXTS))
    alike, strange = postings.alike(word_pieces([TEXTS[0], "qua quo", ""]), 3)

    assert 1 == pytest.approx(alike[0, 0], abs=1e-5)
    assert [0, 0] == [alike[1].max(), alike[2].max()]
    assert [0, 1, 1] == pytest.approx(strange.tolist(), abs=1e-5)


def test_novelty_is_the_share_that_is_less_novel_and_never_stands_still():
    known = np.arange(100, dtype=np.float32)
    raw = np.array([-1e6, -5, 0, 49.5, 94, 99, 104, 109, 1e6], np.float32)
    told = measures.share(raw, known)

    assert 0.5 == pytest.approx(told[3])
    assert 0.945 == pytest.approx(told[4])
    assert (np.diff(told[1:-1]) > 0).all()
    assert 0 <= told[0] <= told[-1] <= 1


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("card_arrival", "card arrival"),
        ("HassTurnOn", "hass turn on"),
        ("weather/find", "weather find"),
        ("intent-17", "intent"),
        ("17", ""),
        ("", ""),
        ("povrat_novca", "povrat novca"),
        ("Где заказ?", "где заказ"),
    ],
)
def test_a_name_is_said_as_words(name, said):
    assert said == spoken(name)


def test_of_too_many_examples_rare_intents_keep_theirs():
    pairs = sorted(
        {("common", str(number)) for number in range(MOST)} | {("rare", "a"), ("rare", "b")}
    )
    kept = few(pairs, np.random.default_rng(0))

    assert MOST == len(kept)
    assert {("rare", "a"), ("rare", "b")} < set(kept)
    assert kept == few(pairs, np.random.default_rng(0))


def test_the_mix_is_chosen_with_whole_intents():
    pairs = [(f"{intent:03}", str(number)) for intent in range(100) for number in range(50)]
    places = some(pairs, np.random.default_rng(0)).tolist()
    taken = [pairs[place][0] for place in places]

    assert 1200 == len(places)
    assert {50} == {taken.count(intent) for intent in set(taken)}
