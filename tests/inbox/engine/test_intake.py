"""What was taken is on disk, is understood once, and is accounted for at every moment."""

import asyncio
import json

import pytest
from sqlalchemy import select

from inbox.actions.hear import hear
from inbox.channel import Channel, Inbound, Raw, Sent
from inbox.errors import Unavailable, Unreadable
from inbox.intake import LEASE, Intake
from inbox.line import BIG
from inbox.model import Address, Direction, JournalState
from inbox.notices import Happened, Typing
from inbox.tables import JournalRow, MessageRow

JOURNAL = select(JournalRow.__table__)
WAITING, HEARD, AGAIN, LOST = (
    JournalState.RECEIVED,
    JournalState.MESSAGE,
    JournalState.DUPLICATE,
    JournalState.QUARANTINED,
)


class Postcards(Channel):
    """A channel whose payloads are JSON: a number and a text."""

    kind = "postcard"

    @classmethod
    def parse(cls, raw):
        card = json.loads(raw.payload)
        if card["text"] == "illegible":
            raise Unreadable("The ink ran.")
        return [
            Inbound(
                external_id=str(card["number"]),
                sender=Address(kind="postcard", value=card.get("who", "ada")),
                text=card["text"],
                thread=card.get("who", "ada"),
            )
        ]

    async def send(self, outgoing):
        return Sent(external_id="1")


def card(number, text="Hello", *, key=None, **more):
    payload = json.dumps({"number": number, "text": text, **more}).encode()
    return Raw(payload=payload, key=key, headers={"from": "the postman"})


@pytest.fixture
def intake(desk, house):
    channels = {}
    intake = Intake(desk, channels)
    channels[house.chat] = Postcards(None, intake.line(house.chat))
    channels[house.email] = Postcards(None, intake.line(house.email))
    return intake


@pytest.fixture
def line(intake, house):
    return intake.line(house.chat)


def texts(unit):
    return list(unit.connection.scalars(select(MessageRow.text).order_by(MessageRow.id)))


async def states(desk):
    """Return how many rows are in each state, having checked that the ledger says the same."""
    kept, counted = await desk.read(lambda unit: (unit.journal.ledger(), unit.journal.recount()))

    assert counted == kept
    totals = {}
    for (_, state), count in kept.items():
        totals[state] = totals.get(state, 0) + count
    return totals


async def until(desk, wanted):
    """Look until the journal is as *wanted*."""
    while await states(desk) != wanted:  # noqa: ASYNC110  # the journal has no bell to wait for
        await asyncio.sleep(0.02)


async def test_what_was_taken_is_in_the_journal_when_take_returns(desk, line):
    await line.take(card(1), card(2))

    assert {WAITING: 2} == await states(desk)


async def test_what_was_taken_is_understood_once(desk, intake, line):
    await line.take(card(1, "one"), card(2, "two"))

    assert 2 == await intake.run_due()
    assert 0 == await intake.run_due()
    assert ["one", "two"] == await desk.read(texts)
    assert {HEARD: 2} == await states(desk)


async def test_the_same_key_is_taken_once(desk, intake, line):
    await line.take(card(1, key="a"), card(1, key="a"))
    await asyncio.gather(*[line.take(card(1, key="a")) for _ in range(5)])
    await intake.run_due()

    assert ["Hello"] == await desk.read(texts)
    assert {HEARD: 1, AGAIN: 6} == await states(desk)


async def test_accounts_do_not_share_keys(desk, intake, line, house):
    await line.take(card(1, "chat", key="a"))
    await intake.line(house.email).take(card(1, "mail", key="a"))
    await intake.run_due()

    assert ["chat", "mail"] == await desk.read(texts)


async def test_very_long_keys_are_told_apart(desk, intake, line):
    await line.take(card(1, "one", key="k" * 10_000 + "1"), card(2, "two", key="k" * 10_000 + "2"))
    await line.take(card(1, "one", key="k" * 10_000 + "1"))
    await intake.run_due()

    assert ["one", "two"] == await desk.read(texts)
    assert {HEARD: 2, AGAIN: 1} == await states(desk)


