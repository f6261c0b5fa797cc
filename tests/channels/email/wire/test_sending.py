import asyncio
import contextlib
import email
import random
from datetime import UTC, datetime

import pytest
from aiosmtplib import SMTP
from aiosmtplib.protocol import SMTPProtocol

from channels.email import smtp
from channels.email.channel import Email
from channels.email.settings import Imap, Security, Settings, Smtp
from inbox.channel import File, Outgoing
from inbox.errors import Ambiguous, Misconfigured, Rejected, TryLater
from inbox.model import Address, ConversationId, MessageId
from tests.channels.email.wire.line import LONG, MemoryLine, until
from tests.servers.certificates import Authority
from tests.servers.chaos import chaos
from tests.servers.smtp import CUT, PASSWORD, SILENCE, mail_server

ADA = Address(kind="email", value="ada@customer.test", name="Ada Lovelace")
BOB = Address(kind="email", value="bob@customer.test")


def answer(**changed) -> Outgoing:
    fields = {
        "message_id": MessageId(7),
        "conversation_id": ConversationId(1),
        "to": (ADA,),
        "text": "It is on its way.",
        "subject": "Where is it?",
        "created_at": datetime(2026, 3, 2, 9, 0, tzinfo=UTC),
        "reply_token": "abcdefghij234567",
    }
    return Outgoing(**fields | changed)


class Prompt(asyncio.Transport):
    """A server that answers before the writing of a line has returned."""

    def __init__(self) -> None:
        super().__init__()
        self.taken: list[bytes] = []
        self.client = SMTPProtocol()
        self.client.connection_made(self)

    def write(self, data) -> None:
        if data == b"DATA\r\n":
            self.client.data_received(b"354 Go on\r\n")
            return
        self.taken.append(data)
        if data == b".\r\n":
            self.client.data_received(b"250 Taken\r\n")

    def is_closing(self) -> bool:
        return False

    def get_write_buffer_size(self) -> int:
        return 0


@contextlib.asynccontextmanager
async def channel(port: int, **changed):
    """Return an account that sends over the server on *port*."""
    outer = {name: changed.pop(name) for name in ("ca_file", "html") if name in changed}
    facts = {"host": "localhost", "port": port, "security": Security.NONE, "timeout": 30.0}
    account = Email(
        Settings(
            address="support@desk.test",
            name="Support",
            imap=Imap(host="localhost"),
            smtp=Smtp(**facts | changed),
            **outer,
        ),
        MemoryLine(),
    )
    try:
        yield account
    finally:
        await account.close()


async def test_an_answer_reaches_everybody_on_its_envelope():
    async with mail_server() as server, channel(server.port) as account:
        sent = await account.send(answer(copied=(BOB,)))

    (taken,) = server.taken
    assert "support@desk.test" == taken.sender
    assert ["ada@customer.test", "bob@customer.test"] == taken.recipients
    assert sent.external_id == email.message_from_bytes(taken.content)["Message-ID"]
    assert account.external_id(MessageId(7), "abcdefghij234567") == sent.external_id
    assert sent.reason is None


async def test_what_the_server_says_is_logged_and_nothing_of_the_mail():
    async with mail_server() as server, channel(server.port) as account:
        await account.send(answer())
        server.refused["ada@customer.test"] = "550 5.1.1 Unknown"
        with pytest.raises(Rejected):
            await account.send(answer(message_id=MessageId(8)))

    taken, refused = account.line.exchanges
    assert ("SMTP", "Taken", None) == (taken.method, taken.response, taken.error)
    assert "550 5.1.1 Unknown" in refused.error
    assert "on its way" not in str(account.line.exchanges)


async def test_one_connection_serves_many_answers():
    async with mail_server() as server, channel(server.port) as account:
        for number in range(5):
            await account.send(answer(message_id=MessageId(number)))

    assert 5 == len(server.taken)
    assert 1 == server.connections


async def test_a_kept_connection_that_the_server_closed_is_replaced():
    async with (
        mail_server() as server,
        chaos(server.port) as proxy,
        channel(proxy.port) as account,
    ):
        await account.send(answer())
        proxy.reset()
        await account.send(answer(message_id=MessageId(8)))

    assert 2 == len(server.taken)


async def test_an_idle_connection_is_given_back(monkeypatch):
    monkeypatch.setattr(smtp, "KEPT", 0.05)
    async with mail_server() as server, channel(server.port) as account:
        await account.send(answer())
        await until(lambda: not account.post.idle)


@pytest.mark.parametrize("verb", ["MAIL", "RCPT", "DATA"])
@pytest.mark.parametrize(
    ("said", "verdict"),
    [
        ("421 4.3.2 Going down", TryLater),
        ("451 4.7.1 Greylisted", TryLater),
        ("452 4.2.2 Mailbox full", TryLater),
        ("550 5.1.1 Unknown", Rejected),
        ("552 5.3.4 Too large", Rejected),
        ("554 5.7.1 Spam", Rejected),
        ("530 5.7.0 Authentication required", Misconfigured),
    ],
)
async def test_a_refusal_says_whether_trying_again_makes_sense(verb, said, verdict):
    async with mail_server() as server, channel(server.port) as account:
        server.expect(verb, said)
        with pytest.raises(verdict, match=said[:3]) as refused:
            await account.send(answer())
        await account.send(answer())  # the account is not spoilt by it

    assert verdict is type(refused.value)
    assert 1 == len(server.taken)


