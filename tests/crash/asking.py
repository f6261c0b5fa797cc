"""Customers who talk with the bot, whichever process of the desk is there to hear them.

Each repeats what was not taken, at one process and then at another, and writes again only when
the desk has done something about it, unless their story says that they hurry.
"""

import asyncio
import itertools
import random
import time
from collections.abc import Awaitable, Callable, Collection, Sequence
from contextlib import suppress
from typing import Any

import msgspec
from aiohttp import ClientError, ClientSession, ClientTimeout
from sqlalchemy import select

from inbox.desk import Desk
from inbox.model import BotSession, ConversationId, MessageId, Value
from inbox.store import Unit
from inbox.tables import BotSessionRow, MessageRow
from tests.crash.running import PATIENCE, RunningDesk
from tests.servers.till import Till, wrote

HANGS = 4.0  #: seconds after which one asks another process
LATER = {409, 429}  #: one who sleeps may have the same request; or there were too many
LOOK = 0.4  #: seconds between two looks at the record
BODIES = {
    "Send it back within 30 days, in its box.": (
        "How do I return it?",
        "Can I send it back?",
        "I want to return my order",
    ),
    "It takes two to four days.": (
        "How long does delivery take?",
        "When will it arrive?",
        "How many days until it is delivered?",
    ),
    "We take cards and bank transfers.": (
        "How can I pay?",
        "Do you take credit cards?",
        "Can I pay by bank transfer?",
    ),
}
QUESTIONS = tuple(itertools.chain.from_iterable(BODIES.values()))
PARCEL = ("Where is my parcel?", "My order has not arrived", "Track my order", "It has not come")


class Seen(Value):
    """A message on the record."""

    id: MessageId
    conversation_id: ConversationId
    direction: str
    text: str
    delivery: str | None
    name: str | None  #: what its customer calls it, or what we call it
    ours: bool  #: a person of ours wrote it


