"""Two desks on one PostgreSQL: what both hear at the same moment is recorded once."""

import asyncio
import itertools
import threading

import pytest
from sqlalchemy import insert, select

from inbox.database import connect
from inbox.tables import LeaseRow
from tests.conftest import FrozenDesk
from tests.inbox.actions.letters import mail
from tests.inbox.ear import Ear
from tests.inbox.house import furnish

PATIENCE = 60  # seconds
NUMBERS = itertools.count(1)


@pytest.fixture
def desks(postgres, tmp_path):
    name = f"two_desks_{next(NUMBERS)}"
    postgres.clone("template_desk", name)
    both = [FrozenDesk(connect(postgres.url(name)), tmp_path) for _ in range(2)]
    yield both
    for desk in both:
        desk.close()
    postgres.drop(name)


def take(unit, name, *, looked=None, leave=None):
    """Take what nobody has, having looked first."""
    if name in unit.connection.scalars(select(LeaseRow.name)).all():
        return "was there"
    row = {"name": name, "holder": "me", "until": unit.now, "fence": 1}
    if looked:
        looked.set()
    unit.connection.execute(insert(LeaseRow), row)
    if leave:
        assert leave.wait(PATIENCE)
    return "new"


async def test_who_is_forestalled_by_another_process_decides_anew(desks):
    one, other = desks
    first, second, leave = threading.Event(), threading.Event(), threading.Event()
    holding = asyncio.create_task(one.write(take, "x", looked=first, leave=leave))
    assert await asyncio.to_thread(first.wait, PATIENCE)
    late = asyncio.create_task(other.write(take, "x", looked=second))
    assert await asyncio.to_thread(second.wait, PATIENCE)
    leave.set()

    assert ["new", "was there"] == [await holding, await late]


async def test_two_desks_that_hear_the_same_record_it_once(desks):
    one, other = desks
    house = await one.write(furnish)
    heard = [mail(f"m{number}", sender=f"{number % 7}@shop.example") for number in range(40)]
    await asyncio.gather(
        Ear(one)(house.email, *heard, batch=3), Ear(other)(house.email, *heard[::-1], batch=3)
    )

    assert sorted(f"<m{number}>" for number in range(40)) == sorted(
        message.external_id for message in await Ear(one).all("messages")
    )
    assert 7 == len(await Ear(one).all("customers"))
    assert {"message": 40, "duplicate": 40} == {
        state: count for state, count in (await Ear(one).ledger()).items() if count
    }
