"""A private PostgreSQL in a temporary folder, reached over its own unix socket."""

import contextlib
import ctypes
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import psycopg

DEBIAN = Path("/usr/lib/postgresql")
SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",  # these clusters never outlive the test that made them
    "full_page_writes": "off",
    "shared_buffers": "32MB",
    "max_connections": "100",
    "max_wal_size": "256MB",
    "autovacuum": "off",
    "timezone": "Europe/Warsaw",  # whoever forgets a zone notices it
    "log_min_messages": "fatal",
}


def binaries() -> Path:
    """Return the folder of the newest PostgreSQL here."""
    if found := shutil.which("initdb"):
        return Path(found).resolve().parent
    versions = sorted(DEBIAN.glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if not versions:
        raise FileNotFoundError("PostgreSQL is not installed: scripts/test installs it.")
    return versions[-1].parent


def ordinary_user() -> str | None:
    """Return who runs the server when we are root, whom it refuses."""
    return "nobody" if os.geteuid() == 0 else None


def die_with_parent() -> None:
    """Have the kernel end this process with the one that started it (Linux)."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(1, signal.SIGQUIT)


class Postgres:
    """A cluster; `start` and `stop` it as often as you like."""

    def __init__(self, folder: Path, settings: dict[str, str] | None = None) -> None:
        self.folder = folder
        self.data = folder / "data"
        self.settings = SETTINGS | (settings or {})
        self.process: subprocess.Popen[bytes] | None = None

    def url(self, name: str = "postgres") -> str:
        return f"postgresql+psycopg://desk@/{name}?host={self.folder}"

    def connect(self, name: str = "postgres") -> psycopg.Connection:
        return psycopg.connect(host=str(self.folder), user="desk", dbname=name, autocommit=True)

    def run(self, *command: str) -> None:
        subprocess.run(
            command, user=ordinary_user(), cwd=self.folder, check=True, capture_output=True
        )

    def create(self) -> None:
        if user := ordinary_user():
            shutil.chown(self.folder, user)
        initdb = [str(binaries() / "initdb"), "-D", str(self.data), "-U", "desk", "-A", "trust"]
        self.run(*initdb, "-E", "UTF8", "--no-locale", "--no-sync")

    def start(self) -> None:
        """Return once it answers."""
        options = [f"-c{name}={value}" for name, value in self.settings.items()]
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [binaries() / "postgres", "-D", self.data, "-k", self.folder, *options],
                user=ordinary_user(),
                cwd=self.folder,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=die_with_parent,  # noqa: PLW1509  # it only makes a system call
            )
        deadline = time.monotonic() + 120
        while not self.answers():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError((self.folder / "log").read_text())
            time.sleep(0.05)

    def answers(self) -> bool:
        try:
            self.connect().close()
        except psycopg.OperationalError:
            return False
        return True

    def stop(self, how: signal.Signals = signal.SIGQUIT) -> None:
        """End it the hard way: connections break in the middle, as in a crash."""
        if self.process:
            self.process.send_signal(how)
            self.process.wait(timeout=120)
            self.process = None

    def clone(self, template: str, name: str) -> None:
        with self.connect() as connection:
            connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')

    def empty(self, name: str, *, keep: Sequence[str] = ()) -> None:
        """Take every row out of a database, and let its numbers begin anew.

        For a few rows that is a hundred times quicker than a new database.
        """
        with self.connect(name) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            connection.execute("SET session_replication_role = replica")  # no keys, no triggers
            tables = connection.execute(
                "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
            ).fetchall()
            for (table,) in tables:
                if table not in keep:
                    connection.execute(f'DELETE FROM "{table}"')
            connection.execute(
                "SELECT setval(format('%I', sequencename)::regclass, 1, false) FROM pg_sequences"
            )

    def drop(self, name: str) -> None:
        with self.connect() as connection:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@contextlib.contextmanager
def running_postgres(settings: dict[str, str] | None = None) -> Iterator[Postgres]:
    """Start a new cluster, and leave nothing of it behind."""
    # not pytest's folder: another user has to reach it, and a socket's path must be short
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    server = Postgres(folder, settings)
    try:
        server.create()
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)
