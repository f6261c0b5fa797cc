"""What a benchmark says: one figure, what it was measured against, and the two limits."""

import time
from collections.abc import Callable, Sequence
from statistics import median
from typing import Self

import msgspec


class Figure(msgspec.Struct, kw_only=True):
    """One measured value and how it stands against its peer of the same run."""

    name: str  #: begins with its number, as in ``B1 web chat on PostgreSQL``
    value: float
    unit: str
    against: str  #: the peer or limit, and what that one reached
    ratio: float | None  #: None when the figure is judged by its value
    gate: str
    aim: str
    met: bool
    reached: bool  #: the aim, too
    limit: str = ""  #: what limits it

    def line(self) -> str:
        """Return a line for people."""
        ratio = f"{self.ratio:.2f}x" if self.ratio is not None else ""
        state = "aim" if self.reached else "gate" if self.met else "MISSED"
        head = f"{self.name:<58} {self.value:>12,.2f} {self.unit:<12} {ratio:>8}"
        return f"{head}  {state:<6} (gate {self.gate}, aim {self.aim}; against {self.against})"

    def row(self) -> str:
        """Return a row of the documentation's table."""
        ratio = f"{self.ratio:.2f}x" if self.ratio is not None else ""
        value = f"{self.value:,.0f}" if self.value >= 1000 else f"{self.value:.2f}"
        state = "aim reached" if self.reached else "gate held" if self.met else "**missed**"
        cells = self.name, f"{value} {self.unit}", self.against, ratio, self.gate, self.aim, state
        return f"| {' | '.join(cells)} |"


def alternate(
    product: Callable[[], float], baseline: Callable[[], float], rounds: int = 3
) -> tuple[float, float]:
    """Run both in turn and return the median of each, so that the machine's mood hits both."""
    ours, theirs = [], []
    for _ in range(rounds):
        theirs.append(baseline())
        ours.append(product())
    return median(ours), median(theirs)


def percentile(values: Sequence[float], part: float) -> float:
    """Return the value below which *part* (0 to 1) of *values* lie."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * part))]


class Watch:
    """A stopwatch: ``with Watch() as watch: …; watch.seconds``."""

    seconds = 0.0

    def __enter__(self) -> Self:
        self.begun = time.perf_counter()
        return self

    def __exit__(self, *_: object) -> None:
        self.seconds = time.perf_counter() - self.begun
