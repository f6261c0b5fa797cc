"""Make msgspec learn every type in one thread.

msgspec 0.22 crashes the interpreter when two threads decode the same struct type for the
first time at once, so each type is decoded once before there are threads.
"""

import contextlib
from collections.abc import Iterator

import msgspec


def warm() -> None:
    """Touch every struct type that has been imported so far; quick when repeated."""
    for kind in known(msgspec.Struct):
        if kind not in WARM and not getattr(kind, "__parameters__", ()):
            touch(kind)
            WARM.add(kind)


def known(base: type[msgspec.Struct]) -> Iterator[type[msgspec.Struct]]:
    """Yield every subclass of *base* that exists now."""
    for kind in base.__subclasses__():
        if kind.__module__.partition(".")[0] != "msgspec":
            yield kind
            yield from known(kind)


def touch(kind: type[msgspec.Struct]) -> None:
    """Decode, convert and encode *kind* once; that nothing fits is no matter."""
    with contextlib.suppress(msgspec.MsgspecError, TypeError):
        msgspec.json.Decoder(kind)
    with contextlib.suppress(msgspec.MsgspecError, TypeError):
        msgspec.json.encode(msgspec.convert({}, kind))


WARM: set[type[msgspec.Struct]] = set()
