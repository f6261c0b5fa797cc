"""All that a desk decided about routing, in one document: checked, kept and changed as a whole.

It is written in TOML or JSON, edited in the inbox, and every version of it is kept: a decision
names the one it was made by, and an earlier one can be taken up again.
"""

import math
import re
import tomllib
from collections.abc import Collection, Iterable, Mapping
from typing import Any, TypeVar

import msgspec
from msgspec import field
from msgspec.structs import replace

from inbox.model import Value
from routing import order, queues, rules, toml
from routing.bots.forms import checking as bots
from routing.bots.model import Bot, Flow
from routing.hours import Calendar, Hours
from routing.model import YEAR, refuse
from routing.order import Weights
from routing.queues import Queue
from routing.rules import Known, Rules

ALL = "all"  #: how TOML, which has no null, says that a channel takes all of an agent's room
LONGEST = 60  #: letters of a name
ROOMIEST = 1000.0  #: no conversation weighs more
EXACT = 2**53  #: whole numbers up to it are the same everywhere
CONTACT = re.compile(r"[^\s@:/]+@[^\s@:/]+\.[^\s@:/]+|\+?[0-9][0-9 ()/-]{2,30}|https://[^\s/]+\S*")
T = TypeVar("T")


def usual_weights() -> dict[str, float | None]:
    return {"voice": None, "webchat": 1.0, "email": 0.5}


class Setup(Value, forbid_unknown_fields=True):
    """Queues, and what they need. Without queues every conversation is everybody's."""

    hours: dict[str, Calendar] = {}
    skills: tuple[str, ...] = ()
    queues: dict[str, Queue] = {}
    rules: Rules = Rules()
    order: Weights = field(default_factory=Weights)
    usual: str | None = None  #: the queue of what no rule speaks of
    weights: dict[str, float | None] = field(default_factory=usual_weights)  #: of a channel; else 1
    misses: int = 2  #: offers in a row after which who misses them is away
    grace: float = 60.0  #: seconds after which the work of an agent who left returns
    tier: str = "tier"  #: the attribute that tells a customer's
    value: str = "value"  #: and the one that tells how valuable they are, 0 to 1
    bots: dict[str, Bot] = {}
    flows: dict[str, Flow] = {}  #: forms that the bots may fill
    bot: str | None = None  #: who talks first with everybody, unless a rule says who
    rehearse_first: bool = False  #: what the bots learned waits until somebody puts it live
    name: str = ""  #: what customers call the desk, such as ``Acme``; on the help page
    contacts: tuple[str, ...] = ()  #: what it leads to: email addresses, numbers, https links

    def weight(self, channel: str) -> float | None:
        """Return the room that a conversation of a channel takes; none takes all."""
        return self.weights.get(channel, 1.0)


# --- reading and writing --------------------------------------------------------------------
def parse(text: str | bytes) -> Setup:
    """Read a setup in TOML, or in JSON when it begins with a brace; it is not checked yet.

    Raises Invalid with a sentence that says where.
    """
    text = text.decode(errors="replace") if isinstance(text, bytes) else text
    try:
        data = msgspec.json.decode(text) if text.lstrip()[:1] == "{" else tomllib.loads(text)
    except (msgspec.DecodeError, tomllib.TOMLDecodeError) as error:
        refuse("setup", f"{error}.")
    return read(data)


def read(data: object) -> Setup:
    """Make a setup of plain data, as TOML or JSON give it. Raises Invalid."""
    if not isinstance(data, dict):
        refuse("setup", "It is a table of settings.")
    check_plain(data, "")
    parts = {
        "hours": each(data.get("hours", {}), Calendar, "hours"),
        "queues": each(data.get("queues", {}), Queue, "queues"),
        "bots": each(data.get("bots", {}), Bot, "bots"),
        "flows": each(data.get("flows", {}), Flow, "flows"),
    }
    rest = {name: value for name, value in data.items() if name not in parts}
    if isinstance(rest.get("weights"), dict):
        given = rest["weights"].items()
        rest["weights"] = {name: None if room == ALL else room for name, room in given}
    return replace(converted(rest, Setup, ""), **parts)


def each(data: object, kind: type[T], where: str) -> dict[str, T]:
    """Read the tables of a table one by one, so that a mistake says in which of them it is."""
    if not isinstance(data, dict):
        refuse(where, "It is a table with a table for each name.")
    return {name: converted(one, kind, f"{where}.{name}") for name, one in data.items()}


def converted(data: object, kind: type[T], where: str) -> T:
    try:
        return msgspec.convert(data, kind, str_keys=True)
    except msgspec.ValidationError as error:
        why, _, place = str(error).partition(" - at `")
        inner = place.rstrip("`").removeprefix("key in ").removeprefix("$").strip(".")
        refuse(".".join(filter(None, [where, inner])) or "setup", f"{why}.")


