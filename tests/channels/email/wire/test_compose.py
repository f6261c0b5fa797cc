import email
import re
from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from channels.email.compose import compose
from channels.email.settings import Imap, Settings, Smtp
from channels.email.tokens import in_address, in_message_id, message_id, without_token
from channels.email.understand import parse
from inbox.channel import File, Outgoing, Raw
from inbox.model import Address, ConversationId, CustomerId, Direction, Message, MessageId

TOKEN = "gezdgnbvgy3tqojq2345abcdefghijkl"
ADA = Address(kind="email", value="ada@customer.test", name="Ada Lovelace")


def account(**changed) -> Settings:
    fields = {
        "address": "support@desk.test",
        "name": "Support",
        "imap": Imap(host="localhost"),
        "smtp": Smtp(host="localhost"),
    }
    return Settings(**fields | changed)


def question(**changed) -> Message:
    fields = {
        "id": MessageId(6),
        "conversation_id": ConversationId(1),
        "customer_id": CustomerId(1),
        "direction": Direction.IN,
        "created_at": datetime(2026, 3, 1, 18, 30, tzinfo=UTC),
        "text": "Where is it?\n> earlier",
        "sender": "ada@customer.test",
        "sender_name": "Ada Lovelace",
        "external_id": "<question@customer.test>",
        "subject": "Where is it?",
    }
    return Message(**fields | changed)


def outgoing(**changed) -> Outgoing:
    fields = {
        "message_id": MessageId(7),
        "conversation_id": ConversationId(1),
        "to": (ADA,),
        "text": "It is on its way.",
        "subject": "Where is it?",
        "created_at": datetime(2026, 3, 2, 9, 0, tzinfo=UTC),
        "reply_token": TOKEN,
    }
    return Outgoing(**fields | changed)


def read(mail: bytes) -> EmailMessage:
    """Read a mail as strictly as anybody does."""
    message = email.message_from_bytes(mail, policy=policy.default)
    assert not [part.defects for part in message.walk() if part.defects]
    return message


def written(settings: Settings | None = None, **changed) -> EmailMessage:
    return read(compose(outgoing(**changed), settings or account()))


def text_of(message: EmailMessage, kind: str = "plain") -> str:
    part = message.get_body((kind,))
    assert part is not None
    return part.get_content().replace("\r\n", "\n")


def test_an_answer_says_what_it_answers_and_where_to_answer_it():
    message = written(answers=question(), references=("<first@x.test>", "<question@customer.test>"))

    assert "Support <support@desk.test>" == message["From"]
    assert "Ada Lovelace <ada@customer.test>" == message["To"]
    assert f"Support <support+r-{TOKEN}@desk.test>" == message["Reply-To"]
    assert "Re: Where is it?" == message["Subject"]
    assert "<question@customer.test>" == message["In-Reply-To"]
    assert "<first@x.test> <question@customer.test>" == message["References"]
    assert f"<r-{TOKEN}.7@desk.test>" == message["Message-ID"]
    assert "Mon, 02 Mar 2026 09:00:00 +0000" == message["Date"]
    assert "person" == message["X-Parlour"]
    assert message["Auto-Submitted"] is None
    assert message["Bcc"] is None


def test_every_attempt_makes_the_same_bytes():
    file = File(name="a.pdf", media_type="application/pdf", content=b"%PDF")
    same = outgoing(answers=question(), files=(file,))

    assert compose(same, account()) == compose(same, account())


def test_the_question_is_repeated_below_in_text_and_html():
    message = written(answers=question(html="<p>Where <b>is</b> it?<img src='cid:x'></p>"))

    assert (
        "It is on its way.\n\n"
        "On Sun, 01 Mar 2026 18:30:00 UTC, Ada Lovelace <ada@customer.test> wrote:\n"
        "> Where is it?\n>> earlier\n"
    ) == text_of(message)
    assert '<blockquote class="gmail_quote"' in text_of(message, "html")
    assert "<p>Where <b>is</b> it?</p>" in text_of(message, "html")


def test_the_question_is_left_out_when_that_is_wished():
    assert "It is on its way.\n" == text_of(written(account(quote=False), answers=question()))


