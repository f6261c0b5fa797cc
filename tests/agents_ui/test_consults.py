"""A colleague is asked about a conversation that somebody keeps, and sees it until they answer."""

import pytest

from inbox.actions import agent as agents
from inbox.actions import conversation as verbs
from inbox.model import Role
from tests.agents_ui.floor import both, open_floor
from tests.agents_ui.test_live import Browser

database_url = pytest.fixture(params=["sqlite", "postgresql"])(both)

SECRET = "My account number is 4711."
QUESTION = "May I give her a refund?"


@pytest.fixture
async def floor(street):
    return await open_floor(street)


async def asked(floor, by, **whom):
    """Have an agent take a conversation of Billing, and ask about it; returns it."""
    talk = await floor.waits(floor.billing, SECRET)
    await by.post(f"/api/conversations/{talk}/take", {})
    await by.post(
        f"/api/conversations/{talk}/transfer", {"consult": True, "note": QUESTION, **whom}
    )
    return talk


async def noted(caller, talk, text):
    await caller.post(
        f"/api/conversations/{talk}/notes", {"text": text, "client_id": text}, expect=201
    )


async def open_to(caller):
    return (await caller.get("/api/consults"))["items"]


async def team(floor):
    """Return an agent of Billing, one of Sales, and another one of Sales."""
    return [
        await floor.agent(floor.billing),
        await floor.agent(floor.sales),
        await floor.agent(floor.sales),
    ]


async def told(street, talk):
    """Return how the questions about a conversation ended, by whom, and who is told."""
    return [
        (one.change["how"], one.by, one.agent_id)
        for one in street.desk.told
        if getattr(one, "verb", "") == "conversation.advised" and one.conversation_id == talk
    ]


async def test_whoever_is_asked_sees_it_until_they_answer_by_a_note(street, floor):
    ada, bob, other = await team(floor)
    talk = await asked(floor, ada, agent_id=bob.agent_id)
    path = f"/api/conversations/{talk}"
    [card] = await open_to(bob)
    thread = await bob.get(path)
    await other.get(path, expect=404)

    assert (QUESTION, ada.agent_id) == (card["question"], card["asker_id"])
    assert ("Ada", talk) == (card["conversation"]["customer"]["name"], card["conversation"]["id"])
    assert (ada.agent_id, QUESTION) == (
        thread["conversation"]["assignee_id"],
        thread["messages"]["items"][-1]["text"],
    )
    assert [card["id"]] == [one["id"] for one in await open_to(ada)]

    await noted(bob, talk, "Yes.")
    await bob.get(path, expect=404)
    assert ([], []) == (await open_to(bob), await open_to(ada))
    assert [("answered", bob.agent_id, ada.agent_id)] == await told(street, talk)


async def test_all_of_a_queue_are_asked_and_the_first_answers(street, floor):
    ada, bob, other = await team(floor)
    talk = await asked(floor, ada, queue_id=floor.sales)
    path = f"/api/conversations/{talk}"
    for one in bob, other:
        await one.get(path)
        assert [floor.sales] == [card["queue_id"] for card in await open_to(one)]
    await noted(other, talk, "Yes.")

    await bob.get(path, expect=404)
    assert [("answered", other.agent_id, ada.agent_id)] == await told(street, talk)


async def test_a_note_of_somebody_else_answers_nothing(street, floor):
    ada, bob, _ = await team(floor)
    talk = await asked(floor, ada, agent_id=bob.agent_id)
    await noted(ada, talk, "Or not?")
    supervisor = await floor.agent(role=Role.SUPERVISOR)
    await noted(supervisor, talk, "Hm.")

    assert 1 == len(await open_to(bob))


async def test_a_question_is_taken_back_or_declined(street, floor):
    ada, bob, other = await team(floor)
    for who, how in ((ada, "withdrawn"), (bob, "declined")):
        talk = await asked(floor, ada, agent_id=bob.agent_id)
        [card] = await open_to(bob)
        await other.call("DELETE", f"/api/consults/{card['id']}", {}, expect=404)
        await who.call("DELETE", f"/api/consults/{card['id']}", {}, expect=204)
        await ada.call("DELETE", f"/api/consults/{card['id']}", {}, expect=409)
        await bob.get(f"/api/conversations/{talk}", expect=404)

        assert [(how, who.agent_id, ada.agent_id)] == await told(street, talk)


async def test_what_is_resolved_is_asked_no_longer(street, floor):
    ada, bob, _ = await team(floor)
    for verb in verbs.resolve, verbs.mark_spam:
        talk = await asked(floor, ada, agent_id=bob.agent_id)
        await street.desk.write(verb, talk, by=ada.agent_id)
        await bob.get(f"/api/conversations/{talk}", expect=404)

        assert ["resolved"] == [how for how, _, _ in await told(street, talk)]


async def test_who_leaves_for_good_is_asked_nothing(street, floor):
    ada, bob, _ = await team(floor)
    talk = await asked(floor, ada, agent_id=bob.agent_id)
    await street.desk.write(agents.archive, bob.agent_id)

    assert [] == await open_to(ada)
    assert [("withdrawn", None, ada.agent_id)] == await told(street, talk)


async def test_nobody_is_asked_twice_and_nobody_asks_the_air(street, floor):
    ada, bob, _ = await team(floor)
    empty = await street.desk.write(lambda unit: unit.queues.sync(["empty"], at=unit.now))
    talk = await asked(floor, ada, agent_id=bob.agent_id)
    path = f"/api/conversations/{talk}/transfer"
    wanted = {"consult": True, "note": QUESTION}
    await ada.post(path, wanted | {"agent_id": bob.agent_id}, expect=409)
    await ada.post(path, wanted | {"agent_id": ada.agent_id}, expect=422)
    await ada.post(path, wanted | {"queue_id": empty["empty"]}, expect=422)
    thread = await ada.get(f"/api/conversations/{talk}")

    assert [QUESTION] == [
        one["text"] for one in thread["messages"]["items"] if one["direction"] == "note"
    ]


async def test_numbers_and_lists_agree_for_who_is_asked(street, floor):
    ada, bob, _ = await team(floor)
    talk = await asked(floor, ada, agent_id=bob.agent_id)
    waits = await floor.waits(floor.billing, SECRET)
    wanted = {"consult": True, "note": QUESTION, "agent_id": bob.agent_id}
    await ada.post(f"/api/conversations/{waits}/transfer", wanted)
    counts = (await bob.get("/api/me"))["counts"]
    lists = {
        name: {one["id"] for one in (await bob.get(f"/api/conversations?list={name}"))["items"]}
        for name in ("mine", "unassigned", "all")
    }

    assert {"mine": set(), "unassigned": {waits}, "all": {talk, waits}} == lists
    assert {name: len(found) for name, found in lists.items()} == {
        name: counts[name] for name in lists
    }


async def test_browsers_are_told_when_one_is_asked_and_when_it_is_over(street, floor):
    ada, bob, other = await team(floor)
    browsers = [await Browser(one).open() for one in (ada, bob, other)]
    for browser in browsers:
        await browser.hear("counts")
    asking, advising, outside = browsers
    talk = await asked(floor, ada, agent_id=bob.agent_id)
    await advising.hear_until(lambda known: QUESTION in known.messages.values())
    await noted(bob, talk, "Yes.")
    await asking.hear_until(lambda known: "Yes." in known.messages.values())
    while talk not in (await advising.hear("change")).get("gone", ()):
        pass
    marker = await floor.waits(floor.sales, "The end.")
    await outside.hear_until(lambda known: marker in known.conversations)

    assert SECRET not in str(outside.frames)
