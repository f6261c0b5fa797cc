"""A channel heard something: record it once, then let routing know."""

from collections.abc import Sequence
from typing import Any

from msgspec import to_builtins

from inbox.actions import bot, calling, rating
from inbox.actions.board import (
    TOO_MANY,
    Board,
    Key,
    Known,
    Person,
    Place,
    Talk,
    named,
    place,
    plausible,
    speaker,
    tight,
)
from inbox.actions.consents import Word, note_consent
from inbox.actions.envelope import bare
from inbox.actions.people import at, describe, hold, introduce, newcomer
from inbox.actions.receipts import MAX_REASON, advance, note_receipt
from inbox.actions.threads import find_home, open_talk
from inbox.actions.understood import Understood
from inbox.actions.updates import catch_up, note_change, quote, write_changes
from inbox.channel import File, Heard, Inbound, Profile, Receipt
from inbox.jobs import Fetch, Route
from inbox.model import (
    Address,
    Call,
    CustomerId,
    Delivery,
    JournalState,
    Kind,
    MessageId,
    Pressed,
    Proof,
)
from inbox.notices import Seen
from inbox.store import Unit
from inbox.store.attachments import Given
from inbox.words import clean, cleaned, cut, gist

MAX_TEXT = 2_000_000
MAX_SUBJECT = 998  #: characters of a header line (RFC 5322)
MAX_NAME = 200
RANKS = {JournalState.DUPLICATE: 0, JournalState.UPDATE: 1, JournalState.MESSAGE: 2}


def hear(unit: Unit, batch: Sequence[Understood]) -> None:
    """Record what was understood of some rows of the journal, and settle each row.

    What was heard before is recognised and dropped. All of it is one transaction: when
    this raises, nothing of *batch* has happened.
    """
    waiting = unit.journal.still_waiting([one.journal_id for one in batch])
    fresh = [one for one in batch if one.journal_id in waiting]
    board = Board(unit, fresh)
    for one in fresh:
        state, reason = take_in(board, one)
        unit.journal.settle(one.journal_id, state, reason)
    board.write()
    write_changes(board)
    follow(board)
    for conversation in board.routed:
        unit.enqueue(Route(conversation_id=conversation))


def follow(board: Board) -> None:
    """Do what follows from what was written: files are fetched, wishes are heeded."""
    unit = board.unit
    if board.with_bot:
        bot.listen(unit, board.with_bot)
    if board.spoken:
        bot.yield_to_ours(unit, board.spoken)
    for call in board.begun:
        calling.begin(unit, call)
    for account, news in board.told:
        calling.tell(unit, account, news)
    for customer, message, word in board.consents:
        note_consent(unit, customer, word, message=message)
    if awaited := [number for number, file in board.files if not file.blob]:
        accounts = {row["id"]: row["account_id"] for row in board.messages}
        for file, message in unit.attachments.awaited(awaited):
            unit.enqueue(Fetch(attachment_id=file, account_id=accounts[message]))


def take_in(board: Board, one: Understood) -> tuple[JournalState, str | None]:
    """Record what a row of the journal says, and return what has become of the row."""
    if reason := objection(board, one):
        change = {"reason": reason}
        board.unit.happened("journal.quarantined", journal=one.journal_id, change=change)
        return JournalState.QUARANTINED, reason
    states = [take(board, one, heard) for heard in one.heard or ()]
    if not states:
        return JournalState.UPDATE, "There was nothing in it."
    return max(states, key=RANKS.__getitem__), None


def objection(board: Board, one: Understood) -> str | None:
    """Say why a row has to wait for a person."""
    account = board.accounts.get(one.account)
    if one.heard is None:
        return cut(one.reason or "Nobody could read it.", MAX_REASON)
    if account is None or account.archived_at:
        return "Its account is not configured any more."
    said = [heard for heard in one.heard if isinstance(heard, Inbound)]
    if any(not heard.external_id.strip() for heard in said):
        return "It has no id of its own, so that a repeat could not be recognised."
    if any(heard.from_us and nobody(board, one, heard) for heard in said):
        return "It was said on our side, to somebody who has not written yet."
    return None


def nobody(board: Board, one: Understood, said: Inbound) -> bool:
    """Tell whether nothing says whom we spoke to."""
    thread = (one.account, tight(said.thread)) if said.thread else None
    return not said.recipients and thread not in board.threads


def take(board: Board, one: Understood, heard: Heard) -> JournalState:
    match heard:
        case Inbound():
            return receive(board, one, heard)
        case Receipt():
            note_receipt(board, one.account, heard)
        case Profile():
            introduce(board, one.account, heard)
        case _:
            note_change(board, one.account, heard)
    return JournalState.UPDATE


