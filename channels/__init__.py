"""Channel adapters: translate, decide nothing, store nothing; imported only when configured."""

from importlib import import_module
from importlib.util import find_spec
from pkgutil import iter_modules
from typing import Any

from inbox.channel import Channel


WIRE = "wire"  #: what several of them speak over; no channel itself


def kinds() -> list[str]:
    """Return every kind of channel there is, without importing any."""
    return sorted(module.name for module in iter_modules(__path__) if module.name != WIRE)


def load(kind: str) -> type[Channel[Any]]:
    """Return the channel class in ``channels/<kind>``; raises `LookupError`.

    A package may keep it in its module ``channel``, so that its other parts can be
    imported without everything the wire needs.
    """
    if kind not in kinds():
        raise LookupError(f"There is no channel {kind!r}; there are {', '.join(kinds())}.")
    name = f"{__name__}.{kind}"
    for place in (name, f"{name}.channel"):
        if find_spec(place) and (found := defined(place, kind)):
            return found
    raise LookupError(f"{name} defines no Channel.")


def defined(place: str, kind: str) -> type[Channel[Any]] | None:
    for found in vars(import_module(place)).values():
        if isinstance(found, type) and issubclass(found, Channel) and found.kind == kind:
            return found
    return None
