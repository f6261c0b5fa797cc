"""Agents answer offers, say what they are, pass work on, and ask why."""

from datetime import datetime, timedelta

import pytest

from agents_ui import attendance
from inbox.actions import conversation as verbs
from inbox.actions import placing
from inbox.model import Availability, Decision, Role
from tests.agents_ui import scenes
from tests.agents_ui.floor import LATER, both, open_floor
from tests.agents_ui.test_live import Browser
from tests.agents_ui.waiting import until

database_url = pytest.fixture(params=["sqlite", "postgresql"])(both)


@pytest.fixture
async def floor(street):
    return await open_floor(street)


async def test_an_offer_is_told_listed_and_accepted(street, floor):
    agent = await floor.agent(floor.billing)
    browser = await Browser(agent).open()
    await browser.hear("counts")
    talk, offer = await floor.offered(floor.billing, agent)
    await browser.hear_until(
        lambda known: (known.conversations.get(talk, {}).get("offer") or {}).get("id") == offer
    )
    listed = (await agent.get("/api/offers"))["items"]
    took = await agent.post(f"/api/offers/{offer}/accept", {})

    assert [(talk, offer)] == [(one["id"], one["offer"]["id"]) for one in listed]
    [(began, ends)] = [(one["offer"]["offered_at"], one["offer"]["expires_at"]) for one in listed]
    assert LATER == datetime.fromisoformat(ends) - datetime.fromisoformat(began)
    assert ("accepted", agent.agent_id, None) == (took["stage"], took["assignee_id"], took["offer"])
    assert [] == (await agent.get("/api/offers"))["items"]
    assert [talk] == [
        one["id"] for one in (await agent.get("/api/conversations?list=mine"))["items"]
    ]


async def test_an_offer_that_is_over_is_refused(street, floor):
    agent, other = await floor.agent(floor.billing), await floor.agent(floor.billing)
    talk, offer = await floor.offered(floor.billing, agent)
    await agent.post(f"/api/offers/{offer}/decline", {}, expect=204)
    await floor.offer(talk, other)

    for answer in "accept", "decline":
        await agent.post(f"/api/offers/{offer}/{answer}", {}, expect=409)


async def test_nobody_answers_anothers_offer(street, floor):
    agent, other = await floor.agent(floor.billing), await floor.agent(floor.billing)
    _, offer = await floor.offered(floor.billing, agent)

    for answer in "accept", "decline":
        await other.post(f"/api/offers/{offer}/{answer}", {}, expect=404)


@pytest.mark.parametrize(("verb", "body"), [("return", {}), ("hold", {"on": True})])
async def test_nobody_takes_back_what_somebody_else_is_asked(street, floor, verb, body):
    agent, other = await floor.agent(floor.billing), await floor.agent(floor.billing)
    talk, offer = await floor.offered(floor.billing, agent)

    await other.post(f"/api/conversations/{talk}/{verb}", body, expect=403)
    await agent.post(f"/api/offers/{offer}/accept", {})


async def test_an_agent_says_what_they_are(street, floor):
    agent = await floor.agent(floor.billing)
    before = await agent.get("/api/me/availability")
    away = {"availability": "away", "reason": "lunch"}
    told = await agent.call("PUT", "/api/me/availability", away)

    assert ("offline", False, 0.0) == (before["availability"], before["connected"], before["load"])
    assert ("away", "lunch") == (told["availability"], told["reason"])
    everybody = (await agent.get("/api/availability"))["items"]
    assert [told] == [one for one in everybody if one["agent_id"] == agent.agent_id]


async def test_a_supervisor_says_what_somebody_else_is(street, floor):
    agent, boss = await floor.agent(floor.billing), await floor.agent(role=Role.SUPERVISOR)
    path = f"/api/agents/{agent.agent_id}/availability"
    await agent.call("PUT", path, {"availability": "busy"}, expect=403)
    await boss.call("PUT", path, {"availability": "busy"})

    assert "busy" == (await agent.get("/api/me/availability"))["availability"]
    told = [one for one in street.desk.told if getattr(one, "verb", "") == "agent.availability"]
    assert (boss.agent_id, agent.agent_id) == (told[-1].by, told[-1].agent_id)


