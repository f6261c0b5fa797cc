"""From rows to shapes: what the store answers, as the wire shows it.

Rows come straight from the store's questions; a list of fifty is built in well under a
millisecond because nothing is validated on its way out.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from agents_ui.api.shapes import (
    AgentShape,
    AttachmentShape,
    ConsentShape,
    ConversationShape,
    CustomerLine,
    CustomerShape,
    EventShape,
    IdentityShape,
    MessageShape,
    OfferLine,
    Page,
    ReactionShape,
)
from agents_ui.problems import Refused
from inbox.actions.reply import AGAIN
from inbox.model import Agent, Attachment, Consent, Customer, Identity, Priority, Reaction
from inbox.notices import Happened
from inbox.signing import Signer
from inbox.store import Unit
from inbox.store.trays import COMMA, FIRST, NEVER, START, Place, Turn

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
LINK_LASTS = 3600  # seconds
PICTURES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
RETRIABLE = frozenset(AGAIN)


class Slice(NamedTuple):
    """Rows of a page, and where the next one begins."""

    rows: Sequence[Any]
    next: str | None


def conversation(row: Any, *, unread: bool | None = None) -> ConversationShape:
    """Show a line of a tray; *unread* replaces what the row says."""
    return ConversationShape(
        id=row[0],
        customer=CustomerLine(id=row[1], name=row[2]),
        account_id=row[3],
        channel=row[4],
        status=row[5],
        subject=row[6],
        preview=row[7],
        created_at=row[8],
        active_at=row[9],
        waiting_since=row[10],
        assignee_id=row[11],
        unread=bool(row[12]) if unread is None else unread,
        spam=row[13],
        last_message_id=row[14],
        queue_id=row[15],
        stage=row[16],
        priority=row[17] or Priority.NORMAL,
        queued_at=row[18],
        promise=row[19],
        due_at=row[20],
        warn_at=row[21],
        tags=sorted(row[22].split(COMMA)) if row[22] else [],
        offer=row[23]
        and OfferLine(id=row[23], agent_id=row[24], expires_at=row[25], offered_at=row[26]),
    )


def conversations(
    rows: Sequence[Any], limit: int, named: Callable[[Any], str] | None = None
) -> Page[ConversationShape]:
    """Show a page of a tray, for which one line more than the *limit* was asked.

    Where its last line is, is *named* by when it was active, unless the tray has another order.
    """
    shown = rows[:limit]
    more = len(rows) > limit
    return Page(
        items=[conversation(row) for row in shown],
        next=(named or active)(shown[-1]) if more else None,
    )


def active(row: Any) -> str:
    return cursor(row.active_at, row.place)


def cursor(at: datetime, place: int) -> str:
    """Name the place after a line. Opaque to clients."""
    return f"{microseconds(at)}-{place}"


def microseconds(at: datetime) -> int:
    return (at - EPOCH) // MICROSECOND


def turn(row: Any) -> str:
    """Name the place after a line of a queue. Opaque to clients."""
    due = microseconds(row.due_at or NEVER)
    return f"{due}-{microseconds(row.queued_at)}-{row.id}"


def turn_after(after: str | None) -> Turn:
    """Undo `turn`; refuses what is none."""
    if after is None:
        return FIRST
    try:
        due, since, number = map(int, after.split("-"))
        return EPOCH + due * MICROSECOND, EPOCH + since * MICROSECOND, bounded(number)
    except (ValueError, OverflowError):
        raise wrong_cursor() from None


def place(after: str | None) -> Place:
    """Undo `cursor`; refuses what is none."""
    if after is None:
        return START
    at, _, number = after.partition("-")
    try:
        return EPOCH + int(at) * MICROSECOND, bounded(int(number))
    except (ValueError, OverflowError):
        raise wrong_cursor() from None


def before(after: str | None, newest: int = 2**63 - 1) -> int:
    """Read the cursor of a list that is ordered by its records' numbers."""
    if after is None:
        return newest
    try:
        return bounded(int(after))
    except ValueError:
        raise wrong_cursor() from None


def bounded(number: int) -> int:
    if not 0 <= number < 2**63:
        raise ValueError(number)
    return number


def wrong_cursor() -> Refused:
    return Refused(422, "That is no cursor of this list.", field="after")


