"""How long a desk takes to answer what it was just taught, and its first customer.

``python -m tests.benchmarks.bot.living FOLDER`` opens a desk there, on SQLite with its worker, and
prints one line of JSON. The first time it is taught 2,000 questions, and then an article at a time:
the seconds from its save until a customer got it as an answer. Every further time nothing but the
first question after the start is timed, a while after the desk has opened.
"""

import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median

import msgspec
import structlog
from sqlalchemy import select

from channels.webchat.payloads import Wrote
from config.app import House, opened
from config.settings import DeskSettings, LogSettings, Settings, WebSettings
from inbox.actions import articles
from inbox.actions.articles import Wanted
from inbox.channel import Raw
from inbox.desk import utc_now
from inbox.model import ArticleText, Direction
from inbox.notices import Happened, Notice
from inbox.store import Unit
from inbox.tables import ConversationRow, MessageRow
from routing import setups
from routing.bots.model import Bot
from routing.setup import Setup
from routing.setups import Change
from tests.benchmarks.bot.sets import bitext, shots

QUIET = 10.0  #: seconds after which a start is over
PATIENCE = 300  #: seconds to wait for anything
MANY = 73  #: questions for each of 27 articles, besides its title: 1,998 in all
NEW = {  # articles that are written one after the other, and a question that only each answers
    "How hot is the kiln?": "It is fired at 1,240 degrees.",
    "Which clay do you throw with?": "We throw with stoneware from Westerwald.",
    "May I bring my dog to the workshop?": "Dogs are welcome on Fridays.",
    "Do you glaze with lead?": "No glaze of ours holds lead.",
    "Who plays the piano in your film?": "That is Priya's aunt.",
}


def article(title: str, body: str, *questions: str) -> Wanted:
    text = ArticleText(language="en", title=title, body=body, examples=questions)
    return Wanted(texts=(text,))


def furnish(unit: Unit) -> None:
    """Have a bot answer first, and teach it what a shop is asked."""
    setup = Setup(bots={"Dora": Bot(turn_seconds=PATIENCE)}, bot="Dora")
    setups.save(unit, Change(setup=setup), ("webchat",), by=None)
    taught = shots(bitext("Training"), MANY, 0)[0]
    for intent in sorted({one.intent for one in taught}):
        asked = dict.fromkeys(one.text for one in taught if one.intent == intent)
        articles.create(unit, article(intent, f"This is about {intent}.", *asked), by=None)


def heard(unit: Unit, thread: str) -> str:
    """Return all that was said to a customer."""
    said = (
        select(MessageRow.text)
        .join(ConversationRow, ConversationRow.id == MessageRow.conversation_id)
        .where(ConversationRow.thread == thread, MessageRow.direction == Direction.OUT)
    )
    return "\n".join(unit.connection.scalars(said))


class Street:
    """The desk, and customers who come one after the other."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.desk = house.desk
        self.live = asyncio.Event()
        self.desk.bus.listeners.append(self.hear)

    def hear(self, notices: Sequence[Notice]) -> None:
        if any(isinstance(one, Happened) and one.verb == "brain.live" for one in notices):
            self.live.set()

    async def ask(self, question: str, answer: str) -> None:
        """Have a new customer ask, and wait for the answer."""
        thread = f"{time.time_ns():032d}"
        wrote = Wrote(thread=thread, client_id="m" * 12, at=utc_now(), text=question)
        await self.house.channel("shop").line.take(Raw(payload=msgspec.json.encode(wrote)))
        while answer not in (said := await self.desk.read(heard, thread)):
            assert not said, f"{question} was answered with {said}"
            await asyncio.sleep(0.005)

    async def taught(self, question: str, answer: str) -> tuple[float, float]:
        """Write an article; return the seconds until it was live, and until it was answered."""
        self.live.clear()
        begun = time.perf_counter()
        await self.desk.write(articles.create, article(question, answer), by=None)
        await self.live.wait()
        live = time.perf_counter() - begun
        await self.ask(question, answer)
        return live, time.perf_counter() - begun


async def live(folder: Path) -> dict[str, list[float]]:
    """Spend a day at the desk, its first or another."""
    settings = Settings(
        desk=DeskSettings(database=f"sqlite:///{folder}/desk.db", files=str(folder / "files")),
        web=WebSettings(port=0),
        log=LogSettings(level="error"),
        account={"shop": {"kind": "webchat"}},
    )
    first = not (folder / "desk.db").exists()
    async with asyncio.timeout(PATIENCE), opened(settings) as house:
        street = Street(house)
        question, answer = next(iter(NEW.items()))
        if not first:
            await asyncio.sleep(QUIET)
            begun = time.perf_counter()
            await street.ask(question, answer)
            return {"first": [time.perf_counter() - begun]}
        await house.desk.write(furnish)
        await street.live.wait()
        days = [await street.taught(*one) for one in NEW.items()]
        return {"live": [one for one, _ in days], "answered": [one for _, one in days]}


def told(folder: Path) -> dict[str, list[float]]:
    """Run a desk in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.bot.living", str(folder)],
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": ""},  # installations are compiled
        stdout=subprocess.PIPE,
        check=True,
    )
    found: dict[str, list[float]] = json.loads(done.stdout)
    return found


def rows() -> Iterator[str]:
    """Measure, and yield lines of a table."""
    with tempfile.TemporaryDirectory() as folder:
        days = told(Path(folder))
        first = [told(Path(folder))["first"][0] for _ in range(3)]
    seconds = median(days["answered"])
    worst = max(days["answered"])
    name = "an article saved at a desk with 2,000 questions, until a customer got it as an answer"
    yield f"| {name} | {seconds:.1f} s, at worst {worst:.1f} s |"
    name = f"the first question after a start, {QUIET:.0f} s after it, until its answer"
    yield f"| {name} | {median(first):.2f} s |"


if __name__ == "__main__":
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    print(json.dumps(asyncio.run(live(Path(sys.argv[1])))))  # noqa: T201  # its purpose
