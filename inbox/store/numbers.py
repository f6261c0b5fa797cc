"""Many at once: sets of values in a question, and keys known before their rows are written."""

from collections.abc import Iterator
from typing import Any

import msgspec
from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    Connection,
    Dialect,
    Text,
    bindparam,
    func,
    select,
    text,
    true,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator, TypeEngine

from inbox.store.rows import Question

BLOCK = 64  # keys fetched from PostgreSQL at once; those left over are gaps and harm nobody


class Several(TypeDecorator[Any]):
    """A list as one parameter: an array where there are arrays, else JSON."""

    impl = Text
    cache_ok = True

    def __init__(self, item: str = "text") -> None:
        super().__init__()
        self.item = item

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "sqlite":
            return dialect.type_descriptor(Text())
        inner: TypeEngine[Any] = Text() if self.item == "text" else BigInteger()
        return dialect.type_descriptor(ARRAY(inner))

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        listed = list(value or ())
        return msgspec.json.encode(listed).decode() if dialect.name == "sqlite" else listed


class Among(FunctionElement[bool]):
    """Whether a column has one of many values; the same statement for any number of them."""

    type = Boolean()
    inherit_cache = True

    def self_group(self, against: Any = None) -> Any:  # noqa: ARG002  # as the base declares it
        """Stand as it is: SQLite ignores every index in front of ``= 1``."""
        return self


@compiles(Among, "sqlite")
def among_on_sqlite(element: Among, compiler: SQLCompiler, **how: Any) -> str:
    column, values = element.clauses
    this, those = compiler.process(column, **how), compiler.process(values, **how)
    return f"{this} IN (SELECT value FROM json_each({those}))"  # noqa: S608  # compiled above


@compiles(Among, "postgresql")
def among_on_postgresql(element: Among, compiler: SQLCompiler, **how: Any) -> str:
    column, values = element.clauses
    return f"{compiler.process(column, **how)} = ANY({compiler.process(values, **how)})"


class Joined(FunctionElement[str]):
    """All values of a text column in one, with a character between them that no text has."""

    type = Text()
    inherit_cache = True


@compiles(Joined, "sqlite")
def joined_on_sqlite(element: Joined, compiler: SQLCompiler, **how: Any) -> str:
    return f"group_concat({compiler.process(element.clauses, **how)}, char(31))"


@compiles(Joined, "postgresql")
def joined_on_postgresql(element: Joined, compiler: SQLCompiler, **how: Any) -> str:
    return f"string_agg({compiler.process(element.clauses, **how)}, chr(31))"


def among(column: Any, name: str) -> Among:
    """Ask whether the text *column* is one of the values given as parameter *name*."""
    return Among(column, bindparam(name, type_=Several()))


def numbered(column: Any, name: str) -> Among:
    """Ask whether the key *column* is one of the numbers given as parameter *name*."""
    return Among(column, bindparam(name, type_=Several("number")))


def each(question: Question, column: Any, name: str) -> dict[str, Question]:
    """Ask *question* of the rows whose text *column* is one of the values *name*, by dialect.

    It is for columns that stand last in their index. A planner without statistics prefers to
    read all that its first columns allow; here PostgreSQL looks up value by value.
    """
    asked = (
        func.unnest(bindparam(name, type_=Several())).table_valued("value").render_derived("asked")
    )
    fenced = question.where(column == asked.c.value).offset(0).lateral("found")
    return {
        "sqlite": question.where(among(column, name)),
        "postgresql": select(fenced).select_from(asked.join(fenced, true())),
    }


NEWEST = {
    name: text(f"SELECT coalesce(max(id), 0) FROM {name}")  # noqa: S608  # our own names
    for name in ("customer", "conversation", "message", "identity")
}
RESERVE = {
    name: text(f"SELECT nextval('{name}_id_seq') FROM generate_series(1, :count)")  # noqa: S608
    for name in NEWEST
}


def keys(connection: Connection, table: str, block: int = BLOCK) -> Iterator[int]:
    """Yield keys that nobody else will get, for rows of *table* written in this transaction.

    SQLite has one writer at a time, so counting on from the newest row is safe there.
    """
    if connection.dialect.name == "sqlite":
        number = connection.execute(NEWEST[table]).scalar_one()
        while True:
            number += 1
            yield number
    while True:
        yield from connection.scalars(RESERVE[table], {"count": block})
