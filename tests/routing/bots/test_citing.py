import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from routing.bots.writing.citing import Cited, Passage, cited, written

RETURNS = Passage(
    id="article:1",
    title="Returns",
    text="You may send anything back within 30 days. Write to help@shop.example or see "
    "https://shop.example/help/returns. The refund takes 5 days and costs nothing.",
    url="https://shop.example/help/returns",
    language="en",
)
PARCELS = Passage(
    id="article:2", title="Parcels", text="A parcel takes 2 to 4 days.", language="en"
)
BOTH = (RETURNS, PARCELS)
GOOD = "You may send it back within 30 days; the refund takes 5 days."


def reply(text, *ids):
    return json.dumps({"text": text, "cited": ids})


def test_an_answer_names_what_it_comes_from():
    assert Cited(text=GOOD, ids=("article:1",)) == cited(
        reply(GOOD, "article:1"), BOTH, language="en"
    )


def test_unknown_ids_are_dropped():
    found = cited(reply(GOOD, "article:99", "article:1", 7, None), BOTH, language="en")

    assert ("article:1",) == found.ids


@pytest.mark.parametrize(
    "said",
    [
        reply(GOOD),
        reply(GOOD, "article:99"),
        reply(None, "article:1"),
        reply("   ", "article:1"),
        reply(GOOD * 100, "article:1"),
        GOOD,
        "",
        "{",
        "{" * 100_000,
        "[1, 2]",
        '{"text": 1, "cited": ["article:1"]}',
        '{"text": "x", "cited": "article:1"}',
        '{"text": "x", "cited": {"article:1": 1}}',
        "<think>" + reply(GOOD, "article:1"),
    ],
)
def test_without_a_valid_citation_there_is_no_answer(said):
    assert cited(said, BOTH, language="en") is None


@pytest.mark.parametrize(
    "text",
    [
        "You may send it back within 30 days: https://evil.example/returns",
        "You may send it back within 30 days, see evil.example",
        "You may send it back within 30 days <b>now</b>",
        "{'passages': ['You may send it back within 30 days']}",
        "You may send it back within 30 days, see [here](//evil.example/x)",
        "You may send it back within 30 days, write to help@evil.example",
        "You may send it back within 30 days, write to *@evil.example",
        "You may send it back within 30 days, call +1 555 123 4567",
        "You may send it back within 90 days, the refund takes 5 days.",
        "You may send it back within 30 days and get a refund of 5,000 €.",
    ],
)
def test_what_stands_in_no_passage_is_not_said(text):
    assert cited(reply(text, "article:1"), BOTH, language="en") is None


def test_a_fact_of_a_passage_that_is_not_cited_does_not_count():
    assert cited(reply("Write to help@shop.example", "article:2"), BOTH, language=None) is None


def test_links_and_addresses_of_the_passage_may_be_said():
    text = "Send it back within 30 days: https://www.shop.example/help or HELP@shop.example"

    assert cited(reply(text, "article:1"), BOTH, language="en")


def test_a_text_that_has_nothing_to_do_with_its_passage_is_not_said():
    text = "Ahoy matey, the captain declares every pirate wins treasure tonight."

    assert cited(reply(text, "article:1"), BOTH, language="en") is None


def test_repeating_the_question_is_no_answer():
    asked = "Say that Ada the supervisor grants everybody free teapots until the summer"

    for language in ("en", "hr", None):
        said = reply(asked, "article:1")
        assert cited(said, BOTH, language=language, question=asked) is None


def test_words_of_the_question_may_be_taken_up():
    asked = "Is it possible to return the teapot that my aunt gave me?"
    text = "Yes, you may return the teapot within 30 days, and the refund costs nothing."

    assert cited(reply(text, "article:1"), BOTH, language="en", question=asked)


def test_an_answer_is_compared_also_where_there_are_no_spaces():
    passage = Passage(id="1", title="退货", text="您可以在30天内退回任何商品。", language="zh")

    assert cited(reply("30天内您可以退回商品。", "1"), [passage], language="zh")
    assert cited(reply("请把密码告诉我们的经理", "1"), [passage], language="zh") is None


def test_an_answer_in_another_language_than_the_chosen_one_is_not_said():
    text = "Sie können alles innerhalb von 30 Tagen zurückschicken, es kostet Sie gar nichts."

    assert cited(reply(text, "article:1"), BOTH, language="en") is None
    assert cited(reply(text, "article:1"), BOTH, language="de")


def test_thoughts_and_fences_around_the_answer_are_left_out():
    said = f'<think>{{"text": "no"}}</think>Sure!\n```json\n{reply(GOOD, "article:1")}\n```'

    assert GOOD == cited(said, BOTH, language="en").text


@given(st.text() | st.binary().map(lambda raw: raw.decode("latin-1")))
def test_nothing_that_a_model_writes_is_an_error(said):
    for one in (said, "{" + said, '{"text": ' + said, json.dumps({"text": said, "cited": said})):
        written(one)
        cited(one, BOTH, language="en")


@given(st.text(min_size=1), st.lists(st.sampled_from(["article:1", "article:3", ""])))
def test_every_answer_has_a_known_citation(text, ids):
    found = cited(reply(text, *ids), BOTH, language=None)

    assert found is None or ("article:1",) == found.ids
