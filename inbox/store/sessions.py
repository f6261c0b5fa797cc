"""The bot's part in conversations: its session in each, its turns, what it asks colleagues."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, func, insert, select, text, update

from inbox.errors import NotFound
from inbox.model import (
    BotSession,
    BotTurn,
    ConversationId,
    MessageId,
    SessionState,
    Suggestion,
    SuggestionId,
    SuggestionState,
    TurnId,
    TurnKind,
)
from inbox.store.numbers import numbered
from inbox.store.rows import Found
from inbox.tables import BotSessionRow, BotTurnRow, SuggestionRow, Utc

OTHERWISE = {"wrong_by": "wrong_by_id"}  #: fields whose column is called otherwise


def columns(table: Any, fields: Iterable[str]) -> list[Any]:
    return [getattr(table, OTHERWISE.get(field, field)) for field in fields]


# --- sessions -------------------------------------------------------------------------------
SESSION = BotSession.__struct_fields__
GET = select(*columns(BotSessionRow, SESSION)).where(
    BotSessionRow.conversation_id == bindparam("which")
)
SOME = select(*columns(BotSessionRow, SESSION)).where(
    numbered(BotSessionRow.conversation_id, "which")
)
ADD = insert(BotSessionRow)


def as_session(row: Found) -> BotSession:
    """Make a value of *row*."""
    fields = dict(zip(SESSION, row, strict=True))
    fields["state"] = SessionState(fields["state"])
    return BotSession(**fields)


class Sessions:
    """What the bot does in each conversation; hold the conversation before changing it."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def get(self, which: ConversationId) -> BotSession | None:
        """Return the bot's part in a conversation; none when it never had one."""
        row = self.connection.execute(GET, {"which": which}).one_or_none()
        return as_session(row) if row else None

    def some(self, which: Iterable[ConversationId]) -> Mapping[ConversationId, BotSession]:
        """Return its part in some conversations; those without are left out."""
        rows = self.connection.execute(SOME, {"which": list(which)})
        return {one.conversation_id: one for one in map(as_session, rows)}

    def add(self, session: BotSession) -> None:
        """Write the first session of a conversation."""
        self.connection.execute(ADD, {name: getattr(session, name) for name in SESSION})

    def change(self, which: ConversationId, **fields: Any) -> None:
        """Set some fields of a session."""
        statement = update(BotSessionRow).where(BotSessionRow.conversation_id == which)
        self.connection.execute(statement.values(**fields))


# --- turns ----------------------------------------------------------------------------------
TURN = BotTurn.__struct_fields__
TURN_COLUMNS = columns(BotTurnRow, TURN)
GET_TURN = select(*TURN_COLUMNS).where(BotTurnRow.id == bindparam("which"))
TURNS = (
    select(*TURN_COLUMNS)
    .where(BotTurnRow.conversation_id == bindparam("which"))
    .order_by(BotTurnRow.id)
)
LATELY = select(func.count()).where(
    BotTurnRow.conversation_id == bindparam("which"),
    BotTurnRow.at > bindparam("since", type_=Utc()),
    BotTurnRow.answer_id.is_not(None),
)
ADD_TURN = insert(BotTurnRow).returning(BotTurnRow.id)


def as_turn(row: Found) -> BotTurn:
    """Make a value of *row*."""
    fields = dict(zip(TURN, row, strict=True))
    fields["kind"] = TurnKind(fields["kind"])
    return BotTurn(**fields)


