"""Read what a language model wrote, and believe only what it took from the passages.

It is asked for one JSON object with a text and the ids it took it from. Whatever else comes back
is no answer: unknown ids are dropped, and a text that names a link, an address, a telephone number
or a figure which stands in none of the cited passages is not used.
"""

import json
import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any

import msgspec

from inbox.model import Value
from inbox.words import clean
from routing.bots.understanding import languages
from routing.bots.writing.redact import PHONE, SPACELESS, digits, is_phone, plain

LONGEST = 12_000  #: characters of a text that anybody would read
ANSWER = 2000  #: of one in a chat
TELLING = 40  #: characters from which a text tells its language
SUPPORT = 0.5  #: share of an answer's words that stand in what it cites
ECHO = 0.5  #: share of them that may stand in the question alone
STEM = 4  #: letters of a word that its inflections share

THOUGHT = re.compile(r"<think(?:ing)?>.*?(?:</think(?:ing)?>|\Z)", re.DOTALL | re.IGNORECASE)
EMAIL = re.compile(r"[\w.+%'-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")
HOST = re.compile(
    r"(?<![\w-])(?:[\w-]{1,63}\.){1,8}(?:[^\W\d_]{2,24}|xn--[\w-]{2,59})(?![\w-])", re.IGNORECASE
)
MARKUP = re.compile(r"[{}<>|`]|\]\(")  # no plain sentence has it
FIGURE = re.compile(r"\d[\d.,' ]*\d|\d")
WORD = re.compile(rf"[^\W\d_]{{{STEM},}}")


class Passage(Value):
    """Something the model may use; its id is what it cites."""

    id: str
    title: str
    text: str
    url: str | None = None
    language: str | None = None
    private: bool = False  #: from another customer's conversation: covered, and never put back
    hide: tuple[str, ...] = ()  #: that customer's names


class Cited(Value):
    """A text, and the ids of the passages that it comes from, in their order."""

    text: str
    ids: tuple[str, ...] = ()


class Written(msgspec.Struct):
    """What the model is asked to write."""

    text: str | None = None
    cited: list[Any] = []


def written(reply: str) -> Written | None:
    """Find the JSON object in a reply, also behind thoughts or within a fence."""
    reply = THOUGHT.sub("", reply)
    start = reply.find("{")
    if start < 0:
        return None
    try:
        found, _ = json.JSONDecoder().raw_decode(reply, start)
        said = msgspec.convert(found, Written)
    except (ValueError, RecursionError, msgspec.ValidationError):
        return None
    text = clean(said.text or "").strip()
    return Written(text, said.cited) if 0 < len(text) <= LONGEST else None


def cited(
    reply: str, passages: Sequence[Passage], *, language: str | None, question: str = ""
) -> Cited | None:
    """Return an answer that may be sent to a customer; none when it comes from nowhere."""
    said = written(reply)
    ids = named(said, passages)
    used = [one for one in passages if one.id in ids]
    if not said or not said.text or len(said.text) > ANSWER or not used:
        return None
    sources = texts(used)
    fine = (
        not strange(said.text, sources)
        and not figures(said.text) - figures(*sources)
        and in_language(said.text, language, passages)
        and supported(said.text, question, used, language)
        and not MARKUP.search(said.text)
    )
    return Cited(text=said.text, ids=ids) if fine else None


def texts(passages: Sequence[Passage]) -> list[str]:
    return [f"{one.title}\n{one.text}\n{one.url or ''}" for one in passages]


def named(said: Written | None, passages: Sequence[Passage]) -> tuple[str, ...]:
    """Return the ids of the passages that a text says it comes from."""
    ids = {str(one).strip(" []") for one in said.cited} if said else set()
    return tuple(one.id for one in passages if one.id in ids)


# --- what stands in a text ------------------------------------------------------------------
def strange(text: str, ours: Iterable[str], theirs: Iterable[str] = ()) -> set[str]:
    """Return the links, addresses and telephone numbers in *text* that come from nowhere.

    A link comes from *ours* alone; addresses and numbers may be what the customer told of
    themselves.
    """
    found = set(contacts(text))
    found -= {one for source in ours for one in contacts(source)} if found else set()
    own = (one for source in theirs for one in contacts(source)) if found else ()
    return found - {one for one in own if "@" in one or one.isdigit()}


def contacts(text: str) -> Iterator[str]:
    """Yield every address, host and telephone number, each in one way of writing it."""
    text = plain(text)
    yield from (one.casefold() for one in EMAIL.findall(text))
    yield from (one.casefold().removeprefix("www.") for one in HOST.findall(EMAIL.sub(" ", text)))
    for number in PHONE.findall(text):
        if is_phone(number):
            yield "".join(map(str, digits(number)))


def figures(*texts: str) -> set[str]:
    """Return the numbers in *texts* without what parts their digits; one digit says nothing."""
    found = ("".join(map(str, digits(one))) for text in texts for one in FIGURE.findall(text))
    return {one for one in found if len(one) > 1}


def in_language(text: str, language: str | None, passages: Collection[Passage]) -> bool:
    """Look whether a text is in the language that was chosen, as far as that can be told."""
    if language is None or len(text) < TELLING:
        return True
    among = {language, "en"} | {one.language for one in passages if one.language}
    return languages(text, among) in {language, None}


def supported(text: str, question: str, used: Collection[Passage], language: str | None) -> bool:
    """Look whether an answer says what its passages say, rather than what it was asked.

    Words of another language cannot be compared; there it must only not repeat the question.
    """
    said, asked = stems(text), stems(question)
    there = stems(" ".join(f"{one.title} {one.text}" for one in used))
    if (said and said <= asked) or len(said & asked - there) > ECHO * len(said):
        return False
    if language is not None and language not in {one.language for one in used}:
        return True
    fresh = said - asked
    return len(fresh & there) >= SUPPORT * len(fresh)


def stems(text: str) -> set[str]:
    """Return the beginnings of the longer words; pairs of letters where there are no spaces."""
    text = plain(text).casefold()
    runs = SPACELESS.findall(text)
    pairs = {run[at : at + 2] for run in runs for at in range(len(run) - 1)}
    return pairs | {word[:STEM] for word in WORD.findall(SPACELESS.sub(" ", text))}
