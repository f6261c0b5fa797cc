"""How much anybody may ask of us: buckets that drain and fill again."""

from collections.abc import Callable

MANY = 10_000  # buckets; above this the full ones are forgotten


class Limit:
    """Let everybody do something *burst* times at once and *a_minute* times in the long run."""

    def __init__(self, a_minute: float, burst: float, clock: Callable[[], float]) -> None:
        self.rate = a_minute / 60
        self.burst = burst
        self.clock = clock
        self.buckets: dict[str, tuple[float, float]] = {}  # what is left, and when that was

    def left(self, who: str) -> float:
        left, then = self.buckets.get(who, (self.burst, 0.0))
        return min(self.burst, left + max(0.0, self.clock() - then) * self.rate)

    def take(self, who: str, amount: float = 1) -> float:
        """Take *amount* from the bucket of *who*; return the seconds to wait, 0 if it had it."""
        left = self.left(who)
        if left < amount:
            return (amount - left) / self.rate
        if len(self.buckets) >= MANY:
            self.forget_the_quiet()
        self.buckets[who] = (left - amount, self.clock())
        return 0

    def forget_the_quiet(self) -> None:
        self.buckets = {
            who: bucket for who, bucket in self.buckets.items() if self.left(who) < self.burst
        }
