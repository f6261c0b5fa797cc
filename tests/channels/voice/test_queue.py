"""Callers wait in their order, know their place, and may hang up without losing it."""

from inbox.actions import calling
from inbox.store.numbers import keys
from tests.channels.voice.conftest import CUSTOMER, OTHER


async def waiting(office, *numbers):
    lines = []
    for number in numbers:
        lines.append(await office.twilio.call(number))
        office.clock.advance(seconds=10)
    return lines


async def test_callers_are_told_their_place(office):
    agent = await office.hire()
    await office.twilio.call("+48600100000")
    await (await agent.rung()).answer()
    await office.settled()
    first, second = await waiting(office, CUSTOMER, OTHER)

    assert "You are next." in first.heard
    assert "You are number 2 in the queue." in second.heard
    await first.hang_up()
    await second.wait()
    assert "You are next." in second.heard


async def test_callers_are_told_how_long_others_waited(office):
    agent = await office.hire()
    caller = await office.twilio.call(CUSTOMER)
    office.clock.advance(minutes=3)
    office.look()
    await (await agent.rung()).answer()
    await office.settled()
    await caller.hang_up()
    await office.settled()
    agent.office.house.desk.presence.begin(agent.id, "something else")
    patient = await office.twilio.call(OTHER)

    assert "The wait is about 3 minutes." in patient.heard
    agent.office.house.desk.presence.end(agent.id, "something else")
    await patient.hang_up()


async def test_who_wants_to_be_called_back_keeps_their_place(office):
    agent = await office.hire()
    await office.twilio.call("+48600100000")
    busy = await agent.rung()
    await busy.answer()
    await office.settled()
    first, second = await waiting(office, CUSTOMER, OTHER)
    await first.press("1")
    assert first.over
    message = await office.call(state="queued")
    assert [1, 2] == [one["place"] for one in await office.running() if one["place"]]

    office.clock.advance(minutes=4)
    await agent.ask("POST", f"/api/calls/{(await office.running())[0]['message_id']}/hang-up")
    telephone = await agent.rung()
    await telephone.answer()
    back = await office.until(lambda: office.twilio.ringing(CUSTOMER))
    assert "enqueue" == second.does
    await back.answer()
    await office.settled()
    office.clock.advance(seconds=90)
    await back.hang_up()
    ended = await office.until(lambda: called_back(office))

    assert "answered" == ended["content"]["outcome"]
    assert ended["content"]["callback"]
    assert "Call, 1:30" == ended["text"]
    assert message["id"] > ended["id"]
    assert 3 == len(await office.messages())


async def called_back(office):
    said = [one for one in await office.messages() if one["content"]["callback"]]
    return next((one for one in said if one["content"]["state"] == "ended"), None)


async def test_a_promise_to_call_back_waits_on_the_record(office):
    agent = await office.hire()
    caller = await office.twilio.call(CUSTOMER)
    await (await agent.rung()).refuse()
    await caller.press("1")
    message = await office.call(state="queued", outcome="callback", callback=True)
    conversation = await office.conversation(preview="Asked to be called back")

    assert "Asked to be called back" == message["text"]
    assert conversation["waiting_since"]


async def test_a_customer_who_does_not_answer_is_called_back_again_and_then_no_more(open_office):
    office = await open_office(callback_tries=2, callback_pause=10)
    agent = await office.hire()
    caller = await office.twilio.call(CUSTOMER)
    await (await agent.rung()).refuse()
    await caller.press("1")
    for _ in range(2):
        await office.settled()
        office.clock.advance(minutes=11)
        office.look()
        telephone = await agent.rung()
        await telephone.answer()
        await (await office.until(lambda: office.twilio.ringing(CUSTOMER))).refuse("no-answer")
        await office.settled()
        assert telephone.over

    ended = await office.call(state="ended")
    assert "missed" == ended["content"]["outcome"]
    assert (await office.conversation(preview=ended["text"]))["waiting_since"]
    assert [] == await office.running()


async def test_who_calls_with_a_withheld_number_is_not_offered_to_be_called_back(office):
    await office.hire()
    caller = await office.twilio.call("anonymous")

    assert not any("Press 1" in said for said in caller.heard)
    await caller.hang_up()


async def test_a_promise_survives_a_restart(office):
    """What was promised stands on the record, where another process finds it."""
    agent = await office.hire()
    caller = await office.twilio.call(CUSTOMER)
    await (await agent.rung()).refuse()
    await caller.press("1")
    await office.call(callback=True)
    await office.settled()
    operator = office.voice.operator
    operator.floor.calls.clear()
    await operator.restore()
    operator.look()
    await (await agent.rung()).answer()

    assert await office.until(lambda: office.twilio.ringing(CUSTOMER))


async def test_a_call_that_ended_while_nobody_listened_is_told_of_as_over(office):
    agent = await office.hire()
    caller = await office.twilio.call(CUSTOMER)
    await agent.rung()
    await office.call(state="queued")
    await office.settled()
    caller.status = "completed"  # and no webhook was heard
    operator = office.voice.operator
    operator.floor.calls.clear()
    await operator.restore()

    assert "abandoned" == (await office.call(state="ended"))["content"]["outcome"]


async def test_a_callback_that_a_chat_was_promised_rings_who_is_free_and_then_the_customer(
    office,
):
    agent = await office.hire()
    await office.house.desk.write(promised, office.house.names["phone"])
    telephone = await agent.rung()
    await telephone.answer()
    back = await office.until(lambda: office.twilio.ringing(CUSTOMER))
    await back.answer()
    await office.settled()
    office.clock.advance(seconds=90)
    await back.hang_up()
    ended = await office.until(lambda: called_back(office))
    await office.settled()

    assert ("answered", "Call, 1:30") == (ended["content"]["outcome"], ended["text"])
    assert [] == await office.running()


def promised(unit, account):
    customer = next(keys(unit.connection, "customer", 1))
    row = {"id": customer, "name": "Vera", "created_at": unit.now, "attributes": {}}
    unit.customers.add([row])
    return calling.await_call(unit, account, CUSTOMER, customer=customer)
