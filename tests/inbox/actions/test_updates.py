"""What changes a message may come before it, and in any order; the transcript is the same."""

from datetime import timedelta
from itertools import permutations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from inbox.actions.outcome import note_sent
from inbox.actions.reply import reply
from inbox.channel import Deleted, Edited, Inbound, Reacted, Receipt, Sent
from inbox.model import Address, ConversationId, Delivery, Location, MessageId, Proof
from inbox.tables import EarlyUpdateRow, MessageRow, ReactionRow
from tests.conftest import MORNING
from tests.inbox.actions.letters import chat
from tests.inbox.actions.test_orders import clear
from tests.inbox.ear import Ear
from tests.inbox.house import furnish

EVE = Address(kind="webchat", value="v1", name="Eve")
SLOW = settings(
    max_examples=40,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def edited(name, order, text, **more):
    return Edited(external_id=name, order=order, text=text, at=at(order), **more)


def deleted(name, order):
    return Deleted(external_id=name, order=order, at=at(order))


def reacted(name, order, emoji="\N{THUMBS UP SIGN}", *, on=True, who=EVE):
    return Reacted(external_id=name, order=order, who=who, emoji=emoji, on=on, at=at(order))


def at(order):
    return MORNING + timedelta(seconds=order)


async def rows(desk, table):
    return await desk.read(lambda unit: unit.connection.execute(select(table.__table__)).all())


async def emojis(desk, message=1):
    found = await desk.read(lambda unit: unit.reactions.of([MessageId(message)]))
    return [(one.who, one.emoji) for one in found]


# --- edits --------------------------------------------------------------------------------
async def test_an_edit_changes_the_words_and_keeps_the_earlier_ones_on_record(ear, house):
    await ear(house.chat, chat("1", "Helo"), edited("1", 5, "Hello"))
    [message] = await ear.all("messages")
    [talk] = await ear.all("conversations")
    event = (await ear.all("events"))[-1]

    assert ("Hello", at(5), 5) == (message.text, message.edited_at, message.revision)
    assert "Hello" == talk.preview
    assert ("message.edited", {"text": ["Helo", "Hello"]}) == (event.verb, event.change)
    assert {"message": 1, "update": 1} == await ear.ledger()


@pytest.mark.parametrize("batch", [1, 64])
async def test_an_older_edit_that_comes_late_changes_nothing(ear, house, batch):
    heard = chat("1", "a"), edited("1", 7, "c"), edited("1", 5, "b"), edited("1", 7, "d")
    await ear(house.chat, *heard, batch=batch)
    [message] = await ear.all("messages")

    assert ("c", 7) == (message.text, message.revision)


@pytest.mark.parametrize("batch", [1, 64])
async def test_an_edit_that_overtook_its_message_waits_for_it(ear, house, desk, batch):
    early = edited("1", 5, "Hello"), reacted("1", 6), edited("2", 1, "nobody")
    await ear(house.chat, *early, chat("1", "Helo"), batch=batch)
    [message] = await ear.all("messages")

    assert ("Hello", at(5)) == (message.text, message.edited_at)
    assert [("v1", "\N{THUMBS UP SIGN}")] == await emojis(desk)
    assert ["2"] == [row.external_id for row in await rows(desk, EarlyUpdateRow)]
    assert {"message": 1, "update": 3} == await ear.ledger()


async def test_an_edit_without_content_keeps_what_was_there(ear, house):
    place = Location(latitude=50.0, longitude=20.0)
    await ear(house.chat, chat("1", "Here", content=place), edited("1", 5, "There"))
    [message] = await ear.all("messages")

    assert ("There", {"type": "location"}) == (
        message.text,
        {"type": message.content["type"]},
    )


async def test_the_echo_of_what_the_desk_said_changes_nothing(ear, house, desk):
    await ear(house.chat, chat("1"))
    answer = await desk.write(reply, ConversationId(1), "Yes, *really*.", by=house.ada)
    await desk.write(note_sent, answer, Sent(external_id="out"))
    await ear(house.chat, edited("out", 5, "Yes, really."))

    assert "Yes, *really*." == (await ear.all("messages"))[-1].text


async def test_words_that_no_database_takes_do_no_harm(ear, house):
    strange = edited("1", 5, "a\0\ud800")
    await ear(house.chat, strange, reacted("1", 6, emoji="\0\ud800"))
    await ear(house.chat, chat("1"))
    [message] = await ear.all("messages")

    assert "a\N{REPLACEMENT CHARACTER}\N{REPLACEMENT CHARACTER}" == message.text


# --- deletions ----------------------------------------------------------------------------
async def test_what_was_taken_back_is_marked_and_kept_for_the_record(ear, house):
    await ear(house.chat, chat("1", "Oops"), deleted("1", 5))
    [message] = await ear.all("messages")
    [talk] = await ear.all("conversations")

    assert ("Oops", at(5), "") == (message.text, message.deleted_at, talk.preview)
    assert "message.deleted" == (await ear.verbs())[-1]


async def test_what_we_said_can_be_taken_back_elsewhere(ear, house, desk):
    await ear(house.chat, chat("1"))
    answer = await desk.write(reply, ConversationId(1), "Yes.", by=house.ada)
    await desk.write(note_sent, answer, Sent(external_id="out"))
    await ear(house.chat, deleted("out", 5))

    assert at(5) == (await ear.all("messages"))[-1].deleted_at


# --- emojis -------------------------------------------------------------------------------
async def test_an_emoji_taken_off_before_it_was_put_on_is_off(ear, house, desk):
    await ear(house.chat, chat("1"), reacted("1", 6, on=False), reacted("1", 5, on=True))

    assert [] == await emojis(desk)
    assert ["message.reacted"] == (await ear.verbs())[2:]


async def test_each_person_has_emojis_of_their_own(ear, house, desk):
    bob = Address(kind="webchat", value="v2")
    await ear(house.chat, chat("1"), reacted("1", 5), reacted("1", 6, who=bob), reacted("1", 5))

    assert ["v1", "v2"] == sorted(who for who, _ in await emojis(desk))
    assert 2 == len(await rows(desk, ReactionRow))


# --- quotes -------------------------------------------------------------------------------
@pytest.mark.parametrize("order", list(permutations(range(3))))
@pytest.mark.parametrize("batch", [1, 3])
async def test_what_a_message_quotes_is_found_whichever_came_first(ear, house, order, batch):
    heard = chat("1", "Which?"), chat("2", "This.", answers="1"), chat("3", "Or?", answers="4")
    await ear(house.chat, *(heard[place] for place in order), batch=batch)
    found = {message.external_id: message for message in await ear.all("messages")}

    assert found["1"].id == found["2"].answers_id
    assert found["3"].answers_id is None


# --- what we said elsewhere ---------------------------------------------------------------
def ours(name, text="We will see.", **fields):
    return chat(name, text, from_us=True, named="Bob", **fields)


async def test_what_we_said_outside_the_desk_answers_the_customer(ear, house):
    await ear(house.chat, chat("1"), ours("2"))
    _, answer = await ear.all("messages")
    [talk] = await ear.all("conversations")

    assert ("out", "sent", "Bob", None) == (
        answer.direction,
        answer.delivery,
        answer.sender_name,
        answer.author_id,
    )
    assert (None, answer.id, 1) == (talk.waiting_since, talk.last_message_id, talk.last_heard_id)
    assert 1 == len(await ear.all("jobs"))  # nobody is asked to answer ourselves
    assert 1 == len(await ear.all("customers"))


async def test_what_we_said_first_begins_the_conversation_of_whom_we_wrote_to(ear, house):
    eve = Address(kind="webchat", value="v1", name="Eve")
    await ear(house.chat, ours("1", recipients=(eve,)), chat("2"))
    [talk] = await ear.all("conversations")
    [customer] = await ear.all("customers")

    assert (customer.id, 2) == (talk.customer_id, talk.last_heard_id)


async def test_what_we_said_to_nobody_we_know_waits_for_a_person(ear, house):
    await ear(house.chat, ours("1"))

    assert {"quarantined": 1} == await ear.ledger()


# --- groups -------------------------------------------------------------------------------
def spoke(name, who, **fields):
    sender = Address(kind="webchat", value=who, name=who.title())
    fields = {"proof": Proof.VERIFIED, "thread": "group"} | fields
    return Inbound(external_id=name, sender=sender, text=name, **fields)


@pytest.mark.parametrize("batch", [1, 9])
async def test_a_group_is_one_conversation_of_several_customers(ear, house, batch):
    heard = spoke("1", "ada"), spoke("2", "bob"), spoke("3", "ada"), spoke("4", "bob")
    await ear(house.chat, *heard, batch=batch)
    [talk] = await ear.all("conversations")
    messages = await ear.all("messages")
    owners = {one.value: one.customer_id for one in await ear.all("identities")}

    assert {"ada", "bob"} == set(owners)
    assert talk.customer_id == owners["ada"] != owners["bob"]
    assert ["Ada", "Bob", "Ada", "Bob"] == [one.sender_name for one in messages]
    assert {"Ada", "Bob"} == {one.name for one in await ear.all("customers")}


async def test_whoever_only_claims_to_be_somebody_gets_no_record_of_it(ear, house):
    await ear(house.chat, spoke("1", "ada"), spoke("2", "bob", proof=Proof.CLAIMED))

    assert 1 == len(await ear.all("customers"))


# --- receipts -----------------------------------------------------------------------------
async def test_every_order_of_a_providers_news_ends_the_same(ear, house, desk):
    """Also when it comes before the provider's answer, which is one of them."""
    await ear(house.chat, chat("1"))
    news = (Delivery.QUEUED, Delivery.SENDING, Delivery.SENT, Delivery.DELIVERED, None)
    orders = list(enumerate(permutations(news)))
    answers = await desk.write(answer_all, len(orders), house.ada)
    for turn in range(5):
        told = [(f"SM{number}", answers[number], order[turn]) for number, order in orders]
        await ear(
            house.chat,
            *(Receipt(external_id=name, delivery=one) for name, _, one in told if one),
        )
        await desk.write(take_all, [(name, answer) for name, answer, one in told if one is None])
    written = (await ear.all("messages"))[1:]

    assert 120 == len(orders) == len(written)
    assert {"delivered"} == {answer.delivery for answer in written}
    assert [f"SM{number}" for number in range(120)] == [one.external_id for one in written]


def answer_all(unit, many, agent):
    answers = [reply(unit, ConversationId(1), "Yes.", by=agent) for _ in range(many)]
    for answer in answers:
        unit.messages.change(answer, delivery=Delivery.SENDING)
    return answers


def take_all(unit, taken):
    for name, answer in taken:
        note_sent(unit, answer, Sent(external_id=name))


async def test_a_receipt_that_names_our_number_finds_a_message_that_is_in_doubt(ear, house, desk):
    await ear(house.chat, chat("1"))
    answer = await desk.write(reply, ConversationId(1), "Yes.", by=house.ada)
    await desk.write(lambda unit: unit.messages.change(answer, delivery=Delivery.UNKNOWN))
    named = {"message_id": answer, "external_id": "SM1"}
    await ear(house.chat, Receipt(delivery=Delivery.SENT, **named))
    await ear(house.chat, Receipt(external_id="SM1", delivery=Delivery.DELIVERED))
    message = (await ear.all("messages"))[-1]

    assert ("delivered", "SM1") == (message.delivery, message.external_id)


async def test_a_receipt_moves_no_message_of_another_account(ear, house, desk):
    await ear(house.chat, chat("1"))
    answer = await desk.write(reply, ConversationId(1), "Yes.", by=house.ada)
    forged = Receipt(external_id="X", delivery=Delivery.READ, message_id=answer)
    await ear(house.email, forged)
    await ear(house.chat, Receipt(external_id="Y", delivery=Delivery.READ, message_id=MessageId(1)))

    assert ["queued", None] == [one.delivery for one in reversed(await ear.all("messages"))]


# --- whole histories ----------------------------------------------------------------------
@st.composite
def histories(draw):
    """Messages in a few groups, and what became of each: in order, and shuffled with repeats."""
    heard = []
    for number in range(draw(st.integers(1, 4))):
        thread = f"g{draw(st.integers(0, 1))}"
        quoted = draw(st.sampled_from([None, *(one.external_id for one in heard)]))
        heard.append(
            spoke(f"m{number}", draw(st.sampled_from("ab")), thread=thread, answers=quoted)
        )
    changes = []
    for order in range(1, draw(st.integers(1, 9))):
        name = draw(st.sampled_from([*(one.external_id for one in heard), "lost"]))
        who = Address(kind="webchat", value=draw(st.sampled_from("ab")))
        kinds = [
            edited(name, order, f"edit {order}"),
            deleted(name, order),
            reacted(name, order, draw(st.sampled_from("XY")), on=draw(st.booleans()), who=who),
        ]
        changes.append(draw(st.sampled_from(kinds)))
    all_of_it = [*heard, *changes]
    gone = {one.external_id for one in changes if isinstance(one, Deleted)}
    repeats = draw(st.lists(st.sampled_from(all_of_it), max_size=4))
    repeats = [one for one in repeats if not isinstance(one, Deleted)]
    shuffled = draw(st.permutations([*all_of_it, *repeats]))
    return all_of_it, shuffled, gone, draw(st.integers(1, 5)), draw(st.integers(1, 20))


async def transcript(desk, heard, batch):
    await desk.write(clear)
    house = await desk.write(furnish)
    ear = Ear(desk)
    await ear(house.chat, *heard, batch=batch)
    columns = MessageRow.__table__.columns
    messages = await desk.read(lambda unit: unit.connection.execute(select(columns)).all())
    names = {one.id: one.external_id for one in messages}
    found = await desk.read(lambda unit: unit.reactions.of(list(names)))
    return {
        "messages": sorted(
            (
                one.external_id,
                one.text,
                one.sender_name,
                one.edited_at,
                one.deleted_at is not None,
                names.get(one.answers_id),
            )
            for one in messages
        ),
        "emojis": sorted((names[one.message_id], one.who, one.emoji) for one in found),
        "people": sorted(one.name for one in await ear.all("customers")),
    }


def plainly(told):
    return {**told, "messages": [tuple(map(str, one)) for one in told["messages"]]}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@SLOW
@given(histories())
async def test_a_shuffled_history_with_repeats_gives_the_same_transcript(desk, history):
    heard, shuffled, gone, batch, other = history
    expected = plainly(await transcript(desk, heard, batch))

    assert expected == plainly(await transcript(desk, shuffled, other))
    assert gone - {"lost"} == {one[0] for one in expected["messages"] if one[4] == "True"}
