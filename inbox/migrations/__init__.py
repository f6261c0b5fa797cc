"""The history of the schema, newest last in ``versions/``."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from inbox.database import Database

HERE = Path(__file__).parent


def upgrade(database: Database) -> None:
    """Bring the tables up to date in one transaction; does nothing when they are."""
    with database.writing.begin() as connection:
        command.upgrade(settings(connection), "head")


def newest() -> str:
    """Return the revision that this program wants."""
    return ScriptDirectory(HERE).get_current_head() or ""


def current(database: Database) -> str | None:
    """Return the revision that the tables have; None when there are none yet."""
    with database.reading.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def settings(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(HERE).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config
