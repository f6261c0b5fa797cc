import asyncio
import base64

import msgspec
import pytest

from channels.email.channel import Email
from channels.email.imap import open_mailbox
from channels.email.oauth import Grant
from channels.email.reading import Bookmark
from channels.email.settings import Imap, OAuth, Security, Settings, Smtp
from inbox.errors import Misconfigured, TryLater
from tests.channels.email.wire.conftest import listening, needed
from tests.channels.email.wire.line import MemoryLine, mail
from tests.channels.email.wire.test_sending import answer
from tests.servers.dovecot import Dovecot, running_dovecot
from tests.servers.imap import OldServer, running
from tests.servers.smtp import mail_server
from tests.servers.tokens import TokenServer, token_server


def settings(tokens: TokenServer, *, imap: int = 1, smtp: int = 1, refresh="refresh-1") -> Settings:
    return Settings(
        address="support@desk.test",
        imap=Imap(host="localhost", port=imap, security=Security.NONE, user="support"),
        smtp=Smtp(host="localhost", port=smtp, security=Security.NONE, user="support"),
        oauth=OAuth(client_id="desk", refresh_token=refresh, token_url=tokens.token_url),
    )


async def nobody() -> None:
    """Keep nothing."""


@pytest.fixture
async def tokens():
    async with token_server() as server:
        yield server


@pytest.fixture
async def dovecot(tokens):
    """A Dovecot that asks the token server whom it may let in."""
    needed()
    with running_dovecot(token_url=tokens.introspection_url) as server:
        yield server


async def test_a_mailbox_is_read_with_a_renewed_token(tokens, dovecot: Dovecot, line):
    dovecot.deliver("support", mail(1))
    async with listening(settings(tokens, imap=dovecot.port), line):
        await line.until(1)

    assert 1 == tokens.renewals


async def test_a_token_withdrawn_before_its_time_is_renewed(tokens, dovecot: Dovecot):
    account = settings(tokens, imap=dovecot.port)
    grant = Grant(account.oauth, nobody)
    (await open_mailbox(account, grant)).close()
    tokens.valid.clear()
    with pytest.raises(TryLater, match="withdrawn"):
        await open_mailbox(account, grant)
    (await open_mailbox(account, grant)).close()

    assert 2 == tokens.renewals


async def test_a_server_without_initial_responses_is_told_when_it_asks(tokens):
    async with running(OldServer()) as server:
        account = settings(tokens, imap=server.port)
        (await open_mailbox(account, Grant(account.oauth, nobody))).close()

    asked = next(place for place, said in enumerate(server.heard) if "AUTHENTICATE" in said)
    assert server.heard[asked].endswith("AUTHENTICATE XOAUTH2")
    given = base64.b64decode(server.heard[asked + 1])
    assert b"user=support\1auth=Bearer access-1\1\1" == given


async def test_answers_leave_with_a_token_too(tokens):
    async with mail_server(sign_in=True) as server:
        server.access_token = "access-1"
        account = Email(settings(tokens, smtp=server.port), MemoryLine())
        await account.send(answer())
        await account.close()

    assert "support" == server.taken[0].user


async def test_a_token_that_never_worked_is_a_matter_of_settings(tokens, dovecot: Dovecot):
    account = settings(tokens, imap=dovecot.port)
    grant = Grant(account.oauth, nobody)
    await grant.access_token()
    tokens.valid.clear()
    with pytest.raises(Misconfigured, match="refused the sign-in"):
        await open_mailbox(account, grant)


async def test_a_refused_token_is_renewed_for_the_next_attempt(tokens):
    async with mail_server(sign_in=True) as server:
        server.access_token = "access-2"
        account = Email(settings(tokens, smtp=server.port), MemoryLine())
        with pytest.raises(Misconfigured, match="Token refused"):
            await account.send(answer())
        await account.send(answer())
        await account.close()

    assert 1 == len(server.taken)


async def test_a_rotated_token_is_remembered_and_used_after_a_restart(tokens, dovecot, line):
    tokens.rotates = True
    dovecot.deliver("support", mail(1))
    async with listening(settings(tokens, imap=dovecot.port), line):
        await line.until(1)
    renewed = msgspec.json.decode(line.stored, type=Bookmark).renewed
    assert "refresh-2" not in line.stored
    assert "refresh-2" == line.unseal(renewed["sealed"])
    dovecot.deliver("support", mail(2))
    async with listening(settings(tokens, imap=dovecot.port), line):
        await line.until(2)

    assert 2 == tokens.renewals


async def test_a_rotated_token_moves_no_bookmark_where_nobody_reads(tokens, line):
    tokens.rotates = True
    line.stored = msgspec.json.encode(Bookmark(uidvalidity=7, uid=12)).decode()
    channel = Email(settings(tokens), line)
    await channel.grant.access_token()
    await channel.close()

    mark = msgspec.json.decode(line.stored, type=Bookmark)
    assert (7, 12) == (mark.uidvalidity, mark.uid)
    assert mark.renewed


async def test_a_new_consent_replaces_what_was_remembered(tokens, line):
    grant = Grant(settings(tokens).oauth, nobody)
    grant.refresh_token = "rotated"
    memory = grant.memory(line.seal)
    newer = Grant(settings(tokens, refresh="new consent").oauth, nobody)
    newer.recall(memory, line.unseal)
    same = Grant(settings(tokens).oauth, nobody)
    same.recall(memory, line.unseal)

    assert "new consent" == newer.refresh_token
    assert "rotated" == same.refresh_token


async def test_a_consent_that_was_withdrawn_is_a_matter_of_settings(tokens):
    grant = Grant(settings(tokens, refresh="withdrawn").oauth, nobody)
    with pytest.raises(Misconfigured, match="invalid_grant"):
        await grant.access_token()


@pytest.mark.parametrize("status", [429, 500, 503])
async def test_a_token_server_in_trouble_is_asked_later(tokens, status):
    tokens.status = status
    with pytest.raises(TryLater):
        await Grant(settings(tokens).oauth, nobody).access_token()


async def test_a_token_server_that_is_away_is_asked_later(tokens):
    oauth = OAuth(client_id="desk", refresh_token="x", token_url="http://127.0.0.1:1/token")
    with pytest.raises(TryLater):
        await Grant(oauth, nobody).access_token()


async def test_many_callers_renew_a_token_once(tokens):
    grant = Grant(settings(tokens).oauth, nobody)
    given = await asyncio.gather(*(grant.access_token() for _ in range(20)))

    assert ["access-1"] * 20 == given
