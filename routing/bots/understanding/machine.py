"""Learning which intent goes with which likeness, by regularised least squares.

Every text is told by how alike it is to each example; the solution has a closed form, and so has
what it would say of each example had it not seen that one. Nothing is drawn by lot.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]


class Learned(NamedTuple):
    """The weights of each example for each intent."""

    weights: Floats  #: examples as rows, intents as columns
    base: Floats  #: what is said of a text like none
    unseen: Floats  #: what is said of each example by all others


def learn(alike: Floats, intent: NDArray[np.int32], count: int, softness: float) -> Learned:
    """Solve for one intent against the rest, all at once (Rifkin and Lippert 2007)."""
    target = np.zeros((len(alike), count), np.float32)
    target[np.arange(len(alike)), intent] = 1
    base = target.mean(0)
    inverse = np.linalg.inv(alike + softness * np.eye(len(alike), dtype=np.float32))
    weights = inverse @ (target - base)
    unseen = target - weights / np.diag(inverse)[:, None]
    return Learned(weights.astype(np.float32), base, unseen.astype(np.float32))
