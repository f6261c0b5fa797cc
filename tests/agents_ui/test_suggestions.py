"""The bot in a conversation is seen, stopped and judged by who sees the conversation."""

import pytest

from inbox.actions import bot, placing
from inbox.actions.bot import Doing
from inbox.channel import Capabilities
from inbox.model import ArticleText, TurnKind
from inbox.store.articles import Content
from routing import setups
from routing.bots.model import Bot, Notes
from routing.bots.turns.matter import plain
from routing.queues import Queue
from routing.setup import Setup
from tests.agents_ui import scenes
from tests.agents_ui.floor import both, open_floor

database_url = pytest.fixture(params=["sqlite", "postgresql"])(both)
QUESTION = "How do I return it?"
ANSWER = "Send it back within 30 days."
SETUP = Setup(
    queues={"billing": Queue(), "sales": Queue()}, bots={"owl": Bot()}, bot="owl", usual="billing"
)


def decide(unit):
    change = setups.Change(setup=SETUP, base=unit.setups.newest_id())
    setups.save(unit, change, ("email", "webchat"), by=None)


def held(unit, queue):
    """Have a conversation lie with the bot before it goes to a queue."""
    text = ArticleText(language="en", title=QUESTION, body=ANSWER)
    article = unit.articles.add(Content(slug="returns", texts=(text,)), at=unit.now, by=None)
    which = scenes.write_in(unit, QUESTION)
    placing.lend(unit, which, queue)
    return which, article


def act(unit, which, article, kind):
    """Have the bot answer, or ask whether it may."""
    assert bot.begin(unit, which, "owl")
    session = unit.sessions.get(which)
    heard = unit.messages.heard_before(which)
    wanted = Doing(
        conversation_id=which,
        opening=session.opening,
        version=session.version,
        kind=kind,
        why="It knows article:1.",
        heard_id=heard.id,
        text=ANSWER,
        notes=plain(Notes(asked=(QUESTION,), tried=(article,))),
        article_id=article,
    )
    assert bot.do(unit, wanted, Capabilities())


@pytest.fixture
async def floor(street):
    opened = await open_floor(street)
    await street.desk.write(decide)
    return opened


async def begun(floor, kind=TurnKind.ANSWER):
    desk = floor.street.desk
    which, article = await desk.write(held, floor.billing)
    await desk.write(act, which, article, kind)
    return which


async def test_what_it_did_and_why_is_shown(floor):
    which = await begun(floor)
    agent = await floor.agent(floor.billing)
    seen = await agent.get(f"/api/conversations/{which}/bot")

    assert "listening" == seen["session"]["state"]
    assert [QUESTION] == seen["session"]["notes"]["asked"]
    [turn] = seen["turns"]
    assert ("answer", "It knows article:1.") == (turn["kind"], turn["why"])
    assert {str(turn["article_id"]): QUESTION} == seen["titles"]


async def test_who_does_not_see_a_conversation_sees_nothing_of_it(floor):
    which = await begun(floor, TurnKind.SUGGEST)
    stranger = await floor.agent(floor.sales)
    asked = (await floor.street.desk.read(lambda unit: unit.suggestions.waiting()))[0].id

    await stranger.get(f"/api/conversations/{which}/bot", expect=404)
    await stranger.post(f"/api/conversations/{which}/bot/stop", {}, expect=404)
    await stranger.post(f"/api/suggestions/{asked}", {"verdict": "approve"}, expect=404)
    assert [] == (await stranger.get("/api/suggestions"))["items"]


async def test_the_bot_is_stopped_without_taking_the_conversation(floor):
    which = await begun(floor)
    agent = await floor.agent(floor.billing)
    seen = await agent.post(f"/api/conversations/{which}/bot/stop", {})
    again = await agent.post(f"/api/conversations/{which}/bot/stop", {})

    assert "silenced" == seen["session"]["state"]
    assert seen == again
    talk = await floor.street.desk.read(lambda unit: unit.conversations.get(which))
    assert ("open", None, floor.billing) == (talk.status, talk.assignee_id, talk.queue_id)
    there = await floor.street.desk.read(lambda unit: unit.placements.get(which))
    assert "queued" == there.stage


async def test_a_wrong_answer_is_reported_once(floor):
    which = await begun(floor)
    agent = await floor.agent(floor.billing)
    turn = (await agent.get(f"/api/conversations/{which}/bot"))["turns"][0]
    first = await agent.post(f"/api/turns/{turn['id']}/wrong", {})
    again = await agent.post(f"/api/turns/{turn['id']}/wrong", {})
    stranger = await floor.agent(floor.sales)
    await stranger.post(f"/api/turns/{turn['id']}/wrong", {}, expect=404)

    assert first["wrong_at"] == again["wrong_at"] is not None


@pytest.mark.parametrize(
    ("verdict", "state", "said"),
    [
        ({"verdict": "approve"}, "approved", ANSWER),
        ({"verdict": "edit", "text": "By post."}, "edited", "By post."),
        ({"verdict": "reject"}, "rejected", "I am passing this on to a colleague"),
    ],
)
async def test_a_colleague_decides_what_is_said_once(floor, verdict, state, said):
    which = await begun(floor, TurnKind.SUGGEST)
    agent = await floor.agent(floor.billing)
    [asked] = (await agent.get("/api/suggestions"))["items"]
    done = await agent.post(f"/api/suggestions/{asked['id']}", verdict)

    assert (state, agent.agent_id) == (done["state"], done["agent_id"])
    await agent.post(f"/api/suggestions/{asked['id']}", verdict, expect=409)
    page = await agent.get(f"/api/conversations/{which}/messages")
    assert any(one["text"].startswith(said) for one in page["items"])
