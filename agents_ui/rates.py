"""How often somebody may try: small counters in memory that forget by themselves."""

from collections.abc import Callable
from datetime import datetime, timedelta
from math import ceil

from agents_ui.problems import Refused

MANY = 50_000  # keys remembered at once; beyond it the oldest are forgotten


class Rate:
    """At most *limit* tries a *window* for each key, refilled evenly."""

    def __init__(self, limit: int, window: timedelta, clock: Callable[[], datetime]) -> None:
        self.limit = limit
        self.pause = window / limit
        self.clock = clock
        self.free_at: dict[str, datetime] = {}

    def wait(self, key: str) -> float:
        """Return how many seconds *key* has to wait; 0 when it may go on. Counts nothing."""
        now = self.clock()
        backlog = self.free_at.get(key, now) - now
        over = backlog - self.pause * (self.limit - 1)
        return max(0.0, over.total_seconds())

    def spend(self, key: str) -> None:
        """Count one try of *key*."""
        now = self.clock()
        after = max(self.free_at.pop(key, now), now) + self.pause
        self.free_at[key] = after
        while len(self.free_at) > MANY:
            del self.free_at[next(iter(self.free_at))]

    def take(self, key: str) -> None:
        """Count one try of *key*, or refuse it with the seconds to wait."""
        seconds = self.wait(key)
        if seconds > 0:
            raise Refused(
                429,
                "That was too often; wait a little.",
                headers={"Retry-After": str(ceil(seconds))},
            )
        self.spend(key)

    def give_back(self, key: str) -> None:
        """Take back one try of *key*, which was none to worry about."""
        if key in self.free_at:
            self.free_at[key] -= self.pause

    def forgive(self, key: str) -> None:
        """Forget the tries of *key*."""
        self.free_at.pop(key, None)
