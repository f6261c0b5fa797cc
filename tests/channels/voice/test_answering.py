"""A customer calls; agents are rung; the first to answer has the call."""

from inbox.model import Role
from tests.channels.voice.conftest import CUSTOMER, OTHER


async def test_an_agent_answers_and_the_call_is_one_message_on_the_record(office):
    agent = await office.hire()
    caller = await office.twilio.call(CUSTOMER)
    telephone = await agent.rung()
    office.clock.advance(seconds=20)
    await telephone.answer()
    await office.settled()
    office.clock.advance(seconds=60)
    await caller.hang_up()
    message = await office.call(state="ended")
    conversation = await office.conversation(waiting_since=None)

    assert "answered" == message["content"]["outcome"]
    assert "Call, 1:00" == message["text"] == conversation["preview"]
    assert agent.id == conversation["assignee_id"]
    assert CUSTOMER == message["sender"]
    assert telephone.over
    assert {"customer", "agent", "queue"} == {leg["who"] for leg in message["content"]["legs"]}


async def test_the_first_agent_to_answer_has_the_call(office):
    one, two = await office.hire(), await office.hire()
    await office.twilio.call(CUSTOMER)
    first, second = await one.rung(), await two.rung()
    await second.answer()
    await office.settled()
    await office.until(lambda: one.rings()[-1:] == [False])

    [running] = await office.running()
    assert [two.id] == [taker["agent_id"] for taker in running["takers"]]
    assert "canceled" == first.status
    assert "talking" == running["state"]
    assert [True, False] == one.rings()


async def test_two_who_answer_at_once_do_not_both_have_it(office):
    one, two = await office.hire(), await office.hire()
    await office.twilio.call(CUSTOMER)
    first, second = await one.rung(), await two.rung()
    second.status = "in-progress"  # so that it cannot be canceled any more
    await first.answer()
    await second.answer()
    await office.settled()

    assert "in-progress" == first.status
    assert "completed" == second.status
    assert any("taken already" in said for said in second.heard)


async def test_a_browser_that_does_not_answer_is_passed_over(open_office):
    office = await open_office(ring_together=1)
    one, two = await office.hire(), await office.hire()
    await office.twilio.call(CUSTOMER)
    await (await one.rung()).refuse()
    await (await two.rung()).answer()
    await office.settled()

    assert [two.id] == [taker["agent_id"] for taker in (await office.running())[0]["takers"]]
    assert [True, False] == one.rings()


async def test_when_everybody_was_rung_in_vain_they_are_rung_again_a_little_later(office):
    agent = await office.hire()
    await office.twilio.call(CUSTOMER)
    await (await agent.rung()).refuse()
    await office.settled()
    office.look()
    assert office.twilio.ringing(agent.telephone) is None

    office.clock.advance(seconds=20)
    office.look()
    assert await agent.rung()


async def test_a_telephone_of_which_nothing_is_heard_any_more_is_given_up(office):
    agent = await office.hire()
    await office.twilio.call(CUSTOMER)
    silent = await agent.rung()
    silent.told = ""
    await office.settled()
    office.clock.advance(seconds=60)
    office.look()
    await office.settled()

    assert [[]] == [one["ringing"] for one in await office.running()]


async def test_who_has_been_idle_for_the_longest_is_rung_first(open_office):
    office = await open_office(ring_together=1)
    one = await office.hire()
    office.clock.advance(seconds=5)
    two = await office.hire()
    caller = await office.twilio.call(CUSTOMER)
    await (await one.rung()).answer()
    await office.settled()
    office.clock.advance(seconds=30)
    await caller.hang_up()
    await office.settled()
    await office.twilio.call(OTHER)
    await office.settled()

    assert await two.rung()
    assert office.twilio.ringing(one.telephone) is None


async def test_an_agent_on_a_call_is_not_rung(office):
    agent = await office.hire()
    await office.twilio.call(CUSTOMER)
    await (await agent.rung()).answer()
    await office.settled()
    await office.twilio.call(OTHER)
    await office.settled()

    assert office.twilio.ringing(agent.telephone) is None
    assert ["talking", "queued"] == [one["state"] for one in await office.running()]


