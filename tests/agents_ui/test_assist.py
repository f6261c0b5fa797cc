"""What helps an agent comes from articles and from conversations that this agent may see."""

from contextlib import asynccontextmanager

import pytest

from inbox.actions import articles as library
from inbox.actions import conversation as verbs
from inbox.actions import proposals
from inbox.actions import reply as replying
from inbox.errors import Invalid
from inbox.model import AgentId, ArticleText, Audience, ConversationId
from routing.bots.assist import past
from routing.bots.writing.endpoint import Endpoint
from routing.bots.writing.writer import LanguageModel
from tests.agents_ui import scenes
from tests.agents_ui.floor import both, open_floor
from tests.servers.language_model import KEY, MODEL, Mood, running_model

database_url = pytest.fixture(params=["sqlite", "postgresql"])(both)

QUESTION = "My parcel has not arrived and I want to know where it is."
ANSWER = (
    "Hello Maria,\n\nthe parcel left our house, and the carrier brings it within three days. "
    "Write to maria@example.com or call +385 91 234 5678 if it does not come to Vrapčanska 7.\n\n"
    "Best regards,\nLin"
)


def written(title, body, *examples, language="en", **more):
    text = ArticleText(language=language, title=title, body=body, examples=examples)
    return library.Wanted(texts=(text,), **more)


async def resolved(street, question=QUESTION, answer=ANSWER, *, by, name="Maria", tags=()):
    """Let a customer ask, an agent answer, and the conversation be over."""
    talk = await street.desk.write(scenes.write_in, question, name=name)
    if answer:
        await street.desk.write(replying.reply, talk, answer, by=AgentId(by))
    await street.desk.write(lambda unit: unit.tags.add(talk, tags))
    await street.desk.write(verbs.resolve, talk, by=AgentId(by))
    return talk


async def helped(caller, talk):
    return await caller.get(f"/api/conversations/{talk}/assist")


async def test_an_earlier_answer_is_offered_without_what_is_another_customers(street):
    agent = await street.agent()
    earlier = await resolved(street, by=agent.agent_id)
    now = await street.desk.write(scenes.write_in, "Where is my parcel? It has not arrived.")

    told = await helped(agent, now)

    [answer] = told["answers"]
    assert earlier == answer["conversation_id"]
    assert agent.agent_id == answer["by"]
    assert "the carrier brings it within three days" in answer["text"]
    for theirs in "Maria", "example.com", "234", "Vrapčanska", "Lin", "regards":
        assert theirs not in answer["text"]
    assert "gaps" == answer["care"]
    assert [earlier] == [one["conversation_id"] for one in told["similar"]]


async def test_an_article_goes_before_what_was_said_once(street):
    agent = await street.agent()
    await resolved(street, by=agent.agent_id)
    body = "A parcel takes **three days**.\n\nThen write to us."
    wanted = written("Where is my parcel?", body, "My parcel has not arrived")
    article = await street.desk.write(library.create, wanted, by=None)
    now = await street.desk.write(scenes.write_in, "My parcel has not arrived")

    first, second = (await helped(agent, now))["answers"]

    assert article.id == first["article_id"]
    assert "A parcel takes three days.\n\nThen write to us." == first["text"]
    assert second["conversation_id"]


@pytest.mark.parametrize(
    ("more", "care"),
    [
        ({"human_only": True}, "human_only"),
        ({"audience": Audience.AGENTS}, "internal"),
        ({}, None),
    ],
)
async def test_what_is_not_for_everybody_says_so(street, more, care):
    agent = await street.agent()
    wanted = written("Where is my parcel?", "It comes.", "Where is my parcel?", **more)
    await street.desk.write(library.create, wanted, by=None)
    now = await street.desk.write(scenes.write_in, "Where is my parcel?")

    [answer] = (await helped(agent, now))["answers"]

    assert care == answer["care"]


async def test_an_archived_article_is_not_offered(street):
    agent = await street.agent()
    wanted = written("Where is my parcel?", "It comes.")
    article = await street.desk.write(library.create, wanted, by=None)
    await street.desk.write(library.archive, article.id, by=None)
    now = await street.desk.write(scenes.write_in, "Where is my parcel?")

    assert [] == (await helped(agent, now))["answers"]