async def test_what_an_agent_has_fills_them(street, floor):
    agent = await floor.agent(floor.billing)
    await floor.offered(floor.billing, agent)
    call = await floor.waits(floor.billing)
    await street.desk.write(placing.take, call, agent.agent_id, by=None, weight=None)

    told = await agent.get("/api/me/availability")
    assert told["load"] == told["capacity"] == 6.0


async def test_an_agent_is_told_how_long_they_wrap_up(street, floor):
    await floor.decide(wrap_up=20)
    agent = await floor.agent(floor.billing)
    path = f"/api/conversations/{await floor.waits(floor.billing)}"
    await agent.post(f"{path}/take", {})
    took = await agent.get("/api/me/availability")
    await agent.call("PATCH", path, {"status": "resolved"})
    until = street.desk.now + timedelta(seconds=20)
    wraps = await agent.get("/api/me/availability")
    street.desk.advance(20)
    over = await agent.get("/api/me/availability")

    assert (None, None) == (took["wraps_up_until"], over["wraps_up_until"])
    assert until == datetime.fromisoformat(wraps["wraps_up_until"])


async def test_a_conversation_is_taken_and_given_back(street, floor):
    agent, other = await floor.agent(floor.billing), await floor.agent(floor.billing)
    talk = await floor.waits(floor.billing)
    took = await agent.post(f"/api/conversations/{talk}/take", {})
    await other.post(f"/api/conversations/{talk}/return", {}, expect=403)
    back = await agent.post(f"/api/conversations/{talk}/return", {"reason": "Not mine."})

    assert ("accepted", agent.agent_id) == (took["stage"], took["assignee_id"])
    assert ("queued", None, floor.billing) == (back["stage"], back["assignee_id"], back["queue_id"])
    assert took["created_at"] == back["queued_at"]


async def test_a_transfer_to_a_queue_takes_its_note_along(street, floor):
    agent, seller = await floor.agent(floor.billing), await floor.agent(floor.sales)
    talk = await floor.waits(floor.billing)
    path = f"/api/conversations/{talk}"
    await agent.post(f"{path}/take", {})
    wanted = {"queue_id": floor.sales, "note": "Wants to buy."}
    told = await agent.post(f"{path}/transfer", wanted)
    thread = await seller.get(path)

    assert ("queued", floor.sales, None) == (told["stage"], told["queue_id"], told["assignee_id"])
    assert "Wants to buy." == thread["messages"]["items"][-1]["text"]
    await agent.get(path, expect=404)


async def test_a_transfer_to_an_agent_is_theirs_wherever_they_sit(street, floor):
    agent, seller = await floor.agent(floor.billing), await floor.agent(floor.sales)
    talk = await floor.waits(floor.billing)
    told = await agent.post(
        f"/api/conversations/{talk}/transfer", {"agent_id": seller.agent_id, "note": "Yours."}
    )

    assert ("accepted", seller.agent_id) == (told["stage"], told["assignee_id"])
    await seller.get(f"/api/conversations/{talk}")


@pytest.mark.parametrize(
    ("wanted", "field"),
    [
        ({}, None),
        ({"agent_id": 1, "queue_id": 1}, None),
        ({"agent_id": 999}, "agent_id"),
        ({"queue_id": 999}, "queue_id"),
        ({"queue_id": 999, "consult": True, "note": "x"}, "queue_id"),
        ({"agent_id": 1, "consult": True, "note": " "}, "consult"),
    ],
)
async def test_a_transfer_to_nowhere_is_refused_and_leaves_no_note(street, floor, wanted, field):
    agent = await floor.agent(floor.billing)
    talk = await floor.waits(floor.billing)
    path = f"/api/conversations/{talk}"
    refused = await agent.post(f"{path}/transfer", {"note": "Here."} | wanted, expect=None)

    assert (422, field) == (refused["status"], refused.get("field"))
    assert "note" not in [one["direction"] for one in (await agent.get(path))["messages"]["items"]]


