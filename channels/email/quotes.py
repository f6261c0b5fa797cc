# ruff: noqa: RUF001  # the words and signs of many languages look alike
"""What the sender wrote this time, without the quoted history and the signature.

The text is read line by line, each a bounded number of times: a line above a quote is
recognised by its shape (a date, a person, a word for *wrote*, a colon), the head of a
quoted message by its labels. What the sender passes on stays.
"""

import re
from enum import Enum

from channels.email.phrases import FORWARDS, FROM, ON, ORIGINAL, SENT, SENT_FROM, SUBJECT, TO, WROTE

LONGEST_LINE = 1_000  #: characters of a line that are looked at
LONGEST_LEAD = 600  #: characters of a line above a quote, which may be wrapped
MOST_LINES = 200_000
MOST_LOOKS = 2_000  #: lines with a colon that are looked at closely; a log has more
SIGNATURE_LINES = 14  #: a signature that is longer was none, unless it is marked by "-- "
HEAD_LINES = 12  #: how far the labels of a quoted message's head reach

QUOTED = re.compile(r"[ \t]{0,3}(?:>|\|[ \t]|&gt;)")
RULE = re.compile(r"[ \t]*(?:[-_=*#~+—–][ \t]?){2,}[ \t]*")
UNDERLINE = re.compile(r"[ \t]*_{20,}[ \t]*")
SIGNATURE = re.compile(r"[ \t]*-- ?")
LOOSE_SIGNATURE = re.compile(r"[ \t]*(?:-{2,4}|_{2,5}|={2,4}|\+{2,4}|\*{2,4}) ?")
NAMED_SIGNATURE = re.compile(r"-- \S.{0,60}")
BETWEEN_DASHES = re.compile(r"[ \t>]*[-_=*]{2,}[ \t]?([^-_=*].{2,70}?)[ \t]?[-_=*]{2,}[ \t]*:?")
LABEL = re.compile(
    r"[ \t>]{0,8}[*_]{0,2}([^\W\d_][^:：<>@]{0,24}?)[*_]{0,2}[ \t\u00a0]{0,3}[:：][*_]{0,2}(.*)"
)
EMAIL = re.compile(r"[^\s<>@\[\](),;:\"]{1,80}@[^\s<>@\[\](),;:\"]{1,120}")
DIGIT = re.compile(r"\d")
CLOCK = re.compile(r"(?<!\d)\d{1,2}[:.h]\d{2}(?!\d)")
DAY = re.compile(
    r"(?<!\d)(?:\d{4}|\d{1,2}[./ -]{1,2}\d{1,2}[./ -]{1,2}\d{2,4}|\d{1,2}\.? \w{3})(?!\d)"
)
DIRECTIONS = dict.fromkeys((0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)))
GAP = re.compile(r"\n{4,}")
END = re.compile(r"[:：][\s*_>-]*$|[ \t]-{3,}[ \t]*$")

NAME = re.compile(r"[^\W\d_]{2,}")
SENTENCE = re.compile(r"\w{3,}[.!?][ \t]*$|\?")
#: How people can be reached: a number, an address, a page, or that they write on the way.
REACHED = re.compile(
    r"\+?\(?\d[\d ()./-]{5,}\d|@\w|www\.|https?:|\b(?:mobile|mobil|skype|tel|fax|phone)\b",
    re.IGNORECASE,
)
CLOSING = re.compile(
    r"[\W_]*(?:many |much |kind |best |warm |with |mit |sincerely|yours|regards|cheers|thanks|"
    r"thank you|thx|best|viele |liebe |beste |freundliche|mfg|lg|gruß|grüße|danke|cordialement|"
    r"bien |salutations|merci|saludos|un saludo|gracias|atentamente|cordiali|saluti|grazie|"
    r"atenciosamente|obrigad|met vriendelijke|groet|bedankt|pozdraw|z poważaniem|dziękuj|"
    r"с уважением|спасибо|всего|lijep|pozdrav|hvala|srdač|med venlig|mvh|hilsen|tak\b|hälsning|"
    r"terveisin|kiitos|s pozdravem|děkuji)[^\n.?]{0,40}",
    re.IGNORECASE,
)


def _longest_first(phrases: tuple[str, ...]) -> str:
    return "|".join(re.escape(phrase) for phrase in sorted(set(phrases), key=len, reverse=True))


WROTE_SOMEWHERE = re.compile(rf"(?<!\w)(?:{_longest_first(WROTE)})(?!\w)", re.IGNORECASE)
#: Where the writer is named after the word.
WRITER_LAST = re.compile(
    r"\b(?:schrieb|schreef|skrev|schrijft|skriver)(?: \S{1,40}){1,6}$", re.IGNORECASE
)
STARTS_ON = re.compile(rf"[\s>*_\-=|]*(?:{_longest_first(ON)})(?!\w)", re.IGNORECASE)
STARTS_DATED = re.compile(
    r"[\s>*_\-=|\"']*(?:\d{1,4}[./: 年-]|[^\W\d_]{2,12}\.?,? (?:den |the |\w{3,9}\.? )?\d{1,2})"
)
LABELS = {
    label: kind
    for kind, labels in (("to", TO), ("sent", SENT), ("subject", SUBJECT), ("from", FROM))
    for label in labels
}


