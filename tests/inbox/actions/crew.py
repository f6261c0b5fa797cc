"""A desk with queues, agents who are there, and conversations to place."""

import itertools
from datetime import timedelta

from inbox.actions import agent as agents
from inbox.actions import duties, placing
from inbox.channel import Inbound
from inbox.model import Address, ConversationId, Member, QueueId
from tests.inbox.ear import Ear
from tests.inbox.house import furnish

AN_HOUR = timedelta(hours=1)
NUMBERS = itertools.count(1)  #: of messages, in whichever test


def staff(unit, house, count):
    """Have *count* agents at the desk, members of two queues."""
    known = [house.ada, house.bob]
    known += [
        agents.create(unit, name=f"A{n}", email=f"a{n}@desk.example", password_hash="-")
        for n in range(2, count)
    ]
    queues = unit.queues.sync(["sales", "billing"], at=unit.now)
    for agent in known:
        for queue in queues.values():
            unit.queues.join(Member(queue_id=queue, agent_id=agent))
    duties.connect(unit, known, unit.now + AN_HOUR)
    return known, [QueueId(queue) for queue in queues.values()]


def said(thread=None):
    number = next(NUMBERS)
    sender = Address(kind="webchat", value=thread or f"c{number}")
    return Inbound(external_id=f"m{number}", sender=sender, text="Hello", thread=sender.value)


class Crew:
    """The keys of what stands in the desk, and what is asked of it often."""

    def __init__(self, desk, house, agents, queues):
        self.desk, self.house, self.agents, self.queues = desk, house, agents, queues
        self.ear = Ear(desk)

    async def conversation(self, queue=None):
        """Have a customer write, and their conversation wait in a queue."""
        await self.ear(self.house.chat, said())
        which = ConversationId(max(row.id for row in await self.ear.all("conversations")))
        await self.desk.write(placing.enqueue, which, queue or self.queues[0])
        return which

    async def offer(self, which, agent, weight=1.0, **more):
        expires_at = self.desk.now + timedelta(seconds=30)
        return await self.desk.write(
            placing.offer, which, agent, weight=weight, expires_at=expires_at, **more
        )

    async def placement(self, which):
        return await self.desk.read(lambda unit: unit.placements.get(which))

    async def live(self, which):
        return await self.desk.read(lambda unit: unit.assignments.live(which))

    async def talk(self, which):
        return await self.desk.read(lambda unit: unit.conversations.get(which))

    async def duty(self, agent):
        return await self.desk.read(lambda unit: unit.duties.get(agent))

    async def verbs(self, which):
        rows = await self.ear.all("events")
        return [row.verb for row in rows if row.conversation_id == which]


async def crew(desk, count=3):
    house = await desk.write(furnish)
    agents, queues = await desk.write(staff, house, count)
    return Crew(desk, house, agents, queues)
