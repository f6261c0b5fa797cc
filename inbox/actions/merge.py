"""Several records, one person: addresses are linked, customers merged and parted again."""

import re
from collections.abc import Iterable
from typing import Any

from msgspec import to_builtins

from inbox.errors import Conflict, Invalid, NotFound
from inbox.model import Address, AgentId, Customer, CustomerId, Identity, IdentityId, MergeId, Proof
from inbox.store import Unit
from inbox.store.merges import Merge
from inbox.words import cut

MAX_EVIDENCE = 500
MAX_ADDRESS = 500
UNSAID = re.compile(r"[\s().\-/]+")  # what people put between digits
NUMBER = re.compile(r"\+[1-9][0-9]{6,14}")  # E.164
EMAIL = re.compile(r"[^@\s]+@[^@\s]+")
KIND = re.compile(r"[a-z][a-z0-9_-]{0,63}")


def link(unit: Unit, which: CustomerId, kind: str, value: str, *, by: AgentId | None) -> IdentityId:
    """Write down an address of a customer, as an agent knows it to be theirs.

    Raises `Invalid` for what is no address of that kind, and `Conflict` when it is somebody
    else's: those two may be one.
    """
    customer = standing(unit, which)
    address = Address(kind=kind, value=normal(kind, value))
    owner = unit.customers.owner(address)
    if owner is not None and owner != customer.id:
        raise Conflict(f"This address is {unit.customers.get(owner).name}'s: merge the two.")
    there = held(unit, customer.id, address)
    if there and not Proof.HEARD.outranks(there.proof):
        return there.id
    if there:
        unit.customers.prove([{"which": there.id, "to_proof": Proof.HEARD}])
    else:
        unit.customers.add_identities([row(customer.id, address, Proof.HEARD, unit)])
    linked = held(unit, customer.id, address)
    assert linked  # noqa: S101  # it was written a line ago
    change = {"address": [None, str(address)]}
    unit.happened("identity.added", by=by, customer=customer.id, change=change)
    return linked.id


def unlink(unit: Unit, which: CustomerId, identity: IdentityId, *, by: AgentId | None) -> None:
    """Take an address off a customer. What was said over it stays on their record."""
    found = [one for one in unit.customers.identities(which) if one.id == identity]
    if not found:
        raise NotFound("This customer has no such address.")
    unit.merges.drop_addresses([identity])
    change = {"address": [f"{found[0].kind}:{found[0].value}", None], "proof": found[0].proof}
    unit.happened("identity.removed", by=by, customer=which, change=change)


def merge(
    unit: Unit, kept: CustomerId, gone: CustomerId, evidence: str, *, by: AgentId | None
) -> MergeId:
    """Make one customer of two: *kept* gets everything of *gone*, until it is undone.

    Raises `Invalid` without a reason or for one and the same, `Conflict` for one who was
    merged already.
    """
    why = cut(" ".join(evidence.split()), MAX_EVIDENCE)
    if kept == gone:
        raise Invalid("This is one and the same customer.")
    if not why:
        raise Invalid("Say how you know that they are one.")
    one, two = standing(unit, kept), standing(unit, gone)
    moved = what_moves(unit, one, two)
    unit.merges.drop_addresses([IdentityId(each["id"]) for each in moved["dropped"]])
    unit.merges.move(moved, kept)
    raise_proofs(unit, one.id, moved["dropped"])
    attributes = two.attributes | one.attributes
    unit.customers.change([rewritten(one.id, one.name, attributes)])
    unit.merges.point(gone, kept)
    number = unit.merges.add(
        kept_id=kept, merged_id=gone, at=unit.now, agent_id=by, evidence=why, moved=moved
    )
    tell(unit, "customer.merged", unit.merges.get(number), by=by)
    return number


def part(unit: Unit, which: MergeId, *, by: AgentId | None) -> Merge:
    """Undo a merge: each gets back what was theirs, with what was said in it meanwhile.

    Raises `Conflict` when it was undone already, or one of both was merged again.
    """
    done = unit.merges.get(which)
    if done.undone_at:
        raise Conflict("They were parted already.")
    kept = standing(unit, done.kept_id)
    unit.merges.point(done.merged_id, None)
    unit.merges.move(done.moved, done.merged_id)
    lower_proofs(unit, done.moved["raised"])
    for each in done.moved["dropped"]:
        unit.customers.add_identities([as_it_was(unit, each)])
    attributes = without(kept, done.moved)
    unit.customers.change([rewritten(kept.id, kept.name, attributes)])
    unit.merges.undo(which, unit.now)
    tell(unit, "customer.unmerged", done, by=by)
    return unit.merges.get(which)


