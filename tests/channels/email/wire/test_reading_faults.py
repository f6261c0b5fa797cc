import pytest

from channels.email import reading
from channels.email.channel import Email
from channels.email.imap import open_mailbox
from channels.email.settings import Imap, Security, Settings, Smtp
from inbox.errors import Misconfigured, TryLater
from tests.channels.email.wire.conftest import listening, mailbox
from tests.channels.email.wire.line import MemoryLine, mail, until
from tests.servers.chaos import chaos
from tests.servers.imap import OldServer, running


@pytest.fixture(autouse=True)
def impatient(monkeypatch):
    monkeypatch.setattr(reading, "PATIENCE", 0.2)


async def troubled(channel: Email) -> str:
    """Wait until the channel has trouble, and return which."""
    await until(lambda: bool(channel.trouble))
    return channel.trouble or "none"


async def test_a_server_killed_while_idle_is_found_again(own_mailserver, user, line):
    own_mailserver.deliver(user, mail(1))
    async with listening(mailbox(own_mailserver, user, idle_seconds=540), line) as channel:
        await line.until(1)
        own_mailserver.kill()
        assert "The mail server" in await troubled(channel)
        own_mailserver.deliver(user, mail(2))
        own_mailserver.start()
        await line.until(2)
        await until(lambda: channel.trouble is None)

    assert ["1", "2"] == line.subjects
    assert 2 == line.handed_over


async def test_numbers_that_all_changed_lose_and_double_nothing(own_mailserver, user, line):
    own_mailserver.deliver(user, *map(mail, range(300)))
    async with listening(mailbox(own_mailserver, user), line):
        await line.until(300)
    own_mailserver.kill()
    own_mailserver.forget_numbers(user)
    own_mailserver.deliver(user, *map(mail, range(300, 310)))
    own_mailserver.start()
    async with listening(mailbox(own_mailserver, user), line):
        await line.until(310)

    assert sorted(map(str, range(310))) == sorted(line.subjects)
    assert 610 == line.handed_over


async def test_numbers_that_change_while_reading_are_noticed(own_mailserver, user, line):
    own_mailserver.deliver(user, *map(mail, range(20)))
    async with listening(mailbox(own_mailserver, user), line):
        await line.until(20)
        own_mailserver.kill()
        own_mailserver.forget_numbers(user)
        own_mailserver.deliver(user, mail(20))
        own_mailserver.start()
        await line.until(21)

    assert 21 == len(set(line.subjects))


async def test_a_line_that_breaks_again_and_again_loses_nothing(mailserver, user, line):
    mailserver.deliver(user, *map(mail, range(400)))
    async with chaos(mailserver.port) as proxy:
        proxy.cut_after = 4000  # bytes that we say: some hundred mails
        async with listening(mailbox(mailserver, user, port=proxy.port), line):
            await line.until(400)

    assert list(map(str, range(400))) == line.subjects
    assert proxy.connections > 2


async def test_a_black_hole_is_noticed_and_left(mailserver, user, line):
    mailserver.deliver(user, mail(1))
    async with chaos(mailserver.port) as proxy:
        settings = mailbox(mailserver, user, port=proxy.port, idle_seconds=0.2, timeout=3.0)
        async with listening(settings, line) as channel:
            await line.until(1)
            proxy.open.clear()
            assert "silent" in await troubled(channel)
            mailserver.deliver(user, mail(2))
            proxy.reset()
            proxy.open.set()
            await line.until(2)
            await until(lambda: channel.trouble is None)


async def test_a_server_that_refuses_connections_is_asked_again(mailserver, user, line):
    mailserver.deliver(user, mail(1))
    async with chaos(mailserver.port) as proxy:
        proxy.refusing = True
        async with listening(mailbox(mailserver, user, port=proxy.port), line) as channel:
            await troubled(channel)
            proxy.refusing = False
            await line.until(1)


async def test_a_wrong_password_is_said_and_not_tried_all_the_time(mailserver, user, line):
    async with chaos(mailserver.port) as proxy:
        settings = mailbox(mailserver, user, port=proxy.port, password="wrong")
        async with listening(settings, line) as channel:
            trouble = await troubled(channel)

            assert "refused the sign-in" in trouble
            assert channel.reader.pause() > 30
    assert 1 == proxy.connections


