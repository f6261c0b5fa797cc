"""A customer is asked once how they were served, and the answer is understood."""

from datetime import timedelta

import msgspec
import pytest
from sqlalchemy import select

from inbox.actions import rating
from inbox.actions.consents import Word, note_consent
from inbox.actions.conversation import mark_spam, reopen, resolve
from inbox.actions.reply import reply
from inbox.channel import Capabilities, Inbound
from inbox.jobs import AskRating, ThankForRating
from inbox.model import Address, Call, ConversationId, Kind, Pressed, Status
from inbox.tables import ConversationRow, JobRow, MessageRow, RatingRow
from tests.inbox.actions.letters import mail
from tests.inbox.ear import Ear
from tests.inbox.house import furnish

PLAIN = Capabilities()
BUTTONS = Capabilities(buttons=10)


@pytest.fixture
async def house(desk):
    """A house with a queue whose customers are asked."""
    house = await desk.write(furnish)
    await desk.write(set_up, rating=True)
    return house


def set_up(unit, *, rating):
    content = {"queues": {"Billing": {"rating": rating}}}
    unit.setups.add(content, at=unit.now, by=None, note="")
    return unit.queues.sync(["Billing"], at=unit.now)


async def say(desk, house, name, text="Where is my order?", **more):
    """Let a customer write in the web chat."""
    sender = Address(kind="webchat", value="visitor-1", name="Customer One")
    said = Inbound(external_id=name, sender=sender, thread="chat-1", text=text, **more)
    await Ear(desk)(house.chat, said)
    return ConversationId(1)


async def served(desk, house, **more):
    """Let a customer of a queue be answered, and what they asked be resolved."""
    talk = await say(desk, house, "first", **more)
    await desk.write(
        lambda unit: unit.conversations.change(talk, queue_id=1, assignee_id=house.ada)
    )
    await desk.write(reply, talk, "It is on its way.", by=house.ada)
    desk.advance(10)
    await desk.write(resolve, talk, by=house.ada)
    desk.advance(60)
    return talk


async def ask(desk, house, capabilities=PLAIN):
    """Do what was promised when it was resolved."""
    jobs = await found(desk, AskRating)
    known = {house.chat: capabilities, house.email: PLAIN}
    return [await desk.write(rating.ask, job, known) for job in jobs][-1]


async def found(desk, kind):
    rows = await desk.read(
        lambda unit: unit.connection.scalars(select(JobRow.payload).order_by(JobRow.id)).all()
    )
    tag = kind.__struct_config__.tag
    jobs = [row for row in rows if msgspec.json.decode(row)["type"] == tag]
    return [msgspec.json.decode(row, type=kind) for row in jobs]


async def ratings(desk):
    columns = (RatingRow.score, RatingRow.words, RatingRow.agent_id, RatingRow.queue_id)
    return [
        tuple(row)
        for row in await desk.read(lambda unit: unit.connection.execute(select(*columns)).all())
    ]


async def status(desk):
    return await desk.read(lambda unit: unit.connection.scalar(select(ConversationRow.status)))


async def last_words(desk):
    asked = select(MessageRow.text, MessageRow.content).order_by(MessageRow.id.desc()).limit(1)
    return tuple(await desk.read(lambda unit: unit.connection.execute(asked).one()))


# --- asking ---------------------------------------------------------------------------------
async def test_whoever_had_a_copy_of_a_mail_is_not_asked(desk, house):
    boss = Address(kind="email", value="boss@example.org")
    await Ear(desk)(house.email, mail("1", copied=(boss,)))
    talk = ConversationId(1)
    await desk.write(lambda unit: unit.conversations.change(talk, queue_id=1))
    await desk.write(reply, talk, "It is on its way.", by=house.ada)
    await desk.write(reply, talk, "We are closed.", by=None)
    await desk.write(resolve, talk, by=house.ada)
    desk.advance(60)
    await ask(desk, house)

    rows = [row for row in await Ear(desk).all("messages") if row.direction == "out"]
    assert [["boss@example.org"], [], []] == [row.copied for row in rows]


async def test_buttons_are_numbered_text_where_there_are_none(desk, house):
    await served(desk, house)
    await ask(desk, house)

    text, content = await last_words(desk)
    assert text.endswith("1. Very bad\n2. Bad\n3. Fair\n4. Good\n5. Very good")
    assert content is None


async def test_buttons_are_buttons_where_there_are_some(desk, house):
    await served(desk, house)
    await ask(desk, house, BUTTONS)

    text, content = await last_words(desk)
    assert rating.QUESTION == text
    assert ["rating-1", "rating-2", "rating-3", "rating-4", "rating-5"] == [
        one["id"] for one in content["buttons"]
    ]


async def test_nobody_is_asked_twice_for_the_same(desk, house):
    await served(desk, house)

    assert await ask(desk, house) is not None
    assert await ask(desk, house) is None


async def test_who_takes_the_resolving_back_takes_the_question_back(desk, house):
    talk = await served(desk, house)
    await desk.write(reopen, talk, by=house.ada)

    assert await ask(desk, house) is None


async def test_an_earlier_resolving_does_not_ask_for_a_later_one(desk, house):
    talk = await served(desk, house)
    (first,) = await found(desk, AskRating)
    await desk.write(reopen, talk, by=house.ada)
    desk.advance(1)
    await desk.write(resolve, talk, by=house.ada)

    assert await desk.write(rating.ask, first, {house.chat: PLAIN}) is None


