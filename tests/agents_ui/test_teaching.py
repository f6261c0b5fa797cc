"""What the bot is taught, over HTTP: who may, what it says, and what is refused."""

import pytest

from inbox.actions import articles, proposals
from inbox.actions.articles import Wanted
from inbox.actions.proposals import Draft
from inbox.jobs import TrainBrain
from inbox.model import ArticleText, ConversationId, Role
from inbox.worker import Worker
from routing.bots.teaching.training import train_brain
from tests.agents_ui import scenes
from tests.routing.bots.test_training import HANDLERS

OURS = {"Sec-Fetch-Site": "same-origin"}
OPEN = "We are open from nine to five, Monday to Friday."


@pytest.fixture
async def boss(street):
    return await street.agent(Role.SUPERVISOR)


def hours(*examples, title="Opening hours"):
    text = ArticleText(language="en", title=title, body=OPEN, examples=examples)
    return Wanted(texts=(text,))


async def taught(street, wanted=None):
    """Have the bot know an article."""
    made = await street.desk.write(articles.create, wanted or hours("When are you open?"), by=None)
    await Worker(street.desk, HANDLERS).run_due()
    return made


async def proposed(street, **more):
    """Have something proposed that a conversation speaks for."""
    for text in "Do you wrap gifts?", "Is there gift wrapping?":
        await street.desk.write(scenes.write_in, text, subject="Gifts")
    draft = Draft(
        **{
            "kind": "article",
            "fingerprint": "gifts",
            "language": "en",
            "title": "Do you wrap gifts?",
            "questions": ("Do you wrap gifts?",),
            "answer": "We do.",
            "sources": (ConversationId(1), ConversationId(2)),
            **more,
        }
    )
    await street.desk.write(proposals.propose, [draft])


async def post(who, path, body=None, **more):
    return await who.post(f"/api{path}", body or {}, headers=OURS, **more)


async def test_only_who_leads_teaches(street):
    agent = await street.agent()
    for path in "/brains", "/proposals", "/bots/figures":
        await agent.get(f"/api{path}", expect=403)
    for path in "/brains/train", "/proposals/look", "/bots/rehearse":
        await post(agent, path, expect=403)


# --- versions -------------------------------------------------------------------------------
async def test_versions_are_listed_and_put_back(street, boss):
    await taught(street)
    await taught(street, hours("Where are you?", title="Where we are"))
    told = await boss.get("/api/brains")
    newest, older = told["items"]
    back = await post(boss, f"/brains/{older['id']}/live")

    assert ([True, False], [4, 2]) == (
        [one["live"] for one in told["items"]],
        [one["examples"] for one in told["items"]],
    )
    assert [False, True] == [one["live"] for one in back["items"]]
    assert not told["training"]
    assert newest["reason"] is None


async def test_a_version_that_lost_its_file_is_not_put_back(street, boss):
    await taught(street)
    await taught(street, hours("Where are you?", title="Where we are"))
    older = (await street.desk.read(lambda unit: unit.brains.all()))[-1]
    street.desk.blobs.path(older.blob).unlink()

    await post(boss, f"/brains/{older.id}/live", expect=409)
    await post(boss, "/brains/99/live", expect=404)


async def test_a_training_is_asked_for(street, boss):
    await street.desk.write(articles.create, hours("When are you open?"), by=None)
    told = await post(boss, "/brains/train")
    await Worker(street.desk, {TrainBrain: HANDLERS[TrainBrain]}).run_due()
    after = await boss.get("/api/brains")

    assert (True, []) == (told["training"], told["items"])
    assert (False, 1) == (after["training"], len(after["items"]))
    assert train_brain is HANDLERS[TrainBrain].func


# --- proposals ------------------------------------------------------------------------------
async def test_a_proposal_says_what_speaks_for_it(street, boss):
    await proposed(street)
    told = await boss.get("/api/proposals")

    [one] = told["items"]
    assert (1, 2, "open") == (told["waiting"], one["weight"], one["state"])
    assert {1, 2} == {source["conversation_id"] for source in one["sources"]}
    assert all(source["customer"] and source["said"] for source in one["sources"])


async def test_a_proposal_is_approved_and_taken_back(street, boss):
    await proposed(street)
    done = await post(
        boss, "/proposals/1", {"decision": "approve", "title": "Gift wrapping", "answer": "Yes."}
    )
    decided = await boss.get("/api/proposals?state=decided")
    back = await post(boss, "/proposals/1", {"decision": "undo"})

    assert ("edited", "Gift wrapping") == (done["state"], done["article"]["title"])
    assert [1] == [one["id"] for one in decided["items"]]
    assert ("open", None) == (back["state"], back["article"])


async def test_what_cannot_be_decided_is_refused(street, boss):
    await proposed(street)
    await post(boss, "/proposals/1", {"decision": "reject", "title": "No"}, expect=422)
    await post(boss, "/proposals/1", {"decision": "approve", "answer": ""}, expect=422)
    await post(boss, "/proposals/1", {"decision": "approve", "article_id": 7}, expect=404)
    await post(boss, "/proposals/1", {"decision": "undo"}, expect=409)
    await post(boss, "/proposals/1", {"decision": "reject"})
    await post(boss, "/proposals/1", {"decision": "approve"}, expect=409)
    await post(boss, "/proposals/9", {"decision": "reject"}, expect=404)


async def test_a_look_is_asked_for(street, boss):
    told = await post(boss, "/proposals/look")

    assert told["looking"]


# --- rehearsal and figures ------------------------------------------------------------------
async def test_a_version_is_rehearsed(street, boss):
    await taught(street)
    await street.desk.write(scenes.write_in, "When are you open?", subject="Hours")
    street.desk.advance(60)
    told = await post(boss, "/bots/rehearse")

    [one] = told["cases"]
    assert ("answer", "Opening hours") == (one["tried"]["would"], one["tried"]["title"])
    assert ({"answer": 1}, {"nobody": 1}, None) == (
        told["tried_would"],
        told["did"],
        told["live"],
    )


async def test_a_rehearsal_needs_a_version_and_a_time(street, boss):
    await post(boss, "/bots/rehearse", expect=422)
    await taught(street)
    span = {"since": "2026-03-02T00:00:00Z", "until": "2026-03-01T00:00:00Z"}
    await post(boss, "/bots/rehearse", span, expect=422)
    await post(boss, "/bots/rehearse", {"brain_id": 9}, expect=404)


async def test_the_figures_of_a_quiet_desk_are_nought(boss):
    told = await boss.get("/api/bots/figures?zone=Europe/Zagreb")
    await boss.get("/api/bots/figures?zone=Nowhere", expect=422)

    assert (0, [], []) == (told["all"]["openings"], told["articles"], told["days"])
