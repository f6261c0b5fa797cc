"""A desk with two queues, and people who sit before it."""

from datetime import timedelta

from inbox.actions import placing
from inbox.model import Member, Membership, QueueId, Role
from routing import setups
from routing.queues import Queue
from routing.setup import Setup
from tests.agents_ui import scenes
from tests.conftest import copied


def both(request, tmp_path):
    """Yield a database on each engine, for modules whose answers depend on it."""
    if request.param == "sqlite":
        yield copied(request, tmp_path)
        return
    yield request.getfixturevalue("shared_database")
    request.getfixturevalue("postgres").empty("desk", keep=("alembic_version",))


LATER = timedelta(seconds=30)


class Floor:
    """Two queues, an agent of each, and those who oversee them."""

    def __init__(self, street, queues):
        self.street = street
        self.billing, self.sales = queues

    async def agent(self, *queues, role=Role.AGENT):
        """Return somebody who has signed in and belongs to some queues."""
        caller = await self.street.agent(role)
        for queue in queues:
            await self.join(caller, queue)
        return caller

    async def join(self, caller, queue, until=None):
        member = Member(
            queue_id=queue,
            agent_id=caller.agent_id,
            membership=Membership.PRIMARY,
            until=until,
        )
        await self.street.desk.write(lambda unit: unit.queues.join(member))

    async def waits(self, queue, text="My bell is broken."):
        """Have a customer wait in a queue; returns the conversation."""
        return await self.street.desk.write(waiting, queue, text)

    async def offered(self, queue, to):
        """Have a conversation that waits be offered to somebody; returns it and the offer."""
        which = await self.waits(queue)
        made = await self.offer(which, to)
        return which, made.id

    async def offer(self, which, to):
        until = self.street.desk.now + LATER
        return await self.street.desk.write(
            placing.offer, which, to.agent_id, weight=1.0, expires_at=until
        )

    async def decide(self, **billing):
        """Have a setup hold in which Billing is as given."""
        queues = {"billing": Queue(**billing), "sales": Queue()}
        await self.street.desk.write(decide, Setup(queues=queues))


def decide(unit, setup):
    change = setups.Change(setup=setup, base=unit.setups.newest_id())
    setups.save(unit, change, ("email", "webchat"), by=None)


def waiting(unit, queue, text):
    which = scenes.write_in(unit, text)
    placing.enqueue(unit, which, queue)
    return which


async def open_floor(street):
    def name(unit):
        ids = unit.queues.sync(["billing", "sales"], at=unit.now)
        return QueueId(ids["billing"]), QueueId(ids["sales"])

    return Floor(street, await street.desk.write(name))