async def test_without_a_queue_nobody_is_asked(desk, house):
    talk = await say(desk, house, "first")
    await desk.write(resolve, talk, by=house.ada)

    assert [] == await found(desk, AskRating)


async def test_a_queue_that_does_not_ask(desk, house):
    await desk.write(set_up, rating=False)
    await served(desk, house)

    assert await ask(desk, house) is None


async def test_who_does_not_want_to_be_written_to_is_not_asked(desk, house):
    talk = await served(desk, house)
    customer = (await desk.read(lambda unit: unit.conversations.get(talk))).customer_id
    word = Word(kind="webchat", value="visitor-1", granted=False, source="wrote STOP")
    await desk.write(note_consent, customer, word)

    assert await ask(desk, house) is None


async def test_spam_is_not_asked(desk, house):
    talk = await served(desk, house)
    await desk.write(mark_spam, talk, by=house.ada)

    assert await ask(desk, house) is None


async def test_machines_are_not_asked(desk, house):
    await served(desk, house, kind=Kind.AUTO_REPLY)

    assert await ask(desk, house) is None


async def test_callers_are_not_asked(desk, house):
    await served(desk, house, content=Call(state="ended"))

    assert await ask(desk, house) is None
    assert await ask(desk, house, Capabilities(calls=True)) is None


async def test_whom_nobody_answered_is_not_asked(desk, house):
    talk = await say(desk, house, "first")
    await desk.write(lambda unit: unit.conversations.change(talk, queue_id=1))
    await desk.write(resolve, talk, by=house.ada)

    assert await ask(desk, house) is None


async def test_nobody_is_asked_twice_on_one_day(desk, house):
    talk = await served(desk, house)
    await ask(desk, house)
    await desk.write(reopen, talk, by=house.ada)
    await desk.write(resolve, talk, by=house.ada)
    desk.advance(60)
    assert await ask(desk, house) is None

    await desk.write(reopen, talk, by=house.ada)
    desk.now += timedelta(days=1)
    await desk.write(resolve, talk, by=house.ada)
    assert await ask(desk, house) is not None


# --- answering ------------------------------------------------------------------------------
async def test_an_answer_is_written_down_and_opens_nothing(desk, house):
    await served(desk, house)
    await ask(desk, house)
    await say(desk, house, "second", "4 - friendly, but slow")

    assert [(4, "friendly, but slow", house.ada, 1)] == await ratings(desk)
    assert Status.RESOLVED == await status(desk)
    assert 1 == len(await found(desk, ThankForRating))


async def test_a_pressed_button_is_an_answer(desk, house):
    await served(desk, house)
    await ask(desk, house, BUTTONS)
    await say(desk, house, "second", "Very good", content=Pressed(id="rating-5", title="Very good"))
    await say(desk, house, "third", "Bad", content=Pressed(id="rating-2", title="Bad"))

    assert [(5, None, house.ada, 1)] == await ratings(desk)
    assert Status.RESOLVED == await status(desk)


async def test_an_answer_that_asks_something_is_answered(desk, house):
    await served(desk, house)
    await ask(desk, house)
    await say(desk, house, "second", "2. And where is my refund?")

    assert [2] == [score for score, *_ in await ratings(desk)]
    assert Status.OPEN == await status(desk)


async def test_what_is_no_answer_opens_the_conversation(desk, house):
    await served(desk, house)
    await ask(desk, house)
    await say(desk, house, "second", "2 of the cups were broken")

    assert [None] == [score for score, *_ in await ratings(desk)]
    assert Status.OPEN == await status(desk)


async def test_a_number_that_nobody_asked_for_opens_the_conversation(desk, house):
    await served(desk, house)
    await say(desk, house, "second", "5")

    assert Status.OPEN == await status(desk)


async def test_a_number_that_comes_too_late_means_something_else(desk, house):
    await served(desk, house)
    await ask(desk, house)
    desk.now += timedelta(days=8)
    await say(desk, house, "second", "5")

    assert Status.OPEN == await status(desk)


async def test_thanks_are_said_once(desk, house):
    await served(desk, house)
    await ask(desk, house)
    await say(desk, house, "second", "5")
    (job,) = await found(desk, ThankForRating)

    assert await desk.write(rating.thank, job, {house.chat: PLAIN}) is not None
    assert await desk.write(rating.thank, job, {house.chat: PLAIN}) is None
    assert (rating.THANKS, None) == await last_words(desk)
    assert Status.RESOLVED == await status(desk)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("5", (5, "")),
        (" 3 ", (3, "")),
        ("4/5", (4, "")),
        ("4 out of 5!", (4, "")),
        ("5 stars", (5, "")),
        ("5\ufe0f\u20e3", (5, "")),
        ("\u2b50\u2b50\u2b50", (3, "")),
        ("Very good!", (5, "")),
        ("four", (4, "")),
        ("1. It took weeks", (1, "It took weeks")),
        ("2, slow", (2, "slow")),
        ("5\nThank you", (5, "Thank you")),
        ("6", None),
        ("0", None),
        ("55", None),
        ("3 weeks", None),
        ("Thanks", None),
        ("", None),
    ],
)
def test_how_ratings_are_written(text, expected):
    assert expected == rating.understand(text, None)