async def test_some_refused_recipients_do_not_keep_the_mail_from_the_others():
    async with mail_server() as server, channel(server.port) as account:
        server.refused["bob@customer.test"] = "550 5.1.1 No such user"
        sent = await account.send(answer(copied=(BOB,)))

    assert "bob@customer.test: 550 5.1.1 No such user" == sent.reason
    assert ["ada@customer.test"] == server.taken[0].recipients


async def test_a_recipient_who_may_be_reached_later_is_waited_for():
    async with mail_server() as server, channel(server.port) as account:
        server.refused["ada@customer.test"] = "550 5.1.1 No such user"
        server.refused["bob@customer.test"] = "451 4.7.1 Greylisted"
        with pytest.raises(TryLater, match="Greylisted"):
            await account.send(answer(copied=(BOB,)))


async def test_a_line_that_breaks_after_the_final_dot_leaves_doubt():
    async with mail_server() as server, channel(server.port) as account:
        server.expect("DATA", CUT)
        with pytest.raises(Ambiguous):
            await account.send(answer())

    assert 1 == len(server.taken)


async def test_the_promptest_server_is_heard():
    server = Prompt()
    client = SMTP(hostname="mail.test")
    client.protocol = server.client
    async with asyncio.timeout(LONG) as limit:
        await smtp.hand_over(client, b"Subject: Hello\r\n\r\nHello.\r\n", limit)
    assert server.taken == [b"Subject: Hello\r\n\r\nHello.\r\n", b".\r\n"]


async def test_a_server_that_falls_silent_after_the_final_dot_leaves_doubt(monkeypatch):
    monkeypatch.setattr(smtp, "FINAL", 1.0)
    async with mail_server() as server, channel(server.port) as account:
        server.expect("DATA", SILENCE)
        with pytest.raises(Ambiguous):
            await account.send(answer())


async def test_whatever_goes_wrong_before_the_final_dot_is_tried_again(monkeypatch):
    async def broken(*_):
        raise KeyError

    async with mail_server() as server, channel(server.port) as account:
        monkeypatch.setattr(smtp, "address", broken)
        with pytest.raises(TryLater, match="KeyError"):
            await account.send(answer())


async def test_a_line_that_breaks_within_the_text_leaves_none():
    text = "All work and no play.\n" * 2**20  # more than the system keeps on the way
    async with (
        mail_server() as server,
        chaos(server.port) as proxy,
        channel(proxy.port, html=False) as account,
    ):
        proxy.cut_after = 2**20
        with pytest.raises(TryLater):
            await account.send(answer(text=text))
        proxy.cut_after = None
        await account.send(answer())

    assert 1 == len(server.taken)


async def test_a_server_that_is_away_is_tried_later_and_said():
    async with (
        mail_server() as server,
        chaos(server.port) as proxy,
        channel(proxy.port) as account,
    ):
        proxy.refusing = True
        with pytest.raises(TryLater):
            await account.send(answer())
        assert account.trouble is not None
        proxy.refusing = False
        await account.send(answer())

        assert account.trouble is None
    assert 1 == len(server.taken)


async def test_a_black_hole_is_given_up():
    async with (
        mail_server() as server,
        chaos(server.port) as proxy,
        channel(proxy.port, timeout=0.5) as account,
    ):
        proxy.open.clear()
        with pytest.raises(TryLater):
            await account.send(answer())


async def test_a_password_is_given_where_it_is_wanted():
    async with (
        mail_server(sign_in=True) as server,
        channel(server.port, user="support", password=PASSWORD) as account,
    ):
        await account.send(answer())

    assert "support" == server.taken[0].user


async def test_a_wrong_password_is_a_matter_of_settings():
    async with (
        mail_server(sign_in=True) as server,
        channel(server.port, user="support", password="wrong") as account,
    ):
        with pytest.raises(Misconfigured, match="refused the sign-in: 535"):
            await account.send(answer())

        assert "refused the sign-in" in (account.trouble or "")


async def test_a_sign_in_that_fails_for_a_while_is_not():
    async with (
        mail_server(sign_in=True) as server,
        channel(server.port, user="support", password=PASSWORD) as account,
    ):
        server.expect("AUTH", *["454 4.7.0 Temporary authentication failure"] * 3)
        with pytest.raises(TryLater, match="454"):
            await account.send(answer())


@pytest.mark.parametrize("security", [Security.TLS, Security.STARTTLS])
async def test_a_protected_connection_is_used(tmp_path, security):
    authority = Authority(tmp_path)
    kind = "tls" if security is Security.TLS else "starttls"
    facts = {"security": security, "ca_file": str(authority.file)}
    async with (
        mail_server(**{kind: authority.context("localhost")}) as server,
        channel(server.port, **facts) as account,
    ):
        await account.send(answer())

    assert 1 == len(server.taken)