def test_the_pause_after_a_failure_grows_and_is_bounded(monkeypatch):
    monkeypatch.setattr(reading, "PATIENCE", 20.0)
    reader = reading.Reader(old_settings(1), MemoryLine(), None)
    reader.note(TryLater())
    assert reader.trouble is None  # once is nothing
    pauses = [reader.pause()]
    for _ in range(11):
        reader.note(TryLater())
        pauses.append(reader.pause())
    reader.note(Misconfigured())

    assert pauses[0] <= 1.0
    assert all(14 <= pause <= 20 for pause in pauses[5:])
    assert 600 < reader.pause() <= 900


async def test_a_certificate_of_a_stranger_is_refused(mailserver, user):
    settings = mailbox(mailserver, user, mailserver.tls_port, security=Security.TLS, ca_file=None)
    with pytest.raises(Misconfigured, match="certificate is not trusted"):
        await open_mailbox(settings, None)


# ----- servers that are not as good as Dovecot


def old_settings(port: int, **changed) -> Settings:
    imap = {"host": "localhost", "port": port, "security": Security.NONE, "idle_seconds": 0.1}
    return Settings(
        address="support@desk.test",
        imap=Imap(**imap | changed),
        smtp=Smtp(host="localhost"),
    )


async def test_a_server_without_starttls_gets_no_password():
    async with running(OldServer()) as server:
        settings = old_settings(server.port, security=Security.STARTTLS)
        with pytest.raises(Misconfigured, match="offers no STARTTLS"):
            await open_mailbox(settings, None)

    assert not any("LOGIN" in said for said in server.heard)


async def test_a_server_that_forbids_passwords_without_tls_gets_none():
    async with running(OldServer(capabilities="IMAP4rev1 LOGINDISABLED")) as server:
        with pytest.raises(Misconfigured, match="wants TLS"):
            await open_mailbox(old_settings(server.port), None)

    assert not any("LOGIN" in said for said in server.heard)


async def test_a_server_without_idle_is_asked_from_time_to_time(line):
    server = OldServer(mails={1: mail(1)})
    async with running(server), listening(old_settings(server.port), line):
        await line.until(1)
        server.mails[2] = mail(2)
        await line.until(2)

    assert ["1", "2"] == line.subjects


async def test_a_mail_that_cannot_be_handed_over_does_not_hold_up_the_others(line):
    server = OldServer(mails={2: mail(2)}, refused={1: "it is damaged"})
    async with running(server), listening(old_settings(server.port), line) as channel:
        await line.until(2)
        (answer,) = await channel.understand([line.raws["7/1"]])

    assert "did not hand over this mail: it is damaged" in str(answer)
    assert ["", "2"] == line.subjects


async def test_a_refusal_that_passes_is_waited_for(line):
    server = OldServer(mails={2: mail(2)}, refused={1: "[UNAVAILABLE] busy"})
    async with running(server), listening(old_settings(server.port), line) as channel:
        assert "busy" in await troubled(channel)
        server.mails[1] = mail(1)
        server.refused.clear()
        await line.until(2)

    assert ["1", "2"] == line.subjects


async def test_a_server_that_shows_us_the_door_is_quoted(line):
    server = OldServer(greeting="BYE Too many connections")
    async with running(server), listening(old_settings(server.port), line) as channel:
        assert "It said: * BYE Too many connections" in await troubled(channel)


async def test_a_connection_closed_once_is_no_trouble(line):
    server = OldServer(mails={1: mail(1)})
    async with running(server), listening(old_settings(server.port), line) as channel:
        await line.until(1)
        for writer in server.meetings.values():
            writer.transport.abort()
        server.mails[2] = mail(2)
        await line.until(2)

        assert channel.trouble is None
    assert 2 == len(server.meetings)


async def test_a_sign_in_that_is_refused_for_a_while_is_no_matter_of_settings():
    async with running(OldServer(sign_in="NO [UNAVAILABLE] Too many connections")) as server:
        with pytest.raises(TryLater, match="Too many"):
            await open_mailbox(old_settings(server.port), None)
