"""A customer writes to a mailbox, an agent answers, and the customer answers that."""

import asyncio
import contextlib
import email
from email import policy
from functools import partial

from msgspec.structs import replace

from channels.email.channel import Email
from channels.email.settings import Security, Smtp
from inbox.actions import agent as agents
from inbox.actions.deliver import deliver
from inbox.actions.reply import reply
from inbox.intake import Intake
from inbox.jobs import Deliver, Route
from inbox.model import ConversationId, Delivery, MessageId
from inbox.store.accounts import Configured
from inbox.tables import MessageRow
from inbox.worker import Worker
from tests.channels.email.wire.conftest import mailbox
from tests.channels.email.wire.line import LONG
from tests.servers.smtp import CUT, mail_server

MESSAGES = MessageRow.__table__.select().order_by(MessageRow.id)

QUESTION = b"""From: Ada Lovelace <ada@customer.test>\r
To: Support <%b@desk.test>\r
Subject: Where is my order?\r
Message-ID: <question@customer.test>\r
Content-Type: text/plain; charset=utf-8\r
\r
It has not come.\r
"""
THANKS = b"""From: Ada Lovelace <ada@customer.test>\r
To: %b\r
Subject: Re: Where is my order?\r
Message-ID: <thanks@customer.test>\r
\r
Thank you!\r
"""


def furnish(unit, user):
    account = Configured(kind="email", name="support", address=f"{user}@desk.test")
    accounts = unit.accounts.sync([account], at=unit.now)
    agent = agents.create(unit, name="Grace", email="grace@desk.test", password_hash="-")
    return accounts["support"], agent


async def messages(desk, count):
    """Wait for so many messages and return them."""
    async with asyncio.timeout(LONG):
        while True:
            found = await desk.read(lambda unit: unit.connection.execute(MESSAGES).all())
            if len(found) >= count:
                return found
            await asyncio.sleep(0.05)


@contextlib.asynccontextmanager
async def open_house(desk, mailserver, user, smtp_port):
    """Run an account as the desk does."""
    account, agent = await desk.write(furnish, user)
    channels = {}
    intake = Intake(desk, channels)
    smtp = Smtp(host="localhost", port=smtp_port, security=Security.NONE)
    settings = replace(mailbox(mailserver, user), smtp=smtp, name="Support")
    channel = channels[account] = Email(settings, intake.line(account))
    worker = Worker(desk, {Deliver: partial(deliver, channels=channels), Route: nothing})
    tasks = [asyncio.create_task(each) for each in (intake.run(), channel.listen())]
    try:
        yield worker, agent
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await channel.close()


async def nothing(desk, job):
    """Nobody routes here."""


async def test_a_conversation_over_real_servers(desk, mailserver, user):
    async with (
        mail_server() as server,
        open_house(desk, mailserver, user, server.port) as (worker, grace),
    ):
        mailserver.deliver(user, QUESTION % user.encode())
        (question,) = await messages(desk, 1)
        talk = ConversationId(question.conversation_id)
        await desk.write(reply, talk, "It is on its way.", by=grace)
        await worker.run_due()
        (taken,) = server.taken
        answer = email.message_from_bytes(taken.content, policy=policy.default)
        mailserver.deliver(user, THANKS % answer["Reply-To"].addresses[0].addr_spec.encode())
        _, said, thanks = await messages(desk, 3)

    assert ["ada@customer.test"] == taken.recipients
    assert "<question@customer.test>" == answer["In-Reply-To"]
    assert "Re: Where is my order?" == answer["Subject"]
    assert "> It has not come." in answer.get_body(("plain",)).get_content()
    assert Delivery.SENT == said.delivery
    assert answer["Message-ID"] == said.external_id
    assert question.conversation_id == thanks.conversation_id
    assert "Thank you!" == thanks.text


async def test_an_answer_that_may_have_left_is_not_sent_again(desk, mailserver, user):
    async with (
        mail_server() as server,
        open_house(desk, mailserver, user, server.port) as (worker, grace),
    ):
        mailserver.deliver(user, QUESTION % user.encode())
        (question,) = await messages(desk, 1)
        server.expect("DATA", CUT)
        talk = ConversationId(question.conversation_id)
        said = await desk.write(reply, talk, "It is on its way.", by=grace)
        for _ in range(3):
            await worker.run_due()
            desk.advance(3600)
        message = await desk.read(lambda unit: unit.messages.get(MessageId(said)))

    assert Delivery.UNKNOWN == message.delivery
    assert 1 == len(server.taken)
