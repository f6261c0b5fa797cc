"""What may be said: as much as the channel carries, while its window is open, to who wants it."""

import pytest
from msgspec.structs import replace

from inbox.actions.consents import Word, record
from inbox.actions.deliver import deliver
from inbox.actions.envelope import address, choices
from inbox.actions.reply import reply
from inbox.actions.window import look
from inbox.channel import Capabilities, Inbound
from inbox.errors import Invalid, TryLater
from inbox.jobs import Deliver
from inbox.model import (
    Address,
    Button,
    Choices,
    ConversationId,
    CustomerId,
    Delivery,
    MessageId,
    Templated,
)
from inbox.store.accounts import Configured
from inbox.store.attachments import Given
from inbox.testing import Flaky
from tests.inbox.actions.letters import chat, mail
from tests.inbox.house import ACCOUNTS

HOUR = 3600
WINDOW = Capabilities(window=24 * HOUR, templates=True)
TEMPLATE = Templated(name="order_ready", variables={"1": "today"})


async def say(desk, house, text="Yes.", **fields):
    return await desk.write(reply, ConversationId(1), text, by=house.ada, **fields)


async def hand_over(desk, channel, account, which):
    message = await desk.read(lambda unit: unit.messages.get(which))
    job = Deliver(message_id=which, conversation_id=message.conversation_id, account_id=account)
    await deliver(desk, job, channels={account: channel})
    message = await desk.read(lambda unit: unit.messages.get(which))
    return message.delivery, message.reason


# --- as much as the channel carries -------------------------------------------------------
async def test_a_text_that_is_too_long_leaves_as_several_in_order(ear, house, desk):
    await ear(house.chat, chat("1"))
    first = await say(
        desk,
        house,
        "One is here. Two is there. Three is nowhere.",
        client_id="c",
        capabilities=Capabilities(max_text=20),
    )
    again = await say(desk, house, "Anything", client_id="c")
    _, *answers = await ear.all("messages")
    jobs = [job for job in await ear.all("jobs") if '"deliver"' in job.payload]

    assert ["One is here.", "Two is there.", "Three is nowhere."] == [one.text for one in answers]
    assert first == again == answers[0].id
    assert (3, 1) == (len(jobs), len({job.lane for job in jobs}))


async def test_buttons_are_kept_with_the_message_where_the_channel_has_them(ear, house, desk):
    await ear(house.chat, chat("1"))
    asked = Choices(buttons=(Button(title="Yes"), Button(title="No")))
    await say(desk, house, "Sure?", content=asked, capabilities=Capabilities(buttons=3))
    await say(desk, house, "Sure?", content=asked, capabilities=Capabilities())
    pressed, numbered = (await ear.all("messages"))[1:]
    channel = Flaky(kind="webchat", buttons=3)
    await hand_over(desk, channel, house.chat, MessageId(pressed.id))

    assert asked == channel.sent[0].content
    assert ("Sure?\n\n1. Yes\n2. No", None) == (numbered.text, numbered.content)


async def test_a_file_that_the_channel_does_not_carry_leaves_as_a_link(ear, house, desk):
    desk.public_url = "https://desk.example"
    await ear(house.chat, chat("1"))
    blob = await desk.blobs.put(b"%PDF")
    file = Given(blob=blob, name="label.pdf", media_type="application/pdf", size=4)
    answer = await say(desk, house, "Here.", attachments=[file], capabilities=Capabilities())
    channel = Flaky(kind="webchat")
    await hand_over(desk, channel, house.chat, answer)
    [sent] = channel.sent

    assert ("Here.", ()) == (sent.text.split("\n\n")[0], sent.files)
    assert "label.pdf: https://desk.example/files/" in sent.text


async def test_what_is_quoted_is_told_to_the_channel_by_its_name_there(ear, house, desk):
    await ear(house.chat, chat("1"), chat("2"))
    quotes = Capabilities(quotes=True)
    answer = await say(desk, house, answers=MessageId(1), capabilities=quotes)
    plain = await say(desk, house, answers=MessageId(1), capabilities=Capabilities())
    channel = Flaky(kind="webchat")
    for one in answer, plain:
        await hand_over(desk, channel, house.chat, one)

    assert ["1", None] == [outgoing.quotes for outgoing in channel.sent]
    with pytest.raises(Invalid):
        await say(desk, house, answers=MessageId(99), capabilities=quotes)


# --- while the window is open -------------------------------------------------------------
async def test_the_window_begins_with_the_customers_last_message(ear, house, desk):
    async def there(account):
        return await desk.read(look, CustomerId(1), account, WINDOW)

    await ear(house.chat, chat("1"))
    opened = desk.now
    desk.advance(23 * HOUR)
    assert (True, 24 * HOUR) == (
        (await there(house.chat)).open,
        ((await there(house.chat)).closes_at - opened).total_seconds(),
    )
    assert not (await there(house.email)).open  # nobody wrote there
    desk.advance(HOUR)
    assert not (await there(house.chat)).open
    late = desk.now
    await ear(house.chat, chat("2", sent_at=opened))  # fetched late

    assert (opened, False) == (opened, (await there(house.chat)).open)
    assert desk.now == late
    await ear(house.chat, chat("3"))
    assert (await there(house.chat)).open


