"""An article as somebody said it keeps the form of what they left alone."""

import pytest

from inbox.model import ArticleText
from routing.bots.teaching.paragraphs import merged

BODY = "# Parcels\n\nA parcel takes **three days**.\n\n- by post\n- by bike"


@pytest.mark.parametrize(
    ("said", "after"),
    [
        ("Parcels\n\nA parcel takes three days.\n\n• by post\n• by bike", BODY),
        ("It takes five.\n\n• by post\n• by bike", "It takes five.\n\n- by post\n- by bike"),
        ("A parcel takes three days.", "A parcel takes **three days**."),
        ("A parcel takes three days.\n\nSundays do not count.",
         "A parcel takes **three days**.\n\nSundays do not count."),
    ],
)  # fmt: skip
def test_what_stayed_keeps_its_form(said, after):
    text = ArticleText(language="en", title="Parcels", body=BODY)

    assert after == merged(text, said)


def test_what_was_too_long_to_be_suggested_stays():
    more = "\n\n".join(f"Paragraph {at}: {'word ' * 50}".strip() for at in range(12))
    text = ArticleText(language="en", title="Long", body=f"It begins.\n\n{more}")

    assert merged(text, "It begins here.").endswith("Paragraph 11: " + ("word " * 50).strip())
