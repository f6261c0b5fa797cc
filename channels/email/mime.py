"""A mail's bytes into its parts: tolerant, linear in the size, and never raising.

The standard library's reader can be kept busy for half a minute by a mail of one
megabyte; this one looks at every byte a bounded number of times and stops counting
parts, levels and head bytes at a limit, which it notes in `Mail.excess`.
"""

import re
from binascii import Error, a2b_qp, a2b_uu

from msgspec import Struct

from channels.email.charsets import decode
from channels.email.headers import (
    BLOCK,
    Headers,
    fields,
    from_base64,
    plain,
    value_and_parameters,
)

BYTES = 50_000_000
PARTS = 1_000
DEPTH = 20
HEAD = 1_000_000
LONGEST_LINE = 1_000  #: of a line that may be a boundary
BLANK = re.compile(rb"[ \t]*\r?\n")
JUNK = re.compile(rb"(?:[^\r\n]+\r?\n){1,40}?(?=[!-9;-~]{2,80}+[ \t]*:[ \t])")
TITLE = re.compile(
    rb"[^\r\n:]{1,200}\r?\n(?=(?:return-path|received|message-id|mime-version|x-[\w-]{1,60}):)",
    re.IGNORECASE,
)
DOCUMENT = re.compile(
    rb"\s*<(?:\?xml|!doctype html|html|head|body|meta|div|p|table|span|br|font)\b", re.IGNORECASE
)
#: Fields that only a mail has, and those that it shares with the quoted head of another.
MARKS = frozenset(
    {
        *("received", "return-path", "message-id", "mime-version", "content-type", "date"),
        *("delivered-to", "references", "in-reply-to", "content-transfer-encoding", "sender"),
        *("content-disposition", "auto-submitted", "precedence", "list-id", "resent-from"),
    }
)
COMMON = frozenset({"from", "to", "cc", "bcc", "subject", "reply-to", "return-receipt-to"})
LIKE_BOUNDARY = re.compile(
    rb"^--([^\s-][^\r\n]{0,100}?|-{2,30}[^\s-][^\r\n]{3,100}?)[ \t]*\r?\n(?:[\w-]{2,40}:|\r?\n)",
    re.MULTILINE,
)
UU_BEGIN = re.compile(rb"^begin [0-7]{3,4} [^\r\n]*\r?\n", re.MULTILINE)


class Limits(Struct, frozen=True):
    """How much of a mail is read."""

    size: int = BYTES
    parts: int = PARTS
    depth: int = DEPTH
    head: int = HEAD


class Part(Struct):
    """A node of the tree; its content is decoded when somebody asks."""

    headers: Headers
    raw: bytes  #: as transferred
    type: str
    parameters: dict[str, str]
    parts: "list[Part]" = []

    @property
    def charset(self) -> str | None:
        return self.parameters.get("charset")

    @property
    def disposition(self) -> tuple[str, dict[str, str]]:
        if "content-disposition" not in self.headers:
            return "", {}
        return value_and_parameters(plain(self.headers, "content-disposition"))

    @property
    def filename(self) -> str | None:
        """The file's name as the sender gave it, not safe yet."""
        return self.disposition[1].get("filename") or self.parameters.get("name") or None

    @property
    def content_id(self) -> str | None:
        return plain(self.headers, "content-id").strip("<> ")[:200] or None

    @property
    def content(self) -> bytes:
        """The bytes, with their transfer encoding undone."""
        encoding = plain(self.headers, "content-transfer-encoding").lower().strip(" \"';")
        if not encoding or encoding in ("7bit", "8bit", "binary"):
            return self.raw
        return undone(self.raw, encoding)

    @property
    def text(self) -> str:
        """The content as text with plain line ends."""
        return decode(self.content, self.charset).replace("\r\n", "\n").replace("\r", "\n")


class Mail(Struct):
    """A whole message: the root of its tree, and why it was not read to the end."""

    root: Part
    excess: str | None = None


def undone(content: bytes, encoding: str) -> bytes:
    """Undo a transfer encoding; what does not look encoded stays as it is."""
    if encoding.startswith("base64"):
        return from_base64(content)
    if encoding.startswith("quoted"):
        return a2b_qp(content)
    if encoding in ("x-uuencode", "uuencode", "x-uue", "uue"):
        return from_uu(content)
    return content


