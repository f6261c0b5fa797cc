"""What a mailbox still holds can be compared with what was taken."""

from datetime import UTC, datetime, timedelta

import msgspec

from channels.email.channel import Email
from channels.email.reading import Bookmark
from tests.channels.email.wire.conftest import listening, mailbox
from tests.channels.email.wire.line import MemoryLine, mail

TODAY = datetime.now(UTC)


async def held(settings, line, since=TODAY):
    channel = Email(settings, line)
    try:
        return [raw async for raw in channel.held(since)]
    finally:
        await channel.close()


async def test_everything_in_the_mailbox_has_the_key_it_was_taken_by(mailserver, user, line):
    mailserver.deliver(user, *map(mail, range(1, 4)))
    async with listening(mailbox(mailserver, user), line):
        await line.until(3)
    before = line.stored

    found = await held(mailbox(mailserver, user), line)

    assert list(line.raws) == [raw.key for raw in found]
    assert [raw.payload for raw in line.raws.values()] == [raw.payload for raw in found]
    assert before == line.stored


async def test_a_mail_behind_the_bookmark_is_found(mailserver, user, line):
    mailserver.deliver(user, mail(1), mail(2))
    line.stored = msgspec.json.encode(Bookmark(uidvalidity=1, uid=2)).decode()

    found = await held(mailbox(mailserver, user), line)

    assert 2 == len(found)


async def test_mails_from_before_the_account_began_are_not_ours(mailserver, user):
    line = MemoryLine()
    mailserver.deliver(user, mail(1))
    tomorrow = (TODAY + timedelta(days=3)).date()
    line.stored = msgspec.json.encode(Bookmark(uidvalidity=1, since=tomorrow)).decode()

    assert [] == await held(mailbox(mailserver, user), line, TODAY - timedelta(days=30))
