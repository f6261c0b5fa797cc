"""B11: what a provider that swallows everything costs those who write through the others."""

import asyncio
import tempfile
import time
from collections.abc import Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from statistics import median
from typing import Any

from aiohttp import web

from inbox.actions.reply import reply
from inbox.model import ConversationId
from tests.benchmarks.figures import Figure, percentile
from tests.channels.open_desk import OpenDesk, open_desk
from tests.servers import twilio as twilios
from tests.servers.chaos import Chaos, chaos
from tests.servers.till import SECRET, Till, listening, wrote

TALKS = 20  #: of each channel
RATE, SECONDS, TURNS = 20, 4, 4  #: half a minute in all; a hole of a minute is no deeper


class Clock(Till):
    """A till that remembers when it was told what."""

    def __init__(self) -> None:
        super().__init__()
        self.at: dict[str, float] = {}

    async def hear(self, request: web.Request) -> web.Response:
        answer = await super().hear(request)
        self.at[str(self.told[-1]["text"])] = time.monotonic()
        return answer


class Street:
    """A desk, a till that always answers, and a Twilio behind what may become a hole."""

    def __init__(
        self, till: Clock, twilio: twilios.FakeTwilio, line: Chaos, desk: OpenDesk
    ) -> None:
        self.till, self.twilio, self.line, self.desk = till, twilio, line, desk
        self.talks: dict[str, list[int]] = {}
        self.number = 0

    async def furnish(self) -> None:
        """Have customers write on both channels."""
        self.till.events = f"{self.desk.url}/channels/till/events"
        for number in range(TALKS):
            who = {"id": str(number)}
            await self.till.tell(wrote(name=f"m{number}", sender=who))
            form = self.twilio.incoming("Hello", who=f"+486001002{number:02}")
            await self.twilio.post(f"{self.desk.url}/channels/texts/messages", form)
        await self.desk.until(self.settled)

    async def settled(self) -> bool:
        self.talks = {"webhook": [], "sms": []}
        for talk in await self.desk.conversations("all&limit=200"):
            self.talks[talk["channel"]].append(talk["id"])
        return all(len(talks) == TALKS for talks in self.talks.values())

    async def say(self, kind: str) -> tuple[str, float]:
        """Answer somebody; returns what was said, and when."""
        self.number += 1
        text, begun = f"Answer {self.number}", time.monotonic()
        talk = ConversationId(self.talks[kind][self.number % TALKS])
        await self.desk.house.desk.write(reply, talk, text, by=None)
        return text, begun

    async def turn(self, *, swallowed: bool) -> float:
        """Return the p99 of the till's answers, in milliseconds; texts go out beside them."""
        if swallowed:
            self.line.open.clear()
        said = []
        begun = time.monotonic()
        for step in range(RATE * SECONDS):
            if (early := begun + step / RATE - time.monotonic()) > 0:
                await asyncio.sleep(early)
            said.append(await self.say("webhook"))
            await self.say("sms")
        await self.desk.until(
            lambda: asyncio.sleep(0, all(text in self.till.at for text, _ in said))
        )
        self.line.open.set()
        texts = self.number // 2  # every other answer; what waited must not burden the next turn
        await self.desk.until(lambda: asyncio.sleep(0, len(self.twilio.sent) >= texts))
        return percentile([(self.till.at[text] - at) * 1000 for text, at in said], 0.99)


async def race() -> tuple[float, float]:
    """Let both play by turns: with texts that go through, and with a hole."""
    async with AsyncExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        till, twilio = Clock(), await stack.enter_async_context(twilios.running_twilio())
        await stack.enter_async_context(listening(till))
        line = await stack.enter_async_context(chaos(int(twilio.url.rpartition(":")[2])))
        desk = await stack.enter_async_context(open_desk(Path(folder), **accounts(till, line)))
        street = Street(till, twilio, line, desk)
        await street.furnish()
        await street.turn(swallowed=False)  # what is done for the first time takes longer
        with_hole, without = [], []
        for _ in range(TURNS):
            without.append(await street.turn(swallowed=False))
            with_hole.append(await street.turn(swallowed=True))
        return median(with_hole), median(without)


def accounts(till: Till, line: Chaos) -> dict[str, dict[str, Any]]:
    texts = {
        "kind": "sms",
        "account_sid": twilios.ACCOUNT,
        "auth_token": twilios.TOKEN,
        "numbers": [twilios.OURS],
        "base_url": f"http://127.0.0.1:{line.port}",
    }
    tills = {"kind": "webhook", "secret": SECRET, "send_to": f"{till.url}/hook", "private": True}
    return {"texts": texts, "till": tills}


def measure(_: str) -> Iterator[Figure]:
    ours, theirs = asyncio.run(race())
    yield Figure(
        name="B11 answers on one channel while another swallows all, p99",
        value=ours,
        unit="ms",
        against=f"the same while the other answers, {theirs:.1f} ms",
        ratio=ours / theirs,
        gate="1.2x",
        aim="1.05x",
        met=ours / theirs <= 1.2,
        reached=ours / theirs <= 1.05,
        limit="one writer for all; what hangs holds up its own account alone",
    )
