"""Days as people write them: 2027-03-12, 12.3., "12. ožujka", "March 12th", "tomorrow", "Friday".

Names of months and days are CLDR's, as Babel has them, so they are known in every language.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import date, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from routing.bots.forms.picking import folded
from routing.bots.words.phrases import LAST, base

if TYPE_CHECKING:
    from babel import Locale

Side = Literal["past", "future"] | None

ISO = re.compile(r"(?<!\d)(\d{4})[-./](\d{1,2})[-./](\d{1,2})(?!\d)")
WRITTEN = re.compile(
    r"(?<![\d./-])(\d{1,2})\s?[-./]\s?(\d{1,2})(?:\s?[-./]\s?(\d{4}|\d{2})?)?(?!\d)"
)
EASTERN = re.compile(r"(?:(\d{4})\s*[年년]\s*)?(\d{1,2})\s*[月월]\s*(\d{1,2})\s*[日일]")
NUMBERS = re.compile(r"\d+")
LONGEST = 200  #: letters that are looked at
CENTURY = 2000
SHORTEST = 3  #: letters of a month or day cut short, such as ``mar``
YEARS = 150  #: no day that is asked for lies further from today
NEAR = {  #: days from today, without accents
    "en": {"today": 0, "tomorrow": 1, "yesterday": -1, "day after tomorrow": 2},
    "hr": {"danas": 0, "sutra": 1, "jucer": -1, "prekosutra": 2, "prekjucer": -2},
    "de": {"heute": 0, "morgen": 1, "gestern": -1, "ubermorgen": 2, "vorgestern": -2},
    "fr": {"aujourd hui": 0, "demain": 1, "hier": -1, "apres demain": 2, "avant hier": -2},
    "es": {"hoy": 0, "manana": 1, "ayer": -1, "pasado manana": 2, "anteayer": -2},
    "it": {"oggi": 0, "domani": 1, "ieri": -1, "dopodomani": 2, "l altro ieri": -2},
    "pt": {"hoje": 0, "amanha": 1, "ontem": -1, "depois de amanha": 2, "anteontem": -2},
    "nl": {"vandaag": 0, "morgen": 1, "gisteren": -1, "overmorgen": 2, "eergisteren": -2},
    "pl": {"dzis": 0, "dzisiaj": 0, "jutro": 1, "wczoraj": -1, "pojutrze": 2},
    "cs": {"dnes": 0, "zitra": 1, "vcera": -1, "pozitri": 2, "predevcirem": -2},
    "da": {"i dag": 0, "i morgen": 1, "i gar": -1, "i overmorgen": 2, "i forgars": -2},
    "sv": {"idag": 0, "i dag": 0, "imorgon": 1, "i morgon": 1, "igar": -1, "i gar": -1},
    "ru": {"сегодня": 0, "завтра": 1, "вчера": -1, "послезавтра": 2, "позавчера": -2},
    "uk": {"сьогодні": 0, "завтра": 1, "вчора": -1, "післязавтра": 2, "позавчора": -2},
    "tr": {"bugun": 0, "yarin": 1, "dun": -1},
    "zh": {"今天": 0, "明天": 1, "昨天": -1, "后天": 2},
    "ja": {"今日": 0, "明日": 1, "昨日": -1, "明後日": 2},
    "ko": {"오늘": 0, "내일": 1, "어제": -1, "모레": 2},
    "ar": {"اليوم": 0, "غدا": 1, "امس": -1},
}


def days(said: str, language: str | None, today: date, side: Side = None) -> list[date]:
    """Return the days that may be meant, the likeliest first; two when 3/4 may be either.

    A day without a year is the nearest one to *today*, on the *side* of it that is asked for.

    >>> days("12. ožujka", "hr", date(2027, 1, 5)), days("3/4/2027", "en", date(2027, 1, 5))
    ([datetime.date(2027, 3, 12)], [datetime.date(2027, 4, 3), datetime.date(2027, 3, 4)])
    >>> days("Friday the 13th", "en", date(2027, 1, 5))
    []
    """
    text = said[:LONGEST]
    ways: tuple[Callable[..., list[date]], ...] = (in_digits, by_month, by_distance, by_weekday)
    for way in ways:
        if found := way(text, language, today, side):
            fine = [day for day in found if abs(day.year - today.year) <= YEARS]
            return list(dict.fromkeys(fine))
    return []


def shown(day: date, language: str | None) -> str:
    """Return a day in words, so that nobody takes its month for its day.

    >>> shown(date(2027, 3, 12), "de"), shown(date(2027, 3, 12), "hr")
    ('12. März 2027', '12. ožujka 2027.')
    """
    from babel.dates import format_date

    return format_date(day, "long", locale=locale(language))


@lru_cache(64)
def locale(language: str | None) -> "Locale":
    """Return what is known of a language; English's when nothing is."""
    from babel import Locale, UnknownLocaleError

    with suppress(UnknownLocaleError, ValueError):
        return Locale.parse(base(language) or LAST)
    return Locale.parse(LAST)


