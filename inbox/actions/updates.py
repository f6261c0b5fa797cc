"""Changes of a message: edits, deletions, emojis, quotes. Any of them may come before it.

They may also come in any order. The provider's number of a change says which is the newest,
and what was deleted stays so; hence the order in which we hear of them makes no difference.
"""

from typing import Any

from msgspec import json, to_builtins
from sqlalchemy import bindparam, delete, select

from inbox.actions.board import Awaited, Board, Key, place, plausible, tight
from inbox.channel import Called, Deleted, Edited, Inbound, Reacted
from inbox.model import AccountId, MessageId, Value
from inbox.store.bulk import Bulk
from inbox.store.numbers import numbered
from inbox.store.reactions import KEEP
from inbox.store.rewrite import Rewrite
from inbox.tables import EarlyUpdateRow, MessageRow, ReactionRow
from inbox.words import clean, cleaned, cut, gist

MAX_TEXT = 2_000_000
MAX_EMOJI = 64
MAX_NAME = 200
RECORDED = 10_000  #: characters of an earlier wording that the record keeps
HIGHEST = 2**63 - 1


class Quoted(Value):
    """A message that is quoted by one which is here already."""

    external_id: str
    by: MessageId


Change = Edited | Deleted | Reacted | Called | Quoted
KINDS: dict[str, type[Any]] = {
    kind.__name__.lower(): kind for kind in (Edited, Deleted, Reacted, Called, Quoted)
}


STANDING = (
    "id",
    "conversation_id",
    "customer_id",
    "direction",
    "journal_id",
    "text",
    "visible_text",
    "html",
    "content",
    "edited_at",
    "deleted_at",
    "revision",
    "answers_id",
)
CHANGED = STANDING[5:]
LOAD = select(*(getattr(MessageRow, name) for name in STANDING)).where(
    MessageRow.id == bindparam("which")
)
EMOJIS = select(ReactionRow.who, ReactionRow.emoji, ReactionRow.revision).where(
    ReactionRow.message_id == bindparam("which")
)
WRITE = Rewrite(MessageRow, *CHANGED)
KEEP_EARLY = Bulk(EarlyUpdateRow, "account_id", "external_id", "heard", "created_at")
FORGET = delete(EarlyUpdateRow).where(numbered(EarlyUpdateRow.id, "which"))


def awaited(change: Change) -> Awaited:
    told = cleaned(to_builtins(change))
    return Awaited(json.encode((type(change).__name__.lower(), told)).decode())


def read(heard: str) -> Change:
    kind, change = json.decode(heard, type=tuple[str, Any])
    found: Change = json.decode(json.encode(change), type=KINDS[kind])
    return found


# --- before its message, or after ---------------------------------------------------------
def note_change(board: Board, account: AccountId, change: Change) -> None:
    """Change a message, now or as soon as it comes."""
    key = account, tight(change.external_id)
    known = board.known.get(key)
    if known is None:
        board.awaited.setdefault(key, []).append(awaited(change))
    else:
        apply(board, key, standing(board, known.id), change)


def catch_up(board: Board, key: Key, row: dict[str, Any]) -> None:
    """Change a message that has just come as was said before it came."""
    for one in board.awaited.pop(key, ()):
        if one.id is not None:
            board.caught_up.append(one.id)
        apply(board, key, row, read(one.heard))


def quote(board: Board, account: AccountId, said: Inbound, row: dict[str, Any]) -> None:
    """Note which message *said* quotes; it may be still to come."""
    if said.answers is None:
        return
    key = account, tight(said.answers)
    if known := board.known.get(key):
        row["answers_id"] = known.id
    else:
        quoted = Quoted(external_id=said.answers, by=row["id"])
        board.awaited.setdefault(key, []).append(awaited(quoted))


def standing(board: Board, which: MessageId) -> dict[str, Any]:
    """Return a message as it stands; changing it changes what will be written."""
    fresh: dict[str, Any]
    if which not in board.standing:
        for fresh in reversed(board.messages):
            if fresh["id"] == which:
                return fresh
        [found] = board.ask(LOAD, {"which": which})
        board.standing[which] = dict(zip(STANDING, found, strict=True))
    there: dict[str, Any] = board.standing[which]
    return there


