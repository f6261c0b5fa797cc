"""Many rows in one statement.

PostgreSQL gets one JSON document and spreads it out itself, which takes a tenth of the time
of as many parameters; SQLite runs one prepared statement over the rows. See
docs/decisions/0008-bulk-rows-travel-as-json.md.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from operator import itemgetter
from typing import Any

import msgspec
from sqlalchemy import JSON, Column, Connection, DateTime, LargeBinary, Table, TypeDecorator
from sqlalchemy.dialects import postgresql

from inbox.tables import Row

POSTGRES = postgresql.dialect()  # type: ignore[no-untyped-call]
Fields = Mapping[str, Any]


class Bulk:
    """Inserts rows of one table; build it once, at module level.

    *order* is the name of a lock that whoever writes this table holds until the commit, so
    that ids become visible in their order; SQLite has but one writer anyway.
    """

    def __init__(self, row: type[Row], *columns: str, order: int | None = None) -> None:
        table = row.__table__
        assert isinstance(table, Table)  # noqa: S101  # for the type checker
        self.columns = columns
        chosen = [table.columns[name] for name in columns]
        self.sqlite = sqlite_insert(table, columns)
        self.sqlite_numbered = sqlite_insert(table, ("id", *columns))
        self.sqlite_newest = f'SELECT coalesce(max(id), 0) FROM "{table.name}"'  # noqa: S608
        self.postgres = postgres_insert(table, chosen, order)
        self.converted = conversion(chosen)

    def insert(self, connection: Connection, rows: Sequence[Fields]) -> None:
        """Write *rows*, which have values for all columns."""
        if not rows:
            return
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql(self.sqlite, [self.converted(row) for row in rows])
        else:
            connection.exec_driver_sql(self.postgres, (document(rows),))

    def insert_numbered(self, connection: Connection, rows: Sequence[Fields]) -> Sequence[int]:
        """Write *rows* and return their ids, which grow in the order of *rows*."""
        if not rows:
            return ()
        if connection.dialect.name == "sqlite":
            newest = connection.exec_driver_sql(self.sqlite_newest).scalar_one()
            ids = range(newest + 1, newest + 1 + len(rows))
            connection.exec_driver_sql(
                self.sqlite_numbered,
                [(number, *self.converted(row)) for number, row in zip(ids, rows, strict=True)],
            )
            return ids
        found = connection.exec_driver_sql(self.postgres + " RETURNING id", (document(rows),))
        return sorted(found.scalars())


def conversion(columns: Sequence[Column[Any]]) -> Callable[[Fields], tuple[Any, ...]]:
    """Return what turns a row of *columns* into what SQLite's driver takes."""
    values_of = itemgetter(*[column.name for column in columns])
    converters = [(place, converter(column)) for place, column in enumerate(columns)]
    needed = [(place, convert) for place, convert in converters if convert]

    def converted(row: Fields) -> tuple[Any, ...]:
        values = list(values_of(row))
        for place, convert in needed:
            if values[place] is not None:
                values[place] = convert(values[place])
        return tuple(values)

    return converted


def document(rows: Sequence[Fields]) -> str:
    return msgspec.json.encode(rows).decode()


def sqlite_insert(table: Table, columns: Sequence[str]) -> str:
    names = ", ".join(f'"{name}"' for name in columns)
    marks = ", ".join("?" for _ in columns)
    return f'INSERT INTO "{table.name}" ({names}) VALUES ({marks})'  # noqa: S608


def postgres_insert(table: Table, columns: Sequence[Column[Any]], order: int | None) -> str:
    names = ", ".join(f'"{column.name}"' for column in columns)
    values = ", ".join(taken(column) for column in columns)
    shape = ", ".join(f'"{column.name}" {spread_type(column)}' for column in columns)
    lock = f", pg_advisory_xact_lock({order}) AS turn" if order is not None else ""
    return (
        f'INSERT INTO "{table.name}" ({names}) SELECT {values} '  # noqa: S608
        f"FROM json_to_recordset(%s::json) AS given({shape}){lock}"
    )


def taken(column: Column[Any]) -> str:
    """Return how a value leaves the document; bytes travel as base64."""
    is_bytes = isinstance(plain(column), LargeBinary)
    return f"decode(given.\"{column.name}\", 'base64')" if is_bytes else f'given."{column.name}"'


def spread_type(column: Column[Any]) -> str:
    if isinstance(plain(column), LargeBinary):
        return "text"
    return column.type.compile(POSTGRES)


def converter(column: Column[Any]) -> Callable[[Any], Any] | None:
    """Return what makes a value as SQLAlchemy would store it in SQLite."""
    kind = plain(column)
    if isinstance(kind, DateTime):
        return stamp
    if isinstance(kind, JSON):
        return as_json
    return None


def as_json(value: Any) -> str:
    return msgspec.json.encode(value).decode()


def plain(column: Column[Any]) -> Any:
    """Return the type below our own."""
    kind = column.type
    return kind.impl if isinstance(kind, TypeDecorator) else kind


@lru_cache(256)  # a transaction writes the same moment again and again
def stamp(when: datetime) -> str:
    return when.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
