"""What the database is asked and what it answers, whatever the columns are."""

from typing import Any

from sqlalchemy import Row, Select

Found = Row[*tuple[Any, ...]]
Question = Select[*tuple[Any, ...]]
