"""Logs that cannot be flooded: the first of a kind is written, the rest of a while counted."""

import time
from collections.abc import Callable
from typing import Any

WHILE = 10.0  # seconds


class Quiet:
    """A logger that writes each message at most once a while."""

    def __init__(self, log: Any, clock: Callable[[], float] = time.monotonic) -> None:
        self.log = log
        self.clock = clock
        self.told: dict[str, float] = {}
        self.held: dict[str, int] = {}

    def warning(self, message: str, **facts: object) -> None:
        """Write *message*, a constant, with its facts and how many were held back."""
        now = self.clock()
        if now - self.told.get(message, -WHILE) < WHILE:
            self.held[message] = self.held.get(message, 0) + 1
            return
        self.told[message] = now
        self.log.warning(message, **facts, held_back=self.held.pop(message, 0))
