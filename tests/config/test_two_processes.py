"""Several desks on one PostgreSQL database: each notices what the others do with accounts."""

import itertools

import pytest
from msgspec.structs import replace

from config.app import opened
from tests.agents_ui.waiting import until
from tests.config.test_accounts import FLOCK, hook, settings, sky  # noqa: F401  # fixtures

NUMBERS = itertools.count(1)


@pytest.fixture
def shared(settings, postgres):  # noqa: F811
    """Settings of desks that share a database, and nothing else but the folder of files."""
    name = f"two_processes_{next(NUMBERS)}"
    postgres.clone("template_desk", name)
    yield replace(settings, desk=replace(settings.desk, database=postgres.url(name)))
    postgres.drop(name)


async def test_what_one_process_changes_the_others_notice(shared, sky):  # noqa: F811
    async with opened(shared) as one, opened(shared) as other:
        which = await one.switchboard.add("pigeon", "tower", FLOCK, None)
        await until(lambda: which in other.channels)
        assert (200, "Under the roof") == await hook(other, "hello")
        await until(lambda: sky.listeners == {"canary-token"})  # one of them, not both
        assert 1 == len(one.plugs.listening | other.plugs.listening)

        moved = {"loft": {"street": "By the river"}}
        await other.switchboard.change(which, moved, None)
        await until(lambda: "By the river" == one.channel("tower").settings.loft.street)
        assert (200, "By the river") == await hook(one, "hello again")

        await one.switchboard.pause(which, None)
        await until(lambda: f"deliver:{which}" in other.worker.held)
        await until(lambda: not sky.listeners)

        await other.switchboard.archive(which, None)
        await until(lambda: which not in one.channels)
        assert 404 == (await hook(one, "hello"))[0]
