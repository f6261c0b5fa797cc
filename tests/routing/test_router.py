"""A conversation stays with whoever answered it, as long as they answer."""

import pytest

from inbox.actions import agent as agents
from inbox.actions.conversation import assign, resolve
from inbox.jobs import Route
from inbox.model import ConversationId
from routing.router import route
from tests.inbox.actions.letters import chat
from tests.inbox.ear import Ear
from tests.inbox.house import furnish

TALK = ConversationId(1)


@pytest.fixture
async def house(desk):
    return await desk.write(furnish)


async def reopened(desk, house, between):
    """Have a conversation of Ada's resolved, and opened again by its customer."""
    ear = Ear(desk)
    await ear(house.chat, chat("1"))
    await desk.write(assign, TALK, house.ada, by=house.bob)
    await desk.write(resolve, TALK, by=house.ada)
    await between()
    await ear(house.chat, chat("2"))
    await route(desk, Route(conversation_id=TALK))
    return await desk.read(lambda unit: unit.conversations.get(TALK))


async def test_a_new_conversation_lies_where_everybody_finds_it(desk, house):
    await Ear(desk)(house.chat, chat("1"))
    await route(desk, Route(conversation_id=TALK))
    talk = await desk.read(lambda unit: unit.conversations.get(TALK))

    assert talk.assignee_id is None


async def test_a_reopened_one_stays_with_its_agent(desk, house):
    async def nothing():
        pass

    talk = await reopened(desk, house, nothing)

    assert ("open", house.ada) == (talk.status, talk.assignee_id)


async def test_one_of_an_agent_who_left_goes_to_everybody(desk, house):
    async def leave():
        await desk.write(agents.archive, house.ada)

    talk = await reopened(desk, house, leave)

    assert ("open", None) == (talk.status, talk.assignee_id)
