"""Texts come in and go out over Twilio: the whole desk against a stand-in that counts."""

import asyncio
from contextlib import asynccontextmanager
from datetime import timedelta
from itertools import permutations
from urllib.parse import urlencode

import pytest
from aiohttp import ClientTimeout

from inbox.actions.reply import reply
from inbox.channel import Raw
from tests.channels.open_desk import open_desk
from tests.servers.twilio import ACCOUNT, OURS, TOKEN, Outcome, running_twilio

CUSTOMER = "+48600100200"


class Street:
    """The desk, its Twilio, and what customers do."""

    def __init__(self, desk, twilio, name="texts"):
        self.desk = desk
        self.twilio = twilio
        self.url = f"{desk.url}/channels/{name}/messages"
        self.channel = desk.house.channel(name)

    async def text(self, words, **more):
        """A customer writes; returns the status that Twilio saw."""
        return await self.twilio.post(self.url, self.twilio.incoming(words, **more))

    async def greeted(self, **more):
        """A customer writes first; returns the conversation."""
        assert 200 == await self.text("Where is my order?", **more)
        [said] = await self.desk.heard()
        return said["conversation_id"]

    async def reply(self, talk, words, **more):
        return (await self.desk.reply(talk, words, **more))["id"]

    async def message(self, talk, number):
        [found] = [one for one in await self.desk.messages(talk) if one["id"] == number]
        return found

    async def ends(self, talk, number, *deliveries):
        """Wait until a message is in one of some states, and return it."""

        async def there():
            found = await self.message(talk, number)
            return found if found["delivery"] in deliveries else None

        return await self.desk.until(there)


def account(twilio, **more):
    return {
        "kind": "sms",
        "account_sid": ACCOUNT,
        "auth_token": TOKEN,
        "numbers": [OURS],
        "base_url": twilio.url,
        **more,
    }


@asynccontextmanager
async def opened(folder, **more):
    async with (
        running_twilio() as twilio,
        open_desk(folder, texts=account(twilio, **more)) as desk,
    ):
        yield Street(desk, twilio)


@pytest.fixture(autouse=True)
def impatient(monkeypatch):
    """Pauses between attempts are short here."""
    monkeypatch.setattr("inbox.worker.FIRST", 0.01)
    monkeypatch.setattr("inbox.actions.ascertain.WAITS", (0.1,) * 20)


@pytest.fixture
async def street(tmp_path):
    async with opened(tmp_path) as street:
        yield street


async def test_a_text_comes_in_and_its_answer_goes_out(street):
    talk = await street.greeted()
    answer = await street.reply(talk, "It leaves today.")

    sent = await street.ends(talk, answer, "sent")
    [message] = street.twilio.sent
    assert ("It leaves today.", CUSTOMER, OURS) == (message["body"], message["to"], message["from"])
    assert message["sid"] == (await stored(street, answer)).external_id
    assert sent["reason"] is None

    await street.twilio.report(message["sid"], "delivered")
    await street.ends(talk, answer, "delivered")


async def test_all_orders_of_what_twilio_tells_end_the_same(street):
    statuses = "queued", "sending", "sent", "delivered", "undelivered"
    talk = await street.greeted()
    orders = list(permutations(statuses))
    write = street.desk.house.desk.write
    answers = [await write(reply, talk, f"Answer {at}", by=None) for at in range(len(orders))]

    async def all_left():
        return len(street.twilio.sent) == len(orders)

    await street.desk.until(all_left)
    told = [
        street.twilio.news(message["sid"], status)
        for message, order in zip(street.twilio.sent, orders, strict=True)
        for status in order
    ]
    await street.channel.line.take(*(Raw(payload=urlencode(news).encode()) for news in told))
    await street.desk.until(lambda: understood(street))

    ended = [await stored(street, answer) for answer in answers]
    assert 120 == len(orders)
    assert {("delivered", None)} == {(one.delivery, one.reason) for one in ended}


async def test_news_may_come_before_the_answer(street):
    talk = await street.greeted()
    street.twilio.script.append(Outcome(early=["sent", "delivered"]))
    answer = await street.reply(talk, "It leaves today.")

    await street.ends(talk, answer, "delivered")


async def stored(street, number):
    return await street.desk.house.desk.read(lambda unit: unit.messages.get(number))


async def understood(street):
    """Tell whether everything that came in was understood."""
    return (await street.desk.ledger())["received"] == 0


async def test_a_picture_is_fetched_from_twilio_and_shown(street):
    await street.text("", files=["image/png"])

    async def fetched():
        for said in await street.desk.heard():
            for file in said["attachments"]:
                if not file.get("pending"):
                    return file
        return None

    file = await street.desk.until(fetched)
    assert len(b"a file of type image/png") == file["size"]


async def test_the_same_webhook_many_times_is_one_message(street):
    form = street.twilio.incoming("Hello?")
    both = await asyncio.gather(
        street.twilio.post(street.url, form), street.twilio.post(street.url, form)
    )
    again = await street.twilio.post(street.url, form)

    assert [200, 200, 200] == [*both, again]
    await street.desk.heard()
    assert 1 == (await street.desk.ledger())["message"]
    [talk] = await street.desk.conversations()
    assert 1 == len(await street.desk.messages(talk["id"]))


