"""Which parts of a mail are its text and which are its files."""

from collections.abc import Iterator

from msgspec import Struct, field
from msgspec.structs import replace

from channels.email.filenames import distinct, filename
from channels.email.flowed import unflowed
from channels.email.mime import Part
from inbox.channel import File

#: Parts that say the same as their neighbours; shown ones are chosen among them.
SHOWN = ("text/plain", "text/html", "text/enriched", "text/richtext")


class Piece(Struct):
    """A stretch of the body, in one or both forms."""

    text: str | None = None
    html: str | None = None


class Contents(Struct):
    """What a mail holds, sorted for reading."""

    pieces: list[Piece] = field(default_factory=list)
    files: list[File] = field(default_factory=list)


def contents(root: Part) -> Contents:
    """Sort the parts of a mail."""
    found = Contents()
    _sort(root, found, top=True, related=False)
    names = distinct(file.name for file in found.files)
    found.files = [
        file if file.name == name else replace(file, name=name)
        for file, name in zip(found.files, names, strict=True)
    ]
    return found


def _sort(part: Part, found: Contents, *, top: bool, related: bool) -> None:
    if part.type == "multipart/alternative":
        _sort_alternatives(part, found)
    elif part.type == "multipart/related":
        _sort_related(part, found)
    elif part.type == "multipart/encrypted":
        found.files.extend(map(file, part.parts))
    elif part.type.startswith("multipart/"):
        for child in part.parts:
            _sort(child, found, top=False, related=related)
    elif is_text(part, top=top) and not (related and part.type == "text/html"):
        found.pieces.append(piece(part))
    else:
        found.files.append(file(part, related=related))


def _sort_alternatives(part: Part, found: Contents) -> None:
    """Take the plain and the richest form of one text; what is neither becomes a file."""
    both = Piece()
    others = Contents()
    for child in part.parts:
        if child.type == "text/plain" and is_text(child, top=False):
            both.text = both.text or text(child)
        elif child.type == "text/html" and is_text(child, top=False):
            both.html = child.text
        else:
            _sort(child, others, top=False, related=False)
    for inner in others.pieces:
        both.html = inner.html or both.html
        both.text = both.text or inner.text
    if both.text is not None or both.html is not None:
        found.pieces.append(both)
    found.files.extend(others.files)


def _sort_related(part: Part, found: Contents) -> None:
    """Take the root of an aggregate (RFC 2387); the other parts belong to it."""
    start = part.parameters.get("start", "").strip("<> ")
    roots = [child for child in part.parts if start and child.content_id == start]
    root = roots[0] if roots else next(iter(part.parts), None)
    for child in part.parts:
        _sort(child, found, top=False, related=child is not root)


def is_text(part: Part, *, top: bool) -> bool:
    """Tell whether people read the part in the mail itself; *top* is the mail without parts."""
    if part.type not in SHOWN:
        return top and part.type.startswith("text/") and part.disposition[0] != "attachment"
    if top:
        return part.disposition[0] != "attachment" or not part.filename
    return part.disposition[0] != "attachment" and not part.filename


def piece(part: Part) -> Piece:
    return Piece(html=part.text) if part.type == "text/html" else Piece(text=text(part))


def text(part: Part) -> str:
    """Return a plain part's text, its soft line breaks joined (RFC 3676)."""
    said = part.text
    if part.parameters.get("format", "").lower() == "flowed":
        return unflowed(said, delsp=part.parameters.get("delsp", "").lower() == "yes")
    return said


def file(part: Part, *, related: bool = False) -> File:
    """Return a part as a file; a multipart, as of an encrypted mail, as its parts stand."""
    kind = part.type if not part.type.startswith("multipart/") else "application/octet-stream"
    content_id = part.content_id
    inline = bool(content_id) and (related or part.disposition[0] == "inline")
    return File(
        name=filename(part),
        media_type=kind[:100],
        content=part.content,
        content_id=content_id,
        inline=inline and kind.startswith("image/"),
    )


def walk(part: Part) -> Iterator[Part]:
    """Yield the part and everything below it."""
    yield part
    for child in part.parts:
        yield from walk(child)
