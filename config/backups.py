"""Put everything a desk keeps into one archive, and bring it back, on either database.

An archive is a tar file: ``tables/NAME.jsonl``, a row a line, all from one snapshot; then
``files/NAME``, each named by the SHA-256 of what is in it; last ``manifest.json`` with the
checksum and the number of rows of every table. It holds the desk's keys: keep it safe.
"""

import base64
import hashlib
import io
import os
import re
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import IO, Any

import msgspec
from sqlalchemy import Connection, Date, LargeBinary, Table, func, insert, select, text

from inbox.blobs import DiskBlobs
from inbox.database import Database, connect
from inbox.errors import DeskError, Invalid, NotFound
from inbox.migrations import current, newest, upgrade
from inbox.model import Value
from inbox.tables import LeaseRow, Row, Utc

FORMAT = 1
ROWS = 500  # at once
PIECE = 1024 * 1024
TABLES = [table for table in Row.metadata.sorted_tables if table.name != LeaseRow.__tablename__]
TABLE_MEMBER = re.compile(r"tables/(\w+)\.jsonl")
FILE_MEMBER = re.compile(r"files/([0-9a-f]{64})")


class Part(Value):
    """What the manifest says of a table."""

    rows: int
    sha256: str


class Manifest(Value):
    """The last member of an archive."""

    format: int
    revision: str  #: of the tables
    made_at: datetime
    tables: dict[str, Part]
    files: int


class DamagedError(DeskError):
    """The archive is damaged; nothing was restored."""


# --- writing --------------------------------------------------------------------------------
def back_up(url: str, folder: Path, archive: Path) -> tuple[int, int]:
    """Write the archive and return how many rows and files are in it.

    The desk may run meanwhile: the rows are those of one moment, and files never change.
    """
    database = connect(url)
    try:
        revision = current(database)
        if revision is None:
            raise NotFound("There is nothing to back up: the database is empty.")
        with written(archive) as tar:
            tables = put_tables(database, tar, archive.absolute().parent)
            files = put_files(DiskBlobs(folder), tar)
            manifest = Manifest(
                format=FORMAT,
                revision=revision,
                made_at=datetime.now(UTC),
                tables=tables,
                files=files,
            )
            put(tar, "manifest.json", io.BytesIO(msgspec.json.encode(manifest)))
    finally:
        database.close()
    return sum(part.rows for part in tables.values()), files


@contextmanager
def written(archive: Path) -> Iterator[tarfile.TarFile]:
    """Give the archive its name only when it is whole and on disk; nobody else may read it."""
    archive.absolute().parent.mkdir(parents=True, exist_ok=True)
    part = archive.with_name(f"{archive.name}.part")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as out:
            with tarfile.open(fileobj=out, mode="w") as tar:
                yield tar
            out.flush()
            os.fsync(out.fileno())
        part.replace(archive)
    finally:
        part.unlink(missing_ok=True)


def put_tables(database: Database, tar: tarfile.TarFile, near: Path) -> dict[str, Part]:
    """Write every table as of one moment."""
    found: dict[str, Part] = {}
    with database.reading.connect() as connection:
        for table in TABLES:
            with tempfile.TemporaryFile(dir=near) as out:
                found[table.name] = put_rows(connection, table, out)
                put(tar, f"tables/{table.name}.jsonl", out)
    return found


def put_rows(connection: Connection, table: Table, out: IO[bytes]) -> Part:
    """Write a table's rows, one a line."""
    digest, rows = hashlib.sha256(), 0
    key = list(table.primary_key.columns)
    asked = select(table).order_by(*key).execution_options(yield_per=ROWS)
    for row in connection.execute(asked).mappings():
        line = msgspec.json.encode(dict(row)) + b"\n"
        digest.update(line)
        out.write(line)
        rows += 1
    return Part(rows=rows, sha256=digest.hexdigest())


def put_files(blobs: DiskBlobs, tar: tarfile.TarFile) -> int:
    """Write every stored file; one that is tidied away meanwhile is not needed any more."""
    count = 0
    for name in blobs.names():
        try:
            with blobs.opened(name) as file:
                put(tar, f"files/{name}", file)
        except NotFound:
            continue
        count += 1
    return count


def put(tar: tarfile.TarFile, name: str, content: IO[bytes]) -> None:
    """Add one member."""
    member = tarfile.TarInfo(name)
    member.size = content.seek(0, os.SEEK_END)
    content.seek(0)
    tar.addfile(member, content)


