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
from routing.bots.understanding import encoder, measures
from routing.bots.understanding.encoder import Floats, Halves
from routing.bots.understanding.grams import words
from routing.bots.understanding.language import told
from routing.bots.understanding.machine import likely
from routing.bots.understanding.values import Candidate, Damaged, Reading
from routing.bots.understanding.views import Views, heard

FORMAT = b"parlour understanding 2\n"
OFFERED = 5
ROWS = 200  #: texts that are read at once


class About(Value):
    """What a model knows beside its arrays."""

    intents: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()  #: the examples, by intent
    size: int = 0  #: of them, with the intents' names
    spoken: tuple[str, ...] = ()  #: their languages
    meaning: float = 0.0  #: how much meaning counts beside pieces
    warmth: float = 1.0  #: what turns scores into probabilities
    figures: dict[str, float] = {}


class Model:
    """Reads texts; made by `train`, kept as bytes."""

    def __init__(self, about: About, views: Views | None, arrays: dict[str, NDArray[Any]]) -> None:
        self.about = about
        self.views = views
        self.arrays = arrays
        self.figures = about.figures

    def read(self, text: str) -> Reading:
        return self.read_many([text])[0]

    def read_many(self, texts: Sequence[str]) -> list[Reading]:
        return [
            reading
            for begin in range(0, len(texts), ROWS)
            for reading in self._read([heard(text) for text in texts[begin : begin + ROWS]])
        ]

    def _read(self, texts: list[str]) -> list[Reading]:
        if self.views is None:
            return [self._reading(text, (), 0.0, 1.0) for text in texts]
        pieces, strange = self.views.pieces(texts)
        alike = self.views.mixed(pieces, self.views.meant(texts), self.about.meaning)
        scores = alike @ self.arrays["weights"]
        raw = measures.novel(scores, alike.max(1), strange)
        novelty = measures.share(raw, self.arrays["usual"]).tolist()
        sure = likely(scores, self.about.warmth)
        return [
            self._judged(text, alike[row], sure[row], novelty[row])
            for row, text in enumerate(texts)
        ]

    def _judged(self, text: str, alike: Floats, sure: Floats, novelty: float) -> Reading:
        if not words(text):
            novelty = 1.0  # nothing was said
        best = np.argsort(-sure, kind="stable")[:OFFERED].tolist()
        ambiguity = float(sure[best[1]] / sure[best[0]]) if len(best) > 1 else 0.0
        candidates = tuple(self._candidate(one, alike, float(sure[one])) for one in best)
        return self._reading(text, candidates, ambiguity, novelty)

    def _reading(
        self, text: str, candidates: tuple[Candidate, ...], ambiguity: float, novelty: float
    ) -> Reading:
        return Reading(
            language=told(text, self.about.spoken),
            candidates=candidates,
            ambiguity=ambiguity,
            novelty=novelty,
        )

    def _candidate(self, intent: int, alike: Floats, probability: float) -> Candidate:
        begin, end = self.arrays["begin"][intent : intent + 2].tolist()
        nearest = begin + int(alike[begin:end].argmax())
        return Candidate(
            intent=self.about.intents[intent],
            probability=probability,
            nearest=self.about.texts[nearest],
        )

    # --- as bytes --------------------------------------------------------------------------
    def vectors(self) -> dict[str, Halves]:
        """Return what the encoder made of each example, so that it need not do so again."""
        if self.views is None or self.views.vectors is None:
            return {}
        return dict(zip(self.about.texts, self.views.vectors, strict=False))  # names stand behind

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
            views = Views.from_arrays(arrays, about.size) if about.texts else None
        except (ValueError, KeyError, OSError, EOFError, zipfile.BadZipFile) as error:
            raise Damaged from error
        if "vectors" in arrays and not encoder.installed():
            raise Damaged("The model needs the sentence encoder, which is not installed.")
        return cls(about, views, {name: arrays[name] for name in OWN if name in arrays})


OWN = "weights", "begin", "usual"
