"""Mails are taken apart as the standard library does, and where it gives up or takes ages, too."""

import base64
import email
import quopri
from email.policy import compat32

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from channels.email.mime import Limits, Part, read

TYPES = ["text/plain", "text/html", "image/png", "application/pdf", "text/plain; charset=utf-8"]
MULTIPARTS = ["mixed", "alternative", "related", "signed", "report", "x-own"]
WORDS = st.text("abc -.=>\n", max_size=60)


@st.composite
def leaf(draw):
    kind = draw(st.sampled_from(TYPES))
    encoding = draw(st.sampled_from([None, "7bit", "base64", "quoted-printable"]))
    content = draw(WORDS).encode()
    head = [b"Content-Type: " + kind.encode()]
    if encoding:
        head.append(b"Content-Transfer-Encoding: " + encoding.encode())
    if draw(st.booleans()):
        head.append(b'Content-Disposition: attachment;\r\n filename="a b.txt"')
    if encoding == "base64":
        content = base64.encodebytes(content).replace(b"\n", b"\r\n")
    elif encoding == "quoted-printable":
        content = quopri.encodestring(content)
    return b"\r\n".join(head) + b"\r\n\r\n" + content


@st.composite
def tree(draw, depth=3):
    if depth == 0 or draw(st.booleans()):
        return draw(leaf())
    boundary = draw(st.sampled_from(["b", "=_b1", "b b'()+_,-./:=?", "----=_Part"])) + str(depth)
    children = draw(st.lists(tree(depth=depth - 1), min_size=1, max_size=3))
    kind = draw(st.sampled_from(MULTIPARTS))
    head = f'Content-Type: multipart/{kind}; boundary="{boundary}"\r\n\r\n'.encode()
    mark = b"--" + boundary.encode()
    preamble = draw(st.sampled_from([b"", b"This is MIME.\r\n"]))
    body = b"".join(mark + b"\r\n" + child + b"\r\n" for child in children)
    end = mark + b"--\r\n" if draw(st.booleans()) else b""
    return head + preamble + body + end


def ours(part: Part):
    if part.parts:
        return part.type, [ours(child) for child in part.parts]
    return part.type, part.content


def theirs(message):
    if message.is_multipart():
        return message.get_content_type(), [theirs(child) for child in message.get_payload()]
    return message.get_content_type(), message.get_payload(decode=True)


def bare(node):
    """Leave out line ends at the end of content, which the two ends of a mail may disagree on."""
    kind, inner = node
    return kind, [bare(one) for one in inner] if isinstance(inner, list) else inner.strip(b"\r\n")


@settings(deadline=None, max_examples=150)
@given(tree())
def test_sane_mails_are_taken_apart_as_the_standard_library_does(mail):
    raw = b"From: a@example.org\r\nMIME-Version: 1.0\r\n" + mail

    assert bare(theirs(email.message_from_bytes(raw, policy=compat32))) == bare(
        ours(read(raw).root)
    )


@settings(deadline=None, max_examples=300)
@given(
    st.binary(max_size=400)
    | st.lists(
        st.sampled_from(
            [
                b"--b\n",
                b"--b--\n",
                b"\n",
                b"Content-Type: multipart/mixed; boundary=b\n",
                b"x",
                b"\r",
                b"\r\n",
                b"Content-Type: message/rfc822\n",
                b"=?utf-8?q?",
                b"?=",
                b'"',
                b":",
                b" ",
                b"From: ",
                b"\xff",
            ]
        ),
        max_size=60,
    ).map(b"".join)
)
def test_nothing_raises(raw):
    for part in walked(read(raw).root):
        assert isinstance(part.text, str)
        assert part.filename is None or isinstance(part.filename, str)


def walked(part):
    yield part
    for child in part.parts:
        yield from walked(child)


def nested(depth: int) -> bytes:
    head = b"".join(
        b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n' % (n, n)
        for n in range(depth)
    )
    return b"From: a@b.example\r\n" + head + b"Content-Type: text/plain\r\n\r\nx\r\n"


@pytest.mark.parametrize(
    ("hostile", "word"),
    [
        (nested(1_600), "deep"),
        (
            b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b\r\n\r\nx\r\n" * 100_000,
            "parts",
        ),
        (b"X-Long: " + b"a" * 2_000_000 + b"\r\n\r\nx", "head"),
        (b"From: a@b.example\n\n" + b"x" * 60_000_000, "larger"),
        (b"X: y\n" * 400_000 + b"\nx", "head"),
    ],
    ids=["depth", "parts", "head", "size", "fields"],
)
def test_beyond_all_measure_it_stops_and_says_so(hostile, word):
    assert word in (read(hostile).excess or "")


