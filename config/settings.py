"""What a desk can be told. ``default.toml`` beside this file explains every setting.

Settings come from three places, the later ones winning: the defaults below, a TOML file, and
the environment, where ``PARLOUR_WEB_PORT`` is ``port`` in ``[web]``. A name that ends in
``_FILE`` (in TOML ``_file``) names a file that holds the value, as secrets are handed over.
"""

import os
import tomllib
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any

import msgspec

import channels
from config.forms import SECRET
from config.layers import Unusable, below, merged, overlay, typed
from inbox.channel import Channel
from inbox.model import Value

__all__ = ["DEFAULT_FILE", "AccountSettings", "Settings", "Unusable", "load"]

DEFAULT_FILE = "parlour.toml"
MEGABYTE = 1024 * 1024
PREFIX = "PARLOUR_"


class LogFormat(StrEnum):
    CONSOLE = "console"
    JSON = "json"


class LogLevel(StrEnum):
    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


class DeskSettings(Value):
    database: str = "sqlite:///var/parlour.db"
    files: str = "var/files"
    public_url: str = ""
    secret_key: str = ""
    inward_look_ups: bool = False

    def __post_init__(self) -> None:
        if self.public_url and not self.public_url.startswith(("http://", "https://")):
            raise ValueError("public_url must begin with https:// or http://")


class WebSettings(Value):
    host: str = "127.0.0.1"
    port: int = 8080
    proxies: tuple[str, ...] = ()
    session_hours: float = 336.0
    largest_upload: int = 25 * MEGABYTE
    metrics_token: str = ""
    header_seconds: float = 10.0
    body_seconds: float = 10.0
    connections: int = 20_000
    connections_per_address: int = 256
    shutdown_seconds: float = 25.0


class LogSettings(Value):
    format: LogFormat = LogFormat.CONSOLE
    level: LogLevel = LogLevel.INFO


class LanguageModelSettings(Value):
    base_url: str = ""
    model: str = ""
    api_key: str = ""
    seconds: float = 10.0
    redact: bool = True

    def __post_init__(self) -> None:
        if self.base_url and not self.base_url.startswith(("http://", "https://")):
            raise ValueError("base_url must begin with https:// or http://")
        if bool(self.base_url) != bool(self.model):
            raise ValueError("base_url and model go together; leave out both for no model")
        if not 0.1 <= self.seconds <= 600:
            raise ValueError("seconds is between 0.1 and 600")


class AccountSettings(Value):
    """One channel account, its channel found by its kind."""

    name: str
    kind: str
    channel: type[Channel[Any]]
    settings: Value

    @property
    def address(self) -> str | None:
        """What customers see of it, where the channel has such a thing."""
        found = getattr(self.settings, "address", None)
        return found if isinstance(found, str) else None


class Settings(Value):
    """Everything a desk can be told."""

    desk: DeskSettings = DeskSettings()
    web: WebSettings = WebSettings()
    log: LogSettings = LogSettings()
    language_model: LanguageModelSettings = LanguageModelSettings()
    account: dict[str, dict[str, Any]] = {}

    @property
    def public_url(self) -> str:
        """Where browsers find the desk, without a slash at the end."""
        return (self.desk.public_url or f"http://{self.web.host}:{self.web.port}").rstrip("/")

    def accounts(self) -> list[AccountSettings]:
        """Return the channel accounts, understood. Raises `Unusable`."""
        return [account(name, told) for name, told in self.account.items()]


def load(path: Path | None = None, environment: Mapping[str, str] = os.environ) -> Settings:
    """Read the settings. Raises `Unusable`, which names every mistake there is.

    Without *path* it is what PARLOUR_CONFIG names, or ./parlour.toml when there is one.
    """
    told = read(path or found(environment))
    names = {key: value for key, value in environment.items() if key.startswith(PREFIX)}
    accounts = tables(told, "account")
    settings = typed(Settings, merged(told, overlay(Settings, below(names, PREFIX), PREFIX)))
    for name in accounts:
        prefix = f"{PREFIX}ACCOUNT_{name.upper().replace('-', '_')}_"
        kind = channel_of(name, accounts[name])
        spoken = overlay(kind_settings(kind), below(names, prefix), prefix)
        settings.account[name].update(merged(settings.account[name], spoken))
    return settings


def found(environment: Mapping[str, str]) -> Path | None:
    if named := environment.get("PARLOUR_CONFIG"):
        return Path(named)
    return Path(DEFAULT_FILE) if Path(DEFAULT_FILE).exists() else None


def read(path: Path | None) -> dict[str, Any]:
    """Return what a TOML file says; nothing when there is no file."""
    if path is None:
        return {}
    try:
        return tomllib.loads(path.read_text())
    except OSError as error:
        raise Unusable([f"{path} cannot be read: {error.strerror}."]) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Unusable([f"{path} is not valid TOML: {error}."]) from None


def tables(told: Mapping[str, Any], key: str) -> dict[str, dict[str, Any]]:
    """Return the tables below *key*, such as ``[account.support]``."""
    found = told.get(key, {})
    if not isinstance(found, dict) or not all(isinstance(one, dict) for one in found.values()):
        raise Unusable([f"{key}: write each as [{key}.NAME], where NAME is yours to choose."])
    return found


def account(name: str, told: Mapping[str, Any]) -> AccountSettings:
    """Understand the table of one account."""
    where = f"account.{name}"
    if not name.replace("-", "").replace("_", "").isalnum() or not name.isascii():
        raise Unusable([f"{where}: a name has letters, digits, - and _; it is part of addresses."])
    channel = channel_of(name, told)
    rest = {key: value for key, value in told.items() if key != "kind"}
    settings = typed(kind_settings(channel), rest, where)
    return AccountSettings(name=name, kind=told["kind"], channel=channel, settings=settings)


def channel_of(name: str, told: Mapping[str, Any]) -> type[Channel[Any]]:
    """Return the channel that an account's kind names, imported only now."""
    if "kind" not in told:
        raise Unusable([f"account.{name}: say which kind it is: {', '.join(channels.kinds())}."])
    try:
        return channels.load(str(told["kind"]))
    except LookupError as error:
        raise Unusable([f"account.{name}.kind: {error.args[0]}"]) from None


def kind_settings(channel: type[Channel[Any]]) -> type[Value]:
    """Return the ``Settings`` of a channel: what its base class is bound to."""
    for base in getattr(channel, "__orig_bases__", ()):
        for argument in getattr(base, "__args__", ()):
            if isinstance(argument, type) and issubclass(argument, Value):
                return argument
    raise TypeError(f"{channel.__name__} does not say which settings it has.")


def shown(settings: Settings) -> str:
    """Write the settings as JSON with every secret covered."""
    whole = msgspec.to_builtins(settings)
    whole["account"] = {
        one.name: {"kind": one.kind} | msgspec.to_builtins(one.settings)
        for one in settings.accounts()
    }
    return msgspec.json.format(msgspec.json.encode(covered(whole)), indent=2).decode()


def covered(value: Any, name: str = "") -> Any:
    """Replace what nobody should read over a shoulder."""
    if isinstance(value, dict):
        return {key: covered(one, key) for key, one in value.items()}
    if name == "database" and isinstance(value, str) and "@" in value:
        scheme, _, rest = value.partition("://")
        user, _, host = rest.rpartition("@")
        return f"{scheme}://{user.partition(':')[0]}{':***' if ':' in user else ''}@{host}"
    if isinstance(value, list | tuple):
        return [covered(one, name) for one in value]
    return "***" if value and isinstance(value, str) and name.endswith(SECRET) else value
