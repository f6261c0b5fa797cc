"""A customer calls; agents are rung; the first to answer has the call."""

from datetime import timedelta

from tests.channels.voice.conftest import CUSTOMER, MORNING


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
