"""Old payloads, sessions and loose files go; nothing that is still needed does."""

import os
from datetime import timedelta

import pytest
from sqlalchemy import insert, select, update

from inbox.actions.tidy import EVERY, LOOSE_FILES, PAYLOADS, plan_tidying, tidy
from inbox.channel import Raw
from inbox.intake import Intake
from inbox.jobs import Tidy
from inbox.line import BIG
from inbox.model import JournalState
from inbox.store.attachments import Given
from inbox.tables import (
    AttachmentRow,
    JobRow,
    JournalRow,
    MoveRow,
    RepeatRow,
    SessionRow,
)
from inbox.worker import Worker
from tests.inbox.engine.test_intake import Postcards, card


@pytest.fixture
def intake(desk, house):
    channels = {}
    intake = Intake(desk, channels)
    channels[house.chat] = Postcards(None, intake.line(house.chat))
    return intake


def payloads(unit):
    rows = unit.connection.execute(select(JournalRow.__table__).order_by(JournalRow.id))
    return [(row.state, row.payload is not None or row.blob is not None) for row in rows]


async def test_old_payloads_are_emptied_unless_somebody_still_has_to_read_them(desk, intake, house):
    line = intake.line(house.chat)
    await line.take(card(1), card(2, "illegible"), card(3, "long " * BIG))
    await intake.run_due()
    desk.advance(PAYLOADS.total_seconds() + 1)
    await line.take(card(4))
    await intake.run_due()
    await tidy(desk, Tidy())

    assert [
        (JournalState.MESSAGE, False),
        (JournalState.QUARANTINED, True),
        (JournalState.MESSAGE, False),
        (JournalState.MESSAGE, True),
    ] == await desk.read(payloads)


def age(desk, name, days):
    path = desk.blobs.path(name)
    when = (desk.now - timedelta(days=days)).timestamp()
    os.utime(path, (when, when))


async def test_only_loose_and_old_files_go(desk, intake, house):
    line = intake.line(house.chat)
    await line.take(card(1), Raw(payload=b"x" * (BIG + 1)))
    await intake.run_due()
    journalled = (set(desk.blobs.names())).pop()
    attached, loose, fresh = [
        await desk.blobs.put(content) for content in (b"attached", b"loose", b"fresh")
    ]

    def attach(unit):
        given = Given(blob=attached, name="a.txt", media_type="text/plain", size=8)
        message = unit.messages.by_external_id(house.chat, "1").id
        unit.attachments.add([(message, given)], at=unit.now)

    await desk.write(attach)
    for name in (journalled, attached, loose):
        age(desk, name, LOOSE_FILES.days + 1)
    age(desk, fresh, LOOSE_FILES.days - 1)
    await tidy(desk, Tidy())

    assert {journalled, attached, fresh} == set(desk.blobs.names())
    assert attached in await desk.read(lambda unit: set(unit.connection.scalars(BLOBS)))


BLOBS = select(AttachmentRow.blob)


async def test_a_payload_in_quarantine_keeps_the_files_it_may_name(desk, intake, house):
    await intake.line(house.chat).take(card(1, "illegible"))
    await intake.run_due()
    older, named = [await desk.blobs.put(content) for content in (b"older", b"named")]
    age(desk, older, LOOSE_FILES.days + 1)
    desk.advance(LOOSE_FILES.total_seconds() * 5)
    age(desk, named, LOOSE_FILES.days * 5)
    await tidy(desk, Tidy())

    assert {named} == set(desk.blobs.names())


async def test_a_file_stored_again_is_young_again(desk):
    name = await desk.blobs.put(b"loose")
    age(desk, name, 10)
    assert name == await desk.blobs.put(b"loose")

    assert not desk.blobs.remove(name, before=(desk.now - LOOSE_FILES).timestamp())
    assert b"loose" == desk.blobs.read(name)


async def test_sessions_and_repeats_end(desk, house):
    def open_some(unit):
        session = {"agent_id": house.ada, "created_at": unit.now, "seen_at": unit.now}
        session["user_agent"] = ""
        repeat = {"agent_id": house.ada, "request_hash": "", "status": 200, "body": b""}
        for name, days in ("old", -3), ("new", 3):
            when = unit.now + timedelta(days=days)
            row = {**session, "token_hash": name, "expires_at": when}
            unit.connection.execute(insert(SessionRow), row)
            unit.connection.execute(insert(RepeatRow), {**repeat, "key": name, "created_at": when})

    await desk.write(open_some)
    await tidy(desk, Tidy())

    for column in (SessionRow.token_hash, RepeatRow.key):
        left = await desk.read(lambda unit, column=column: unit.connection.scalar(select(column)))
        assert "new" == left


async def test_moves_of_the_board_are_forgotten_when_nobody_can_undo_them(desk, house):
    def move_some(unit):
        for name, hours in ("old", 25), ("new", 1):
            row = {"at": unit.now - timedelta(hours=hours), "agent_id": house.ada, "target": name}
            unit.connection.execute(insert(MoveRow), {**row, "before": [], "undone_at": None})

    await desk.write(move_some)
    await tidy(desk, Tidy())

    left = await desk.read(lambda unit: unit.connection.scalars(select(MoveRow.target)).all())
    assert ["new"] == left


async def test_tidying_is_planned_once_and_goes_on(desk):
    worker = Worker(desk, {Tidy: tidy})
    for _ in range(3):
        await desk.write(plan_tidying)

    assert 1 == await worker.run_due()
    assert 0 == await worker.run_due()
    desk.advance(EVERY.total_seconds())
    assert 1 == await worker.run_due()


async def test_a_dead_job_is_forgotten_in_the_end(desk):
    await desk.write(lambda unit: unit.enqueue(Tidy()))
    await desk.write(lambda unit: unit.connection.execute(update(JobRow).values(dead_at=unit.now)))
    await tidy(desk, Tidy())
    assert 2 == len(await desk.read(lambda unit: unit.connection.scalars(JOBS).all()))
    desk.advance(91 * 86400)
    await tidy(desk, Tidy())

    assert 1 == len(await desk.read(lambda unit: unit.connection.scalars(JOBS).all()))


JOBS = select(JobRow.id)