# --- bringing back --------------------------------------------------------------------------
def bring_back(archive: Path, url: str, folder: Path) -> tuple[int, int]:
    """Restore the archive into an empty database; return how many rows and files came back.

    Everything is checked before anything is written. Raises `DamagedError` or `Invalid`.
    """
    manifest = checked(archive)
    if manifest.revision != newest():
        raise Invalid(
            f"The archive has tables of version {manifest.revision}, this program {newest()}. "
            "Restore it with the program that wrote it, then run `parlour migrate`."
        )
    database = connect(url)
    try:
        if current(database) is None:
            upgrade(database)
        with opened(archive) as tar, database.writing.begin() as connection:
            refuse_full(connection)
            files = bring_files(tar, DiskBlobs(folder))
            for table in TABLES:
                bring_rows(tar, table, connection)
    finally:
        database.close()
    return sum(part.rows for part in manifest.tables.values()), files


def checked(archive: Path) -> Manifest:
    """Read the whole archive and compare every checksum. Raises `DamagedError`."""
    sums: dict[str, Part] = {}
    files = 0
    manifest: Manifest | None = None
    with opened(archive) as tar:
        for member in tar:
            content = tar.extractfile(member)
            if content is None:
                raise DamagedError
            if member.name == "manifest.json":
                manifest = read_manifest(content)
            elif named := TABLE_MEMBER.fullmatch(member.name):
                sums[named.group(1)] = summed(content)
            elif (file := FILE_MEMBER.fullmatch(member.name)) is None:
                raise DamagedError(f"The archive has a part that nobody knows: {member.name}.")
            elif summed(content).sha256 != file.group(1):
                raise DamagedError
            else:
                files += 1
    if manifest is None or manifest.tables != sums or manifest.files != files:
        raise DamagedError
    return manifest


@contextmanager
def opened(archive: Path) -> Iterator[tarfile.TarFile]:
    try:
        with tarfile.open(archive, "r:") as tar:
            yield tar
    except (tarfile.TarError, EOFError) as error:
        raise DamagedError from error


def read_manifest(content: IO[bytes]) -> Manifest:
    try:
        manifest = msgspec.json.decode(content.read(), type=Manifest)
    except msgspec.DecodeError as error:
        raise DamagedError from error
    if manifest.format != FORMAT:
        raise Invalid("The archive was written by a newer version.")
    return manifest


def summed(content: IO[bytes]) -> Part:
    """Return the checksum of a member, and how many lines it has."""
    digest, lines = hashlib.sha256(), 0
    while piece := content.read(PIECE):
        digest.update(piece)
        lines += piece.count(b"\n")
    return Part(rows=lines, sha256=digest.hexdigest())


def refuse_full(connection: Connection) -> None:
    """Raise `Invalid` when there is anything in the database already."""
    for table in TABLES:
        if connection.scalar(select(func.count()).select_from(table)):
            raise Invalid(
                f"The database is not empty: there is something in {table.name}. "
                "Restore into a new one."
            )


def bring_files(tar: tarfile.TarFile, blobs: DiskBlobs) -> int:
    """Put every file back to its place."""
    count = 0
    for member in tar:
        if FILE_MEMBER.fullmatch(member.name) and (content := tar.extractfile(member)):
            blobs.write(content.read())
            count += 1
    return count


def bring_rows(tar: tarfile.TarFile, table: Table, connection: Connection) -> None:
    """Write a table's rows as they were, and go on counting where they end."""
    content = tar.extractfile(f"tables/{table.name}.jsonl")
    if content is None:
        raise DamagedError
    batch: list[dict[str, Any]] = []
    for line in content:
        batch.append(as_row(table, msgspec.json.decode(line)))
        if len(batch) == ROWS:
            connection.execute(insert(table), batch)
            batch = []
    if batch:
        connection.execute(insert(table), batch)
    if connection.dialect.name == "postgresql" and "id" in table.columns:
        connection.execute(
            text(
                f"SELECT setval(pg_get_serial_sequence('\"{table.name}\"', 'id'), "  # noqa: S608  # a table of ours
                f'(SELECT max(id) FROM "{table.name}")) '
                f'WHERE EXISTS (SELECT 1 FROM "{table.name}")'
            )
        )


def as_row(table: Table, told: dict[str, Any]) -> dict[str, Any]:
    """Give back their types to what JSON only knows as text."""
    for column in table.columns:
        value = told.get(column.name)
        if isinstance(value, str) and isinstance(column.type, Utc):
            told[column.name] = datetime.fromisoformat(value)
        elif isinstance(value, str) and isinstance(column.type, Date):
            told[column.name] = date.fromisoformat(value)
        elif isinstance(value, str) and isinstance(column.type, LargeBinary):
            told[column.name] = base64.b64decode(value)
    return told
