"""Calls on the record, on both databases: each is one message, however it is told."""

from datetime import timedelta

import pytest

from inbox.actions import calling
from inbox.channel import Called, File, Inbound
from inbox.errors import Invalid
from inbox.model import Address, AgentId, Call, Leg, Recording
from tests.conftest import MORNING

CALLER = "+48600100200"
LATER = MORNING + timedelta(seconds=130)


def begun(name="CA1"):
    leg = Leg(external_id=name, who="customer", address=CALLER, began_at=MORNING)
    return Inbound(
        external_id=name,
        sender=Address(kind="phone", value=CALLER),
        text="Call",
        thread=CALLER,
        content=Call(state="ringing", began_at=MORNING, legs=(leg,)),
    )


ENDED = Called(external_id="CA1", order=9, state="ended", ended_at=LATER)
ANSWERED = Called(
    external_id="CA1",
    order=5,
    state="talking",
    answered_at=MORNING + timedelta(seconds=30),
    legs=(Leg(external_id="CA2", who="agent", agent_id=AgentId(1), answered_at=MORNING),),
)


@pytest.mark.parametrize("batch", [1, 64])
@pytest.mark.parametrize("order", [(0, 1, 2), (1, 0, 2), (2, 1, 0), (1, 2, 0)])
async def test_news_of_a_call_may_overtake_it(ear, house, order, batch):
    told = begun(), ANSWERED, ENDED
    await ear(house.chat, *(told[place] for place in order), batch=batch)
    [message] = await ear.all("messages")
    [conversation] = await ear.all("conversations")

    assert ("ended", "answered") == (message.content["state"], message.content["outcome"])
    assert "Call, 1:40" == message.text == conversation.preview
    assert conversation.waiting_since is None
    assert house.ada == conversation.assignee_id


async def test_a_missed_call_waits_since_it_began_to_ring(ear, house, desk):
    await ear(house.chat, begun(), ENDED)
    [conversation] = await ear.all("conversations")

    assert (MORNING, "Missed call, waited 2:10") == (
        conversation.waiting_since,
        conversation.preview,
    )


async def test_a_recording_is_fetched_and_a_promise_to_delete_it_is_written(ear, house):
    recording = Called(
        external_id="CA1",
        order=1,
        recording=Recording(external_id="RE1", seconds=12, voicemail=True),
        file=File(name="Voicemail.mp3", media_type="audio/mpeg", source="https://twilio/RE1.mp3"),
        keep_until=MORNING + timedelta(days=90),
    )
    await ear(house.chat, begun(), recording, recording, ENDED)
    [message] = await ear.all("messages")
    kinds = sorted(job.share.partition(":")[0] for job in await ear.all("jobs"))

    assert "Voicemail, 0:12" == message.text
    assert message.content["recordings"][0]["attachment_id"]
    assert ["discard", "fetch", "route"] == kinds


async def test_calls_that_are_not_over_are_found_after_a_restart(ear, house, desk):
    await ear(house.chat, begun("CA1"), begun("CA7"), ENDED)
    from inbox.store.calls import Calls

    found = await desk.read(lambda unit: Calls(unit.connection).open(house.chat))

    assert ["CA7"] == [message.external_id for message in found]


async def test_an_agent_calls_a_number_nobody_knew(ear, house, desk):
    message = await desk.write(calling.place, house.chat, CALLER, customer=None, by=house.ada)
    await desk.write(calling.fail, message, "Nobody there.")
    [said] = await ear.all("messages")
    [conversation] = await ear.all("conversations")
    await ear(house.chat, begun())

    assert ("out", "sent", "failed") == (said.direction, said.delivery, said.content["outcome"])
    assert CALLER == conversation.thread
    assert 1 == len(await ear.all("customers"))
    assert 1 == len(await ear.all("conversations"))


async def test_who_has_no_number_cannot_be_called(ear, house, desk):
    with pytest.raises(Invalid):
        await desk.read(calling.number_of, None)
