"""The chat and the desk behind it: both databases, the real intake, the real outbox."""

import asyncio
from datetime import timedelta
from functools import partial

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from channels.webchat import Settings, WebChat
from inbox.actions import agent as agents
from inbox.actions.conversation import mark_read
from inbox.actions.deliver import deliver
from inbox.actions.hear import hear
from inbox.actions.note import note
from inbox.actions.reply import reply
from inbox.actions.understood import Understood
from inbox.channel import Inbound
from inbox.intake import Intake
from inbox.jobs import Deliver, FollowUp, Route
from inbox.model import Address, Delivery, JournalState
from inbox.notices import Typing
from inbox.store.accounts import Configured
from inbox.store.attachments import Given
from inbox.store.journal import Entry
from inbox.worker import Worker
from tests.channels.webchat.conftest import SECRET, SITE, Chat, bearer
from tests.channels.webchat.test_identity import claims, signed

ACCOUNTS = (
    Configured(kind="webchat", name="shop"),
    Configured(kind="email", name="support", address="support@desk.example"),
)


def furnish(unit):
    accounts = unit.accounts.sync(ACCOUNTS, at=unit.now)
    return accounts, agents.create(unit, name="Ivo", email="ivo@desk.example", password_hash="-")


async def nothing(desk, job):
    pass


class RealChat(Chat):
    """A chat with a whole desk behind it."""

    def __init__(self, desk, accounts, agent):
        self.desk, self.accounts, self.agent = desk, accounts, agent
        self.channels = {}
        self.intake = Intake(desk, self.channels)
        line = self.intake.line(accounts["shop"])
        self.channel = WebChat(Settings(origins=(SITE,), identity_secret=SECRET), line)
        self.channels[line.account] = self.channel
        bound = partial(deliver, channels=self.channels)
        self.worker = Worker(desk, {Deliver: bound, Route: nothing, FollowUp: nothing})
        app, mounted = web.Application(), web.Application()
        mounted.add_routes(self.channel.routes())
        app.add_subapp("/channels/shop", mounted)
        self.client = TestClient(TestServer(app))

    def now(self):
        return self.desk.now

    async def open(self):
        await self.client.start_server()
        self.running = asyncio.create_task(self.intake.run())

    async def close(self):
        await self.channel.close()
        await self.client.close()
        self.running.cancel()
        await asyncio.gather(self.running, return_exceptions=True)

    async def talk(self, token):
        """Return the visitor's conversation, once the desk has understood what they wrote."""
        async with asyncio.timeout(60):
            while True:
                found = await self.desk.read(
                    lambda unit: unit.conversations.by_thread(
                        self.accounts["shop"], self.thread(token)
                    )
                )
                if found:
                    return found
                await asyncio.sleep(0.01)

    async def until(self, question):
        async with asyncio.timeout(60):
            while not (found := await self.desk.read(question)):  # noqa: ASYNC110  # a store tells nobody
                await asyncio.sleep(0.01)
            return found

    async def say(self, talk, text, **more):
        message = await self.desk.write(reply, talk.id, text, by=self.agent, **more)
        await self.worker.run_due()
        return message


@pytest.fixture
async def real(desk):
    opened = RealChat(desk, *await desk.write(furnish))
    await opened.open()
    yield opened
    await opened.close()


async def test_a_question_and_its_answer(real):
    token = await real.token()
    ana = await real.enter(token)
    await ana.write("Where is my parcel?")
    talk = await real.talk(token)
    said = await real.say(talk, "On its way.")
    heard = (await ana.hear("message"))["message"]
    await ana.say("seen", id=heard["id"])
    await real.until(lambda unit: unit.messages.get(said).delivery is Delivery.READ)
    later = await real.enter(token)

    assert (said, "On its way.", "Ivo") == (heard["id"], heard["text"], heard["author"])
    assert [("Where is my parcel?", "message-1"), ("On its way.", None)] == [
        (each["text"], each["client_id"]) for each in later.welcome["messages"]
    ]
    assert [False, True] == [each["seen"] for each in later.welcome["messages"]]


async def test_a_note_never_reaches_the_visitor(real):
    token = await real.token()
    ana = await real.enter(token)
    await ana.write("Hello")
    talk = await real.talk(token)
    await real.desk.write(note, talk.id, "She is difficult", by=real.agent)
    await real.say(talk, "Hello Ana")
    await ana.hear("message")

    assert ["Hello", "Hello Ana"] == [
        each["text"] for each in (await real.enter(token)).welcome["messages"]
    ]


async def test_an_answer_that_still_waits_is_not_shown(real):
    token = await real.token()
    await (await real.enter(token)).write("Hello")
    talk = await real.talk(token)
    await real.desk.write(reply, talk.id, "I may take this back", by=real.agent)

    assert ["Hello"] == [m["text"] for m in (await real.enter(token)).welcome["messages"]]


async def test_a_resend_to_another_process_never_doubles(real):
    token = await real.token()
    await (await real.enter(token)).write("Hello")
    await real.talk(token)
    other = RealChat(real.desk, real.accounts, real.agent)
    await other.open()
    try:
        ana = await other.enter(token)
        await ana.write("Hello")
        await ana.write("Hello again", "message-2")
        await real.until(
            lambda unit: unit.messages.by_client_id(talk_of(unit, real, token), "message-2")
        )

        assert ["Hello", "Hello again"] == [
            each["text"] for each in (await other.enter(token)).welcome["messages"]
        ]
    finally:
        await other.close()


def talk_of(unit, real, token):
    return unit.conversations.by_thread(real.accounts["shop"], real.thread(token)).id


