"""Try what agents are helped with: ``python -m tests.benchmarks.bot.assisting [--talks NUMBER]``.

How much alike two questions have to be, and how sure a reading, is chosen by it: on training parts
alone, with a third of what is asked about nowhere in what is looked through. Then it times
questions at a desk that has resolved very many conversations.
"""

# ruff: noqa: T201  # what it prints is its purpose; threads are pinned before numpy comes

import argparse
import os
import random
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from statistics import fmean, quantiles
from typing import NamedTuple

from routing.bots.apart import CALM

os.environ.update(CALM)

from inbox.database import connect
from inbox.model import Agent, AgentId, Article, ArticleId, ArticleText, ConversationId, Role
from inbox.store import Unit
from routing.bots import understanding
from routing.bots.assist import past
from routing.bots.assist.index import Index, stems
from routing.bots.assist.past import Past, Told
from routing.bots.knowledge import search
from routing.bots.likeness import grams
from routing.bots.understanding import Example
from tests.benchmarks import archive
from tests.benchmarks.bot.sets import banking, bitext, clinc, shots, xsid

SETS: Mapping[str, Callable[[], list[Example]]] = {
    "BANKING77": lambda: banking("train"),
    "CLINC150": lambda: clinc("train"),
    "Bitext": lambda: bitext("Training"),
    "xSID da": lambda: xsid("da", "valid"),
}
MEMORY, ASKED, SHOTS = 4_000, 300, 5
LEVELS = 0.2, 0.22, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.7
NOW = datetime(2026, 3, 30, tzinfo=UTC)


class Find(NamedTuple):
    """What is offered for a question: how sure, and whether it is about the same."""

    score: float
    right: bool


def parted(examples: Sequence[Example], seed: int = 0) -> tuple[list[Example], list[Example]]:
    """Return what is asked, and what is looked through: a third of it is only asked about."""
    dice = random.Random(seed)
    drawn = dice.sample(examples, len(examples))
    intents = sorted({one.intent for one in drawn})
    strange = {*dice.sample(intents, len(intents) // 3)}
    some = min(ASKED, len(drawn) // 3)
    known = [one for one in drawn[some:] if one.intent not in strange][:MEMORY]
    return drawn[:some], known


def by_likeness(examples: Sequence[Example]) -> list[list[Find]]:
    """Find earlier questions as an agent's desk does."""
    asked, known = parted(examples)
    index = Index()
    for at, one in enumerate(known, 1):
        index.add(ConversationId(at), stems(one.text))
    told = {
        ConversationId(at): Told(None, None, None, grams(one.text), frozenset())
        for at, one in enumerate(known, 1)
    }
    recent = dict(list(told.items())[-past.WINDOW :])
    found = []
    for one in asked:
        close = {at: told[at] for at in index.near(one.text, past.CLOSEST)}
        near = past.alike(one.text, {**recent, **close}, weighed=recent, least=0)
        found.append([Find(each.score, known[each.id - 1].intent == one.intent) for each in near])
    return found


def by_reading(examples: Sequence[Example]) -> list[list[Find]]:
    """Read questions with a version that was taught some of each intent."""
    asked, known = parted(examples)
    model = understanding.train(shots(known, SHOTS, 0)[0])
    return [
        [Find(each.probability, each.intent == one.intent) for each in read.candidates[:3]]
        if read.novelty < 1
        else []
        for one, read in zip(asked, model.read_many([one.text for one in asked]), strict=True)
    ]


def by_search(examples: Sequence[Example]) -> list[list[Find]]:
    """Search articles whose title and questions are some of each intent."""
    asked, known = parted(examples)
    taught = shots(known, SHOTS, 0)[0]
    intents = sorted({one.intent for one in taught})
    index = search.Index()
    for at, intent in enumerate(intents):
        title, *others = [one.text for one in taught if one.intent == intent]
        text = ArticleText(language="en", title=title, body="", examples=tuple(others))
        index.put(Article(id=ArticleId(at), slug=str(at), texts=(text,), updated_at=NOW))
    return [
        [
            Find(each.score, intents[each.article.id] == one.intent)
            for each in index.search(one.text, limit=3)
        ]
        for one in asked
    ]


def rows(name: str, found: Callable[[Sequence[Example]], list[list[Find]]]) -> Iterator[str]:
    """Yield, level by level, how often the first is right, how often all are, and for how many."""
    tried = {kind: found(examples()) for kind, examples in SETS.items()}
    for level in LEVELS:
        firsts, every, share = [], [], []
        for finds in tried.values():
            offered = [[each for each in one if each.score >= level] for one in finds]
            best = [one[0].right for one in offered if one]
            firsts.append(fmean(best) if best else 1.0)
            every.append(fmean([each.right for one in offered for each in one] or [1.0]))
            share.append(len(best) / len(offered))
        told = (f"{100 * fmean(one):.0f}" for one in (firsts, every, share))
        worst = f"{100 * min(firsts):.0f}"
        yield f"| {name} | {level} | {' | '.join(told)} | {worst} |"


# --- time -----------------------------------------------------------------------------------
def questions(dice: random.Random, count: int) -> Iterator[str]:
    """Yield questions of two sentences, as customers write them."""
    pool = [one.text for examples in SETS.values() for one in examples()]
    return (" ".join(dice.sample(pool, 2)) for _ in range(count))


def timed(talks: int) -> Iterator[str]:
    """Ask at a desk on SQLite where *talks* conversations were."""
    dice = random.Random(0)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "desk.db"
        archive.fill(path, talks)
        said = enumerate(questions(dice, talks))
        with sqlite3.connect(path) as db:
            db.executemany(
                "UPDATE message SET text=? WHERE id=?",
                ((text, at * archive.EACH + 1) for at, text in said),
            )
        db.close()
        yield from asked(path, list(questions(dice, 300)))


def asked(path: Path, texts: Iterable[str]) -> Iterator[str]:
    database, memory = connect(f"sqlite:///{path}"), Past()
    agent = Agent(id=AgentId(1), name="Agent", email="a@shop.example", role=Role.SUPERVISOR)
    filling, spent = [], []
    for text in texts:
        with database.reading.connect() as connection:
            unit = Unit(connection, NOW)
            full, begun = memory.below == 0, time.perf_counter()
            recent = memory.recent(unit, agent)
            past.near(unit, memory.alike(unit, agent, text, recent, but=ConversationId(0)))
            (spent if full else filling).append(1000 * (time.perf_counter() - begun))
    database.close()
    median, high = quantiles(spent, n=20)[9], quantiles(spent, n=20)[18]
    yield f"| conversations in the index | {len(memory.index):,} |"
    yield f"| a question | {median:.0f} ms, 95 % within {high:.0f} ms |"
    yield f"| the first {len(filling)}, which fill it | {fmean(filling):.0f} ms each |"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.bot.assisting")
    parser.add_argument("--talks", type=int, default=55_000)
    given = parser.parse_args()
    print("| by | from | first right | all right | of questions | worst table |")
    for name, found in (("likeness", by_likeness), ("reading", by_reading), ("search", by_search)):
        print(*rows(name, found), sep="\n", flush=True)
    print(*timed(given.talks), sep="\n")


if __name__ == "__main__":
    main()
