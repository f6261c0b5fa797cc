"""Lay what the environment says over what a file says, and refuse what nobody knows."""

import difflib
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

import msgspec

from inbox.errors import DeskError
from inbox.model import Value

V = TypeVar("V", bound=Value)
Told = dict[str, Any]


class Unusable(DeskError):
    """These settings cannot be used."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = list(problems)


def typed(kind: type[V], told: Told, where: str = "", *, files: bool = True) -> V:
    """Turn what was told into *kind*. Raises `Unusable` with every unknown key or bad value.

    Without *files* nothing is read from the disk: who tells may not be who owns it.
    """
    problems: list[str] = []
    known = without_strangers(kind, told, where, problems, files=files)
    try:
        settings = msgspec.convert(known, kind, strict=False)
    except msgspec.ValidationError as error:
        problems.append(explained(error, where))
    if problems:
        raise Unusable(problems)
    return settings


def without_strangers(
    kind: type[Value], told: Told, where: str, problems: list[str], *, files: bool = True
) -> Told:
    """Return *told* with secrets read from their files, noting the keys nobody knows."""
    fields = hints(kind)
    known: Told = {}
    for key, value in told.items():
        place = f"{where}.{key}" if where else key
        if key in fields:
            inner = struct_in(fields[key])
            if inner and isinstance(value, dict):
                known[key] = without_strangers(inner, value, place, problems, files=files)
            else:
                known[key] = value
        elif files and key.endswith("_file") and key.removesuffix("_file") in fields:
            known[key.removesuffix("_file")] = content(str(value), place, problems)
        else:
            problems.append(f"{place}: there is no such setting{suggestion(key, fields)}.")
    return known


def overlay(kind: type[Value], told: Mapping[str, str], prefix: str) -> Told:
    """Read the names of the environment as settings of *kind*. Raises `Unusable`."""
    problems: list[str] = []
    found: Told = {}
    for name, text in told.items():
        path = place(kind, name.lower())
        if path is None:
            if strange := misspelt(kind, name.lower()):
                problems.append(f"{prefix}{name}: there is no such setting{strange}.")
            continue
        table = found
        for key in path[:-1]:
            table = table.setdefault(key, {})
        table[path[-1]] = pieces(kind, path, text)
    if problems:
        raise Unusable(problems)
    return found


def place(kind: type[Value], name: str) -> list[str] | None:
    """Find ``imap_password`` as ``["imap", "password"]``."""
    for key, hint in hints(kind).items():
        if name in {key, f"{key}_file"}:
            return [name]
        inner = struct_in(hint)
        if inner and name.startswith(f"{key}_"):
            rest = place(inner, name.removeprefix(f"{key}_"))
            if rest:
                return [key, *rest]
    return None


def misspelt(kind: type[Value], name: str) -> str:
    """Return a suggestion when *name* begins like a section, else nothing: not our business."""
    for key, hint in hints(kind).items():
        inner = struct_in(hint)
        if inner and name.startswith(f"{key}_"):
            return suggestion(name, [f"{key}_{one}" for one in hints(inner)]) or " there"
    return ""


def pieces(kind: type[Value], path: Sequence[str], text: str) -> Any:
    """Part what is written with commas, where a list is wanted."""
    hint: Any = kind
    for key in path:
        hint = hints(struct_in(hint) or kind).get(key)
    if get_origin(hint) in {tuple, list}:
        return [one.strip() for one in text.split(",") if one.strip()]
    return text


def below(names: Mapping[str, str], prefix: str) -> dict[str, str]:
    """Return the names that begin with *prefix*, without it."""
    return {
        key.removeprefix(prefix): value for key, value in names.items() if key.startswith(prefix)
    }


def merged(under: Mapping[str, Any], over: Mapping[str, Any]) -> Told:
    """Return both, *over* winning, tables merged key by key."""
    both = {**under}
    for key, value in over.items():
        mine = both.get(key)
        is_table = isinstance(mine, dict) and isinstance(value, dict)
        both[key] = merged(mine, value) if is_table else value  # type: ignore[arg-type]  # it is one
    return both


def hints(kind: type[Value]) -> dict[str, Any]:
    """Return the fields of *kind* and their types."""
    every = get_type_hints(kind)
    return {name: every[name] for name in kind.__struct_fields__}


def struct_in(hint: Any) -> type[Value] | None:
    """Return the struct that *hint* is, or is besides None."""
    options = [one for one in parts(hint) if isinstance(one, type) and issubclass(one, Value)]
    return options[0] if options else None


def parts(hint: Any) -> Iterator[Any]:
    if get_origin(hint) in {Union, UnionType}:
        yield from (one for one in get_args(hint) if one is not NoneType)
    else:
        yield hint


def content(path: str, where: str, problems: list[str]) -> str:
    """Return what a secret's file says, without the line's end."""
    try:
        return Path(path).read_text().rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        problems.append(f"{where}: {path} cannot be read: {reason}.")
        return ""


def suggestion(key: str, known: Mapping[str, Any] | Sequence[str]) -> str:
    """Say which setting may have been meant."""
    near = difflib.get_close_matches(key, list(known), 1, 0.6)
    return f"; did you mean {near[0]}" if near else ""


def explained(error: msgspec.ValidationError, where: str) -> str:
    """Put the place of a mistake before it, written as in TOML."""
    text = str(error)
    found = re.search(r" - at `\$\.?(.*?)`$", text)
    place = ".".join(part for part in (where, found.group(1) if found else "") if part)
    said = text[: found.start()] if found else text
    return f"{place}: {said.rstrip('.')}." if place else f"{said.rstrip('.')}."
