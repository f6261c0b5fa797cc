"""What agents do, what the record says of it, and what the desk refuses."""

import pytest

from inbox.actions import agent as agents
from inbox.actions import quarantine
from inbox.actions.conversation import (
    assign,
    mark_read,
    mark_spam,
    reopen,
    resolve,
    save_draft,
)
from inbox.actions.customer import rename, set_attributes
from inbox.actions.envelope import address, choices
from inbox.actions.note import note
from inbox.actions.reply import reply
from inbox.errors import Conflict, Invalid, NotFound
from inbox.model import Address, ConversationId, CustomerId, JournalId, MessageId, Role
from inbox.store.accounts import Configured
from inbox.store.attachments import Given
from tests.inbox.actions.letters import chat, mail

TALK = ConversationId(1)


@pytest.fixture
async def talk(ear, house):
    """A conversation by email with a colleague in copy."""
    copied = (Address(kind="email", value="carol@example.org"),)
    await ear(house.email, mail("1", subject="Boots", copied=copied))
    return house


async def test_an_answer_goes_to_everybody_but_ourselves(desk, talk):
    envelope = await desk.read(lambda unit: address(unit, unit.conversations.get(TALK)))

    assert ("support@desk.example", ("eve@example.org",), ("carol@example.org",), "Boots") == (
        envelope.account.address,
        envelope.to,
        envelope.copied,
        envelope.subject,
    )


async def test_an_answer_goes_where_the_sender_wants_it(ear, house, desk):
    reply_to = Address(kind="email", value="office@example.org")
    to = (
        Address(kind="email", value="Support+x@desk.example"),
        Address(kind="email", value="EVE@example.org"),
    )
    await ear(house.email, mail("1", reply_to=reply_to, to=to))
    envelope = await desk.read(lambda unit: address(unit, unit.conversations.get(TALK)))

    assert (("office@example.org",), ()) == (envelope.to, envelope.copied)


async def test_other_ways_are_offered_where_there_are_any(ear, house, desk):
    await ear(house.chat, chat("1", also=(Address(kind="email", value="eve@example.org"),)))
    await desk.write(
        lambda unit: unit.accounts.add(Configured(kind="webchat", name="blog"), at=unit.now)
    )
    offers = await desk.read(lambda unit: choices(unit, unit.conversations.get(TALK)))

    assert [(house.email, ("eve@example.org",))] == [(one.account.id, one.to) for one in offers]


async def test_an_answer_ends_the_waiting_and_stands_in_the_record(desk, talk, ear):
    answer = await desk.write(reply, TALK, "In stock.", by=talk.ada)
    [conversation] = await ear.all("conversations")
    messages = await ear.all("messages")

    assert (None, answer, "In stock.") == (
        conversation.waiting_since,
        conversation.last_message_id,
        conversation.preview,
    )
    assert ("out", "queued", talk.ada, ["eve@example.org"], ["carol@example.org"]) == (
        messages[1].direction,
        messages[1].delivery,
        messages[1].author_id,
        messages[1].recipients,
        messages[1].copied,
    )
    assert "message.added" == (await ear.verbs())[-1]


async def test_the_same_answer_twice_is_said_once(desk, talk, ear):
    first = await desk.write(reply, TALK, "Yes.", by=talk.ada, client_id="c")
    again = await desk.write(reply, TALK, "Yes.", by=talk.ada, client_id="c")

    assert first == again
    assert 2 == len(await ear.all("messages"))


async def test_an_answer_to_old_news_is_refused(desk, talk, ear):
    seen = MessageId(1)
    await ear(talk.email, mail("2", "1", text="Never mind."))
    with pytest.raises(Conflict):
        await desk.write(reply, TALK, "Yes.", by=talk.ada, last_seen_id=seen)

    await desk.write(reply, TALK, "Yes.", by=talk.ada, last_seen_id=MessageId(2))