def visible(text: str, sender: str = "") -> str:
    """Return what the *sender* wrote in plain *text*; the name helps to see the signature."""
    lines = text.split("\n")
    if len(lines) > MOST_LINES:
        lines = lines[:MOST_LINES]
    kept = _unquoted(lines)
    kept = _unsigned(kept)
    if sender:
        kept = kept[: signature_of(sender, kept)]
    return GAP.sub("\n\n\n", "\n".join(_trimmed(kept))).strip("\n")


def _unquoted(lines: list[str]) -> list[str]:
    """Drop quoted lines and what leads to them, and everything below an old message's head."""
    kept: list[str] = []
    place = -1
    looked = 0
    while (place := place + 1) < len(lines):
        line = lines[place]
        looked += ":" in line
        if not line or line.isspace():
            kept.append("")
        elif QUOTED.match(line) and not _is_markup(line):
            pass
        elif looked > MOST_LOOKS:
            kept.append(line)
        elif is_forward(line):
            return [*kept, *lines[place:]]
        elif is_original(line, lines, place) or starts_head(lines, place):
            _drop_rule(kept)
            return kept
        elif (bare := _ends_lead(line)) and (back := _lead(kept, bare)) is not None:
            del kept[len(kept) - back :]
            after = _next_line(lines, place + 1)
            if not (after and QUOTED.match(after)):
                return kept
        elif not ("@" in bare and _is_above_quote(lines, place) and EMAIL.search(bare)):
            kept.append(line)
    return kept


def _ends_lead(line: str) -> str:
    """Return a line that may lead to a quote, without the marks of the writing's direction."""
    if len(line) >= LONGEST_LINE:
        return ""
    bare = line if line.isascii() else line.translate(DIRECTIONS)
    return bare if END.search(bare[-40:]) else ""


def _is_above_quote(lines: list[str], place: int) -> bool:
    """Tell whether a quote follows, so that an address above it says who is quoted."""
    after = _next_line(lines, place + 1)
    return bool(after and QUOTED.match(after) and not _is_markup(after))


def _is_markup(line: str) -> bool:
    return line.lstrip().startswith("|") and line.rstrip().endswith("|")  # a table


def _next_line(lines: list[str], place: int) -> str | None:
    for line in lines[place : place + 6]:
        if line.strip():
            return line
    return None


def _lead(kept: list[str], line: str) -> int | None:
    """Return how many kept lines belong to the line above a quote that ends in *line*."""
    joined = line.strip()
    likely = None
    for back in range(5):
        if back:
            if back > len(kept) or not kept[-back].strip():
                break
            joined = f"{kept[-back].strip()} {joined}"
        if len(joined) > LONGEST_LEAD:
            break
        match lead(joined):
            case Lead.CERTAIN:
                return back
            case Lead.LIKELY if likely is None:
                likely = back
    return likely


class Lead(Enum):
    """How much a line looks like one that says who wrote what follows."""

    NONE = 0
    LIKELY = 1
    CERTAIN = 2


def lead(line: str) -> Lead:
    """Judge a line that stands above a quote: a date, a person, a word for *wrote*."""
    email = EMAIL.search(line) if "@" in line else None
    if not email and not DIGIT.search(line):
        return Lead.NONE
    line = line.replace("\u00a0", " ").replace("\u202f", " ")
    said = END.sub("", line).rstrip(" \t:：*_-")
    clock, day = CLOCK.search(said), DAY.search(said)
    begins = STARTS_ON.match(said) or STARTS_DATED.match(said)
    if said.rstrip(">").lower().endswith(WROTE) or (
        (email or (clock and day and WRITER_LAST.search(said)))
        and begins
        and WROTE_SOMEWHERE.search(said)
    ):
        if (clock or day) and begins:
            return Lead.CERTAIN
        return Lead.LIKELY if email and "<" in said and not said[0].islower() else Lead.NONE
    if not email or not clock:
        return Lead.NONE
    if day and "<" in said and WROTE_SOMEWHERE.search(said):
        return Lead.CERTAIN  # in languages where the date comes last
    return Lead.CERTAIN if begins and said[-1] in ">)]" else Lead.NONE


def is_forward(line: str) -> bool:
    """Tell whether a message that the sender passes on begins here."""
    if len(line) > 120:
        return False
    lowered = line.strip(" \t-_=*>:").lower()
    return lowered.startswith(FORWARDS) and (
        line.strip()[:2] in ("--", "==", "__") or line.rstrip().endswith(":")
    )


