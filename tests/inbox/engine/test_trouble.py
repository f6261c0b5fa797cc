"""A store that is full, locked or gone says so, loses nothing, and comes back by itself."""

import sqlite3

import pytest
from sqlalchemy import event, select, text

from inbox.database import connect
from inbox.errors import Invalid, Unavailable
from inbox.migrations import upgrade
from inbox.tables import SecretRow
from tests.conftest import FrozenDesk
from tests.inbox.engine.test_writing import behind_a_door
from tests.servers.postgres import running_postgres


def keep(unit, name, size=10):
    row = {"name": name, "value": b"x" * size, "created_at": unit.now}
    unit.connection.execute(SecretRow.__table__.insert(), row)
    return name


def kept(unit):
    return list(unit.connection.scalars(select(SecretRow.name).order_by(SecretRow.name)))


@pytest.fixture
def small_desk(sqlite_template, tmp_path):
    """A desk whose disk has room for little more than nothing."""
    (tmp_path / "desk.db").write_bytes(sqlite_template.read_bytes())
    opened = FrozenDesk(connect(f"sqlite:///{tmp_path}/desk.db"), tmp_path)
    yield opened
    opened.close()


def limit(unit, pages):
    used = unit.connection.execute(text("PRAGMA page_count")).scalar_one()
    unit.connection.execute(text(f"PRAGMA max_page_count={used + pages}"))


def roomy(unit):
    unit.connection.execute(text("PRAGMA max_page_count=1000000"))


async def test_a_full_disk_refuses_clearly_and_recovers(small_desk):
    await small_desk.write(limit, 2)
    with pytest.raises(Unavailable):
        await small_desk.write(keep, "big", 100_000)

    assert [] == await small_desk.read(kept)
    await small_desk.write(roomy)
    assert "big" == await small_desk.write(keep, "big", 100_000)
    assert ["big"] == await small_desk.read(kept)


async def test_small_things_still_fit_beside_one_that_does_not(small_desk):
    def no_more_room_from_now_on(connection, _):
        connection.execute("PRAGMA max_page_count=100").close()

    event.listen(small_desk.database.writing, "connect", no_more_room_from_now_on)
    small_desk.writer.let_go()
    outcomes = await behind_a_door(
        small_desk, (keep, "ada"), (keep, "big", 1_000_000), (keep, "cleo")
    )

    assert "ada" == outcomes[0]
    assert isinstance(outcomes[1], Unavailable)
    assert "cleo" == outcomes[2]
    assert ["ada", "cleo"] == await small_desk.read(kept)


async def test_a_file_locked_by_another_program_is_waited_for_in_vain(small_desk, tmp_path):
    small_desk.writer.connected().exec_driver_sql("PRAGMA busy_timeout=10")
    small_desk.writer.connected().rollback()
    other = sqlite3.connect(tmp_path / "desk.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(Unavailable):
        await small_desk.write(keep, "ada")
    other.execute("ROLLBACK")
    other.close()

    assert "ada" == await small_desk.write(keep, "ada")


@pytest.fixture
def restartable(tmp_path):
    with running_postgres({"fsync": "on"}) as server:
        database = connect(server.url())
        upgrade(database)
        desk = FrozenDesk(database, tmp_path)
        yield desk, server
        desk.close()


async def test_a_restarted_server_is_found_again(restartable):
    desk, server = restartable
    await desk.write(keep, "before")
    assert ["before"] == await desk.read(kept)
    server.stop()
    with pytest.raises(Unavailable):
        await desk.write(keep, "while it is down")
    with pytest.raises(Unavailable):
        await desk.read(kept)
    server.start()
    await desk.write(keep, "later")

    assert ["before", "later"] == await desk.read(kept)


async def test_a_restart_while_nobody_wrote_is_not_noticed(restartable):
    desk, server = restartable
    await desk.write(keep, "before")
    server.stop()
    server.start()

    assert "later" == await desk.write(keep, "later")
    assert ["before", "later"] == await desk.read(kept)


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "mysql://root@localhost/desk"])
def test_other_databases_are_refused(url):
    with pytest.raises(Invalid):
        connect(url)


def test_a_plain_postgresql_address_means_psycopg_3():
    database = connect("postgresql://desk@localhost/desk")

    assert "postgresql+psycopg" == database.url.drivername
    assert not database.is_sqlite
    database.close()
