"""An ear for every test that has the desk hear something."""

import pytest

from tests.inbox.ear import Ear


@pytest.fixture
def ear(desk):
    return Ear(desk)
