"""The model: what was learned, kept as plain arrays, and how texts are read with it."""

import hashlib
import io
import zipfile
from collections.abc import Sequence
from typing import Any, Self

import msgspec
import numpy as np
from numpy.typing import NDArray

from inbox.model import Value
from routing.bots.understanding import Candidate, Damaged, Reading, encoder
from routing.bots.understanding.encoder import Floats
from routing.bots.understanding.language import told
from routing.bots.understanding.views import Views, heard

FORMAT = b"parlour understanding 1\n"
OFFERED = 5


class About(Value):
    """What a model knows beside its arrays."""

    intents: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()  #: the examples
    spoken: tuple[str, ...] = ()  #: their languages
    mix: tuple[float, ...] = ()  #: how much each view counts
    warmth: float = 1.0  #: what turns scores into probabilities
    figures: dict[str, float] = {}


class Model:
    """Reads texts; made by `train`, kept as bytes."""

    def __init__(self, about: About, views: Views | None, arrays: dict[str, NDArray[Any]]) -> None:
        self.about = about
        self.views = views
        self.arrays = arrays
        self.figures = about.figures

    @property
    def intents(self) -> tuple[str, ...]:
        return self.about.intents

    def read(self, text: str) -> Reading:
        return self.read_many([text])[0]

    def read_many(self, texts: Sequence[str]) -> list[Reading]:
        texts = [heard(text) for text in texts]
        if self.views is None:
            return [self._nothing(text) for text in texts]
        mixed = self.views.mixed(texts, self.about.mix)
        scores = mixed @ self.arrays["weights"] + self.arrays["base"]
        return [self._reading(*one) for one in zip(texts, mixed, scores, strict=True)]

    def _nothing(self, text: str) -> Reading:
        return Reading(language=self._language(text), candidates=(), ambiguity=0.0, novelty=1.0)

    def _language(self, text: str) -> str | None:
        return told(text, self.about.spoken)

    def _reading(self, text: str, alike: Floats, scores: Floats) -> Reading:
        likely = np.exp((scores - scores.max()) / self.about.warmth)
        likely /= likely.sum()
        best = np.argsort(-likely, kind="stable")[:OFFERED]
        novelty = np.searchsorted(self.arrays["known"], -alike.max()) / len(self.arrays["known"])
        return Reading(
            language=self._language(text),
            candidates=tuple(self._candidate(int(one), alike, float(likely[one])) for one in best),
            ambiguity=float(likely[best[1]] / likely[best[0]]) if len(best) > 1 else 0.0,
            novelty=float(novelty),
        )

    def _candidate(self, intent: int, alike: Floats, probability: float) -> Candidate:
        mine = np.flatnonzero(self.arrays["intent"] == intent)
        nearest = int(mine[alike[mine].argmax()])
        return Candidate(
            intent=self.about.intents[intent],
            probability=probability,
            nearest=self.about.texts[nearest],
        )

    # --- as bytes --------------------------------------------------------------------------
    @property
    def version(self) -> str:
        """Name what was learned: equal models have equal versions."""
        return hashlib.sha256(self.save()).hexdigest()[:12]

    def save(self) -> bytes:
        about = np.frombuffer(msgspec.json.encode(self.about), np.uint8)
        kept = {**(self.views.arrays() if self.views else {}), **self.arrays, "about": about}
        file = io.BytesIO()
        file.write(FORMAT)
        np.savez(file, allow_pickle=False, **kept)
        return file.getvalue()

    @classmethod
    def load(cls, data: bytes) -> Self:
        """Bring back what `save` returned; raises Damaged."""
        if not data.startswith(FORMAT):
            raise Damaged
        try:
            with np.load(io.BytesIO(data[len(FORMAT) :]), allow_pickle=False) as file:
                arrays = {name: file[name] for name in file.files}
            about = msgspec.json.decode(arrays.pop("about").tobytes(), type=About)
            views = Views.from_arrays(arrays, len(about.texts)) if about.texts else None
        except (ValueError, KeyError, OSError, EOFError, zipfile.BadZipFile) as error:
            raise Damaged from error
        if "points" in arrays and not encoder.installed():
            raise Damaged("The model needs the sentence encoder, which is not installed.")
        return cls(about, views, {name: arrays[name] for name in OWN if name in arrays})


OWN = "weights", "base", "intent", "known"
