"""`parlour reconcile` finds what a mailbox holds and the desk never got, while the desk runs."""

import asyncio
import json

import msgspec
import pytest
from sqlalchemy import func, select, update

from channels.email.reading import Bookmark
from config.accounts.reconciling import span
from inbox.database import connect
from inbox.errors import Invalid
from inbox.tables import AccountRow, MessageRow
from tests.channels.email.wire.conftest import mailserver  # noqa: F401  # a fixture
from tests.channels.email.wire.line import mail
from tests.servers.dovecot import PASSWORD, free_ports
from tests.servers.programs import PATIENCE, program

ACCOUNT = """
[account.support]
kind = "email"
address = "support@desk.test"
ca_file = "{ca}"
[account.support.imap]
host = "localhost"
port = {port}
security = "none"
user = "reconciled"
password = "{password}"
idle_seconds = 540
[account.support.smtp]
host = "localhost"
port = {smtp}
security = "none"

[account.shop]
kind = "webchat"
"""


@pytest.fixture
def desk(tmp_path, mailserver):  # noqa: F811
    more = ACCOUNT.format(
        ca=mailserver.authority.file,
        port=mailserver.port,
        password=PASSWORD,
        smtp=free_ports(1)[0],
    )
    return program(tmp_path, port=free_ports(1)[0], more=more)


def asked(desk, question):
    """Ask the desk's database from outside."""
    database = connect(f"sqlite:///{desk.folder}/desk.db")
    try:
        with database.reading.connect() as connection:
            return connection.scalar(question)
    finally:
        database.close()


def forget(desk):
    """Put the bookmark behind mails that nobody took, as a restored backup may."""
    database = connect(f"sqlite:///{desk.folder}/desk.db")
    with database.writing.begin() as connection:
        where = AccountRow.name == "support"
        cursor = connection.scalar(select(AccountRow.cursor).where(where))
        mark = msgspec.json.decode(cursor, type=Bookmark)
        told = msgspec.json.encode(msgspec.structs.replace(mark, uid=1000)).decode()
        connection.execute(update(AccountRow).where(where).values(cursor=told))
    database.close()


async def stored(desk, count):
    async with asyncio.timeout(PATIENCE):
        while asked(desk, select(func.count()).select_from(MessageRow)) < count:  # noqa: ASYNC110  # nobody tells
            await asyncio.sleep(0.1)


async def test_mails_behind_the_bookmark_are_found_beside_a_running_desk(desk, mailserver):  # noqa: F811
    mailserver.deliver("reconciled", mail(1))
    async with desk.running() as running:
        await stored(desk, 1)
        running.signal()
        await running.ended()
    forget(desk)
    mailserver.deliver("reconciled", mail(2), mail(3))

    async with desk.running():
        code, out, _ = await desk.run("reconcile", "--json")
        await stored(desk, 3)
        _, again, _ = await desk.run("reconcile", "support", "--since", "7d")

    support, shop = map(json.loads, out.splitlines())
    assert 0 == code
    assert (3, 2) == (support["compared"]["source"], support["compared"]["missing"])
    assert shop["compared"]["source"] is None
    assert "the provider holds 3 since" in again
    assert "none is missing" in again
    assert "message 3" in again


async def test_an_account_that_nobody_knows_is_said(desk):
    await desk.run("migrate")
    code, _, said = await desk.run("reconcile", "nothing")

    assert 1 == code
    assert "There is no account named nothing." in said


@pytest.mark.parametrize("text", ["", "h", "24", "1w", "-1h"])
def test_a_span_that_is_none_is_refused(text):
    with pytest.raises(Invalid, match="30m, 24h or 7d"):
        span(text)
