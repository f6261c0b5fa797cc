"""The migrated schema is the one that `inbox.tables` describes."""

import re

import pytest
from sqlalchemy import Engine, create_engine, inspect, text

from inbox.database import connect
from inbox.migrations import current, newest, upgrade
from inbox.tables import Row

CONSTRAINTS = """
    SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid)
    FROM pg_constraint WHERE connamespace = 'public'::regnamespace
"""
COLUMNS = """
    SELECT table_name, column_name, data_type, is_nullable, column_default
    FROM information_schema.columns WHERE table_schema = 'public'
"""
INDEXES = "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'"


def described(engine: Engine) -> list[tuple[str, ...]]:
    """Say everything that the database knows of its schema."""
    if engine.dialect.name == "sqlite":
        questions = [
            "SELECT type, name, sql FROM sqlite_master WHERE tbl_name <> 'alembic_version'"
        ]
    else:
        questions = [CONSTRAINTS, COLUMNS, INDEXES]
    with engine.connect() as connection:
        rows = [row for question in questions for row in connection.execute(text(question))]
    said = [tuple(" ".join(str(word).split()) for word in row) for row in rows]
    return sorted(row for row in said if "alembic_version" not in row[0])


@pytest.fixture
def declared(database_url, tmp_path, request):
    """An engine on a database made from `inbox.tables` alone."""
    if database_url.startswith("sqlite"):
        engine = create_engine(f"sqlite:///{tmp_path}/declared.db")
    else:
        server = request.getfixturevalue("postgres")
        server.clone("template1", "declared")
        engine = create_engine(server.url("declared"))
    Row.metadata.create_all(engine)
    yield engine
    engine.dispose()
    if engine.dialect.name == "postgresql":
        server.drop("declared")


def parts(rows):
    """SQLite keeps the text of a statement: its layout and the order of its parts are no matter."""
    return sorted((*row[:-1], *sorted(re.findall(r"[^\s(),]+", row[-1]))) for row in rows)


def test_migrations_make_the_tables_that_are_declared(engine, declared):
    made, wanted = described(engine), described(declared)

    assert len(wanted) > 40
    assert parts(wanted) == parts(made)


def test_migrating_again_changes_nothing(database, engine):
    before = described(engine)
    upgrade(database)

    assert before == described(engine)
    assert newest() == current(database)


def test_a_new_file_gets_every_table(tmp_path):
    database = connect(f"sqlite:///{tmp_path}/deep/down/desk.db")
    upgrade(database)

    assert set(Row.metadata.tables) <= set(inspect(database.reading).get_table_names())
    database.close()
