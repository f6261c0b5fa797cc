"""Conversations: the lists they lie in, one of them opened, and what is done with it."""

from collections.abc import Sequence
from typing import Annotated, Any

from msgspec import UNSET, Meta, Struct
from sqlalchemy import bindparam, select

from agents_ui.api import files, frames, outcomes, views
from agents_ui.api.shapes import (
    Change,
    ConversationShape,
    Draft,
    Envelope,
    EnvelopeChoice,
    EventShape,
    MessageShape,
    NewNote,
    NewReply,
    Page,
    Read,
    Thread,
)
from agents_ui.calls import Call, Endpoints
from agents_ui.front import Front
from agents_ui.problems import Refused
from agents_ui.site import Site
from inbox.actions import conversation as verbs
from inbox.actions import envelope as envelopes
from inbox.actions import window as windows
from inbox.actions.note import note as write_note
from inbox.actions.reply import BOUNDLESS
from inbox.actions.reply import reply as write_reply
from inbox.channel import Capabilities
from inbox.errors import NotFound
from inbox.model import (
    AccountId,
    Agent,
    AgentId,
    ConversationId,
    CustomerId,
    MessageId,
    QueueId,
    Status,
)
from inbox.signing import Signer
from inbox.store import Unit
from inbox.store.trays import Tray
from inbox.tables import EventRow

endpoints = Endpoints("conversations")

PAGE = 50  # messages shown when a conversation is opened
EVENTS_SHOWN = 200
ABOUT = "What it was about is said when it is resolved."
NOTHING = Capabilities(max_text=0)
TOLD = (
    "message.added",
    "message.edited",
    "message.deleted",
    "message.reacted",
    "attachment.fetched",
    "note.added",
    "delivery.changed",
    "conversation.read",
)
EVENTS = (  # what stands between the messages; those tell of themselves
    select(*EventRow.__table__.columns)
    .where(
        EventRow.conversation_id == bindparam("which"),
        EventRow.at >= bindparam("since"),
        EventRow.verb.not_in(TOLD),
    )
    .order_by(EventRow.id.desc())
    .limit(EVENTS_SHOWN)
)

Limit = Annotated[int, Meta(ge=1, le=200)]


class ListQuery(Struct, kw_only=True, forbid_unknown_fields=True):
    """Which conversations to list."""

    list: Tray = Tray.ALL
    queue: Annotated[int, Meta(ge=1, le=2**63 - 1)] | None = None  #: for the list ``queue``
    after: str | None = None  #: `next` of the page before
    limit: Limit = 50


class BackQuery(Struct, kw_only=True, forbid_unknown_fields=True):
    """How far back to go."""

    before: str | None = None  #: `next` of the page before
    limit: Limit = PAGE


@endpoints("GET", "/conversations")
async def conversations(call: Call, query: ListQuery) -> Page[ConversationShape]:
    """List conversations, the most recently active first.

    Those of a queue are in the order of their promises; without one, who waits longest is first.
    """
    if (query.list is Tray.QUEUE) != (query.queue is not None):
        raise Refused(422, "Name a queue with the list of a queue, and only there.", field="queue")
    rows = await call.read(listed, query, call.agent)
    return views.conversations(rows, query.limit, views.turn if query.queue else None)


def listed(unit: Unit, query: ListQuery, agent: Agent) -> Sequence[Any]:
    if query.queue is not None:
        return unit.trays.queue(
            QueueId(query.queue),
            agent.id,
            after=views.turn_after(query.after),
            limit=query.limit + 1,
            seen=unit.sight.of(agent),
        )
    return unit.trays.page(
        query.list,
        agent.id,
        after=views.place(query.after),
        limit=query.limit + 1,
        seen=unit.sight.of(agent),
    )


@endpoints("GET", "/conversations/{id}")
async def thread(call: Call, id: int) -> Thread:  # noqa: A002  # the path's word
    """Open a conversation: its newest messages, and how a reply would leave."""
    return await call.read(opened, ConversationId(id), call.agent, call.front)


def opened(unit: Unit, which: ConversationId, agent: Agent, front: Front) -> Thread:
    unit.sight.check(agent, which)
    line = one_line(unit, which, agent)
    page = paged(unit, which, 2**63 - 1, PAGE, front.desk.signer)
    draft = unit.conversations.draft(which, agent.id)
    return Thread(
        conversation=line,
        messages=page,
        events=between(unit, which, page) if page.items else [],
        envelope=enveloped(unit, which, front.site),
        draft=Draft(text=draft[0], note=draft[1]) if draft else None,
        sequence=frames.newest(unit),
    )


