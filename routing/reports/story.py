"""One conversation, told from the record: what happened in it, and which cases that makes.

Pure, and in great numbers: what is no part of a cycle is kept from the garbage collector, which
would go through it again and again. The steps are its events in their order; what a figure needs of
messages, offers and ratings stands beside. A field that changed is followed from its first change
on; before that it was what the first change says it had been.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from enum import Enum
from itertools import chain
from typing import Any, NamedTuple

from msgspec import Struct

from routing.model import Priority
from routing.reports import definitions as of
from routing.reports.definitions import Figure
from routing.reports.past import Past
from routing.service_levels import Promise

FOLLOWED = frozenset({"queue_id", "assignee_id", "priority"})
REFUSED = frozenset({"declined", "missed"})
RUNNING = frozenset({"offered", "withdrawn"})
LOST = frozenset({"missed", "abandoned"})


class Step(Struct, gc=False):
    """An event, as far as reports ask."""

    id: int
    at: datetime
    verb: str
    by: int | None
    about: int | None
    message: int | None
    change: Mapping[str, Any]


class Spoken(Struct, gc=False):
    """A message, as far as reports ask."""

    direction: str
    kind: str
    author: int | None
    ours: bool  #: a person on our side wrote it, here or elsewhere
    call: str | None = None  #: how a call ended


class Offered(NamedTuple):
    """An offer of the conversation to somebody, or their having it."""

    agent: int
    queue: int | None
    state: str
    offered_at: datetime
    accepted_at: datetime | None
    ended_at: datetime | None
    asked: bool = True  #: they could say no


class Rated(NamedTuple):
    """A question how somebody was served, and the answer."""

    agent: int | None
    queue: int | None
    asked_at: datetime
    answered_at: datetime | None
    score: int | None


class Story(Struct):
    """All of a conversation that reports ask for."""

    id: int
    channel: str
    created_at: datetime
    steps: Sequence[Step]
    now: dict[str, Any]  #: what the fields in `FOLLOWED` are today
    tier: str | None = None
    tags: tuple[str, ...] = ()
    spoken: Mapping[int, Spoken] = {}
    offers: Sequence[Offered] = ()
    ratings: Sequence[Rated] = ()
    answers: frozenset[int] = frozenset()  #: messages that were ratings


class Case(Struct, frozen=True, gc=False):
    """One thing that a figure counts, and the conversation behind it."""

    figure: str
    at: datetime
    value: float
    conversation: int | None
    channel: str
    queue: int | None = None
    agent: int | None = None
    tags: tuple[str, ...] = ()
    weight: float = 1.0  #: of a share: what the value is a part of
    since: datetime | None = None  #: of something timed


def cases(story: Story, past: Past) -> Iterable[Case]:
    """Tell a story, and return what it adds to the figures."""
    return chain(Walk(story, past).told(), offered(story), rated(story))


class Same(Enum):
    """What need not be said again."""

    SAME = "same"


SAME = Same.SAME


class Walk:
    """Going through a conversation's events in their order."""

    def __init__(self, story: Story, past: Past) -> None:
        self.story = story
        self.past = past
        self.fields = beginnings(story)
        self.began = story.created_at  #: opened, or opened again
        self.waiting: datetime | None = None  #: since when a customer's message is not answered
        self.heard = False  #: since it began
        self.answered = False  #: since it began; it is the first response
        self.helped = False  #: by the bot, since it began
        self.called = False
        self.queued: datetime | None = None
        self.resolved = False
        self.broken: set[str] = set()  #: promises
        self.cases: list[Case] = []

    def told(self) -> list[Case]:
        for step in self.story.steps:
            before = self.fields
            if step.change and (changed := step.change.keys() & FOLLOWED):
                self.fields = before | {name: step.change[name][1] for name in changed}
            self.step(step, before)
        return self.cases

    def step(self, step: Step, before: Mapping[str, Any]) -> None:
        match step.verb:
            case "message.added":
                self.message(step)
            case "conversation.opened":
                self.add(of.OPENED, step, 1)
            case "conversation.resolved" | "conversation.marked_spam":
                self.finished(step)
            case "conversation.reopened":
                self.again(step)
            case "bot.answered":
                self.helped, self.waiting = True, None
            case "promise.breached":
                self.broken.add(str(step.change.get("promise")))
                self.add(of.SERVICE_LEVEL, step, 0)
        if step.change:
            self.passed(step, before)

    # --- what is said -----------------------------------------------------------------------
    def message(self, step: Step) -> None:
        said = self.story.spoken.get(step.message or 0)
        if said is None or step.message in self.story.answers:
            return
        if said.call is not None and said.direction == "in":
            self.called = True
            self.add(of.ABANDONED, step, float(said.call in LOST))
        if said.direction == "in" and said.kind == "message":
            self.heard = True
            self.waiting = self.waiting or step.at
            self.add(of.HEARD, step, 1)
        elif said.direction == "out" and said.ours:
            self.reply(step, said.author)

    def reply(self, step: Step, author: int | None) -> None:
        self.add(of.REPLIES, step, 1, agent=author)
        if self.waiting is not None:
            figure = of.NEXT_RESPONSE if self.answered else of.FIRST_RESPONSE
            promise = Promise.NEXT_RESPONSE if self.answered else Promise.FIRST_RESPONSE
            self.took(figure, step, self.waiting, agent=author)
            self.kept(promise, step, agent=author)
        self.answered, self.waiting = True, None

    # --- what becomes of it -----------------------------------------------------------------
    def finished(self, step: Step) -> None:
        if self.resolved or moved(step, "status") != "resolved":
            return
        who = step.by or self.fields["assignee_id"]
        self.add(of.RESOLVED, step, 1, agent=who)
        self.took(of.RESOLUTION, step, self.began, agent=who)
        if self.heard and not self.called:
            self.add(of.ABANDONED, step, float(not self.answered and not self.helped), agent=who)
        self.kept(Promise.RESOLUTION, step, agent=who)
        self.resolved, self.waiting, self.queued = True, None, None
        self.heard = self.answered = self.helped = self.called = False

    def again(self, step: Step) -> None:
        if not self.resolved:
            return
        self.resolved = self.answered = self.helped = False
        self.began = step.at
        self.heard = step.message is not None
        self.broken.clear()
        self.add(of.REOPENED, step, 1)

    def kept(self, promise: Promise, step: Step, agent: int | None) -> None:
        """Count a promise that was kept, where there was one."""
        queue = self.fields["queue_id"]
        if promise in self.broken:
            self.broken.discard(promise)
            return
        priority = Priority(self.fields["priority"] or Priority.NORMAL)
        target = self.past.target(queue, step.at, priority, self.story.tier)
        if target.seconds(promise) is not None:
            self.add(of.SERVICE_LEVEL, step, 1, agent=agent)

    # --- who has it -------------------------------------------------------------------------
    def passed(self, step: Step, before: Mapping[str, Any]) -> None:
        """Count how long it waited in a queue, and that it left somebody."""
        stage = step.change.get("stage")
        to = stage[1] if stage else None
        if to == "queued" and stage and stage[0] not in {"queued", "offered"}:
            self.queued = step.at
        elif to == "accepted" and self.queued is not None:
            self.took(of.WAIT, step, self.queued, agent=self.fields["assignee_id"])
            self.queued = None
        elif to in {"held", "resolved"}:
            self.queued = None
        had, has = before["assignee_id"], self.fields["assignee_id"]
        if had is not None and had != has and not self.resolved and (has or to == "queued"):
            self.add(of.TRANSFERS, step, 1, agent=had, queue=before["queue_id"])

    # --- cases ------------------------------------------------------------------------------
    def took(self, figure: Figure, step: Step, since: datetime, *, agent: int | None) -> None:
        seconds = (step.at - since).total_seconds()
        self.add(figure, step, seconds, agent=agent, since=since)

    def add(
        self,
        figure: Figure,
        step: Step,
        value: float,
        *,
        agent: int | Same | None = SAME,
        queue: int | Same | None = SAME,
        since: datetime | None = None,
    ) -> None:
        """Make a case of a step; it is that of who has the conversation, unless it is said."""
        whose = self.fields["assignee_id"] if agent is SAME else agent
        where = self.fields["queue_id"] if queue is SAME else queue
        story = self.story
        place = (story.id, story.channel, where, whose, story.tags)
        self.cases.append(Case(figure.name, step.at, value, *place, 1.0, since))


