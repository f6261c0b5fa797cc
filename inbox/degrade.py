"""What a channel cannot carry becomes what it can: the words stay, their dress goes.

Once when something is said (`pieces`): a message is what the channel takes in one go, so
what is too much for one becomes several. And once more when a message leaves (`fitted`):
a file that the channel does not carry becomes a link. See
docs/decisions/0011-one-message-is-one-send.md.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from fnmatch import fnmatchcase
from typing import Generic, Protocol, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from inbox.channel import Capabilities, File, Line, Outgoing
from inbox.model import Choices, Content

LINK = 700  #: characters that a link to a file may take, its name included
LINK_NAME = 60  #: characters of a file's name in it
LINK_LASTS = 30 * 24 * 3600  #: seconds
ENDS = (r"\n\n+", r"\n", r"[.!?\u2026\u3002\uff01\uff1f]+[\"'\u201d\u2019)\]]*\s+", r"\s+")
BREAKS = tuple(re.compile(end) for end in ENDS)
CLINGS = re.compile("[\u0300-\u036f\u200d\ufe00-\ufe0f\u20d0-\u20ff\U0001f3fb-\U0001f3ff]")


class Sized(Protocol):
    """A file, whoever speaks of it."""

    @property
    def media_type(self) -> str: ...
    @property
    def size(self) -> int: ...


F = TypeVar("F", bound=Sized)


class Piece(Struct, Generic[F]):
    """What goes in one message."""

    text: str = ""
    files: Sequence[F] = ()
    content: Content | None = None


# --- when it is said ----------------------------------------------------------------------
def pieces(
    text: str, files: Sequence[F], content: Content | None, capabilities: Capabilities
) -> list[Piece[F]]:
    """Return the messages that carry all this, in the order in which they go; one at least.

    Files stand with the text where it is short enough to stand below them, and buttons
    come last.
    """
    if isinstance(content, Choices) and not pressable(content, capabilities):
        text, content = numbered(text, content), None
    bundles = bundled([file for file in files if fitting(file, capabilities)], capabilities)
    odd = [file for file in files if not fitting(file, capabilities)]
    links = [Piece("", some) for some in chunked(odd, capabilities.max_text // LINK)]
    if content is not None:
        return [*bundles, *links, Piece(text, (), content)]
    room = capabilities.max_text
    if bundles and capabilities.caption is not None:
        room = capabilities.caption
    if len(text) > room:
        texts = [Piece[F](one) for one in split(text, capabilities.max_text)]
        return [*texts, *bundles, *links]
    first, *rest = bundles or [Piece[F]()]
    if len(text) + LINK * len(odd) <= room:
        return [Piece(text, (*first.files, *odd)), *rest]
    return [Piece(text, first.files), *rest, *links]


def bundled(files: Sequence[F], capabilities: Capabilities) -> list[Piece[F]]:
    """Return messages of *files*, as full as they may be."""
    bundles: list[list[F]] = []
    for file in files:
        last = bundles[-1] if bundles else []
        size = sum(one.size for one in last) + file.size
        if last and len(last) < capabilities.max_files and size <= capabilities.max_attachment:
            last.append(file)
        else:
            bundles.append([file])
    return [Piece("", tuple(bundle)) for bundle in bundles]


def chunked(files: Sequence[F], most: int) -> Iterator[tuple[F, ...]]:
    step = max(1, most)
    for start in range(0, len(files), step):
        yield tuple(files[start : start + step])


def split(text: str, most: int) -> list[str]:
    """Cut *text* into parts of at most *most* characters: at paragraphs, sentences, words.

    >>> split("It is here. Come and see it.", 20)
    ['It is here.', 'Come and see it.']
    """
    parts, rest = [], text
    while len(rest) > most > 0:
        at = border(rest, most)
        parts.append(rest[:at].rstrip())
        rest = rest[at:].lstrip()
    return [part for part in (*parts, rest) if part.strip()]


def border(text: str, most: int) -> int:
    """Return where to cut *text*: the last good place, if that is not too early."""
    for pattern in BREAKS:
        ends = [found.end() for found in pattern.finditer(text, 0, most + 1)]
        fine = [end for end in ends if most // 2 <= len(text[:end].rstrip()) <= most]
        if fine:
            return fine[-1]
    at = most
    while at > 0 and (CLINGS.match(text, at) or text[at - 1] == "\u200d"):
        at -= 1
    return at or most


def numbered(text: str, choices: Choices) -> str:
    """Write buttons as lines below *text*, which can be answered with a number."""
    lines = [
        f"{number}. {button.title}" + (f": {button.url}" if button.url else "")
        for number, button in enumerate(choices.buttons, 1)
    ]
    return "\n\n".join(part for part in (text.rstrip(), "\n".join(lines)) if part)


def pressable(choices: Choices, capabilities: Capabilities) -> bool:
    """Tell whether the channel has buttons like these."""
    titles = (len(button.title) <= capabilities.button_title for button in choices.buttons)
    return len(choices.buttons) <= capabilities.buttons and all(titles)


def fitting(file: Sized, capabilities: Capabilities) -> bool:
    """Tell whether the channel carries such a file."""
    if file.size > capabilities.max_attachment or not capabilities.max_attachment:
        return False
    kinds = capabilities.attachments
    limits = [most for kind, most in kinds.items() if fnmatchcase(file.media_type, kind)]
    return not kinds or (bool(limits) and file.size <= max(limits))


# --- when it leaves -----------------------------------------------------------------------
def fitted(outgoing: Outgoing, capabilities: Capabilities, line: Line) -> Outgoing:
    """Return *outgoing* as the channel can carry it. The desk does this before `send`."""
    content, text = outgoing.content, outgoing.text
    if isinstance(content, Choices) and not pressable(content, capabilities):
        text, content = numbered(text, content), None
    odd = [file for file in outgoing.files if not fitting(file, capabilities)]
    if not odd and content is outgoing.content:
        return outgoing
    kept = tuple(file for file in outgoing.files if fitting(file, capabilities))
    return replace(outgoing, text=linked(text, odd, line), files=kept, content=content)


def linked(text: str, files: Iterable[File], line: Line) -> str:
    """Write links to *files* below *text*."""
    return "\n\n".join(part for part in (text, *(as_link(line, file) for file in files)) if part)


def as_link(line: Line, file: File) -> str:
    """Return a line of text that leads to a stored *file*, for a month."""
    name = short(file.name)
    address = line.link(file.blob or "", name, file.media_type[:60], seconds=LINK_LASTS)
    return f"{name}: {address}"


def short(name: str) -> str:
    """Return a file's name cut in its middle; what its end says is what it is."""
    return name if len(name) <= LINK_NAME else f"{name[: LINK_NAME - 13]}…{name[-12:]}"