def is_original(line: str, lines: list[str], place: int) -> bool:
    """Tell whether the old message begins here, between dashes."""
    if len(line) > 120:
        return False
    match = BETWEEN_DASHES.fullmatch(line)
    if not match:
        return False
    inner = match[1].strip().lower()
    return (
        inner.startswith(ORIGINAL)
        or lead(f"{inner}:") is Lead.CERTAIN
        or starts_head(lines, place + 1)
    )


def starts_head(lines: list[str], place: int) -> bool:
    """Tell whether the labels of an old message's head stand here: from, sent, to, subject."""
    first = kind_of(lines[place]) if place < len(lines) else None
    if first is None or (first[0] not in ("from", "sent") and not first[1]):
        return False
    kinds = {first[0]}
    plausible = bool(EMAIL.search(lines[place][:LONGEST_LINE]))
    gaps = 0
    for line in lines[place + 1 : place + 1 + HEAD_LINES]:
        if not line.strip():
            gaps += 1
            if gaps > 1 + len(kinds):
                break
            continue
        found = kind_of(line)
        if found is None:
            unknown = LABEL.match(line[:LONGEST_LINE])  # a label in yet another language
            if (
                not unknown
                and not line.startswith((" ", "\t"))
                and not EMAIL.search(line[:LONGEST_LINE])
            ):
                break
            continue
        kinds.add(found[0])
        plausible = plausible or bool(
            EMAIL.search(line[:LONGEST_LINE]) or CLOCK.search(line[:LONGEST_LINE])
        )
        if (plausible and {"from", "sent"} <= kinds) or len(kinds) >= 3:
            break
    return (
        len(kinds) >= 3
        or (plausible and "from" in kinds and len(kinds) >= 2)
        or (plausible and {"sent", "to"} <= kinds)
    )


def kind_of(line: str) -> tuple[str, str] | None:
    """Return what a label names, and what stands behind it."""
    if len(line) > LONGEST_LINE:
        line = line[:LONGEST_LINE]
    match = LABEL.match(line)
    if not match:
        return None
    kind = LABELS.get(match[1].strip().lower())
    return (kind, match[2]) if kind else None


def _drop_rule(kept: list[str]) -> None:
    """Drop the line drawn above an old message."""
    while kept and (not kept[-1].strip() or RULE.fullmatch(kept[-1])):
        kept.pop()


def _unsigned(lines: list[str]) -> list[str]:
    """Drop the signature at the end, and what a telephone added."""
    lines = _trimmed(lines)
    for place, line in enumerate(lines):
        if line in ("--", "-- ") or (
            NAMED_SIGNATURE.fullmatch(line)
            and len(_filled(lines[place + 1 :])) < HEAD_LINES / 2
            and sum(other.startswith("-- ") for other in lines) == 1
        ):
            lines = lines[:place]
            break
        if SIGNATURE.fullmatch(line) or (place and LOOSE_SIGNATURE.fullmatch(line)):
            rest = _filled(lines[place + 1 :])
            if len(rest) <= SIGNATURE_LINES and not any(map(RULE.fullmatch, rest)):
                lines = lines[:place]
                break
    return _trimmed(_without_advert(_trimmed(lines)))


def signature_of(sender: str, lines: list[str]) -> int:
    """Return where *sender* signs: by name, with ways to reach them or after a closing word."""
    names = set(NAME.findall(sender.partition("@")[0].lower()))
    filled = [place for place, line in enumerate(lines) if line.strip()]
    for place in filled[1:][-SIGNATURE_LINES:]:
        said = NAME.findall(lines[place].lower()) if len(lines[place]) < 60 else []
        if not names or not names <= set(said) or len(said) > len(names) + 2:
            continue
        rest = _filled(lines[place + 1 :])
        before = [other for other in filled if other < place]
        closing = before[-1] if CLOSING.fullmatch(lines[before[-1]]) else None
        if closing is None and not any(map(REACHED.search, rest)):
            continue
        if any(len(line) > 90 or SENTENCE.search(line) for line in rest):
            continue
        rule = next((at for at in before[-3:] if RULE.fullmatch(lines[at])), None)
        start = next((at for at in (rule, closing) if at is not None), place)
        return start if start > filled[0] else len(lines)
    return len(lines)


def _filled(lines: list[str]) -> list[str]:
    return [line for line in lines if line.strip()]


def _without_advert(lines: list[str]) -> list[str]:
    for place in range(len(lines) - 1, max(-1, len(lines) - 6), -1):
        line = lines[place].strip().lower()
        advert = len(line) < 160 and line.lstrip("-_*[( ").startswith(SENT_FROM)
        if advert and all(len(other) < 80 for other in lines[place + 1 :]):
            return lines[:place]
    return lines


def _trimmed(lines: list[str]) -> list[str]:
    end = len(lines)
    while end and (not lines[end - 1].strip() or UNDERLINE.fullmatch(lines[end - 1])):
        end -= 1
    return lines[:end]
