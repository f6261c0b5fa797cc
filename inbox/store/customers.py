"""Who the customers are, and the addresses that are theirs."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, func, insert, select, text, update

from inbox.errors import NotFound
from inbox.model import Address, Customer, CustomerId, Identity, Proof
from inbox.store.numbers import among, numbered
from inbox.store.rows import Found, Question
from inbox.tables import CustomerRow, IdentityRow

CUSTOMER = Customer.__struct_fields__
IDENTITY = Identity.__struct_fields__
OWNED = text("identity.proof <> 'claimed'")  # written out, for the partial index
COLUMNS = [getattr(CustomerRow, field) for field in CUSTOMER]
IDENTITY_COLUMNS = [getattr(IdentityRow, field) for field in IDENTITY]
GET = select(*COLUMNS).where(CustomerRow.id == bindparam("which"))
HOLD = GET.with_for_update(key_share=True)
SOME = select(*COLUMNS).where(numbered(CustomerRow.id, "which"))
IDENTITIES = (
    select(*IDENTITY_COLUMNS)
    .where(IdentityRow.customer_id == bindparam("which"))
    .order_by(IdentityRow.id)
)
OWNERS = select(*IDENTITY_COLUMNS).where(
    IdentityRow.kind == bindparam("kind"), among(IdentityRow.value, "values"), OWNED
)
HELD = select(*IDENTITY_COLUMNS).where(numbered(IdentityRow.customer_id, "which"))
NAMED = (
    select(*COLUMNS)
    .where(
        func.lower(CustomerRow.name).like(bindparam("like"), escape="\\"),
        CustomerRow.merged_into_id.is_(None),
    )
    .order_by(CustomerRow.id.desc())
    .limit(bindparam("limit"))
)
REACHED = (
    select(*COLUMNS)
    .join(IdentityRow, IdentityRow.customer_id == CustomerRow.id)
    .where(
        among(IdentityRow.kind, "kinds"),
        IdentityRow.value == bindparam("value"),
        CustomerRow.merged_into_id.is_(None),
    )
    .order_by(CustomerRow.id.desc())
    .limit(bindparam("limit"))
)
ADD = insert(CustomerRow)
ADD_IDENTITY = insert(IdentityRow)
PROVE = (
    update(IdentityRow)
    .where(IdentityRow.id == bindparam("which"))
    .values(proof=bindparam("to_proof"))
)
CHANGE = (
    update(CustomerRow)
    .where(CustomerRow.id == bindparam("which"))
    .values(name=bindparam("to_name"), attributes=bindparam("to_attributes"))
)


LITERAL = str.maketrans({sign: f"\\{sign}" for sign in "\\%_"})


def as_identity(row: Found) -> Identity:
    """Make a value of *row*."""
    fields = dict(zip(IDENTITY, row, strict=True))
    fields["proof"] = Proof(fields["proof"])
    return Identity(**fields)


def as_customer(row: Found) -> Customer:
    """Make a value of *row*."""
    return Customer(**dict(zip(CUSTOMER, row, strict=True)))


class Customers:
    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def get(self, which: CustomerId) -> Customer:
        """Return a customer. Raises `NotFound`."""
        return self.found(GET, which)

    def hold(self, which: CustomerId) -> Customer:
        """Return a customer whom nobody else changes until the commit. Raises `NotFound`."""
        return self.found(HOLD, which)

    def found(self, question: Question, which: CustomerId) -> Customer:
        row = self.connection.execute(question, {"which": which}).one_or_none()
        if row is None:
            raise NotFound("There is no such customer.")
        return as_customer(row)

    def search(self, words: str, kinds: Sequence[str], limit: int) -> Sequence[Customer]:
        """Return customers who have that address of some *kinds*, or else that in their name."""
        asked = {"value": words, "kinds": kinds, "limit": limit}
        found = self.connection.execute(REACHED, asked).all()
        if not found:
            like = f"%{words.lower().translate(LITERAL)}%"
            found = self.connection.execute(NAMED, {"like": like, "limit": limit}).all()
        return [as_customer(row) for row in found]

    def some(self, which: Sequence[CustomerId]) -> Sequence[Customer]:
        """Return several customers, in no particular order."""
        return [as_customer(row) for row in self.connection.execute(SOME, {"which": which})]

    def identities(self, which: CustomerId) -> Sequence[Identity]:
        """Return the addresses of a customer, the first known first."""
        return [as_identity(row) for row in self.connection.execute(IDENTITIES, {"which": which})]

    def owners(self, kind: str, values: Sequence[str]) -> Sequence[Identity]:
        """Return who owns which of *values*; what was only claimed has no owner."""
        asked = {"kind": kind, "values": values}
        return [as_identity(row) for row in self.connection.execute(OWNERS, asked)]

    def owner(self, address: Address) -> CustomerId | None:
        """Return whose *address* is."""
        found = self.owners(address.kind, [address.value])
        return found[0].customer_id if found else None

    def held(self, which: Sequence[CustomerId]) -> Sequence[Identity]:
        """Return every address of several customers."""
        return [as_identity(row) for row in self.connection.execute(HELD, {"which": which})]

    def add(self, rows: Sequence[dict[str, Any]]) -> None:
        """Write new customers, whose keys were reserved before."""
        self.connection.execute(ADD, rows)

    def add_identities(self, rows: Sequence[dict[str, Any]]) -> None:
        """Write new addresses of customers."""
        self.connection.execute(ADD_IDENTITY, rows)

    def prove(self, rows: Sequence[dict[str, Any]]) -> None:
        """Raise the proof of identities; rows are ``{"which": …, "to_proof": …}``."""
        self.connection.execute(PROVE, rows)

    def change(self, rows: Sequence[dict[str, Any]]) -> None:
        """Set names and attributes: ``{"which": …, "to_name": …, "to_attributes": …}``."""
        self.connection.execute(CHANGE, rows)