class Turns:
    """What the bot did about each message, and why."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def get(self, which: TurnId) -> BotTurn:
        """Return a turn. Raises `NotFound`."""
        row = self.connection.execute(GET_TURN, {"which": which}).one_or_none()
        if row is None:
            raise NotFound("There is no such turn.")
        return as_turn(row)

    def of(self, which: ConversationId, *, opening: int | None = None) -> Sequence[BotTurn]:
        """Return the turns in a conversation, the oldest first, or those of one opening."""
        turns = map(as_turn, self.connection.execute(TURNS, {"which": which}))
        return [one for one in turns if opening in {None, one.opening}]

    def said_since(self, which: ConversationId, since: datetime) -> int:
        """Count how often the bot spoke in a conversation since a moment."""
        return self.connection.scalar(LATELY, {"which": which, "since": since}) or 0

    def add(self, turn: BotTurn) -> TurnId:
        """Write a turn and return its key."""
        row = {OTHERWISE.get(name, name): getattr(turn, name) for name in TURN if name != "id"}
        return TurnId(self.connection.execute(ADD_TURN, row).scalar_one())

    def change(self, which: TurnId, **fields: Any) -> None:
        """Set somebody's word on a turn: ``helpful``, ``wrong_at``, ``wrong_by``."""
        values = {OTHERWISE.get(name, name): value for name, value in fields.items()}
        statement = update(BotTurnRow).where(BotTurnRow.id == which)
        self.connection.execute(statement.values(**values))


# --- what colleagues are asked --------------------------------------------------------------
SUGGESTION = Suggestion.__struct_fields__
SUGGESTION_COLUMNS = columns(SuggestionRow, SUGGESTION)
WAITING = text("suggestion.state = 'waiting'")  # written out, for the partial index
GET_SUGGESTION = select(*SUGGESTION_COLUMNS).where(SuggestionRow.id == bindparam("which"))
WAITING_IN = select(*SUGGESTION_COLUMNS).where(
    SuggestionRow.conversation_id == bindparam("which"), WAITING
)
ALL_WAITING = select(*SUGGESTION_COLUMNS).where(WAITING).order_by(SuggestionRow.id)
SUGGESTED = (
    select(*SUGGESTION_COLUMNS)
    .where(SuggestionRow.conversation_id == bindparam("which"))
    .order_by(SuggestionRow.id)
)
ADD_SUGGESTION = insert(SuggestionRow).returning(SuggestionRow.id)


def as_suggestion(row: Found) -> Suggestion:
    """Make a value of *row*."""
    fields = dict(zip(SUGGESTION, row, strict=True))
    fields["state"] = SuggestionState(fields["state"])
    return Suggestion(**fields)


class Suggestions:
    """Answers that wait for a colleague's word, and what became of them."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def get(self, which: SuggestionId) -> Suggestion:
        """Return a suggestion. Raises `NotFound`."""
        row = self.connection.execute(GET_SUGGESTION, {"which": which}).one_or_none()
        if row is None:
            raise NotFound("There is no such suggestion.")
        return as_suggestion(row)

    def waiting_in(self, which: ConversationId) -> Suggestion | None:
        """Return what waits for a colleague's word in a conversation."""
        row = self.connection.execute(WAITING_IN, {"which": which}).one_or_none()
        return as_suggestion(row) if row else None

    def waiting(self) -> Sequence[Suggestion]:
        """Return all that wait, the oldest first."""
        return [as_suggestion(row) for row in self.connection.execute(ALL_WAITING)]

    def of(self, which: ConversationId) -> Sequence[Suggestion]:
        """Return all that was ever suggested in a conversation, the oldest first."""
        return [as_suggestion(row) for row in self.connection.execute(SUGGESTED, {"which": which})]

    def add(
        self,
        conversation: ConversationId,
        message: MessageId,
        text: str,
        *,
        at: datetime,
        until: datetime,
        **more: Any,
    ) -> SuggestionId:
        """Write what a colleague is asked; the store refuses a second that waits."""
        row: dict[str, Any] = dict.fromkeys(name for name in SUGGESTION if name != "id")
        row |= {
            "conversation_id": conversation,
            "message_id": message,
            "text": text,
            "state": SuggestionState.WAITING,
            "asked_at": at,
            "expires_at": until,
            **more,
        }
        return SuggestionId(self.connection.execute(ADD_SUGGESTION, row).scalar_one())

    def change(self, which: SuggestionId, **fields: Any) -> None:
        """Set some fields of a suggestion."""
        statement = update(SuggestionRow).where(SuggestionRow.id == which)
        self.connection.execute(statement.values(**fields))
