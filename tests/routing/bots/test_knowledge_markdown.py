"""An article as it is read: safe HTML for a page, plain words for a channel."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from routing.bots.knowledge.markdown import html, plain

BODY = """# Returning

You have **30 days**. [Print a label](files/label.pdf), then:

1. Pack it
2. Bring it to the post
   - with the receipt
   - or without

Questions? Write to help@example.com or see https://shop.example/post.

| Country | Price |
| ------- | ----- |
| Croatia | free  |
"""


def test_a_body_is_shown_below_the_articles_own_heading():
    shown = html(BODY, "/help/returning/files/")

    assert "<h2>Returning</h2>" in shown
    assert '<a href="/help/returning/files/label.pdf" rel="noopener noreferrer">Print' in shown
    assert '<a href="mailto:help@example.com"' in shown
    assert '<a href="https://shop.example/post"' in shown
    assert "<td>Croatia</td>" in shown


def test_a_channel_without_formatting_gets_the_words():
    expected = """Returning

You have 30 days. Print a label (https://desk/files/label.pdf), then:

1. Pack it
2. Bring it to the post
  - with the receipt
  - or without

Questions? Write to help@example.com or see https://shop.example/post.

Country  Price
Croatia  free"""

    assert expected == plain(BODY, "https://desk/files/")


@pytest.mark.parametrize(
    "body",
    [
        "<script>alert(1)</script>",
        "[x](javascript:alert(1))",
        "[x](data:text/html;base64,PHNjcmlwdD4=)",
        "![x](javascript:alert(1))",
        '<img src=x onerror="alert(1)">',
        '[x](https://a.example "\\" onmouseover=alert(1) x=\\"")',
        "<iframe src='https://evil.example'></iframe>",
        '![a](files/"onerror="alert(1))',
    ],
)
def test_nothing_in_a_body_acts(body):
    shown = html(body).lower()
    tags = shown.replace("&lt;", "").split("<")

    assert not [one for one in tags if one.startswith(("script", "iframe"))]
    assert not [one for one in tags if " on" in one.partition(">")[0].split('"')[0]]
    assert 'href="javascript' not in shown
    assert 'src="javascript' not in shown
    assert 'href="data' not in shown


def test_pictures_are_our_own_or_none():
    shown = html("![our label](files/my label.png) ![spy](https://evil.example/1.gif)")
    assert "evil" not in shown

    shown = html("![our label](files/label.png)", "/help/x/files/")
    assert '<img src="/help/x/files/label.png" alt="our label">' in shown


@given(st.text(max_size=300))
def test_whatever_is_written_is_read(body):
    assert "<script" not in html(body)
    assert isinstance(plain(body), str)
