"""What the database is asked and what it answers, whatever the columns are."""

from collections import namedtuple
from collections.abc import Callable, Iterable
from typing import Any

from sqlalchemy import Row, Select

Found = Row[*tuple[Any, ...]]
Question = Select[*tuple[Any, ...]]


def plain(question: Question) -> Callable[[Iterable[Any]], Any]:
    """Return what makes a named tuple of a row: its fields are read ten times as fast."""
    columns = question.selected_columns.keys()
    shape: Any = namedtuple("Plain", columns)  # type: ignore[misc]  # noqa: PYI024  # it is known then
    make: Callable[[Iterable[Any]], Any] = shape._make
    return make
