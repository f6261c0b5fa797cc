"""The supervisor's board over the API."""

import asyncio
from datetime import timedelta

from inbox.actions import conversation as conversations
from inbox.actions import duties, placing
from inbox.model import AgentId, Availability, Member, Membership, Priority, Role
from tests.agents_ui import scenes


async def furnished(street, *names):
    """Have queues of some names; returns their numbers."""
    ids = await street.desk.write(lambda unit: unit.queues.sync(names, at=unit.now))
    return [ids[name] for name in names]


async def waits(street, queue, name="Ada", **more):
    """Let somebody wait in a queue."""

    def come(unit):
        which = scenes.write_in(unit, name=name)
        placing.enqueue(unit, which, queue, **more)
        return which

    return await street.desk.write(come)


async def serves(street, agent, queue, **more):
    """Have an agent be there for a queue."""

    def come(unit):
        who = AgentId(agent)
        unit.queues.join(
            Member(queue_id=queue, agent_id=who, membership=Membership.PRIMARY, **more)
        )
        duties.choose(unit, who, Availability.AVAILABLE, by=who)
        duties.connect(unit, [who], unit.now + timedelta(seconds=45))

    await street.desk.write(come)


async def test_the_board_shows_who_waits_and_who_answers(street):
    supervisor, agent = await street.agent(Role.SUPERVISOR), await street.agent()
    billing, sales = await furnished(street, "Billing", "Sales")
    first = await waits(street, billing, "Grace")
    street.desk.advance(120)
    await serves(street, agent.agent_id, billing)
    urgent = await waits(street, billing, "Edsger", priority=Priority.URGENT)
    had = await waits(street, billing, "Barbara")
    await street.desk.write(placing.take, had, AgentId(agent.agent_id), by=None, weight=1.0)

    shown = await supervisor.get("/api/board")
    one, other = shown["queues"]
    me = next(one for one in shown["agents"] if one["id"] == agent.agent_id)

    assert (sales, 0, []) == (other["id"], other["waiting"], other["cards"])
    assert (2, 1, 0, 0) == (one["waiting"], one["accepted"], one["at_risk"], one["breached"])
    assert [urgent, first] == [card["id"] for card in one["cards"]]
    assert ["Edsger", "Grace"] == [card["customer"]["name"] for card in one["cards"]]
    assert {"email": 2} == one["channels"]
    assert (1, 6.0, 3) == (one["team"], one["slots"], one["arrivals"])
    assert one["outlook"] == {"waiting": 2, "wait": 300.0, "empty_in": 1200 / 5.5}
    assert 2 == one["trend"][-1]
    assert (True, "available", 1.0, 1) == (
        me["connected"],
        me["availability"],
        me["load"],
        me["conversations"],
    )
    assert [billing] == [one["queue_id"] for one in me["queues"]]
    assert shown["undo"] is None


async def test_what_an_agent_has_outside_any_queue_takes_room(street):
    supervisor, agent = await street.agent(Role.SUPERVISOR), await street.agent()
    await furnished(street, "Billing")
    which = await street.desk.write(scenes.write_in)
    who = AgentId(agent.agent_id)
    await street.desk.write(conversations.assign, which, who, by=who)
    shown = await supervisor.get("/api/board")
    me = next(one for one in shown["agents"] if one["id"] == agent.agent_id)
    has = await supervisor.get(f"/api/board/agents/{agent.agent_id}")
    mine = await agent.get("/api/me/availability")

    assert (1.0, 1) == (me["load"], me["conversations"])
    assert [(which, None)] == [(one["id"], one["queue_id"]) for one in has["items"]]
    assert 1.0 == mine["load"]


async def test_promises_at_risk_and_breached_are_counted(street):
    supervisor = await street.agent(Role.SUPERVISOR)
    [billing] = await furnished(street, "Billing")
    for minutes in (-1, 1, 30):
        which = await waits(street, billing)

        def promise(unit, which=which, minutes=minutes):
            due = unit.now + timedelta(minutes=minutes)
            warn = due - timedelta(minutes=5)
            unit.placements.change(which, due_at=due, warn_at=warn, promise="first_response")

        await street.desk.write(promise)
    [queue] = (await supervisor.get("/api/board"))["queues"]

    assert (2, 1) == (queue["at_risk"], queue["breached"])
    assert [1, 2, 3] == [card["id"] for card in queue["cards"]]


async def test_a_long_queue_is_shown_further_down_when_asked(street):
    supervisor = await street.agent(Role.SUPERVISOR)
    [billing] = await furnished(street, "Billing")
    for _ in range(42):
        await waits(street, billing)
    [queue] = (await supervisor.get("/api/board"))["queues"]
    [deep] = (await supervisor.get(f"/api/board?deep={billing}"))["queues"]

    assert (42, 40, True) == (queue["waiting"], len(queue["cards"]), queue["more"])
    assert (42, False) == (len(deep["cards"]), deep["more"])