def test_what_we_write_is_read_again_without_the_question():
    (heard,) = parse(Raw(payload=compose(outgoing(answers=question()), account())))

    assert "It is on its way." == (heard.visible_text or heard.text).strip()


def test_a_signature_names_the_agent():
    settings = account(signature="{agent}\nExample & Sons", agent_names=True)
    message = written(settings, author="Grace")

    assert "It is on its way.\n\n-- \nGrace\nExample & Sons\n" == text_of(message)
    assert "Example &amp; Sons" in text_of(message, "html")
    assert '"Grace (Support)" <support@desk.test>' == message["From"]


def test_html_can_be_left_out():
    message = written(account(html=False))

    assert "text/plain" == message.get_content_type()


def test_a_text_becomes_html_with_its_lines_and_links():
    html = text_of(written(text="See https://x.test/?a=1&b=2.\n  <b>"), "html")

    assert '<a href="https://x.test/?a=1&amp;b=2">https://x.test/?a=1&amp;b=2</a>.<br>' in html
    assert "&nbsp;&nbsp;&lt;b&gt;" in html


def test_an_automatic_answer_says_so():
    message = written(account(list_id="Support <support.desk.test>"), automatic=True)

    assert "auto-generated" == message["Auto-Submitted"]
    assert "All" == message["X-Auto-Response-Suppress"]
    assert "Support <support.desk.test>" == message["List-Id"]
    assert "automatic" == message["X-Parlour"]
    assert "auto-replied" == written(automatic=True, answers=question())["Auto-Submitted"]


def test_a_long_exchange_names_its_first_and_its_newest_mails():
    ids = tuple(f"<{number}.{'x' * 60}@customer.test>" for number in range(500))
    message = written(references=ids, answers=question(external_id=ids[-1]))
    named = message["References"].split()

    assert 40 == len(named)
    assert ids[0] == named[0]
    assert ids[-1] == named[-1] == message["In-Reply-To"]


def test_what_never_was_a_message_id_is_not_named():
    references = ("no id", "<a b@c>", "<x@content.invalid>", "<ü@x.test>", "plain@x.test")

    assert "<plain@x.test>" == written(references=references)["References"]


def test_a_reply_address_can_be_done_without():
    assert written(account(plus_addressing=False))["Reply-To"] is None
    assert written(reply_token=None)["Reply-To"] is None


def test_a_token_that_would_make_the_address_too_long_stands_in_the_message_id_alone():
    message = written(account(address=f"{'s' * 40}@desk.test"))

    assert "+r-" not in message["Reply-To"]
    assert TOKEN == in_message_id(message["Message-ID"])


@pytest.mark.parametrize("subject", [None, "", "  "])
def test_a_conversation_without_subject_gets_one(subject):
    assert "Message from Support" == written(subject=subject)["Subject"]


@pytest.mark.parametrize("subject", ["Re: x", "RE: x", "AW: x", "Odp: x", "Re[2]: x"])
def test_an_answer_to_an_answer_keeps_its_subject(subject):
    assert subject == written(subject=subject, answers=question())["Subject"]


def test_files_come_along_under_their_names():
    names = ["a.pdf", "žluťoučký kůň.pdf", 'quo"te;\\.txt', "отчёт " * 20 + ".docx", "x" * 150]
    files = [File(name=name, media_type="application/pdf", content=b"\x00\xff") for name in names]
    message = written(files=tuple(files))

    assert names == [part.get_filename() for part in message.iter_attachments()]
    assert all(b"\x00\xff" == part.get_content() for part in message.iter_attachments())


def test_a_picture_in_the_html_comes_with_it():
    picture = File(
        name="a.png", media_type="image/png", content=b"PNG", content_id="pic@x", inline=True
    )
    message = written(html='<p><img src="cid:pic@x"></p>', files=(picture,))
    related = next(part for part in message.walk() if part.get_content_subtype() == "related")

    assert ["text/html", "image/png"] == [part.get_content_type() for part in related.iter_parts()]
    assert "<pic@x>" == list(related.iter_parts())[1]["Content-ID"]
    assert [] == list(message.iter_attachments())