async def test_conversations_of_others_queues_are_not_looked_through(street):
    floor = await open_floor(street)
    inside, outside = await floor.agent(floor.billing), await floor.agent(floor.sales)
    earlier = await floor.waits(floor.billing, QUESTION)
    await street.desk.write(replying.reply, earlier, ANSWER, by=AgentId(inside.agent_id))
    await street.desk.write(verbs.resolve, earlier, by=AgentId(inside.agent_id))
    now = await street.desk.write(scenes.write_in, QUESTION)

    assert [earlier] == [one["conversation_id"] for one in (await helped(inside, now))["similar"]]
    told = await helped(outside, now)
    assert ([], []) == (told["similar"], told["answers"])
    await outside.get(f"/api/conversations/{earlier}/assist", expect=404)


async def test_what_was_resolved_long_ago_is_found_by_whoever_may_see_it(street, monkeypatch):
    monkeypatch.setattr(past, "WINDOW", 2)
    monkeypatch.setattr(past, "SLICE", 3)
    floor = await open_floor(street)
    inside, outside = await floor.agent(floor.billing), await floor.agent(floor.sales)
    earlier = await floor.waits(floor.billing, QUESTION)
    await street.desk.write(replying.reply, earlier, ANSWER, by=AgentId(inside.agent_id))
    await street.desk.write(verbs.resolve, earlier, by=AgentId(inside.agent_id))
    for at in range(6):
        await resolved(street, f"Lamp {at} is broken.", "Sorry.", by=outside.agent_id)
    now = await street.desk.write(scenes.write_in, QUESTION)
    for _ in range(3):  # each question indexes some more
        told = await helped(inside, now)

    assert [earlier] == [one["conversation_id"] for one in told["similar"]]
    assert [] == (await helped(outside, now))["similar"]
    await street.desk.write(verbs.reopen, earlier, by=AgentId(inside.agent_id))
    assert [] == (await helped(inside, now))["similar"]


async def test_what_was_resolved_meanwhile_is_indexed(street, monkeypatch):
    monkeypatch.setattr(past, "WINDOW", 1)
    agent = await street.agent()
    now = await street.desk.write(scenes.write_in, QUESTION)
    assert [] == (await helped(agent, now))["similar"]
    earlier = await resolved(street, by=agent.agent_id)
    for at in range(2):
        await resolved(street, f"Lamp {at} is broken.", "Sorry.", by=agent.agent_id)

    assert [earlier] == [one["conversation_id"] for one in (await helped(agent, now))["similar"]]


async def test_who_was_answered_gets_no_second_suggestion(street):
    agent = await street.agent()
    await resolved(street, by=agent.agent_id)
    now = await street.desk.write(scenes.write_in, QUESTION)
    await street.desk.write(replying.reply, now, "It comes.", by=AgentId(agent.agent_id))

    told = await helped(agent, now)

    assert [] == told["answers"]
    assert 1 == len(told["similar"])


async def test_what_was_taken_back_is_not_offered(street):
    agent = await street.agent()
    earlier = await resolved(street, by=agent.agent_id)
    now = await street.desk.write(scenes.write_in, QUESTION)
    assert (await helped(agent, now))["answers"]
    await street.desk.write(take_back, earlier)

    assert [] == (await helped(agent, now))["answers"]


def take_back(unit, talk):
    for row in unit.messages.page(talk):
        if row.direction == "out":
            unit.messages.change(row.id, deleted_at=unit.now)


async def test_tags_of_similar_conversations_are_hinted_at(street):
    agent = await street.agent()
    for name in "Maria", "Ines":
        await resolved(street, by=agent.agent_id, name=name, tags=["delivery"])
    now = await street.desk.write(scenes.write_in, QUESTION)
    assert ["delivery"] == (await helped(agent, now))["tags"]

    await street.desk.write(lambda unit: unit.tags.add(ConversationId(now), ["delivery"]))

    assert [] == (await helped(agent, now))["tags"]


