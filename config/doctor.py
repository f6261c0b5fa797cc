"""Look whether everything the desk needs is there, without changing anything."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import msgspec
from sqlalchemy import Connection, func, select, text

from config import models, secrets
from config.accounts import stored
from config.settings import AccountSettings, Settings
from inbox.channel import Check, Line
from inbox.database import Database, connect
from inbox.errors import DeskError
from inbox.migrations import current, newest
from inbox.model import AccountId
from inbox.tables import EventRow

PATIENCE = 30.0  # seconds for each thing that is looked at
ROOM = 2**30  # bytes that should be free
SKEW = 5.0  # seconds that clocks may differ


async def examine(settings: Settings) -> list[Check]:
    """Return everything that was looked at."""
    checks = await asyncio.to_thread(lambda: list(local(settings)))
    accounts = settings.accounts()
    with suppress(Exception):  # what is wrong with the database was found above
        accounts += await asyncio.to_thread(kept_accounts, settings)
    for account in accounts:
        checks += await of_account(account, settings.public_url)
    checks += await of_language_model(settings)
    checks += [check async for check in from_outside(settings)]
    return checks


def printed(check: Check, *, as_json: bool) -> str:
    if as_json:
        return msgspec.json.encode(check).decode()
    return f"{'fine' if check.fine else 'TROUBLE':<8} {check.name}: {check.found}"


# --- this machine ---------------------------------------------------------------------------
def local(settings: Settings) -> Iterator[Check]:
    """Look at the database, the disk, the clock and the built pages."""
    yield from of_database(settings)
    yield of_disk(settings)
    yield of_pages()


def of_database(settings: Settings) -> Iterator[Check]:
    try:
        database = connect(settings.desk.database)
    except DeskError as error:
        yield Check(name="database", fine=False, found=str(error))
        return
    try:
        with database.reading.connect() as connection:
            yield Check(name="database", fine=True, found=kind(database, connection))
            yield of_tables(database)
            yield of_clock(connection)
        if current(database) == newest():
            yield from secrets.checks(settings, database)
    except Exception as error:  # noqa: BLE001  # whatever it is, it is the finding
        said = str(getattr(error, "orig", None) or error).strip().splitlines() or [""]
        yield Check(name="database", fine=False, found=f"It cannot be used: {said[0]}")
    finally:
        database.close()


def kept_accounts(settings: Settings) -> list[AccountSettings]:
    """Return the accounts that were added in the inbox and whose settings can be opened."""
    database = connect(settings.desk.database)
    try:
        return stored.readable(database, secrets.vault(settings))
    finally:
        database.close()


def kind(database: Database, connection: Connection) -> str:
    if database.is_sqlite:
        return f"SQLite {connection.scalar(text('SELECT sqlite_version()'))}"
    return f"PostgreSQL {connection.scalar(text('SHOW server_version'))}"


def of_tables(database: Database) -> Check:
    there, wanted = current(database), newest()
    if there is None:
        return Check(
            name="tables", fine=True, found="There are none yet; `parlour run` makes them."
        )
    if there < wanted:
        return Check(name="tables", fine=False, found="They are old: run `parlour migrate`.")
    if there > wanted:
        return Check(name="tables", fine=False, found="They are newer than this program.")
    return Check(name="tables", fine=True, found=f"They are up to date ({there}).")


def of_clock(connection: Connection) -> Check:
    """Compare our clock with the database's, or with the record, which must not be ahead."""
    now = datetime.now(UTC)
    if connection.dialect.name == "postgresql":
        theirs = connection.scalar(text("SELECT clock_timestamp()"))
        apart = abs((theirs - now).total_seconds())
        found = f"It differs by {apart:.1f} s from the database's."
        return Check(name="clock", fine=apart <= SKEW, found=found)
    newest_event = None
    with suppress(Exception):  # there are no tables yet
        newest_event = connection.scalar(select(func.max(EventRow.at)))
    if newest_event and (newest_event - now).total_seconds() > SKEW:
        return Check(name="clock", fine=False, found="It is behind what was written last; set it.")
    return Check(name="clock", fine=True, found=f"It says {now:%Y-%m-%d %H:%M:%S} UTC.")


def of_disk(settings: Settings) -> Check:
    folder = Path(settings.desk.files).absolute()
    while not folder.exists():
        folder = folder.parent
    free = shutil.disk_usage(folder).free
    found = f"{free / 2**30:.1f} GB are free at {folder}."
    return Check(name="disk", fine=free >= ROOM, found=found)


