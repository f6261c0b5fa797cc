"""The head of a mail or of a part: fields, encoded words, parameters, dates and ids."""

import re
from binascii import Error, a2b_base64, a2b_qp
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_tz
from functools import lru_cache
from urllib.parse import unquote_to_bytes

from channels.email.charsets import decode, guess

FIELD = re.compile(rb"^([!-9;-~]++)[ \t]*+:([^\n]*+(?>(?:\n[ \t][^\n]*+)*))", re.MULTILINE)
BLOCK = re.compile(rb"(?>(?:(?:[!-9;-~]++[ \t]*+:|[ \t]|>?From )[^\n]*+(?:\n|\Z))*)")
#: An encoded word ends before the next one begins, so that reading a line of them is linear.
WORD = re.compile(
    r"=\?([\w.:+-]{1,40})(?:\*[\w-]*+)?\?([bBqQ])\?((?>(?:[^?=]|=(?!\?(?!=))|\?(?!=))*))\?=",
    re.ASCII,
)
BETWEEN = re.compile(r"[ \t\r\n]*+")
PARAMETER = re.compile(r';[\s;]*+([^\s=;"]++)\s*+=\s*+("(?>(?:[^"\\]|\\.)*)"?|[^;]*+)', re.DOTALL)
MESSAGE_ID = re.compile(r"<[^<>\s]{1,900}>")
BARE_ID = re.compile(r"[^<>\s\"'(),;]{1,250}@[^<>\s\"'(),;]{1,250}")
LINE_END = re.compile(r"\r?\n|\r")
MOST_PARAMETERS = 200
MOST_IDS = 200

Headers = dict[str, list[bytes]]


def fields(block: bytes) -> Headers:
    """Return the fields of a head by their names in lower case, still raw."""
    found: Headers = {}
    if b"\r" in block:
        block = block.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    for name, value in FIELD.findall(block):
        found.setdefault(name.decode("ascii").lower(), []).append(value)
    return found


def text(headers: Headers, name: str) -> str | None:
    """Return the first field called *name*, decoded and on one line."""
    values = headers.get(name)
    return words(values[0]) if values else None


def in_utf8(headers: Headers, charset: str | None) -> Headers:
    """Return the fields with their bare 8-bit text, which is in the mail's charset, as UTF-8."""
    return {
        name: values
        if all(map(bytes.isascii, values))
        else [_utf8(value, charset) for value in values]
        for name, values in headers.items()
    }


def _utf8(value: bytes, charset: str | None) -> bytes:
    try:
        value.decode()
    except UnicodeDecodeError:
        return (decode(value, charset) if charset else guess(value)).encode("utf-8", "replace")
    return value


def plain(headers: Headers, name: str) -> str:
    """Return the first field called *name* as it stands, on one line, or nothing."""
    values = headers.get(name)
    return unfold(guess(values[0])) if values else ""


def unfold(value: str) -> str:
    return LINE_END.sub("", value).strip()


def words(value: bytes) -> str:
    """Decode a field that people read (RFC 2047), tolerating what they wrote instead."""
    line = unfold(guess(value))
    return encoded_words(line) if "=?" in line else line


def encoded_words(line: str) -> str:
    """Replace the encoded words of *line*; neighbours in one charset are read as one."""
    said: list[str] = []
    pending, charset, end = b"", "", 0
    for match in WORD.finditer(line):
        gap = line[end : match.start()]
        if not pending or gap.strip() or match[1].lower() != charset:
            said.append(decode(pending, charset))
            if gap.strip() or not pending:
                said.append(gap)
            pending = b""
        pending += _word(match[2], match[3])
        charset, end = match[1].lower(), match.end()
    return "".join((*said, decode(pending, charset), line[end:])).replace("\n", " ")


def _word(kind: str, content: str) -> bytes:
    raw = content.encode("utf-8", "replace")
    if kind in "qQ":
        return a2b_qp(raw.replace(b" ", b"_"), header=True)
    return from_base64(raw)


def from_base64(content: bytes) -> bytes:
    """Decode base64 with junk in it, or with its end cut off."""
    for tail in (b"", b"=", b"=="):
        try:
            return a2b_base64(content + tail)
        except Error:
            continue
    try:  # one character too many
        return a2b_base64(content.rstrip(b"=\r\n\t ")[:-1] + b"==")
    except Error:
        return b""


@lru_cache(maxsize=512)
def value_and_parameters(field: str) -> tuple[str, dict[str, str]]:
    """Split such as ``text/plain; charset=x`` (RFC 2045, with continuations of RFC 2231)."""
    value, semicolon, rest = field.partition(";")
    found: dict[str, str] = {}
    if semicolon:
        for count, match in enumerate(PARAMETER.finditer(";" + rest)):
            if count >= MOST_PARAMETERS:
                break
            found.setdefault(match[1].lower(), _unquoted(match[2]))
    if any("*" in name for name in found):
        found = _joined(found)
    return value.strip().lower(), found


def _unquoted(value: str) -> str:
    value = value.strip()
    if not value.startswith('"'):
        return value.partition("(")[0].strip() or value if " (" in value else value
    value = value[1:-1] if value.endswith('"') and len(value) > 1 else value[1:]
    return re.sub(r'\\(["\\])', r"\1", value) if "\\" in value else value


def _joined(found: dict[str, str]) -> dict[str, str]:
    """Put continued and percent-encoded parameters together."""
    pieces: dict[str, list[tuple[int, bool, str]]] = {}
    whole: dict[str, str] = {}
    for name, value in found.items():
        base, star, rest = name.partition("*")
        number = rest.removesuffix("*")
        if not star or (number and not number.isdecimal()):
            whole[name] = value
        else:
            encoded = name.endswith("*")
            pieces.setdefault(base, []).append((int(number[:6] or "0"), encoded, value))
    for base, parts in pieces.items():
        whole[base] = _pieced(sorted(parts))
    return whole


def _pieced(parts: list[tuple[int, bool, str]]) -> str:
    charset: str | None = None
    content = b""
    for place, (_, encoded, piece) in enumerate(parts):
        rest = piece
        if encoded and place == 0 and rest.count("'") >= 2:
            charset, _, rest = rest.split("'", 2)
        content += unquote_to_bytes(rest) if encoded else rest.encode("utf-8", "replace")
    return decode(content, charset or None)


def message_ids(headers: Headers, name: str) -> list[str]:
    """Return the message ids in a field, with their angle brackets; the last count most."""
    line = " ".join(map(guess, headers.get(name, ())))
    found = MESSAGE_ID.findall(line)
    if not found and "@" in line:
        found = [f"<{bare}>" for bare in BARE_ID.findall(line[:10_000])]
    return found if len(found) <= MOST_IDS else [found[0], *found[1 - MOST_IDS :]]


def date(headers: Headers, name: str = "date") -> datetime | None:
    """Return the sender's date in UTC; None when nobody could tell what it says."""
    line = plain(headers, name)[:100]
    if not line:
        return None
    try:
        found = parsedate_tz(line)
        if found is None:
            return None
        zone = timezone(timedelta(seconds=found[9] or 0))
        year = found[0] if found[0] > 99 else found[0] + 1900
        return datetime(year, *found[1:6], tzinfo=zone).astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError, AttributeError):
        return None


def lines(block: bytes) -> Iterator[Headers]:
    """Yield the groups of fields of a delivery report, which empty lines divide."""
    for group in re.split(rb"\n[ \t]*\n", block.replace(b"\r\n", b"\n").strip(b"\n")):
        if group.strip():
            yield fields(group.lstrip(b"\n") + b"\n")