async def test_a_mood_is_a_hint_with_its_words(street):
    agent = await street.agent()
    now = await street.desk.write(scenes.write_in, "This is unacceptable, where is it?")

    told = await helped(agent, now)

    assert {"mood": "upset", "because": ["unacceptable"]} == told["mood"]


async def test_a_desk_that_knows_nothing_suggests_nothing(street):
    agent = await street.agent()
    now = await street.desk.write(scenes.write_in, "")

    told = await helped(agent, now)

    assert ([], [], [], None) == (told["answers"], told["similar"], told["tags"], told["mood"])


async def test_a_long_conversation_has_a_gist(street):
    agent = await street.agent()
    now = await street.desk.write(scenes.write_in, "I ordered a lamp and it came broken in two.")
    for text in "We are sorry about the lamp. A new lamp leaves today.", "It leaves now.":
        await street.desk.write(replying.reply, now, text, by=AgentId(agent.agent_id))
    assert [] == (await helped(agent, now))["gist"]
    await street.desk.write(replying.reply, now, "It has left.", by=AgentId(agent.agent_id))

    gist = (await helped(agent, now))["gist"]

    assert "I ordered a lamp and it came broken in two." == gist[0]["text"]


# --- what becomes of a suggestion -----------------------------------------------------------
PARCEL = "A parcel takes **three days**.\n\nThen [write to us](https://shop.example/write)."


async def sent(street, agent, said, *, name="Ines"):
    """Let a customer ask about a parcel and an agent answer; return both and the article."""
    article = await street.desk.write(library.create, written("Parcels", PARCEL), by=None)
    talk = await street.desk.write(scenes.write_in, QUESTION, name=name)
    message = await street.desk.write(replying.reply, talk, said, by=AgentId(agent.agent_id))
    return talk, {"message_id": message, "article_id": article.id, "language": "en"}


async def proposed(street):
    return await street.desk.read(lambda unit: unit.proposals.open())


async def test_a_suggestion_that_was_changed_is_proposed_without_what_is_the_customers(street):
    agent = await street.agent()
    told = "A parcel takes three days.\n\nThen call Ines or +385 91 234 5678 and we look for it."
    said = f"Hello Ines,\n\n{told}\n\nBest regards\nLin"
    talk, made = await sent(street, agent, said)
    where = f"/api/conversations/{talk}/assist/outcome"
    assert {"proposed": True} == await agent.post(where, {**made, "outcome": "used"})
    assert {"proposed": False} == await agent.post(where, {**made, "outcome": "used"})

    [one] = await proposed(street)
    assert ("edit", made["article_id"], (talk,)) == (one.kind, one.article_id, one.sources)
    assert one.answer.startswith("A parcel takes **three days**.\n\nThen call […]")
    for theirs in "Ines", "234", "Lin":
        assert theirs not in one.answer
    with pytest.raises(Invalid):
        await street.desk.write(proposals.approve, one.id, by=None)


async def test_a_suggestion_that_was_sent_as_it_is_proposes_nothing(street):
    agent = await street.agent()
    same = "A parcel takes three days.\n\nThen write to us (https://shop.example/write)."
    said = f"Hi Ines,\n\n{same}\n\nBest regards\nLin"
    talk, made = await sent(street, agent, said)
    where = f"/api/conversations/{talk}/assist/outcome"

    assert {"proposed": False} == await agent.post(where, {**made, "outcome": "used"})


async def test_what_was_written_instead_of_a_suggestion_is_proposed_as_an_article(street):
    agent = await street.agent()
    talk, made = await sent(street, agent, "We look for it, and tell you where it is.")
    where = f"/api/conversations/{talk}/assist/outcome"
    assert {"proposed": True} == await agent.post(where, {**made, "outcome": "declined"})

    [one] = await proposed(street)
    assert ("article", None, (QUESTION,)) == (one.kind, one.article_id, one.questions)
    assert "We look for it, and tell you where it is." == one.answer


async def test_only_ones_own_reply_in_a_conversation_one_sees_proposes_anything(street):
    floor = await open_floor(street)
    inside, outside = await floor.agent(floor.billing), await floor.agent(floor.sales)
    talk, made = await sent(street, inside, "We look for it, and tell you where it is.")
    told = {**made, "outcome": "declined"}

    where = f"/api/conversations/{talk}/assist/outcome"
    assert {"proposed": False} == await outside.post(where, told)
    hidden = await floor.waits(floor.billing, QUESTION)
    await outside.post(f"/api/conversations/{hidden}/assist/outcome", told, expect=404)
    assert [] == await proposed(street)


