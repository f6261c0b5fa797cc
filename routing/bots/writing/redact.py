"""Cover what says who somebody is before a text leaves the house, and put it back in drafts.

What has a form of its own is found by it: addresses, telephone numbers, cards, accounts, VAT
numbers, licence plates, birthdays, streets (`forms`), links with something personal in them, order
numbers and keys. Names are covered when the desk knows them; other dates stay readable, and so does
the name of somebody the desk never heard of.
"""

import re
import unicodedata
from collections.abc import Callable, Collection

from routing.bots.writing.forms import BIRTHDAY, PLATE, STREET, VAT, is_vat

__all__ = ["PLACEHOLDER", "Redaction", "plain"]

PLACEHOLDER = re.compile(
    r"\[(?:ACCOUNT|ADDRESS|BIRTHDAY|CARD|CODE|EMAIL|LINK|NAME|NUMBER|PHONE|PLATE|VAT)_\d+\]"
)
INVISIBLE = re.compile(
    "[\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]"
)

LINK = re.compile(r"\b(?:https?://|www\.)[^\s<>\"']{1,2000}", re.IGNORECASE)
EMAIL = re.compile(r"[^\s@<>()\[\],;:\"]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")
ACCOUNT = re.compile(r"\b[A-Z]{2}\d{2}(?:[ -]?[A-Z0-9]){11,30}", re.ASCII | re.IGNORECASE)
CARD = re.compile(r"(?<!\d)\d(?:[ .-]?\d){11,18}(?!\d)")
PHONE = re.compile(
    r"(?<![\w+])(?:\+|\(?0)\(?\d(?:[ ()./-]{0,2}\d){5,14}(?!\d)"
    r"|\(\d{2,5}\) ?\d(?:[ .-]?\d){4,9}(?!\d)"
)
CODE = re.compile(r"(?<![\w-])(?=[\w-]{0,200}\d)(?=[\w-]{0,200}[A-Za-z])[\w-]{20,200}(?![\w-])")
NUMBER = re.compile(
    r"(?<![\w/-])\w[\w/-]{3,40}(?![\w/-])|(?<!\d)\d(?:[ .-]?\d){6,18}(?!\d)|\d{5,40}"
)
DATE = re.compile(r"\d{4}[-./]\d{1,2}[-./]\d{1,2}|\d{1,2}[-./]\d{1,2}[-./](?:\d{4}|\d{2})")
SPACELESS = re.compile("[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]+")
VOWELS = "aeiouáéíóúàèìòùäëïöüåæøаеиоуыэюяіїє"
DIGITS = 5  # of a number that somebody could be found by


class Redaction:
    """What was covered in the texts of one request."""

    def __init__(self, hide: Collection[str] = (), *, active: bool = True) -> None:
        self.active = active
        self.covered: dict[str, str] = {}  #: placeholder -> what it stands for
        self.named = names(hide)

    def cover(self, text: str) -> str:
        """Return *text* with placeholders; the same thing always has the same one."""
        parts = PLACEHOLDER.split(plain(text))  # nobody puts in a placeholder of their own
        return "…".join(self.cover_part(part) for part in parts)

    def cover_part(self, text: str) -> str:
        if not self.active:
            return text
        for kind, pattern, fits in FORMS:
            text = apart(text, pattern, self.placer(kind, fits))
        for pattern in self.named:
            text = apart(text, pattern, self.placer("NAME", bool))
        return text

    def restore(self, text: str) -> str | None:
        """Return *text* with what was covered; none when it has placeholders of nothing."""
        if any(one not in self.covered for one in PLACEHOLDER.findall(text)):
            return None
        return PLACEHOLDER.sub(lambda found: self.covered[found[0]], text)

    def placer(self, kind: str, fits: Callable[[str], bool]) -> Callable[[re.Match[str]], str]:
        def placed(found: re.Match[str]) -> str:
            start, end = found.span(found.lastgroup or 0)  # a group is what is meant of it
            value = found.string[start:end]
            if not fits(value):
                return found[0]
            before, after = found.string[found.start() : start], found.string[end : found.end()]
            return f"{before}{self.place(kind, value)}{after}"

        return placed

    def place(self, kind: str, value: str) -> str:
        """Return the placeholder of *value*."""
        for placeholder, known in self.covered.items():
            if known.casefold() == value.casefold():
                return placeholder
        placeholder = f"[{kind}_{len(self.covered) + 1}]"
        self.covered[placeholder] = value
        return placeholder