def from_uu(content: bytes) -> bytes:
    begin = UU_BEGIN.search(content)
    said: list[bytes] = []
    for line in content[begin.end() if begin else 0 :].splitlines():
        if line.strip() in (b"end", b"`", b""):
            continue
        try:
            said.append(a2b_uu(line))
        except Error:
            try:  # some encoders count wrongly
                said.append(a2b_uu(line[: (((line[0] - 32) & 63) * 4 + 5) // 3 + 1]))
            except Error:
                continue
    return b"".join(said)


def read(raw: bytes, limits: Limits = Limits()) -> Mail:  # noqa: B008  # frozen
    """Return the tree of a message."""
    if len(raw) > limits.size:
        raw, excess = raw[: limits.size], f"It is larger than {limits.size} bytes."
    else:
        excess = None
    if b"\n" not in raw and b"\r" in raw:
        raw = raw.replace(b"\r", b"\n")
    raw = raw.removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n")
    if title := TITLE.match(raw):
        raw = raw[title.end() :]
    reader = _Reader(limits)
    root = reader.part(raw, 0, "text/plain")
    if is_headless(root.headers):
        root = Part({}, raw, "text/html" if DOCUMENT.match(raw) else "text/plain", {})
    return Mail(root, excess or reader.excess)


def is_headless(headers: Headers) -> bool:
    """Tell whether the first lines only look like a head, as a quoted one does in a bare text."""
    if any(name in MARKS or name.startswith("x-") for name in headers):
        return False
    return "sent" in headers or not any(name in COMMON for name in headers)


class _Reader:
    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.count = 0
        self.excess: str | None = None

    def part(self, raw: bytes, depth: int, default: str) -> Part:
        self.count += 1
        head, body = halves(raw)
        if len(head) > self.limits.head:
            self.excess = f"Its head is longer than {self.limits.head} bytes."
            head = head[: self.limits.head]
        headers = fields(head)
        kind, parameters = typed(headers, default)
        part = Part(headers, body, kind, parameters)
        boundary = ""
        if kind.startswith("multipart/"):
            boundary = parameters.get("boundary") or guessed_boundary(body)
        if boundary:
            self.divide(part, boundary, depth)
        elif kind.startswith("multipart/"):
            part.type = "text/plain"
        return part

    def divide(self, part: Part, boundary: str, depth: int) -> None:
        """Read the parts of a multipart; one without any becomes plain text."""
        if depth >= self.limits.depth:
            self.excess = f"Its parts are nested more than {self.limits.depth} deep."
            return
        default = "message/rfc822" if part.type == "multipart/digest" else "text/plain"
        room = self.limits.parts - self.count
        pieces = divided(part.raw, boundary.encode("utf-8", "surrogateescape"), room + 1)
        if len(pieces) > room:
            self.excess = f"It has more than {self.limits.parts} parts."
            pieces = pieces[:room]
        if not pieces:
            part.type = "text/plain"
            return
        part.raw = b""
        for piece in pieces:
            if self.count >= self.limits.parts:
                self.excess = f"It has more than {self.limits.parts} parts."
                return
            part.parts.append(self.part(piece, depth + 1, default))


def halves(raw: bytes) -> tuple[bytes, bytes]:
    """Split a message or a part where its head ends, which need not be an empty line."""
    end = 0
    while True:
        match = BLOCK.match(raw, end)
        end = match.end() if match else end
        blank = BLANK.match(raw, end)
        if blank:
            return raw[:end], raw[blank.end() :]
        junk = JUNK.match(raw, end) if 0 < end < len(raw) else None
        if junk is None:
            return raw[:end], raw[end:]
        end = junk.end()


def guessed_boundary(body: bytes) -> str:
    """Return the first line that looks like a boundary, for a multipart that names none."""
    match = LIKE_BOUNDARY.search(body[:20_000])
    return match[1].decode("utf-8", "surrogateescape") if match else ""


def divided(body: bytes, boundary: bytes, most: int) -> list[bytes]:
    """Return what stands between the lines of *boundary*; text before and after them is left."""
    mark = b"\n--" + boundary
    pieces: list[bytes] = []
    start = -1
    found = -1 if body.startswith(mark[1:]) else body.find(mark)
    if found < 0 and not body.startswith(mark[1:]):
        return pieces
    while len(pieces) < most:
        after = found + len(mark)
        line_end = body.find(b"\n", after)
        line_end = len(body) if line_end < 0 else line_end
        rest = body[after:line_end].strip() if line_end - after < LONGEST_LINE else b"?"
        if rest in (b"", b"--"):
            if start >= 0:
                pieces.append(body[start : max(start, before(body, found))])
            start = line_end + 1
            if rest:
                return pieces
        found = body.find(mark, line_end)
        if found < 0:
            break
    if 0 <= start < len(body) and len(pieces) < most:
        pieces.append(body[start:])
    return pieces


def before(body: bytes, end: int) -> int:
    """Return where the line that ends with the line feed at *end* is over."""
    return end - 1 if body[end - 1 : end] == b"\r" else end


def typed(headers: Headers, default: str) -> tuple[str, dict[str, str]]:
    """Return the media type and its parameters; what is no type is plain text (RFC 2045)."""
    line = plain(headers, "content-type")
    if not line:
        return default, {}
    kind, parameters = value_and_parameters(line)
    kind = kind.partition(" ")[0]
    if kind.count("/") != 1 or kind.startswith("/") or kind.endswith("/"):
        short = {"text": "text/plain", "html": "text/html", "multipart": "multipart/mixed"}
        return short.get(kind.strip("/"), "text/plain"), parameters
    return kind, parameters
