"""Two processes at one conversation: the second waits for the first, and then is too late."""

import asyncio
import threading
from datetime import timedelta

import pytest

from inbox.actions import conversation as conversations
from inbox.actions import duties, placing
from inbox.actions.offers import Offer, offer_many
from inbox.actions.reply import reply
from inbox.database import connect
from inbox.errors import Conflict
from inbox.model import Availability, Stage
from tests.conftest import FrozenDesk
from tests.inbox.actions.crew import crew

PATIENCE = 60  # seconds
pytestmark = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


@pytest.fixture
async def here(desk):
    return await crew(desk)


@pytest.fixture
def other(desk, database_url, tmp_path):
    beside = FrozenDesk(connect(database_url), tmp_path / "other")
    yield beside
    beside.close()


def slowly(unit, done, leave, verb, *args, **named):
    """Do something, and commit only when told to."""
    verb(unit, *args, **named)
    done.set()
    assert leave.wait(PATIENCE)


def promptly(unit, began, verb, *args, **named):
    began.set()
    return verb(unit, *args, **named)


async def one_then_other(desk, first, other, second):
    """Begin *second* while *first* has not committed; return what came of it."""
    done, began, leave = threading.Event(), threading.Event(), threading.Event()
    verb, args, named = first
    holding = asyncio.create_task(desk.write(slowly, done, leave, verb, *args, **named))
    assert await asyncio.to_thread(done.wait, PATIENCE)
    verb, args, named = second
    late = asyncio.create_task(other.write(promptly, began, verb, *args, **named))
    assert await asyncio.to_thread(began.wait, PATIENCE)
    await asyncio.wait({late}, timeout=0.1)  # it waits; if it did not, it would be wrong now
    leave.set()
    await holding
    return await late


def offering(which, agent):
    offers = [Offer(conversation_id=which, agent_id=agent, weight=1.0)]
    return offer_many, (offers,), {}


async def test_an_offer_that_is_taken_back_is_not_accepted(here, other):
    ada = here.agents[0]
    which = await here.conversation()
    offered = await here.offer(which, ada)
    holding = (placing.hold, (which,), {"by": None})
    accepting = (placing.accept, (offered.id,), {"by": ada})
    with pytest.raises(Conflict):
        await one_then_other(here.desk, holding, other, accepting)

    assert (await here.placement(which)).stage is Stage.HELD


async def test_what_is_put_aside_is_not_offered(here, other):
    which = await here.conversation()
    holding = (placing.hold, (which,), {"by": None})

    assert await one_then_other(here.desk, holding, other, offering(which, here.agents[0])) == []
    assert (await here.placement(which)).stage is Stage.HELD


async def test_two_routers_offer_it_once(here, other):
    ada, bob, _ = here.agents
    which = await here.conversation()
    made = await one_then_other(here.desk, offering(which, ada), other, offering(which, bob))

    assert made == []
    assert (await here.live(which)).agent_id == ada


async def test_what_was_offered_meanwhile_is_resolved_all_the_same(here, other):
    which = await here.conversation()
    resolving = (conversations.resolve, (which,), {"by": None})
    await one_then_other(here.desk, offering(which, here.agents[0]), other, resolving)

    assert await here.live(which) is None
    assert (await here.placement(which)).stage is Stage.RESOLVED


@pytest.mark.parametrize(
    "first",
    [
        lambda agent, _: (duties.choose, (agent, Availability.AWAY), {"by": agent}),
        lambda agent, which: (placing.take, (which, agent), {"by": agent, "weight": 6.0}),
    ],
)
async def test_who_has_gone_or_has_taken_something_is_not_asked(here, other, first):
    ada = here.agents[0]
    which, taken = await here.conversation(), await here.conversation()
    made = await one_then_other(here.desk, first(ada, taken), other, offering(which, ada))

    assert made == []


async def test_of_two_who_answer_at_once_the_first_has_it(here, other):
    ada, bob, _ = here.agents
    which = await here.conversation()
    await here.offer(which, bob)
    one, two = [(reply, (which, "Hello."), {"by": agent}) for agent in (ada, bob)]
    await one_then_other(here.desk, one, other, two)

    assert (await here.live(which)).agent_id == (await here.talk(which)).assignee_id == ada


async def test_what_is_answered_meanwhile_is_not_offered(here, other):
    ada, bob, _ = here.agents
    which = await here.conversation()
    answering = (reply, (which, "Hello."), {"by": ada})

    assert await one_then_other(here.desk, answering, other, offering(which, bob)) == []
    assert (await here.live(which)).agent_id == ada


async def test_what_is_offered_meanwhile_is_theirs_who_answers(here, other):
    ada, bob, _ = here.agents
    which = await here.conversation()
    answering = (reply, (which, "Hello."), {"by": ada})
    await one_then_other(here.desk, offering(which, bob), other, answering)

    assert (await here.live(which)).agent_id == ada


async def test_many_desks_offer_many_to_many(here, other):
    some = [await here.conversation() for _ in range(30)]
    until = here.desk.now + timedelta(seconds=30)
    offers = [
        Offer(conversation_id=which, agent_id=agent, weight=0.5, expires_at=until)
        for which in some
        for agent in here.agents
    ]
    made = await asyncio.gather(
        *(
            desk.write(offer_many, part)
            for desk in (here.desk, other)
            for part in (offers[::2], offers[1::2], offers[::-1])
        )
    )

    made.append(await here.desk.write(offer_many, offers))  # what they kept from each other
    once = [one.conversation_id for part in made for one in part]
    assert sorted(once) == some
