"""Whatever order things are heard in, and however often, the record ends the same."""

from itertools import permutations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete

from inbox.actions.reply import reply
from inbox.channel import Profile, Receipt
from inbox.model import RANKS, Address, ConversationId, Delivery, Proof
from inbox.tables import Row
from tests.inbox.actions.letters import chat, mail
from tests.inbox.ear import Ear
from tests.inbox.house import furnish

NEWS = (Delivery.QUEUED, Delivery.SENT, Delivery.DELIVERED, Delivery.READ, Delivery.FAILED)
SLOW = settings(
    max_examples=20,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def clear(unit):
    """Empty every table but those that say how the schema is."""
    for table in reversed(Row.metadata.sorted_tables):
        unit.connection.execute(delete(table))


def test_no_order_of_receipts_moves_a_message_back():
    for order in permutations(NEWS):
        state = None
        for news in order:
            state = news if news.outranks(state) else state
            assert RANKS[state] >= RANKS[news]

        assert Delivery.READ == state


@pytest.mark.parametrize("batch", [7, 64])
async def test_receipts_in_any_order_end_with_the_furthest(ear, house, desk, batch):
    orders = list(enumerate(permutations(NEWS)))

    def answer_all(unit):
        for number, _ in orders:
            answer = reply(unit, ConversationId(1), "Yes.", by=house.ada)
            unit.messages.change(answer, delivery=Delivery.SENT, external_id=f"<{number}>")

    await ear(house.chat, chat("1"))
    await desk.write(answer_all)
    receipts = [
        Receipt(external_id=f"<{number}>", delivery=news)
        for number, order in orders
        for news in order
    ]
    await ear(house.chat, *receipts, batch=batch)
    answers = (await ear.all("messages"))[1:]

    assert 120 == len(answers)
    assert {"read"} == {message.delivery for message in answers}


async def test_reading_one_is_reading_all_before(ear, house, desk):
    await ear(house.chat, chat("1"))
    for number in range(4):
        answer = await desk.write(reply, ConversationId(1), f"{number}", by=house.ada)
        state = Delivery.FAILED if number == 1 else Delivery.SENT
        await desk.write(
            lambda unit, answer=answer, state=state: unit.messages.change(
                answer, delivery=state, external_id=f"s{answer}"
            )
        )
    await ear(house.chat, Receipt(external_id="s4", delivery=Delivery.READ, through=True))
    states = [message.delivery for message in (await ear.all("messages"))[1:]]

    assert ["read", "failed", "read", "sent"] == states


# --- whole histories ----------------------------------------------------------------------
def person(number):
    return f"p{number}@example.org"


@st.composite
def threads(draw):
    """Mails of a few people, each answering all of its thread before it, and chats."""
    heard = []
    for thread in range(draw(st.integers(1, 4))):
        names = [f"t{thread}-{number}" for number in range(draw(st.integers(1, 5)))]
        who = person(draw(st.integers(0, 2)))
        heard += [
            ("email", mail(name, *reversed(names[:place]), sender=who, text=name))
            for place, name in enumerate(names)
        ]
    for visitor in range(draw(st.integers(0, 2))):
        heard += [
            ("chat", chat(f"c{visitor}-{number}", visitor=f"v{visitor}", client_id=str(number)))
            for number in range(draw(st.integers(1, 4)))
        ]
        who = Address(kind="webchat", value=f"v{visitor}")
        also = ((Address(kind="email", value=person(visitor)), Proof.CLAIMED),)
        heard.append(("chat", Profile(who=who, proof=Proof.VERIFIED, name="Vi", also=also)))
    return heard


@st.composite
def disorder(draw):
    """A history, the same shuffled with repeats, and sizes of batches for both."""
    heard = draw(threads())
    repeats = draw(st.lists(st.sampled_from(heard), max_size=6))
    shuffled = draw(st.permutations([*heard, *repeats]))
    return heard, shuffled, draw(st.integers(1, 9)), draw(st.integers(1, 30))


async def told(desk, heard, batch):
    """Return what the desk made of *heard*, without the numbers it happened to give."""
    await desk.write(clear)
    house = await desk.write(furnish)
    ear = Ear(desk)
    for start in range(0, len(heard), batch):
        part = heard[start : start + batch]
        for account, key in ((house.email, "email"), (house.chat, "chat")):
            await ear(account, *(one for kind, one in part if kind == key), batch=batch)
    messages, people = await ear.all("messages"), await ear.all("customers")
    places = {}
    for one in await ear.all("identities"):
        places.setdefault(one.customer_id, set()).add((one.kind, one.value, one.proof))
    together = {}
    for one in messages:
        together.setdefault(one.conversation_id, set()).add(one.external_id)
    ledger, counted = await desk.read(lambda unit: (unit.journal.ledger(), unit.journal.recount()))
    assert ledger == counted
    return {
        "messages": sorted((one.external_id, one.text, one.kind, one.sender) for one in messages),
        "conversations": sorted(map(sorted, together.values())),
        "customers": sorted((one.name, sorted(places[one.id])) for one in people),
        "states": sorted({one.status for one in await ear.all("conversations")}),
        "rows": sum(ledger.values()) - len(heard),
    }


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@SLOW
@given(disorder())
async def test_a_shuffled_history_with_repeats_ends_the_same(desk, history):
    heard, shuffled, batch, other = history
    expected = await told(desk, heard, batch)

    assert expected == await told(desk, shuffled, other)