async def test_outside_the_window_only_a_template_is_taken(ear, house, desk):
    await ear(house.chat, chat("1"))
    desk.advance(24 * HOUR)
    with pytest.raises(Invalid, match="An approved template"):
        await say(desk, house, capabilities=WINDOW)
    with pytest.raises(Invalid, match="no templates"):
        await say(desk, house, content=TEMPLATE, capabilities=Capabilities(window=1.0))
    answer = await say(desk, house, "", content=TEMPLATE, capabilities=WINDOW)
    channel = Flaky(kind="webchat", window=24 * HOUR, templates=True)

    assert (Delivery.SENT, None) == await hand_over(desk, channel, house.chat, answer)
    assert TEMPLATE == channel.sent[0].content


async def test_a_window_that_closes_before_a_message_leaves_keeps_it_here(ear, house, desk):
    await ear(house.chat, chat("1"))
    answer = await say(desk, house, capabilities=WINDOW)
    desk.advance(24 * HOUR)
    channel = Flaky(kind="webchat", window=24 * HOUR)
    state, reason = await hand_over(desk, channel, house.chat, answer)

    assert (Delivery.FAILED, "The reply window has closed.") == (state, reason)
    assert [] == channel.attempts


# --- to who wants it ----------------------------------------------------------------------
async def envelope(desk):
    return await desk.read(lambda unit: address(unit, unit.conversations.get(ConversationId(1))))


async def test_whoever_opts_out_is_not_written_to_until_they_opt_in(ear, house, desk):
    await ear(house.chat, chat("1"), chat("2", "STOP", consent=False))
    stopped = await envelope(desk)
    assert (False, False, ("v1",)) == (stopped.possible, stopped.consent, stopped.to)
    assert "wrote STOP" in stopped.reason
    with pytest.raises(Invalid, match="does not want"):
        await say(desk, house)
    await ear(house.chat, chat("3", "stop", consent=False), chat("4", "START", consent=True))

    assert (await envelope(desk)).possible
    assert await say(desk, house)
    changes = [one.change for one in await ear.all("events") if one.verb == "consent.changed"]
    assert [[None, False], [False, True]] == [change["granted"] for change in changes]


async def test_a_wish_that_overtakes_a_message_keeps_it_here(ear, house, desk):
    await ear(house.chat, chat("1"))
    answer = await say(desk, house)
    await ear(house.chat, chat("2", "STOP", consent=False))
    channel = Flaky(kind="webchat")
    state, reason = await hand_over(desk, channel, house.chat, answer)

    assert (Delivery.FAILED, []) == (state, channel.attempts)
    assert "does not want to be written to" in reason


async def test_an_agent_writes_down_what_they_were_told(ear, house, desk):
    await ear(house.email, mail("1", sender="eve@example.org"))
    word = Word(kind="email", value="eve@example.org", granted=False, source="said so by phone")
    await desk.write(record, CustomerId(1), word, by=house.ada)
    [known] = await desk.read(lambda unit: unit.consents.of(CustomerId(1)))

    assert (False, house.ada, "said so by phone") == (known.granted, known.agent_id, known.source)
    assert "said so by phone" in (await envelope(desk)).reason
    for wrong in ({"value": "bob@example.org"}, {"source": " "}):
        with pytest.raises(Invalid):
            await desk.write(record, CustomerId(1), replace(word, **wrong), by=house.ada)


# --- over which account -------------------------------------------------------------------
PHONES = (
    *ACCOUNTS,
    Configured(kind="sms", name="texts", address="+15550001", address_kind="phone"),
    Configured(kind="sms", name="more", address="+15550002", address_kind="phone"),
    Configured(kind="whatsapp", name="wa", address="+15550003", address_kind="phone"),
)


def text(name, number="+48600100200", **fields):
    sender = Address(kind="phone", value=number)
    return Inbound(external_id=name, sender=sender, text="Hi", thread=number, **fields)


async def test_accounts_that_reach_the_same_kind_of_address_can_take_over(ear, house, desk):
    accounts = await desk.write(lambda unit: unit.accounts.sync(PHONES, at=unit.now))
    await ear(accounts["texts"], text("1"))

    offers = await desk.read(lambda unit: choices(unit, unit.conversations.get(ConversationId(1))))
    assert ["more", "wa"] == [one.account.name for one in offers]
    answer = await say(desk, house, account=accounts["wa"])
    channel = Flaky(kind="whatsapp")
    await hand_over(desk, channel, accounts["wa"], answer)
    [sent] = channel.sent

    assert (Address(kind="phone", value="+48600100200"),) == sent.to
    assert sent.thread is None


async def test_a_paused_account_keeps_what_waits(ear, house, desk):
    await ear(house.chat, chat("1"))
    answer = await say(desk, house)
    await desk.write(lambda unit: unit.accounts.change(house.chat, paused_at=unit.now))
    channel = Flaky(kind="webchat")
    with pytest.raises(TryLater, match="paused"):
        await hand_over(desk, channel, house.chat, answer)
    await desk.write(lambda unit: unit.accounts.change(house.chat, paused_at=None))

    assert (Delivery.SENT, None) == await hand_over(desk, channel, house.chat, answer)
