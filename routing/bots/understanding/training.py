"""Making a model of examples."""

from collections.abc import Sequence

import numpy as np

from routing.bots.understanding import Example, encoder
from routing.bots.understanding.machine import learn
from routing.bots.understanding.reading import About, Model
from routing.bots.understanding.views import Views, heard

SOFTNESS = 0.3


def learned(
    examples: Sequence[Example],
    *,
    seed: int,  # noqa: ARG001
    encoder: bool,
) -> Model:
    """Learn from *examples*; see `routing.bots.understanding.train`."""
    told = sorted({(heard(one.text), one.intent) for one in examples})
    if not told:
        return Model(About(), None, {})
    texts = [text for text, _ in told]
    intents = sorted({intent for _, intent in told})
    intent = np.array([intents.index(name) for _, name in told], np.int32)
    views = Views.of(texts, meaning=encoder and installed())
    mix = (0.25, 0.25, 0.5) if views.points is not None else (0.5, 0.5)
    mixed = views.mixed(texts, mix)
    result = learn(mixed, intent, len(intents), SOFTNESS)
    np.fill_diagonal(mixed, -1)
    arrays = {
        "weights": result.weights,
        "base": result.base,
        "intent": intent,
        "known": np.sort(-mixed.max(1)).astype(np.float32),
    }
    about = About(
        intents=tuple(intents),
        texts=tuple(texts),
        spoken=tuple(sorted({one.language for one in examples if one.language})),
        mix=mix,
        warmth=0.1,
        figures={"examples": len(texts), "intents": len(intents)},
    )
    return Model(about, views, arrays)


def installed() -> bool:
    return encoder.installed()