# --- ways to write a day --------------------------------------------------------------------
def in_digits(text: str, language: str | None, today: date, side: Side) -> list[date]:
    if found := ISO.search(text):
        year, month, day = map(int, found.groups())
        return [one] if (one := made(year, month, day)) else []
    if found := EASTERN.search(text):
        return placed(whole(found[1]), int(found[2]), int(found[3]), today, side)
    found = WRITTEN.search(text)
    if found is None:
        return []
    first, second = int(found[1]), int(found[2])
    ways = [(second, first), (first, second)]  # the day first, as most of the world has it
    if base(language) != LAST or "." in found[0]:
        ways = ways[:1]
    year_said = whole(found[3])
    return [day for month, one in ways for day in placed(year_said, month, one, today, side)]


def by_month(text: str, language: str | None, today: date, side: Side) -> list[date]:
    words = folded(text).split()
    month = next((found for word in words if (found := named(word, language, "months"))), None)
    numbers = [int(one) for word in words for one in NUMBERS.findall(word)[:1]]
    years = [one for one in numbers if CENTURY - YEARS < one < CENTURY + YEARS]
    dates = [one for one in numbers if 1 <= one <= 31]  # no month has more
    if month is None or len(dates) != 1 or len(years) > 1:
        return []
    return placed(years[0] if years else None, month, dates[0], today, side)


def by_distance(text: str, language: str | None, today: date, side: Side) -> list[date]:  # noqa: ARG001
    within = f" {folded(text)} "
    near = {**NEAR[LAST], **NEAR.get(base(language) or LAST, {})}
    found = [words for words in near if f" {words} " in within or words == within.strip()]
    longest = max(found, key=len, default=None)
    return [today + timedelta(days=near[longest])] if longest else []


def by_weekday(text: str, language: str | None, today: date, side: Side) -> list[date]:
    words = folded(text).split()
    found = {day for word in words if (day := named(word, language, "days")) is not None}
    if len(found) != 1 or any(any(map(str.isdigit, word)) for word in words):
        return []
    ahead = (found.pop() - 1 - today.weekday()) % 7
    return [today + timedelta(days=ahead - 7 if side == "past" and ahead else ahead)]


# --- parts of a day -------------------------------------------------------------------------
def named(word: str, language: str | None, kind: str) -> int | None:
    """Return the number, from 1 on, of the month or day of the week that a folded word names."""
    for one in (locale(language), locale(LAST)):
        names = table(str(one), kind)
        if word in names:
            return names[word]
        longer = {number for name, number in names.items() if begins(word, name)}
        if len(longer) == 1:
            return longer.pop()
    return None


def begins(word: str, name: str) -> bool:
    """Tell whether one is the other cut short, or with another ending (petak, petka: no)."""
    return len(word) > SHORTEST and len(name) > SHORTEST and name.startswith(word)


@lru_cache(128)
def table(language: str, kind: str) -> dict[str, int]:
    """Return the numbers of the names of months or days, folded, however they are written."""
    from babel import Locale

    return dict(names(Locale.parse(language), kind))


def names(language: "Locale", kind: str) -> Iterator[tuple[str, int]]:
    known = language.months if kind == "months" else language.days
    for context in ("format", "stand-alone"):
        for width in ("wide", "abbreviated"):
            for number, name in known[context][width].items():
                bare = folded(name)
                if len(bare) >= SHORTEST and not bare.isdigit():
                    yield bare, number if kind == "months" else number + 1


def placed(year: int | None, month: int, day: int, today: date, side: Side) -> list[date]:
    """Return the day; without a year the nearest one on the *side* that is asked for."""
    if year is not None:
        return [one] if (one := made(year, month, day)) else []
    around = [made(today.year + more, month, day) for more in range(-4, 5)]
    near = sorted((one for one in around if one), key=lambda one: abs(one - today))
    fine = [one for one in near if on_side(one, today, side)]
    return fine[:1]


def on_side(day: date, today: date, side: Side) -> bool:
    return not (side == "past" and day > today) and not (side == "future" and day < today)


def made(year: int, month: int, day: int) -> date | None:
    with suppress(ValueError):
        return date(year, month, day)
    return None


def whole(year: str | None) -> int | None:
    """Return a year of which the century may be left out.

    >>> whole("27"), whole("98"), whole("2027"), whole(None)
    (2027, 1998, 2027, None)
    """
    if year is None or len(year) == 4:
        return int(year) if year else None
    short = int(year)
    return CENTURY + short if short < 70 else CENTURY - 100 + short
