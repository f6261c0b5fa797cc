"""What we promise a customer: how soon we answer, answer again, and are done.

Promises are kept in business time. A clock begins when the customer speaks, stands still while the
desk is closed, and stops when we have done what we promised.
"""

from collections.abc import Iterator
from datetime import datetime
from enum import StrEnum

from inbox.model import Value
from routing.hours import Hours
from routing.model import YEAR, Priority, refuse


class Promise(StrEnum):
    """What is promised."""

    FIRST_RESPONSE = "first_response"  #: since the conversation began
    NEXT_RESPONSE = "next_response"  #: since the oldest message not answered yet, after the first
    RESOLUTION = "resolution"  #: since the conversation began
    CALLBACK = "callback"  #: at the time that the customer chose; no queue promises it


class Target(Value, forbid_unknown_fields=True):
    """Business seconds within which we do what we promise to some customers; none is no promise."""

    priority: Priority | None = None  #: of whose conversations; all when none
    tier: str | None = None  #: of whose customers; all when none
    first_response: float | None = None
    next_response: float | None = None
    resolution: float | None = None

    def is_for(self, priority: Priority, tier: str | None) -> bool:
        return self.priority in {None, priority} and self.tier in {None, tier}

    def covers(self, other: "Target") -> bool:
        """Tell whether all that *other* is for are ours already."""
        return self.priority in {None, other.priority} and self.tier in {None, other.tier}

    def seconds(self, promise: Promise) -> float | None:
        match promise:
            case Promise.FIRST_RESPONSE:
                return self.first_response
            case Promise.NEXT_RESPONSE:
                return self.next_response
            case Promise.RESOLUTION:
                return self.resolution
            case Promise.CALLBACK:
                return None


class ServiceLevel(Value, forbid_unknown_fields=True):
    """The promises of a queue; the first target that is for a conversation holds."""

    targets: tuple[Target, ...] = ()
    warn_at: float = 0.8  #: the share of the time after which we are warned

    def target(self, priority: Priority, tier: str | None) -> Target:
        """Return what is promised to a customer, which may be nothing."""
        fitting = (target for target in self.targets if target.is_for(priority, tier))
        return next(fitting, NOTHING)


class Progress(Value):
    """What has happened to a conversation so far, as far as promises go."""

    began_at: datetime
    waiting_since: datetime | None = None  #: of the oldest message of the customer's not answered
    first_response_at: datetime | None = None
    resolved_at: datetime | None = None
    held: float = 0.0  #: business seconds that the resolution need not answer for


class Standing(StrEnum):
    """How a promise stands."""

    SAFE = "safe"
    AT_RISK = "at_risk"
    BREACHED = "breached"


class Due(Value):
    """A promise that is still to be kept."""

    promise: Promise
    at: datetime
    warn_at: datetime

    def standing(self, at: datetime) -> Standing:
        if at >= self.at:
            return Standing.BREACHED
        return Standing.AT_RISK if at >= self.warn_at else Standing.SAFE

    def slack(self, at: datetime, hours: Hours) -> float:
        """Return the business seconds that are left; less than nothing after a breach."""
        if at <= self.at:
            return hours.seconds(at, self.at)
        return -hours.seconds(self.at, at)


NOTHING = Target()


def check(level: ServiceLevel, where: str = "service_level") -> None:
    """Refuse promises that cannot be meant. Raises Invalid."""
    if not 0 < level.warn_at <= 1:
        refuse(f"{where}.warn_at", "It is a share of the time, more than 0 and at most 1.")
    for number, target in enumerate(level.targets):
        place = f"{where}.targets[{number}]"
        for promise in Promise:
            seconds = target.seconds(promise)
            if seconds is not None and not 0 < seconds <= YEAR:
                refuse(f"{place}.{promise}", "A promise takes some seconds, at most a year.")
        for earlier, other in enumerate(level.targets[:number]):
            if other.covers(target):
                refuse(place, f"It never holds, since targets[{earlier}] is for all of its.")


def due(level: ServiceLevel, target: Target, so_far: Progress, hours: Hours) -> list[Due]:
    """Return the promises still to be kept, the most urgent first.

    What is due when the desk is never open again is not due.
    """
    dues = []
    for promise, since, held in clocks(so_far):
        seconds = target.seconds(promise)
        if seconds is not None:
            at = hours.later(since, seconds + held)
            warn_at = hours.later(since, seconds * level.warn_at + held)
            if at and warn_at:
                dues.append(Due(promise=promise, at=at, warn_at=warn_at))
    return sorted(dues, key=lambda one: one.at)


def clocks(so_far: Progress) -> Iterator[tuple[Promise, datetime, float]]:
    """Return which clocks run, since when, and for how many business seconds they stood still."""
    if so_far.resolved_at:
        return
    yield Promise.RESOLUTION, so_far.began_at, so_far.held
    if not so_far.first_response_at:
        yield Promise.FIRST_RESPONSE, so_far.began_at, 0
    elif so_far.waiting_since:
        yield Promise.NEXT_RESPONSE, so_far.waiting_since, 0
