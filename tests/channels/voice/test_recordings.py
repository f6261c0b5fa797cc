"""Recordings: announced, fetched, and thrown away when their time is over."""

from sqlalchemy import select

from inbox.tables import JobRow
from tests.channels.voice.conftest import CUSTOMER

CONSENT = {"record": True, "consent_text": {"en-US": "This call is recorded."}}


async def test_a_talk_is_recorded_after_the_caller_was_told(open_office):
    office = await open_office(**CONSENT)
    agent = await office.hire()
    caller = await office.twilio.call(CUSTOMER)
    assert "This call is recorded." == caller.heard[0]
    await (await agent.rung()).answer()
    await office.settled()
    await caller.hang_up()
    message = await office.until(lambda: fetched(office))
    [recording] = message["content"]["recordings"]
    [file] = message["attachments"]

    assert (60, False) == (recording["seconds"], recording.get("voicemail", False))
    assert file["id"] == recording["attachment_id"]
    async with office.http.get(office.url + file["url"]) as answer:
        assert (await answer.read()).startswith(b"ID3 sound of RE")


async def fetched(office):
    said = [one for one in await office.messages() if one["attachments"]]
    return next((one for one in said if not one["attachments"][0].get("pending")), None)


async def test_without_it_nothing_is_recorded(office):
    agent = await office.hire()
    await office.twilio.call(CUSTOMER)
    await (await agent.rung()).answer()
    await office.settled()

    assert not any("record=" in twiml for twiml in office.twilio.twimls)


async def test_a_recording_is_thrown_away_here_and_at_twilio_when_its_time_is_over(open_office):
    office = await open_office(keep_recordings=30)
    await office.hire(browser=False)
    caller = await office.twilio.call(CUSTOMER)
    recording = await caller.leave_message(12, "My secret words.")
    message = await office.until(lambda: fetched(office))
    assert "My secret words." in message["text"]
    office.clock.advance(days=29)
    assert recording in office.twilio.recordings
    office.clock.advance(days=2)
    gone = await office.until(lambda: thrown_away(office))

    assert [recording] == office.twilio.deleted
    assert {} == office.twilio.recordings
    assert "Voicemail, 0:12" == gone["text"]
    [file] = gone["attachments"]
    assert "deleted" in file["trouble"]
    async with office.http.get(office.url + file["url"]) as answer:
        assert 200 != answer.status


async def thrown_away(office):
    said = [one for one in await office.messages() if one["content"]["recordings"]]
    kept = [one for one in said if one["content"]["recordings"][0].get("attachment_id")]
    return None if kept or not said else said[0]


async def test_recordings_can_be_kept_for_ever(open_office):
    office = await open_office(keep_recordings=0)
    await office.hire(browser=False)
    await (await office.twilio.call(CUSTOMER)).leave_message(12)
    await office.until(lambda: fetched(office))
    promised = select(JobRow.share).where(JobRow.share.like("discard%"))

    assert [] == await office.house.desk.read(lambda unit: list(unit.connection.scalars(promised)))
