"""What agents write on a customer's record."""

from collections.abc import Mapping

from inbox.errors import Invalid
from inbox.model import AgentId, CustomerId
from inbox.store import Unit
from inbox.words import clean, cut

Plain = str | int | float | bool | None
MAX_NAME = 200
MAX_ATTRIBUTES = 100
MAX_KEY = 100
MAX_VALUE = 2_000


def rename(unit: Unit, which: CustomerId, name: str, *, by: AgentId | None) -> None:
    """Call a customer something else. Raises `Invalid` for an empty name."""
    customer = unit.customers.hold(which)
    chosen = cut(" ".join(name.split()), MAX_NAME)
    if not chosen:
        raise Invalid("A customer needs a name.")
    if chosen != customer.name:
        change = {"which": which, "to_name": chosen, "to_attributes": customer.attributes}
        unit.customers.change([change])
        unit.happened(
            "customer.changed", by=by, customer=which, change={"name": [customer.name, chosen]}
        )


def set_attributes(
    unit: Unit, which: CustomerId, given: Mapping[str, Plain], *, by: AgentId | None
) -> None:
    """Set some attributes; None removes one. Raises `Invalid` when they become too many."""
    customer = unit.customers.hold(which)
    after = merged(customer.attributes, given)
    if len(after) > MAX_ATTRIBUTES:
        raise Invalid(f"A customer has at most {MAX_ATTRIBUTES} attributes.")
    if after == customer.attributes:
        return
    unit.customers.change([{"which": which, "to_name": customer.name, "to_attributes": after}])
    before = customer.attributes
    touched = [key for key in (before | after) if before.get(key) != after.get(key)]
    change = {key: [before.get(key), after.get(key)] for key in touched}
    unit.happened("customer.changed", by=by, customer=which, change={"attributes": change})


def merged(before: Mapping[str, Plain], given: Mapping[str, Plain]) -> dict[str, Plain]:
    """Return *before* with what was *given* on top, cut to what a record can bear."""
    after = dict(before)
    for key, value in given.items():
        name = cut(key.strip(), MAX_KEY)
        if value is None or not name:
            after.pop(name, None)
        else:
            after[name] = cut(clean(value), MAX_VALUE) if isinstance(value, str) else value
    return after
