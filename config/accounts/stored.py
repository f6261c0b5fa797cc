"""Channel accounts that are kept in the store: their settings sealed, read and written."""

from contextlib import suppress
from typing import Any

import msgspec

import channels
from config.forms import over
from config.layers import Unusable, typed
from config.secrets import purpose
from config.settings import AccountSettings, kind_settings
from inbox.channel import Channel
from inbox.database import Database
from inbox.errors import DeskError, Invalid
from inbox.store.accounts import EVERY, Kept, as_kept
from inbox.vault import Vault

Told = dict[str, Any]


def sealed(vault: Vault, name: str, told: Told) -> bytes:
    """Return the settings of an account as they are kept."""
    return vault.seal(purpose(name), msgspec.json.encode(told))


def told_by(vault: Vault, account: Kept) -> Told:
    """Return the settings that are kept of an account. Raises `Locked`."""
    opened = vault.open(purpose(account.name), account.settings or b"")
    told: Told = msgspec.json.decode(opened)
    return told


def understood(kind: str, name: str, told: Told) -> AccountSettings:
    """Turn what was told into settings. Raises `Unusable`, or `Invalid` when no such kind is."""
    channel = channel_of(kind)
    settings = typed(kind_settings(channel), told, files=False)
    return AccountSettings(name=name, kind=kind, channel=channel, settings=settings)


def channel_of(kind: str) -> type[Channel[Any]]:
    """Return the channel of a *kind*. Raises `Invalid`."""
    try:
        return channels.load(kind)
    except LookupError as error:
        raise Invalid(str(error.args[0])) from None
    except ImportError as error:
        raise Invalid(
            f"{kind} needs {error.name or 'a package'}, which is not installed."
        ) from None


def opened(vault: Vault, account: Kept) -> AccountSettings:
    """Return the settings of an account that is kept. Raises `Locked` or `Invalid`."""
    try:
        return understood(account.kind, account.name, told_by(vault, account))
    except Unusable as error:
        raise Invalid(f"Its settings cannot be used any more: {error}") from error


def readable(database: Database, vault: Vault) -> list[AccountSettings]:
    """Return the accounts that are kept in the store, but those that cannot be opened."""
    with database.reading.connect() as connection:
        rows = [as_kept(row) for row in connection.execute(EVERY)]
    found = []
    for one in rows:
        if one.settings and one.archived_at is None:
            with suppress(DeskError):
                found.append(opened(vault, one))
    return found


def changed(account: Kept, before: Told, new: Told) -> Told:
    """Return the settings *before* with *new* over them."""
    return over(kind_settings(channel_of(account.kind)), before, new)
