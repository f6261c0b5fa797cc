"""The words that conversations are filed under."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, func, select

from inbox.model import AgentId, ConversationId
from inbox.store.numbers import among, numbered
from inbox.store.sight import SEEN
from inbox.store.upsert import insert_new
from inbox.tables import ConversationRow, TagRow

OF = select(TagRow.name).where(TagRow.conversation_id == bindparam("which")).order_by(TagRow.name)
SOME = (
    select(TagRow.conversation_id, TagRow.name)
    .where(numbered(TagRow.conversation_id, "which"))
    .order_by(TagRow.name)
)
ALL = (
    select(TagRow.name)
    .group_by(TagRow.name)
    .order_by(func.count().desc(), TagRow.name)
    .limit(bindparam("limit"))
)
SEEN_ONES = ALL.join(ConversationRow, ConversationRow.id == TagRow.conversation_id).where(SEEN)
ADD = insert_new(TagRow, "conversation_id", "name")
DROP = delete(TagRow).where(
    TagRow.conversation_id == bindparam("which"), among(TagRow.name, "names")
)


class Tags:
    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def of(self, which: ConversationId) -> Sequence[str]:
        """Return what a conversation is filed under."""
        return list(self.connection.scalars(OF, {"which": which}))

    def some(self, which: Iterable[ConversationId]) -> Mapping[ConversationId, list[str]]:
        """Return what some conversations are filed under; those left out that are not."""
        found: dict[ConversationId, list[str]] = {}
        for conversation, name in self.connection.execute(SOME, {"which": list(which)}):
            found.setdefault(ConversationId(conversation), []).append(name)
        return found

    def all(self, *, limit: int = 500) -> Sequence[str]:
        """Return the words in use, the most frequent first."""
        return list(self.connection.scalars(ALL, {"limit": limit}))

    def seen(self, agent: AgentId, now: datetime, *, limit: int = 500) -> Sequence[str]:
        """Return the words of what an agent sees, the most frequent first."""
        asked = {"limit": limit, "agent": agent, "now": now}
        return list(self.connection.scalars(SEEN_ONES, asked))

    def add(self, which: ConversationId, names: Iterable[str]) -> None:
        """File a conversation under some words."""
        if rows := [{"conversation_id": which, "name": name} for name in names]:
            ADD(self.connection, rows)

    def drop(self, which: ConversationId, names: Iterable[str]) -> None:
        """Take some words off a conversation."""
        self.connection.execute(DROP, {"which": which, "names": list(names)})