def messages(unit: Unit, rows: Iterable[Any], signer: Signer) -> list[MessageShape]:
    """Show messages with their files, in the order of *rows*."""
    listed = list(rows)
    files: dict[int, list[AttachmentShape]] = {}
    for file in unit.attachments.of([row.id for row in listed]) if listed else ():
        files.setdefault(file.message_id, []).append(attachment(file, signer))
    emojis: dict[int, list[ReactionShape]] = {}
    for one in unit.reactions.of([row.id for row in listed]) if listed else ():
        emojis.setdefault(one.message_id, []).append(reaction(one))
    return [message(row, files.get(row.id, []), emojis.get(row.id, [])) for row in listed]


def message(row: Any, files: list[AttachmentShape], reactions: list[ReactionShape]) -> MessageShape:
    text, quoted = unfolded(row.text, row.visible_text)
    return MessageShape(
        id=row.id,
        conversation_id=row.conversation_id,
        direction=row.direction,
        kind=row.kind,
        channel=row.channel,
        account_id=row.account_id,
        created_at=row.created_at,
        sent_at=row.sent_at,
        text=text,
        quoted=quoted,
        has_html=bool(row.has_html),
        subject=row.subject,
        sender=row.sender,
        sender_name=row.sender_name,
        recipients=row.recipients,
        copied=row.copied,
        author_id=row.author_id,
        delivery=row.delivery,
        reason=row.reason,
        retry=row.delivery in RETRIABLE,
        client_id=row.client_id,
        about_id=row.about_id,
        attachments=files,
        answers_id=row.answers_id,
        content=row.content,
        edited_at=row.edited_at,
        deleted_at=row.deleted_at,
        reactions=reactions,
    )


def unfolded(text: str, visible: str | None) -> tuple[str, str | None]:
    """Split a message into what was said and what was quoted below it.

    >>> unfolded("Yes! > Really?", "Yes!")
    ('Yes!', '> Really?')
    """
    if visible is None or visible == text:
        return text, None
    quoted = text.removeprefix(visible)
    return visible, quoted.strip() or None


def attachment(file: Attachment, signer: Signer) -> AttachmentShape:
    return AttachmentShape(
        id=file.id,
        name=file.name,
        media_type=file.media_type,
        size=file.size,
        url=link(file.id, signer),
        content_id=file.content_id,
        inline=file.inline,
        image=file.media_type in PICTURES,
        pending=not file.blob and file.trouble is None,
        trouble=file.trouble,
    )


def reaction(one: Reaction) -> ReactionShape:
    return ReactionShape(
        emoji=one.emoji, who=one.who, name=one.name, mine=not one.who, agent_id=one.agent_id
    )


def link(file: int, signer: Signer) -> str:
    """Return where a file can be fetched for a while, without signing in."""
    return f"/api/files/{file}?token={signer.sign('file', str(file), seconds=LINK_LASTS)}"


def event(row: Any) -> EventShape:
    return EventShape(
        id=row.id,
        at=row.at,
        verb=row.verb,
        agent_id=row.agent_id,
        conversation_id=row.conversation_id,
        customer_id=row.customer_id,
        message_id=row.message_id,
        for_agent_id=row.for_agent_id,
        change=row.change,
    )


def happened(news: Happened) -> EventShape:
    return EventShape(
        id=news.id,
        at=news.at,
        verb=news.verb,
        agent_id=news.by,
        conversation_id=news.conversation_id,
        customer_id=news.customer_id,
        message_id=news.message_id,
        for_agent_id=news.agent_id,
        change=news.change,
    )


def customer(
    known: Customer, identities: Iterable[Identity], consents: Iterable[Consent] = ()
) -> CustomerShape:
    return CustomerShape(
        id=known.id,
        name=known.name,
        created_at=known.created_at,
        attributes=known.attributes,
        identities=[
            IdentityShape(
                id=one.id,
                kind=one.kind,
                value=one.value,
                proof=one.proof,
                created_at=one.created_at,
            )
            for one in identities
        ],
        consents=[
            ConsentShape(
                kind=one.kind,
                value=one.value,
                granted=one.granted,
                at=one.at,
                source=one.source,
                agent_id=one.agent_id,
            )
            for one in consents
        ],
    )


def agent(known: Agent) -> AgentShape:
    return AgentShape(
        id=known.id,
        name=known.name,
        email=known.email,
        role=known.role,
        archived=known.archived_at is not None,
    )
