"""A furnished desk for every test that asks for the house."""

import pytest

from tests.inbox.house import furnish


@pytest.fixture
async def house(desk):
    return await desk.write(furnish)
