"""What the desk had decided when something happened: the hours of its queues, and its promises.

Reports go back further than the setup that holds now, so each moment is judged by the setup of
its time.
"""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache

from routing.hours import ALWAYS, Hours
from routing.model import Priority
from routing.queues import Queue
from routing.service_levels import NOTHING, Target
from routing.setup import Setup


class Past:
    """The setups that ever held, asked by time; *names* are those of the queues by their ids."""

    def __init__(self, setups: Sequence[tuple[datetime, Setup]], names: Mapping[int, str]) -> None:
        self.times = [at for at, _ in setups]
        self.setups = [setup for _, setup in setups]
        self.names = names
        self.calendar = lru_cache(maxsize=None)(self.opened)

    def number(self, at: datetime) -> int:
        """Return which setup held; what came before the first is judged by the first."""
        return max(0, bisect_right(self.times, at) - 1)

    def queue(self, which: int | None, at: datetime) -> Queue | None:
        if which is None or not self.setups:
            return None
        return self.setups[self.number(at)].queues.get(self.names.get(which, ""))

    def target(
        self, queue: int | None, at: datetime, priority: Priority, tier: str | None
    ) -> Target:
        """Return what was promised in a queue."""
        there = self.queue(queue, at)
        return there.service_level.target(priority, tier) if there else NOTHING

    def opened(self, number: int, name: str) -> Hours:
        calendar = self.setups[number].hours.get(name)
        return Hours(calendar) if calendar else ALWAYS

    def hours(self, queue: int | None, at: datetime) -> Hours:
        """Return when a queue was open."""
        there = self.queue(queue, at)
        if there is None or there.hours is None:
            return ALWAYS
        return self.calendar(self.number(at), there.hours)

    def seconds(self, queue: int | None, since: datetime, until: datetime) -> float:
        """Count the time in which a queue was open, by the hours that held at the end."""
        hours = self.hours(queue, until)
        if hours is ALWAYS or until <= since:
            return max(0.0, (until - since).total_seconds())
        return hours.seconds(since, until)
