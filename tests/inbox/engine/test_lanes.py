"""What is said in different threads is written at the same time, where the database can."""

import asyncio

import pytest
from sqlalchemy import select

from inbox.actions.understood import Understood
from inbox.channel import Edited, Inbound, Profile, Receipt
from inbox.intake import WORTH_IT, Intake, parted
from inbox.model import Address, Delivery, JournalState
from inbox.notices import Happened
from inbox.tables import CustomerRow, EventRow, MessageRow
from tests.inbox.engine.test_intake import Postcards, card, states

PEOPLE = 40
CARDS = 400


@pytest.fixture
def intake(desk, house, monkeypatch):
    """An intake that reads a batch while the one before is being written."""
    monkeypatch.setattr("inbox.intake.BATCH", WORTH_IT)
    channels = {}
    intake = Intake(desk, channels)
    channels[house.chat] = Postcards(None, intake.line(house.chat))
    return intake


def cards():
    return [card(n, f"{n // PEOPLE}", who=f"visitor {n % PEOPLE}") for n in range(CARDS)]


def said(unit):
    """Return what each wrote, in the order of the record."""
    rows = unit.connection.execute(
        select(MessageRow.sender, MessageRow.text).order_by(MessageRow.id)
    )
    told = {}
    for sender, text in rows:
        told.setdefault(sender, []).append(text)
    return told


async def test_everybody_is_heard_once_and_in_order(desk, intake, house):
    await intake.line(house.chat).take(*cards())
    await intake.run_due()
    in_order = [str(n) for n in range(CARDS // PEOPLE)]

    assert {f"visitor {n}": in_order for n in range(PEOPLE)} == await desk.read(said)
    assert {JournalState.MESSAGE: CARDS} == await states(desk)


async def test_news_is_told_in_the_order_of_its_numbers(desk, intake, house):
    told = []
    desk.bus.listeners.append(
        lambda news: told.extend(one.id for one in news if isinstance(one, Happened))
    )
    for number in range(8):
        some = [card(f"{number} {n}", who=f"visitor {n}") for n in range(64)]
        await intake.line(house.chat).take(*some)
    await asyncio.gather(intake.run_due(), *[desk.write(greet) for _ in range(8)])
    await desk.write(greet)
    written = await desk.read(
        lambda unit: list(unit.connection.scalars(select(EventRow.id).order_by(EventRow.id)))
    )

    assert written == told


def greet(unit):
    unit.happened("customer.changed", change={})


async def test_one_person_in_many_threads_is_one_customer(desk, intake, house, monkeypatch):
    everywhere = classmethod(
        lambda cls, raw: [
            Inbound(
                external_id=raw.key,
                sender=Address(kind="postcard", value="ada"),
                thread=raw.key,
                text="Hello",
                attributes={raw.key: "yes"},
            )
        ]
    )
    monkeypatch.setattr(Postcards, "parse", everywhere)
    await intake.line(house.chat).take(*[card(n, key=f"thread {n}") for n in range(64)])
    await intake.run_due()
    (attributes,) = await desk.read(
        lambda unit: list(unit.connection.scalars(select(CustomerRow.attributes)))
    )

    assert {f"thread {n}" for n in range(64)} == set(attributes)
    assert {JournalState.MESSAGE: 64} == await states(desk)


def understood(number, *heard):
    return Understood(journal_id=number, account=1, heard=heard)


ADA = Address(kind="postcard", value="ada")


def test_only_what_has_a_thread_is_written_beside_others():
    threaded = [
        understood(n, Inbound(external_id=f"{n}", sender=ADA, thread=f"{n % 7}"))
        for n in range(WORTH_IT)
    ]
    introduced = understood(100, Profile(who=ADA, thread="3"))
    loose = [
        understood(101, Inbound(external_id="mail", sender=ADA)),
        understood(102, Receipt(external_id="1", delivery=Delivery.SENT)),
        understood(103, Edited(external_id="1", order=1, text="No")),
        understood(104, threaded[0].heard[0], Receipt(external_id="2", delivery=Delivery.SENT)),
        understood(105),
        Understood(journal_id=106, account=1, reason="The ink ran."),
    ]
    beside, after = parted([loose[0], *threaded, introduced, *loose[1:]], 2)

    assert loose == after
    assert {one.journal_id for one in (*threaded, introduced)} == {
        one.journal_id for part in beside for one in part
    }
    for part in beside:
        assert sorted(part, key=lambda one: one.journal_id) == part
    threads = [{one.heard[0].thread for one in part} for part in beside]
    assert set() == threads[0] & threads[1]


def test_a_few_are_not_worth_two_transactions():
    few = [understood(n, Inbound(external_id=f"{n}", sender=ADA, thread="1")) for n in range(3)]

    assert ([], few) == parted(few, 2)
    assert ([], few * 99) == parted(few * 99, 1)
