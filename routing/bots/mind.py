"""What the live version of the bot's understanding makes of a text.

Which version is live is asked of the store with every text, so that no process ever answers out
of one that was put back; it is loaded when it changed. No customer waits for that: where there is
a bot, everything that reading takes is loaded soon after the start, and a version that was just
taught before it goes live. A desk without a bot loads nothing.
"""

import asyncio
from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

import structlog
from msgspec.structs import replace

from inbox.actions import brains
from inbox.desk import Desk
from inbox.errors import NotFound
from inbox.model import Brain, BrainId
from inbox.notices import Happened, Notice
from inbox.store import Unit
from routing import setups
from routing.bots import understanding
from routing.bots.knowledge import markdown
from routing.bots.understanding import Damaged, Reading

if TYPE_CHECKING:
    from routing.bots.understanding import Model

NEWS = {"brain.live", "setup.saved"}  #: after which another version may be needed
ELSEWHERE = 60.0  #: seconds until it is looked what other processes put live
HELLO = "Hello"  #: what is read to have everything loaded that reading takes
ANY = "en", "de"  #: languages it could be

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Held:
    """A version in memory."""

    id: BrainId
    model: "Model"


@dataclass(frozen=True, slots=True)
class Coming:
    """A version in memory that is not live yet."""

    blob: str
    model: "Model"


class Mind:
    """Reads texts with the version that is live."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.held: Held | None = None
        self.coming: Coming | None = None
        self.broken: BrainId | None = None  #: cannot be loaded; it was said once
        self.turn = asyncio.Lock()  #: one text at a time: it takes a processor
        self.changed = asyncio.Event()

    async def read(
        self, text: str, languages: Collection[str] = ()
    ) -> tuple[Reading, BrainId | None]:
        """Say what *text* asks for, and in which of some *languages*; and by which version."""
        live = await self.desk.read(live_id)
        async with self.turn:
            held = await self.current(live)
            model = held.model if held else None
            reading = await asyncio.to_thread(read, model, text, languages)
        return reading, held.id if held else None

    async def current(self, live: BrainId | None) -> Held | None:
        """Return the version that is live, or the last one that could be loaded."""
        if live is None:
            self.held = None
        elif (self.held is None or self.held.id != live) and self.broken != live:
            try:
                self.held = Held(live, await self.model(live))
            except (Damaged, NotFound):
                self.broken = live
                log.warning("what the bot was taught cannot be read; it is taught anew")
                await self.desk.write(brains.train)
        return self.held

    async def model(self, which: BrainId) -> "Model":
        """Load a version. Raises `NotFound`, `Damaged`."""
        brain: Brain = await self.desk.read(version, which)
        if self.coming and self.coming.blob == brain.blob:
            return self.coming.model
        return await asyncio.to_thread(ready, self.desk, brain)

    def forget(self) -> None:
        """Let go of what is loaded; the next text loads it anew."""
        self.held = self.coming = self.broken = None

    # --- before anybody asks ----------------------------------------------------------------
    async def run(self, after: float = 0.0) -> None:
        """Have all that is needed loaded before a customer asks, where there is a bot.

        It begins *after* some seconds, so that whoever comes first to a desk that has just
        opened does not share the processor with it.
        """
        await asyncio.sleep(after)
        self.desk.bus.listeners.append(self.hear)
        try:
            while True:
                self.changed.clear()
                await self.prepare()
                with suppress(TimeoutError):
                    async with asyncio.timeout(ELSEWHERE):
                        await self.changed.wait()
        finally:
            self.desk.bus.listeners.remove(self.hear)

    def hear(self, notices: Sequence[Notice]) -> None:
        if any(isinstance(one, Happened) and one.verb in NEWS for one in notices):
            self.changed.set()

    async def prepare(self) -> None:
        """Load what is live, if there is a bot to need it."""
        if not await self.desk.read(has_a_bot):
            return
        async with self.turn:
            await self.current(await self.desk.read(live_id))
            await asyncio.to_thread(wake)

    async def expect(self, blob: str, data: bytes) -> "Model":
        """Load a version that was just taught, before it is live. Raises `Damaged`."""
        needed = await self.desk.read(has_a_bot)
        async with self.turn:
            model = await asyncio.to_thread(understanding.Model.load, data)
            if needed:
                await asyncio.to_thread(model.read, HELLO)
                self.coming = Coming(blob, model)
        return model


def wake() -> None:
    """Load what a bot needs whatever it was taught."""
    understanding.languages(HELLO, ANY)
    markdown.reader()


def has_a_bot(unit: Unit) -> bool:
    return bool(setups.current(unit)[1].bots)


def live_id(unit: Unit) -> BrainId | None:
    return unit.brains.live_id()


def version(unit: Unit, which: BrainId) -> Brain:
    return unit.brains.get(which)


def saved(desk: Desk, brain: Brain | None) -> bytes | None:
    """Return a version as it was saved; none when there is none, or its file is gone."""
    with suppress(NotFound):
        return desk.blobs.read(brain.blob) if brain and brain.blob else None
    return None


def loaded(desk: Desk, brain: Brain) -> "Model":
    """Load a version. Raises `Damaged`."""
    return understanding.Model.load(saved(desk, brain) or b"")


def ready(desk: Desk, brain: Brain) -> "Model":
    """Load a version, and with it all that its first text would have to wait for."""
    model = loaded(desk, brain)
    model.read(HELLO)
    return model


def read(model: "Model | None", text: str, among: Collection[str]) -> Reading:
    """Read with a model; without one everything is novel."""
    language = next(iter(among)) if len(among) == 1 else None
    if language is None and among:
        language = understanding.languages(text, among)
    if model is None:
        return Reading(language=language, candidates=(), ambiguity=0.0, novelty=1.0)
    return replace(model.read(text), language=language)
