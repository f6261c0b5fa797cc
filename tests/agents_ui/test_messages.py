"""A message is changed, taken back, answered with an emoji, and says what it is besides text."""

import pytest

from inbox.actions.amend import note_amended
from inbox.actions.outcome import note_sent
from inbox.channel import Capabilities, Channel, Sent, Template
from inbox.errors import TryLater
from inbox.jobs import Amend
from inbox.model import AccountId, ConversationId, MessageId
from inbox.store.attachments import Given
from inbox.tables import EventRow, JobRow
from inbox.testing import NoSettings
from tests.agents_ui import scenes
from tests.agents_ui.test_files import OURS

DAY = 24 * 3600
THUMB = "\N{THUMBS UP SIGN}"


class Texts(Channel[NoSettings]):
    """A channel with everything that an agent can ask of one."""

    kind = "email"
    capabilities = Capabilities(
        max_text=1000,
        buttons=3,
        quotes=True,
        reactions=True,
        edits=True,
        deletes=True,
        window=DAY,
        templates=True,
    )
    trouble = None

    async def send(self, outgoing):
        return Sent(external_id="never")

    async def templates(self):
        if self.trouble:
            raise self.trouble
        return [Template(name="ready", title="Ready", text="It is {{1}}.", variables=("1",))]


@pytest.fixture
async def texts(open_street):
    channel = Texts(NoSettings(), None)
    street = await open_street(channels={AccountId(1): channel})
    street.channel = channel
    return street


async def jobs(street, kind):
    found = await street.desk.read(
        lambda unit: unit.connection.execute(JobRow.__table__.select()).all()
    )
    return [job for job in found if f'"{kind}"' in job.payload]


async def replied(street, agent, text="Yse.", **fields):
    said = {"text": text, "client_id": "c", **fields}
    answer = await agent.post("/api/conversations/1/replies", said, expect=201)
    await street.desk.write(note_sent, answer["id"], Sent(external_id="out"))
    return answer


async def opened(agent):
    return await agent.get("/api/conversations/1")


async def test_what_was_sent_is_changed_by_promise(texts):
    agent = await texts.agent()
    await texts.desk.write(scenes.write_in)
    answer = await replied(texts, agent)
    path = f"/api/messages/{answer['id']}"
    changed = await agent.call("PATCH", path, {"text": "Yes."})
    assert ("Yse.", 1) == (changed["text"], len(await jobs(texts, "amend")))
    await agent.call("DELETE", path, headers=OURS)
    await agent.call("PUT", f"/api/messages/1/reactions/{THUMB}", expect=204, headers=OURS)
    await agent.call("DELETE", f"/api/messages/1/reactions/{THUMB}", expect=204, headers=OURS)

    assert 3 == len(await jobs(texts, "amend"))  # nothing was on, so nothing is taken off


async def test_a_thread_shows_what_became_of_its_messages(texts):
    agent = await texts.agent()
    await texts.desk.write(scenes.write_in)
    place = {"type": "location", "latitude": 50.0, "longitude": 19.9, "name": "Market"}
    answer = await replied(texts, agent, "", content=place, answers_id=1)
    told = {"message_id": MessageId(answer["id"]), "account_id": AccountId(1)}
    for change in (
        {"text": "Here."},
        {"emoji": THUMB, "by": agent.agent_id},
        {"delete": True},
    ):
        job = Amend(conversation_id=ConversationId(1), **told, **change)
        await texts.desk.write(note_amended, job)
    message = (await opened(agent))["messages"]["items"][-1]

    assert {
        "text": "Here.",
        "answers_id": 1,
        "content": {**place, "address": None},
        "reactions": [
            {"emoji": THUMB, "who": "", "name": None, "mine": True, "agent_id": agent.agent_id}
        ],
    } == {name: message[name] for name in ("text", "answers_id", "content", "reactions")}
    assert message["edited_at"]
    assert message["deleted_at"]


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PATCH", "/api/messages/2", {"text": "Yes."}),
        ("DELETE", "/api/messages/2", {}),
        ("PUT", "/api/messages/1/reactions/x", {}),
    ],
)
async def test_what_the_channel_cannot_do_is_refused(texts, method, path, body):
    agent = await texts.agent()
    await texts.desk.write(scenes.write_in)
    await replied(texts, agent)
    texts.channel.capabilities = Capabilities()

    problem = await agent.call(method, path, body, expect=422)
    assert "channel" in problem["detail"]
    assert [] == await jobs(texts, "amend")


async def test_a_text_that_is_longer_than_one_message_cannot_replace_one(texts):
    agent = await texts.agent()
    await texts.desk.write(scenes.write_in)
    await replied(texts, agent)

    await agent.call("PATCH", "/api/messages/2", {"text": "x" * 1001}, expect=422)


