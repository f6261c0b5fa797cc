"""What the tables themselves refuse, whatever a program tries."""

import pytest
from sqlalchemy import delete, insert, update
from sqlalchemy.exc import IntegrityError

from inbox.actions.conversation import assign
from inbox.actions.note import note
from inbox.actions.reply import reply
from inbox.model import ConversationId
from inbox.store.messages import EMPTY
from inbox.store.numbers import keys
from inbox.tables import (
    AccountRow,
    AgentRow,
    ConversationRow,
    CustomerRow,
    MessageRow,
    QueueRow,
)
from tests.inbox.actions.letters import mail
from tests.inbox.ear import Ear


@pytest.fixture
async def talk(desk, house):
    """A conversation with a question, an answer and a note, in a queue and on a desk."""
    await Ear(desk)(house.email, mail("1"))
    await desk.write(reply, ConversationId(1), "Yes.", by=house.ada)
    await desk.write(note, ConversationId(1), "Hm.", by=house.ada)
    await desk.write(assign, ConversationId(1), house.ada, by=house.bob)

    def queue(unit):
        unit.connection.execute(insert(QueueRow).values(id=1, name="sales"))
        unit.conversations.change(ConversationId(1), queue_id=1)

    await desk.write(queue)
    return house


@pytest.mark.parametrize(
    "row",
    [AccountRow, AgentRow, QueueRow, CustomerRow, ConversationRow],
    ids=lambda row: row.__name__,
)
async def test_nothing_can_be_deleted_that_messages_hang_on(engine, talk, row):
    with pytest.raises(IntegrityError), engine.begin() as connection:
        connection.execute(delete(row).where(row.id == 1))

    with engine.connect() as connection:
        assert 3 == len(connection.execute(MessageRow.__table__.select()).all())


@pytest.mark.parametrize(
    "fields",
    [
        {"direction": "note", "delivery": "queued"},
        {"direction": "in", "delivery": "queued"},
        {"direction": "out"},
        {"direction": "note", "account_id": 1},
        {"direction": "note", "external_id": "x"},
        {"direction": "sideways"},
    ],
    ids=str,
)
async def test_only_an_answer_has_a_delivery_and_a_note_never_leaves(desk, talk, fields):
    row = {**EMPTY, "id": 99, "conversation_id": 1, "customer_id": 1, "text": "x", **fields}
    with pytest.raises(IntegrityError):
        await desk.write(lambda unit: unit.messages.add_many([{**row, "created_at": unit.now}]))

    assert 3 == len(await Ear(desk).all("messages"))


async def test_a_note_can_never_become_an_answer(engine, talk):
    into_the_outbox = update(MessageRow).where(MessageRow.direction == "note")
    with pytest.raises(IntegrityError), engine.begin() as connection:
        connection.execute(into_the_outbox.values(delivery="queued"))


async def test_an_address_has_one_owner_and_any_number_of_claims(desk, talk):
    def again(unit, proof):
        fields = {"name": "Mallory", "created_at": unit.now, "attributes": {}}
        number = next(keys(unit.connection, "customer"))
        unit.customers.add([{"id": number, **fields}])
        identity = {"kind": "email", "value": "eve@example.org", "created_at": unit.now}
        unit.customers.add_identities([{"customer_id": number, "proof": proof, **identity}])

    for proof in "heard", "verified":
        with pytest.raises(IntegrityError):
            await desk.write(again, proof)
    for _ in range(2):
        await desk.write(again, "claimed")

    assert 3 == len(await Ear(desk).all("identities"))
