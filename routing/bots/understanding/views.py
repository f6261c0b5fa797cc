"""The views of a text side by side: its pieces and, with the encoder, its meaning."""

from collections.abc import Sequence
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from routing.bots.understanding import encoder
from routing.bots.understanding.encoder import Floats
from routing.bots.understanding.grams import KINDS, Postings

LONGEST = 1000  #: characters of a text that are read; the rest of a long one tells little new


def heard(text: str) -> str:
    """Cut what is long and drop what no text should hold."""
    return text[:LONGEST].replace("\0", " ").encode("utf-8", "replace").decode()


class Views:
    """The examples, ready to be compared with."""

    def __init__(self, postings: Sequence[Postings], points: Floats | None) -> None:
        self.postings = postings
        self.points = points

    @classmethod
    def of(cls, texts: Sequence[str], *, meaning: bool) -> Self:
        postings = [Postings.of(kind(texts), len(texts)) for kind in KINDS]
        return cls(postings, encoder.points(texts) if meaning else None)

    def alike(self, texts: Sequence[str]) -> list[Floats]:
        """Return how alike texts (rows) and examples (columns) are, in each view."""
        found = [
            posting.alike(kind(texts), len(texts))
            for kind, posting in zip(KINDS, self.postings, strict=True)
        ]
        if self.points is not None:
            found.append(encoder.points(texts) @ self.points.T)
        return found

    def mixed(self, texts: Sequence[str], mix: Sequence[float]) -> Floats:
        """Return one likeness of all views."""
        total = np.zeros((len(texts), self.postings[0].size), np.float32)
        for share, view in zip(mix, self.alike(texts), strict=True):
            total += share * view
        return total

    def arrays(self) -> dict[str, NDArray[Any]]:
        kept: dict[str, NDArray[Any]] = {
            f"{number}.{name}": array
            for number, posting in enumerate(self.postings)
            for name, array in posting.arrays().items()
        }
        if self.points is not None:
            kept["points"] = self.points
        return kept

    @classmethod
    def from_arrays(cls, kept: dict[str, NDArray[Any]], size: int) -> Self:
        postings = [
            Postings(size, {name: kept[f"{number}.{name}"] for name in Postings.NAMES})
            for number in range(len(KINDS))
        ]
        return cls(postings, kept.get("points"))
