"""What was said to one customer is offered for another without what could be theirs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from routing.bots.assist.cleaning import GAP, MOST, fit

COMMON = {"we", "the", "your", "please", "parcel", "order", "dhl", "zagreb"}
LONGER = "It is on its way and comes within three days. "


def is_common(word):
    return word in COMMON


@pytest.mark.parametrize(
    ("said", "left"),
    [
        (
            "Hi Maria,\n\nthe parcel goes to you with DHL tomorrow.\n\nBest regards,\nAda",
            "The parcel goes to you with DHL tomorrow.",
        ),
        (
            "Please write to maria@home.example and we send the money back at once.",
            "Please write to […] and we send the money back at once.",
        ),
        (
            "Please call +385 91 234 5678 and tell us when it suits you best.",
            "Please call […] and tell us when it suits you best.",
        ),
        (
            "Your parcel 4711-AB left our house in Zagreb, and it comes today.",
            "Your parcel […] left our house in Zagreb, and it comes today.",
        ),
        (
            "We send it to Vrapčanska 7, 10000 Zagreb, as you have asked us to.",
            "We send it to […], as you have asked us to.",
        ),
        (
            "We have sent 25,90 € back to you, which takes some days to arrive.",
            "We have sent […] back to you, which takes some days to arrive.",
        ),
        (
            "Poštovana gospođo Horvat, paket je na putu i dolazi sutra. Srdačan pozdrav, Iva",
            "Paket je na putu i dolazi sutra.",
        ),
        (
            "Sehr geehrte Frau Horvat,\n\nes kommt morgen an.\n\nMit freundlichen Grüßen\nLin",
            "Es kommt morgen an.",
        ),
        (
            "We asked Kovačević about it, and they look for it.",
            "We asked […] about it, and they look for it.",
        ),
    ],
)
def test_nothing_of_a_customer_is_left(said, left):
    assert left == fit(said, ["Maria Horvat"], is_common)


def test_names_that_the_desk_knows_go_in_every_case():
    said = "Marija, we told Mariji that it comes. Marijom we are in touch, and with you, too."

    assert "Marij" not in (fit(said, ["Marija Novak"], is_common) or "")


def test_with_many_gaps_nothing_is_offered():
    said = "Alpha went with Bravo and Charlie and Delta and Echo to us."

    assert None is fit(said, [], is_common)


def test_what_says_hardly_anything_is_not_offered():
    assert None is fit("It is Kovačević.", [], is_common)


@given(
    name=st.sampled_from(["Ivana Jurić", "Jean-Luc", "Søren Åkesson", "Иван Петров", "O'Neill"]),
    number=st.from_regex(r"[0-9]{5,12}", fullmatch=True),
    before=st.sampled_from(["", LONGER, "• ", "Dear {name},\n", "hello {name} - "]),
)
def test_a_known_name_or_long_number_is_never_left(name, number, before):
    said = f"{before.format(name=name)}we told {name} that {number} is on its way to {name} now."
    found = fit(said, [name], is_common) or ""

    assert name not in found
    assert number not in found
    assert found.count(GAP) <= MOST


@given(st.text(max_size=400))
def test_any_text_is_cleaned(said):
    found = fit(said, ["Maria Horvat"], is_common)

    assert found is None or found == found.strip()
