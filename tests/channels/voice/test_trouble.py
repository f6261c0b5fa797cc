"""Strangers, repeats, lost webhooks, a slow store: no call is lost and none is doubled."""

import asyncio
from datetime import timedelta
from urllib.parse import urlencode

import pytest

from inbox.errors import Unavailable
from tests.channels.voice.conftest import CUSTOMER, MORNING
from tests.servers.twilio_voice import sid


async def test_what_is_not_signed_by_twilio_is_refused_and_not_kept(office):
    await office.hire()
    form = {"CallSid": sid("CA", 99), "From": CUSTOMER, "To": "+48221234567"}
    status, _ = await office.twilio.tell(f"{office.twilio.desk}/voice", form, token="a guess")
    other, _ = await office.twilio.tell(f"{office.twilio.desk}/voice?x=1", form, token="a guess")
    [ledger] = (await office.people[0].ask("GET", "/api/me"))["accounts"]

    assert (403, 403) == (status, other)
    assert [] == await office.messages()
    assert ledger["kind"] == "voice"


async def test_an_address_that_was_changed_is_not_signed(office):
    await office.hire()
    caller = await office.twilio.call(CUSTOMER)
    told = office.twilio.told[-1]
    async with office.http.post(told[0] + "&more=1", data=urlencode(told[1])) as answer:
        assert 403 == answer.status
    await caller.hang_up()


async def test_every_webhook_told_three_times_is_one_call(office):
    office.twilio.echo = 3
    agent = await office.hire()
    caller = await office.twilio.call(CUSTOMER)
    await (await agent.rung()).answer()
    await office.settled()
    office.clock.advance(seconds=42)
    await caller.hang_up()
    message = await office.call(state="ended")

    assert {200, 204} == set(office.twilio.statuses)
    assert 1 == len(await office.messages())
    assert "Call, 0:42" == message["text"]
    assert 1 == len([leg for leg in message["content"]["legs"] if leg["who"] == "agent"])


async def test_a_caller_is_answered_also_while_the_store_is_slow(open_office, monkeypatch):
    office = await open_office()
    await office.hire()
    released, journal = asyncio.Event(), office.voice.operator.journal
    take = office.voice.line.take

    async def slow(*raws, cursor=None):
        await released.wait()
        await take(*raws, cursor=cursor)

    monkeypatch.setattr(office.voice.line, "take", slow)
    monkeypatch.setattr(journal, "patience", 0.05)
    caller = await office.twilio.call(CUSTOMER)
    assert caller.heard[0].startswith("We are sorry")
    assert "record" == caller.does
    released.set()

    assert await office.call(state="ringing")  # what came late is kept all the same


async def test_while_the_store_is_away_callers_may_leave_a_message_and_news_come_again(
    office, monkeypatch
):
    await office.hire()
    take = office.voice.line.take

    async def away(*raws, cursor=None):
        raise Unavailable

    monkeypatch.setattr(office.voice.line, "take", away)
    caller = await office.twilio.call(CUSTOMER)
    assert "record" == caller.does
    form = {**caller.facts, "CallStatus": "completed", "Timestamp": office.twilio.stamp()}
    status, _ = await office.twilio.tell(f"{office.twilio.desk}/status", form)
    assert 503 == status

    monkeypatch.setattr(office.voice.line, "take", take)
    await caller.leave_message(7, "Hello?")
    await caller.hang_up()
    for one in [one async for one in office.voice.held(MORNING - timedelta(days=1))]:
        await take(one)
    message = await office.call(state="ended", outcome="voicemail")
    assert "Voicemail, 0:07\n\nHello?" == message["text"]


async def test_what_twilio_holds_is_what_its_webhooks_told(office):
    await office.hire()
    await (await office.twilio.call(CUSTOMER)).hang_up()
    await office.call(state="ended")
    known = [one async for one in office.voice.held(MORNING - timedelta(days=1))]
    for one in known:
        await office.voice.line.take(one)
    await office.settled()

    assert 2 == len(known)
    assert 1 == len(await office.messages())


async def test_the_address_for_failed_requests_takes_a_message(office):
    await office.hire()
    form = {"CallSid": sid("CA", 98), "From": CUSTOMER, "To": "+48221234567"}
    twiml = await office.twilio.ask(f"{office.twilio.desk}/fallback", form)

    assert "<Record" in twiml


async def test_the_doctor_looks_at_the_number(office):
    checks = await office.voice.doctor()

    assert [True, True] == [check.fine for check in checks]


@pytest.mark.parametrize("status", ["failed", "busy", "no-answer"])
async def test_however_a_line_to_an_agent_fails_the_caller_waits_on(office, status):
    agent = await office.hire()
    caller = await office.twilio.call(CUSTOMER)
    await (await agent.rung()).refuse(status)
    await office.settled()

    assert "enqueue" == caller.does
    assert "queued" == (await office.running())[0]["state"]


async def test_a_caller_who_hangs_up_while_an_agent_answers(office):
    agent = await office.hire()
    caller = await office.twilio.call(CUSTOMER)
    telephone = await agent.rung()
    caller.status = "completed"  # its webhooks are still on their way
    await telephone.answer()
    await office.call(state="ended")
    await office.until(lambda: telephone.over)

    assert [] == await office.running()


async def test_an_agent_whose_line_breaks_before_the_customer_comes_loses_nobody(office):
    one = await office.hire()
    caller = await office.twilio.call(CUSTOMER)
    telephone = await one.rung()
    direct = office.voice.operator.lines.direct

    async def too_late(line, twiml):
        if line == caller.sid and "<Conference" in twiml:
            await telephone.hang_up()
        await direct(line, twiml)

    office.voice.operator.lines.direct = too_late
    await telephone.answer()
    await office.until(lambda: telephone.over)
    await office.settled()
    await office.until(lambda: caller.does == "enqueue")
    del office.voice.operator.lines.direct
    office.clock.advance(seconds=5)
    await (await one.rung()).answer()
    await office.call(state="talking")

    assert not caller.over


async def test_an_agent_who_hangs_up_while_the_customer_is_called_back(office):
    agent = await office.hire()
    caller = await office.twilio.call(CUSTOMER)
    await (await agent.rung()).refuse()
    await caller.press("1")
    await office.settled()
    office.clock.advance(minutes=1)
    office.look()
    telephone = await agent.rung()
    await telephone.answer()
    back = await office.until(lambda: office.twilio.ringing(CUSTOMER))
    await office.settled()
    await telephone.hang_up()
    await office.until(lambda: back.over)
    again = await agent.rung()

    assert [True] == [one["callback"] for one in await office.running()]
    await again.refuse()


async def test_a_call_whose_end_nobody_told_is_found_to_be_over(open_office):
    menu = {"main": {"say": {"en-US": "Press 1."}, "options": [{"press": "1", "to": "voicemail"}]}}
    office = await open_office(menu=menu, start="menu:main")
    await office.hire()
    caller = await office.twilio.call(CUSTOMER)
    caller.told = ""  # the address was never set at Twilio
    await caller.hang_up()
    office.clock.advance(minutes=11)
    office.look()

    assert "missed" == (await office.call(state="ended"))["content"]["outcome"]
    assert [] == await office.running()
