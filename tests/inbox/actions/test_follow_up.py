"""A visitor who closed the tab gets by email what they did not see, once."""

import pytest

from inbox.actions.deliver import deliver
from inbox.actions.follow_up import follow_up
from inbox.actions.reply import reply
from inbox.channel import Receipt
from inbox.errors import TryLater
from inbox.jobs import Deliver, FollowUp, Route
from inbox.model import Address, ConversationId, Delivery
from inbox.testing import Flaky
from inbox.worker import Worker
from routing.router import route
from tests.inbox.actions.letters import chat, mail

EVE = Address(kind="email", value="eve@example.org")


class Desks:
    """A worker with a chat and a mailbox."""

    def __init__(self, desk, house):
        self.desk, self.house = desk, house
        self.chat = Flaky(kind="webchat", fleeting=True, idempotent=True, chooses_ids=True)
        self.post = Flaky(kind="email")
        channels = {house.chat: self.chat, house.email: self.post}

        async def hand_over(desk, job):
            await deliver(desk, job, channels=channels)

        async def look(desk, job):
            await follow_up(desk, job, channels=channels)

        handlers = {Deliver: hand_over, Route: route, FollowUp: look}
        self.worker = Worker(desk, handlers, jitter=lambda: 0.0)

    async def say(self, text, **how):
        answer = await self.desk.write(reply, ConversationId(1), text, by=self.house.ada, **how)
        await self.worker.run_due()
        return answer

    async def later(self, seconds=150):
        self.desk.advance(seconds)
        await self.worker.run_due()
        await self.worker.run_due()


@pytest.fixture
async def open_desk(ear, house, desk):
    """Return a desk where a visitor asked something and left an address."""
    await ear(house.chat, chat("1", "Do you have boots?", also=(EVE,)))
    return Desks(desk, house)


async def test_what_was_not_seen_follows_by_email_once(open_desk):
    await open_desk.say("Yes.")
    await open_desk.say("In red, too.")
    await open_desk.later()
    await open_desk.later()
    [letter] = open_desk.post.sent

    assert ["Yes.", "In red, too."] == open_desk.chat.texts
    assert "Yes.\n\nIn red, too." == letter.text
    assert [EVE.value] == [address.value for address in letter.to]
    assert "Do you have boots?" == letter.answers.text
    assert ("Ada", False) == (letter.author, letter.automatic)


async def test_what_was_read_in_the_chat_does_not_follow(open_desk, ear, house):
    answer = await open_desk.say("Yes.")
    read = Receipt(external_id=f"ours-{answer}", delivery=Delivery.READ, through=True)
    await ear(house.chat, read)
    await open_desk.later()

    assert [] == open_desk.post.sent


async def test_whoever_went_on_writing_has_seen_it(open_desk, ear, house):
    await open_desk.say("Yes.")
    await ear(house.chat, chat("2", "Which size?"))
    await open_desk.later()

    assert [] == open_desk.post.sent


async def test_only_what_is_new_follows_again(open_desk):
    await open_desk.say("Yes.")
    await open_desk.later()
    await open_desk.say("In red.", account=open_desk.house.chat)
    await open_desk.later()

    assert ["Yes.", "In red."] == open_desk.post.texts


async def test_nobody_without_an_address_is_followed(ear, house, desk):
    await ear(house.chat, chat("1"))
    desks = Desks(desk, house)
    await desks.say("Yes.")
    await desks.later()

    assert [] == desks.post.sent


async def test_an_answer_to_the_email_comes_back_to_the_conversation(open_desk, ear, house):
    await open_desk.say("Yes.")
    await open_desk.later()
    token = open_desk.post.sent[0].reply_token
    await ear(house.email, mail("m", "theirs-3", text="Great.", token=token))
    await open_desk.say("See you.")
    await ear(house.chat, chat("2", "Here again."))
    await open_desk.say("Hello again.")

    assert 1 == len(await ear.all("conversations"))
    assert 1 == len(await ear.all("customers"))
    assert "See you." == open_desk.post.texts[-1]
    assert ["Yes.", "Hello again."] == open_desk.chat.texts


async def test_a_mail_that_could_not_leave_is_tried_again(open_desk):
    open_desk.post.outcomes.append(TryLater("421 busy"))
    await open_desk.say("Yes.")
    await open_desk.later()
    await open_desk.later()

    assert ["Yes."] == open_desk.post.texts