def beginnings(story: Story) -> dict[str, Any]:
    """Return what the followed fields were before anything happened."""
    found: dict[str, Any] = {}
    for step in story.steps:
        if step.change:
            for name in step.change.keys() & FOLLOWED:
                found.setdefault(name, step.change[name][0])
    return story.now | found


def moved(step: Step, name: str) -> Any:
    """Return what a field became."""
    return step.change[name][1] if name in step.change else None


def case(story: Story, figure: Figure, at: datetime, value: float, **more: Any) -> Case:
    return Case(
        figure.name,
        at,
        value,
        conversation=story.id,
        channel=story.channel,
        tags=story.tags,
        **more,
    )


def offered(story: Story) -> Iterator[Case]:
    """Count offers that were not taken, and how long somebody had it."""
    for one in story.offers:
        who: dict[str, Any] = {"queue": one.queue, "agent": one.agent}
        if one.asked and one.state not in RUNNING:
            value = float(one.state in REFUSED)
            yield case(story, of.UNANSWERED_OFFERS, one.offered_at, value, **who)
        if one.accepted_at and one.ended_at:
            seconds = (one.ended_at - one.accepted_at).total_seconds()
            yield case(story, of.HANDLE, one.ended_at, seconds, since=one.accepted_at, **who)


def rated(story: Story) -> Iterator[Case]:
    """Count what customers said of how they were served."""
    for one in story.ratings:
        who = {"queue": one.queue, "agent": one.agent}
        yield case(story, of.RATED, one.asked_at, float(one.score is not None), **who)
        if one.answered_at and one.score is not None:
            yield case(story, of.CSAT, one.answered_at, float(one.score), **who)
