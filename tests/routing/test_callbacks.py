"""Who nobody came for is asked where and when to be called back, and then they are."""

from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

import pytest

from inbox.actions import placing
from inbox.actions.calling import PROMISED
from inbox.actions.reply import reply
from inbox.errors import Invalid
from inbox.jobs import AskRating, CallBack, Deliver, Route
from inbox.model import AccountId, Address, Stage, Status
from inbox.store.accounts import Configured
from inbox.store.calls import Calls
from inbox.telephone import Telephone
from inbox.worker import Worker
from routing import callbacks
from routing.callbacks import Wish, understand
from routing.hours import Calendar
from routing.queues import Fallback, Overflow, Queue
from routing.router import route
from routing.setup import Setup
from tests.inbox.actions.letters import chat
from tests.routing.floor import open_shop

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
CALLED = Queue(overflow=(Overflow(after=60, fallback=Fallback.CALLBACK),))
BACK = ["held", "queued"]
NUMBER = "+385 91 234 5678"


@pytest.mark.parametrize(
    ("text", "number", "at"),
    [
        ("+385 91 234 5678", "+385912345678", None),
        ("091/234-5678, thanks", "0912345678", None),
        ("Please call (415) 555-2671", "4155552671", None),
        ("415 555 2671 15:30", "4155552671", NOON.replace(hour=15, minute=30)),
        ("at 15:30", None, NOON.replace(hour=15, minute=30)),
        ("3 pm please", None, NOON.replace(hour=15)),
        ("11:30 am", None, NOON.replace(day=3, hour=11, minute=30)),
        ("tomorrow at 9:00", None, NOON.replace(day=3, hour=9)),
        ("in 2 hours", None, NOON.replace(hour=14)),
        ("in 45 min on 00385912345678", "00385912345678", NOON + timedelta(minutes=45)),
        ("2026-03-05 10:00", None, NOON.replace(day=5, hour=10)),
        ("2027-03-05 10:00", None, None),
        ("2026-02-31 13:00", None, NOON.replace(hour=13)),
        ("No, thank you. My order is A-77812.", None, None),
        ("I ordered 12 cups in 2026", None, None),
    ],
)
def test_numbers_and_times_are_understood(text, number, at):
    assert Wish(number=number, at=at) == understand(text, NOON)


def test_times_are_those_of_where_the_queue_is():
    assert NOON.replace(hour=14, minute=30) == understand("15:30", NOON, ZoneInfo("CET")).at


class Exchange(Telephone):
    """A telephone that may call numbers of Croatia."""

    def allow(self, number):
        if not number.startswith("+385"):
            raise Invalid("Not there.")
        return number

    def running(self): ...
    def softphone(self, agent): ...
    async def dial(self, call, to, by, how): ...
    async def answer(self, call, by, how): ...
    async def hang_up(self, call, by): ...
    async def hold(self, call, *, on): ...
    async def transfer(self, call, by, to, *, warm): ...
    async def watch(self, call, by, mode, how): ...
    async def discard(self, recording): ...


class Day:
    """One customer, who waits in vain."""

    def __init__(self, shop):
        self.shop, self.desk = shop, shop.desk
        self.which = None
        self.said = 0

    async def wait_in_vain(self, **fields):
        self.which = await self.shop.hear(visitor="vera", **fields)
        await self.shop.run()
        await self.shop.after(61)

    async def say(self, text):
        self.said += 1
        heard = chat(f"again{self.said}", visitor="vera", text=text)
        await self.shop.ear(self.shop.house.chat, heard)
        await self.shop.run()

    async def answers(self):
        return [one.text for one in await self.shop.ear.all("messages") if one.direction == "out"]

    async def there(self):
        return await self.shop.placement(self.which)

    async def talk(self):
        return await self.desk.read(lambda unit: unit.conversations.get(self.which))

    async def work(self, channels=()):
        """Do what was promised for now."""
        call_back = partial(callbacks.call_back, channels=dict(channels))
        await Worker(self.desk, {**OTHERS, CallBack: call_back}).run_due()
        await self.shop.run()


async def nothing(desk, job): ...


OTHERS = {**dict.fromkeys((Deliver, AskRating), nothing), Route: route}


@asynccontextmanager
async def open_day(desk, **more):
    async with open_shop(desk, **({"sales": CALLED} | more)) as shop:
        yield Day(shop)


async def test_who_has_no_number_is_asked_for_it_and_put_aside_until_then(desk):
    async with open_day(desk) as day:
        await day.wait_in_vain()
        assert [f"{callbacks.BUSY} {callbacks.ASK}"] == await day.answers()
        assert Stage.QUEUED is (await day.there()).stage

        await day.say(f"{NUMBER}, at 15:30")
        there = await day.there()
        at = desk.now.replace(hour=15, minute=30, second=0)
        assert (Stage.HELD, "+385912345678", at) == (
            there.stage,
            there.callback_to,
            there.callback_at,
        )
        assert (
            "We will call you back at +385912345678 on 02 March at 15:30."
            == (await day.answers())[-1]
        )
        assert (await day.talk()).waiting_since


