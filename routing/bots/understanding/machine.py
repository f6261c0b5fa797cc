"""Learning which likeness means which intent, by regularised least squares.

A text is told by how alike it is to each example. The solution has a closed form, and so has what
would be said of each example had it not been there, from which everything else is chosen: nothing
is held out, nothing is drawn by lot (Rifkin and Lippert, "Notes on regularized least squares",
2007). A text that is like no example has no score for anything.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Intents = NDArray[np.int32]

SMALL = 512  #: rows of a triangle that is inverted at once
EVEN = 0.2  #: how far an intent is held back for having many examples


class Learned(NamedTuple):
    """What each example says for and against each intent."""

    weights: Floats  #: examples as rows, intents as columns
    unseen: Floats  #: the scores of each example, by all the others


def learn(alike: Floats, intent: Intents, count: int, softness: float) -> Learned:
    """Solve one intent against the rest, all at once; *alike* is used up."""
    target = np.zeros((len(alike), count), np.float32)
    target[np.arange(len(alike)), intent] = 1
    alike.flat[:: len(alike) + 1] += softness
    try:
        root: Floats = np.linalg.cholesky(alike).astype(np.float32, copy=False)
    except np.linalg.LinAlgError:  # more alike than so many digits can tell apart
        return learn(alike, intent, count, 10 * softness)
    invert(root)
    weights = root.T @ (root @ target)
    own = np.einsum("ij,ij->j", root, root)
    return Learned(weights, target - weights / own[:, None])


def evenly(result: Learned, intent: Intents) -> Learned:
    """Hold back intents with many examples: that says nothing of how often they are asked for."""
    many = np.bincount(intent, minlength=result.weights.shape[1])
    fair = ((many.mean() / np.maximum(many, 1)) ** EVEN).astype(np.float32)
    return Learned(result.weights * fair, result.unseen * fair)


def invert(triangle: Floats) -> None:
    """Replace a lower triangle by its inverse, half by half, so that it is mostly products."""
    size = len(triangle)
    if size <= SMALL:
        triangle[:] = np.linalg.inv(triangle)
        return
    half = size // 2
    first, second = triangle[:half, :half], triangle[half:, half:]
    invert(first)
    invert(second)
    triangle[half:, :half] = -second @ (triangle[half:, :half] @ first)


def likely(scores: Floats, warmth: float) -> Floats:
    """Turn scores into probabilities; the lower *warmth*, the surer."""
    risen = np.exp((scores - scores.max(axis=-1, keepdims=True)) / warmth)
    return np.asarray(risen / risen.sum(axis=-1, keepdims=True), np.float32)


def surprise(scores: Floats, intent: Intents, warmth: float) -> float:
    """Return the mean of -log of what was given to the right intents."""
    given = likely(scores, warmth)[np.arange(len(intent)), intent]
    return float(-np.log(given + 1e-6).mean())


WARMTHS = np.geomspace(0.02, 2, 33)
USUAL_WARMTH = 0.1
FEW = 10  #: examples that what is usual counts as


def warmth(scores: Floats, intent: Intents) -> float:
    """Choose what makes the probabilities true for unseen examples; few keep it usual."""

    def cost(one: float) -> float:
        told = surprise(scores, intent, one) * len(intent) if len(intent) else 0.0
        return float(told + FEW * np.log(one / USUAL_WARMTH) ** 2)

    return float(min(WARMTHS, key=cost))
