"""What is known already is offered instead of being asked for anew: "Is it still …?".

Somebody who writes from where anybody could is not told what stands on the record: they see as
much of an address as its owner needs to know it again, and no other system is asked with it.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from inbox.model import Identity, Proof, Value

SIGN = "•••"
KINDS = ("email", "phone")  #: of slots, of identities, and of attributes
NOBODY: Mapping[str, "Known"] = {}


class Known(Value):
    """An address of the customer."""

    value: str  #: as a slot of its kind keeps it
    covered: bool = True  #: it is not shown in full


def known(
    identities: Sequence[Identity], attributes: Mapping[str, Any], sender: str | None
) -> dict[str, Known]:
    """Return the address of each kind under which a customer is known, who writes as *sender*."""
    trusted = any(one.value == sender and one.proof is Proof.VERIFIED for one in identities)
    found: dict[str, Known] = {}
    for kind in KINDS:
        values = [one.value for one in sorted(identities, key=rank(sender)) if one.kind == kind]
        told = attributes.get(kind)
        values += [told.strip()] if isinstance(told, str) else []
        if value := next((one for one in values if one and looks(kind, one)), None):
            found[kind] = Known(value=value, covered=not trusted and value != sender)
    return found


def rank(sender: str | None) -> Any:
    """Put where they write from first, then what is proved best, then what came last."""
    order = (Proof.VERIFIED, Proof.HEARD, Proof.CLAIMED)
    return lambda one: (one.value != sender, order.index(one.proof), -one.id)


def looks(kind: str, value: str) -> bool:
    return "@" in value if kind == "email" else value.startswith("+") and value[1:].isdigit()


def covered(value: str) -> str:
    """Return as much of an address as its owner needs to know it again.

    >>> covered("ana@mail.example.org"), covered("+385911234567")
    ('a•••@m•••.org', '+38•••67')
    """
    name, at, host = value.partition("@")
    if not at:
        return f"{value[:3]}{SIGN}{value[-2:]}"
    return f"{name[:1]}{SIGN}@{host[:1]}{SIGN}.{host.rpartition('.')[2]}"
