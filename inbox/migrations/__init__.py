"""The history of the schema, newest last in ``versions/``.

Alembic is imported only to migrate: it takes longer to load than a desk takes to open.
"""

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect, text

from inbox.database import Database
from inbox.errors import Unavailable

if TYPE_CHECKING:
    from alembic.config import Config

HERE = Path(__file__).parent
TABLE = "alembic_version"


def upgrade(database: Database) -> None:
    """Bring the tables up to date in one transaction; does nothing when they are.

    Raises `Unavailable` when a newer program made them.
    """
    from alembic import command

    refuse_newer(current(database))
    with database.writing.begin() as connection:
        command.upgrade(settings(connection), "head")


@cache
def newest() -> str:
    """Return the revision that this program wants: its files begin with their number."""
    return max(path.name.partition("_")[0] for path in (HERE / "versions").glob("[0-9]*.py"))


def current(database: Database) -> str | None:
    """Return the revision that the tables have; None when there are none yet."""
    with database.reading.connect() as connection:
        if not inspect(connection).has_table(TABLE):
            return None
        found: str | None = connection.scalar(text(f"SELECT version_num FROM {TABLE}"))  # noqa: S608
        return found


def refuse_newer(there: str | None) -> None:
    """Keep away from tables that a newer program made: we do not know what they mean."""
    if there is not None and there > newest():
        raise Unavailable("The database is newer than this program: run the newer one.")


def settings(connection: Connection) -> "Config":
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(HERE).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config
