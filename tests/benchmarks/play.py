"""What the product does on the stage: the whole desk, with one web chat account.

Messages enter where the chat's websocket hands them over, and leave by the live stream.
"""

import asyncio
import time
from collections.abc import Callable, Iterable
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec

from agents_ui.keys import new_token
from channels.webchat.payloads import Wrote
from channels.webchat.taking import Taker
from config.app import House, opened
from config.settings import DeskSettings, Settings, WebSettings
from inbox import writer
from inbox.actions import agent, duties, queues
from inbox.actions.note import note
from inbox.calls import Call
from inbox.channel import Raw
from inbox.model import AgentId, ConversationId, Role, Skilled
from inbox.notices import Happened, Notice
from inbox.store import Unit
from routing import setups
from routing.queues import Queue
from routing.setup import Setup
from tests.benchmarks.baselines import TEXT

VISITORS = 500
START = datetime(2026, 11, 21, tzinfo=UTC)


def raw(number: int, visitors: int = VISITORS) -> Raw:
    """Return what the chat journals for one message of one of many visitors."""
    wrote = Wrote(
        thread=f"visitor-{number % visitors}", client_id=f"m{number}", at=START, text=TEXT
    )
    return Raw(payload=msgspec.json.encode(wrote), key=f"{wrote.thread}/{wrote.client_id}")


class Play:
    """A running desk and what it can be told to do."""

    def __init__(self, house: House, who: AgentId, token: str) -> None:
        self.house, self.who, self.token = house, who, token
        self.port = house.address[1]
        self.taker = Taker(house.channel("shop").line)
        self.published: dict[int, float] = {}
        self.begun: dict[int, float] = {}  #: conversations, and when they were committed
        self.poured = 0
        self.answer = writer.answer
        writer.answer = self.timed

    @classmethod
    async def begin(cls, url: str, folder: Path, leaving: AsyncExitStack) -> "Play":
        settings = Settings(
            desk=DeskSettings(database=url, files=str(folder / "files")),
            web=WebSettings(port=0, connections_per_address=100_000),
            account={"shop": {"kind": "webchat", "visitor_messages": 10**9}},
        )
        house = await leaving.enter_async_context(opened(settings))
        who = await house.desk.write(
            agent.create, name="Bench", email="b@x.example", password_hash="", role=Role.ADMIN
        )
        _, token = await house.desk.write(new_token, who, "bench")
        return cls(house, who, token)

    def timed(
        self,
        calls: Iterable[Call],
        notices: list[Notice],
        publish: Callable[[list[Notice]], None],
    ) -> None:
        """Remember when a transaction had committed, on its own thread, before anybody hears."""
        now = time.monotonic()
        for one in notices:
            if isinstance(one, Happened) and one.verb == "conversation.opened":
                self.begun[one.conversation_id or 0] = now
            if isinstance(one, Happened) and one.message_id and one.verb.endswith(".added"):
                self.published[one.message_id] = now
        self.answer(calls, notices, publish)

    def commands(self) -> dict[str, Any]:
        return {
            "tell": self.tell,
            "pour": self.pour,
            "stream": self.stream,
            "route": self.route,
            "arrive": self.arrive,
        }

    async def route(self, _: list[str]) -> None:
        """Have conversations go to one agent from now on, who has room for all of them."""
        await self.house.desk.write(open_queue, self.who)

    async def arrive(self, words: list[str]) -> dict[int, float]:
        """Have new customers write at a steady rate; return when their words were committed."""
        rate, many = float(words[0]), int(words[1])
        self.begun.clear()
        begun = time.monotonic()
        answers = []
        for step in range(many):
            if (early := begun + step / rate - time.monotonic()) > 0:
                await asyncio.sleep(early)
            answers.append(self.taker.take(raw(self.poured + step, 10**9)))
        self.poured += many
        await asyncio.gather(*answers)
        while len(self.begun) < many:  # noqa: ASYNC110  # see push.py
            await asyncio.sleep(0.01)
        return self.begun

    async def tell(self, _: list[str]) -> float:
        """Let one event happen that everybody hears of, and return when it was out."""
        if not self.poured:
            await self.pour(["1", "1"])
        which = await self.house.desk.write(
            note, ConversationId(1), "Please look at this one, somebody.", by=self.who
        )
        return self.published[which]

    async def pour(self, words: list[str]) -> float:
        """Have customers write so many messages, so many at once; return when they began."""
        many, callers = map(int, words)
        numbers = iter(range(self.poured, self.poured + many))
        self.poured += many

        async def caller() -> None:
            for number in numbers:
                reason = await self.taker.take(raw(number))
                assert reason is None, reason

        begun = time.monotonic()
        await asyncio.gather(*(caller() for _ in range(callers)))
        return begun

    async def stream(self, words: list[str]) -> dict[int, float]:
        """Have customers write at a steady rate, and return when the news of each was out."""
        rate, seconds = map(int, words)
        self.published.clear()
        begun = time.monotonic()
        answers = []
        for step in range(rate * seconds):
            if (early := begun + step / rate - time.monotonic()) > 0:
                await asyncio.sleep(early)
            answers.append(self.taker.take(raw(self.poured + step)))
        self.poured += rate * seconds
        await asyncio.gather(*answers)
        while len(self.published) < rate * seconds:  # noqa: ASYNC110  # see push.py
            await asyncio.sleep(0.01)
        return self.published


def open_queue(unit: Unit, who: AgentId) -> None:
    """Write a setup with one queue, and have somebody belong to it."""
    setup = Setup(queues={"all": Queue(offer_seconds=3600)}, usual="all")
    setups.save(unit, setups.Change(setup=setup), ["webchat"], by=None)
    (queue,) = unit.queues.named().values()
    queues.enable(unit, who, Skilled(capacity=1e6), by=None)
    queues.join(unit, queue.id, who, by=None)
    duties.connect(unit, [who], unit.now + timedelta(hours=1))
