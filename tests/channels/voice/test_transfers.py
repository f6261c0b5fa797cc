"""Calls are held, passed on warm and cold, and watched over."""

from inbox.model import Role
from tests.channels.voice.conftest import CUSTOMER, OTHER


async def talking(office, agent):
    """Have a customer and an agent speak; returns the lines of both and the call's path."""
    caller = await office.twilio.call(CUSTOMER)
    telephone = await agent.rung()
    await telephone.answer()
    message = await office.call(state="talking")
    await office.settled()
    return caller, telephone, f"/api/calls/{message['id']}"


def inside(office, line):
    return next(room.inside.get(line.sid) for room in office.twilio.rooms.values())


async def test_a_customer_on_hold_hears_music_and_comes_back(office):
    agent = await office.hire()
    caller, _, path = await talking(office, agent)
    await agent.ask("POST", f"{path}/hold")
    await office.call(state="held")
    assert "true" == inside(office, caller)["Hold"]
    music = await office.twilio.ask(inside(office, caller)["HoldUrl"], caller.facts)
    assert "music.mp3" in music
    await agent.ask("POST", f"{path}/resume")
    await office.call(state="talking")

    assert "false" == inside(office, caller)["Hold"]


async def test_a_warm_transfer_lets_the_agents_speak_first(office):
    one = await office.hire()
    caller, first, path = await talking(office, one)
    two = await office.hire()
    await one.ask("POST", f"{path}/transfer", agent_id=two.id, warm=True)
    second = await two.rung()
    assert "true" == inside(office, caller)["Hold"]
    await second.answer()
    await office.settled()
    assert inside(office, first)
    assert "true" == inside(office, caller)["Hold"]
    await one.ask("POST", f"{path}/hang-up")
    await office.until(lambda: first.over)
    await office.settled()

    assert "false" == inside(office, caller)["Hold"]
    assert [two.id] == [taker["agent_id"] for taker in (await office.running())[0]["takers"]]
    await caller.hang_up()
    ended = await office.call(state="ended", outcome="answered")
    agents = [leg["agent_id"] for leg in ended["content"]["legs"] if leg["who"] == "agent"]
    assert {one.id, two.id} == set(agents)


async def test_a_warm_transfer_that_nobody_takes_is_called_off(office):
    one = await office.hire()
    caller, _, path = await talking(office, one)
    two = await office.hire()
    await one.ask("POST", f"{path}/transfer", agent_id=two.id, warm=True)
    await (await two.rung()).refuse()
    await office.settled()
    await one.ask("POST", f"{path}/resume")
    await office.call(state="talking")

    assert [one.id] == [taker["agent_id"] for taker in (await office.running())[0]["takers"]]
    assert not caller.over


async def test_whoever_hangs_up_during_a_warm_transfer_leaves_the_call_to_the_other(office):
    one = await office.hire()
    caller, first, path = await talking(office, one)
    two = await office.hire()
    await one.ask("POST", f"{path}/transfer", agent_id=two.id, warm=True)
    second = await two.rung()
    await first.hang_up()
    await office.settled()
    assert not caller.over
    await second.answer()
    await office.settled()

    assert "false" == inside(office, caller)["Hold"]
    assert [two.id] == [taker["agent_id"] for taker in (await office.running())[0]["takers"]]


async def test_a_cold_transfer_lets_the_first_agent_go_at_once(office):
    one = await office.hire()
    caller, first, path = await talking(office, one)
    two = await office.hire()
    await one.ask("POST", f"{path}/transfer", agent_id=two.id)
    await office.until(lambda: first.over)
    second = await two.rung()
    assert not caller.over
    await second.answer()
    await office.settled()

    assert "false" == inside(office, caller)["Hold"]
    assert [two.id] == [taker["agent_id"] for taker in (await office.running())[0]["takers"]]
    assert "talking" == (await office.call(state="talking"))["content"]["state"]


async def test_a_cold_transfer_that_nobody_takes_leads_back_to_the_head_of_the_queue(office):
    one = await office.hire()
    caller, _, path = await talking(office, one)
    two = await office.hire()
    await one.ask("POST", f"{path}/transfer", agent_id=two.id)
    refused = await two.rung()
    await office.settled()
    await refused.refuse()
    await office.until(lambda: caller.does == "enqueue")
    await office.settled()
    office.clock.advance(seconds=5)
    await (await one.rung()).answer()
    await office.call(state="talking")

    assert not caller.over


async def test_a_call_is_passed_on_to_another_queue(open_office):
    office = await open_office(queues=["support", "sales"])
    one = await office.hire()
    caller, first, path = await talking(office, one)
    await one.ask("POST", f"{path}/transfer", queue="sales")
    await office.until(lambda: caller.does == "enqueue")
    await office.until(lambda: first.over)

    assert "sales" == (await office.running())[0]["queue"]
    await (await one.rung()).answer()
    await office.call(state="talking")


async def test_a_call_is_passed_on_to_somebody_outside(office):
    one = await office.hire()
    caller, first, path = await talking(office, one)
    await one.ask("POST", f"{path}/transfer", number=OTHER)
    outside = await office.until(lambda: office.twilio.ringing(OTHER))
    await office.until(lambda: first.over)
    await outside.answer()
    await office.settled()
    assert "false" == inside(office, caller)["Hold"]
    await outside.hang_up()

    await office.call(state="ended", outcome="answered")
    assert caller.over


async def test_nobody_is_passed_on_to_a_number_that_costs_money_or_an_agent_who_is_away(office):
    one = await office.hire()
    _, _, path = await talking(office, one)
    away = await office.hire(browser=False)
    await one.ask("POST", f"{path}/transfer", expect=422, number="+48701123456")
    await one.ask("POST", f"{path}/transfer", expect=422, number="+442079460018")
    await one.ask("POST", f"{path}/transfer", expect=409, agent_id=away.id)
    await one.ask("POST", f"{path}/transfer", expect=422)

    assert "talking" == (await office.running())[0]["state"]


async def test_a_supervisor_listens_whispers_and_barges_in(office):
    agent = await office.hire()
    caller, telephone, path = await talking(office, agent)
    boss = await office.hire(Role.SUPERVISOR)
    await boss.ask("POST", f"{path}/monitor", how="browser")
    ear = await boss.rung()
    await ear.answer()
    await office.settled()
    assert ("true", "false") == (inside(office, ear)["Muted"], inside(office, ear)["Coaching"])
    await boss.ask("POST", f"{path}/whisper", how="browser")
    assert ("false", "true", telephone.sid) == tuple(
        inside(office, ear)[name] for name in ("Muted", "Coaching", "CallSidToCoach")
    )
    await boss.ask("POST", f"{path}/barge", how="browser")
    assert ("false", "false") == (inside(office, ear)["Muted"], inside(office, ear)["Coaching"])
    [running] = await office.running()
    assert [None, "barge"] == [taker["mode"] for taker in running["takers"]]
    await boss.ask("POST", f"{path}/hang-up")
    await office.until(lambda: ear.over)

    assert not caller.over
    legs = (await office.call(state="talking"))["content"]["legs"]
    assert [boss.id] == [leg["agent_id"] for leg in legs if leg["who"] == "supervisor"]


async def test_a_call_that_only_a_listener_is_left_in_ends(office):
    agent = await office.hire()
    caller, telephone, path = await talking(office, agent)
    boss = await office.hire(Role.SUPERVISOR)
    await boss.ask("POST", f"{path}/monitor", how="browser")
    await (await boss.rung()).answer()
    await office.settled()
    await telephone.hang_up()
    await office.call(state="ended", outcome="answered")

    assert caller.over
