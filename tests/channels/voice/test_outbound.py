"""An agent calls a customer: her own telephone rings first."""

from tests.channels.voice.conftest import CUSTOMER, OTHER


async def account(agent):
    me = await agent.ask("GET", "/api/me")
    return me["accounts"][0]["id"]


async def test_an_agent_calls_a_number_and_speaks_with_the_customer(office):
    agent = await office.hire()
    placed = await agent.ask(
        "POST", "/api/calls", account_id=await account(agent), to="600 100 200"
    )
    assert (CUSTOMER, True, [agent.id]) == tuple(
        placed[name] for name in ("peer", "outward", "ringing")
    )
    telephone = await agent.rung()
    assert not office.twilio.ringing(CUSTOMER)
    await telephone.answer()
    customer = await office.until(lambda: office.twilio.ringing(CUSTOMER))
    office.clock.advance(seconds=8)
    await customer.answer()
    office.clock.advance(seconds=30)
    await office.settled()
    await customer.hang_up()
    message = await office.call(state="ended")
    conversation = await office.conversation(waiting_since=None)

    assert ("out", "delivered", agent.id) == tuple(
        message[name] for name in ("direction", "delivery", "author_id")
    )
    assert "Called, 0:30" == message["text"] == conversation["preview"]
    assert [CUSTOMER] == message["recipients"]
    assert "answered" == message["content"]["outcome"]
    assert telephone.over


async def test_a_customer_who_does_not_answer(office):
    agent = await office.hire()
    await agent.ask("POST", "/api/calls", account_id=await account(agent), to=CUSTOMER)
    telephone = await agent.rung()
    await telephone.answer()
    await (await office.until(lambda: office.twilio.ringing(CUSTOMER))).refuse("busy")
    message = await office.call(state="ended")
    await office.until(lambda: telephone.over)

    assert "failed" == message["content"]["outcome"]
    assert "Called, nobody answered" == message["text"]
    assert "busy" in {leg["outcome"] for leg in message["content"]["legs"]}
    assert not (await office.conversation())["waiting_since"]


async def test_an_agent_who_does_not_answer_her_own_telephone(office):
    agent = await office.hire()
    await agent.ask("POST", "/api/calls", account_id=await account(agent), to=CUSTOMER)
    await (await agent.rung()).refuse()

    assert "failed" == (await office.call(state="ended"))["content"]["outcome"]
    assert not office.twilio.ringing(CUSTOMER)


async def test_an_agent_changes_her_mind(office):
    agent = await office.hire()
    placed = await agent.ask("POST", "/api/calls", account_id=await account(agent), to=CUSTOMER)
    telephone = await agent.rung()
    await telephone.answer()
    customer = await office.until(lambda: office.twilio.ringing(CUSTOMER))
    await office.settled()
    await agent.ask("POST", f"/api/calls/{placed['message_id']}/hang-up")

    assert "failed" == (await office.call(state="ended"))["content"]["outcome"]
    await office.until(lambda: customer.over and telephone.over)


async def test_a_customer_on_record_is_called_at_her_number(office):
    agent = await office.hire()
    await (await office.twilio.call(CUSTOMER)).hang_up()
    missed = await office.call(state="ended")
    await office.settled()
    who = (await office.conversation())["customer"]["id"]
    await agent.ask("POST", "/api/calls", account_id=await account(agent), customer_id=who)
    telephone = await agent.rung()
    await telephone.answer()
    customer = await office.until(lambda: office.twilio.ringing(CUSTOMER))
    office.clock.advance(seconds=5)
    await customer.answer()
    await office.settled()
    await customer.hang_up()
    await office.conversation(waiting_since=None, preview="Called, 0:00")

    assert [missed["conversation_id"]] == [one["id"] for one in await office.conversations()]


async def test_costly_numbers_and_other_countries_are_not_called(open_office):
    office = await open_office(countries=["PL", "GB"])
    agent = await office.hire()
    ours = await account(agent)
    for number in "+48701123456", "+19005551234", "+4915112345678", "+8816123456", "112":
        await agent.ask("POST", "/api/calls", expect=422, account_id=ours, to=number)
    await agent.ask("POST", "/api/calls", account_id=ours, to="+442079460018")
    await (await agent.rung()).refuse()

    assert 1 == len(await office.messages())


async def test_a_number_that_twilio_cannot_ring(office):
    agent = await office.hire()
    office.twilio.refusing.add(OTHER)
    await agent.ask("POST", "/api/calls", account_id=await account(agent), to=OTHER)
    telephone = await agent.rung()
    await telephone.answer()
    await office.call(state="ended", outcome="failed")

    await office.until(lambda: telephone.over)


async def test_an_agent_without_any_telephone_cannot_call(open_office):
    office = await open_office(api_key_sid="", api_key_secret="")
    agent = await office.hire()
    ours = await account(agent)
    await agent.ask("POST", "/api/calls", expect=404, account_id=ours, to=CUSTOMER)
    await agent.ask("GET", "/api/calls/token", expect=422)

    assert "failed" == (await office.call(state="ended"))["content"]["outcome"]


async def test_a_customer_who_was_called_is_passed_on_and_not_cut_off(office):
    agent = await office.hire()
    placed = await agent.ask("POST", "/api/calls", account_id=await account(agent), to=CUSTOMER)
    await (await agent.rung()).answer()
    customer = await office.until(lambda: office.twilio.ringing(CUSTOMER))
    await customer.answer()
    await office.settled()
    path = f"/api/calls/{placed['message_id']}/transfer"
    await agent.ask("POST", path, queue="support")
    await office.until(lambda: customer.does == "enqueue")
    await office.settled()
    await (await agent.rung()).refuse()
    await office.settled()
    office.clock.advance(seconds=20)
    office.look()
    await (await agent.rung()).answer()
    await office.settled()

    assert not customer.over
    assert "talking" == (await office.running())[0]["state"]