async def test_what_twilio_did_not_sign_is_refused(street):
    form = street.twilio.incoming("Give me everything.")

    assert 403 == await street.twilio.post(street.url, form, token="a guess")
    assert [] == await street.desk.conversations()


# --- when Twilio is in trouble ----------------------------------------------------------------
async def test_a_busy_twilio_is_asked_again_when_it_says(street):
    talk = await street.greeted()
    street.twilio.script += [Outcome(status=429, code=20429, after=1)] * 2
    answer = await street.reply(talk, "It leaves today.")

    await street.ends(talk, answer, "sent")
    first, second, third = [one.at for one in street.twilio.asked]
    assert 1 == len(street.twilio.sent)
    assert second - first >= 0.99
    assert third - second >= 0.99


async def test_a_broken_twilio_is_asked_again(street):
    talk = await street.greeted()
    street.twilio.script += [Outcome(status=503)] * 5
    answer = await street.reply(talk, "It leaves today.")

    await street.ends(talk, answer, "sent")
    assert 6 == len(street.twilio.asked)
    assert 1 == len(street.twilio.sent)


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (21610, "opted out"),
        (21211, "no valid phone number"),
        (21614, "no mobile number"),
        (21408, "not permitted to write to this country"),
    ],
)
async def test_what_was_refused_says_why_and_is_not_tried_again(street, code, words):
    talk = await street.greeted()
    street.twilio.script.append(Outcome(status=400, code=code))
    answer = await street.reply(talk, "It leaves today.")

    refused = await street.ends(talk, answer, "failed")
    assert words in refused["reason"]
    assert 1 == len(street.twilio.asked)


async def test_wrong_credentials_wait_for_repair(street):
    talk = await street.greeted()
    street.twilio.script.append(Outcome(status=401, code=20003))
    answer = await street.reply(talk, "It leaves today.")

    async def complained():
        return (await street.message(talk, answer))["reason"]

    assert "does not accept the account SID" in await street.desk.until(complained)
    assert "queued" == (await street.message(talk, answer))["delivery"]


@pytest.mark.parametrize("trouble", [{"cut": True}, {"hang": True}])
async def test_what_broke_off_is_looked_up_and_never_repeated(street, trouble):
    talk = await street.greeted()
    street.channel.twilio.wire.timeout = ClientTimeout(total=3)
    street.twilio.script.append(Outcome(**trouble))
    answer = await street.reply(talk, "It leaves today.")

    await street.ends(talk, answer, "sent")
    assert 1 == len(street.twilio.asked)
    [message] = street.twilio.sent
    assert message["sid"] == (await stored(street, answer)).external_id


async def test_what_broke_off_and_is_not_there_stays_unknown(street):
    talk = await street.greeted()
    street.twilio.script.append(Outcome(cut=True, taken=False))
    answer = await street.reply(talk, "It leaves today.")

    await street.ends(talk, answer, "unknown")
    assert [] == street.twilio.sent
    assert 1 == len(street.twilio.asked)


# --- who may be written to --------------------------------------------------------------------
async def test_who_opted_out_is_left_in_peace_until_they_opt_in(street):
    talk = await street.greeted()
    await street.text("STOP")

    async def consent():
        found = await street.desk.ask("GET", f"/api/conversations/{talk}")
        return found["envelope"]["consent"]

    async def withdrawn():
        return not await consent()

    await street.desk.until(withdrawn)
    await street.text("start")
    await street.desk.until(consent)


async def test_who_asks_for_help_is_helped_once(tmp_path):
    async with opened(tmp_path, help_text="We answer until 6 pm.") as street:
        form = street.twilio.incoming("HELP")
        assert 200 == await street.twilio.post(street.url, form)
        assert "<Message>We answer until 6 pm.</Message>" in street.twilio.said
        [asked] = await street.desk.heard()
        assert 200 == await street.twilio.post(street.url, form)
        assert "<Message>" not in street.twilio.said

        street.twilio.answered("We answer until 6 pm.")  # as Twilio sends what we told it
        await street.channel.look()
        said = await street.desk.heard(2)

    assert [("in", "HELP"), ("out", "We answer until 6 pm.")] == [
        (one["direction"], one["text"]) for one in said
    ]
    assert asked["conversation_id"] == said[1]["conversation_id"]


async def test_each_of_our_numbers_answers_whoever_wrote_to_it(tmp_path):
    ours = ["+48221234567", "+48500100200"]
    async with opened(tmp_path, numbers=ours) as street:
        for number in reversed(ours):
            await street.text("Hello", to=number)
        await street.desk.until(lambda: two(street))
        for talk in await street.desk.conversations():
            answer = await street.reply(talk["id"], "Good morning.")
            await street.ends(talk["id"], answer, "sent")

    assert set(ours) == {message["from"] for message in street.twilio.sent}


async def two(street):
    return len(await street.desk.conversations()) == 2


async def test_a_lost_webhook_is_made_up_for_by_asking(street):
    earlier = timedelta(minutes=5)
    street.twilio.incoming("Did you get this?", files=["image/png"], ago=earlier)
    await street.text("Hello?", ago=earlier)
    await street.desk.heard()

    assert 2 == await street.channel.look()
    said = await street.desk.heard(2)
    assert {"Hello?", "Did you get this?"} == {one["text"] for one in said}
    await street.channel.look()
    assert 2 == (await street.desk.ledger())["message"]
