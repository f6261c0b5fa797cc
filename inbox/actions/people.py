"""Who somebody is: what was typed, what was heard, and what was proved.

An address belongs to the customer who was *heard* or *verified* there; what was only
*claimed* is written on the record of whoever claimed it, and leads nobody anywhere.
See docs/decisions/0003-three-degrees-of-proof.md.
"""

import hashlib
from collections.abc import Mapping
from math import isfinite
from typing import Any

from inbox.actions.board import Board, Claim, Person, Place, place, tight
from inbox.actions.customer import MAX_ATTRIBUTES, MAX_NAME, merged
from inbox.channel import Profile
from inbox.model import AccountId, Address, CustomerId, Proof
from inbox.words import cut


def automatic_name(value: str) -> str:
    """Return what somebody is called who did not say a name: their address, if it has a look."""
    if "@" in value or value.startswith("+"):
        return value
    return f"Visitor {hashlib.sha256(value.encode()).hexdigest()[:4].upper()}"


def chosen_name(name: str | None) -> str | None:
    return cut(" ".join(name.split()), MAX_NAME) if name and name.strip() else None


def newcomer(board: Board, address: Address, proof: Proof) -> Person:
    """Begin the record of somebody at an address that nobody owns."""
    where = place(address)
    name = chosen_name(address.name) or automatic_name(where[1])
    person = Person(CustomerId(next(board.customer_ids)), name, {})
    board.people[person.id] = board.new_people[person.id] = person
    claim = Claim(person.id, proof)
    board.held[person.id] = {where: claim}
    board.new_claims.append((where, claim))
    if proof is not Proof.CLAIMED:
        board.owners[where] = claim
    return person


def at(board: Board, address: Address) -> Person | None:
    """Return whose *address* is."""
    claim = board.owners.get(place(address))
    return board.person(claim.customer_id) if claim else None


def hold(board: Board, person: Person, where: Place, proof: Proof) -> None:
    """Put an address on somebody's record; its proof only ever rises."""
    owner = board.owners.get(where)
    if owner and owner.customer_id != person.id:
        proof = Proof.CLAIMED  # it is another's: not taken from them, nor are the two merged
    held = board.held_by(person.id)
    claim = held.get(where)
    if claim is None:
        claim = held[where] = Claim(person.id, proof)
        board.new_claims.append((where, claim))
        tell_identity(board, person, where, claim, owner)
    elif proof.outranks(claim.proof):
        claim.proof = proof
        if claim.id is not None:
            board.proved[claim.id] = claim
        tell_identity(board, person, where, claim, owner)
    if claim.proof is not Proof.CLAIMED:
        board.owners[where] = claim


def tell_identity(
    board: Board, person: Person, where: Place, claim: Claim, owner: Claim | None
) -> None:
    change: dict[str, Any] = {"kind": where[0], "value": where[1], "proof": claim.proof}
    if owner and owner.customer_id != person.id:
        change["owner"] = owner.customer_id
    board.unit.happened("identity.added", customer=person.id, change=change)


def describe(
    board: Board, person: Person, where: Place, name: str | None, attributes: Mapping[str, Any]
) -> None:
    """Write on somebody's record what they say of themselves.

    A name replaces one that the desk made up; one that a person wrote stays.
    """
    change: dict[str, Any] = {}
    chosen = chosen_name(name)
    if chosen and chosen != person.name and person.name == automatic_name(where[1]):
        change["name"] = [person.name, chosen]
        person.name = chosen
    after = bounded(person.attributes, attributes)
    if after != person.attributes:
        change["attributes"] = {
            key: [person.attributes.get(key), value]
            for key, value in after.items()
            if person.attributes.get(key) != value
        }
        person.attributes = after
    if change:
        if person.id not in board.new_people:
            board.changed_people[person.id] = person
        board.unit.happened("customer.changed", customer=person.id, change=change)


def bounded(before: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """Return *before* with what was *given*; what would be too much is left out."""
    plain = {
        str(key): value if is_plain(value) else str(value)
        for key, value in given.items()
        if value is not None
    }
    after = merged(before, plain)
    return after if len(after) <= MAX_ATTRIBUTES else dict(before)


def is_plain(value: Any) -> bool:
    """Tell whether JSON can say *value* everywhere; it has no endless numbers, nor huge ones."""
    if isinstance(value, float):
        return isfinite(value)
    if isinstance(value, int):
        return -(2**53) <= value <= 2**53
    return isinstance(value, str)


def introduce(board: Board, account: AccountId, profile: Profile) -> None:
    """Write on somebody's record what they, or the site they are on, say of them."""
    person = introduced(board, account, profile)
    if person is None:
        return
    where = place(profile.who)
    if profile.proof is not Proof.CLAIMED:
        hold(board, person, where, profile.proof)
    for address, proof in profile.also:
        hold(board, person, place(address), proof)
    describe(board, person, where, profile.name, profile.attributes)


def introduced(board: Board, account: AccountId, profile: Profile) -> Person | None:
    """Find out of whom *profile* speaks; nobody is found by what is merely claimed."""
    talk = board.threads.get((account, tight(profile.thread))) if profile.thread else None
    if profile.proof is Proof.CLAIMED:
        return board.person(talk.customer_id) if talk else None
    if person := at(board, profile.who):
        return person
    if talk:
        return board.person(talk.customer_id)
    for address, proof in profile.also:
        if proof is Proof.VERIFIED and (person := at(board, address)):
            return person
    return newcomer(board, profile.who, profile.proof)
