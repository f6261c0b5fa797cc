"""Where conversations wait: what a queue asks of agents, promises customers, and does when late."""

import re
from collections.abc import Iterable, Mapping
from enum import StrEnum

from inbox.model import Value
from routing import service_levels, skills
from routing.model import YEAR, refuse
from routing.policies import Policy
from routing.service_levels import ServiceLevel
from routing.skills import Need

LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,4})?")
TITLE = 80  #: letters of what customers call a queue


class Fallback(StrEnum):
    """What a customer is offered when nobody comes."""

    CALLBACK = "callback"
    VOICEMAIL = "voicemail"
    REPLY = "reply"  #: a text that says when somebody will


class Offering(StrEnum):
    """How work reaches the agents of a queue."""

    PUSH = "push"  #: it is given to somebody, who has it at once
    ASK = "ask"  #: somebody is asked, and takes or declines it
    PULL = "pull"  #: everybody takes what they like


class Overflow(Value, forbid_unknown_fields=True):
    """What happens after some seconds of waiting; exactly one of the three."""

    after: float
    relax: bool = False  #: skills become wishes
    queue: str | None = None  #: it goes on waiting there
    fallback: Fallback | None = None


class Queue(Value, forbid_unknown_fields=True):
    """A queue as people write it down."""

    hours: str | None = None  #: the name of a calendar; always open when none
    needs: tuple[Need, ...] = ()
    policy: Policy = Policy.LEAST_BUSY
    sticky: bool = True
    owner_first: bool = False
    service_level: ServiceLevel = ServiceLevel()
    overflow: tuple[Overflow, ...] = ()
    limit: int | None = None  #: who comes then is told that it is full
    wrap_up: float = 0.0  #: seconds that an agent has after each conversation
    offering: Offering = Offering.ASK
    offer_seconds: float = 30.0  #: to take or decline what is offered
    answer_seconds: float | None = None  #: within which who took it must answer, or it returns
    codes: tuple[str, ...] = ()  #: what a conversation may have been about; one is asked for
    full_reply: str | None = None  #: what is said to who comes when it is full
    away_reply: str | None = None  #: and when it is closed, or nobody came
    rating: bool = False  #: customers are asked how they were served
    title: dict[str, str] = {}  #: what customers call it, by language; none: they are not told


def check(
    queues: Mapping[str, Queue],
    known_skills: Iterable[str],
    known_hours: Iterable[str],
    where: str = "queue",
) -> None:
    """Refuse queues that cannot work. Raises Invalid."""
    calendars = set(known_hours)
    for name, queue in queues.items():
        place = f"{where}.{name}"
        if queue.hours is not None and queue.hours not in calendars:
            refuse(f"{place}.hours", f"There are no hours {queue.hours!r}.")
        skills.check(queue.needs, known_skills, f"{place}.needs")
        service_levels.check(queue.service_level, f"{place}.service_level")
        for language, title in queue.title.items():
            if not LANGUAGE.fullmatch(language):
                refuse(f"{place}.title", f"{language!r} is no code of a language, such as en.")
            if len(title) > TITLE:
                refuse(f"{place}.title", f"A name has at most {TITLE} letters.")
        if queue.limit is not None and queue.limit < 1:
            refuse(f"{place}.limit", "A queue has room for at least one.")
        if not 0 <= queue.wrap_up <= YEAR:
            refuse(f"{place}.wrap_up", "It takes a number of seconds, at most a year.")
        for name_of, seconds in (
            ("offer_seconds", queue.offer_seconds),
            ("answer_seconds", queue.answer_seconds),
        ):
            if seconds is not None and not 0 < seconds <= YEAR:
                refuse(f"{place}.{name_of}", "It takes some seconds, at most a year.")
        check_overflow(queue, queues, place)
    check_cycles(queues, where)


def check_overflow(queue: Queue, queues: Mapping[str, Queue], where: str) -> None:
    last = 0.0
    for number, step in enumerate(queue.overflow):
        place = f"{where}.overflow[{number}]"
        if step.relax + (step.queue is not None) + (step.fallback is not None) != 1:
            refuse(place, "It takes one of relax, queue and fallback.")
        if step.queue is not None and step.queue not in queues:
            refuse(place, f"There is no queue {step.queue!r}.")
        if not last < step.after <= YEAR:
            refuse(place, "It comes after what stands before it, within a year.")
        if number and not queue.overflow[number - 1].relax:
            refuse(place, "It never happens, since the step before it sends everybody away.")
        last = step.after


def check_cycles(queues: Mapping[str, Queue], where: str) -> None:
    """Refuse queues that pass conversations round in a circle."""
    goes_to = {
        name: step.queue for name, queue in queues.items() for step in queue.overflow if step.queue
    }
    for start in queues:
        way = [start]
        while (after := goes_to.get(way[-1])) is not None and after not in way:
            way.append(after)
        if after == start:
            circle = " -> ".join([*way, start])
            refuse(f"{where}.{start}.overflow", f"It goes round in a circle: {circle}.")