def one_line(unit: Unit, which: ConversationId, agent: Agent) -> ConversationShape:
    rows = unit.trays.lines([which], agent.id)
    if not rows:
        raise NotFound("There is no such conversation.")
    return views.conversation(rows[0])


def paged(
    unit: Unit, which: ConversationId, before: int, limit: int, signer: Signer
) -> Page[MessageShape]:
    """Return a page of messages, the oldest first; its `next` leads back in time."""
    rows = unit.messages.page(which, before=MessageId(before), limit=limit + 1)
    shown = rows[:limit]
    return Page(
        items=views.messages(unit, reversed(shown), signer),
        next=str(shown[-1].id) if len(rows) > limit else None,
    )


def between(unit: Unit, which: ConversationId, page: Page[MessageShape]) -> list[EventShape]:
    """Return what happened since the oldest message shown, or ever when that is the first."""
    since = page.items[0].created_at if page.next else views.EPOCH
    rows = unit.connection.execute(EVENTS, {"which": which, "since": since}).all()
    return [views.event(row) for row in reversed(rows)]


def enveloped(unit: Unit, which: ConversationId, site: Site) -> Envelope:
    """Say how the next reply would leave."""
    talk = unit.conversations.get(which)
    found = envelopes.address(unit, talk)
    capabilities = site.capabilities(found.account.id)
    there = windows.look(unit, talk.customer_id, found.account.id, capabilities)
    reason = found.reason or obstacle(capabilities, there)
    return Envelope(
        account_id=found.account.id,
        channel=found.account.kind,
        sender=found.account.address,
        to=list(found.to),
        copied=list(found.copied),
        subject=found.subject,
        capabilities=capabilities or NOTHING,
        possible=reason is None,
        reason=reason,
        closes_at=there.closes_at,
        window_open=there.open,
        templates=bool(capabilities and capabilities.templates),
        consent=found.consent,
        choices=[
            choice(unit, talk.customer_id, one, site.capabilities(one.account.id))
            for one in envelopes.choices(unit, talk)
            if writes(site.capabilities(one.account.id))
        ],
    )


def choice(
    unit: Unit,
    customer: CustomerId,
    other: envelopes.Envelope,
    capabilities: Capabilities | None,
) -> EnvelopeChoice:
    """Show another way to the customer, and whether one may write there freely now."""
    there = windows.look(unit, customer, other.account.id, capabilities)
    return EnvelopeChoice(
        account_id=other.account.id,
        channel=other.account.kind,
        to=list(other.to),
        closes_at=there.closes_at,
        window_open=there.open,
    )


def obstacle(capabilities: Capabilities | None, there: windows.Window) -> str | None:
    """Say why nothing can be written over an account now."""
    if capabilities is None:
        return "This account is not configured any more."
    if not writes(capabilities):
        return "Nobody can be written to over this account."
    return None if there.open or capabilities.templates else windows.CLOSED


def writes(capabilities: Capabilities | None) -> bool:
    """Tell whether a channel carries words; a telephone does not."""
    return bool(capabilities and capabilities.max_text)


@endpoints("GET", "/conversations/{id}/messages")
async def messages(call: Call, id: int, query: BackQuery) -> Page[MessageShape]:  # noqa: A002
    """Read further back in a conversation; a page is the oldest first."""
    return await call.read(further, ConversationId(id), query, call.agent, call.front.desk.signer)


def further(
    unit: Unit, which: ConversationId, query: BackQuery, agent: Agent, signer: Signer
) -> Page[MessageShape]:
    unit.sight.check(agent, which)
    unit.conversations.get(which)
    return paged(unit, which, views.before(query.before), query.limit, signer)


@endpoints("PATCH", "/conversations/{id}")
async def change(call: Call, id: int, body: Change) -> ConversationShape:  # noqa: A002
    """Assign, resolve, reopen, or put away as spam; what is left out stays."""
    if body.status not in (UNSET, Status.OPEN, Status.RESOLVED):
        raise Refused(422, "A conversation can be opened or resolved here.", field="status")
    if body.outcome is not UNSET and body.status is not Status.RESOLVED:
        raise Refused(422, ABOUT, field="outcome")
    return await call.write(change_it, ConversationId(id), body, call.agent)


def change_it(unit: Unit, which: ConversationId, wanted: Change, agent: Agent) -> ConversationShape:
    unit.sight.check(agent, which)
    if isinstance(wanted.outcome, str):
        outcomes.check(unit, which, wanted.outcome)
    if wanted.assignee_id is not UNSET:
        assign(unit, which, wanted.assignee_id, agent)
    if isinstance(wanted.spam, bool):
        verbs.mark_spam(unit, which, wanted.spam, by=agent.id)
    if wanted.status is Status.RESOLVED:
        outcome = wanted.outcome if isinstance(wanted.outcome, str) else None
        verbs.resolve(unit, which, by=agent.id, outcome=outcome)
    elif wanted.status is Status.OPEN:
        verbs.reopen(unit, which, by=agent.id)
    return one_line(unit, which, agent)