async def test_an_agent_at_her_own_telephone_presses_1(office):
    agent = await office.hire(phone="+48600999888")
    await office.twilio.call(CUSTOMER)
    telephone = await office.until(lambda: office.twilio.ringing("+48600999888"))
    await telephone.answer()
    assert "queued" == (await office.running())[0]["state"]  # a voicemail box would stop here
    await telephone.press("1")
    await office.settled()

    assert [agent.id] == [one["agent_id"] for one in (await office.running())[0]["takers"]]


async def test_an_agent_takes_a_call_that_waits(open_office):
    office = await open_office(ring_together=1)
    first, second = await office.hire(), await office.hire()
    await office.twilio.call(CUSTOMER)
    ringing = await first.rung()
    message = await office.call(state="queued")
    await second.ask("POST", f"/api/calls/{message['id']}/answer", how="browser")
    await (await second.rung()).answer()
    await office.settled()

    assert "canceled" == ringing.status
    assert [second.id] == [one["agent_id"] for one in (await office.running())[0]["takers"]]


async def test_an_agent_whose_browser_rings_takes_the_call_at_her_telephone(office):
    agent = await office.hire()
    await office.twilio.call(CUSTOMER)
    browser = await agent.rung()
    path = f"/api/calls/{(await office.call(state='queued'))['id']}/answer"
    await agent.ask("POST", path, expect=404, how="phone")  # which telephone?
    await agent.ask("PUT", "/api/calls/phone", phone="+48600999888")
    await agent.ask("POST", path, how="phone")
    telephone = await office.until(lambda: office.twilio.ringing("+48600999888"))
    await office.until(lambda: browser.over)
    await telephone.answer()
    await telephone.press("1")
    await office.settled()

    assert [agent.id] == [one["agent_id"] for one in (await office.running())[0]["takers"]]


async def test_an_agent_leaves_a_ringing_call_to_the_others(open_office):
    office = await open_office(ring_together=1)
    first, second = await office.hire(), await office.hire()
    await office.twilio.call(CUSTOMER)
    await first.rung()
    message = await office.call(state="queued")
    await office.settled()
    await first.ask("POST", f"/api/calls/{message['id']}/hang-up")

    assert await second.rung()


async def test_the_agents_browser_is_told_who_calls(office):
    agent = await office.hire()
    await office.twilio.call(CUSTOMER)
    await office.until(agent.rings)
    frame = next(one for one in agent.frames if one["type"] == "ringing")

    assert CUSTOMER == frame["peer"]
    assert "support" == frame["queue"]
    assert {"browser", False, True} == {frame["how"], frame["outward"], frame["on"]}


async def test_hanging_up_ends_the_call_for_the_customer(office):
    agent = await office.hire()
    caller = await office.twilio.call(CUSTOMER)
    await (await agent.rung()).answer()
    message = await office.call(state="talking")
    await agent.ask("POST", f"/api/calls/{message['id']}/hang-up")
    await office.call(state="ended", outcome="answered")

    assert caller.over
    assert [] == await office.running()


async def test_others_have_no_say_in_a_call(office):
    agent, other, boss = (
        await office.hire(),
        await office.hire(),
        await office.hire(Role.SUPERVISOR),
    )
    await office.twilio.call(CUSTOMER)
    await (await agent.rung()).answer()
    await office.settled()
    message = await office.call(state="talking")
    path = f"/api/calls/{message['id']}"
    await other.ask("POST", f"{path}/hold", expect=403)
    await other.ask("POST", f"{path}/monitor", expect=403, how="browser")
    await boss.ask("POST", f"{path}/hold")

    assert "held" == (await office.call(state="held"))["content"]["state"]


async def test_a_browser_gets_a_token_to_be_rung_with(office):
    agent = await office.hire()
    told = await agent.ask("GET", "/api/calls/token")

    assert f"agent-{agent.id}" == told["identity"]
    assert 3 == len(told["token"].split("."))


async def test_an_agent_says_at_which_telephone_she_is_rung(office):
    agent = await office.hire()
    await agent.ask("PUT", "/api/calls/phone", phone="600 999 888")
    assert {"phone": "+48600999888"} == await agent.ask("GET", "/api/calls/phone")
    await agent.ask("PUT", "/api/calls/phone", expect=422, phone="+1 900 555 1234")
