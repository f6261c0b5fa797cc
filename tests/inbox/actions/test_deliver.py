"""An answer leaves once, in its turn, and says how far it got and why it did not."""

import pytest

from inbox.actions.deliver import deliver, given_up
from inbox.actions.reply import cancel, reply, retry
from inbox.channel import Receipt, Sent
from inbox.errors import Ambiguous, Conflict, Misconfigured, Rejected, TryLater, Unavailable
from inbox.jobs import Deliver, FollowUp, Route
from inbox.model import ConversationId, Delivery, MessageId
from inbox.testing import Flaky
from inbox.worker import Worker
from routing.router import route
from tests.inbox.actions.letters import chat, mail


async def nothing(desk, job):
    pass


class Post:
    """A worker with one email channel that answers as told."""

    def __init__(self, desk, house, *outcomes, **how):
        self.desk, self.house = desk, house
        self.channel = Flaky(*outcomes, kind="email", **how)

        async def hand_over(desk, job):
            await deliver(desk, job, channels={house.email: self.channel})

        handlers = {Deliver: hand_over, Route: route, FollowUp: nothing}
        self.worker = Worker(desk, handlers, given_up={Deliver: given_up}, jitter=lambda: 0.0)

    async def run(self):
        return await self.worker.run_due()

    async def say(self, text="Yes.", **fields):
        return await self.desk.write(reply, ConversationId(1), text, by=self.house.ada, **fields)

    async def state(self, which):
        message = await self.desk.read(lambda unit: unit.messages.get(which))
        return message.delivery, message.reason


@pytest.fixture
async def post(ear, house, desk):
    """Return how to make a post after a first mail came in."""
    await ear(house.email, mail("1", subject="Boots", named="Eve"))

    def make(*outcomes, **how):
        return Post(desk, house, *outcomes, **how)

    return make


async def test_an_answer_carries_what_the_channel_needs(post, desk):
    post = post()
    answer = await post.say()
    await post.run()
    [outgoing] = post.channel.sent

    assert (Delivery.SENT, None) == await post.state(answer)
    assert ["eve@example.org"] == [address.value for address in outgoing.to]
    assert ("Yes.", "Boots", "Ada", ("<1>",)) == (
        outgoing.text,
        outgoing.subject,
        outgoing.author,
        outgoing.references,
    )
    assert "Hello" == outgoing.answers.text
    assert "1" == desk.signer.open_short("reply", outgoing.reply_token)


async def test_a_sent_message_is_known_by_the_providers_name(post):
    post = post(Sent(external_id="<theirs>"))
    answer = await post.say()
    await post.run()
    message = await post.desk.read(
        lambda unit: unit.messages.by_external_id(post.house.email, "<theirs>")
    )

    assert answer == message.id


async def test_a_busy_provider_is_asked_again_and_the_order_is_kept(post, desk):
    post = post(TryLater("450 busy", after=60))
    first, second = await post.say("one"), await post.say("two")
    await post.run()

    assert (Delivery.QUEUED, "450 busy") == await post.state(first)
    assert (Delivery.QUEUED, None) == await post.state(second)
    desk.advance(61)
    await post.run()
    assert ["one", "two"] == post.channel.texts
    assert (Delivery.SENT, None) == await post.state(first)


async def test_a_refused_message_says_why_and_is_not_tried_again(post, desk):
    post = post(Rejected("550 no such user"))
    answer = await post.say()
    await post.run()
    desk.advance(10**6)
    await post.run()

    assert (Delivery.FAILED, "550 no such user") == await post.state(answer)
    assert 1 == len(post.channel.attempts)


@pytest.mark.parametrize("error", [Ambiguous("reset"), TimeoutError(), KeyError("id")])
async def test_what_may_have_left_is_shown_as_unknown_and_never_repeated(post, desk, error):
    post = post(error)
    answer = await post.say()
    await post.run()
    desk.advance(10**6)
    await post.run()

    assert Delivery.UNKNOWN == (await post.state(answer))[0]
    assert 1 == len(post.channel.attempts)


