"""Who is who: finding customers, linking addresses, merging and parting."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

from msgspec import Meta, Struct

from agents_ui.api import views
from agents_ui.api.customers import shown
from agents_ui.api.shapes import CustomerShape, Id, Page, Shape
from agents_ui.calls import Call, Endpoints
from inbox.actions import merge as verbs
from inbox.model import AgentId, CustomerId, IdentityId, MergeId
from inbox.store import Unit
from inbox.store.merges import Merge

endpoints = Endpoints("customers")


class SearchQuery(Struct, kw_only=True, forbid_unknown_fields=True):
    """Whom to find."""

    q: Annotated[str, Meta(min_length=2, max_length=200)]  #: a part of the name, or an address
    limit: Annotated[int, Meta(ge=1, le=50)] = 20


class NewIdentity(Shape):
    kind: str  #: such as ``phone`` or ``email``
    value: str


class NewMerge(Shape):
    other_id: Id  #: who turned out to be this customer
    evidence: str  #: how you know


class MergeShape(Struct, kw_only=True):
    """Two customers who are one, and how that is known."""

    id: int
    kept_id: int
    merged_id: int
    at: datetime
    agent_id: int | None
    evidence: str
    undone_at: datetime | None
    conversations: int  #: how many came with them
    addresses: int


class Alike(Struct, kw_only=True):
    """Another customer with one of the same addresses."""

    id: int
    name: str
    kind: str
    value: str


@endpoints("GET", "/customers")
async def search(call: Call, query: SearchQuery) -> Page[CustomerShape]:
    """Find customers by an address of theirs, or else by a part of their name."""
    return Page(items=list(await call.read(found, query.q.strip(), query.limit)))


def found(unit: Unit, words: str, limit: int) -> Sequence[CustomerShape]:
    return [
        views.customer(one, unit.customers.identities(one.id))
        for one in unit.customers.search(words, kinds(unit), limit)
    ]


def kinds(unit: Unit) -> list[str]:
    """Return every kind of address that an account of the desk reaches, or ever did."""
    reached = {one.address_kind or one.kind for one in unit.accounts.all()}
    return sorted(reached | {"email", "phone"})


@endpoints("POST", "/customers/{id}/identities", status=201)
async def link(call: Call, id: int, body: NewIdentity) -> CustomerShape:  # noqa: A002  # the path's word
    """Write down an address of a customer; 409 when it is somebody else's."""
    return await call.write(linked, CustomerId(id), body, call.agent.id)


def linked(unit: Unit, which: CustomerId, wanted: NewIdentity, agent: AgentId) -> CustomerShape:
    verbs.link(unit, which, wanted.kind, wanted.value, by=agent)
    return shown(unit, which)


@endpoints("DELETE", "/customers/{id}/identities/{identity}")
async def unlink(call: Call, id: int, identity: int) -> CustomerShape:  # noqa: A002
    """Take an address off a customer; what was said over it stays."""
    return await call.write(unlinked, CustomerId(id), IdentityId(identity), call.agent.id)


def unlinked(unit: Unit, which: CustomerId, identity: IdentityId, agent: AgentId) -> CustomerShape:
    verbs.unlink(unit, which, identity, by=agent)
    return shown(unit, which)


@endpoints("GET", "/customers/{id}/alike")
async def alike(call: Call, id: int) -> Page[Alike]:  # noqa: A002
    """List who else uses one of this customer's addresses: they may be one."""
    return Page(items=await call.read(similar, CustomerId(id)))


def similar(unit: Unit, which: CustomerId) -> list[Alike]:
    unit.customers.get(which)
    rows = unit.merges.alike(which)
    names = {one.id: one.name for one in unit.customers.some([CustomerId(row[0]) for row in rows])}
    return [Alike(id=row[0], name=names[row[0]], kind=row[1], value=row[2]) for row in rows]


@endpoints("POST", "/customers/{id}/merge", status=201)
async def merge(call: Call, id: int, body: NewMerge) -> MergeShape:  # noqa: A002
    """Make one customer of two; it can be undone."""
    return as_shape(await call.write(merged, CustomerId(id), body, call.agent.id))


def merged(unit: Unit, which: CustomerId, wanted: NewMerge, agent: AgentId) -> Merge:
    number = verbs.merge(unit, which, CustomerId(wanted.other_id), wanted.evidence, by=agent)
    return unit.merges.get(number)


@endpoints("GET", "/customers/{id}/merges")
async def merges(call: Call, id: int) -> Page[MergeShape]:  # noqa: A002
    """List the merges that a customer took part in, the newest first."""
    return Page(items=[as_shape(one) for one in await call.read(all_of, CustomerId(id))])


def all_of(unit: Unit, which: CustomerId) -> Sequence[Merge]:
    unit.customers.get(which)
    return unit.merges.of(which)


@endpoints("POST", "/merges/{id}/undo")
async def undo(call: Call, id: int) -> MergeShape:  # noqa: A002
    """Part two customers again; each gets back what was theirs."""
    return as_shape(await call.write(parted, MergeId(id), call.agent.id))


def parted(unit: Unit, which: MergeId, agent: AgentId) -> Merge:
    return verbs.part(unit, which, by=agent)


def as_shape(done: Merge) -> MergeShape:
    return MergeShape(
        id=done.id,
        kept_id=done.kept_id,
        merged_id=done.merged_id,
        at=done.at,
        agent_id=done.agent_id,
        evidence=done.evidence,
        undone_at=done.undone_at,
        conversations=len(done.moved["conversations"]),
        addresses=len(done.moved["identities"]),
    )