async def test_a_move_is_foreseen_done_and_undone(street):
    supervisor, agent = await street.agent(Role.SUPERVISOR), await street.agent()
    billing, sales = await furnished(street, "Billing", "Sales")
    await serves(street, agent.agent_id, sales)
    which = [await waits(street, billing) for _ in range(3)]
    wanted = {"conversations": which[:2], "to_queue": sales}
    told = await supervisor.post("/api/board/preview", wanted)
    before, after = [
        {one["name"]: one[when]["waiting"] for one in told["queues"]}
        for when in ("before", "after")
    ]

    assert ({"Billing": 3, "Sales": 0}, {"Billing": 1, "Sales": 2}) == (before, after)
    assert (2, [], []) == (told["count"], told["agents"], told["skipped"])
    assert 300.0 == told["queues"][1]["after"]["wait"]
    assert told["queues"][0]["after"]["wait"] is None  # nobody is there

    done = await supervisor.post("/api/board/move", wanted)
    shown = await supervisor.get("/api/board")
    assert which[:2] == done["moved"]
    assert {"id": done["id"], "target": "Sales", "count": 2} | shown["undo"] == shown["undo"]
    assert 30.0 == shown["undo"]["seconds"]
    assert [1, 2] == [one["waiting"] for one in shown["queues"]]

    back = await supervisor.post("/api/board/undo", {"id": done["id"]})
    assert which[:2] == back["moved"]
    await supervisor.post("/api/board/undo", {"id": done["id"]}, expect=409)
    assert [3, 0] == [one["waiting"] for one in (await supervisor.get("/api/board"))["queues"]]


async def test_all_of_an_agents_work_is_taken_over(street):
    supervisor, agent = await street.agent(Role.SUPERVISOR), await street.agent()
    [billing] = await furnished(street, "Billing")
    which = await waits(street, billing)
    await street.desk.write(placing.take, which, AgentId(agent.agent_id), by=None, weight=None)
    [card] = (await supervisor.get(f"/api/board/agents/{agent.agent_id}"))["items"]
    wanted = {"from_agent": agent.agent_id, "to_agent": supervisor.agent_id}
    told = await supervisor.post("/api/board/preview", wanted)
    loads = {one["id"]: (one["before"], one["after"]) for one in told["agents"]}
    await supervisor.post("/api/board/move", wanted)

    assert (which, "accepted", agent.agent_id) == (card["id"], card["stage"], card["agent_id"])
    assert (6.0, 0.0) == loads[agent.agent_id]  # it takes all of the room
    assert (0.0, 0.5) == loads[supervisor.agent_id]  # a mail takes half a place
    items = (await supervisor.get(f"/api/board/agents/{supervisor.agent_id}"))["items"]
    assert [which] == [one["id"] for one in items]
    await supervisor.get("/api/board/agents/999", expect=404)


async def test_several_are_put_on_hold_and_made_urgent_at_once(street):
    supervisor = await street.agent(Role.SUPERVISOR)
    [billing] = await furnished(street, "Billing")
    which = [await waits(street, billing) for _ in range(2)]
    lone = await street.desk.write(scenes.write_in)
    wanted = {"conversations": [*which, lone], "priority": "urgent"}
    left = await supervisor.post("/api/board/change", wanted)
    [queue] = (await supervisor.get("/api/board"))["queues"]
    await supervisor.post("/api/board/change", {"conversations": which, "held": True})
    [after] = (await supervisor.get("/api/board"))["queues"]

    assert [lone] == [one["conversation_id"] for one in left["items"]]
    assert {"urgent"} == {card["priority"] for card in queue["cards"]}
    assert (0, 2) == (after["waiting"], after["held"])
    assert which == [card["id"] for card in after["aside"]]


async def test_one_says_where_to(street):
    supervisor = await street.agent(Role.SUPERVISOR)
    for wanted in {"conversations": [1]}, {"conversations": [1], "to_queue": 77}:
        await supervisor.post("/api/board/move", wanted, expect=422)
        await supervisor.post("/api/board/preview", wanted, expect=422)


async def test_who_was_lent_until_a_time_that_is_over_is_no_member(street):
    supervisor, agent = await street.agent(Role.SUPERVISOR), await street.agent()
    [billing] = await furnished(street, "Billing")
    until = street.desk.now + timedelta(seconds=20)
    await serves(street, agent.agent_id, billing, until=until)
    [lent] = (await supervisor.get("/api/board"))["queues"]
    street.desk.advance(30)
    [over] = (await supervisor.get("/api/board"))["queues"]

    assert (1, 0) == (lent["team"], over["team"])


async def test_supervisors_hear_that_the_board_has_changed(street):
    supervisor, agent = await street.agent(Role.SUPERVISOR), await street.agent()
    [billing] = await furnished(street, "Billing")
    there, elsewhere = [
        await one.http.ws_connect(f"{one.base}/api/live") for one in (supervisor, agent)
    ]
    heard = []
    await waits(street, billing)
    async with asyncio.timeout(30):
        while "board" not in heard:
            heard.append((await there.receive_json())["type"])
        await street.desk.write(scenes.write_in)  # that is everybody's
        others = []
        while "change" not in others:
            others.append((await elsewhere.receive_json())["type"])
    for socket in there, elsewhere:
        await socket.close()

    assert "board" not in others