async def test_the_same_message_under_another_key_is_a_duplicate(desk, intake, line):
    await line.take(card(1, key="a"), card(1, key="b"))
    await intake.run_due()

    assert {HEARD: 1, AGAIN: 1} == await states(desk)


async def test_what_nobody_can_read_is_quarantined_with_its_reason(desk, intake, line):
    await line.take(card(1, "illegible"), Raw(payload=b"\x00\xff not json"), card(2, "fine"))
    await intake.run_due()

    assert {LOST: 2, HEARD: 1} == await states(desk)
    rows = await desk.read(lambda unit: unit.journal.quarantined())
    assert ["UnicodeDecodeError while reading it.", "The ink ran."] == [row.reason for row in rows]
    row = await desk.read(lambda unit: unit.journal.get(rows[0].id))
    assert b"\x00\xff not json" == row.payload


async def test_one_row_that_cannot_be_stored_harms_no_other(desk, intake, line, monkeypatch):
    """A batch that fails as a whole is written row by row, and only the culprit stays behind."""

    def choosy(unit, batch):
        hear(unit, batch)
        for one in batch:
            if one.heard and one.heard[0].text == "cursed":
                raise ZeroDivisionError

    monkeypatch.setattr("inbox.intake.hear", choosy)
    await line.take(card(1, "one"), card(2, "cursed"), card(3, "three"))
    await intake.run_due()

    assert ["one", "three"] == await desk.read(texts)
    assert {HEARD: 2, LOST: 1} == await states(desk)


async def test_a_big_payload_lies_in_a_blob(desk, intake, line):
    text = "long " * BIG
    await line.take(card(1, text))
    await intake.run_due()

    assert [text] == await desk.read(texts)
    (row,) = await desk.read(lambda unit: unit.connection.execute(JOURNAL).all())
    assert row.payload is None
    assert row.size == len(desk.blobs.read(row.blob))


async def test_the_cursor_moves_with_what_was_taken(desk, line):
    assert None is await line.cursor()
    await line.take(card(1), cursor="17")
    assert "17" == await line.cursor()
    await line.take(cursor="18")
    await line.take(card(2))

    assert "18" == await line.cursor()


async def test_what_could_not_be_stored_is_not_acknowledged(desk, line):
    desk.taker.close()
    with pytest.raises(Unavailable):
        await line.take(card(1))

    assert {} == await states(desk)


async def test_a_running_intake_understands_at_once(desk, intake, line, monkeypatch):
    """Nothing but the hand-over wakes it here: its round takes longer than the test may."""
    monkeypatch.setattr("inbox.intake.ROUND", 10_000)
    heard = asyncio.Queue()
    desk.bus.listeners.append(
        lambda notices: [
            heard.put_nowait(notice.message_id)
            for notice in notices
            if isinstance(notice, Happened) and notice.verb == "message.added"
        ]
    )
    running = asyncio.create_task(intake.run())
    for number in range(5):
        await line.take(card(number, str(number)))
        await asyncio.wait_for(heard.get(), 60)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running

    assert [str(number) for number in range(5)] == await desk.read(texts)
    assert {HEARD: 5} == await states(desk)


async def test_more_than_fits_in_memory_keeps_its_order(desk, intake, line, monkeypatch):
    monkeypatch.setattr("inbox.intake.ROOM", 500)
    monkeypatch.setattr("inbox.intake.BATCH", 16)
    count = 100
    running = asyncio.create_task(intake.run())
    for number in range(count):
        await line.take(card(number, str(number)))
    await until(desk, {HEARD: count})
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running

    assert {HEARD: count} == await states(desk)
    assert sorted(map(str, range(count)), key=int) == await desk.read(texts)
    assert 0 == intake.bytes


async def test_what_a_dead_process_held_is_understood_after_its_lease(desk, intake, line):
    """It took payloads, and died before it understood them."""
    intake.running, intake.behind = True, False
    intake.begin = lambda account: None
    await line.take(card(1))
    heir = Intake(desk, intake.channels)

    assert 0 == await heir.run_due()
    desk.advance(LEASE.total_seconds())
    assert 1 == await heir.run_due()
    assert {HEARD: 1} == await states(desk)


