import hashlib
from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from channels.email import reading
from channels.email.channel import Email
from channels.email.imap import open_mailbox
from channels.email.settings import AfterReading, Security
from tests.channels.email.wire.conftest import listening, mailbox
from tests.channels.email.wire.line import MemoryLine, mail, until


async def test_everything_that_waits_is_taken_in_its_order(mailserver, user, line):
    mailserver.deliver(user, *map(mail, range(1, 1201)))

    async with listening(mailbox(mailserver, user), line) as channel:
        await line.until(1200)

        assert list(map(str, range(1, 1201))) == line.subjects
        assert channel.trouble is None
    assert 1200 == line.handed_over


async def test_a_new_mail_is_heard_while_the_line_is_idle(mailserver, user, line):
    mailserver.deliver(user, mail(1))
    async with listening(mailbox(mailserver, user, idle_seconds=540), line) as channel:
        await until(lambda: is_idle(channel))
        mailserver.deliver(user, mail(2))

        await line.until(2)


def is_idle(channel: Email) -> bool:
    return channel.reader.mailbox is not None and channel.reader.mailbox.client.has_pending_idle()


async def test_bytes_arrive_as_they_are(mailserver, user, line):
    odd = b"Subject: \xe9\r\n\r\n8 bit: \xff\xfe\r\n.\r\n* 1 FETCH (UID 7)\r\n)\r\nlone\rreturn\r\n"
    mailserver.deliver(user, odd)
    async with listening(mailbox(mailserver, user), line):
        await line.until(1)

    (raw,) = line.raws.values()
    assert odd == raw.payload
    assert hashlib.sha256(odd).hexdigest() == raw.key


async def test_the_mailbox_is_left_as_it_was(mailserver, user, line):
    mailserver.deliver(user, *map(mail, range(3)))
    async with listening(mailbox(mailserver, user), line):
        await line.until(3)

    assert [rb"\Recent"] * 3 == mailserver.flags(user)


async def test_mails_are_marked_as_read_when_that_is_wished(mailserver, user, line):
    mailserver.deliver(user, *map(mail, range(3)))
    wish = mailbox(mailserver, user, after_reading=AfterReading.SEEN)
    async with listening(wish, line):
        await until(lambda: [rb"\Seen"] * 3 == mailserver.flags(user))

    assert 3 == len(line.raws)


async def test_mails_are_moved_when_that_is_wished(mailserver, user, line):
    with mailserver.client(user) as client:
        client.create('"Done &- dusted"')
    mailserver.deliver(user, *map(mail, range(3)))
    wish = mailbox(mailserver, user, after_reading=AfterReading.MOVE, move_to="Done & dusted")
    async with listening(wish, line):
        await until(lambda: not mailserver.flags(user))

    assert 3 == len(line.raws)
    assert 3 == len(mailserver.flags(user, '"Done &- dusted"'))


async def test_another_folder_can_be_read(mailserver, user, line):
    with mailserver.client(user) as client:
        client.create("Pr&AO0-choz&AO0-")
        client.append("Pr&AO0-choz&AO0-", None, None, mail(1))
    async with listening(mailbox(mailserver, user, folder="Príchozí"), line):
        await line.until(1)


async def test_another_folder_later_is_read_from_its_beginning(mailserver, user, line):
    with mailserver.client(user) as client:
        client.create("Other")
        client.append("Other", None, None, mail(2))
    mailserver.deliver(user, mail(1))
    async with listening(mailbox(mailserver, user), line):
        await line.until(1)
    async with listening(mailbox(mailserver, user, folder="Other"), line):
        await line.until(2)


async def test_reading_goes_on_after_the_last_mail_taken(mailserver, user, line):
    mailserver.deliver(user, *map(mail, range(3)))
    async with listening(mailbox(mailserver, user), line):
        await line.until(3)
    mailserver.deliver(user, *map(mail, range(3, 6)))
    async with listening(mailbox(mailserver, user), line):
        await line.until(6)

    assert 6 == line.handed_over


async def test_what_could_not_be_stored_is_read_again(mailserver, user, line, monkeypatch):
    monkeypatch.setattr(reading, "PATIENCE", 0.1)
    mailserver.deliver(user, mail(1))
    line.refusing = True
    async with listening(mailbox(mailserver, user), line) as channel:
        await until(lambda: bool(channel.trouble))
        line.refusing = False
        await line.until(1)
        await until(lambda: channel.trouble is None)


async def test_a_mail_that_is_too_large_is_taken_with_its_beginning(mailserver, user, line):
    whole = mail(1, "x" * 70 + "\r\n" + "y" * 2**20)
    mailserver.deliver(user, whole)
    async with listening(mailbox(mailserver, user, max_bytes=2**16), line) as channel:
        await line.until(1)
        (raw,) = line.raws.values()
        (heard,) = (await channel.understand([raw]))[0]

    assert whole[: reading.BEGINNING] == raw.payload
    assert "This mail is 1 MB large." in heard.text


async def test_a_large_mail_is_taken_whole(mailserver, user, line):
    whole = mail(1, ("x" * 74 + "\r\n") * (25 * 2**20 // 76))
    mailserver.deliver(user, whole)
    async with listening(mailbox(mailserver, user), line):
        await line.until(1)

    (raw,) = line.raws.values()
    assert whole == raw.payload


async def test_mails_older_than_wished_are_left_alone(mailserver, user, line):
    with mailserver.client(user) as client:
        for days in 400, 5:
            day = datetime.now(UTC) - timedelta(days=days)
            client.append("INBOX", None, f'"{day:%d-%b-%Y %H:%M:%S} +0000"', mail(days))
    async with listening(mailbox(mailserver, user), line):
        await line.until(1)
        mailserver.deliver(user, mail(1))
        await line.until(2)

    assert ["5", "1"] == line.subjects


async def test_only_new_mails_are_taken_when_no_old_ones_are_wished(mailserver, user, line):
    mailserver.deliver(user, mail(1))
    async with listening(mailbox(mailserver, user, import_days=0), line):
        await until(lambda: line.stored is not None)
        mailserver.deliver(user, mail(2))
        await line.until(1)

    assert ["2"] == line.subjects


async def test_a_mail_that_somebody_deletes_meanwhile_is_no_trouble(mailserver, user):
    mailserver.deliver(user, *map(mail, range(3)))
    settings = mailbox(mailserver, user)
    async with await open_mailbox(settings, None) as opened:
        uids = await opened.uids(1)
        mailserver.expunge(user, uids[1])
        sizes = await opened.sizes(uids)
        bodies = [await opened.body(uid, sizes.get(uid, 100)) for uid in uids]

    assert 3 == len(uids)
    assert [mail(0), None, mail(2)] == bodies


@pytest.mark.parametrize("security", list(Security))
async def test_every_kind_of_security_works(mailserver, user, security):
    port = mailserver.tls_port if security is Security.TLS else mailserver.port
    settings = mailbox(mailserver, user, port=port, security=security)
    async with await open_mailbox(settings, None) as opened:
        encrypted = opened.client.protocol.transport.get_extra_info("cipher") is not None

    assert (security is not Security.NONE) is encrypted


async def test_a_cursor_nobody_can_read_means_starting_over(mailserver, user):
    line = MemoryLine()
    line.stored = "nonsense"
    mailserver.deliver(user, mail(1))
    async with listening(mailbox(mailserver, user), line):
        await line.until(1)

    assert 1 == msgspec.json.decode(line.stored or "", type=reading.Bookmark).uid
