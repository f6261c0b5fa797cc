"""The views of a text side by side: its pieces and, with the encoder, its meaning."""

from collections.abc import Sequence
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from routing.bots.understanding import encoder
from routing.bots.understanding.encoder import Floats, Halves
from routing.bots.understanding.grams import KINDS, Postings

LONGEST = 1000  #: characters of a text that are read; the rest of a long one tells little new
SHARPNESS = 2.0  #: how fast likeness in meaning fades; on the sphere, it is a Gaussian's
DIMENSIONS = 192  #: of meaning, those the examples differ in most: no worse, and less to keep


def heard(text: str) -> str:
    """Cut what is long and drop what no text should hold."""
    return text[:LONGEST].replace("\0", " ").encode("utf-8", "replace").decode()


class Views:
    """The examples, ready to be compared with."""

    def __init__(
        self, postings: Sequence[Postings], axes: Floats | None, vectors: Halves | None
    ) -> None:
        self.postings = postings
        self.axes, self.vectors = axes, vectors
        self.points = None if axes is None or vectors is None else vectors.astype(np.float32) @ axes

    @classmethod
    def of(cls, texts: Sequence[str], vectors: Halves | None) -> Self:
        """Look at *texts*; *vectors* are what the encoder makes of them, if there is one."""
        postings = [Postings.of(kind(texts), len(texts)) for kind in KINDS]
        if vectors is None:
            return cls(postings, None, None)
        points = vectors.astype(np.float32)
        _, axes = np.linalg.eigh(points.T @ points)
        kept = min(DIMENSIONS, len(texts))
        return cls(postings, np.ascontiguousarray(axes[:, -kept:]), vectors)

    @property
    def size(self) -> int:
        return self.postings[0].size

    def pieces(self, texts: Sequence[str]) -> tuple[Floats, Floats]:
        """Return how alike texts (rows) and examples are in pieces; and how strange the words."""
        alike = np.zeros((len(texts), self.size), np.float32)
        strange = np.zeros(len(texts), np.float32)
        for kind, posting in zip(KINDS, self.postings, strict=True):
            found, strange = posting.alike(kind(texts), len(texts))
            alike += found
        alike /= len(KINDS)
        return alike, strange

    def meant(self, texts: Sequence[str]) -> Floats | None:
        return None if self.axes is None else encoder.points(texts) @ self.axes

    def points_of(self, which: Any) -> Floats | None:
        return None if self.points is None else self.points[which]

    def mixed(
        self, pieces: Floats, points: Floats | None, meaning: float, among: Any = slice(None)
    ) -> Floats:
        """Return one likeness to examples of all views; *meaning* is how much that one counts."""
        if points is None or self.points is None:
            return pieces.copy()
        near: Floats = points @ self.points[among].T
        near -= 1
        near *= SHARPNESS
        np.exp(near, out=near)
        near *= meaning
        near += (1 - meaning) * pieces
        return near

    def arrays(self) -> dict[str, NDArray[Any]]:
        kept: dict[str, NDArray[Any]] = {
            f"{number}.{name}": array
            for number, posting in enumerate(self.postings)
            for name, array in posting.arrays().items()
        }
        if self.axes is not None and self.vectors is not None:
            kept |= {"axes": self.axes, "vectors": self.vectors}
        return kept

    @classmethod
    def from_arrays(cls, kept: dict[str, NDArray[Any]], size: int) -> Self:
        postings = [
            Postings(size, {name: kept[f"{number}.{name}"] for name in Postings.NAMES})
            for number in range(len(KINDS))
        ]
        return cls(postings, kept.get("axes"), kept.get("vectors"))