async def test_a_customers_message_is_nobodys_to_change(texts):
    agent = await texts.agent()
    await texts.desk.write(scenes.write_in)

    await agent.call("PATCH", "/api/messages/1", {"text": "x"}, expect=422)
    await agent.call("DELETE", "/api/messages/1", expect=422, headers=OURS)


async def test_a_long_reply_is_answered_with_the_first_of_its_messages(texts):
    agent = await texts.agent()
    await texts.desk.write(scenes.write_in)
    said = {"text": "A sentence of some length. " * 60, "client_id": "c"}
    answer = await agent.post("/api/conversations/1/replies", said, expect=201)
    messages = (await opened(agent))["messages"]["items"]

    assert ("c", answer["id"]) == (messages[1]["client_id"], messages[1]["id"])
    assert 3 == len(messages)
    assert all(len(message["text"]) <= 1000 for message in messages)


async def test_a_file_that_is_still_fetched_is_shown_as_such(texts):
    agent = await texts.agent()
    awaited = Given(blob="", name="a.ogg", media_type="audio/ogg", size=5, source="f7")
    await texts.desk.write(scenes.write_in, files=[awaited])
    [file] = (await opened(agent))["messages"]["items"][0]["attachments"]
    await agent.get(file["url"], expect=404)
    await texts.desk.write(lambda unit: unit.attachments.change(file["id"], trouble="Gone."))
    [gone] = (await opened(agent))["messages"]["items"][0]["attachments"]

    assert [(True, None), (False, "Gone.")] == [
        (one["pending"], one["trouble"]) for one in (file, gone)
    ]


# --- the envelope -------------------------------------------------------------------------
async def test_the_envelope_says_how_long_one_may_answer(texts):
    agent = await texts.agent()
    await texts.desk.write(scenes.write_in)
    envelope = (await opened(agent))["envelope"]
    assert (True, True, True, True, "2026-03-03T09:00:00Z") == tuple(
        envelope[name] for name in ("possible", "window_open", "templates", "consent", "closes_at")
    )
    texts.desk.advance(DAY)
    closed = (await opened(agent))["envelope"]
    texts.channel.capabilities = Capabilities(window=DAY)
    shut = (await opened(agent))["envelope"]

    assert (True, False) == (closed["possible"], closed["window_open"])
    assert (False, "The reply window has closed.") == (shut["possible"], shut["reason"])


async def test_templates_are_listed_and_sent(texts):
    agent = await texts.agent()
    await texts.desk.write(scenes.write_in)
    texts.desk.advance(DAY)
    listed = await agent.get("/api/accounts/1/templates")
    assert ["ready"] == [one["name"] for one in listed["items"]]
    said = {"text": "It is here.", "client_id": "c"}
    await agent.post("/api/conversations/1/replies", said, expect=422)
    said["content"] = {"type": "template", "name": "ready", "variables": {"1": "here"}}
    answer = await agent.post("/api/conversations/1/replies", said, expect=201)

    assert {"name": "ready", "type": "template"}.items() <= answer["content"].items()
    await agent.get("/api/accounts/9/templates", expect=404)
    texts.channel.trouble = TryLater("Twilio is busy.")
    assert "Twilio is busy." == (await agent.get("/api/accounts/1/templates", expect=503))["detail"]


async def test_a_telephone_is_nothing_to_write_to(texts):
    agent = await texts.agent()
    await texts.desk.write(scenes.write_in)
    texts.channel.capabilities = Capabilities(max_text=0, calls=True)
    envelope = (await opened(agent))["envelope"]

    assert (False, "Nobody can be written to over this account.") == (
        envelope["possible"],
        envelope["reason"],
    )
    said = {"text": "Hello", "client_id": "c"}
    await agent.post("/api/conversations/1/replies", said, expect=422)


async def test_consent_is_written_down_and_obeyed(texts):
    agent = await texts.agent()
    await texts.desk.write(scenes.write_in)
    word = {
        "kind": "email",
        "value": "customer1@home.example",
        "granted": False,
        "source": "said so on the phone",
    }
    record = await agent.post("/api/customers/1/consents", word, expect=201)
    [consent] = record["consents"]
    assert word.items() <= consent.items()
    assert agent.agent_id == consent["agent_id"]
    envelope = (await opened(agent))["envelope"]
    assert (False, False) == (envelope["possible"], envelope["consent"])
    said = {"text": "Hello", "client_id": "c"}
    await agent.post("/api/conversations/1/replies", said, expect=422)
    other = word | {"value": "somebody@else.example"}
    await agent.post("/api/customers/1/consents", other, expect=422)

    assert "consent.changed" in await verbs(texts)


async def verbs(street):
    rows = await street.desk.read(
        lambda unit: unit.connection.execute(EventRow.__table__.select()).all()
    )
    return [row.verb for row in rows]