async def test_two_who_understood_the_same_row_store_it_once(desk, intake, line):
    await line.take(card(1))
    both = [Intake(desk, intake.channels), Intake(desk, intake.channels)]
    rows = await desk.read(lambda unit: unit.connection.execute(JOURNAL).all())
    taken = [await both[0].fetched(row) for row in rows]
    await asyncio.gather(*[each.understand(line.account, taken, {}) for each in both])

    assert ["Hello"] == await desk.read(texts)
    assert {HEARD: 1} == await states(desk)


async def test_a_retried_row_is_understood_by_the_running_intake(desk, intake, line, monkeypatch):
    monkeypatch.setattr("inbox.intake.ROUND", 10_000)
    await line.take(card(1, "illegible"))
    await intake.run_due()
    (row,) = await desk.read(lambda unit: unit.journal.quarantined())
    monkeypatch.setattr(Postcards, "parse", classmethod(lambda cls, raw: []))
    running = asyncio.create_task(intake.run())
    await asyncio.sleep(0)

    def retry(unit):
        assert 1 == unit.journal.move([row.id], LOST, WAITING)
        unit.happened("journal.retried", journal=row.id)

    await desk.write(retry)
    await until(desk, {JournalState.UPDATE: 1})
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running


async def test_a_channel_sees_its_exchange_again_without_notes(desk, intake, line, house):
    await line.take(card(1, "one"), card(2, "two"), card(3, "other", who="bob"))
    await intake.run_due()
    said = await line.history("ada")

    assert ["one", "two"] == [each.message.text for each in said]
    assert {Direction.IN} == {each.message.direction for each in said}
    first, second = (each.message.id for each in said)
    assert [second] == [each.message.id for each in await line.history("ada", after=first)]
    assert [second] == [each.message.id for each in await line.history("ada", limit=1)]
    assert [] == await line.history("nobody")
    assert {"1", "3"} == await line.known(["1", "3", "99"])
    assert set() == await intake.line(house.email).known(["1"])
    assert "ada" == (await line.conversation("ada")).thread
    assert None is await line.conversation("nobody")
    assert await line.customer_name("ada")


async def test_typing_goes_both_ways(desk, intake, line, house):
    await line.take(card(1))
    await intake.run_due()
    where = (await line.conversation("ada")).id
    line.typing("ada", "I wonder")
    line.typing("nobody")
    await asyncio.gather(*line.threads.tasks)
    assert Typing(conversation_id=where, text="I wonder") in desk.told
    heard = asyncio.Queue()
    line.on_typing(lambda thread, writing: heard.put_nowait((thread, writing)))
    intake.line(house.email).on_typing(lambda *told: heard.put_nowait("not mine"))
    desk.bus.publish([Typing(conversation_id=where, agent_id=house.ada)])

    assert ("ada", True) == await asyncio.wait_for(heard.get(), 60)
    assert heard.empty()


async def test_the_ledger_holds_whatever_happens(desk, intake, line, house):
    """Many hand-overs at once, repeated, illegible and fine, over two accounts."""
    lines = [line, intake.line(house.email)]
    await asyncio.gather(
        *[
            lines[number % 2].take(
                card(number % 70, "illegible" if number % 7 == 0 else "Hello", key=f"{number % 90}")
            )
            for number in range(300)
        ]
    )
    assert 300 == sum((await states(desk)).values())
    await intake.run_due()
    found = await states(desk)

    assert 300 == sum(found.values())
    assert WAITING not in found
    assert found[HEARD] == len(await desk.read(texts))


async def test_a_system_without_room_is_no_fault_of_what_was_said(desk, intake, line, monkeypatch):
    monkeypatch.setattr("inbox.intake.PAUSE", 0.001)
    full = [OSError(24, "Too many open files")] * 3

    async def understand(self, raws):
        if full:
            raise full.pop()
        return [self.parse(raw) for raw in raws]

    monkeypatch.setattr(Postcards, "understand", understand)
    await line.take(card(1), card(2))
    await intake.run_due()

    assert {HEARD: 2} == await states(desk)