class Record:
    """All that stands on the record, looked at again and again."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.messages: list[Seen] = []
        self.sessions: dict[ConversationId, BotSession] = {}
        self.looked = asyncio.Condition()

    async def look(self) -> None:
        self.messages, self.sessions = await self.desk.read(everything)
        async with self.looked:
            self.looked.notify_all()

    async def run(self) -> None:
        while True:
            await self.look()
            await asyncio.sleep(LOOK)

    def heard(self, name: str) -> Seen | None:
        """Return the message that its customer calls *name*."""
        return next((one for one in self.messages if one.name == name), None)

    def joined(self) -> dict[ConversationId, MessageId]:
        """Return where a person of ours spoke, and what they said last."""
        return {one.conversation_id: one.id for one in self.messages if one.ours}

    def told(self, names: Collection[str]) -> dict[MessageId, Seen]:
        """Return what those were told who wrote messages of some *names*."""
        wrote = set(names)
        talks = {one.conversation_id for one in self.messages if one.name in wrote}
        out = [one for one in self.messages if one.direction == "out"]
        return {one.id: one for one in out if one.conversation_id in talks}

    def is_dealt_with(self, name: str) -> bool:
        """Tell whether somebody has done something about a message, or a person is to."""
        heard = self.heard(name)
        if heard is None:
            return False
        session = self.sessions.get(heard.conversation_id)
        if session is None:
            return heard.conversation_id in self.joined()
        return not session.state.speaks or (session.heard_id or 0) >= heard.id

    async def until(self, holds: Callable[[], bool]) -> None:
        async with asyncio.timeout(PATIENCE), self.looked:
            await self.looked.wait_for(holds)


def everything(unit: Unit) -> tuple[list[Seen], dict[ConversationId, BotSession]]:
    row = MessageRow
    asked = select(
        row.id,
        row.conversation_id,
        row.direction,
        row.text,
        row.delivery,
        row.client_id,
        row.external_id,
        row.author_id,
    ).order_by(row.id)
    messages = [
        Seen(
            id=MessageId(one.id),
            conversation_id=ConversationId(one.conversation_id),
            direction=one.direction,
            text=one.text,
            delivery=one.delivery,
            name=one.client_id or one.external_id,
            ours=one.author_id is not None,
        )
        for one in unit.connection.execute(asked)
    ]
    talks = unit.connection.scalars(select(BotSessionRow.conversation_id)).all()
    return messages, unit.sessions.some([ConversationId(one) for one in talks])


class House:
    """The processes of one desk; who is not answered by one asks the next."""

    def __init__(self, processes: Sequence[RunningDesk], http: ClientSession) -> None:
        self.processes = processes
        self.http = http

    async def insist(self, ask: Callable[[str], Awaitable[Any]]) -> Any:
        """Ask each process in turn until one gives an answer other than None."""
        asked = itertools.cycle(random.sample(self.processes, len(self.processes)))
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            with suppress(ClientError, OSError, TimeoutError):
                async with asyncio.timeout(HANGS):
                    if (answer := await ask(next(asked).url)) is not None:
                        return answer
            await asyncio.sleep(0.2)
        raise AssertionError("Nobody ever answered.")

    async def post(self, path: str, body: Any, headers: dict[str, str] | None = None) -> Any:
        """Post until there is an answer that is final."""

        async def once(url: str) -> Any:
            async with self.http.post(url + path, json=body, headers=headers) as answer:
                text = await answer.read()
                if answer.status >= 500 or answer.status in LATER:
                    return None
                assert answer.status < 300, (path, answer.status, text)
                return msgspec.json.decode(text)

        return await self.insist(once)

    async def reply(self, talk: ConversationId, name: str) -> None:
        """Have a person of ours answer."""
        token = self.processes[0].token
        headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": name}
        body = {"text": f"Ada here: {name}.", "client_id": name}
        await self.post(f"/api/conversations/{talk}/replies", body, headers)


class Guest:
    """A customer on the web chat."""

    def __init__(self, house: House, name: str) -> None:
        self.house, self.name = house, name
        self.headers: dict[str, str] = {}

    async def say(self, name: str, text: str) -> None:
        if not self.headers:
            made = await self.house.post("/channels/shop/session", {})
            self.headers = {"Authorization": f"Bearer {made['token']}"}
        frames = [{"type": "message", "client_id": name, "text": text}]
        stored = {"type": "stored", "client_id": name}
        path = "/channels/shop/messages"
        while stored not in await self.house.post(path, frames, self.headers):  # noqa: ASYNC110
            await asyncio.sleep(0.2)  # a patient person

    async def shown(self) -> list[str]:
        """Return what the desk says in the chat as it is shown now."""

        async def once(url: str) -> Any:
            path = f"{url}/channels/shop/messages?after=0&tab=later"
            async with self.house.http.get(path, headers=self.headers) as answer:
                return await answer.json() if answer.status == 200 else None

        page = await self.house.insist(once)
        said = [one for one in page["frames"] if one["type"] == "welcome"]
        return [one["text"] for each in said for one in each["messages"] if not one["mine"]]


class Shopper:
    """A customer of the till, which counts what it is told for them."""

    def __init__(self, house: House, till: Till, name: str) -> None:
        self.house, self.till, self.name = house, till, name

    async def say(self, name: str, text: str) -> None:
        event = wrote(text, name, thread=self.name, sender={"id": self.name, "name": self.name})

        async def once(url: str) -> bool | None:
            status = await self.till.tell(event, url=f"{url}/channels/till/events")
            return status < 300 or None

        await self.house.insist(once)


class Story:
    """What one customer does."""

    def __init__(self, record: Record, who: Guest | Shopper, chance: random.Random) -> None:
        self.record, self.who, self.chance = record, who, chance
        self.said: list[str] = []  #: the names of what was taken

    async def say(self, text: str) -> str:
        name = f"{self.who.name}-{len(self.said)}"
        await self.who.say(name, text)
        self.said.append(name)
        return name

    async def ask(self, text: str) -> None:
        """Write, and wait until something was done about it."""
        name = await self.say(text)
        await self.record.until(lambda: self.record.is_dealt_with(name))
        await asyncio.sleep(self.chance.uniform(0.0, 0.5))

    async def asks(self) -> None:
        for question in self.chance.sample(QUESTIONS, 2):
            await self.ask(question)
        await self.ask("thanks")
        await self.ask(self.chance.choice(QUESTIONS))

    async def hurries(self) -> None:
        for question in self.chance.sample(QUESTIONS, 3):
            await self.say(question)
        await self.ask(self.chance.choice(QUESTIONS))

    async def fills(self) -> None:
        for answer in (self.chance.choice(PARCEL), "4703", "ana@buyers.example", "yes"):
            await self.ask(answer)

    async def wants_a_person(self) -> None:
        await self.ask("I want to talk to a person")
        await self.say("Hello? Is anybody there?")
        await self.say(self.chance.choice(QUESTIONS))

    async def wonders(self) -> None:
        await self.ask("Which elephants did Hannibal take across the mountains?")

    async def is_joined(self) -> None:
        """Be answered by a person while the bot looks something up; ask what it would know."""
        await self.ask(self.chance.choice(PARCEL))
        name = await self.say("4703")
        await self.record.until(lambda: self.record.heard(name) is not None)
        heard = self.record.heard(name)
        assert heard
        await self.who.house.reply(heard.conversation_id, f"{self.who.name}-ada")
        for question in self.chance.sample(QUESTIONS, 2):
            await self.ask(question)

    async def thinks_again(self) -> None:
        """Want something else while the bot looks something up."""
        await self.ask(self.chance.choice(PARCEL))
        await self.say("4703")
        await asyncio.sleep(self.chance.uniform(0.0, 2.0))
        await self.ask("stop")


STORIES = (
    *(Story.asks, Story.hurries, Story.fills, Story.fills, Story.fills),
    *(Story.wants_a_person, Story.wonders, Story.is_joined, Story.thinks_again),
)


def client() -> ClientSession:
    return ClientSession(timeout=ClientTimeout(total=None, sock_connect=HANGS))
