"""Bytes to text, whatever the sender called their encoding."""

import codecs
import re
from collections.abc import Callable
from functools import lru_cache

#: What the label says, and what it means in mails.
ALIASES = {
    "8bit": "cp1252",
    "ansi": "cp1252",
    "ansi-x3.4-1968": "us-ascii",
    "big5": "big5hkscs",
    "chinesebig5": "big5hkscs",
    "cp-850": "cp850",
    "euc-kr": "cp949",
    "gb2312": "gb18030",
    "gb-2312": "gb18030",
    "gbk": "gb18030",
    "ibm-eucjp": "euc-jp",
    "iso-2022-jp": "iso2022-jp-ext",
    "iso-8859-8-e": "iso-8859-8",
    "iso-8859-8-i": "iso-8859-8",
    "iso-8859-9": "cp1254",
    "iso-8859-11": "cp874",
    "iso-ir-100": "iso-8859-1",
    "ks-c-5601-1987": "cp949",
    "ks-c-5601": "cp949",
    "macintosh": "mac-roman",
    "shift-jis": "cp932",
    "sjis": "cp932",
    "tis-620": "cp874",
    "unicode-1-1-utf-8": "utf-8",
    "utf-8-sig": "utf-8-sig",
    "utf8": "utf-8",
    "utf-8mb4": "utf-8",
    "utf8mb4": "utf-8",
    "win-1251": "cp1251",
    "win-1252": "cp1252",
    "x-mac-roman": "mac-roman",
    "x-sjis": "cp932",
    "x-windows-949": "cp949",
}
#: The codecs mail may ask for: no utf-7 (it hides markup), nothing that is no charset or is slow.
TEXTUAL = re.compile(
    r"utf-(8|8-sig|16|32)(-[lb]e)?|ascii|(iso8859|koi8|mac|big5|euc|shift|iso2022)[-_]\w+|"
    r"cp\d+|gb\w+|big5\w*|johab|hz|tis-620|ptcp154|kz1048|shift_jis|latin\w+"
)
EIGHT_BIT = re.compile(rb"[\x80-\xff]+")
CONTROLS = re.compile(rb"[\x80-\x9f]")
Decoder = Callable[[bytes], str]


def decode(content: bytes, charset: str | None = None) -> str:
    """Return *content* as text; what cannot be read becomes U+FFFD, NUL goes."""
    text = decoder(charset)(content)
    return text.replace("\0", "") if "\0" in text else text


@lru_cache(maxsize=256)
def decoder(charset: str | None) -> Decoder:
    """Return the way to read *charset*, or to guess when the label is of no use."""
    name = codec(charset)
    if name is None or name in ("ascii", "utf-8"):
        return guess
    if name == "iso8859-1":
        return latin
    if name.startswith("iso2022_jp"):
        return lambda content: _forgiving(content, name if b"\x1b" in content else "cp932")
    return lambda content: _forgiving(content, name)


def codec(charset: str | None) -> str | None:
    """Return Python's name of the charset that a label means, None when there is none."""
    label = (charset or "").strip(" \t\r\n\"';").lower().replace("_", "-")[:40]
    label = ALIASES.get(label, label)
    try:
        name = codecs.lookup(label.removeprefix("x-").removeprefix("charset=")).name
    except (LookupError, ValueError, UnicodeError):
        return None
    return name if TEXTUAL.fullmatch(name) else None


def guess(content: bytes) -> str:
    """Read UTF-8, or the Japanese that names itself, or else what Windows writes in the West."""
    if b"\x1b$" in content:
        return _forgiving(content, "iso2022_jp_ext")
    try:
        return content.decode()
    except UnicodeDecodeError:
        text = content.decode("utf-8", "replace")
        broken = text.count("\ufffd")
        foreign = len(text) - len(text.encode("ascii", "ignore"))
        # A long text in UTF-8 with a cut character or two is still UTF-8.
        return text if foreign > 4 * broken else other(content)


def other(content: bytes) -> str:
    """Tell Chinese, Cyrillic and Western bytes from each other by how they come together."""
    runs = EIGHT_BIT.findall(content[:20_000])
    if len(b"".join(runs)) < 3 * len(runs):
        return western(content)  # an accent here and there
    if all(len(run) % 2 == 0 for run in runs):
        try:
            return content.decode("gb2312")
        except UnicodeDecodeError:
            pass
    likely = max(("cp1251", "koi8-r"), key=lambda name: common(content, name))
    if common(content, likely) * 3 > len(b"".join(runs)):
        return content.decode(likely, "replace")
    return western(content)


def common(content: bytes, name: str) -> int:
    """Count the most common letters of Russian."""
    text = content[:20_000].decode(name, "replace")
    return sum(map(text.count, "оеаинтсрвл"))


def latin(content: bytes) -> str:
    """Read ISO 8859-1; where it has control characters it is something else."""
    return guess(content) if CONTROLS.search(content) else content.decode("latin-1")


def western(content: bytes) -> str:
    return content.decode("cp1252", "replace")


def _forgiving(content: bytes, name: str) -> str:
    try:
        return content.decode(name, "replace")
    except (LookupError, ValueError, UnicodeError):
        return guess(content)
