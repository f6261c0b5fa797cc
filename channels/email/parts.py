"""The grammar of outgoing mail: headers, encodings, parts; every byte of it is ASCII.

Written by hand because a mail must be the same on every attempt, and because the standard
library folds long Message-IDs into encoded words, which breaks threads.
"""

import base64
import binascii
import re
from collections.abc import Iterable, Sequence
from email.header import Header
from urllib.parse import quote

from inbox.channel import File

WIDE = 76  # letters in an encoded line (RFC 2045)
CONTROL = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029\ud800-\udfff]+")
TYPE = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]*/[a-z0-9][a-z0-9!#$&^_.+-]*", re.IGNORECASE)
PLAIN = re.compile(r"[\x20-\x7e\t]*")
Headers = Sequence[tuple[str, str]]


def clean(value: str) -> str:
    """Return *value* on one line, so that it can never begin another header."""
    return " ".join(CONTROL.sub(" ", value).split())


def words(name: str, value: str) -> str:
    """Return the text of a header, encoded where it must be, and folded."""
    value = clean(value)
    fits = PLAIN.fullmatch(value) and "=?" not in value and all(len(w) < 500 for w in value.split())
    header = Header(value, None if fits else "utf-8", header_name=name, maxlinelen=WIDE)
    return header.encode(splitchars=" ", linesep="\r\n")


def mailbox(address: str, name: str = "") -> str:
    """Return an address with the name of whom it reaches."""
    name = clean(name)
    if not name:
        return address
    if PLAIN.fullmatch(name) and "=?" not in name and len(name) < WIDE:
        spelled = '"' + re.sub(r'(["\\])', r"\\\1", name) + '"'
    else:
        spelled = Header(name, "utf-8", maxlinelen=WIDE - 10).encode(linesep="\r\n")
    return f"{spelled} <{address}>"


def several(items: Iterable[str], separator: str) -> str:
    """Return many addresses or ids, one a line."""
    return f"{separator}\r\n ".join(items)


def parameter(name: str, value: str) -> str:
    """Return a parameter of a header, of any letters and length (RFC 2231)."""
    value = clean(value)
    if PLAIN.fullmatch(value) and len(value) < WIDE - 20:
        escaped = re.sub(r'(["\\])', r"\\\1", value)
        return f';\r\n {name}="{escaped}"'
    encoded = quote(value, safe="!#$&+-.^_`|~")
    pieces = re.findall(r"(?:%[0-9A-F]{2}|[^%]){1,18}", encoded)
    if len(pieces) == 1:
        return f";\r\n {name}*=utf-8''{pieces[0]}"
    numbered = (f";\r\n {name}*{n}*={piece}" for n, piece in enumerate(pieces[1:], 1))
    return f";\r\n {name}*0*=utf-8''{pieces[0]}" + "".join(numbered)


def part(headers: Headers, body: bytes) -> bytes:
    """Return headers and body as one."""
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers)
    return lines.encode("utf-8", "replace") + b"\r\n" + body


def text_part(kind: str, text: str) -> bytes:
    """Return a text in the shortest encoding that any server lets pass unharmed."""
    how, body = encoded(re.sub(r"\r\n?", "\n", text))
    headers = [
        ("Content-Type", f"text/{kind}; charset=utf-8"),
        ("Content-Transfer-Encoding", how),
    ]
    return part(headers, body.replace(b"\n", b"\r\n"))


def encoded(text: str) -> tuple[str, bytes]:
    """Choose how to write a text: as it is, with escapes, or as base64."""
    text = text if text.endswith("\n") else text + "\n"
    plain = text.encode("utf-8", "replace")
    if all(map(is_harmless, text.split("\n"))):
        return "7bit", plain
    escaped = binascii.b2a_qp(plain, istext=True)
    if len(escaped) <= 1.4 * len(plain) + 100:
        return "quoted-printable", re.sub(rb"(?m)^From ", b"=46rom ", escaped)
    return "base64", base64.encodebytes(plain)


def is_harmless(line: str) -> bool:
    """Tell whether a line passes through every server as it is."""
    return (
        len(line) <= WIDE
        and PLAIN.fullmatch(line) is not None
        and not line.startswith(("From ", ".", "--=_"))
        and not line.endswith((" ", "\t"))
    )


def file_part(file: File) -> bytes:
    """Return a file as an attachment, or as a picture that the HTML shows."""
    kind = file.media_type.strip().lower()
    if not TYPE.fullmatch(kind) or kind.startswith(("message/", "multipart/")):
        kind = "application/octet-stream"  # those two may not be encoded as base64
    name = clean(file.name) or "file"
    inline = file.inline and bool(file.content_id)
    headers = [
        ("Content-Type", kind + parameter("name", name)),
        ("Content-Transfer-Encoding", "base64"),
        (
            "Content-Disposition",
            ("inline" if inline else "attachment") + parameter("filename", name),
        ),
    ]
    if file.content_id:
        headers.append(("Content-ID", f"<{re.sub(r'[<>]', '', clean(file.content_id))}>"))
    body = base64.encodebytes(file.content) or b"\n"
    return part(headers, body.replace(b"\n", b"\r\n"))


def multipart(kind: str, boundary: str, parts: Sequence[bytes]) -> bytes:
    """Return parts as one; one alone stays as it is."""
    if len(parts) == 1:
        return parts[0]
    line = f"--{boundary}".encode()
    body = b"".join(line + b"\r\n" + each + b"\r\n" for each in parts) + line + b"--\r\n"
    return part([("Content-Type", f'multipart/{kind};\r\n boundary="{boundary}"')], body)