async def test_a_person_may_send_again_what_may_have_left(post, desk):
    post = post(Ambiguous("reset"), chooses_ids=True)
    answer = await post.say()
    await post.run()
    await desk.write(retry, answer, by=post.house.ada)
    await post.run()

    assert Delivery.SENT == (await post.state(answer))[0]
    assert [f"ours-{answer}"] * 2 == [one.external_id for one in post.channel.attempts]


async def test_a_channel_that_knows_a_repeat_is_asked_again(post, desk):
    post = post(Ambiguous("reset"), idempotent=True, chooses_ids=True)
    answer = await post.say()
    await post.run()
    desk.advance(60)
    await post.run()

    assert Delivery.SENT == (await post.state(answer))[0]
    assert [f"ours-{answer}"] * 2 == [one.external_id for one in post.channel.attempts]


@pytest.mark.parametrize(
    ("idempotent", "state", "attempts"),
    [(False, Delivery.UNKNOWN, 0), (True, Delivery.SENT, 1)],
)
async def test_what_a_dead_process_was_sending(post, desk, idempotent, state, attempts):
    post = post(idempotent=idempotent)
    answer = await post.say()
    await desk.write(lambda unit: unit.messages.change(answer, delivery=Delivery.SENDING))
    await post.run()

    assert (state, attempts) == ((await post.state(answer))[0], len(post.channel.attempts))


async def test_wrong_settings_leave_it_waiting_and_tell_everybody(post, desk, ear):
    post = post(Misconfigured("535 wrong password"))
    answer = await post.say()
    await post.run()

    assert (Delivery.QUEUED, "535 wrong password") == await post.state(answer)
    assert "account.trouble" in await ear.verbs()
    desk.advance(1000)
    await post.run()
    assert Delivery.SENT == (await post.state(answer))[0]


async def test_a_message_of_an_account_that_is_gone_waits(post, desk):
    post = post()
    answer = await post.say()
    post.house.email, gone = 99, post.house.email
    await post.run()
    assert Delivery.QUEUED == (await post.state(answer))[0]

    post.house.email = gone
    desk.advance(1000)
    await post.run()
    assert Delivery.SENT == (await post.state(answer))[0]


async def test_a_message_tried_too_often_is_dead_until_a_person_says_so(post, desk):
    post = post(*[TryLater("451 later")] * 12)
    answer = await post.say()
    for _ in range(12):
        await post.run()
        desk.advance(10**6)

    assert (Delivery.DEAD, "451 later") == await post.state(answer)
    await desk.write(retry, answer, by=post.house.ada)
    await post.run()
    assert Delivery.SENT == (await post.state(answer))[0]
    assert [] == await desk.read(lambda unit: unit.jobs.dead())


async def test_a_message_can_be_taken_back_until_it_leaves(post, desk):
    post = post()
    answer = await post.say()
    await desk.write(cancel, answer, by=post.house.ada)
    await post.run()

    assert Delivery.CANCELED == (await post.state(answer))[0]
    assert [] == post.channel.attempts


@pytest.mark.parametrize(
    ("outcome", "state"),
    [(Sent(external_id="<theirs>"), Delivery.SENT), (Rejected("550 no"), Delivery.FAILED)],
)
async def test_what_the_provider_said_is_kept_while_the_store_is_away(
    post, desk, monkeypatch, outcome, state
):
    monkeypatch.setattr("inbox.actions.deliver.PAUSE", 0.01)
    post = post(outcome)
    answer = await post.say()
    send, refusals = post.channel.send, iter([Unavailable()] * 3)
    write = desk.write

    async def stumble(action, *args, **named):
        ours = action == post.worker.settle_and_claim  # its rounds come when they like
        if not ours and (error := next(refusals, None)):
            raise error
        return await write(action, *args, **named)

    async def send_and_lose_the_store(outgoing):
        monkeypatch.setattr(desk, "write", stumble)
        return await send(outgoing)

    post.channel.send = send_and_lose_the_store
    await post.run()

    assert state == (await post.state(answer))[0]
    assert 1 == len(post.channel.attempts)


