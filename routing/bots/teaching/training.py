"""Teaching the bot: what it learns from, trained apart, kept as a version, live at once.

A training that fails or takes too long changes nothing: the version that is live goes on, and the
list of versions says why. Everything that customers can ask for is taught, also what the bot may
not answer itself: it recognises then that a person is to answer, instead of taking the question
for one of its neighbours.
"""

import asyncio
import hashlib
from collections.abc import Iterable, Sequence
from math import inf
from typing import Any

import msgspec
import structlog
from sqlalchemy import bindparam, exists, select

from inbox.actions import brains
from inbox.desk import Desk
from inbox.jobs import TrainBrain
from inbox.model import Article, Brain, Value
from inbox.store import Unit
from inbox.tables import JobRow, Utc
from routing import setups
from routing.bots import understanding
from routing.bots.mind import Mind, loaded, saved
from routing.bots.model import Flow
from routing.bots.understanding import Damaged, Example, Untrained

LONGEST = 480.0  #: seconds that a training may take; the job has ten minutes
EDITION = 1  #: grows when the same examples are to be learned anew

WAITING = select(
    exists().where(
        JobRow.lane == TrainBrain().lane,
        JobRow.dead_at.is_(None),
        JobRow.holder.is_(None),
        JobRow.run_at <= bindparam("now", type_=Utc()),
    )
)

log = structlog.get_logger()


class Lesson(Value):
    """What is to be learned, and what was learned before."""

    examples: tuple[Example, ...]
    careful: bool  #: a new version waits until somebody puts it live
    newest: Brain | None
    live: Brain | None
    same: Brain | None  #: was taught exactly this

    @property
    def digest(self) -> str:
        return digest(self.examples)


class Trained(Value):
    """What came of it."""

    blob: str
    size: int  #: bytes
    figures: dict[str, Any]


async def train_brain(
    desk: Desk, job: TrainBrain, *, mind: Mind | None = None, encoder: bool = True
) -> None:
    """Have the bot understand what the articles and forms say now.

    The *mind* of this process gets to know a new version before it is live.
    """
    if not job.again and await desk.read(another_waits):
        return  # that one learns it all at once
    lesson = await desk.read(prepared)
    if not lesson.examples and lesson.newest is None:
        return
    same = lesson.same
    if same is not None:
        if await asyncio.to_thread(usable, desk, same):
            await desk.write(taken_up, lesson, same, job)
            return
        await asyncio.to_thread(desk.blobs.remove, same.blob, before=inf)
    if failed_before(lesson) and not job.again:
        return
    try:
        data = await understanding.train_apart(
            lesson.examples,
            encoder=encoder,
            earlier=await asyncio.to_thread(saved, desk, lesson.live),
            timeout=LONGEST,
        )
        blob = await desk.blobs.put(data)
        model = await (mind or Mind(desk)).expect(blob, data)
    except (Untrained, Damaged) as error:
        log.warning("the bot could not be taught", examples=len(lesson.examples))
        await desk.write(give_up, lesson, str(error), job)
        return
    trained = Trained(blob=blob, size=len(data), figures=dict(model.figures))
    await desk.write(keep, lesson, trained, job)


def another_waits(unit: Unit) -> bool:
    """Tell whether something was saved since that is to be learned as well."""
    return bool(unit.connection.scalar(WAITING, {"now": unit.now}))


def usable(desk: Desk, brain: Brain) -> bool:
    """Tell whether a version can still be loaded."""
    try:
        return loaded(desk, brain) is not None
    except Damaged:
        return False


def failed_before(lesson: Lesson) -> bool:
    newest = lesson.newest
    return newest is not None and newest.digest == lesson.digest and not newest.blob


# --- what is learned ------------------------------------------------------------------------
def prepared(unit: Unit) -> Lesson:
    """Gather what is to be learned now."""
    _, setup = setups.current(unit)
    found = examples(unit.articles.some(unit.articles.news()), setup.flows)
    return Lesson(
        examples=found,
        careful=setup.rehearse_first,
        newest=unit.brains.newest(),
        live=unit.brains.live(),
        same=unit.brains.taught(digest(found)),
    )


def examples(articles: Iterable[Article], flows: dict[str, Flow]) -> tuple[Example, ...]:
    """Return the titles and examples of articles, and the examples of forms."""
    found = [
        Example(text=said, intent=f"article:{article.id}", language=text.language)
        for article in articles
        if article.archived_at is None
        for text in article.texts
        for said in (text.title, *text.examples)
    ]
    found += [
        Example(text=said, intent=f"flow:{name}", language=language)
        for name, flow in flows.items()
        for language, some in flow.examples.items()
        for said in some
    ]
    return tuple(one for one in found if one.text.strip())


def digest(found: Sequence[Example]) -> str:
    """Name what is learned: the same examples have the same digest, in whatever order."""
    lines = sorted(msgspec.json.encode((one.intent, one.language, one.text)) for one in found)
    return hashlib.sha256(b"\n".join([str(EDITION).encode(), *lines])).hexdigest()


# --- what becomes of it ---------------------------------------------------------------------
def keep(unit: Unit, lesson: Lesson, trained: Trained, job: TrainBrain) -> None:
    """Keep a trained version; it is live at once unless the desk wants to look first."""
    brains.add(
        unit,
        digest=lesson.digest,
        examples=len(lesson.examples),
        blob=trained.blob,
        size=trained.size,
        figures=trained.figures,
        by=job.agent_id,
        live=not lesson.careful or lesson.live is None,
    )


def give_up(unit: Unit, lesson: Lesson, why: str, job: TrainBrain) -> None:
    brains.failed(
        unit, digest=lesson.digest, examples=len(lesson.examples), why=why, by=job.agent_id
    )


def taken_up(unit: Unit, lesson: Lesson, same: Brain, job: TrainBrain) -> None:
    """Have a version answer again that was taught what holds now, unless somebody chose another.

    Who put an older version back did so after the newest was trained: that stands.
    """
    newest = lesson.newest
    if not lesson.careful and newest is not None and newest.id != same.id:
        brains.put_live(unit, same.id, by=job.agent_id)