def plain(text: str) -> str:
    """Return *text* in one way of writing it, without signs that nobody sees."""
    return INVISIBLE.sub("", unicodedata.normalize("NFKC", text))


def apart(text: str, pattern: re.Pattern[str], place: Callable[[re.Match[str]], str]) -> str:
    """Replace in *text*, but not in the placeholders that it already has."""
    pieces, end = [], 0
    for found in PLACEHOLDER.finditer(text):
        pieces += [pattern.sub(place, text[end : found.start()]), found[0]]
        end = found.end()
    return "".join([*pieces, pattern.sub(place, text[end:])])


# --- names ----------------------------------------------------------------------------------
def names(hide: Collection[str]) -> list[re.Pattern[str]]:
    """Return what finds these words, also with an ending, the longest first."""
    whole = {plain(one).strip() for one in hide}
    words = whole | {word for one in whole for word in re.split(r"[\s,;]+", one)}
    wanted = sorted((one for one in words if long_enough(one)), key=lambda one: (-len(one), one))
    return [re.compile(inflected(one), re.IGNORECASE) for one in wanted]


def long_enough(word: str) -> bool:
    return len(word) >= (2 if SPACELESS.search(word) else 3)


def inflected(word: str) -> str:
    """Match *word* and its cases: Marija, Mariji, Marijom.

    >>> bool(re.fullmatch(inflected("Marija"), "Marijom"))
    True
    """
    if SPACELESS.search(word):
        return re.escape(word)
    if word[-1].casefold() in VOWELS:
        return rf"(?<!\w){re.escape(word[:-1])}[{VOWELS}]\w{{0,3}}(?!\w)"
    return rf"(?<!\w){re.escape(word)}\w{{0,3}}(?!\w)"


# --- what has a form ------------------------------------------------------------------------
def digits(text: str) -> list[int]:
    return [int(one) for one in text if one.isdecimal()]


def is_card(text: str) -> bool:
    """Check the last digit, as ISO/IEC 7812-1 has it (H. P. Luhn)."""
    numbers = digits(text)[::-1]
    doubled = (sum(divmod(2 * one, 10)) for one in numbers[1::2])
    return (sum(numbers[::2]) + sum(doubled)) % 10 == 0


def is_account(text: str) -> bool:
    """Check the digits of an IBAN, as ISO 13616 has it, at any length it may have."""
    letters = [one for one in text.upper() if one.isalnum()]
    return any(remainder(letters[:end]) == 1 for end in range(15, min(len(letters), 34) + 1))


def remainder(letters: list[str]) -> int:
    return int("".join(str(int(one, 36)) for one in letters[4:] + letters[:4])) % 97


def is_personal(link: str) -> bool:
    """Tell whether a link says more than where a page is."""
    return any(sign in link for sign in "?#@") or len(digits(link)) >= DIGITS


def is_number(text: str) -> bool:
    return len(digits(text)) >= DIGITS and not is_date(text)


def is_date(text: str) -> bool:
    return DATE.fullmatch(text.strip()) is not None


def is_phone(text: str) -> bool:
    return len(digits(text)) >= 7 and not is_date(text)


FORMS: tuple[tuple[str, re.Pattern[str], Callable[[str], bool]], ...] = (
    ("LINK", LINK, is_personal),
    ("EMAIL", EMAIL, bool),
    ("ACCOUNT", ACCOUNT, is_account),
    ("CARD", CARD, is_card),
    ("VAT", VAT, is_vat),
    ("BIRTHDAY", BIRTHDAY, bool),
    ("ADDRESS", STREET, bool),
    ("PLATE", PLATE, bool),
    ("PHONE", PHONE, is_phone),
    ("CODE", CODE, bool),
    ("NUMBER", NUMBER, is_number),
)