@pytest.mark.parametrize(
    "costly",
    [
        b"Content-Type: message/rfc822\r\n\r\n" * 1_000 + b"\r\nx",
        b"Content-Type: text/plain; "
        + b"; ".join(b"a%d=b" % n for n in range(5_000))
        + b"\r\n\r\nx",
        b"Content-Type: text/plain; " + b"a" * 500_000 + b"\r\n\r\nx",
        b'Content-Type: text/plain; name="' + b"\\" * 500_000 + b"\r\n\r\nx",
        b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--bx\n" * 200_000,
        b"Content-Type: multipart/mixed; boundary=-\n\n" + b"-" * 900_000,
        b"Content-Transfer-Encoding: quoted-printable\n\n" + b"=" * 900_000,
        b"junk\n" * 100_000,
        b"A: b\n" + b"junk\n" * 100_000,
    ],
)
def test_costly_mails_are_read_all_the_same(costly):
    mail = read(costly)

    assert all(isinstance(part.text, str) for part in walked(mail.root))


def test_fewer_parts_may_be_asked_for():
    raw = b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b\r\n\r\nx\r\n" * 10

    assert "5 parts" in (read(raw, Limits(parts=5)).excess or "")


def test_a_multipart_without_boundaries_is_text():
    raw = b"Content-Type: multipart/mixed; boundary=gone\n\nStill worth reading.\n"

    assert "Still worth reading.\n" == read(raw).root.text


def test_an_unnamed_boundary_is_found():
    raw = b"Content-Type: multipart/mixed\n\n--x1\nContent-Type: text/plain\n\nHello\n--x1--\n"

    assert [b"Hello"] == [part.content for part in read(raw).root.parts]


@pytest.mark.parametrize(
    ("label", "content", "text"),
    [
        ("utf-8", "čćšđž".encode(), "čćšđž"),
        ("UTF8", "ł".encode(), "ł"),
        ("iso-8859-1", b"\x93quoted\x94", "“quoted”"),
        ("us-ascii", b"na\xefve", "naïve"),
        ("us-ascii", "naïve".encode(), "naïve"),
        ("windows-1250", b"\xe8\xe6\x9a", "čćš"),
        ("koi8-r", "Привет".encode("koi8-r"), "Привет"),
        ("iso-2022-jp", "こんにちは".encode("iso-2022-jp"), "こんにちは"),
        ("iso-2022-jp", "ツール".encode("shift_jis"), "ツール"),
        ("gb2312", "你好世界".encode("gb18030"), "你好世界"),
        ("ks_c_5601-1987", "안녕".encode("cp949"), "안녕"),
        ("x-unknown", "Привет, как дела".encode("cp1251"), "Привет, как дела"),
        ("no such charset", b"fa\xe7ade", "façade"),
        ("utf-7", b"+ADw-script+AD4-", "+ADw-script+AD4-"),
        ("punycode", b"abc-" * 10, "abc-" * 10),
        ("utf-8", b"broken \xff end", "broken ÿ end"),
        ("utf-16", "wide".encode("utf-16"), "wide"),
    ],
)
def test_any_charset_becomes_text(label, content, text):
    raw = b'Content-Type: text/plain; charset="%s"\n\n%s' % (label.encode(), content)

    assert text == read(raw).root.text


@pytest.mark.parametrize(
    ("head", "name"),
    [
        ('attachment; filename="a.txt"', "a.txt"),
        ("attachment; filename=a.txt", "a.txt"),
        ("attachment; filename*=utf-8''na%C3%AFve.txt", "naïve.txt"),
        ("attachment; filename*0=long; filename*1=er.txt", "longer.txt"),
        ("attachment; filename*1*=%C5%A1.txt; filename*0*=utf-8'hr'ra%C4%8Dun", "računš.txt"),
        ('attachment; filename="quote\\"d.txt"', 'quote"d.txt'),
        ('attachment; filename="unfinished.txt', "unfinished.txt"),
        ('attachment;;; filename = "spaced.txt" ', "spaced.txt"),
    ],
)
def test_file_names_are_read(head, name):
    raw = f"Content-Disposition: {head}\n\nx".encode()

    assert name == read(raw).root.filename


def test_base64_bears_junk_and_a_missing_end():
    assert b"hello" == read(b"Content-Transfer-Encoding: base64\n\naGV!s\nbG8").root.content


def test_uuencode_is_decoded_where_it_is_declared():
    raw = b"Content-Transfer-Encoding: x-uuencode\n\nbegin 644 a\n%:&5L;&\\\n`\nend\n"

    assert b"hello" == read(raw).root.content