def apply(board: Board, key: Key, row: dict[str, Any], change: Change) -> None:
    match change:
        case Edited():
            edit(board, row, change)
        case Deleted():
            take_back(board, row, change)
        case Reacted():
            react(board, row, change)
        case Quoted():
            standing(board, change.by)["answers_id"] = row["id"]
            board.revised.add(change.by)
        case Called():
            board.told.append((AccountId(key[0]), change))


# --- what changes -------------------------------------------------------------------------
def edit(board: Board, row: dict[str, Any], edited: Edited) -> None:
    """Put other words into a message, unless they are older than those it has.

    What the desk itself said changes by `inbox.actions.amend` alone: what the provider
    tells of that is an echo.
    """
    order = min(edited.order, HIGHEST)
    if order <= row["revision"] or (row["direction"] == "out" and row["journal_id"] is None):
        return
    before = row["text"]
    board.revised.add(row["id"])
    row["revision"] = order
    row["edited_at"] = plausible(edited.at) or board.now
    row["text"] = cut(edited.text, MAX_TEXT)
    row["visible_text"] = (
        None if edited.visible_text is None else cut(edited.visible_text, MAX_TEXT)
    )
    row["html"] = None if edited.html is None else clean(edited.html)
    if edited.content is not None:
        row["content"] = cleaned(to_builtins(edited.content))
    show(board, row)
    words = [cut(text, RECORDED) for text in (before, row["text"])]
    tell(board, "message.edited", row, {"text": words})


def take_back(board: Board, row: dict[str, Any], deleted: Deleted) -> None:
    """Mark a message that its sender took back; its words are kept for the record."""
    if row["deleted_at"] is not None:
        return
    board.revised.add(row["id"])
    row["deleted_at"] = plausible(deleted.at) or board.now
    show(board, row)
    tell(board, "message.deleted", row, None)


def react(board: Board, row: dict[str, Any], reacted: Reacted) -> None:
    """Put an emoji on a message or take it off, unless later news of it came before."""
    emojis = emojis_on(board, row["id"])
    name = place(reacted.who)[1], cut(reacted.emoji.strip(), MAX_EMOJI)
    order = min(reacted.order, HIGHEST)
    if not name[1] or order <= emojis.get(name, 0):
        return
    emojis[name] = order
    board.reactions[row["id"], *name] = {
        "message_id": row["id"],
        "who": name[0],
        "emoji": name[1],
        "active": reacted.on,
        "revision": order,
        "at": plausible(reacted.at) or board.now,
        "name": cut(reacted.who.name, MAX_NAME) if reacted.who.name else None,
        "agent_id": None,
    }
    change = {"emoji": [None, name[1]] if reacted.on else [name[1], None]}
    tell(board, "message.reacted", row, change)


def emojis_on(board: Board, which: MessageId) -> dict[tuple[str, str], int]:
    """Return the number of the last change of each emoji on a message."""
    if which not in board.emojis:
        rows = board.ask(EMOJIS, {"which": which})
        board.emojis[which] = {(row[0], row[1]): row[2] for row in rows}
    return board.emojis[which]


def show(board: Board, row: dict[str, Any]) -> None:
    """Bring the conversation's preview up to date, when this is its newest message."""
    talk = board.talk(row["conversation_id"])
    if talk and talk.last_message_id == row["id"]:
        gone = row["deleted_at"] is not None
        words = row["visible_text"] or row["text"]
        talk.preview = "" if gone else gist(words, row["content"]) or talk.preview
        if talk.id not in board.new_talks:
            board.moved_talks[talk.id] = talk


def tell(board: Board, verb: str, row: dict[str, Any], change: dict[str, Any] | None) -> None:
    board.unit.happened(
        verb,
        conversation=row["conversation_id"],
        customer=row["customer_id"],
        message=row["id"],
        change=change,
    )


# --- what is written ----------------------------------------------------------------------
def write_changes(board: Board) -> None:
    """Write everything that changed messages, after the messages themselves."""
    connection = board.unit.connection
    WRITE.write(connection, [row for one, row in board.standing.items() if one in board.revised])
    if board.reactions:
        KEEP(connection, list(board.reactions.values()))
    if board.caught_up:
        connection.execute(FORGET, {"which": board.caught_up})
    early = [
        {
            "account_id": account,
            "external_id": name,
            "heard": one.heard,
            "created_at": board.now,
        }
        for (account, name), waiting in board.awaited.items()
        for one in waiting
        if one.id is None
    ]
    KEEP_EARLY.insert(connection, early)
