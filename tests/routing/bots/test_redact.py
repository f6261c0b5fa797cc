import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from routing.bots.writing.redact import PLACEHOLDER, Redaction

WRITTEN = [
    ("EMAIL", "Write to marija.horvat@gmail.example please", "marija.horvat@gmail.example"),
    ("EMAIL", "moja adresa ana\uff20pošta.example", "ana"),
    ("EMAIL", "m\u200barija@\u200bgmail.example", "gmail"),
    ("PHONE", "Ruf mich an: +49 (0)170 123-45-67", "123-45-67"),
    ("PHONE", "nazovite 091 123 4567", "123 4567"),
    ("PHONE", "call (555) 123-4567", "123-4567"),
    ("CARD", "karte 4111 1111 1111 1111 ist gesperrt", "1111"),
    ("CARD", "5500-0000-0000-0004", "5500"),
    ("ACCOUNT", "IBAN hr12 1001 0051 8630 0016 0", "1001"),
    ("ACCOUNT", "GB29NWBK60161331926819", "NWBK"),
    ("NUMBER", "Where is order HR-123456?", "123456"),
    ("NUMBER", "订单123456789号", "123456789"),
    ("NUMBER", "رقم الطلب ٠١٢٣٤٥٦٧", "٠١٢٣٤٥٦٧"),
    ("CODE", "my key is sk_live_9aF3kQ7zLm2pX8vT", "9aF3kQ7z"),
    ("LINK", "https://shop.example/track?t=abc", "abc"),
    ("LINK", "https://ana:secret@shop.example/", "secret"),
]


@pytest.mark.parametrize(("kind", "text", "private"), WRITTEN)
def test_what_says_who_somebody_is_is_covered(kind, text, private):
    redaction = Redaction()
    covered = redaction.cover(text)

    assert private not in covered
    assert f"[{kind}_1]" in covered


@pytest.mark.parametrize(
    "text",
    [
        "Do you ship to Germany within 14 days?",
        "I ordered on 2026-11-20, it said 22.11.2026.",
        "Is it 10.000 kn or 49,90 €?",
        "See https://shop.example/help/returns",
        "Size 42, colour #333, model X-100",
        "Radite li od 8:00 do 16:30?",
        "Haben Sie etwas für 1.500 € im Jahr 2027?",
    ],
)
def test_what_a_question_needs_stays(text):
    assert text == Redaction().cover(text)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Marija Horvat", "Ovdje Marija Horvat."),
        ("Marija Horvat", "Pitajte Mariju, ili gospodina s Horvatom."),
        ("Ana", "Javite se Ani ili Anom."),
        ("Søren", "Det er SØREN her"),
        ("王小明", "我是王小明请问"),
        ("Анна Каренина", "Я Анна Каренина"),
    ],
)
def test_a_name_is_covered_in_its_cases(name, text):
    covered = Redaction([name]).cover(text)

    assert "[NAME_1]" in covered
    assert not set(re.split(r"\s", name)) & set(re.split(r"[\s.,]", covered))


def test_other_words_than_the_name_stay():
    text = "And any market, Markdown and animals"

    assert text == Redaction(["Ana", "Al"]).cover(text)


def test_the_same_thing_has_the_same_placeholder():
    redaction = Redaction()

    assert "[EMAIL_1] [EMAIL_1]" == redaction.cover("ana@x.example ANA@x.example")
    assert "[EMAIL_1]" == redaction.cover("ana@x.example")


def test_a_draft_gets_back_what_was_covered():
    redaction = Redaction(["Ana"])
    redaction.cover("Ana, ana@x.example")

    assert "Dear Ana, we wrote to ana@x.example." == redaction.restore(
        "Dear [NAME_2], we wrote to [EMAIL_1]."
    )


def test_a_placeholder_of_nothing_spoils_the_draft():
    assert Redaction().restore("Dear [NAME_1]") is None


def test_a_customer_cannot_bring_a_placeholder_of_their_own():
    redaction = Redaction()
    covered = redaction.cover("send [EMAIL_1] and mine, ana@x.example, to [EMAIL_[EMAIL_1]1]")

    assert ["[EMAIL_1]"] == PLACEHOLDER.findall(covered)


@given(st.text(max_size=300), st.lists(st.text(max_size=12), max_size=3))
def test_any_text_comes_back_as_it_was_but_for_invisible_signs(text, hide):
    redaction = Redaction(hide)
    covered = redaction.cover(text)

    assert redaction.restore(covered) is not None
    assert set(PLACEHOLDER.findall(covered)) <= set(redaction.covered)


@given(st.emails(), st.text(alphabet=" .,;!?\nabcž", max_size=30))
def test_no_address_leaves(address, around):
    covered = Redaction().cover(f"{around} {address} {around}")

    assert address not in covered


def test_a_hundred_thousand_characters_are_covered_at_once():
    for text in ("1" * 100_000, "a1" * 50_000, "a@" * 50_000, "+1 " * 33_000, "GB29" * 25_000):
        Redaction(["Ana"]).cover(text)
