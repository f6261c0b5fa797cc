"""An agent sees what is everybody's, what is their queues', and what they have; nothing else."""

from datetime import timedelta

import pytest

from agents_ui import ENDPOINTS
from agents_ui.api import calls
from inbox.actions import agent as agents
from inbox.actions import conversation as verbs
from inbox.actions import placing, tags
from inbox.model import Role
from tests.agents_ui import scenes
from tests.agents_ui.floor import both, open_floor, waiting
from tests.agents_ui.test_access import BODIES
from tests.agents_ui.test_live import Browser

database_url = pytest.fixture(params=["sqlite", "postgresql"])(both)

SECRET = "My account number is 4711."
#: Calls for agents that show nothing of a conversation, and why. A new one must be thought about.
ELSEWHERE = {
    **dict.fromkeys(("sign_out", "live"), "tested by themselves"),
    **dict.fromkeys(("me", "conversations", "offers", "tags", "queues"), "looked through below"),
    **dict.fromkeys(("calls", "softphone", "my_phone", "set_my_phone", "dial"), "telephones"),
    **dict.fromkeys(
        ("answer", "hang_up", "hold", "resume", "transfer"), "need an account of calls"
    ),
    **dict.fromkeys(("customer", "change_customer", "search", "alike", "merges"), "customers"),
    **dict.fromkeys(("record_consent", "link", "unlink", "merge", "undo"), "customers"),
    **dict.fromkeys(("customer_conversations", "timeline"), "looked through below"),
    **dict.fromkeys(("availabilities", "my_availability", "set_my_availability"), "agents"),
    **dict.fromkeys(("consults", "end_consult"), "tested by themselves"),
    **dict.fromkeys(("accept_offer", "decline_offer"), "tested with offers"),
    **dict.fromkeys(("upload", "templates"), "nothing of customers"),
    **dict.fromkeys(
        ("suggestions", "answer_suggestion", "report_wrong_answer"), "tested with suggestions"
    ),
    "translate": "only what the agent wrote; tested by itself",
    **dict.fromkeys(("articles", "article", "search_articles"), "what everybody here may read"),
    **dict.fromkeys(("article_versions", "article_file", "preview_article"), "the same"),
}


@pytest.fixture
async def floor(street):
    return await open_floor(street)


def about_conversations():
    for one in ENDPOINTS:
        if one.needs is Role.AGENT and one.name not in ELSEWHERE:
            yield one


def test_every_call_of_agents_is_about_a_conversation_or_written_down_here():
    beginnings = ("/conversations/{id}", "/messages/{id}")

    assert [] == [one.name for one in about_conversations() if not one.path.startswith(beginnings)]


async def tried(caller, one, talk, message):
    """Return the status and the words of what comes of a call about *talk*."""
    number = message if one.path.startswith("/messages") else talk
    body = BODIES.get(one.name, {})
    if one.name == "transfer_conversation":
        body = {"agent_id": caller.agent_id}
    if one.name == "read":
        body = {"message_id": message}
    path = f"/api{one.path}".format(id=number, emoji="x")
    more = {"json": body} if one.method != "GET" else {}
    async with caller.http.request(one.method, f"{caller.base}{path}", **more) as answer:
        return answer.status, await answer.text()


async def newest(street, talk):
    found = await street.desk.read(lambda unit: unit.conversations.get(talk))
    return found.last_message_id


async def test_what_is_in_anothers_queue_is_not_found_at_any_call(street, floor):
    outsider = await floor.agent(floor.sales)
    talk = await floor.waits(floor.billing, SECRET)
    message = await newest(street, talk)
    for one in about_conversations():
        status, said = await tried(outsider, one, talk, message)

        assert (404, False) == (status, SECRET in said), (one.name, status, said)


@pytest.mark.parametrize("role", [Role.AGENT, Role.SUPERVISOR, Role.ADMIN])
async def test_who_belongs_to_the_queue_and_who_supervises_find_it(street, floor, role):
    inside = await floor.agent(*([floor.billing] if role is Role.AGENT else []), role=role)
    for one in about_conversations():
        talk = await floor.waits(floor.billing, SECRET)
        status, said = await tried(inside, one, talk, await newest(street, talk))

        assert status != 403, (one.name, said)
        assert "There is no such" not in said, (one.name, said)


async def looked_through(caller, floor, customer):
    """Return all that an agent can list."""
    lists = "mine", "unassigned", "all", "resolved", "snoozed", "undelivered"
    paths = [f"/api/conversations?list={name}" for name in lists]
    paths += [f"/api/conversations?list=queue&queue={floor.billing}"]
    paths += ["/api/me", "/api/offers", "/api/tags", "/api/customers?q=Ada"]
    paths += [f"/api/customers/{customer}{rest}" for rest in ("/conversations", "/timeline", "")]
    return {path: str(await caller.get(path)) for path in paths}


