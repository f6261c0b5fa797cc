"""Write plain data as TOML that people like to read: short tables in a line, long ones apart."""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from enum import Enum
from typing import Any

import msgspec
from msgspec import NODEFAULT, Struct

BARE = re.compile(r"[A-Za-z0-9_-]+")
WIDTH = 88  #: what fits in a line
APART = 3  #: names in a path from which on a table may stand in a line
EXACT = 1e15  #: beyond it a float is not written as a whole number


def sparse(value: Any) -> Any:
    """Return plain data, without what is as it always is."""
    match value:
        case Struct():
            return {
                field.name: sparse(getattr(value, field.name))
                for field in msgspec.structs.fields(value)
                if field.required or getattr(value, field.name) != usual(field)
            }
        case Mapping():
            return {plain(key): sparse(one) for key, one in value.items()}
        case tuple() | list():
            return [sparse(one) for one in value]
        case Enum():
            return value.value
    return value


def usual(field: msgspec.structs.FieldInfo) -> Any:
    return field.default if field.default is not NODEFAULT else field.default_factory()


def plain(key: Any) -> str:
    match key:
        case Enum():
            return str(key.value)
        case date():
            return key.isoformat()
    return str(key)


def dump(data: Mapping[str, Any]) -> str:
    """Write plain data without nulls as TOML."""
    return "\n".join(table(data, ())).strip() + "\n"


def table(data: Mapping[str, Any], path: tuple[str, ...]) -> Iterator[str]:
    """Return the lines of a table: first what stands in a line, then the tables in it."""
    apart = []
    for name, value in data.items():
        line = f"{key(name)} = {inline(value)}"
        if (isinstance(value, dict) or are_tables(value)) and not fits(line, (*path, name)):
            apart.append(name)
        else:
            yield line
    for name in apart:
        yield from tables(data[name], (*path, name))


def tables(value: Any, path: tuple[str, ...]) -> Iterator[str]:
    where = ".".join(key(name) for name in path)
    if isinstance(value, dict):
        lines = list(table(value, path))
        if not lines or not lines[0].startswith("\n["):
            yield f"\n[{where}]"
        yield from lines
    else:
        for one in value:
            yield f"\n[[{where}]]"
            yield from table(one, path)


def fits(line: str, path: tuple[str, ...]) -> bool:
    return len(path) >= APART and len(line) <= WIDTH


def are_tables(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(one, dict) for one in value)


def key(name: str) -> str:
    return name if BARE.fullmatch(name) else text(name)


def text(value: str) -> str:
    """Write a string as JSON does; TOML wants one more character escaped."""
    return msgspec.json.encode(value).decode().replace("\x7f", "\\u007f")


def inline(value: Any) -> str:
    match value:
        case list():
            return f"[{', '.join(inline(one) for one in value)}]"
        case dict():
            inner = ", ".join(f"{key(name)} = {inline(one)}" for name, one in value.items())
            return f"{{ {inner} }}" if inner else "{}"
        case str():
            return text(value)
        case float() if value.is_integer() and abs(value) < EXACT:
            return str(int(value))
    return str(value).lower() if isinstance(value, bool) else str(value)
