"""Another system talks with the desk over signed JSON, from both ends."""

import asyncio
from datetime import timedelta

import pytest
from aiohttp import web

from channels.webhook.settings import Settings
from tests.channels.open_desk import open_desk
from tests.servers.till import OTHER, SECRET, Till, listening, wrote


@pytest.fixture
async def till(tmp_path):
    till = Till()
    async with listening(till):
        account = {
            "kind": "webhook",
            "secret": SECRET,
            "send_to": f"{till.url}/hook",
            "private": True,
            "edits": True,
            "deletes": True,
            "reactions": True,
            "receipts": True,
        }
        async with open_desk(tmp_path, till=account) as desk:
            till.desk, till.events = desk, f"{desk.url}/channels/till/events"
            yield till


async def test_a_message_comes_in_and_its_answer_goes_out(till):
    assert await till.tell(wrote(files=[{"name": "a.png", "url": f"{till.url}/file"}])) == 202

    [said] = await till.desk.heard()
    assert (said["text"], said["sender_name"]) == ("Is my order ready?", "Ines Duarte")
    assert [file["name"] for file in said["attachments"]] == ["a.png"]

    await till.desk.reply(said["conversation_id"], "It waits for you.")
    await till.desk.until(lambda: asyncio.sleep(0, till.told))
    [answer] = till.told
    assert answer["type"] == "message.send"
    assert (answer["text"], answer["author"]) == ("It waits for you.", "Ada")
    assert answer["to"] == [{"kind": "webhook", "id": "17"}]
    assert till.names == [answer["id"]]

    await till.tell({"type": "message.status", "id": answer["id"], "status": "read"})

    async def read():
        [_, ours] = await till.desk.messages(said["conversation_id"])
        return ours["delivery"] == "read"

    await till.desk.until(read)


async def test_the_same_event_three_times_is_stored_once(till):
    event = wrote()

    assert await till.tell(event) == 202
    assert await asyncio.gather(till.tell(event), till.tell(event)) == [202, 202]
    assert await till.tell(event, name="another-event") == 202  # the message itself is known

    await till.desk.heard()

    async def settled():
        ledger = await till.desk.ledger()
        return ledger if ledger["duplicate"] + ledger["update"] == 3 else None

    ledger = await till.desk.until(settled)  # the fourth still says who the customer is
    assert (ledger["message"], ledger["duplicate"]) == (1, 2)
    assert len(await till.desk.heard()) == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"secret": OTHER},
        {"spoil": b" "},
        {"late": timedelta(minutes=6)},
        {"late": timedelta(minutes=-6)},
    ],
    ids=["secret", "body", "old", "early"],
)
async def test_what_is_not_signed_is_refused(till, wrong):
    assert await till.tell(wrote(), **wrong) == 401
    assert (await till.desk.ledger())["received"] == 0


@pytest.mark.parametrize("headers", [{}, {"webhook-id": "a", "webhook-timestamp": "b"}])
async def test_who_shows_no_signature_is_refused(till, headers):
    answer = await till.desk.post("/channels/till/events", b"{}", headers)

    assert answer.status == 401


async def test_what_nobody_can_read_is_quarantined(till):
    assert await till.tell({"type": "message.created", "id": "m-1"}) == 202

    async def quarantined():
        return (await till.desk.ask("GET", "/api/quarantine"))["items"]

    [found] = await till.desk.until(quarantined)
    assert "sender" in found["reason"]


async def test_an_answer_is_repeated_under_the_same_name(till):
    till.answers = [web.Response(status=503, headers={"Retry-After": "1"})]
    await till.tell(wrote())
    [said] = await till.desk.heard()

    await till.desk.reply(said["conversation_id"], "Yes.")
    await till.desk.until(lambda: asyncio.sleep(0, len(till.told) == 2))

    assert len(set(till.names)) == 1


async def test_a_refused_answer_says_why(till):
    till.answers = [web.json_response({"message": "The customer left."}, status=400)]
    await till.tell(wrote())
    [said] = await till.desk.heard()
    await till.desk.reply(said["conversation_id"], "Yes.")

    async def failed():
        return [one for one in await till.desk.messages(said["conversation_id"]) if one["reason"]]

    [ours] = await till.desk.until(failed)
    assert (ours["delivery"], ours["reason"]) == ("failed", "The customer left.")


@pytest.mark.parametrize("secret", ["", "whsec_", "whsec_c2hvcnQ=", "no base64 at all!"])
def test_a_weak_secret_is_refused(secret):
    with pytest.raises(ValueError, match="secret"):
        Settings(secret=secret)


def test_answers_in_the_clear_are_refused():
    with pytest.raises(ValueError, match="https"):
        Settings(secret=SECRET, send_to="http://till.example/hook")