async def test_no_list_shows_what_is_in_anothers_queue(street, floor):
    talk = await floor.waits(floor.billing, SECRET)
    done = await floor.waits(floor.billing, SECRET)
    await street.desk.write(verbs.resolve, done, by=None)
    await street.desk.write(undelivered, talk)
    customer = (await street.desk.read(lambda unit: unit.conversations.get(talk))).customer_id

    seen = await looked_through(await floor.agent(floor.sales), floor, customer)
    assert [] == [path for path, told in seen.items() if SECRET in told]
    inside = await looked_through(await floor.agent(floor.billing), floor, customer)
    supervisor = await looked_through(await floor.agent(role=Role.SUPERVISOR), floor, customer)
    for told in inside, supervisor:
        assert 7 == sum(SECRET in words for words in told.values())


def undelivered(unit, which):
    talk = unit.conversations.get(which)
    unit.messages.add(
        at=unit.now,
        conversation_id=which,
        customer_id=talk.customer_id,
        account_id=talk.account_id,
        direction="out",
        delivery="failed",
        text=SECRET,
    )


async def test_a_call_is_listed_when_it_is_known_whose_it_is(street, floor):
    caller = await floor.agent(floor.sales)
    which = await street.desk.write(scenes.write_in)

    async def listed(who):
        agent = await street.desk.read(lambda unit: unit.agents.get(who.agent_id))
        rows = [("CA1", 1, which, 1, "Ada")]
        return await street.desk.read(calls.seen_of, rows, agent)

    assert set() == await listed(caller)
    assert {which} == await listed(await floor.agent(role=Role.SUPERVISOR))
    street.desk.advance(3)
    assert {which} == await listed(caller)
    await street.desk.write(placing.enqueue, which, floor.billing)
    assert set() == await listed(caller)


async def test_words_are_those_of_what_an_agent_sees(street, floor):
    here, there = await floor.waits(floor.billing), await floor.waits(floor.sales)
    for talk, names in ((here, ["refund", "late"]), (there, ["late", "gift"])):
        await street.desk.write(tags.tag, talk, names, by=None)
    people = await floor.agent(floor.billing), await floor.agent(role=Role.SUPERVISOR)
    clerk, supervisor = [(await one.get("/api/tags"))["items"] for one in people]

    assert (["late", "refund"], ["late", "gift", "refund"]) == (clerk, supervisor)


async def test_numbers_count_what_an_agent_sees(street, floor):
    anywhere = await street.desk.write(scenes.write_in)
    mine, _ = await floor.waits(floor.billing), await floor.waits(floor.billing)
    sold = await floor.waits(floor.sales)
    seller, clerk = await floor.agent(floor.sales), await floor.agent(floor.billing)
    await street.desk.write(placing.take, mine, seller.agent_id, by=None, weight=1.0)
    await street.desk.write(undelivered, sold)

    async def counted(caller):
        told = (await caller.get("/api/me"))["counts"]
        lists = {
            name: [
                one["id"] for one in (await caller.get(f"/api/conversations?list={name}"))["items"]
            ]
            for name in ("mine", "unassigned", "all", "undelivered")
        }
        assert {name: len(found) for name, found in lists.items()} == {
            name: told[name] for name in lists
        }
        return lists, told["queues"]

    lists, queues = await counted(seller)
    assert ([mine], [sold, anywhere]) == (lists["mine"], lists["unassigned"])
    assert ({mine, sold, anywhere}, [sold]) == (set(lists["all"]), lists["undelivered"])
    assert {str(floor.sales): 1} == queues
    _, queues = await counted(clerk)
    assert {str(floor.billing): 1} == queues
    _, queues = await counted(await floor.agent(role=Role.SUPERVISOR))
    assert {str(floor.billing): 1, str(floor.sales): 1} == queues


async def test_what_somebody_is_asked_to_take_or_has_they_see(street, floor):
    guest = await floor.agent(floor.sales)
    talk, offer = await floor.offered(floor.billing, guest)
    await guest.get(f"/api/conversations/{talk}")
    await guest.post(f"/api/offers/{offer}/accept", {})
    await guest.get(f"/api/conversations/{talk}")
    await street.desk.write(placing.give_back, talk, by=None, why="They left.")

    await guest.get(f"/api/conversations/{talk}", expect=404)


async def test_who_is_lent_sees_the_queue_until_then(street, floor):
    guest = await floor.agent(floor.sales)
    talk = await floor.waits(floor.billing)
    await floor.join(guest, floor.billing, until=street.desk.now + timedelta(hours=1))
    await guest.get(f"/api/conversations/{talk}")
    street.desk.advance(3600)

    await guest.get(f"/api/conversations/{talk}", expect=404)