def receive(board: Board, one: Understood, said: Inbound) -> JournalState:
    """Log *said* on its customer's record, unless it stands there already."""
    key = one.account, tight(said.external_id)
    if key in board.known:
        return JournalState.DUPLICATE
    whose = speaker(said)
    person = None if said.proof is Proof.CLAIMED else at(board, whose)
    kind = kind_of(board, said, person)
    home = find_home(board, one, said, person, kind)
    talk = home.talk
    client = tight(said.client_id) if said.client_id else None
    if talk and client and (there := board.called.get((talk.id, client))):
        if there == "in":
            return JournalState.DUPLICATE
        client = None  # somebody else's name for something else
    if talk is None:
        person = person or newcomer(board, whose, said.proof)
        talk = open_talk(board, one, said, person, home.suspected)
    elif person is None or person.id != talk.customer_id:
        person = recognised(board, talk, said) or member(board, said, person)
    if person and not said.from_us:
        learn(board, person, said)
    row = message_row(board, one, said, talk, kind=kind, client_id=client)
    record(board, said, talk, row, about=home.about)
    if said.consent is not None:
        wish(board, said, person.id if person else talk.customer_id, row)
    return JournalState.MESSAGE


def wish(board: Board, said: Inbound, customer: CustomerId, row: dict[str, Any]) -> None:
    """Note that the customer wants to be written to here, or does not."""
    word = Word(
        kind=board.accounts[row["account_id"]].kind,
        value=row["sender"],
        granted=bool(said.consent),
        source=f"wrote {cut(' '.join(said.text.split()), 40)}",
    )
    board.consents.append((customer, row["id"], word))


# --- what it is ---------------------------------------------------------------------------
def kind_of(board: Board, said: Inbound, person: Person | None) -> Kind:
    """Tell a loop from a person: our own words come back, or nobody types that fast."""
    if said.kind is not Kind.MESSAGE or said.from_us:
        return said.kind
    if said.thread is None and bare(said.sender.value) in board.ours:
        return Kind.AUTO_REPLY
    name = tight(said.external_id)
    same = [board.known.get((account, name)) for account in board.accounts]
    if any(known and known.direction == "out" for known in same):
        return Kind.AUTO_REPLY
    if person and board.is_fresh(said) and board.lately[person.id] >= TOO_MANY:
        return Kind.AUTO_REPLY
    return Kind.MESSAGE


# --- who it is from -----------------------------------------------------------------------
def recognised(board: Board, talk: Talk, said: Inbound) -> Person | None:
    """Return the customer of *talk* when the sender's address is one they claimed before."""
    if said.proof is Proof.CLAIMED or place(said.sender) in board.owners:
        return None
    if place(said.sender) not in board.held_by(talk.customer_id):
        return None
    return board.person(talk.customer_id)


def member(board: Board, said: Inbound, person: Person | None) -> Person | None:
    """Return who speaks in a group: a customer of their own, in another's conversation."""
    if said.thread is None or said.proof is Proof.CLAIMED or said.from_us:
        return None
    return person or newcomer(board, said.sender, said.proof)


def learn(board: Board, person: Person, said: Inbound) -> None:
    """Write on the sender's record what the message says of them."""
    where: Place = place(said.sender)
    if said.proof is not Proof.CLAIMED:
        owner = board.owners.get(where)
        if owner is None or said.proof.outranks(owner.proof):
            hold(board, person, where, said.proof)
    for address in said.also:
        hold(board, person, place(address), Proof.CLAIMED)
    if said.sender.name or said.attributes:
        describe(board, person, where, said.sender.name, said.attributes)


# --- what is written ----------------------------------------------------------------------
def message_row(
    board: Board, one: Understood, said: Inbound, talk: Talk, *, kind: Kind, client_id: str | None
) -> dict[str, Any]:
    text = cut(said.text, MAX_TEXT)
    return {
        "id": MessageId(next(board.message_ids)),
        "conversation_id": talk.id,
        "customer_id": talk.customer_id,
        "account_id": one.account,
        "direction": "out" if said.from_us else "in",
        "kind": kind,
        "created_at": board.now,
        "sent_at": plausible(said.sent_at),
        "text": text,
        "visible_text": None if said.visible_text is None else cut(said.visible_text, MAX_TEXT),
        "html": None if said.html is None else clean(said.html),
        "subject": cut(said.subject, MAX_SUBJECT) if said.subject else None,
        "sender": place(said.sender)[1],
        "sender_name": cut(said.sender.name, MAX_NAME) if said.sender.name else None,
        "reply_to": place(said.reply_to)[1] if said.reply_to else None,
        "recipients": values(said.recipients),
        "copied": values(said.copied),
        "author_id": None,
        "delivery": Delivery.SENT if said.from_us else None,
        "reason": None,
        "external_id": tight(said.external_id),
        "client_id": client_id,
        "about_id": None,
        "answers_id": None,
        "content": None if said.content is None else cleaned(to_builtins(said.content)),
        "edited_at": None,
        "deleted_at": None,
        "revision": 0,
        "journal_id": one.journal_id,
    }


