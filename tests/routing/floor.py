"""A desk with queues, agents who are there, and a dispatcher that a test moves by hand."""

from contextlib import asynccontextmanager
from datetime import timedelta

from inbox.actions import agent as agents
from inbox.actions import duties, queues
from inbox.jobs import Route
from inbox.leases import Lease
from inbox.model import ConversationId, Membership, Skilled
from routing import setups
from routing.dispatch import Dispatcher
from routing.queues import Queue
from routing.router import route
from routing.setup import Setup
from tests.inbox.actions.letters import chat
from tests.inbox.ear import Ear
from tests.inbox.house import furnish

HOUR = timedelta(hours=1)


class Shop:
    """A desk whose conversations are routed."""

    def __init__(self, desk, house, dispatcher, lease, ids):
        self.desk, self.house, self.dispatcher, self.lease = desk, house, dispatcher, lease
        self.ids = ids
        self.ear = Ear(desk)
        self.heard = 0

    async def person(self, name, *names, membership=Membership.PRIMARY, here=HOUR, **skilled):
        """Have an agent belong to some queues, with the desk open."""
        who = await self.desk.write(
            agents.create, name=name, email=f"{name}@desk.example", password_hash="-"
        )
        if skilled:
            await self.desk.write(queues.enable, who, Skilled(**skilled), by=None)
        for queue in names:
            await self.desk.write(queues.join, self.ids[queue], who, by=None, membership=membership)
        if here:
            await self.desk.write(duties.connect, [who], self.desk.now + here)
        return who

    async def hear(self, *, visitor=None, **fields):
        """Have a customer write, and the rules say where it goes."""
        self.heard += 1
        visitor = visitor or f"v{self.heard}"
        await self.ear(self.house.chat, chat(f"m{self.heard}", visitor=visitor, **fields))
        talks = await self.ear.all("conversations")
        which = ConversationId(talks[-1].id)
        await route(self.desk, Route(conversation_id=which))
        return which

    async def run(self):
        await self.dispatcher.run_due(self.lease)

    async def after(self, seconds):
        self.desk.advance(seconds)
        await self.run()

    async def placement(self, which):
        return await self.desk.read(lambda unit: unit.placements.get(which))

    async def live(self, which):
        return await self.desk.read(lambda unit: unit.assignments.live(which))

    async def decisions(self, which):
        return await self.desk.read(lambda unit: unit.decisions.of(which))

    async def verbs(self, which):
        return [one.verb for one in await self.ear.all("events") if one.conversation_id == which]


@asynccontextmanager
async def open_shop(desk, setup=None, **named):
    """Yield a shop with a dispatcher that holds the lease."""
    house = await desk.write(furnish)
    setup = setup or Setup(queues=named or {"sales": Queue()}, usual="sales")
    await desk.write(setups.save, setups.Change(setup=setup), ["webchat", "email"], by=None)
    ids = await desk.read(lambda unit: {n: q.id for n, q in unit.queues.named().items()})
    lease = Lease(desk, "router")
    assert await lease.take()
    dispatcher = Dispatcher(desk)
    desk.bus.listeners.append(dispatcher.hear)
    yield Shop(desk, house, dispatcher, lease, ids)
    desk.bus.listeners.remove(dispatcher.hear)
