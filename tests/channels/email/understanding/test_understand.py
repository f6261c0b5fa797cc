# ruff: noqa: E501  # mails are easier to read in long lines
"""A whole mail becomes what the desk hears."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from channels.email.flowed import unflowed
from channels.email.understand import parse
from inbox.channel import Inbound, Raw
from inbox.errors import Unreadable


def heard(text):
    payload = text if isinstance(text, bytes) else text.encode()
    [one] = parse(Raw(payload=payload))
    return one


def test_a_reply_says_what_it_answers_the_nearest_first():
    one = heard(
        "From: ana@example.org\nMessage-ID: <3@example.org>\nIn-Reply-To: <2@shop.example>\n"
        "References: <0@example.org> <1@shop.example> <2@shop.example>\n\nThanks"
    )

    assert "<3@example.org>" == one.external_id
    assert ("<2@shop.example>", "<1@shop.example>", "<0@example.org>") == one.references


def test_a_mail_without_an_id_is_called_by_its_content():
    first, again, other = (heard(f"From: a@b.example\n\n{text}") for text in ("x", "x", "y"))

    assert first.external_id == again.external_id != other.external_id


@pytest.mark.parametrize(
    "head",
    [
        "To: support+r-abcdefgh@shop.example",
        "To: x@y.example\nCc: Support <support+r-abcdefgh@shop.example>",
        "Delivered-To: support+r-abcdefgh@shop.example",
        "In-Reply-To: <r-abcdefgh.7@shop.example>",
        "References: <x@y.example> <r-abcdefgh.7@shop.example>",
    ],
)
def test_our_token_is_found(head):
    assert "abcdefgh" == heard(f"From: ana@example.org\n{head}\n\nHi").token


def test_recipients_and_where_to_answer():
    one = heard(
        "From: Ana <ana@example.org>\nReply-To: Office <office@example.org>\n"
        "To: support@shop.example, Bo <bo@example.org>\nTo: third@example.org\nCc: c@example.org\n\nHi"
    )

    assert ["support@shop.example", "bo@example.org", "third@example.org"] == [
        each.value for each in one.recipients
    ]
    assert ["c@example.org"] == [each.value for each in one.copied]
    assert "office@example.org" == one.reply_to.value
    assert ("Ana", "ana@example.org") == (one.sender.name, one.sender.value)


def test_a_mail_that_names_no_sender_is_heard():
    assert "nobody@unknown.invalid" == heard("Subject: Hi\n\nHello").sender.value
    assert "Ana" == heard("From: Ana\nSubject: Hi\n\nHello").sender.name


def test_the_richer_alternative_is_shown_and_the_plain_one_read():
    one = heard(
        "From: a@b.example\nContent-Type: multipart/alternative; boundary=b\n\n"
        "--b\nContent-Type: text/plain\n\nplain\n--b\nContent-Type: text/html\n\n<b>rich</b>\n"
        "--b\nContent-Type: text/calendar; method=REQUEST\n\nBEGIN:VCALENDAR\n--b--\n"
    )

    assert "plain" == one.text
    assert "<b>rich</b>" == one.html.strip()
    assert [("invite.ics", "text/calendar")] == [(f.name, f.media_type) for f in one.files]


def test_html_alone_is_read_as_text_without_its_quotes():
    one = heard(
        "From: a@b.example\nContent-Type: text/html; charset=utf-8\n\n"
        "<p>Čaj, molim.</p><blockquote type=cite>Coffee or tea?</blockquote>"
    )

    assert "Čaj, molim.\n> Coffee or tea?" == one.text
    assert "Čaj, molim." == one.visible_text


def test_pictures_in_the_text_are_files_with_their_ids():
    one = heard(
        "From: a@b.example\nContent-Type: multipart/related; boundary=b\n\n"
        '--b\nContent-Type: text/html\n\n<img src="cid:pic@x">\n'
        "--b\nContent-Type: image/png\nContent-ID: <pic@x>\nContent-Transfer-Encoding: base64\n\n"
        "aGVsbG8=\n--b--\n"
    )
    [picture] = one.files

    assert ("pic@x", True, b"hello") == (picture.content_id, picture.inline, picture.content)
    assert 'src="cid:pic@x"' in one.html


def test_a_mail_in_a_mail_is_a_file():
    one = heard(
        "From: a@b.example\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nSee the mail.\n"
        "--b\nContent-Type: message/rfc822\n\nSubject: The other: one\n\nHello\n--b--\n"
    )

    assert [("The other: one.eml", "message/rfc822")] == [(f.name, f.media_type) for f in one.files]
    assert one.files[0].content.startswith(b"Subject: The other")


@pytest.mark.parametrize(
    ("given", "safe"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\\\Users\\\\x\\\\secret.doc", "secret.doc"),
        ("invoice.pdf.exe", "invoice.pdf.exe"),
        ("innocent\u202egpj.exe", "innocentgpj.exe"),
        ("a\tb\x00.txt", "ab.txt"),
        ("..", "attachment.bin"),
        ("x" * 400 + ".pdf", "x" * 146 + ".pdf"),
        ("=?utf-8?q?r=C3=A9sum=C3=A9.pdf?=", "résumé.pdf"),
    ],
)
def test_file_names_are_made_safe(given, safe):
    one = heard(
        "From: a@b.example\nContent-Type: multipart/mixed; boundary=b\n\n--b\n"
        f'Content-Type: application/x-y\nContent-Disposition: attachment; filename="{given}"\n\nx\n--b--\n'
    )

    assert [safe] == [file.name for file in one.files]


def test_files_of_the_same_name_are_told_apart():
    part = '--b\nContent-Type: image/png\nContent-Disposition: attachment; filename="a.png"\n\nx\n'
    mail = f"From: a@b.example\nContent-Type: multipart/mixed; boundary=b\n\n{part * 3}--b--\n"

    assert ["a.png", "a1.png", "a2.png"] == [file.name for file in heard(mail).files]


def test_winmail_is_kept_as_it_is():
    one = heard(
        "From: a@b.example\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nHi\n--b\n"
        "Content-Type: application/ms-tnef\nContent-Transfer-Encoding: base64\n\neJ8+Ig==\n--b--\n"
    )

    assert [("winmail.dat", b"\x78\x9f\x3e\x22")] == [(f.name, f.content) for f in one.files]


def test_a_bare_text_is_all_text():
    one = heard("Great!\n\nOn Mon, 2 Mar 2026 at 9:15 Support <help@shop.example> wrote:\n> Hi\n")

    assert "Great!" == one.visible_text
    assert one.text.startswith("Great!")


def test_flowing_lines_are_joined():
    assert "one two\nthree" == unflowed("one \ntwo\nthree")
    assert "> one two\nthree" == unflowed("> one \n> two\nthree")
    assert "onetwo" == unflowed("one \ntwo", delsp=True)
    assert "text\n-- \nAna" == unflowed("text\n-- \nAna")


def test_8_bit_subjects_are_read_in_the_charset_of_the_text():
    raw = "From: a@b.example\nSubject: {}\nContent-Type: text/plain; charset={}\n\nx"

    assert "Привет" == heard(raw.format("Привет", "koi8-r").encode("koi8-r")).subject
    assert "ツール" == heard(raw.format("ツール", "iso-2022-jp").encode("shift_jis")).subject


def test_an_empty_mail_is_unreadable():
    with pytest.raises(Unreadable):
        parse(Raw(payload=b" \n"))


PIECES = [
    "From: a@b.example\n", "To: \n", "Subject: =?x?q?", "\n", "Content-Type: text/html\n",
    "Content-Type: multipart/mixed; boundary=b\n", "--b\n", "--b--\n", "Content-Type: message/rfc822\n",
    "Content-Transfer-Encoding: base64\n", "<div class=gmail_quote>", "On 1/1/26 10:00 x@y.z wrote:\n",
    "Content-Type: message/delivery-status\n", "Final-Recipient: rfc822; x@y.z\n", "Status: 5.1.1\n",
    "Content-Type: multipart/report; report-type=delivery-status; boundary=b\n", "-- \n", "> q\n",
]  # fmt: skip


@settings(deadline=None, max_examples=300)
@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=20), max_size=25))
def test_whatever_comes_is_heard_or_unreadable(pieces):
    try:
        heard_here = parse(Raw(payload="".join(pieces).encode("utf-8", "replace")))
    except Unreadable:
        return

    assert all(isinstance(one, Inbound) for one in heard_here)
