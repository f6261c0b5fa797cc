"""Write rows that may be there already, on either database."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.dialects import postgresql, sqlite

Rows = Mapping[str, Any] | Sequence[Mapping[str, Any]]
Write = Callable[[Connection, Rows], None]


def upsert(table: Any, *key: str) -> Write:
    """Return a function that writes rows and replaces what stood under the same *key*."""
    return conflicting(table, key, replace=True)


def insert_new(table: Any, *key: str) -> Write:
    """Return a function that writes those rows whose *key* is not there yet."""
    return conflicting(table, key, replace=False)


def conflicting(table: Any, key: Sequence[str], *, replace: bool) -> Write:
    statements: dict[str, Any] = {}
    for name, dialect in ("sqlite", sqlite), ("postgresql", postgresql):
        written: Any = dialect.insert(table)
        rest = [column.name for column in table.__table__.columns if column.name not in key]
        statements[name] = (
            written.on_conflict_do_update(
                index_elements=key, set_={field: written.excluded[field] for field in rest}
            )
            if replace
            else written.on_conflict_do_nothing(index_elements=key)
        )

    def write(connection: Connection, rows: Rows) -> None:
        connection.execute(statements[connection.dialect.name], rows)

    return write