async def test_a_queue_is_named_with_its_list_only(street, floor):
    agent = await floor.agent(floor.sales)

    await agent.get("/api/conversations?list=queue", expect=422)
    await agent.get(f"/api/conversations?list=all&queue={floor.sales}", expect=422)


# --- frames ---------------------------------------------------------------------------------
async def crowd(floor):
    """Return the browsers of an agent inside, of one outside, and of a supervisor."""
    people = [
        await floor.agent(floor.billing),
        await floor.agent(floor.sales),
        await floor.agent(role=Role.SUPERVISOR),
    ]
    browsers = [await Browser(one).open() for one in people]
    for browser in browsers:
        await browser.hear("counts")
    return browsers


async def heard_until(browser, street, floor):
    """Return the frames of a browser until it has heard of something that everybody sees."""
    marker = await street.desk.write(waiting, floor.sales, "The end.")
    if browser.caller.agent_id not in await members(street, floor.sales):
        marker = await street.desk.write(scenes.write_in, "The end.")
    await browser.hear_until(lambda known: marker in known.conversations)
    return str(browser.frames)


async def members(street, queue):
    return [one.agent_id for one in await street.desk.read(lambda unit: unit.queues.members(queue))]


async def test_frames_tell_of_it_only_whom_it_concerns(street, floor):
    inside, outside, supervisor = await crowd(floor)
    talk = await floor.waits(floor.billing, SECRET)
    await inside.hear_until(lambda known: talk in known.conversations)
    await supervisor.hear_until(lambda known: SECRET in known.messages.values())

    assert SECRET not in await heard_until(outside, street, floor)
    assert talk not in outside.conversations


async def test_who_may_see_it_no_longer_is_told_so(street, floor):
    inside, outside, _ = await crowd(floor)
    talk = await floor.waits(floor.billing, SECRET)
    await inside.hear_until(lambda known: talk in known.conversations)
    await street.desk.write(placing.enqueue, talk, floor.sales)
    await outside.hear_until(lambda known: talk in known.conversations)
    while talk not in (await inside.hear("change")).get("gone", ()):
        pass

    assert floor.billing == inside.conversations[talk]["queue_id"]  # as it was before


async def test_what_is_new_is_told_to_agents_when_it_is_known_whose_it_is(street, floor):
    """Routing takes a moment; in its time only supervisors hear of it, and then everybody."""
    inside, outside, supervisor = await crowd(floor)
    talk = await street.desk.write(scenes.write_in, SECRET)
    await supervisor.hear_until(lambda known: talk in known.conversations)
    await street.desk.write(placing.enqueue, talk, floor.billing)
    await inside.hear_until(lambda known: SECRET in known.messages.values())
    everybodys = await street.desk.write(scenes.write_in, "Anybody there?")
    await outside.hear_until(lambda known: everybodys in known.conversations)

    assert SECRET not in str(outside.frames)


async def test_a_browser_that_comes_back_hears_what_its_agent_sees(street, floor):
    inside, outside = await floor.agent(floor.billing), await floor.agent(floor.sales)
    since = (await inside.get("/api/me"))["sequence"]
    talk = await floor.waits(floor.billing, SECRET)
    browsers = [Browser(one) for one in (inside, outside)]
    for browser in browsers:
        browser.sequence = since
        await browser.open()
    await browsers[0].hear_until(lambda known: SECRET in known.messages.values())

    assert SECRET not in await heard_until(browsers[1], street, floor)
    assert [talk] == next(frame["gone"] for frame in browsers[1].frames if "gone" in frame)


async def test_writing_is_told_and_said_only_where_one_sees(street, floor):
    inside, outside, supervisor = await crowd(floor)
    talk = await floor.waits(floor.billing)
    typing = {"type": "typing", "conversation_id": talk}
    await outside.ws.send_json(typing)
    await inside.ws.send_json(typing)

    assert inside.caller.agent_id == (await supervisor.hear("typing"))["agent_id"]
    assert "'typing'" not in await heard_until(outside, street, floor)


async def test_who_joins_a_queue_loads_everything_anew(street, floor):
    inside, outside, _ = await crowd(floor)
    who = outside.caller.agent_id
    await street.desk.write(lambda unit: unit.happened("queue.member_changed", about=who))

    await outside.hear("resync")
    assert "resync" not in await heard_until(inside, street, floor)


async def test_who_is_a_supervisor_no_longer_comes_in_again(street, floor):
    _, _, supervisor = await crowd(floor)
    await street.desk.write(agents.change_role, supervisor.caller.agent_id, Role.AGENT)

    with pytest.raises(EOFError):
        await supervisor.hear_until(lambda _: False)


async def test_supervisors_are_told_that_their_board_has_changed(street, floor):
    inside, _, supervisor = await crowd(floor)
    await floor.waits(floor.billing)

    await supervisor.hear("board")
    assert "'board'" not in await heard_until(inside, street, floor)
