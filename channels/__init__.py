"""Channel adapters: translate, decide nothing, store nothing; imported only when configured.

Those in this folder are ours. A package of somebody else's adds its own by an entry point
in the group ``parlour.channels``, whose name is the kind; see docs/howto/add-a-channel.md.
"""

from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from importlib.util import find_spec
from pkgutil import iter_modules
from typing import Any

from inbox.channel import Channel

WIRE = "wire"  #: what several of them speak over; no channel itself
GROUP = "parlour.channels"  #: of the entry points


def ours() -> list[str]:
    """Return the kinds of channels in this folder, without importing any."""
    return sorted(module.name for module in iter_modules(__path__) if module.name != WIRE)


def others() -> dict[str, EntryPoint]:
    """Return the channels that other packages bring; none of them replaces one of ours."""
    return {found.name: found for found in entry_points(group=GROUP) if found.name not in ours()}


def kinds() -> list[str]:
    """Return every kind of channel there is, without importing any."""
    return sorted([*ours(), *others()])


def load(kind: str) -> type[Channel[Any]]:
    """Return the channel class of *kind*; raises `LookupError`.

    A package may keep it in its module ``channel``, so that its other parts can be
    imported without everything the wire needs.
    """
    if kind not in ours():
        return brought(kind)
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


def brought(kind: str) -> type[Channel[Any]]:
    """Return a channel that another package brings."""
    there = others()
    if kind not in there:
        raise LookupError(f"There is no channel {kind!r}; there are {', '.join(kinds())}.")
    try:
        found = there[kind].load()
    except Exception as error:
        raise LookupError(f"The channel {kind!r} cannot be loaded: {error!r}.") from error
    if not (isinstance(found, type) and issubclass(found, Channel) and found.kind == kind):
        raise LookupError(f"{there[kind].value} is no channel of the kind {kind!r}.")
    return found
