"""Payloads as they arrive by mistake or on purpose: cut off, incomplete, of other types."""

import json
import random
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qsl, urlencode

WRONG: tuple[Any, ...] = (
    None,
    "",
    "x",
    "\x00",
    "\ud800",
    "x" * 5_000,
    0,
    -1,
    10**30,
    1.5,
    True,
    [],
    {},
    [None],
    {"x": None},
)
Path = tuple[str | int, ...]


def spoiled(payload: bytes, *, most: int = 100, seed: int = 0) -> Iterator[bytes]:
    """Yield up to *most* damaged copies of *payload*, the same ones for the same *seed*."""
    chance = random.Random(seed)  # noqa: S311  # nobody gains by guessing it
    ways: list[Callable[[bytes, random.Random], bytes]] = [cut_off, garbled]
    if (read := as_json(payload)) is not None:
        ways += [lambda _, chance: changed_json(read, chance)] * 4
    elif fields := as_form(payload):
        ways += [lambda _, chance: changed_form(fields, chance)] * 4
    for number in range(most):
        yield ways[number % len(ways)](payload, chance)


def cut_off(payload: bytes, chance: random.Random) -> bytes:
    return payload[: chance.randrange(len(payload) + 1)]


def garbled(payload: bytes, chance: random.Random) -> bytes:
    """Change a few bytes."""
    damaged = bytearray(payload)
    for _ in range(chance.randint(1, 5)):
        if damaged:
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
    return bytes(damaged)


def as_json(payload: bytes) -> Any:
    """Return the object or list that *payload* is; None when it is none."""
    try:
        read = json.loads(payload)
    except (ValueError, RecursionError):
        return None
    return read if isinstance(read, dict | list) else None


def as_form(payload: bytes) -> list[tuple[str, str]]:
    try:
        return parse_qsl(payload.decode("ascii"), keep_blank_values=True, strict_parsing=True)
    except ValueError:
        return []


def changed_json(read: Any, chance: random.Random) -> bytes:
    """Take something out of a document, or put something else in its place."""
    places = list(paths(read))
    if not places:
        return b"{}"
    damaged = json.loads(json.dumps(read))
    *way, last = chance.choice(places)
    inner = damaged
    for step in way:
        inner = inner[step]
    if chance.random() < 0.4:
        del inner[last]
    else:
        inner[last] = chance.choice(WRONG)
    return json.dumps(damaged).encode()


def paths(read: Any, here: Path = ()) -> Iterator[Path]:
    """Yield the way to everything in a document."""
    entries = read.items() if isinstance(read, dict) else enumerate(read)
    for key, value in entries:
        yield (*here, key)
        if isinstance(value, dict | list):
            yield from paths(value, (*here, key))


def changed_form(fields: list[tuple[str, str]], chance: random.Random) -> bytes:
    """Take a field out of a form, say it twice, or say something else in it."""
    damaged = list(fields)
    place = chance.randrange(len(damaged))
    name, value = damaged.pop(place)
    change: Callable[[], list[tuple[str, str]]] = chance.choice(
        [
            list,
            lambda: [(name, ""), (name, value)],
            lambda: [(name, "x")],
            lambda: [(name, "\x00")],
            lambda: [(name, "-1")],
            lambda: [(name, "9" * 40)],
            lambda: [(name, "x" * 5_000)],
        ]
    )
    damaged[place:place] = change()
    return urlencode(damaged).encode()