def assign(unit: Unit, which: ConversationId, to: int | None, agent: Agent) -> None:
    """Put it on somebody's desk; an agent nobody knows is a wrong value, not a wrong address."""
    talk = unit.conversations.get(which)
    try:
        verbs.assign(unit, talk.id, None if to is None else AgentId(to), by=agent.id)
    except NotFound:
        raise Refused(422, "There is no such agent.", field="assignee_id") from None


@endpoints("POST", "/conversations/{id}/replies", status=201)
async def reply(call: Call, id: int, body: NewReply) -> MessageShape:  # noqa: A002
    """Answer the customer. It is on disk and will be delivered when this is answered.

    With `last_seen_id` it is refused with 409 when the customer wrote after that message.
    """
    if body.outcome is not None and not body.resolve:
        raise Refused(422, ABOUT, field="outcome")
    given = files.opened(call.front.desk.signer, body.attachments, call.front.desk.blobs)
    return await call.write(reply_it, ConversationId(id), body, given, call.agent, call.front)


def reply_it(  # noqa: PLR0917  # an action takes them in order
    unit: Unit,
    which: ConversationId,
    body: NewReply,
    given: Sequence[Any],
    agent: Agent,
    front: Front,
) -> MessageShape:
    unit.sight.check(agent, which)
    talk = unit.conversations.get(which)
    if body.outcome is not None and not unit.messages.by_client_id(which, body.client_id):
        outcomes.check(unit, which, body.outcome)
    account = AccountId(body.account_id or talk.account_id)
    seen = None if body.last_seen_id is None else MessageId(body.last_seen_id)
    try:
        message = write_reply(
            unit,
            which,
            body.text,
            by=agent.id,
            client_id=body.client_id,
            attachments=given,
            account=account,
            to=body.to,
            copied=body.copied,
            last_seen_id=seen,
            resolve=body.resolve,
            outcome=body.outcome,
            content=body.content,
            answers=None if body.answers_id is None else MessageId(body.answers_id),
            capabilities=front.site.capabilities(account) or BOUNDLESS,
        )
    except NotFound:
        raise Refused(422, "There is no such account.", field="account_id") from None
    return one_message(unit, message, front.desk.signer)


def one_message(unit: Unit, which: MessageId, signer: Signer) -> MessageShape:
    rows = unit.messages.shown([which])
    if not rows:
        raise NotFound("There is no such message.")
    return views.messages(unit, rows, signer)[0]


@endpoints("POST", "/conversations/{id}/notes", status=201)
async def note(call: Call, id: int, body: NewNote) -> MessageShape:  # noqa: A002
    """Write an internal note; it never leaves the desk."""
    given = files.opened(call.front.desk.signer, body.attachments, call.front.desk.blobs)
    which = ConversationId(id)
    return await call.write(note_it, which, body, given, call.agent, call.front.desk.signer)


def note_it(  # noqa: PLR0917  # an action takes them in order
    unit: Unit,
    which: ConversationId,
    body: NewNote,
    given: Sequence[Any],
    agent: Agent,
    signer: Signer,
) -> MessageShape:
    unit.sight.check(agent, which)
    message = write_note(
        unit, which, body.text, by=agent.id, client_id=body.client_id, attachments=given
    )
    return one_message(unit, message, signer)


@endpoints("PUT", "/conversations/{id}/draft")
async def draft(call: Call, id: int, body: Draft) -> None:  # noqa: A002
    """Keep what you have begun to write; an empty text forgets it."""
    await call.write(keep_draft, ConversationId(id), body, call.agent)


def keep_draft(unit: Unit, which: ConversationId, body: Draft, agent: Agent) -> None:
    unit.sight.check(agent, which)
    verbs.save_draft(unit, which, body.text, by=agent.id, note=body.note)


@endpoints("PUT", "/conversations/{id}/read")
async def read(call: Call, id: int, body: Read) -> None:  # noqa: A002
    """Note how far you have read; it never goes back."""
    await call.write(read_it, ConversationId(id), MessageId(body.message_id), call.agent)


def read_it(unit: Unit, which: ConversationId, message: MessageId, agent: Agent) -> None:
    unit.sight.check(agent, which)
    verbs.mark_read(unit, which, message, by=agent.id)