def values(whom: Sequence[Address]) -> list[str]:
    return [place(one)[1] for one in whom]


def record(
    board: Board, said: Inbound, talk: Talk, row: dict[str, Any], *, about: Known | None
) -> None:
    """Put a message into its conversation, with everything that follows from it."""
    number = row["id"]
    row["about_id"] = about.id if about else None
    key: Key = row["account_id"], row["external_id"]
    quote(board, row["account_id"], said, row)
    board.add_message(row)
    board.files += [(number, given(file)) for file in said.files if file.blob or file.source]
    board.known[key] = Known(number, talk.id, talk.customer_id, row["direction"], row["delivery"])
    if isinstance(said.content, Call):
        board.begun.append(number)
    if row["client_id"]:
        board.called[talk.id, row["client_id"]] = row["direction"]
    if said.thread is None:
        remember_references(board, said, talk, row["account_id"])
        board.lately[talk.customer_id] += board.is_fresh(said)
    board.unit.happened(
        "message.added",
        conversation=talk.id,
        customer=talk.customer_id,
        message=number,
        journal=row["journal_id"],
        seen=seen(board, said, talk, row),
    )
    move(board, talk, row, said)
    if key in board.awaited:
        catch_up(board, key, row)
    if about and row["kind"] is Kind.BOUNCE:
        bounce(board, said, about)


def seen(board: Board, said: Inbound, talk: Talk, row: dict[str, Any]) -> Seen | None:
    """Return what browsers will see of a message, when none of it lies only in the store."""
    customer = board.people.get(talk.customer_id)
    key: Key = row["account_id"], row["external_id"]
    if customer is None or said.files or key in board.awaited:
        return None
    return Seen(talk, customer, board.accounts, row)


def given(file: File) -> Given:
    return Given(
        blob=file.blob or "",
        name=cut(file.name, MAX_NAME) or "file",
        media_type=cut(file.media_type, MAX_NAME),
        size=file.size,
        content_id=cut(file.content_id, MAX_NAME) if file.content_id else None,
        inline=file.inline,
        source=None if file.blob else clean(file.source or ""),
    )


def remember_references(board: Board, said: Inbound, talk: Talk, account: int) -> None:
    """Note the messages that *said* answers and we do not have, in case they come later."""
    for name in named(said):
        key = account, name
        if key not in board.known and key not in board.references:
            board.references[key] = board.named_here[key] = talk.id


def move(board: Board, talk: Talk, row: dict[str, Any], said: Inbound) -> None:
    """Bring a conversation up to date; only a person's message opens it again."""
    talk.active_at = board.now
    talk.last_message_id = row["id"]
    if not said.from_us:
        talk.last_heard_id = row["id"]
    files = (file.name for file in said.files)
    talk.preview = gist(row["visible_text"] or row["text"], row["content"], files)
    talk.subject = talk.subject or row["subject"]
    if talk.id not in board.new_talks:
        board.moved_talks[talk.id] = talk
    if row["kind"] is not Kind.MESSAGE:
        return
    talk.account_id = row["account_id"]
    if said.from_us:
        talk.waiting_since = None
        if talk.status == "pending":
            board.spoken[talk.id] = None
    if talk.spam or said.from_us or is_rating(board, talk, row, said):
        return
    if talk.status == "pending":
        board.with_bot[talk.id] = None
    elif not talk.waits_for_anybody:
        board.routed[talk.id] = None
    talk.waiting_since = talk.waiting_since or board.now
    if talk.status in {"resolved", "snoozed"}:
        change = {"status": [talk.status, "open"], "reason": "The customer wrote."}
        board.unit.happened(
            "conversation.reopened",
            conversation=talk.id,
            customer=talk.customer_id,
            message=row["id"],
            change=change,
        )
        talk.status = "open"


def is_rating(board: Board, talk: Talk, row: dict[str, Any], said: Inbound) -> bool:
    """Tell whether a message says no more than how its customer was served, and write it down."""
    pressed = isinstance(said.content, Pressed)
    if not pressed and talk.status != "resolved":
        return False
    answer = rating.understand(row["visible_text"] or row["text"], said.content)
    which = (talk.id, talk.customer_id, row["id"])
    return rating.given(board.unit, *which, answer, pressed=pressed)


def bounce(board: Board, said: Inbound, about: Known) -> None:
    """Write on a message of ours that it did not arrive, in the remote server's words."""
    for failure in said.failures:
        if failure.final:
            words = failure.reason or failure.status or "The mail came back."
            advance(board, about, Delivery.FAILED, words)
