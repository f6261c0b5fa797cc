"""Callers who reach nobody: they wait on the record, and may leave a message."""

from tests.channels.voice.conftest import CUSTOMER, OTHER

WORDS = "Please call me about my order."


async def test_a_caller_who_gives_up_in_the_queue_waits_on_the_record(office):
    agent = await office.hire()
    caller = await office.twilio.call(CUSTOMER)
    await agent.rung()
    office.clock.advance(seconds=130)
    await caller.hang_up()
    message = await office.call(state="ended")
    conversation = await office.conversation(preview="Missed call, waited 2:10")
    await office.settled()

    assert "abandoned" == message["content"]["outcome"]
    assert conversation["waiting_since"]
    assert "open" == conversation["status"]
    assert office.twilio.ringing(agent.telephone) is None


async def test_nobody_is_at_the_desk_so_the_caller_leaves_a_message(office):
    await office.hire(browser=False)
    caller = await office.twilio.call(CUSTOMER)
    assert "record" == caller.does
    await caller.leave_message(32, WORDS)
    message = await office.call(outcome="voicemail")
    [recording] = message["content"]["recordings"]

    assert f"Voicemail, 0:32\n\n{WORDS}" == message["text"]
    assert WORDS == recording["transcript"]
    assert (await office.conversation(preview=f"Voicemail, 0:32: {WORDS}"))["waiting_since"]


async def test_who_hangs_up_before_anything_happened_is_a_missed_call(open_office):
    menu = {"main": {"say": {"en-US": "Press 1."}, "options": [{"press": "1", "to": "voicemail"}]}}
    office = await open_office(menu=menu, start="menu:main")
    await office.hire()
    caller = await office.twilio.call(CUSTOMER)
    await caller.hang_up()

    assert "missed" == (await office.call(state="ended"))["content"]["outcome"]


async def test_a_withheld_number_gets_a_conversation_of_its_own(office):
    await office.hire()
    for number in "anonymous", "+266696687":
        await (await office.twilio.call(number)).hang_up()
    await office.until(lambda: both(office))
    names = {one["customer"]["name"] for one in await office.conversations()}

    assert {"Withheld number"} == names
    assert all(one["waiting_since"] for one in await office.conversations())


async def both(office):
    said = await office.messages()
    return len(said) == 2 and all(one["content"]["state"] == "ended" for one in said)


async def test_outside_the_hours_a_message_is_taken(open_office):
    office = await open_office(
        hours={"monday": ["12:00-17:00"]},
        time_zone="Europe/Warsaw",
        closed_text={"en-US": "We are closed."},
    )
    await office.hire()
    caller = await office.twilio.call(CUSTOMER)
    assert "We are closed." == caller.heard[0]
    assert "record" == caller.does
    await caller.hang_up()

    office.clock.advance(hours=3)
    caller = await office.twilio.call(CUSTOMER)
    assert "enqueue" == caller.does


async def test_on_a_closed_day_a_message_is_taken_too(open_office):
    office = await open_office(closed_days=["2026-03-02"])
    await office.hire()
    caller = await office.twilio.call(CUSTOMER)

    assert "You are calling outside our hours." == caller.heard[0]
    assert "record" == caller.does


async def test_who_waited_too_long_is_led_to_the_voicemail(open_office):
    office = await open_office(longest_wait=5)
    agent = await office.hire()
    caller = await office.twilio.call(CUSTOMER)
    await agent.rung()
    office.clock.advance(minutes=6)
    await caller.wait(360)
    await office.settled()
    assert "record" == caller.does
    assert office.twilio.ringing(agent.telephone) is None

    await caller.leave_message(5)
    assert await office.call(outcome="voicemail")


async def test_a_second_call_is_in_the_same_conversation_and_an_answered_one_ends_the_waiting(
    office,
):
    agent = await office.hire()
    caller = await office.twilio.call(CUSTOMER)
    await agent.rung()
    await caller.hang_up()
    await office.conversation(preview="Missed call, waited 0:00")
    await office.settled()
    caller = await office.twilio.call(CUSTOMER)
    await (await agent.rung()).answer()
    await office.settled()
    await caller.hang_up()
    await office.conversation(waiting_since=None, preview="Call, 0:00")

    assert 1 == len(await office.conversations())
    assert 2 == len(await office.messages())


async def test_a_desk_without_voicemail_lets_callers_wait(open_office):
    office = await open_office(voicemail=False)
    agent = await office.hire(browser=False)
    caller = await office.twilio.call(OTHER)
    assert "enqueue" == caller.does
    await agent.open_browser()

    assert await agent.rung()