async def test_files_go_both_ways(real):
    token = await real.token()
    response = await real.client.post(
        "/channels/shop/files", data=b"a chip", headers={**bearer(token), "X-File-Name": "chip.txt"}
    )
    ana = await real.enter(token)
    await ana.write("See", files=[(await response.json())["file"]])
    talk = await real.talk(token)
    blob = await real.desk.blobs.put(b"a label")
    given = Given(blob=blob, name="label.pdf", media_type="application/pdf", size=7)
    await real.say(talk, "Send it back with this", attachments=[given])
    [label] = (await ana.hear("message"))["message"]["files"]
    question, answer = (await real.enter(token)).welcome["messages"]

    assert ["chip.txt"] == [file["name"] for file in question["files"]]
    for file, content in (label, b"a label"), (answer["files"][0], b"a label"):
        assert ("label.pdf", 7) == (file["name"], file["size"])
        got = await real.client.get(f"/channels/shop/{file['url']}")
        assert content == await got.read()


async def test_what_an_agent_does_shows_in_the_chat(real):
    token = await real.token()
    ana = await real.enter(token)
    await ana.write("Hello")
    talk = await real.talk(token)
    real.desk.bus.publish([Typing(conversation_id=talk.id, agent_id=real.agent)])
    assert (await ana.hear("typing"))["on"]
    await real.desk.write(mark_read, talk.id, talk.last_message_id, by=real.agent)

    assert ["message-1"] == (await ana.hear("seen"))["client_ids"]


async def test_a_visitor_types_and_the_agents_see_it(real):
    token = await real.token()
    ana = await real.enter(token)
    await ana.write("Hello")
    talk = await real.talk(token)
    await ana.say("typing")

    def told(_):
        return [each for each in real.desk.told if isinstance(each, Typing)]

    [typing] = await real.until(told)

    assert talk.id == typing.conversation_id


def journalled(unit, account):
    """Put a payload into the journal that somebody else has understood."""
    row = Entry(
        account_id=account,
        key=None,
        received_at=unit.now,
        headers={},
        payload=b"a mail",
        blob=None,
        size=6,
        state=JournalState.RECEIVED,
        reason=None,
        claimed_until=unit.now + timedelta(hours=1),
    )
    unit.journal.gather(row)
    unit.journal.flush()
    return row.id


async def mail_from_ana(real):
    """Have the desk know Ana by email; returns who she is."""
    ana = Address(kind="email", value="ana@example.org", name="Ana")
    heard = Inbound(external_id="<1@example.org>", sender=ana, text="My card is 4711")
    account = real.accounts["support"]
    row = await real.desk.write(journalled, account)
    await real.desk.write(hear, [Understood(journal_id=row, account=account, heard=(heard,))])
    return await real.desk.read(lambda unit: unit.customers.owner(ana))


async def test_a_signed_identity_joins_the_customer_it_names(real):
    ana = await mail_from_ana(real)
    token = await real.token(jwt=signed(claims(real)))
    await (await real.enter(token)).write("It is me")
    talk = await real.talk(token)

    assert ana == talk.customer_id
    found = await real.desk.read(lambda unit: unit.customers.identities(ana))
    assert {("email", "verified"), ("webchat", "verified")} == {(i.kind, i.proof) for i in found}


async def test_a_typed_address_joins_nobody_and_shows_nothing(real):
    ana = await mail_from_ana(real)
    token = await real.token()
    stranger = await real.enter(token)
    await stranger.say("profile", email="ana@example.org", name="Ana")
    await stranger.write("It is me, honestly")
    talk = await real.talk(token)
    found = await real.until(
        lambda unit: [
            identity
            for identity in unit.customers.identities(talk.customer_id)
            if identity.kind == "email"
        ]
    )

    assert ana != talk.customer_id
    assert ["claimed"] == [identity.proof for identity in found]
    assert ["It is me, honestly"] == [
        each["text"] for each in (await real.enter(token)).welcome["messages"]
    ]


async def test_a_mail_in_the_same_conversation_is_not_shown_in_the_chat(real):
    token = await real.token()
    ana = await real.enter(token)
    await ana.write("Hello")
    talk = await real.talk(token)
    private = Inbound(
        external_id="<2@example.org>",
        sender=Address(kind="email", value="ana@example.org"),
        text="My private answer",
        token="ours",
    )
    account = real.accounts["support"]
    row = await real.desk.write(journalled, account)
    said = Understood(journal_id=row, account=account, heard=(private,), homes={"ours": talk.id})
    await real.desk.write(hear, [said])
    by_mail = await real.desk.read(
        lambda unit: unit.messages.by_external_id(account, "<2@example.org>")
    )

    assert talk.id == by_mail.conversation_id
    assert ["Hello"] == [m["text"] for m in (await real.enter(token)).welcome["messages"]]


async def test_the_journal_balances(real):
    token = await real.token()
    ana = await real.enter(token)
    for number in range(5):
        await ana.write(f"{number}", f"message-{number}")
        await ana.write(f"{number}", f"message-{number}")
    await ana.say("profile", email="ana@example.org")
    await real.until(
        lambda unit: unit.messages.by_client_id(talk_of(unit, real, token), "message-4")
    )
    counts = await real.until(lambda unit: settled(unit, real.accounts["shop"]))

    assert (5, 1) == (counts[JournalState.MESSAGE], counts[JournalState.UPDATE])


def settled(unit, account):
    """Return how many payloads became what, once none waits any more."""
    ledger = unit.journal.ledger()
    counts = {state: ledger.get((account, state), 0) for state in JournalState}
    done = counts[JournalState.MESSAGE] + counts[JournalState.UPDATE]
    return counts if done == 6 and not counts[JournalState.RECEIVED] else None
