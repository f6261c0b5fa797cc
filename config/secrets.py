"""Where the secret key lies: in the settings, or in a file beside the database.

Each line of the file is a key; the first one seals, all of them open. Whoever has only the
database, or a backup of it, cannot read the passwords of the accounts kept there.
"""

import os
import stat
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from sqlalchemy import make_url, select

from config.settings import Settings
from inbox.actions.accounts import reseal as reseal_one
from inbox.channel import Check
from inbox.database import Database
from inbox.desk import Desk
from inbox.errors import Conflict, Locked
from inbox.tables import AccountRow
from inbox.vault import Keys, Vault, new_key

SEALED = select(AccountRow.name, AccountRow.settings).where(
    AccountRow.settings.is_not(None), AccountRow.archived_at.is_(None)
)


def vault(settings: Settings) -> Vault:
    """Return the vault of a desk, whose keys are read when they are needed."""
    return Vault(keys(settings))


def keys(settings: Settings) -> Keys:
    told = tuple(settings.desk.secret_key.split())
    if told:
        return lambda: told
    return lambda: in_file(key_file(settings))


def in_file(path: Path) -> Sequence[str]:
    try:
        return path.read_text().split()
    except OSError:
        return ()


def key_file(settings: Settings) -> Path:
    """Return where the keys lie when the settings name none: beside what they protect."""
    url = make_url(settings.desk.database)
    beside = url.database if url.get_backend_name() == "sqlite" else settings.desk.files
    return Path(f"{beside}.key")


def prepare(settings: Settings, database: Database) -> None:
    """Make a key at the first start; never in the place of one that was lost."""
    path = key_file(settings)
    if settings.desk.secret_key or path.exists():
        return
    with database.reading.connect() as connection:
        if connection.execute(SEALED).first():
            return
    with suppress(FileExistsError):  # another process was quicker
        write(path, [new_key()], replace=False)


def write(path: Path, lines: Sequence[str], *, replace: bool) -> None:
    """Put keys where nobody else may read them, all at once."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.{os.getpid()}")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(descriptor, "w") as out:
            out.write("".join(f"{line}\n" for line in lines))
            out.flush()
            os.fsync(out.fileno())
        if replace:
            part.replace(path)
        else:
            os.link(part, path)
    finally:
        part.unlink(missing_ok=True)


def add_key(settings: Settings) -> Path:
    """Put a new key in front of the others. Raises `Conflict` when they stand in the settings."""
    if settings.desk.secret_key:
        raise Conflict(
            "The keys stand in the settings: put a new one in front of desk.secret_key, "
            "restart the desk, and run this again with --no-key."
        )
    path = key_file(settings)
    write(path, [new_key(), *in_file(path)], replace=True)
    return path


async def reseal(desk: Desk) -> int:
    """Seal with the first key what any key sealed, and return how many accounts that were.

    What channels sealed for themselves, such as a renewed sign-in, they seal anew when they
    keep it next. Raises `Locked`.
    """
    count = 0
    for kept in await desk.read(lambda unit: unit.accounts.every()):
        if kept.settings and kept.archived_at is None:
            plain = desk.vault.open(purpose(kept.name), kept.settings)
            sealed = desk.vault.seal(purpose(kept.name), plain)
            await desk.write(reseal_one, kept.id, kept.settings, sealed)
            count += 1
    return count


def checks(settings: Settings, database: Database) -> Iterator[Check]:
    """Look whether the key is there, is kept to ourselves, and opens what was sealed."""
    with database.reading.connect() as connection:
        sealed = [(row.name, row.settings) for row in connection.execute(SEALED)]
    safe, opened = vault(settings), 0
    for name, content in sealed:
        with suppress(Locked):
            safe.open(purpose(name), content)
            opened += 1
    fine = opened == len(sealed)
    lost = f"It opens the settings of {opened} of {len(sealed)} accounts; bring back the key."
    yield Check(
        name="secret key",
        fine=fine,
        found=f"It opens the settings of {len(sealed)} accounts." if fine else lost,
    )
    path = key_file(settings)
    if not settings.desk.secret_key and path.exists():
        private = not path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO)
        advice = "Keep a copy apart from the backups." if private else f"Run chmod 600 {path}."
        yield Check(name="secret key's file", fine=private, found=f"It is {path}. {advice}")


def purpose(name: str) -> str:
    """Return what the settings of an account are sealed for: another's do not fit."""
    return f"settings of {name}"
