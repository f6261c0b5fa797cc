"""A text as its pieces: runs of three to five characters within words, words, pairs of words.

What a text shares with an example is counted by weight (tf-idf, each kind of piece normalised by
itself). Examples are kept as postings: for each piece the examples that have it.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import Any, Self
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Pieces = tuple[NDArray[np.int64], NDArray[np.uint32]]  # the text's row, the piece's hash

WORD = re.compile(r"\w+|[^\w\s]")
RUNS = 3, 4, 5
SPACE = 32
COMMON, SHARE = 200, 0.05  #: examples; a piece that more of them have tells next to nothing


def words(text: str) -> list[str]:
    return WORD.findall(unicodedata.normalize("NFKC", text).casefold())


def word_pieces(texts: Sequence[str]) -> Pieces:
    """Return words and pairs of neighbours."""
    rows: list[int] = []
    pieces: list[int] = []
    for row, text in enumerate(texts):
        said = words(text)
        found = [*said, *(f"{one} {other}" for one, other in pairwise(said))]
        rows += [row] * len(found)
        pieces += [crc32(piece.encode("utf-8", "surrogatepass")) for piece in found]
    return np.array(rows, np.int64), np.array(pieces, np.uint32)


def character_pieces(texts: Sequence[str]) -> Pieces:
    """Return runs of characters; a word's begin and end count as characters."""
    spaced = [f" {'  '.join(words(text))} " for text in texts]
    code = np.frombuffer("".join(spaced).encode("utf-32-le", "surrogatepass"), np.uint32)
    row = np.repeat(np.arange(len(texts)), [len(text) for text in spaced])
    gaps = np.zeros(len(code) + 1, np.int64)  # how often one word ends and the next begins
    gaps[2:] = np.cumsum((code[1:] == SPACE) & (code[:-1] == SPACE))
    rows, pieces = [], []
    for length in RUNS:
        count = max(0, len(code) - length + 1)
        within = gaps[length : length + count] == gaps[1 : 1 + count]
        rows.append(row[:count][within])
        pieces.append(hashed(code, length, count)[within])
    all_rows = np.concatenate(rows)
    order = np.argsort(all_rows, kind="stable")
    return all_rows[order], np.concatenate(pieces)[order]


def hashed(code: NDArray[np.uint32], length: int, count: int) -> NDArray[np.uint32]:
    """Return a number for each run of *length* characters."""
    number = np.full(count, length, np.uint64)
    for place in range(length):
        number = (number ^ code[place : place + count]) * np.uint64(0x9E3779B97F4A7C15)
        number ^= number >> np.uint64(29)
    return (number >> np.uint64(16)).astype(np.uint32)


KINDS: tuple[Callable[[Sequence[str]], Pieces], ...] = (character_pieces, word_pieces)


class Postings:
    """Which examples have which pieces, and how much each counts in them."""

    NAMES = "piece", "weight", "begin", "example", "share"

    def __init__(self, size: int, arrays: Mapping[str, NDArray[Any]]) -> None:
        self.size = size  #: examples
        self.piece, self.weight = arrays["piece"], arrays["weight"]
        self.begin, self.example, self.share = arrays["begin"], arrays["example"], arrays["share"]

    @classmethod
    def of(cls, found: Pieces, size: int) -> Self:
        rows, pieces = found
        piece, place = np.unique(pieces, return_inverse=True)
        pair, times = np.unique(place * size + rows, return_counts=True)
        place, example = np.divmod(pair, size)
        texts = np.bincount(place, minlength=len(piece))
        weight = np.log((1 + size) / (1 + texts)) + 1
        worth = (1 + np.log(times)) * weight[place]
        length = np.sqrt(np.bincount(example, worth**2, minlength=size))
        telling = texts <= max(COMMON, size * SHARE)
        place, example, worth = (part[telling[place]] for part in (place, example, worth))
        texts = np.where(telling, texts, 0)
        arrays = {
            "piece": piece,
            "weight": weight.astype(np.float32),
            "begin": np.concatenate(([0], np.cumsum(texts))).astype(np.int32),
            "example": example.astype(np.int32),
            "share": (worth / length[example]).astype(np.float32),
        }
        return cls(size, arrays)

    def arrays(self) -> dict[str, NDArray[Any]]:
        return {name: getattr(self, name) for name in self.NAMES}

    def alike(self, found: Pieces, count: int) -> tuple[Floats, Floats]:
        """Return how alike each of *count* texts is to each example, and how strange it is.

        Both are 0 to 1; a text is strange by the weight of what no example has.
        """
        rows, pieces = found
        cut = np.searchsorted(rows, np.arange(count + 1))
        alike = np.zeros((count, self.size), np.float32)
        strange = np.ones(count, np.float32)
        for row in range(count):
            alike[row], strange[row] = self._one(pieces[cut[row] : cut[row + 1]])
        return alike, strange

    def _one(self, pieces: NDArray[np.uint32]) -> tuple[Floats | float, float]:
        pieces, times = np.unique(pieces, return_counts=True)
        place = np.searchsorted(self.piece, pieces)
        place[place == len(self.piece)] = 0
        known = self.piece[place] == pieces if len(self.piece) else place < 0
        if not known.any():
            return 0.0, 1.0
        rare = np.log(1 + self.size) + 1  # the weight of what no example has
        worth = (1 + np.log(times)) * np.where(known, self.weight[place], rare)
        worth /= np.sqrt(worth @ worth)
        place, worth = place[known], worth[known]
        begin, many = self.begin[place], self.begin[place + 1] - self.begin[place]
        before = np.cumsum(many) - many
        index = np.arange(many.sum()) + np.repeat(begin - before, many)
        counted = self.share[index] * np.repeat(worth, many)
        alike = np.bincount(self.example[index], counted, minlength=self.size)
        return alike.astype(np.float32), max(0.0, 1 - float(worth @ worth))

    def alone(self) -> Floats:
        """Return how strange each example would be had it not been there."""
        only = np.repeat(np.diff(self.begin) == 1, np.diff(self.begin))
        weight = np.bincount(self.example[only], self.share[only] ** 2, minlength=self.size)
        return weight.astype(np.float32)