async def test_what_is_held_is_put_back(street, floor):
    agent = await floor.agent(floor.billing)
    talk = await floor.waits(floor.billing)
    path = f"/api/conversations/{talk}/hold"

    assert "held" == (await agent.post(path, {"on": True}))["stage"]
    assert "queued" == (await agent.post(path, {"on": False}))["stage"]


async def test_a_conversation_gets_a_priority(street, floor):
    agent = await floor.agent(floor.billing)
    talk = await floor.waits(floor.billing)
    told = await agent.post(f"/api/conversations/{talk}/priority", {"priority": "urgent"})

    assert "urgent" == told["priority"]
    everybodys = await street.desk.write(scenes.write_in)
    path = f"/api/conversations/{everybodys}/priority"
    await agent.post(path, {"priority": "urgent"}, expect=422)


async def test_tags_are_put_on_and_taken_off(street, floor):
    agent = await floor.agent(floor.billing)
    talk = await floor.waits(floor.billing)
    path = f"/api/conversations/{talk}/tags"
    await agent.post(path, {"add": ["Refund", "bell"]})
    told = await agent.post(path, {"add": ["vip"], "remove": ["bell"]})

    assert ["refund", "vip"] == told["tags"]
    assert {"refund", "vip"} == set((await agent.get("/api/tags"))["items"])


async def test_what_it_was_about_is_said_when_it_is_resolved(street, floor):
    await floor.decide(codes=("refund",))
    agent = await floor.agent(floor.billing)
    talk = await floor.waits(floor.billing)
    path = f"/api/conversations/{talk}"
    await agent.call("PATCH", path, {"outcome": "refund"}, expect=422)
    told = await agent.call("PATCH", path, {"status": "resolved", "outcome": "refund"})

    assert ("resolved", "resolved", floor.billing) == (
        told["status"],
        told["stage"],
        told["queue_id"],
    )
    placement = await street.desk.read(lambda unit: unit.placements.get(talk))
    assert "refund" == placement.outcome


async def test_a_last_reply_says_what_it_was_about(street, floor):
    await floor.decide(codes=("refund",))
    agent = await floor.agent(floor.billing)
    talk = await floor.waits(floor.billing)
    path = f"/api/conversations/{talk}/replies"
    wanted = {"text": "Here it is.", "client_id": "0123456789abcdef", "outcome": "refund"}
    refused = await agent.post(path, wanted, expect=422)
    await agent.post(path, wanted | {"resolve": True}, expect=201)
    await floor.decide(codes=("other",))
    await agent.post(path, wanted | {"resolve": True}, expect=201)  # it was said before

    assert "outcome" == refused["field"]
    assert "refund" == (await street.desk.read(lambda unit: unit.placements.get(talk))).outcome


async def test_only_what_the_queue_knows_is_what_it_was_about(street, floor):
    await floor.decide(codes=("refund", "question"))
    agent = await floor.agent(floor.billing, floor.sales)
    billing, sales = await floor.waits(floor.billing), await floor.waits(floor.sales)
    wanted = {"status": "resolved", "outcome": "weather"}
    refused = await agent.call("PATCH", f"/api/conversations/{billing}", wanted, expect=422)
    without = await agent.call("PATCH", f"/api/conversations/{sales}", wanted, expect=422)
    said = {"text": "Here.", "client_id": "c", "resolve": True, "outcome": "weather"}
    reply = await agent.post(f"/api/conversations/{billing}/replies", said, expect=422)
    thread = await agent.get(f"/api/conversations/{billing}")

    assert "Its queue knows these wrap-up codes: refund, question." == refused["detail"]
    assert "Its queue has no wrap-up codes." == without["detail"]
    assert (refused["detail"], "outcome") == (reply["detail"], reply["field"])
    assert "open" == thread["conversation"]["status"]
    assert ["in"] == [one["direction"] for one in thread["messages"]["items"]]