async def test_an_answer_can_resolve_and_be_redirected(desk, talk, ear):
    await desk.write(
        reply, TALK, "Yes.", by=talk.ada, to=[" dora@example.org "], copied=[], resolve=True
    )
    [conversation] = await ear.all("conversations")
    messages = await ear.all("messages")

    assert "resolved" == conversation.status
    assert (["dora@example.org"], []) == (messages[1].recipients, messages[1].copied)


@pytest.mark.parametrize(
    "wrong",
    [
        {"text": " \n"},
        {"text": "x" * 200_001},
        {"to": []},
        {"to": ["a@b\r\nBcc: c@d"]},
        {"to": ["two words@x"]},
        {"to": [f"{number}@x" for number in range(101)]},
    ],
)
async def test_an_impossible_answer_is_refused(desk, talk, ear, wrong):
    text, redirected = wrong.get("text", "Yes."), {**wrong}
    redirected.pop("text", None)
    with pytest.raises(Invalid):
        await desk.write(reply, TALK, text, by=talk.ada, **redirected)

    assert 1 == len(await ear.all("messages"))


async def test_an_account_that_cannot_reach_the_customer_is_refused(desk, talk):
    with pytest.raises(Invalid, match="webchat"):
        await desk.write(reply, TALK, "Yes.", by=talk.ada, account=talk.chat)
    await desk.write(lambda unit: unit.accounts.sync([], at=unit.now))
    with pytest.raises(Invalid, match="configured"):
        await desk.write(reply, TALK, "Yes.", by=talk.ada)


async def test_files_go_with_answers_and_notes(desk, talk):
    file = Given(blob="0" * 64, name="a.pdf", media_type="application/pdf", size=3)
    answer = await desk.write(reply, TALK, "", by=talk.ada, attachments=[file])
    aside = await desk.write(note, TALK, "", by=talk.ada, attachments=[file])
    files = await desk.read(lambda unit: unit.attachments.of([answer, aside]))

    assert [(answer, "a.pdf"), (aside, "a.pdf")] == [(one.message_id, one.name) for one in files]
    assert files[0] == await desk.read(lambda unit: unit.attachments.get(files[0].id))


async def test_a_note_stays_among_us(desk, talk, ear):
    jobs = len(await ear.all("jobs"))
    first = await desk.write(note, TALK, "A regular.", by=talk.ada, client_id="n")
    again = await desk.write(note, TALK, "A regular.", by=talk.ada, client_id="n")
    [conversation] = await ear.all("conversations")
    messages = await ear.all("messages")

    assert first == again
    assert ("note", None, None) == (
        messages[1].direction,
        messages[1].delivery,
        messages[1].account_id,
    )
    assert ("Hello", jobs) == (conversation.preview, len(await ear.all("jobs")))
    assert conversation.waiting_since is not None
    assert "note.added" == (await ear.verbs())[-1]


async def test_a_conversation_changes_hands(desk, talk, ear):
    await desk.write(assign, TALK, talk.ada, by=talk.bob)
    await desk.write(assign, TALK, talk.ada, by=talk.bob)
    await desk.write(assign, TALK, None, by=talk.bob)
    events = [event for event in await ear.all("events") if "assigned" in event.verb]

    assert [
        (talk.bob, talk.ada, {"assignee_id": [None, talk.ada]}),
        (talk.bob, talk.ada, {"assignee_id": [talk.ada, None]}),
    ] == [(event.agent_id, event.for_agent_id, event.change) for event in events]


async def test_nobody_gets_work_who_does_not_answer(desk, talk):
    await desk.write(agents.archive, talk.ada)
    with pytest.raises(Invalid):
        await desk.write(assign, TALK, talk.ada, by=talk.bob)
    with pytest.raises(NotFound):
        await desk.write(assign, TALK, 99, by=talk.bob)