@pytest.mark.parametrize("security", [Security.TLS, Security.STARTTLS])
async def test_a_certificate_nobody_vouches_for_is_refused(tmp_path, security):
    kind = "tls" if security is Security.TLS else "starttls"
    async with (
        mail_server(**{kind: Authority(tmp_path).context("localhost")}) as server,
        channel(server.port, security=security) as account,
    ):
        with pytest.raises(Misconfigured, match="certificate is not trusted"):
            await account.send(answer())

    assert [] == server.taken


async def test_an_authority_that_cannot_be_read_is_a_matter_of_settings(tmp_path):
    missing = str(tmp_path / "missing.pem")
    async with channel(1, security=Security.TLS, ca_file=missing) as account:
        with pytest.raises(Misconfigured, match="ca_file cannot be used"):
            await account.send(answer())


async def test_a_certificate_of_another_name_is_refused(tmp_path):
    authority = Authority(tmp_path)
    async with (
        mail_server(tls=authority.context("mail.example.org")) as server,
        channel(server.port, security=Security.TLS, ca_file=str(authority.file)) as account,
    ):
        with pytest.raises(Misconfigured, match="certificate is not trusted"):
            await account.send(answer())


async def test_a_server_without_starttls_gets_no_mail():
    async with (
        mail_server() as server,
        channel(server.port, security=Security.STARTTLS) as account,
    ):
        with pytest.raises(Misconfigured, match="STARTTLS"):
            await account.send(answer())

    assert [] == server.taken


async def test_a_mail_larger_than_the_server_takes_is_not_sent():
    async with mail_server(size=2**20) as server, channel(server.port) as account:
        file = File(name="a.bin", media_type="application/zip", content=bytes(2**20))
        with pytest.raises(Rejected, match="at most 1 MB"):
            await account.send(answer(files=(file,)))


async def test_a_file_is_read_where_it_lies():
    async with mail_server() as server, channel(server.port) as account:
        account.line.files["f00"] = b"content"
        await account.send(answer(files=(File(name="a", media_type="a/b", blob="f00", size=7),)))

    attached = list(email.message_from_bytes(server.taken[0].content).walk())[-1]
    assert b"content" == attached.get_payload(decode=True)


async def test_many_answers_at_once_share_few_connections():
    async with mail_server() as server, channel(server.port) as account, asyncio.timeout(LONG):
        await asyncio.gather(*(account.send(answer(message_id=MessageId(n))) for n in range(30)))

    assert 30 == len(server.taken)
    assert server.connections <= smtp.AT_ONCE


async def test_a_letter_that_only_utf8_knows_in_an_address():
    spaniard = Address(kind="email", value="josé@customer.test")
    async with mail_server() as server, channel(server.port) as account:
        await account.send(answer(to=(spaniard,)))
        await account.send(answer(to=(Address(kind="email", value="ada@żółw.test"),)))

    assert [["josé@customer.test"], ["ada@xn--w-uga1v8h.test"]] == [
        taken.recipients for taken in server.taken
    ]


@pytest.mark.parametrize("value", ["ada", "ada@", "@b", "a b@c", "a@b\r\nRCPT TO:<x@y>", "<a@b>"])
async def test_what_is_no_address_is_refused_before_anybody_is_asked(value):
    async with mail_server() as server, channel(server.port) as account:
        with pytest.raises(Rejected):
            await account.send(answer(to=(Address(kind="email", value=value),)))

    assert 0 == server.connections


async def test_the_doctor_looks_at_both_servers(mailserver):
    async with mail_server() as server, channel(server.port) as account:
        checks = {check.name: check for check in await account.doctor()}
        server.expect("RCPT", "550 5.1.1 Unknown")
        (hint,) = [each for each in await account.doctor() if each.name == "reply addresses"]

    assert checks["SMTP sign-in"].fine
    assert not checks["IMAP sign-in"].fine  # nobody listens there
    assert checks["reply addresses"].fine
    assert not hint.fine
    assert "plus_addressing = false" in hint.found
    assert [] == server.taken


async def test_over_a_line_that_breaks_anywhere_nothing_is_doubled_unnoticed():
    chance = random.Random(7)
    doubtful = set()
    async with (
        mail_server() as server,
        chaos(server.port) as proxy,
        channel(proxy.port) as account,
    ):
        for number in range(80):
            proxy.cut_after = chance.choice([None, chance.randrange(40), chance.randrange(4000)])
            if chance.random() < 0.2:
                server.expect("DATA", CUT)
            while True:
                try:
                    await account.send(answer(message_id=MessageId(number)))
                except TryLater:
                    proxy.cut_after = None
                    continue
                except Ambiguous:
                    doubtful.add(number)
                break
            server.script.clear()

    ids = [email.message_from_bytes(taken.content)["Message-ID"] for taken in server.taken]
    named = [int(each.rpartition("@")[0].rpartition(".")[2]) for each in ids]
    assert len(named) == len(set(named))
    assert set(range(80)) - set(named) <= doubtful
    assert doubtful
