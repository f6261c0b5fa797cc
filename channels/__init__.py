"""Channel adapters: translate, decide nothing, store nothing; imported only when configured."""

from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from inbox.channel import Channel


def kinds() -> list[str]:
    """Return every kind of channel there is, without importing any."""
    return sorted(module.name for module in iter_modules(__path__))


def load(kind: str) -> type[Channel[Any]]:
    """Return the channel class in ``channels/<kind>``; raises `LookupError`."""
    if kind not in kinds():
        raise LookupError(f"There is no channel {kind!r}; there are {', '.join(kinds())}.")
    for found in vars(import_module(f"{__name__}.{kind}")).values():
        if isinstance(found, type) and issubclass(found, Channel) and found.kind == kind:
            return found
    raise LookupError(f"channels.{kind} defines no Channel.")
