import tarfile
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import JSON, BigInteger, Column, Integer, insert, select, text

from config.backups import TABLES, DamagedError, back_up, bring_back
from inbox.blobs import DiskBlobs
from inbox.database import connect
from inbox.errors import Invalid, NotFound
from inbox.migrations import upgrade
from inbox.tables import AccountRow, CustomerRow, EventRow, JournalRow, Utc

AT = datetime(2026, 3, 2, 9, 0, 0, 123456, tzinfo=UTC)


@pytest.fixture
def full(database_url, tmp_path):
    """A desk with a row of every type, and a file."""
    database = connect(database_url)
    with database.writing.begin() as connection:
        for name in "Ada", "Żaneta":
            connection.execute(
                insert(CustomerRow).values(name=name, created_at=AT, attributes={"n": [1, None]})
            )
        connection.execute(insert(AccountRow).values(kind="x", name="shop", created_at=AT))
        connection.execute(
            insert(JournalRow).values(
                account_id=1,
                received_at=AT,
                headers={},
                payload=bytes(range(256)),
                size=256,
                state="received",
            )
        )
        connection.execute(insert(EventRow).values(at=AT, verb="customer.changed", customer_id=1))
    database.close()
    DiskBlobs(tmp_path / "files").write(b"a picture")
    return database_url


def rows(url):
    database = connect(url)
    with database.reading.connect() as connection:
        found = {
            table.name: connection.execute(select(table).order_by(*table.primary_key)).all()
            for table in TABLES
        }
    database.close()
    return found


@pytest.fixture
def empty(tmp_path):
    return f"sqlite:///{tmp_path}/empty.db"


def test_what_was_backed_up_comes_back(full, empty, tmp_path):
    count = back_up(full, tmp_path / "files", tmp_path / "desk.tar")
    back = bring_back(tmp_path / "desk.tar", empty, tmp_path / "restored")

    assert (5, 1) == count == back
    assert rows(full) == rows(empty)
    names = list(DiskBlobs(tmp_path / "restored").names())
    assert [b"a picture"] == [DiskBlobs(tmp_path / "restored").read(name) for name in names]


def test_an_archive_of_sqlite_comes_back_on_postgresql(postgres, tmp_path):
    source = f"sqlite:///{tmp_path}/source.db"
    filled(source, tmp_path)
    back_up(source, tmp_path / "files", tmp_path / "desk.tar")
    postgres.clone("template1", "restored")
    bring_back(tmp_path / "desk.tar", postgres.url("restored"), tmp_path / "restored")

    assert rows(source) == rows(postgres.url("restored"))
    assert 3 == added(postgres.url("restored"))
    postgres.drop("restored")


def filled(url, tmp_path):
    database = connect(url)
    upgrade(database)
    with database.writing.begin() as connection:
        for name in "one", "two":
            connection.execute(insert(CustomerRow).values(name=name, created_at=AT, attributes={}))
    database.close()
    return tmp_path / "source.db"


def test_every_table_comes_back_on_postgresql_and_goes_on_counting(postgres, tmp_path):
    source = f"sqlite:///{tmp_path}/source.db"
    a_row_everywhere(source)
    count, _ = back_up(source, tmp_path / "files", tmp_path / "desk.tar")
    postgres.clone("template1", "restored")
    bring_back(tmp_path / "desk.tar", postgres.url("restored"), tmp_path / "restored")

    assert len(TABLES) == count
    assert rows(source) == rows(postgres.url("restored"))
    assert {2} == set(next_ids(postgres.url("restored")).values())
    postgres.drop("restored")


def a_row_everywhere(url):
    """Write a row into every table; those that point to another point to its only one."""
    database = connect(url)
    upgrade(database)
    with database.writing.begin() as connection:
        for table in TABLES:
            row = {one.name: something(one) for one in table.columns}
            connection.execute(insert(table).values(row | CHECKED.get(table.name, {})))
    database.close()


CHECKED = {  # what the store takes nothing but
    "assignment": {"state": "offered"},
    "consult": {"how": "answered"},
    "conversation": {"status": "open"},
    "journal": {"state": "received"},
    "message": {"direction": "in", "delivery": None},
    "placement": {"stage": "queued"},
}
VALUES = {int: 1, float: 0.5, bool: True, str: "a word", bytes: b"\0\xff"}
VALUES |= {datetime: AT, date: AT.date()}


def something(column):
    """Return a value that fits a column."""
    if isinstance(column.type, JSON):
        return [1, None, "ž"]
    return AT if isinstance(column.type, Utc) else VALUES[column.type.python_type]


def next_ids(url):
    """Return the number that a further row of each table that counts would get."""
    database = connect(url)
    ask = "SELECT nextval(pg_get_serial_sequence(:table, 'id'))"
    with database.writing.begin() as connection:
        found = {
            table.name: connection.scalar(text(ask), {"table": f'"{table.name}"'})
            for table in TABLES
            if isinstance(table.columns.get("id", Column()).type, Integer | BigInteger)
        }
    database.close()
    return found


def added(url):
    """Return the number that a new customer gets."""
    database = connect(url)
    with database.writing.begin() as connection:
        statement = insert(CustomerRow).values(name="three", created_at=AT, attributes={})
        number = connection.scalar(statement.returning(CustomerRow.id))
    database.close()
    return number


def test_only_an_empty_database_is_restored_into(full, tmp_path):
    back_up(full, tmp_path / "files", tmp_path / "desk.tar")
    before = rows(full)

    with pytest.raises(Invalid, match="not empty"):
        bring_back(tmp_path / "desk.tar", full, tmp_path / "files")
    assert before == rows(full)


@pytest.mark.parametrize("where", [0.1, 0.5, 0.9])
def test_a_damaged_archive_is_refused_before_anything_is_written(empty, tmp_path, where):
    source = f"sqlite:///{tmp_path}/source.db"
    filled(source, tmp_path)
    DiskBlobs(tmp_path / "files").write(b"x" * 100_000)
    archive = tmp_path / "desk.tar"
    back_up(source, tmp_path / "files", archive)
    content = bytearray(archive.read_bytes())
    with tarfile.open(archive) as tar:
        member = tar.getmembers()[int(where * len(tar.getmembers()))]
        content[member.offset_data if member.size else member.offset] ^= 0x55
    archive.write_bytes(content)

    with pytest.raises((DamagedError, Invalid)):
        bring_back(archive, empty, tmp_path / "restored")
    assert not (tmp_path / "empty.db").exists()
    assert not (tmp_path / "restored").exists()


def test_an_archive_that_was_cut_off_is_refused(empty, tmp_path):
    source = f"sqlite:///{tmp_path}/source.db"
    filled(source, tmp_path)
    archive = tmp_path / "desk.tar"
    back_up(source, tmp_path / "files", archive)
    archive.write_bytes(archive.read_bytes()[:5000])

    with pytest.raises(DamagedError):
        bring_back(archive, empty, tmp_path / "restored")


def test_nobody_else_may_read_an_archive(tmp_path):
    source = f"sqlite:///{tmp_path}/source.db"
    filled(source, tmp_path)
    back_up(source, tmp_path / "files", tmp_path / "desk.tar")

    assert 0o600 == (tmp_path / "desk.tar").stat().st_mode & 0o777


def test_nothing_cannot_be_backed_up(empty, tmp_path):
    with pytest.raises(NotFound, match="nothing to back up"):
        back_up(empty, tmp_path / "files", tmp_path / "desk.tar")
    assert not (tmp_path / "desk.tar").exists()
