"""What the bot could be taught, what speaks for it, and what was decided about it."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, func, insert, select, update

from inbox.errors import NotFound
from inbox.model import Proposal, ProposalId, ProposalState
from inbox.store.numbers import among
from inbox.store.rows import Found
from inbox.tables import ProposalRow

FIELDS = Proposal.__struct_fields__
GIVEN = tuple(field for field in FIELDS if field != "id")
NAMES = {"decided_by": "decided_by_id"}  #: columns that are called otherwise
COLUMNS = [getattr(ProposalRow, NAMES.get(field, field)) for field in FIELDS]
ALL = select(*COLUMNS)
GET = ALL.where(ProposalRow.id == bindparam("which"))
OPEN = (
    ALL.where(ProposalRow.state == "open")
    .order_by(ProposalRow.weight.desc(), ProposalRow.id.desc())
    .limit(bindparam("limit"))
)
DECIDED = (
    ALL.where(ProposalRow.state != "open")
    .order_by(ProposalRow.decided_at.desc(), ProposalRow.id.desc())
    .limit(bindparam("limit"))
)
COUNT = select(func.count()).where(ProposalRow.state == "open")
KNOWN = select(ProposalRow.fingerprint).where(among(ProposalRow.fingerprint, "which"))
OPEN_ONES = ALL.where(ProposalRow.state == "open").order_by(ProposalRow.id)
ADD = insert(ProposalRow).returning(ProposalRow.id)


class Proposals:
    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def get(self, which: ProposalId) -> Proposal:
        """Return a proposal. Raises `NotFound`."""
        row = self.connection.execute(GET, {"which": which}).one_or_none()
        if row is None:
            raise NotFound("There is no such proposal.")
        return as_proposal(row)

    def open(self, *, limit: int = 100) -> Sequence[Proposal]:
        """Return what waits for a decision, what was asked most often first."""
        return [as_proposal(row) for row in self.connection.execute(OPEN, {"limit": limit})]

    def decided(self, *, limit: int = 50) -> Sequence[Proposal]:
        """Return what was decided, the latest decision first."""
        return [as_proposal(row) for row in self.connection.execute(DECIDED, {"limit": limit})]

    def waiting(self) -> int:
        """Count what waits for a decision."""
        return self.connection.scalar(COUNT) or 0

    def known(self, fingerprints: Collection[str]) -> set[str]:
        """Return those of some fingerprints that were proposed before, whatever was decided."""
        return set(self.connection.scalars(KNOWN, {"which": list(fingerprints)}))

    def add(self, **fields: Any) -> ProposalId:
        """Write a proposal; it has all fields of a `Proposal` but its number."""
        row = {NAMES.get(name, name): fields.get(name, DEFAULTS.get(name)) for name in GIVEN}
        return ProposalId(self.connection.execute(ADD, row).scalar_one())

    def change(self, which: ProposalId, **fields: Any) -> None:
        """Set some fields of a proposal."""
        row = {NAMES.get(name, name): value for name, value in fields.items()}
        self.connection.execute(update(ProposalRow).where(ProposalRow.id == which).values(**row))

    def settle(self, which: ProposalId, expected: ProposalState, **fields: Any) -> bool:
        """Set fields of a proposal that still is in a state; False when it is not."""
        row = {NAMES.get(name, name): value for name, value in fields.items()}
        statement = update(ProposalRow).where(
            ProposalRow.id == which, ProposalRow.state == expected.value
        )
        return bool(self.connection.execute(statement.values(**row)).rowcount)


DEFAULTS: dict[str, Any] = {
    "state": "open",
    "title": "",
    "questions": [],
    "answer": "",
    "sources": [],
    "weight": 1,
}


def as_proposal(row: Found) -> Proposal:
    fields = dict(zip(FIELDS, row, strict=True))
    fields["state"] = ProposalState(fields["state"])
    fields["questions"] = tuple(fields["questions"])
    fields["sources"] = tuple(fields["sources"])
    return Proposal(**fields)
