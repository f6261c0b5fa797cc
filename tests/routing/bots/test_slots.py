"""Answers as people write them, read in their language, whatever stands around them."""

import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inbox.model import Button
from routing.bots.forms import dates
from routing.bots.forms.checking import check
from routing.bots.forms.picking import picked
from routing.bots.forms.shipped import SHIPPED
from routing.bots.forms.slots import read, shown, wild
from routing.bots.model import Bot, Slot
from routing.bots.words.phrases import LANGUAGES, PHRASES

TODAY = date(2026, 11, 22)  # a Sunday
ASKED_LIKE_THAT = re.compile(r"\{(\w+)\}")


def values(kind, said, language="en", **slot):
    return read(Slot(name="it", ask={}, kind=kind, **slot), said, language, TODAY).values


# --- days -----------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("language", "said", "day"),
    [
        ("en", "2027-03-12", "2027-03-12"),
        ("en", "the 12th of March, please", "2027-03-12"),
        ("en", "March 12th 2027", "2027-03-12"),
        ("en", "31/12", "2026-12-31"),
        ("en", "day after tomorrow", "2026-11-24"),
        ("en", "on Friday", "2026-11-27"),
        ("hr", "12.3.2027.", "2027-03-12"),
        ("hr", "12. ožujka", "2027-03-12"),
        ("hr", "prekosutra", "2026-11-24"),
        ("hr", "u petak", "2026-11-27"),
        ("de", "am 12. März 2027", "2027-03-12"),
        ("de", "übermorgen", "2026-11-24"),
        ("fr", "le 12 mars 2027", "2027-03-12"),
        ("fr", "demain", "2026-11-23"),
        ("es", "12 de marzo de 2027", "2027-03-12"),
        ("es", "pasado mañana", "2026-11-24"),
        ("it", "il 12 marzo 2027", "2027-03-12"),
        ("pt", "12 de março de 2027", "2027-03-12"),
        ("nl", "12 maart 2027", "2027-03-12"),
        ("nl", "overmorgen", "2026-11-24"),
        ("pl", "12 marca 2027", "2027-03-12"),
        ("pl", "jutro", "2026-11-23"),
        ("da", "d. 12. marts 2027", "2027-03-12"),
        ("da", "i morgen", "2026-11-23"),
        ("sv", "den 12 mars 2027", "2027-03-12"),
        ("ru", "12 марта 2027 г.", "2027-03-12"),
        ("ru", "послезавтра", "2026-11-24"),
        ("uk", "12 березня 2027", "2027-03-12"),
        ("ja", "2027年3月12日", "2027-03-12"),
        ("ko", "2027년 3월 12일", "2027-03-12"),
        ("tr", "12 Mart 2027", "2027-03-12"),
        ("cs", "12. března 2027", "2027-03-12"),
    ],
)
def test_a_day_is_read_in_its_language(language, said, day):
    assert (day,) == values("date", said, language)


@pytest.mark.parametrize(
    "said", ["", "soon", "30.2.2027", "31/31/2027", "12-34-5678", "may", "1999999999-3-2"]
)
def test_what_is_no_day_is_none(said):
    assert () == values("date", said)


def test_a_day_lies_on_the_side_that_is_asked_for():
    assert ("2026-03-12",) == values("date", "12.3.", "hr", side="past")
    assert ("2027-03-12",) == values("date", "12.3.", "hr", side="future")
    assert ("2026-11-20",) == values("date", "Friday", side="past")
    assert () == values("date", "yesterday", side="future")


@given(st.dates(date(1950, 1, 1), date(2100, 1, 1)), st.sampled_from([*LANGUAGES, "cs", "tr"]))
def test_a_day_that_we_write_is_a_day_that_we_read(day, language):
    assert [day] == dates.days(dates.shown(day, language), language, TODAY)


# --- the rest -------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("kind", "language", "said", "value"),
    [
        (
            "email",
            "en",
            "it is <Ada.B+shop@Mail.Example.ORG>, thanks.",
            "Ada.B+shop@mail.example.org",
        ),
        ("phone", "hr", "zovite me na 091 234 5678", "+385912345678"),
        ("phone", "da", "mit nummer er 32 12 34 56", "+4532123456"),
        ("phone", "en", "+44 (0)20 7946 0018", "+442079460018"),
        ("number", "en", "about 1,234.5 kg", "1234.5"),
        ("number", "de", "1.234,5", "1234.5"),
        ("number", "hr", "2,5", "2.5"),
        ("number", "fr", "1\u202f234", "1234"),
        ("number", "en", "1,234,567", "1234567"),
        ("number", "pl", "trzy", "3"),
        ("number", "en", "-4", "-4"),
        ("number", "en", "0", "0"),
        ("number", "ar", "٢٣", "23"),
        ("order", "en", "my order is #ab-12345.", "AB-12345"),
        ("order", "en", "AB12345", "AB12345"),
        ("text", "en", "  a blue one \n", "a blue one"),
    ],
)
def test_an_answer_is_read_out_of_what_stands_around_it(kind, language, said, value):
    assert (value,) == values(kind, said, language)


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("email", "ada at example"),
        ("email", "a..b@example.org"),
        ("phone", "12"),
        ("number", "many"),
        ("number", "1" * 40),
        ("order", "the last one"),
        ("text", "👍🙂"),
        ("text", ""),
    ],
)
def test_what_does_not_fit_is_said_so(kind, said):
    found = read(Slot(name="it", ask={}, kind=kind), said, "hr", TODAY)

    assert ((), True) == (found.values, bool(found.why))


