"""Change many rows in one statement, each in its own way."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Table

from inbox.store.bulk import conversion, document, spread_type
from inbox.tables import Row


class Rewrite:
    """Sets some columns of the rows with given keys; build it once, at module level."""

    def __init__(self, row: type[Row], *columns: str) -> None:
        table = row.__table__
        assert isinstance(table, Table)  # noqa: S101  # for the type checker
        chosen = [table.columns[name] for name in (*columns, "id")]
        self.converted = conversion(chosen)
        marks = ", ".join(f'"{name}" = ?' for name in columns)
        self.sqlite = f'UPDATE "{table.name}" SET {marks} WHERE id = ?'  # noqa: S608
        taken = ", ".join(f'"{name}" = given."{name}"' for name in columns)
        shape = ", ".join(f'"{column.name}" {spread_type(column)}' for column in chosen)
        self.postgres = (
            f'UPDATE "{table.name}" SET {taken} '  # noqa: S608
            f'FROM json_to_recordset(%s::json) AS given({shape}) WHERE "{table.name}".id = given.id'
        )

    def write(self, connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
        """Change the rows, each of which has an ``id`` and a value for every column."""
        if not rows:
            return
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql(self.sqlite, [self.converted(row) for row in rows])
        else:
            ordered = sorted(rows, key=lambda row: row["id"])  # so that nobody waits in a circle
            connection.exec_driver_sql(self.postgres, (document(ordered),))
