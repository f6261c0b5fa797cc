"""How novel is it? Three signs, one measure, and what it means for this desk.

Whether anything known was said is another question than which of it, and is asked otherwise: how
firmly the scores claim the text, how close the nearest example is, how much of the words was never
met. The sum is told as the share of the desk's own examples, each seen as if it were new, that are
less novel. So a limit of 0.95 turns away about one question in twenty that could be answered.
"""

import numpy as np

from routing.bots.understanding.machine import Floats

#: how much each sign counts, by its usual spread
CLAIM, CLOSE, STRANGE = 4.0, 1.5, 1.0
KEPT = 1000  #: points of the desk's own distribution
#: what examples of desks usually look like; counts as ten examples, for desks that have few
USUAL = np.linspace(-4.5, -1.0, 10, dtype=np.float32)


def novel(scores: Floats, close: Floats, strange: Floats) -> Floats:
    """Return how novel texts are, on no particular scale.

    The best score counts, less half of what speaks for the others: a sibling that nobody taught
    is claimed by several.
    """
    best = scores.max(axis=1)
    others = np.maximum(scores, 0).sum(axis=1) - np.maximum(best, 0)
    raw = -CLAIM * (best - others / 2) - CLOSE * close + STRANGE * strange
    return np.asarray(raw, np.float32)


def usual(unseen: Floats) -> Floats:
    """Keep what is needed to place texts among the desk's own examples."""
    known = np.sort(np.concatenate([unseen, USUAL]))
    if len(known) > KEPT:
        known = np.quantile(known, np.linspace(0, 1, KEPT)).astype(np.float32)
    return known


def share(raw: Floats, known: Floats) -> Floats:
    """Return the share of *known* that is less novel; what is beyond them all still differs."""
    places = (np.arange(len(known)) + 0.5) / len(known)
    within = np.interp(raw, known, places)
    edge = places[0]
    below = edge * np.exp(np.minimum(raw - known[0], 0))
    above = 1 - edge * np.exp(np.minimum(known[-1] - raw, 0))
    return np.asarray(np.where(raw < known[0], below, np.where(raw > known[-1], above, within)))
