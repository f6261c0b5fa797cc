"""Find out which of some options a customer means, however they say so.

By its button, its number ("2", "the second", "two"), its title, a part of it, or its title with a
mistake in it; in any language.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence

from inbox.model import Button
from routing.bots.forms.counting import counts
from routing.bots.words.phrases import base

LONGEST = 300  #: letters that are looked at
BRIEF = 5  #: words, up to which a number in a sentence is a choice
SPECIAL = str.maketrans({"đ": "d", "ł": "l", "ø": "o", "æ": "ae", "œ": "oe", "ı": "i"})
TELLING = 5  #: letters of a word by which a title can be known
WORD = re.compile(r"\w+")


def picked(
    said: str,
    options: Sequence[Button],
    *,
    language: str | None = None,
    pressed: str | None = None,
) -> tuple[str, ...]:
    """Return the ids of the options that were meant: one when it is clear, none when nothing fits.

    >>> sizes = [Button(title="Small", id="s"), Button(title="Medium", id="m")]
    >>> picked("the second one", sizes), picked("smal", sizes), picked("huge", sizes)
    (('m',), ('s',), ())
    """
    ids = [key(option) for option in options]
    exact = {pressed, said.strip()[:LONGEST]}
    if found := [one for one in ids if one in exact]:
        return (found[0],)
    text = folded(said)
    titles = [folded(option.title) for option in options]
    places = (
        titled(text, titles)
        or counted(text, titles, base(language))
        or partly(text, titles)
        or nearly(text, titles)
    )
    return tuple(dict.fromkeys(ids[place] for place in places))


def key(option: Button) -> str:
    return option.id or option.title


def folded(text: str) -> str:
    """Return words in lower case, without accents, marks and signs.

    >>> folded("  Čokolada, 2️⃣ - MOLIM!"), folded("Straße Østergård Łódź")
    ('cokolada 2 molim', 'strasse ostergard lodz')
    """
    text = unicodedata.normalize("NFKC", text[:LONGEST]).casefold().translate(SPECIAL)
    bare = "".join(one for one in decomposed(text) if unicodedata.category(one)[0] != "M")
    return " ".join(WORD.findall(bare))


def decomposed(text: str) -> str:
    return unicodedata.normalize("NFD", text)


# --- ways to say it -------------------------------------------------------------------------
def titled(text: str, titles: Sequence[str]) -> list[int]:
    """Find titles that are said as they stand, the longest of those that hold each other."""
    if same := [place for place, title in enumerate(titles) if title and title == text]:
        return same
    within = f" {text} "
    found = [place for place, title in enumerate(titles) if title and f" {title} " in within]
    inner = {
        place
        for place in found
        for other in found
        if other != place and f" {titles[place]} " in f" {titles[other]} "
    }
    return [place for place in found if place not in inner]


def counted(text: str, titles: Sequence[str], language: str | None) -> list[int]:
    """Find the option with the number that is said."""
    words = text.split()
    found = counts(words, len(titles), language) if len(words) <= BRIEF else set()
    return [number - 1 for number in found] if len(found) == 1 else []


def partly(text: str, titles: Sequence[str]) -> list[int]:
    """Find titles that have all the words that are said, such as "blue" of "Blue shirt"."""
    said = set(text.split())
    if not said or len(text) < 3:  # "a" is in too many titles to mean one
        return []
    return [place for place, title in enumerate(titles) if said <= set(title.split())]


def nearly(text: str, titles: Sequence[str]) -> list[int]:
    """Find the titles that are nearest, whole or by one of their longer words."""
    far = [(away, place) for place, title in enumerate(titles) for away in mistakes(text, title)]
    best = min(far, default=(0, 0))[0]
    return [place for away, place in far if away == best]


def mistakes(text: str, title: str) -> Iterator[int]:
    """Return how many letters are wrong in what may have been meant by a title."""
    for part in {title, *(word for word in title.split() if len(word) >= TELLING)}:
        away = least(text, part)
        if away <= allowed(part):
            yield away


def allowed(title: str) -> int:
    """Return how many letters may be wrong in a title."""
    return 0 if len(title) < 4 else min(3, max(1, len(title) // 4))


def least(text: str, title: str) -> int:
    """Return the least distance of a title from any run of as many words."""
    return min((distance(run, title) for run in runs(text, len(title.split()))), default=99)


def runs(text: str, size: int) -> Iterator[str]:
    words = text.split()
    yield text
    for start in range(max(0, len(words) - size + 1)):
        yield " ".join(words[start : start + size])


def distance(one: str, other: str) -> int:
    """Return how many letters are wrong, missing, too many or swapped (optimal alignment)."""
    if abs(len(one) - len(other)) > 3:  # further than is ever allowed
        return 99
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        oldest, before, row = before, row, [i]
        for j, b in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                cost = min(cost, oldest[j - 2] + 1)
            row.append(cost)
    return row[-1]