async def test_why_tells_what_was_decided_and_who_was_asked(street, floor):
    agent, other = await floor.agent(floor.billing), await floor.agent(floor.billing)
    talk, offer = await floor.offered(floor.billing, agent)
    await agent.post(f"/api/offers/{offer}/decline", {}, expect=204)
    await floor.offer(talk, other)
    nobody = Decision(
        conversation_id=talk,
        kind="nobody",
        at=street.desk.now,
        why="Everybody is full.",
        version="abc",
        queue_id=floor.billing,
        detail={"removed": [{"agent_id": 1, "why": "full"}]},
    )
    await street.desk.write(lambda unit: unit.decisions.add([nobody]))
    told = await agent.get(f"/api/conversations/{talk}/why")

    assert ("offered", floor.billing, False) == (
        told["stage"],
        told["queue_id"],
        told["queue_paused"],
    )
    assert [agent.agent_id] == told["declined_by"]
    assert ["offered", "declined"] == [one["state"] for one in told["assignments"]]
    [decided] = told["decisions"]
    assert ("nobody", "Everybody is full.", "abc") == (
        decided["kind"],
        decided["why"],
        decided["version"],
    )
    assert [{"agent_id": 1, "why": "full"}] == decided["detail"]["removed"]


async def test_what_is_everybodys_has_no_why(street):
    agent = await street.agent()
    talk = await street.desk.write(scenes.write_in)
    told = await agent.get(f"/api/conversations/{talk}/why")

    assert (None, None, [], []) == (
        told["stage"],
        told["queue_id"],
        told["decisions"],
        told["assignments"],
    )


# --- who is here ----------------------------------------------------------------------------
async def duty_of(street, agent):
    return await street.desk.read(lambda unit: unit.duties.get(agent.agent_id))


async def test_who_opens_the_desk_for_the_first_time_is_available(street, floor):
    agent = await floor.agent(floor.billing)
    browser = await Browser(agent).open()
    live = street.front.live
    await until(lambda: agent.agent_id in live.attendance.told)
    duty = await duty_of(street, agent)

    assert browser.ws is not None
    assert Availability.AVAILABLE == duty.availability
    assert street.desk.now + attendance.LASTS == duty.connected_until
    assert (await agent.get("/api/me/availability"))["connected"] is True


async def test_who_closes_the_last_browser_is_gone_after_a_moment(street, floor, monkeypatch):
    monkeypatch.setattr(attendance, "RETURNS", 0.05)
    agent = await floor.agent(floor.billing)
    one, other = [await Browser(agent).open() for _ in range(2)]
    live = street.front.live
    await until(lambda: agent.agent_id in live.attendance.told)
    await one.ws.close()
    await until(lambda: len(live.sockets) == 1)
    await live.attendance.look()
    there = await duty_of(street, agent)
    await other.ws.close()
    await until(lambda: agent.agent_id not in live.attendance.told)

    assert there.connected_until > street.desk.now
    assert street.desk.now == (await duty_of(street, agent)).connected_until


async def test_nobody_is_written_down_while_there_are_no_queues(street):
    agent = await street.agent()
    browser = await Browser(agent).open()
    await browser.hear("counts")
    await street.front.live.attendance.look()

    assert await duty_of(street, agent) is None


async def test_the_first_queue_has_those_written_down_who_are_here(street):
    agent = await street.agent()
    browser = await Browser(agent).open()
    await browser.hear("counts")
    await open_floor(street)
    await street.desk.write(lambda unit: unit.happened("setup.saved"))

    await until(lambda: agent.agent_id in street.front.live.attendance.told)


async def test_an_agent_is_told_of_a_transfer_as_it_happens(street, floor):
    agent, other = await floor.agent(floor.billing), await floor.agent(floor.sales)
    browser = await Browser(other).open()
    await browser.hear("counts")
    talk = await floor.waits(floor.billing)
    await street.desk.write(verbs.assign, talk, other.agent_id, by=agent.agent_id)

    await browser.hear_until(lambda known: talk in known.conversations)
