"""What was asked is played through a version: what it would do, and what speaks against it."""

from datetime import timedelta

import pytest

from inbox.actions import articles
from inbox.errors import Invalid, NotFound
from inbox.model import TurnKind
from inbox.tables import BotTurnRow, EventRow, JobRow, MessageRow
from inbox.worker import Worker
from routing.bots.knowledge.library import Library
from routing.bots.teaching.rehearsal import Did, Would, rehearse
from tests.routing.bots.classroom import about, opened
from tests.routing.bots.test_training import HANDLERS

ONCE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
OPEN = "We are open from nine to five, Monday to Friday, and closed on holidays."
PARCEL = "Parcels arrive within three days; the tracking link is in your confirmation email."
HOURS = about("Opening hours", "When are you open?", "Are you open on Sunday?", body=OPEN)
PARCELS = about("Parcels", "Where is my parcel?", "My parcel has not arrived", body=PARCEL)


@pytest.fixture
async def room(desk):
    return await opened(desk)


async def taught(room, *wanted):
    """Have the bot know some articles."""
    known = await room.know(*wanted)
    await Worker(room.desk, HANDLERS).run_due()
    return known


async def play(room, **more):
    now = room.desk.now
    library = Library(room.desk)
    return await rehearse(room.desk, now - timedelta(days=7), now, library=library, **more)


async def test_a_version_is_played_through_what_was_asked(room):
    hours, _ = await taught(room, HOURS, PARCELS)
    await room.ask("When are you open?", OPEN)
    await room.ask("Do elephants dream of the moon at night?", "We sell shoes, sorry.")
    await room.ask("I want to talk to a human, please")
    played = await play(room)

    assert [Would.ANSWER, Would.HAND_OVER, Would.HAND_OVER] == [
        one.tried.would for one in played.cases
    ]
    assert [Did.PERSON, Did.PERSON, Did.NOBODY] == [one.did for one in played.cases]
    assert (hours.id, 1, 0) == (played.cases[0].tried.article_id, played.agreed, played.objections)


async def test_a_rehearsal_writes_nothing(room):
    await taught(room, HOURS)
    await room.ask("When are you open?")
    tables = (MessageRow, BotTurnRow, EventRow, JobRow)

    def rows(unit):
        return [
            unit.connection.exec_driver_sql(f"SELECT count(*) FROM {t.__tablename__}").scalar()
            for t in tables
        ]

    before = await room.desk.read(rows)
    await play(room)

    assert before == await room.desk.read(rows)


@ONCE
async def test_an_answer_that_a_person_contradicted_is_an_objection(room):
    await taught(room, HOURS, PARCELS)
    await room.ask("When are you open?", PARCEL)
    [one] = (await play(room)).cases

    assert "A person answered out of another article: Parcels." == one.objection


@ONCE
async def test_an_answer_that_was_reported_is_an_objection(room):
    [hours] = await taught(room, HOURS)
    asked = await room.ask("When are you open?")
    wrong = {"article_id": hours.id, "wrong_at": room.desk.now}
    await room.turn(*asked, TurnKind.ANSWER, **wrong)
    asked = await room.ask("Are you open on Sunday?")
    await room.turn(*asked, TurnKind.ANSWER, article_id=hours.id, helpful=False)
    played = await play(room)

    assert [
        "Somebody reported the same answer as wrong.",
        "The same answer did not help the customer.",
    ] == [one.objection for one in played.cases]


@ONCE
async def test_two_versions_are_compared(room):
    await taught(room, HOURS)
    first = await room.desk.read(lambda unit: unit.brains.live_id())
    parcels = (await taught(room, PARCELS))[0]
    await room.ask("Where is my parcel?")
    played = await play(room, brain=first)

    [one] = played.cases
    assert (Would.ANSWER, parcels.id) == (one.now.would, one.now.article_id)
    assert one.changed
    assert (first, 1) == (played.tried, played.now_would[Would.ANSWER])


@ONCE
async def test_what_only_people_answer_is_handed_over(room):
    await taught(room, HOURS, about("My account", "Delete my account", human_only=True))
    await room.ask("Delete my account")
    [one] = (await play(room)).cases

    assert Would.HAND_OVER == one.tried.would


@ONCE
async def test_there_has_to_be_a_version(room):
    with pytest.raises(Invalid):
        await play(room)
    [hours] = await taught(room, HOURS)
    with pytest.raises(NotFound):
        await play(room, brain=99)
    await room.desk.write(articles.archive, hours.id, by=None)
    played = await play(room)

    assert () == played.cases
