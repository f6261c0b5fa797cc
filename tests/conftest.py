"""A desk of its own for every test, on both databases, with a clock that stands still."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from inbox.blobs import DiskBlobs
from inbox.database import Database, connect
from inbox.desk import Desk, LocalBus
from inbox.migrations import upgrade
from inbox.notices import Notice
from inbox.signing import Signer
from tests.servers.postgres import Postgres, running_postgres

MORNING = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


class FrozenDesk(Desk):
    """A desk whose clock only moves when a test moves it, and which remembers what it told."""

    def __init__(self, database: Database, folder: Path) -> None:
        self.now = MORNING
        self.told: list[Notice] = []
        bus = LocalBus()
        bus.listeners.append(self.told.extend)
        blobs = DiskBlobs(folder / "blobs")
        signer = Signer([b"k" * 32], clock=lambda: self.now)
        super().__init__(database, blobs, signer, bus, clock=lambda: self.now)

    def advance(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A running PostgreSQL with the migrated database ``template_desk``."""
    with running_postgres() as server:
        server.clone("template1", "template_desk")
        migrate(server.url("template_desk"))
        yield server


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file to copy."""
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    migrate(f"sqlite:///{path}")
    return path


def migrate(url: str) -> None:
    database = connect(url)
    upgrade(database)
    database.close()


@pytest.fixture(scope="session")
def shared_database(postgres: Postgres) -> str:
    """One database for all tests that want a PostgreSQL; each leaves it as it was."""
    postgres.clone("template_desk", "desk")
    return postgres.url("desk")


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A migrated, empty database on each engine."""
    if request.param == "sqlite":
        yield copied(request, tmp_path)
        return
    yield request.getfixturevalue("shared_database")
    request.getfixturevalue("postgres").empty("desk", keep=("alembic_version",))


def untouched(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Yield a database without any history, for tests that ask how it would be read.

    A planner remembers what others did. Modules make their own `database_url` of this.
    """
    if request.param == "sqlite":
        yield copied(request, tmp_path)
        return
    server: Postgres = request.getfixturevalue("postgres")
    server.clone("template_desk", "untouched")
    yield server.url("untouched")
    server.drop("untouched")


def copied(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    shutil.copy(request.getfixturevalue("sqlite_template"), tmp_path / "desk.db")
    return f"sqlite:///{tmp_path}/desk.db"


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    opened = connect(database_url)
    yield opened
    opened.close()


@pytest.fixture
def engine(database: Database) -> Engine:
    """The writing engine, for tests that look at the tables themselves."""
    return database.writing


@pytest.fixture
def desk(database: Database, tmp_path: Path) -> Iterator[FrozenDesk]:
    opened = FrozenDesk(database, tmp_path)
    yield opened
    opened.close()