# --- what moves ---------------------------------------------------------------------------
def what_moves(unit: Unit, kept: Customer, gone: Customer) -> dict[str, Any]:
    """Write down all that a merge changes, so that it can be undone."""
    theirs = {(one.kind, one.value): one for one in unit.customers.identities(kept.id)}
    ours = unit.customers.identities(gone.id)
    twice = [one for one in ours if (one.kind, one.value) in theirs]
    raised = [
        (theirs[one.kind, one.value], one.proof)
        for one in twice
        if one.proof.outranks(theirs[one.kind, one.value].proof)
    ]
    return {
        "identities": [one.id for one in ours if one not in twice],
        "dropped": to_builtins(twice),
        "raised": [{"id": one.id, "proof": one.proof, "to": to} for one, to in raised],
        "conversations": unit.merges.talks(gone.id),
        "consents": unit.merges.consents(gone.id),
        "attributes": {
            name: value for name, value in gone.attributes.items() if name not in kept.attributes
        },
    }


def raise_proofs(unit: Unit, kept: CustomerId, dropped: Iterable[dict[str, Any]]) -> None:
    """Let an address that both had be as sure as the surer of the two."""
    theirs = {(one.kind, one.value): one for one in unit.customers.identities(kept)}
    for each in dropped:
        there = theirs[each["kind"], each["value"]]
        if Proof(each["proof"]).outranks(there.proof):
            unit.customers.prove([{"which": there.id, "to_proof": each["proof"]}])


def lower_proofs(unit: Unit, raised: Iterable[dict[str, Any]]) -> None:
    for each in raised:
        unit.customers.prove([{"which": each["id"], "to_proof": each["proof"]}])


def without(kept: Customer, moved: dict[str, Any]) -> dict[str, Any]:
    """Return the attributes that did not come with the merge, or were changed since."""
    return {
        name: value
        for name, value in kept.attributes.items()
        if name not in moved["attributes"] or moved["attributes"][name] != value
    }


# --- addresses as people write them -------------------------------------------------------
def normal(kind: str, value: str) -> str:
    """Return an address as the channels of its *kind* know it. Raises `Invalid`."""
    written = cut(value.strip(), MAX_ADDRESS)
    match kind:
        case "phone":
            number = "+" + UNSAID.sub("", written).removeprefix("00").lstrip("+")
            if not NUMBER.fullmatch(number):
                raise Invalid("Write the number with its country, such as +48 600 100 200.")
            return number
        case "email":
            if not EMAIL.fullmatch(written):
                raise Invalid("That is no email address.")
            return written.lower()
    if not written or not KIND.fullmatch(kind):
        raise Invalid("Say which kind of address it is, and the address.")
    return written


# --- small things -------------------------------------------------------------------------
def standing(unit: Unit, which: CustomerId) -> Customer:
    """Return a customer who was not merged into another. Raises `Conflict`."""
    customer = unit.customers.hold(which)
    if customer.merged_into_id:
        raise Conflict(f"{customer.name} was merged into another customer.")
    return customer


def held(unit: Unit, which: CustomerId, address: Address) -> Identity | None:
    for one in unit.customers.identities(which):
        if (one.kind, one.value) == (address.kind, address.value):
            return one
    return None


def row(which: CustomerId, address: Address, proof: Proof, unit: Unit) -> dict[str, Any]:
    return {
        "customer_id": which,
        "kind": address.kind,
        "value": address.value,
        "proof": proof,
        "created_at": unit.now,
    }


def as_it_was(unit: Unit, dropped: dict[str, Any]) -> dict[str, Any]:
    """Return the row of an address that both had."""
    address = Address(kind=dropped["kind"], value=dropped["value"])
    return row(CustomerId(dropped["customer_id"]), address, Proof(dropped["proof"]), unit)


def rewritten(which: CustomerId, name: str, attributes: dict[str, Any]) -> dict[str, Any]:
    return {"which": which, "to_name": name, "to_attributes": attributes}


def tell(unit: Unit, verb: str, done: Merge, *, by: AgentId | None) -> None:
    """Write the event on both records."""
    for who, other in ((done.kept_id, done.merged_id), (done.merged_id, done.kept_id)):
        change = {
            "merge_id": done.id,
            "kept_id": done.kept_id,
            "merged_id": done.merged_id,
            "other_id": other,
            "evidence": done.evidence,
        }
        unit.happened(verb, by=by, customer=who, change=change)
