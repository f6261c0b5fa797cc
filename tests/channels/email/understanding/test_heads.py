"""The head of a mail: names, addresses, words, dates and ids as people's programs write them."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from channels.email import addresses, headers


def spoken(line):
    return [(one.name, one.value) for one in addresses.parse(line)]


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("ana@example.org", [(None, "ana@example.org")]),
        ("Ana Kos <Ana@Example.ORG>", [("Ana Kos", "ana@example.org")]),
        ('"Kos, Ana" <ana@example.org>', [("Kos, Ana", "ana@example.org")]),
        ("ana@example.org (Ana Kos)", [("Ana Kos", "ana@example.org")]),
        ("'Ana' <ana@example.org>", [("Ana", "ana@example.org")]),
        ("a@x.example, b@x.example;c@x.example", [(None, f"{n}@x.example") for n in "abc"]),
        ("Friends: a@x.example, B <b@x.example>;", [(None, "a@x.example"), ("B", "b@x.example")]),
        ("undisclosed-recipients:;", []),
        ("=?utf-8?b?TcO8bGxlciwgQmVybmQ=?= <b@x.example>", [("Müller, Bernd", "b@x.example")]),
        ('"=?utf-8?q?An=C3=A1?=" <a@x.example>', [("Aná", "a@x.example")]),
        ("<<a@x.example>>", [(None, "a@x.example")]),
        ("Ana <a@x.example", [("Ana", "a@x.example")]),
        ("[a@x.example]", [(None, "a@x.example")]),
        ("Ana (work) <a@x.example> (Zagreb)", [("Ana", "a@x.example")]),
        ("no address", []),
        ("", []),
        ("A\u202etxt <a@x.example>", [("Atxt", "a@x.example")]),
    ],
)
def test_addresses_are_read(line, found):
    assert found == spoken(line)


def test_four_thousand_recipients_are_no_trouble():
    assert 4_000 == len(spoken(", ".join(f"Person {n} <p{n}@x.example>" for n in range(4_000))))


@pytest.mark.parametrize(
    "line",
    [
        "(" * 100_000 + "a@b.c" + ")" * 100_000,
        '"' * 200_001,
        "<" * 200_000,
        "a@" * 100_000,
        "\\" * 99_999,
    ],
)
def test_no_address_is_worth_much_time(line):
    assert len(spoken(line)) < 3


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (b"=?utf-8?q?Hello_W=C3=B6rld?=", "Hello Wörld"),
        (b"=?utf-8?b?SMOkbGxv?=", "Hällo"),
        (b"=?utf-8?q?a?=\r\n =?utf-8?q?b?=", "ab"),
        (b"=?utf-8?q?a?= b =?utf-8?q?c?=", "a b c"),
        (b"Re:=?utf-8?q?x?=y", "Re:xy"),
        (b"=?utf-8?b?w7w=?= =?utf-8?b?w4?= =?utf-8?b?tg==?=", "üö"),
        (b"=?utf-8*en?q?x?=", "x"),
        (b"=?utf-8?q?two words?=", "two words"),
        (b"=?utf-8?q?a=3F=3D?=", "a?="),
        (b"=?nope?q?x=E9?=", "xé"),
        (b"=?utf-8?x?y?=", "=?utf-8?x?y?="),
        (b"=?utf-8?q?open", "=?utf-8?q?open"),
        (b"folded\r\n\tsubject", "folded\tsubject"),
        ("ünïcode".encode(), "ünïcode"),
    ],
)
def test_words_are_decoded(raw, text):
    assert text == headers.words(raw)


@pytest.mark.parametrize("piece", [b"=?utf-8?q?a?= ", b"=?utf-8?q?", b"=?", b"?=", b"=?a?q?b"])
def test_no_subject_is_worth_much_time(piece):
    assert isinstance(headers.words(piece * 50_000), str)


@pytest.mark.parametrize(
    ("line", "found"),
    [
        (b"Mon, 2 Mar 2026 10:00:00 +0100", datetime(2026, 3, 2, 9, tzinfo=UTC)),
        (b"2 Mar 26 10:00 GMT", datetime(2026, 3, 2, 10, tzinfo=UTC)),
        (b"Mon, 02 Mar 2026 10:00:00 -0000 (UTC)", datetime(2026, 3, 2, 10, tzinfo=UTC)),
        (b"yesterday", None),
        (b"Mon, 99 Mar 2026 10:00:00 +0100", None),
        (b"Mon, 2 Mar 99999999 10:00:00 +0100", None),
        (b"Mon, 2 Mar 2026 10:00:00 +9999999", None),
        (b"", None),
    ],
)
def test_dates_are_read(line, found):
    assert found == headers.date({"date": [line]})


def test_ids_are_found_in_whatever_stands_there():
    line = b'Message from x of "today" <a@b>\r\n <c@d>, <not an id> <e@f>'

    assert ["<a@b>", "<c@d>", "<e@f>"] == headers.message_ids(
        {"in-reply-to": [line]}, "in-reply-to"
    )
    assert ["<bare@id>"] == headers.message_ids({"message-id": [b" bare@id "]}, "message-id")


@settings(deadline=None, max_examples=300)
@given(st.binary(max_size=200))
def test_nothing_raises(raw):
    found = {"x": [raw], "date": [raw], "from": [raw], "content-type": [raw]}

    headers.text(found, "x")
    headers.date(found)
    headers.message_ids(found, "x")
    headers.value_and_parameters(headers.plain(found, "content-type"))
    assert addresses.sender(found).value