async def test_what_is_taken_back_holds_up_nobody_until_its_next_attempt(post, desk):
    post = post(TryLater("They are away.", after=6 * 3600.0))
    stuck = await post.say("one")
    await post.run()
    later = await post.say("two")
    await post.run()

    assert Delivery.QUEUED == (await post.state(later))[0]
    await desk.write(cancel, stuck, by=post.house.ada)
    await post.run()
    assert Delivery.SENT == (await post.state(later))[0]
    assert ["two"] == [outgoing.text for outgoing in post.channel.sent]


async def test_an_account_that_does_not_work_holds_up_no_other(ear, house, desk):
    await ear(house.chat, chat("1", also=(mail("x").sender,)))
    post = Post(desk, house)
    stuck = await post.say("By chat.")  # of which this worker knows no channel
    by_mail = await post.say("By mail.", account=house.email)
    await post.run()

    assert Delivery.QUEUED == (await post.state(stuck))[0]
    assert Delivery.SENT == (await post.state(by_mail))[0]


async def test_what_has_left_cannot_be_taken_back(post, desk):
    post = post()
    answer = await post.say()
    await post.run()
    for verb in cancel, retry:
        with pytest.raises(Conflict):
            await desk.write(verb, answer, by=post.house.ada)


async def test_news_that_overtakes_the_providers_answer_is_kept_for_it(post, ear):
    post = post(Sent(external_id="<theirs>"))
    news = (Delivery.DELIVERED, Delivery.SENT)
    await ear(post.house.email, *(Receipt(external_id="<theirs>", delivery=one) for one in news))
    answer = await post.say()
    await post.run()

    assert (Delivery.DELIVERED, None) == await post.state(answer)
    assert {"message": 1, "update": 2} == await ear.ledger()


async def test_a_failure_that_overtakes_the_providers_answer_counts(post, ear):
    post = post(Sent(external_id="<theirs>"))
    failed = Receipt(external_id="<theirs>", delivery=Delivery.FAILED, reason="550 no")
    await ear(post.house.email, failed)
    answer = await post.say()
    await post.run()

    assert (Delivery.FAILED, "550 no") == await post.state(answer)


async def test_a_receipt_during_the_attempt_is_not_undone_by_its_answer(post, ear, desk):
    post = post(chooses_ids=True)
    answer = await post.say()
    send = post.channel.send

    async def send_and_hear(outgoing):
        sent = await send(outgoing)
        await ear(post.house.email, Receipt(external_id=sent.external_id, delivery=Delivery.READ))
        return sent

    post.channel.send = send_and_hear
    await post.run()

    assert Delivery.READ == (await post.state(answer))[0]


async def test_a_copy_of_our_own_mail_in_the_mailbox_is_no_message(post, ear):
    post = post(Sent(external_id="<ours>"))
    await post.say()
    await post.run()
    await ear(post.house.email, mail("ours", sender="support@desk.example"))

    assert 2 == len(await ear.all("messages"))


async def test_an_answer_by_another_account_does_not_name_what_means_nothing_there(
    ear, house, desk
):
    await ear(house.chat, chat("1", also=(mail("x").sender,)))
    post = Post(desk, house)
    await post.say(account=house.email)
    await post.run()
    [outgoing] = post.channel.sent

    assert (None, None, ()) == (
        outgoing.thread,
        outgoing.answers.external_id,
        outgoing.references,
    )
    assert ["eve@example.org"] == [address.value for address in outgoing.to]


async def test_a_message_that_is_gone_holds_up_nobody(post, desk):
    post = post()
    job = Deliver(message_id=MessageId(99), conversation_id=ConversationId(1))
    await desk.write(lambda unit: unit.enqueue(job))
    answer = await post.say()
    await post.run()

    assert Delivery.SENT == (await post.state(answer))[0]