async def test_resolving_and_opening_again_are_told_once(desk, talk, ear):
    for _ in range(2):
        await desk.write(resolve, TALK, by=talk.ada)
    for _ in range(2):
        await desk.write(reopen, TALK, by=talk.ada, reason="It broke.")
    told = [(event.verb, event.change) for event in (await ear.all("events"))[2:]]

    assert [
        ("conversation.resolved", {"status": ["open", "resolved"]}),
        ("conversation.reopened", {"status": ["resolved", "open"], "reason": "It broke."}),
    ] == told


async def test_spam_is_put_away_and_taken_back(desk, talk, ear):
    await desk.write(mark_spam, TALK, by=talk.ada)
    [away] = await ear.all("conversations")
    await desk.write(mark_spam, TALK, spam=False, by=talk.ada)
    [back] = await ear.all("conversations")

    assert [(True, "resolved"), (False, "open")] == [
        (away.spam, away.status),
        (back.spam, back.status),
    ]


async def test_reading_goes_forward_only(desk, talk, ear):
    await ear(talk.email, mail("2", "1"))
    for message in 2, 1, 2, 99:
        await desk.write(mark_read, TALK, MessageId(message), by=talk.ada)
    reached = await desk.read(lambda unit: unit.conversations.read_so_far(TALK, talk.ada))

    assert 2 == reached
    assert 1 == (await ear.verbs()).count("conversation.read")


async def test_a_draft_is_kept_until_it_is_said_or_emptied(desk, talk):
    async def draft():
        return await desk.read(lambda unit: unit.conversations.draft(TALK, talk.ada))

    await desk.write(save_draft, TALK, "Dear", by=talk.ada)
    await desk.write(save_draft, TALK, "Dear Eve", by=talk.ada)
    assert ("Dear Eve", False) == await draft()
    await desk.write(note, TALK, "Hm.", by=talk.ada)
    assert ("Dear Eve", False) == await draft()
    await desk.write(reply, TALK, "Dear Eve", by=talk.ada)
    assert await draft() is None
    await desk.write(save_draft, TALK, "x", by=talk.ada, note=True)
    await desk.write(save_draft, TALK, "", by=talk.ada)
    assert await draft() is None


async def test_a_customers_record_says_what_changed(desk, talk, ear):
    eve = CustomerId(1)
    await desk.write(rename, eve, "  Eve   Adams ", by=talk.ada)
    await desk.write(set_attributes, eve, {"plan": "gold", "age": 7}, by=talk.ada)
    await desk.write(set_attributes, eve, {"age": None}, by=talk.ada)
    await desk.write(set_attributes, eve, {"age": None}, by=talk.ada)
    [customer] = await ear.all("customers")
    changes = [one.change for one in await ear.all("events") if one.verb == "customer.changed"]

    assert ("Eve Adams", {"plan": "gold"}) == (customer.name, customer.attributes)
    assert [
        {"name": ["eve@example.org", "Eve Adams"]},
        {"attributes": {"plan": [None, "gold"], "age": [None, 7]}},
        {"attributes": {"age": [7, None]}},
    ] == changes


async def test_a_customer_needs_a_name_and_bears_so_much(desk, talk):
    with pytest.raises(Invalid):
        await desk.write(rename, CustomerId(1), " ", by=talk.ada)
    many = {f"a{number}": 1 for number in range(101)}
    with pytest.raises(Invalid):
        await desk.write(set_attributes, CustomerId(1), many, by=talk.ada)


async def test_quarantine_is_left_one_way_or_the_other(desk, ear, house):
    await desk.write(lambda unit: unit.accounts.sync([], at=unit.now))
    await ear(house.chat, chat("1"), chat("2"))
    await desk.write(quarantine.retry, JournalId(1), by=house.bob)
    await desk.write(quarantine.discard, JournalId(2), by=house.bob)
    with pytest.raises(Conflict):
        await desk.write(quarantine.retry, JournalId(2), by=house.bob)
    with pytest.raises(NotFound):
        await desk.write(quarantine.retry, JournalId(9), by=house.bob)

    assert {"received": 1, "discarded": 1} == await ear.ledger()
    assert ["journal.retried", "journal.discarded"] == (await ear.verbs())[-2:]