# --- with and without a language model ------------------------------------------------------
async def test_without_a_language_model_drafts_and_translations_are_refused(street):
    agent = await street.agent()
    now = await street.desk.write(scenes.write_in, QUESTION)

    assert not (await helped(agent, now))["writes"]
    await agent.post(f"/api/conversations/{now}/draft-reply", {}, expect=409)
    await agent.post(f"/api/conversations/{now}/summary", {}, expect=409)
    await agent.post("/api/translate", {"text": "Dobar dan", "to": "en"}, expect=409)


@asynccontextmanager
async def helped_by_a_model(open_street, mind, **told):
    """Yield a model that makes *mind* of what it is shown, and a desk that writes by it."""
    async with running_model(mind=mind, **told) as model:
        endpoint = Endpoint(base_url=model.url, model=MODEL, api_key=KEY, seconds=20.0)
        try:
            yield model, await open_street(writer=LanguageModel(endpoint))
        finally:
            await endpoint.close()


async def test_a_draft_says_where_it_comes_from_and_the_model_sees_no_names(open_street):
    body = "A parcel takes three days."
    said = {"text": "It takes three days.", "cited": ["article:1", "article:99"]}
    async with helped_by_a_model(open_street, lambda _: said) as (model, street):
        agent = await street.agent()
        wanted = written("Where is my parcel?", body, "Where is my parcel?")
        article = await street.desk.write(library.create, wanted, by=None)
        secret = written("Where parcels lie", "Secret: shelf 9.", audience=Audience.AGENTS)
        await street.desk.write(library.create, secret, by=None)
        now = await street.desk.write(
            scenes.write_in, "Where is my parcel? Brunhilde, +385 91 234 5678", name="Brunhilde"
        )
        draft = await agent.post(f"/api/conversations/{now}/draft-reply", {"wish": "soon"})

        assert "It takes three days." == draft["text"]
        assert [article.id] == [one["article_id"] for one in draft["sources"]]
        assert "soon" == model.material["wish"]
        for theirs in "Brunhilde", "234", "shelf":
            assert theirs not in model.seen


async def test_texts_are_translated_and_conversations_summed_up(open_street):
    def mind(material):
        return {"text": "Good day [NAME_1]" if "to" in material else "A parcel.", "cited": []}

    async with helped_by_a_model(open_street, mind) as (model, street):
        agent = await street.agent()
        now = await street.desk.write(scenes.write_in, "Dobar dan", name="Brunhilde")
        asked = {"text": "Dobar dan, Brunhilde", "to": "en", "conversation_id": now}
        told = await agent.post("/api/translate", asked)
        assert {"text": "Good day Brunhilde"} == told
        assert "Brunhilde" not in model.seen

        told = await agent.post(f"/api/conversations/{now}/summary", {})
        assert {"text": "A parcel."} == told
        assert (await helped(agent, now))["writes"]
        assert "hr" == (await helped(agent, now))["language"]


async def test_a_model_that_fails_is_said_to(open_street):
    async with helped_by_a_model(open_street, lambda _: None, mood=Mood.BROKEN) as (_, street):
        agent = await street.agent()
        now = await street.desk.write(scenes.write_in, QUESTION)

        await agent.post(f"/api/conversations/{now}/draft-reply", {}, expect=502)
        await agent.post("/api/translate", {"text": "Dobar dan", "to": "en"}, expect=502)


async def test_nobody_translates_with_the_names_of_a_conversation_they_do_not_see(open_street):
    async with helped_by_a_model(open_street, lambda _: None) as (model, street):
        floor = await open_floor(street)
        outside = await floor.agent(floor.sales)
        talk = await floor.waits(floor.billing, QUESTION)
        asked = {"text": "Dobar dan", "to": "en", "conversation_id": talk}
        await outside.post("/api/translate", asked, expect=404)

        assert [] == model.asked
