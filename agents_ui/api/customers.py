"""Customers: who they are, and everything that was ever said with them."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any

from aiohttp import web
from msgspec import UNSET, Meta, Struct
from sqlalchemy import bindparam, case, func, select

from agents_ui.api import views
from agents_ui.api.shapes import (
    ConversationShape,
    CustomerChange,
    CustomerShape,
    NewConsent,
    Page,
    TimelineEntry,
)
from agents_ui.calls import HEADERS, JSON, Call, Endpoints, encode
from agents_ui.problems import Refused
from inbox.actions import customer as verbs
from inbox.actions.consents import Word, record
from inbox.model import Agent, CustomerId
from inbox.store import Unit
from inbox.store.sight import SEEN
from inbox.tables import AccountRow, AttachmentRow, ConversationRow, MessageRow
from inbox.words import gist

endpoints = Endpoints("customers")

Limit = Annotated[int, Meta(ge=1, le=200)]
FILE = (  # what is said of a message without words
    select(AttachmentRow.name)
    .where(AttachmentRow.message_id == MessageRow.id)
    .order_by(AttachmentRow.id)
    .limit(1)
    .scalar_subquery()
)
SAID = (
    select(
        MessageRow.id,
        MessageRow.conversation_id,
        MessageRow.customer_id,
        MessageRow.direction,
        MessageRow.kind,
        AccountRow.kind.label("channel"),
        MessageRow.created_at,
        MessageRow.author_id,
        MessageRow.subject,
        MessageRow.delivery,
        func.substr(func.coalesce(MessageRow.visible_text, MessageRow.text), 1, 800),
        MessageRow.content,
        case((MessageRow.text == "", FILE)),
    )
    .outerjoin(AccountRow, AccountRow.id == MessageRow.account_id)
    .where(MessageRow.customer_id == bindparam("which"), MessageRow.id < bindparam("before"))
    .order_by(MessageRow.id.desc())
    .limit(bindparam("limit"))
)
SEEN_SAID = SAID.join(ConversationRow, ConversationRow.id == MessageRow.conversation_id).where(SEEN)
MATCH = {"If-Match": "The ETag you read; refused with 412 when the record has changed since."}


class PageQuery(Struct, kw_only=True, forbid_unknown_fields=True):
    """Which part of the list."""

    after: str | None = None  #: `next` of the page before
    limit: Limit = 50


@endpoints("GET", "/customers/{id}")
async def customer(call: Call, id: int) -> CustomerShape:  # noqa: A002  # the path's word
    """Read a customer's record: their addresses and attributes. Its ETag serves If-Match."""
    return tagged(await call.read(shown, CustomerId(id)))


def shown(unit: Unit, which: CustomerId) -> CustomerShape:
    known = unit.customers.get(which)
    return views.customer(known, unit.customers.identities(which), unit.consents.of(which))


def tagged(record: CustomerShape) -> CustomerShape:
    body = encode(record)
    headers = {**HEADERS, "ETag": tag(body)}
    return web.Response(  # type: ignore[return-value]  # the shape it carries
        body=body, content_type=JSON, headers=headers
    )


def tag(body: bytes) -> str:
    return f'"{hashlib.sha256(body).hexdigest()[:20]}"'


@endpoints("PATCH", "/customers/{id}", reads=MATCH)
async def change_customer(call: Call, id: int, body: CustomerChange) -> CustomerShape:  # noqa: A002
    """Rename a customer or set attributes; an attribute that is null is removed."""
    match = call.request.headers.get("If-Match")
    return tagged(await call.write(changed, CustomerId(id), body, call.agent, match))


def changed(
    unit: Unit, which: CustomerId, wanted: CustomerChange, agent: Agent, match: str | None
) -> CustomerShape:
    before = shown(unit, which)
    if match not in (None, "*", tag(encode(before))):
        raise Refused(412, "Somebody else changed this record in the meantime.", field="If-Match")
    if isinstance(wanted.name, str):
        if not wanted.name.strip():
            raise Refused(422, "A customer needs a name.", field="name")
        verbs.rename(unit, which, wanted.name, by=agent.id)
    if wanted.attributes is not UNSET:
        verbs.set_attributes(unit, which, wanted.attributes, by=agent.id)
    return shown(unit, which)


@endpoints("POST", "/customers/{id}/consents", status=201)
async def record_consent(call: Call, id: int, body: NewConsent) -> CustomerShape:  # noqa: A002
    """Write down whether a customer wants to be written to at an address, and how you know."""
    return await call.write(recorded, CustomerId(id), body, call.agent)


def recorded(unit: Unit, which: CustomerId, body: NewConsent, agent: Agent) -> CustomerShape:
    word = Word(kind=body.kind, value=body.value, granted=body.granted, source=body.source)
    record(unit, which, word, by=agent.id)
    return shown(unit, which)


@endpoints("GET", "/customers/{id}/conversations")
async def customer_conversations(
    call: Call,
    id: int,  # noqa: A002
    query: PageQuery,
) -> Page[ConversationShape]:
    """List a customer's conversations, the most recently active first."""
    after = views.place(query.after)
    rows = await call.read(theirs, CustomerId(id), call.agent, after, query.limit + 1)
    return views.conversations(rows, query.limit)


def theirs(
    unit: Unit, which: CustomerId, agent: Agent, after: tuple[datetime, int], limit: int
) -> Sequence[Any]:
    unit.customers.get(which)
    seen = unit.sight.of(agent)
    return unit.trays.of_customer(which, agent.id, after=after, limit=limit, seen=seen)


@endpoints("GET", "/customers/{id}/timeline")
async def timeline(call: Call, id: int, query: PageQuery) -> Page[TimelineEntry]:  # noqa: A002
    """List everything said with a customer on every channel, the newest first."""
    before = views.before(query.after)
    rows = await call.read(said, CustomerId(id), call.agent, before, query.limit + 1)
    listed = rows[: query.limit]
    return Page(
        items=[entry(row) for row in listed],
        next=str(listed[-1].id) if len(rows) > query.limit else None,
    )


def said(unit: Unit, which: CustomerId, agent: Agent, before: int, limit: int) -> Sequence[Any]:
    seen = unit.sight.of(agent)
    asked = {"which": which, "before": before, "limit": limit, "agent": agent.id, "now": seen}
    rows = unit.connection.execute(SAID if seen is None else SEEN_SAID, asked).all()
    if not rows:
        unit.customers.get(which)
    return rows


def entry(row: Any) -> TimelineEntry:
    number, talk, who, direction, kind, channel, at, author, subject, delivery, *words = row
    text, content, file = words
    return TimelineEntry(
        id=number,
        at=at,
        verb="note.added" if direction == "note" else "message.added",
        agent_id=author,
        conversation_id=talk,
        customer_id=who,
        message_id=number,
        direction=direction,
        kind=kind,
        channel=channel,
        subject=subject,
        preview=gist(text, content, [file] if file else ()),
        delivery=delivery,
    )
