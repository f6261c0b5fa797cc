"""What a form asks for, read out of what a customer wrote: checked, and as it is kept.

A date is kept as 2027-03-12, a phone number as E.164, a choice as its id, a number as ``3`` or
``2.5``. Whatever else the customer wrote around it does not matter.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, cast

from inbox.model import Button, Value
from inbox.words import cut
from routing.bots.forms import dates
from routing.bots.forms.counting import cardinal
from routing.bots.forms.picking import folded, picked
from routing.bots.model import Slot
from routing.bots.words.phrases import base, chosen, phrase

LONGEST = 2000  #: letters of a text that is kept
LOOKED_AT = 500  #: letters in which anything else is looked for
PATTERNED = 64  #: letters of a number of a desk's own
EITHER = 3  #: meanings that a customer is asked to choose from
EMAIL = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]+@[\w-]+(?:\.[\w-]+)+", re.ASCII)
NUMBER = re.compile(r"(?<![\w.,])[-+]?\d[\d.,'’\u00a0\u202f ]*")
ORDER = re.compile(r"(?<!\w)(?=[\w/-]*\d)[\w/-]*\w{2}[\w/-]*")
ADDRESS = 254  #: letters of an email address (RFC 5321)
PLACES = 10**12  #: numbers are smaller than this
REGIONS = {  #: of languages that are mostly spoken in one country, for numbers that name none
    "cs": "CZ",
    "da": "DK",
    "hr": "HR",
    "it": "IT",
    "ja": "JP",
    "ko": "KR",
    "pl": "PL",
    "sv": "SE",
    "tr": "TR",
    "uk": "UA",
}


class Read(Value):
    """What was understood: one value is clear, several are to be chosen from."""

    values: tuple[str, ...] = ()
    why: str = ""  #: a sentence for the customer, when nothing fits


def read(slot: Slot, said: str, language: str | None, today: date) -> Read:
    """Read what a slot asks for out of what was said."""
    reader = READERS[slot.kind]
    text = said if slot.kind == "text" else said[:LOOKED_AT]
    found = reader(slot, text.strip(), language, today)
    return found if found.values or found.why else miss(f"bad_{slot.kind}", language)


def miss(name: str, language: str | None, **blanks: object) -> Read:
    return Read(why=phrase(name, language, **blanks))


def several(values: Sequence[str]) -> Read:
    return Read(values=tuple(dict.fromkeys(values))[:EITHER])


# --- each kind ------------------------------------------------------------------------------
def read_text(slot: Slot, said: str, language: str | None, today: date) -> Read:  # noqa: ARG001
    if not any(map(str.isalnum, said)):
        return miss("bad_text", language)
    if slot.pattern is None:
        return Read(values=(cut(said, LONGEST),))
    return matching(slot.pattern, said[:LOOKED_AT]) or miss("bad_pattern", language)


def read_order(slot: Slot, said: str, language: str | None, today: date) -> Read:  # noqa: ARG001
    if slot.pattern is not None:
        return matching(slot.pattern, said) or miss("bad_pattern", language)
    found = [one.strip("-/").upper() for one in ORDER.findall(said)]
    return several(found)


def matching(pattern: str, said: str) -> Read | None:
    """Find what matches a pattern as a whole, however its letters and gaps were typed.

    >>> matching(r"HR-[0-9]{6}", "it is hr 123 456, thanks")
    Read(values=('HR-123456',), why='')
    """
    wanted = re.compile(pattern, re.ASCII)
    words = said[:LOOKED_AT].split()
    for size in range(1, min(6, len(words)) + 1):
        runs = [words[at : at + size] for at in range(len(words) - size + 1)]
        found = [one for run in runs for one in spellings(run, pattern) if wanted.fullmatch(one)]
        if found:
            return several(found)
    return None


def spellings(words: Sequence[str], pattern: str) -> list[str]:
    """Return the ways in which words may have been meant as one number."""
    bare = [word.strip(".,;:!?()[]\"'“”„«»#") for word in words]
    joined = [" ".join(bare), "".join(bare), "-".join(bare)]
    plain = re.sub(r"[\W_]", "", "".join(bare))
    hyphened = [f"{plain[:at]}-{plain[at:]}" for at in range(1, len(plain))] * ("-" in pattern)
    ways = [*joined, plain, *hyphened]
    return [one for way in ways if len(way) <= PATTERNED for one in (way, way.upper(), way.lower())]


def read_email(slot: Slot, said: str, language: str | None, today: date) -> Read:  # noqa: ARG001
    found = [one.strip(".").rstrip("-_") for one in EMAIL.findall(said)]
    return several(
        [host_small(one) for one in found if ".." not in one and len(one) <= 254]
    )  # RFC 5321


def host_small(address: str) -> str:
    local, _, host = address.rpartition("@")
    return f"{local}@{host.lower()}"


def read_phone(slot: Slot, said: str, language: str | None, today: date) -> Read:  # noqa: ARG001
    from routing.bots.forms import phones

    return several(phones.found(said, slot.region or REGIONS.get(base(language) or "")))


def read_date(slot: Slot, said: str, language: str | None, today: date) -> Read:
    found = dates.days(said, language, today, slot.side)
    fine = [one for one in found if dates.on_side(one, today, slot.side)]
    if found and not fine:
        return miss(f"bad_{slot.side}", language)
    example = dates.shown(today, language)
    return (
        several([one.isoformat() for one in fine])
        if fine
        else miss("bad_date", language, example=example)
    )


def read_number(slot: Slot, said: str, language: str | None, today: date) -> Read:  # noqa: ARG001
    found = [
        number for one in NUMBER.findall(said) if (number := decimal(one, language)) is not None
    ]
    found = found or counted(said, language)
    if slot.least is not None and found and max(found) < Decimal(str(slot.least)):
        return miss("bad_least", language, least=f"{slot.least:g}")
    if slot.most is not None and found and min(found) > Decimal(str(slot.most)):
        return miss("bad_most", language, most=f"{slot.most:g}")
    return several([f"{one.normalize():f}" for one in found if is_between(one, slot)])


def is_between(number: Decimal, slot: Slot) -> bool:
    least = -PLACES if slot.least is None else slot.least
    most = PLACES if slot.most is None else slot.most
    return Decimal(str(least)) <= number <= Decimal(str(most))


def counted(said: str, language: str | None) -> list[Decimal]:
    """Return a number that is one word, such as "two"."""
    word = folded(said)
    number = cardinal(word, base(language) or "en") or cardinal(word, "en")
    return [Decimal(number)] if number else []


def decimal(text: str, language: str | None) -> Decimal | None:
    """Read a number with commas and points as a language has them, or as they must be meant.

    >>> decimal("1.234,5", "en"), decimal("1,234", "en"), decimal("1,234", "hr")
    (Decimal('1234.5'), Decimal('1234'), Decimal('1.234'))
    """
    bare = re.sub(r"['’\s]", "", text).rstrip(".,")
    marks = [one for one in bare if one in ".,"]
    point = marks[-1] if marks else "."
    if len(marks) > 1 and len(set(marks)) == 1:
        point = ""  # 1.234.567: no number has two points
    elif len(marks) == 1 and len(bare.rpartition(point)[2]) == 3 and point != mark(language):
        point = ""
    bare = "".join(one for one in bare if one not in ".," or one == point)
    try:
        number = Decimal(bare.replace(point, ".") if point else bare)
    except InvalidOperation:
        return None
    return number if abs(number) < PLACES else None


def mark(language: str | None) -> str:
    """Return what stands before the decimals of a number."""
    symbols = dates.locale(language).number_symbols
    return str(symbols.get("latn", symbols).get("decimal", "."))


def read_choice(slot: Slot, said: str, language: str | None, today: date) -> Read:  # noqa: ARG001
    found = picked(said, options(slot, language), language=language)
    return Read(values=found[:EITHER])


READERS: Mapping[str, Callable[[Slot, str, str | None, date], Read]] = {
    "text": read_text,
    "choice": read_choice,
    "email": read_email,
    "phone": read_phone,
    "date": read_date,
    "number": read_number,
    "order": read_order,
}


# --- said back ------------------------------------------------------------------------------
def options(slot: Slot, language: str | None) -> list[Button]:
    """Return what there is to choose from, each with its id."""
    return [Button(title=shown(slot, one, language), id=one) for one in slot.choices]


def shown(slot: Slot, value: str, language: str | None) -> str:
    """Return a value as the customer reads it; as it is kept, when it was of another kind once."""
    with suppress(ValueError, ArithmeticError):
        return dressed(slot, value, language)
    return value


def dressed(slot: Slot, value: str, language: str | None) -> str:
    match slot.kind:
        case "choice":
            return chosen(slot.titles.get(value, {}), language) or value
        case "date":
            return dates.shown(date.fromisoformat(value), language)
        case "number":
            from babel.numbers import format_decimal

            locale = dates.locale(language)
            return format_decimal(Decimal(value), locale=locale, decimal_quantization=False)
        case "phone":
            from routing.bots.forms import phones

            return phones.shown(value)
    return value


def title(slot: Slot, language: str | None) -> str:
    """Return what a slot is called."""
    name = slot.name.replace("_", " ")
    return chosen(slot.title, language) or name[:1].upper() + name[1:]


# --- checking -------------------------------------------------------------------------------
def wild(pattern: str) -> str | None:
    """Say what is wrong with a pattern; none when it is one that can be asked of any text.

    Repeats within repeats are refused: they may take longer than the world stands.

    >>> wild("HR-[0-9]{6}"), wild("(a+)+b")
    (None, 'A repeat within a repeat takes too long.')
    """
    try:
        re.compile(pattern, re.ASCII)
        parsed = cast(Any, re)._parser.parse(pattern)  # noqa: SLF001  # the standard library's own
    except (re.error, RecursionError, OverflowError) as error:
        return f"It is no pattern: {error}."
    return "A repeat within a repeat takes too long." if nested(parsed, inside=False) else None


REPEATS = {"MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"}


def nested(parsed: Any, *, inside: bool) -> bool:
    """Tell whether a repeat of varying length holds another, or something to choose from."""
    for kind, about in parsed:
        name = str(kind)
        if name in REPEATS:
            fewest, most, body = about
            varies = most != fewest and most > 1
            if (inside and varies) or nested(body, inside=inside or varies):
                return True
        elif (inside and name in {"BRANCH", "GROUPREF"}) or any(
            nested(one, inside=inside) for one in bodies(about)
        ):
            return True
    return False


def bodies(about: Any) -> list[Any]:
    """Return the patterns inside a part of one."""
    if hasattr(about, "data"):
        return [about]
    parts = about if isinstance(about, tuple | list) else ()
    return [one for part in parts for one in bodies(part)]