async def test_an_agent_signs_in_with_one_address(desk, house):
    with pytest.raises(Conflict):
        await desk.write(agents.create, name="A", email="ADA@desk.example ", password_hash="-")
    with pytest.raises(Invalid):
        await desk.write(agents.create, name="A", email="nobody", password_hash="-")
    await desk.write(agents.change_role, house.ada, Role.ADMIN)
    found = await desk.read(lambda unit: unit.agents.by_email(" Ada@Desk.example"))

    assert (house.ada, Role.ADMIN, "-") == (found[0].id, found[0].role, found[1])


async def test_nothing_that_a_former_agent_holds_signs_in(desk, house):
    def sign_in(unit):
        until = unit.now.replace(year=2027)
        unit.agents.open_session("s", house.ada, now=unit.now, until=until, user_agent="x" * 999)
        return unit.agents.create_token("t", house.ada, "cron", at=unit.now)

    def held(unit):
        return [
            bool(found)
            for found in (
                unit.agents.by_session("s", now=unit.now),
                unit.agents.by_token("t"),
                unit.agents.by_email("ada@desk.example"),
            )
        ]

    await desk.write(sign_in)
    assert [True] * 3 == await desk.read(held)
    await desk.write(agents.archive, house.ada)
    assert [False] * 3 == await desk.read(held)


async def test_sessions_end(desk, house):
    def sign_in(unit):
        for token in "a", "b", "c":
            until = unit.now.replace(hour=10)
            unit.agents.open_session(token, house.ada, now=unit.now, until=until, user_agent="")

    async def alive():
        return [
            token
            for token in "abc"
            if await desk.read(
                lambda unit, token=token: unit.agents.by_session(token, now=unit.now)
            )
        ]

    await desk.write(sign_in)
    await desk.write(lambda unit: unit.agents.close_session("a"))
    assert ["b", "c"] == await alive()
    until = desk.now.replace(hour=23)
    await desk.write(lambda unit: unit.agents.see_session("b", now=unit.now, until=until))
    desk.advance(7200)
    assert ["b"] == await alive()
    await desk.write(agents.change_password, house.ada, "new")
    assert [] == await alive()


async def test_tokens_end_too(desk, house):
    token = await desk.write(
        lambda unit: unit.agents.create_token("t", house.ada, "cron", at=unit.now)
    )
    await desk.write(lambda unit: unit.agents.use_token(token, now=unit.now))
    [line] = await desk.read(lambda unit: unit.agents.tokens(house.ada))
    assert (token, "cron", desk.now, desk.now) == tuple(line)
    with pytest.raises(NotFound):
        await desk.write(lambda unit: unit.agents.revoke_token(token, house.bob, at=unit.now))
    await desk.write(lambda unit: unit.agents.revoke_token(token, house.ada, at=unit.now))

    assert await desk.read(lambda unit: unit.agents.by_token("t")) is None
    assert [] == await desk.read(lambda unit: unit.agents.tokens(house.ada))


async def test_an_account_that_is_configured_no_more_is_archived_and_comes_back(desk, house):
    async def accounts():
        found = await desk.read(lambda unit: unit.accounts.all())
        return [(one.name, one.address, one.archived_at is None) for one in found]

    moved = Configured(kind="email", name="support", address="help@desk.example")
    keys = await desk.write(lambda unit: unit.accounts.sync([moved], at=unit.now))
    assert {"support": house.email} == keys
    assert [("support", "help@desk.example", True), ("shop", None, False)] == await accounts()
    shop = Configured(kind="webchat", name="shop")
    await desk.write(lambda unit: unit.accounts.sync([moved, shop], at=unit.now))
    assert [True, True] == [configured for *_, configured in await accounts()]