def of_pages() -> Check:
    """Look whether the pages were built; Node is needed for that, never to run the desk."""
    from agents_ui.site import STATIC

    built = (STATIC / "inbox" / "index.html").exists() and (STATIC / "widget").exists()
    found = "They are built." if built else "They are not built: run `python hatch_build.py`."
    return Check(name="pages", fine=built, found=found)


# --- providers ------------------------------------------------------------------------------
async def of_account(account: AccountSettings, url: str) -> list[Check]:
    """Ask the channel to look at its servers."""
    name = f"account {account.name}"
    nobody = cast(Line, Nobody(f"{url}/channels/{account.name}"))
    channel = account.channel(account.settings, nobody)
    try:
        async with asyncio.timeout(PATIENCE):
            found = await channel.doctor()
    except TimeoutError:
        found = [Check(name=account.kind, fine=False, found="It took too long to answer.")]
    except Exception as error:  # noqa: BLE001  # whatever it is, it is the finding
        found = [Check(name=account.kind, fine=False, found=str(error) or type(error).__name__)]
    finally:
        with suppress(Exception):
            await channel.close()
    return [msgspec.structs.replace(one, name=f"{name}: {one.name}") for one in found]


class Nobody:
    """The line of a channel that is only looked at: nothing it says is kept."""

    account = AccountId(0)

    def __init__(self, url: str) -> None:
        self.at = url

    def __getattr__(self, name: str) -> Any:
        async def nothing(*_: object, **__: object) -> None:
            return None

        at_once = name in AT_ONCE or name.startswith("on_")
        return (lambda *_, **__: None) if at_once else nothing

    def now(self) -> datetime:
        return datetime.now(UTC)

    def url(self, path: str = "") -> str:
        return f"{self.at}/{path.lstrip('/')}".rstrip("/")


AT_ONCE = ("record", "typing", "sign", "check", "seal", "unseal", "link", "file")  # without a wait


# --- the language model ---------------------------------------------------------------------
async def of_language_model(settings: Settings) -> list[Check]:
    """Have the model, where there is one, write a word."""
    if not settings.language_model.base_url:
        return []
    endpoint = models.endpoint(settings.language_model)
    try:
        trouble = await endpoint.look()
    finally:
        await endpoint.close()
    found = trouble or f"{settings.language_model.model} answers."
    return [Check(name="language model", fine=trouble is None, found=found)]


# --- from outside ---------------------------------------------------------------------------
async def from_outside(settings: Settings) -> AsyncIterator[Check]:
    """Call the desk as a browser does, through whatever stands before it."""
    import aiohttp

    url = settings.public_url
    patience = aiohttp.ClientTimeout(total=PATIENCE)
    async with aiohttp.ClientSession(timeout=patience) as session:
        reached = await of_address(session, url)
        yield reached
        if reached.fine:
            yield await of_websocket(session, url, settings.accounts())
    yield of_protection(url)


async def of_address(session: Any, url: str) -> Check:
    from aiohttp import ClientError

    try:
        async with session.get(f"{url}/health/live") as answer:
            fine = answer.status == 200 and (await answer.json()).get("status") == "ok"
    except (ClientError, TimeoutError, ValueError) as error:
        found = f"{url} does not answer ({type(error).__name__}). Is the desk running?"
        return Check(name="public address", fine=False, found=found)
    found = f"{url} answers." if fine else f"Something else than this desk answers at {url}."
    return Check(name="public address", fine=fine, found=found)


async def of_websocket(session: Any, url: str, accounts: Sequence[AccountSettings]) -> Check:
    """Open a visitor's websocket; a proxy that does not know them answers otherwise."""
    from aiohttp import ClientError

    name = next((one.name for one in accounts if one.kind == "webchat"), None)
    if name is None:
        return Check(name="websocket", fine=True, found="Not tried: there is no web chat account.")
    try:
        async with session.ws_connect(f"{url}/channels/{name}/socket"):
            return Check(name="websocket", fine=True, found="It goes through.")
    except (ClientError, TimeoutError) as error:
        found = (
            f"It does not go through ({type(error).__name__}); have the proxy pass on Upgrade "
            "and Connection. Without it, chats fall back to asking again and again."
        )
        return Check(name="websocket", fine=False, found=found)


def of_protection(url: str) -> Check:
    """Look whether what people type travels encrypted."""
    if url.startswith("https://"):
        return Check(name="encryption", fine=True, found="The public address is https.")
    here = url.split("://")[1].startswith(("127.", "localhost", "[::1]"))
    found = (
        "Not needed on this machine alone."
        if here
        else "The public address is http: passwords travel readable. Put TLS before it."
    )
    return Check(name="encryption", fine=here, found=found)