def check_plain(data: object, where: str) -> None:
    """Refuse what could not be kept: numbers that are none, letters that no database takes."""
    match data:
        case dict():
            for name, one in data.items():
                check_plain(name, where or "setup")
                check_plain(one, f"{where}.{name}" if where else name)
        case list() | tuple():
            for number, one in enumerate(data):
                check_plain(one, f"{where}[{number}]")
        case str() if "\0" in data:
            refuse(where, "It has a letter that cannot be kept.")
        case float() if not math.isfinite(data):
            refuse(where, f"{data} is no number that can be meant.")
        case int() if abs(data) > EXACT:
            refuse(where, f"{data} is too large.")


def write(setup: Setup) -> str:
    """Write a setup in TOML, without what is as it always is."""
    data = toml.sparse(setup)
    if "weights" in data:
        said = data["weights"].items()
        data["weights"] = {name: ALL if room is None else room for name, room in said}
    return toml.dump(data)


# --- checking -------------------------------------------------------------------------------
def known(setup: Setup, channels: Iterable[str], accounts: Iterable[str]) -> Known:
    """Return the names that the rules of a setup may use."""
    return Known(
        queues=frozenset(setup.queues),
        skills=frozenset(setup.skills),
        hours=frozenset(setup.hours),
        channels=frozenset(channels),
        accounts=frozenset(accounts),
        bots=frozenset(setup.bots),
    )


def check(setup: Setup, channels: Collection[str], accounts: Iterable[str]) -> None:
    """Refuse a setup that cannot work. Raises Invalid with a sentence that says where."""
    check_plain(msgspec.to_builtins(setup), "")
    check_names("hours", setup.hours)
    check_names("skills", setup.skills)
    check_names("queues", setup.queues)
    check_names("bots", setup.bots)
    check_names("flows", setup.flows)
    for name, calendar in setup.hours.items():
        Hours(calendar, f"hours.{name}")
    queues.check(setup.queues, setup.skills, setup.hours, "queues")
    for name, queue in setup.queues.items():
        check_names(f"queues.{name}.codes", queue.codes)
    rules.check(setup.rules, known(setup, channels, accounts), "rules")
    order.check(setup.order)
    bots.check(setup.bots, setup.flows, setup.queues, "bots")
    check_desk(setup)
    check_weights(setup.weights, {*channels, *usual_weights()})


def check_names(where: str, names: Iterable[str]) -> None:
    """Refuse names that people could not tell apart, or not read."""
    seen: dict[str, str] = {}
    for name in names:
        place = f"{where}.{name}"
        if not name or name != " ".join(name.split()) or not name.isprintable():
            refuse(place, "A name has letters, and no spaces around it.")
        if len(name) > LONGEST:
            refuse(place, f"A name has at most {LONGEST} letters.")
        if name.casefold() in seen:
            refuse(place, f"There is {seen[name.casefold()]!r} already.")
        seen[name.casefold()] = name


def check_desk(setup: Setup) -> None:
    """Refuse what holds for all queues and cannot be meant."""
    if setup.usual is not None and setup.usual not in setup.queues:
        refuse("usual", f"There is no queue {setup.usual!r}.")
    if setup.bot is not None and setup.bot not in setup.bots:
        refuse("bot", f"There is no bot {setup.bot!r}.")
    if len(setup.name) > LONGEST:
        refuse("name", f"A name has at most {LONGEST} letters.")
    for one in setup.contacts:
        if not CONTACT.fullmatch(one):
            refuse("contacts", f"{one!r} is no email address, no number, and no https link.")
    if setup.misses < 1:
        refuse("misses", "One missed offer is the least.")
    if not 0 <= setup.grace <= YEAR:
        refuse("grace", "It takes a number of seconds, at most a year.")
    for name, attribute in (("tier", setup.tier), ("value", setup.value)):
        if not attribute.strip():
            refuse(name, "It takes the name of an attribute of customers.")


def check_weights(weights: Mapping[str, float | None], channels: Collection[str]) -> None:
    for channel, room in weights.items():
        place = f"weights.{channel}"
        if channel not in channels:
            refuse(place, f"There is no channel {channel!r}.")
        if room is not None and not 0 <= room <= ROOMIEST:
            refuse(place, f'It takes 0 to {ROOMIEST:g}, or "{ALL}".')


def plain(setup: Setup) -> dict[str, Any]:
    """Return a setup as the JSON that is kept and sent."""
    data: dict[str, Any] = msgspec.to_builtins(setup, str_keys=True)
    return data
