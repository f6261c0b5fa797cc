"""What a channel's settings look like to a person: a form, made from the code that reads them.

The ``#:`` sentence beside each field says what it is; its name says whether it is a secret.
"""

import ast
import inspect
import textwrap
from collections.abc import Iterator
from enum import StrEnum
from functools import lru_cache
from typing import Any, get_args, get_type_hints

import msgspec

from inbox.model import Value

SECRET = ("password", "secret", "token", "key", "secrets", "passwords", "tokens", "keys")
AWAY = ("host", "port", "security", "allow_plaintext", "ca_file")
WHOLE = {  # words of a name that are not written as other words are
    "id": "ID", "ids": "IDs", "url": "URL", "imap": "IMAP", "smtp": "SMTP", "oauth": "OAuth",
    "html": "HTML", "sid": "SID", "sms": "SMS", "ca": "CA", "api": "API", "ivr": "IVR",
    "idle": "IDLE",
}  # fmt: skip


def form(kind: type[Value]) -> dict[str, Any]:
    """Return the JSON Schema of *kind*, with titles, sentences and marks on secrets."""
    (root,), found = msgspec.json.schema_components([kind], ref_template="#/$defs/{name}")
    for struct in reachable(kind):
        if "properties" in found.get(struct.__name__, {}):
            dress(found[struct.__name__], struct)
        elif "enum" in found.get(struct.__name__, {}):
            found[struct.__name__]["x-says"] = said(struct)
    return {**root, "$defs": found}


def dress(schema: dict[str, Any], struct: type[Value]) -> None:
    """Add what a person needs to know to the schema of one struct."""
    hints = get_type_hints(struct, include_extras=True)
    schema["additionalProperties"] = False
    for name, property_ in schema["properties"].items():
        property_["title"] = title(name)
        if remark := remarks(struct).get(name):
            property_["description"] = remark
        if is_secret(name, hints.get(name)):
            property_["writeOnly"] = True


def title(name: str) -> str:
    """Write a name as people do.

    >>> title("token_url")
    'Token URL'
    """
    words = [WHOLE.get(word, word) for word in name.split("_")]
    first = words[0] if words[0] in WHOLE.values() else words[0].capitalize()
    return " ".join([first, *words[1:]])


def is_secret(name: str, hint: Any = None) -> bool:
    """Tell whether nobody should read a setting: its name says so, or its type does."""
    if any(
        isinstance(one, msgspec.Meta) and (one.extra_json_schema or {}).get("writeOnly")
        for one in getattr(hint, "__metadata__", ())
    ):
        return True
    return name.endswith(SECRET) and any(one is str for one in innermost(hint or str))


def innermost(hint: Any) -> Iterator[Any]:
    """Yield the types that *hint* is made of."""
    if arguments := get_args(hint):
        for argument in arguments:
            yield from innermost(argument)
    else:
        yield hint


def reachable(kind: type) -> list[Any]:
    """Return *kind*, and every struct and enumeration that its fields lead to."""
    found: dict[type, None] = {}
    waiting: list[Any] = [kind]
    while waiting:
        one = waiting.pop(0)
        if not isinstance(one, type) or one in found or not issubclass(one, Value | StrEnum):
            continue
        found[one] = None
        if issubclass(one, Value):
            waiting += [each for hint in get_type_hints(one).values() for each in innermost(hint)]
    return list(found)


# --- the sentences in the code --------------------------------------------------------------
@lru_cache(256)
def remarks(kind: type[Value]) -> dict[str, str]:
    """Return the ``#:`` sentence of every field, also of bases."""
    found: dict[str, str] = {}
    for base in reversed(kind.__mro__):
        if issubclass(base, Value) and base is not Value:
            found |= {name: sentence(remark) for name, remark in beside(base).items()}
    return found


def said(kind: type[StrEnum]) -> dict[str, str]:
    """Return what the values of an enumeration mean."""
    return {kind[name].value: sentence(remark) for name, remark in beside(kind).items() if remark}


def beside(kind: type) -> dict[str, str]:
    """Return the ``#:`` beside the fields of one class; nothing when its source is gone."""
    try:
        source = textwrap.dedent(inspect.getsource(kind))
    except (OSError, TypeError):
        return {}
    lines = source.splitlines()
    (tree,) = ast.parse(source).body
    found = {}
    for node in tree.body if isinstance(tree, ast.ClassDef) else ():
        match node:
            case ast.AnnAssign(target=ast.Name(id=name)) | ast.Assign(targets=[ast.Name(id=name)]):
                told = " ".join(lines[node.lineno - 1 : node.end_lineno])
                found[name] = told.partition("#:")[2].strip(" )")
    return found


def sentence(text: str) -> str:
    """Begin with a capital and end with a full stop."""
    return text and text[0].upper() + text[1:] + ("" if text.endswith((".", "?")) else ".")


# --- values ---------------------------------------------------------------------------------
def secrets_in(
    kind: type[Value], told: dict[str, Any], where: str = ""
) -> Iterator[tuple[str, Any]]:
    """Yield the place and value of every secret in *told* that has one."""
    hints = get_type_hints(kind, include_extras=True)
    for name, value in told.items():
        place = f"{where}{name}"
        if is_secret(name, hints.get(name)):
            if value:
                yield place, value
        else:
            for struct, inner, spot in structs_in(hints.get(name), value, place):
                yield from secrets_in(struct, inner, f"{spot}.")


def structs_in(hint: Any, value: Any, place: str) -> Iterator[tuple[Any, dict[str, Any], str]]:
    """Yield the structs in *value*, with what they are and where they stand."""
    structs = [one for one in innermost(hint) if isinstance(one, type) and issubclass(one, Value)]
    if not structs:
        return
    if isinstance(value, list | tuple):
        for number, one in enumerate(value):
            yield from structs_in(hint, one, f"{place}.{number}")
    elif isinstance(value, dict):
        known = set(structs[0].__struct_fields__)
        if set(value) - known and all(isinstance(one, dict) for one in value.values()):
            for key, one in value.items():  # a table of structs by their names
                yield structs[0], one, f"{place}.{key}"
        else:
            yield structs[0], value, place


def destinations(told: Any, where: str = "") -> Iterator[tuple[str, Any]]:
    """Yield what says where secrets are sent, and how well they are hidden on the way."""
    if isinstance(told, dict):
        for name, value in told.items():
            if name in AWAY or name.endswith("url"):
                yield f"{where}{name}", value
            yield from destinations(value, f"{where}{name}.")


def without_secrets(kind: type[Value], told: dict[str, Any]) -> dict[str, Any]:
    """Return *told* with null in the place of every secret."""
    whole: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(told))
    for place, _ in list(secrets_in(kind, whole)):
        *path, last = place.split(".")
        inner: Any = whole
        for step in path:
            inner = inner[int(step)] if isinstance(inner, list) else inner[step]
        inner[last] = None
    return whole


def over(kind: type[Value], old: dict[str, Any], new: dict[str, Any]) -> dict[str, Any]:
    """Return *old* with *new* over it: what is left out stays, as does a secret that is null."""
    hints = get_type_hints(kind, include_extras=True)
    both = dict(old)
    for name, value in new.items():
        hint = hints.get(name)
        before = old.get(name)
        if value is None and is_secret(name, hint):
            continue
        found = list(structs_in(hint, value, name)) if isinstance(value, dict) else []
        if len(found) == 1 and found[0][2] == name:
            both[name] = over(found[0][0], before if isinstance(before, dict) else {}, value)
        else:
            both[name] = value
    return both
