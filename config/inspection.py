"""Show how a channel understands raw messages, without storing anything."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from inbox.channel import (
    Called,
    Channel,
    Deleted,
    Edited,
    Heard,
    Inbound,
    Profile,
    Raw,
    Reacted,
    Receipt,
)
from inbox.errors import Unreadable

BATCH = 50  # files that are understood together


async def inspected(kind: type[Channel[Any]], files: Sequence[Path]) -> AsyncIterator[Any]:
    """Yield each file and what was heard in it, or why nobody could."""
    channel = kind.__new__(kind)  # what a message says does not depend on an account's settings
    for start in range(0, len(files), BATCH):
        batch = files[start : start + BATCH]
        raws = [Raw(payload=await asyncio.to_thread(file.read_bytes)) for file in batch]
        for pair in zip(batch, await channel.understand(raws), strict=True):
            yield pair


def files_in(place: Path) -> list[Path]:
    """Return *place* itself, or every file below it."""
    if place.is_file():
        return [place]
    return sorted(path for path in place.rglob("*") if path.is_file())


def told(file: Path, answer: Sequence[Heard] | Unreadable) -> Iterator[dict[str, Any]]:
    """Yield what was heard in *file*, as it is printed."""
    if isinstance(answer, Unreadable):
        yield blank(file) | {"quarantined": str(answer)}
    elif not answer:
        yield blank(file) | {"kind": "nothing"}
    else:
        for heard in answer:
            yield blank(file) | spoken(heard)


def blank(file: Path) -> dict[str, Any]:
    return {
        "file": str(file),
        "kind": None,
        "from": None,
        "to": [],
        "cc": [],
        "subject": None,
        "date": None,
        "message_id": None,
        "references": [],
        "text": "",
        "visible_text": "",
        "html": None,
        "attachments": [],
        "bounce": None,
        "quarantined": None,
    }


def spoken(heard: Heard) -> dict[str, Any]:
    """Write what was heard."""
    match heard:
        case Inbound():
            return message(heard)
        case Receipt():
            return {"kind": "receipt", "message_id": heard.external_id, "text": heard.reason or ""}
        case Profile():
            return {"kind": "profile", "from": heard.who.value}
        case _:
            return update(heard)


def update(heard: Edited | Deleted | Reacted | Called) -> dict[str, Any]:
    """Write what was heard of a message that came before, or is yet to come."""
    texts = {
        Edited: ("edit", "text"),
        Deleted: ("deletion", ""),
        Reacted: ("reaction", "emoji"),
        Called: ("call", "state"),
    }
    kind, told = texts[type(heard)]
    text = getattr(heard, told, None) or ""
    return {"kind": kind, "message_id": heard.external_id, "text": text}


def message(heard: Inbound) -> dict[str, Any]:
    visible = heard.text if heard.visible_text is None else heard.visible_text
    failures = [
        {"status": one.status, "hard": one.hard, "recipient": one.recipient, "reason": one.reason}
        for one in heard.failures
    ]
    return {
        "kind": heard.kind.value,
        "from": heard.sender.value or None,
        "from_name": heard.sender.name,
        "to": [address.value for address in heard.recipients],
        "cc": [address.value for address in heard.copied],
        "subject": heard.subject,
        "date": heard.sent_at.isoformat() if heard.sent_at else None,
        "message_id": heard.external_id,
        "references": list(heard.references),
        "text": heard.text,
        "visible_text": visible,
        "html": heard.html,
        "attachments": [
            {"name": file.name, "type": file.media_type, "size": len(file.content)}
            for file in heard.files
        ],
        "bounce": failures[0] if failures else None,
        "bounces": failures,
    }


def threads(told: Iterable[dict[str, Any]]) -> list[list[str]]:
    """Group files that would share a conversation: those tied by ids that they name."""
    leads: dict[str, str] = {}

    def end(name: str) -> str:
        while leads.setdefault(name, name) != name:
            leads[name] = name = leads[leads[name]]
        return name

    files: dict[str, str] = {}
    for one in told:
        own = one["message_id"] or one["file"]
        if own in files.values():  # sent twice, or an id of no worth: no reason to join them
            own = one["file"]
        files[one["file"]] = own
        for other in one["references"]:
            leads[end(other)] = end(own)
    groups: dict[str, list[str]] = {}
    for file, own in files.items():
        groups.setdefault(end(own), []).append(file)
    return list(groups.values())


def as_line(told: dict[str, Any]) -> str:
    """Write one line of JSON; half a surrogate pair, should there be one, is escaped."""
    return json.dumps(told, ensure_ascii=False).encode(errors="backslashreplace").decode()


def as_text(told: dict[str, Any]) -> str:
    """Write what a person wants to see."""
    if told["quarantined"]:
        return f"{told['file']}: would be quarantined: {told['quarantined']}"
    attached = ", ".join(f"{one['name']} ({one['size']})" for one in told["attachments"])
    lines = [
        f"{told['file']}: {told['kind']}",
        f"  from     {told['from']}",
        f"  to       {', '.join(told['to'])}",
        f"  subject  {told['subject'] or ''}",
        *([f"  files    {attached}"] if attached else []),
        *([f"  bounce   {told['bounce']}"] if told["bounce"] else []),
        *(f"  | {line}" for line in told["visible_text"].splitlines()),
    ]
    return "\n".join(lines)