@pytest.mark.parametrize("kind", ["message/rfc822", "multipart/mixed", "nonsense", "a/b\r\nX: y"])
def test_a_file_of_an_impossible_type_is_any_file(kind):
    (part,) = written(files=(File(name="a", media_type=kind, content=b"x"),)).iter_attachments()

    assert "application/octet-stream" == part.get_content_type()


EVIL = "x\r\nBcc: evil@example.org\r\n\r\nbody\n\rX: y\x00\x85\u2028Z: z"


def test_nothing_can_begin_another_header():
    plain = {line.partition(":")[0] for line in head(compose(outgoing(), account()))}
    mail = compose(
        outgoing(
            subject=EVIL,
            author=EVIL,
            to=(Address(kind="email", value="ada@customer.test", name=EVIL),),
            references=(f"<{EVIL}@x>",),
            files=(File(name=EVIL, media_type=EVIL, content_id=EVIL),),
            answers=question(sender_name=EVIL, external_id=EVIL, subject=EVIL),
        ),
        account(agent_names=True, name=EVIL, signature=EVIL),
    )

    assert {line.partition(":")[0] for line in head(mail)} <= plain
    assert read(mail)["Bcc"] is None


def head(mail: bytes) -> list[str]:
    lines = mail.partition(b"\r\n\r\n")[0].decode("ascii").split("\r\n")
    return [line for line in lines if not line.startswith((" ", "\t"))]


@settings(deadline=None, max_examples=200)
@given(st.text(), st.text(max_size=200), st.text(max_size=200))
def test_any_text_and_any_header_arrive_as_they_were(text, subject, name):
    mail = compose(outgoing(text=text, subject=subject), account(name=name, quote=False))
    message = email.message_from_bytes(mail, policy=policy.default)
    lines = mail.split(b"\r\n")

    wanted = re.sub("[\ud800-\udfff]", "?", text).replace("\r\n", "\n").replace("\r", "\n")
    assert wanted.rstrip() == text_of(message).rstrip()
    assert mail.isascii()
    assert b"\n" not in mail.replace(b"\r\n", b"")
    assert b"\r" not in mail.replace(b"\r\n", b"")
    assert all(len(line) <= 998 for line in lines)


@pytest.mark.parametrize(
    ("text", "how"),
    [
        ("plain", "7bit"),
        ("w" * 200, "quoted-printable"),
        ("From here", "quoted-printable"),
        ("trailing ", "7bit"),  # the end of the whole text is no matter
        ("trailing \nspace", "quoted-printable"),
        (".", "quoted-printable"),
        ("gęś", "quoted-printable"),
        ("Заказ отправлен сегодня утром. " * 5, "base64"),
    ],
)
def test_a_text_is_written_in_the_shortest_way_that_is_safe(text, how):
    message = written(account(html=False), text=text)

    assert how == message["Content-Transfer-Encoding"]
    assert text.rstrip() == text_of(message).rstrip()


def test_no_line_begins_with_from():
    assert b"\nFrom " not in compose(outgoing(text="żó\nFrom here"), account())


SUSPICIOUS = {  # what SpamAssassin dislikes about Message-IDs
    "only letters": r"<[a-z]{5,}@(\S+\.)+\S+>",
    "capitals": r"^\s*<?[A-Z]+@",
    "no host": r"@>(?:$|\s)",
    "dollars": r"<\w{4,}\$\w{4,}\$",
    "random": r"<[a-z\d][a-z\d$-]{10,29}[a-z\d]@[a-z\d][a-z\d.]{3,12}[a-z\d]>",
}


@given(st.integers(1, 10**12), st.none() | st.from_regex(r"[a-z2-7]{18,40}", fullmatch=True))
def test_our_message_ids_look_like_nobody_elses(number, token):
    spelled = message_id("support@desk.test", number, token)

    assert [] == [name for name, pattern in SUSPICIOUS.items() if re.search(pattern, spelled)]
    assert token == in_message_id(spelled)


def test_a_token_survives_an_address_and_its_capitals():
    spelled = str(written()["Reply-To"]).upper()

    assert TOKEN == (in_address(spelled) or "").lower()
    assert "support@desk.test" == without_token(f"support+r-{TOKEN}@desk.test")
