"""Who a mail is from and to, as people and machines really write it."""

import re
from collections.abc import Iterable, Iterator

from channels.email.charsets import guess
from channels.email.headers import Headers, encoded_words, unfold
from inbox.model import Address

TOKEN = re.compile(
    r'"((?>(?:[^"\\]|\\.)*))("?)|<([^<>]*+)(>?)|([,;:()])|((?>(?:[^",;:()<>\\]|\\.?)+))'
)
PLAUSIBLE = re.compile(r"[^\s@<>,;:()\"\[\]]{1,64}@[^\s@<>,;:()\"\[\]]{1,255}")
UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
LONGEST = 320  # RFC 3696: 64 for the local part, 255 for the domain
MOST = 10_000
NOBODY = Address(kind="email", value="nobody@unknown.invalid")  #: a mail that names no sender


def addresses(headers: Headers, *names: str) -> tuple[Address, ...]:
    """Return the addresses in the fields called *names*, each once, in their order."""
    found: dict[str, Address] = {}
    for name in names:
        for value in headers.get(name, ()):
            for address in parse(guess(value)):
                found.setdefault(address.value, address)
    return tuple(found.values())


def first(headers: Headers, *names: str) -> Address | None:
    """Return the first address in the first of the fields that has one."""
    for name in names:
        for value in headers.get(name, ()):
            for address in parse(guess(value)):
                return address
    return None


def sender(headers: Headers) -> Address:
    """Return who wrote the mail, `NOBODY` under the name they give when there is no address."""
    found = first(headers, "from", "sender", "reply-to", "return-path")
    if found:
        return found
    name = displayed(unfold(guess(headers["from"][0]))) if "from" in headers else None
    return Address(kind="email", value=NOBODY.value, name=name)


def parse(line: str) -> Iterator[Address]:
    """Read an address list (RFC 5322), whatever was left out or put in too much; linear."""
    name: list[str] = []
    comment: list[str] = []
    value = ""
    depth = 0
    count = 0
    for quoted, _, angled, closed, mark, word in TOKEN.findall(unfold(line)):
        if mark == "(":
            depth += 1
        elif mark == ")":
            depth = max(0, depth - 1)
        elif depth:
            comment.append(word or quoted or angled)
        elif mark in (",", ";") and mark:
            yield from made(name, value, comment)
            name, comment, value = [], [], ""
            count += 1
            if count >= MOST:
                return
        elif mark == ":":
            name, comment, value = [], [], ""  # a group's name
        elif angled or closed:
            value = value or angled
        else:
            name.append(quoted.replace("\\", "") if quoted else word)
    yield from made(name, value, comment)


def made(name: Iterable[str], value: str, comment: Iterable[str]) -> Iterator[Address]:
    """Yield the address that these pieces describe, if they describe one."""
    called = "".join(name).strip()
    if not value:
        value, called = bare(called)
    address = normal(value)
    if not address:
        said = " ".join(comment)
        match = PLAUSIBLE.search(value) or PLAUSIBLE.search(called) or PLAUSIBLE.search(said)
        address = normal(match[0]) if match else ""
        if not address:
            return
    label = displayed(called) or displayed(" ".join(comment))
    yield Address(kind="email", value=address, name=label if label != address else None)


def bare(text: str) -> tuple[str, str]:
    """Split an address without angle brackets from what stands around it."""
    if " " not in text and "\t" not in text and len(text) <= LONGEST:
        return text.strip("'[]"), ""
    match = PLAUSIBLE.search(text) if "@" in text else None
    if not match:
        return "", text
    rest = (text[: match.start()] + text[match.end() :]).strip(" '\"[]")
    return match[0].strip("'[]"), rest


def normal(value: str) -> str:
    """Return the address in the form that identities are compared in, empty if it is none."""
    if "=?" in value:
        value = encoded_words(value)
    value = UNSEEN.sub("", value).strip(" \t'\"").lower().removeprefix("mailto:")
    if " " in value:
        value = value.replace(" ", "")
    local, at, domain = value.rpartition("@")
    if not (local and at and domain) or len(value) > LONGEST:
        return ""
    return f"{local}@{domain.rstrip('.')}"


def displayed(name: str) -> str | None:
    """Return a name as people may see it: decoded, without control characters."""
    if "=?" in name:
        name = encoded_words(name)
    name = UNSEEN.sub("", " ".join(name.split())).strip("'\" ")
    return name[:200] or None