@pytest.mark.parametrize(
    "said", ["AB-123456", "ab 123456", "ab123456", "it's AB 123-456!", "number ab-12 34 56 please"]
)
def test_a_number_of_the_desks_own_is_known_however_it_is_typed(said):
    assert ("AB-123456",) == values("order", said, pattern="AB-[0-9]{6}")


def test_a_long_text_is_cut_and_anything_else_is_not_looked_for_in_all_of_it():
    assert 2000 == len(values("text", "x" * 100_000)[0])
    for kind in ("email", "phone", "date", "number", "order"):
        assert () == values(kind, "?" * 100_000)


@pytest.mark.parametrize(
    ("pattern", "fine"),
    [
        ("AB-[0-9]{6}", True),
        ("(AB|CD)-?[0-9]{4,6}", True),
        ("(?:[A-Z]{2}[0-9]){3}", True),
        ("(a+)+b", False),
        ("(a|aa)+b", False),
        ("([0-9]{1,9}){1,9}", False),
        ("(", False),
    ],
)
def test_a_pattern_that_could_take_for_ever_is_refused(pattern, fine):
    assert fine is (wild(pattern) is None)


@given(
    st.sampled_from(["text", "choice", "email", "phone", "date", "number", "order"]),
    st.text(max_size=300),
    st.sampled_from([*LANGUAGES, "ar", "xx", None]),
)
def test_whatever_is_written_is_read_or_refused_and_can_be_shown(kind, said, language):
    slot = Slot(name="it", ask={}, kind=kind, choices=("one", "two") if kind == "choice" else ())
    found = read(slot, said, language, TODAY)

    assert bool(found.values) is not bool(found.why)
    assert all(shown(slot, value, language) for value in found.values)


# --- choices --------------------------------------------------------------------------------
COLOURS = [
    Button(title="Dark blue", id="dark"),
    Button(title="Light blue", id="light"),
    Button(title="Crvena", id="red"),
]


@pytest.mark.parametrize(
    ("language", "said", "ids"),
    [
        ("en", "dark blue", ("dark",)),
        ("en", "I would like the light blue one", ("light",)),
        ("en", "blue", ("dark", "light")),
        ("en", "drak blue", ("dark",)),
        ("en", "lihgt", ("light",)),
        ("hr", "crvenu", ("red",)),
        ("en", "2️⃣", ("light",)),
        ("en", "#3", ("red",)),
        ("en", "the last one", ("red",)),
        ("hr", "treća", ("red",)),
        ("de", "die zweite", ("light",)),
        ("fr", "le deuxième", ("light",)),
        ("ru", "второй", ("light",)),
        ("ja", "二番目", ("light",)),
        ("en", "4", ()),
        ("en", "green", ()),
        ("en", "", ()),
        ("en", "I have been waiting for 2 weeks now and nobody came", ()),
    ],
)
def test_an_option_is_known_however_it_is_said(language, said, ids):
    assert ids == picked(said, COLOURS, language=language)


@given(st.text(max_size=60), st.sampled_from([*LANGUAGES, "zh", None]))
def test_what_is_picked_is_one_of_the_options(said, language):
    assert set(picked(said, COLOURS, language=language)) <= {"dark", "light", "red"}


# --- what it says itself --------------------------------------------------------------------
@pytest.mark.parametrize("name", PHRASES)
def test_a_phrase_is_said_in_every_language_with_the_same_blanks(name):
    said = PHRASES[name]
    blanks = {frozenset(ASKED_LIKE_THAT.findall(text)) for text in said.values()}

    assert set(LANGUAGES) <= set(said)
    assert 1 == len(blanks)


@pytest.mark.parametrize("name", ["person", "skip", "yes", "change"])
def test_what_is_pressed_fits_on_every_button(name):
    assert all(len(text) <= 20 for text in PHRASES[name].values())


def test_the_forms_that_are_ready_work_in_every_language():
    check({"Bot": Bot(greeting="greeting", closed="closed")}, SHIPPED, (), "bots")
    for flow in SHIPPED.values():
        asked = (text for slot in flow.slots for text in (slot.ask, slot.title))
        for text in (flow.title, flow.done, *asked):
            assert set(LANGUAGES) <= set(text)