async def test_without_a_telephone_it_comes_back_before_all_who_wait(desk):
    async with open_day(desk) as day:
        await day.wait_in_vain()
        await day.say(f"{NUMBER} in 2 hours")
        desk.advance(60)
        earlier = await day.shop.hear()
        await day.shop.after(7200)
        await day.work()
        ann = await day.shop.person("ann", "sales", capacity=1)
        await day.shop.run()

        assert ann == (await day.shop.live(day.which)).agent_id
        assert await day.shop.live(earlier) is None
        told = [one for one in await day.shop.ear.all("events") if one.conversation_id == day.which]
        [back] = [one for one in told if one.change and one.change.get("stage") == BACK]
        assert callbacks.PROMISED == back.change["reason"]
        assert "callback" == (await day.there()).promise


async def test_with_a_telephone_a_call_waits_in_its_queue(desk):
    async with open_day(desk) as day:
        line = await desk.write(voice_account)
        await day.wait_in_vain()
        await day.say(NUMBER)
        await day.shop.after(121)
        await day.work({line: Exchange()})
        [call] = await desk.read(lambda unit: Calls(unit.connection).open(line))

        talk = await day.talk()
        assert Status.RESOLVED is talk.status
        assert (call.content.state, call.content.callback) == ("queued", True)
        assert (call.sender, call.customer_id) == ("+385912345678", talk.customer_id)
        assert call.external_id.startswith(PROMISED)
        waits = await desk.read(lambda unit: unit.conversations.get(call.conversation_id))
        assert desk.now == waits.waiting_since
        assert (await day.there()).callback_to is None


def voice_account(unit):
    return unit.accounts.add(Configured(kind="voice", name="line"), at=unit.now)


async def test_what_the_telephone_may_not_call_comes_back(desk):
    async with open_day(desk) as day:
        line = await desk.write(voice_account)
        await day.wait_in_vain()
        await day.say("+1 900 555 2671")
        await day.shop.after(121)
        await day.work({line: Exchange()})

        assert Stage.QUEUED is (await day.there()).stage
        assert [] == await desk.read(lambda unit: Calls(unit.connection).open(line))


async def test_a_number_that_is_known_is_used_unless_they_say_another_time(desk):
    async with open_day(desk) as day:
        also = (Address(kind="phone", value="+385912345678"),)
        await day.wait_in_vain(also=also)
        assert ["678."] == [text.split(" ends in ")[1].split()[0] for text in await day.answers()]
        there = await day.there()
        assert (Stage.HELD, desk.now + callbacks.CHANCE) == (there.stage, there.callback_at)

        await day.say("Better at 16:00.")
        there = await day.there()
        assert desk.now.replace(hour=16, minute=0, second=0) == there.callback_at
        await day.shop.after(180)
        await day.work()
        assert Stage.HELD is (await day.there()).stage


async def test_what_is_no_answer_is_for_a_person(desk):
    async with open_day(desk) as day:
        await day.wait_in_vain()
        await day.say(NUMBER)
        await day.say("Oh, and the bell is broken, too.")

        assert Stage.QUEUED is (await day.there()).stage
        assert 2 == len(await day.answers())


async def test_nobody_is_called_while_the_desk_is_closed(desk):
    office = {"office": Calendar(weekly={"mon-fri": ("09:00-17:00",)})}
    queue = Queue(hours="office", overflow=CALLED.overflow)
    setup = Setup(hours=office, queues={"sales": queue}, usual="sales")
    async with open_day(desk, setup=setup) as day:
        await day.wait_in_vain()
        await day.say(f"{NUMBER}, 20:00")

        opens = (desk.now + timedelta(days=1)).replace(hour=9, minute=0, second=0)
        assert opens == (await day.there()).callback_at


async def test_an_agent_who_answers_meanwhile_has_it_and_nobody_calls(desk):
    async with open_day(desk) as day:
        ann = await day.shop.person("ann")
        await day.wait_in_vain()
        await day.say(NUMBER)
        await desk.write(placing.take, day.which, ann, by=ann, weight=1.0)
        await desk.write(reply, day.which, "Here I am.", by=ann)
        await day.shop.after(180)
        await day.work()

        there = await day.there()
        assert (Stage.ACCEPTED, None) == (there.stage, there.callback_to)


async def test_what_is_put_aside_by_hand_stays_so(desk):
    async with open_day(desk) as day:
        await day.wait_in_vain()
        await day.say(NUMBER)
        await day.shop.after(121)
        await day.work()
        await desk.write(placing.hold, day.which, by=None)
        await day.shop.after(600)
        await day.work()

        assert Stage.HELD is (await day.there()).stage


async def test_a_promise_survives_that_another_dispatches(desk):
    async with open_day(desk) as day:
        await day.wait_in_vain()
        await day.say(NUMBER)
        await day.shop.dispatcher.load()
        await day.shop.after(121)
        await day.work()

        assert Stage.QUEUED is (await day.there()).stage


async def test_accounts_that_do_not_work_call_nobody(desk):
    async with open_day(desk) as day:
        line = await desk.write(voice_account)
        await desk.write(lambda unit: unit.accounts.change(AccountId(line), paused_at=unit.now))
        await day.wait_in_vain()
        await day.say(NUMBER)
        await day.shop.after(121)
        await day.work({line: Exchange()})

        assert Stage.QUEUED is (await day.there()).stage
