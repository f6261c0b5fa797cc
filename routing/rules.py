"""Rules as data: what is known of a conversation decides where it goes and what is done with it.

Within a condition any of the values may hold; all conditions of a rule have to. The first rule
that matches decides, or all that match in their order, and then the earlier word on queue,
priority, reply and bot stands while tags and needs are collected.
"""

import re
import tomllib
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from hashlib import sha256
from typing import Any, Literal

import msgspec

from inbox.errors import Invalid
from inbox.model import Value
from routing import skills
from routing.model import Priority, refuse
from routing.skills import Need

Scalar = bool | int | float | str


class Bounds(Value, forbid_unknown_fields=True):
    """A number that is neither too small nor too large; with neither bound, any number."""

    at_least: float | None = None
    at_most: float | None = None

    def holds(self, number: object) -> bool:
        if isinstance(number, bool) or not isinstance(number, int | float):
            return False
        return (self.at_least is None or number >= self.at_least) and (
            self.at_most is None or number <= self.at_most
        )

    def covers(self, other: object) -> bool:
        """Tell whether all that holds for *other* holds for us."""
        if not isinstance(other, Bounds):
            return all(self.holds(value) for value in as_values(other))
        return (
            self.at_least is None
            or (other.at_least is not None and other.at_least >= self.at_least)
        ) and (
            self.at_most is None or (other.at_most is not None and other.at_most <= self.at_most)
        )


Wanted = Bounds | Scalar | tuple[Scalar, ...]


class When(Value, forbid_unknown_fields=True):
    """Conditions; those left out always hold."""

    channel: tuple[str, ...] | None = None
    account: tuple[str, ...] | None = None
    language: tuple[str, ...] | None = None
    segment: tuple[str, ...] | None = None
    words: tuple[str, ...] | None = None  #: or phrases, anywhere in the text
    customer: dict[str, Wanted] = {}  #: their attributes
    history: dict[str, Wanted] = {}  #: such as ``{ earlier = { at_least = 1 } }``
    open: str | None = None  #: hours within which it has to be
    closed: str | None = None  #: hours outside of which it has to be


class Then(Value, forbid_unknown_fields=True):
    """What a rule says."""

    queue: str | None = None
    priority: Priority | None = None
    needs: tuple[Need, ...] = ()
    tags: tuple[str, ...] = ()
    reply: str | None = None  #: a text that goes out at once
    bot: str | None = None  #: who talks with them first


class Rule(Value, forbid_unknown_fields=True):
    """One rule."""

    name: str
    then: Then
    when: When = When()


class Rules(Value, forbid_unknown_fields=True):
    """All rules, in their order."""

    rule: tuple[Rule, ...] = ()
    match: Literal["first", "all"] = "first"

    @property
    def version(self) -> str:
        """Return what tells these rules from any others."""
        return sha256(msgspec.json.encode(self, order="deterministic")).hexdigest()[:12]


class Known(Value):
    """The names that rules may use."""

    queues: frozenset[str] = frozenset()
    skills: frozenset[str] = frozenset()
    hours: frozenset[str] = frozenset()
    channels: frozenset[str] = frozenset()
    accounts: frozenset[str] = frozenset()
    bots: frozenset[str] = frozenset()


class Facts(Value):
    """What is known of a conversation when it is routed."""

    channel: str
    account: str
    text: str = ""
    language: str | None = None
    segments: frozenset[str] = frozenset()
    customer: dict[str, Any] = {}
    history: dict[str, Any] = {}  #: such as earlier conversations, days since the last, its queue
    open: frozenset[str] = frozenset()  #: the hours that it is now


class Tried(Value):
    """A rule, whether it matched, and why."""

    rule: str
    matched: bool
    why: str


class Decision(Value):
    """Where a conversation goes, and how that came."""

    then: Then
    tried: tuple[Tried, ...]
    version: str


def counts(wish: object) -> bool:
    """Tell whether a number that is never less than 0 could be as wished."""
    if isinstance(wish, Bounds):
        return wish.at_most is None or wish.at_most >= 0
    return isinstance(wish, int | float) and not isinstance(wish, bool) and wish >= 0


#: What is known of the time before, and which wishes about it could be met.
HISTORY: Mapping[str, Callable[[object], bool]] = {
    "earlier": counts,
    "days_since": counts,
    "last_queue": lambda wish: isinstance(wish, str),
    "reopened": lambda wish: isinstance(wish, bool),
}


def decide(rules: Rules, facts: Facts) -> Decision:
    """Say what the rules do with a conversation; this is the dry run, too, for it does nothing."""
    tried: list[Tried] = []
    matched: list[Then] = []
    for rule in rules.rule:
        missing = next((why for holds, why in conditions(rule.when, facts) if not holds), None)
        tried.append(Tried(rule=rule.name, matched=not missing, why=missing or said(rule, facts)))
        if not missing:
            matched.append(rule.then)
            if rules.match == "first":
                break
    return Decision(then=together(matched), tried=tuple(tried), version=rules.version)


def said(rule: Rule, facts: Facts) -> str:
    """Say why a rule matched."""
    return " ".join(why for _, why in conditions(rule.when, facts)) or "It is for everybody."


def together(thens: Sequence[Then]) -> Then:
    """Join what several rules say: the earlier word stands, tags and needs are collected."""
    return Then(
        queue=next((then.queue for then in thens if then.queue), None),
        priority=next((then.priority for then in thens if then.priority), None),
        needs=tuple({need.skill: need for then in reversed(thens) for need in then.needs}.values()),
        tags=tuple(dict.fromkeys(tag for then in thens for tag in then.tags)),
        reply=next((then.reply for then in thens if then.reply), None),
        bot=next((then.bot for then in thens if then.bot), None),
    )


def conditions(when: When, facts: Facts) -> Iterator[tuple[bool, str]]:
    """Try each condition: whether it holds, and a sentence about it."""
    for name, wanted, found in (
        ("channel", when.channel, facts.channel),
        ("account", when.account, facts.account),
        ("language", when.language, facts.language),
    ):
        if wanted is not None:
            yield found in wanted, f"Its {name} is {found or 'unknown'}."
    if when.segment is not None:
        shared = sorted(facts.segments.intersection(when.segment))
        yield bool(shared), f"The customer is in {', '.join(shared) or 'none of the segments'}."
    if when.words is not None:
        found = next((words for words in when.words if occur(words, facts.text)), None)
        yield found is not None, f"It says {found!r}." if found else "It says none of the words."
    for what, some, known in (
        ("customer", when.customer, facts.customer),
        ("history", when.history, facts.history),
    ):
        for name, wish in some.items():
            value = known.get(name)
            yield suits(wish, value), f"The {what}'s {name} is {value!r}."
    if when.open is not None:
        yield when.open in facts.open, hours_said(when.open, facts)
    if when.closed is not None:
        yield when.closed not in facts.open, hours_said(when.closed, facts)


def hours_said(hours: str, facts: Facts) -> str:
    return f"{hours} is {'open' if hours in facts.open else 'closed'}."


def occur(words: str, text: str) -> bool:
    """Tell whether a word or phrase stands in a text, whole and in any case."""
    pattern = r"\s+".join(re.escape(word) for word in words.casefold().split())
    return re.search(rf"(?<!\w){pattern}(?!\w)", text.casefold()) is not None


def suits(wanted: Wanted, value: object) -> bool:
    if isinstance(wanted, Bounds):
        return wanted.holds(value)
    return any(same(value, one) for one in as_values(wanted))


def same(left: object, right: object) -> bool:
    """Compare values; true is not 1."""
    return left == right and isinstance(left, bool) == isinstance(right, bool)


def as_values(wanted: object) -> tuple[object, ...]:
    return wanted if isinstance(wanted, tuple) else (wanted,)


def parse(text: str | bytes, known: Known, where: str = "rules") -> Rules:
    """Read rules in TOML, or in JSON when they begin with a brace. Raises Invalid."""
    text = text.decode(errors="replace") if isinstance(text, bytes) else text
    try:
        data = msgspec.json.decode(text) if text.lstrip()[:1] == "{" else tomllib.loads(text)
        rules = msgspec.convert(data, Rules)
    except (msgspec.DecodeError, tomllib.TOMLDecodeError) as error:
        raise Invalid(f"{where}: {error}.") from error
    check(rules, known, where)
    return rules


def check(rules: Rules, known: Known, where: str = "rules") -> None:
    """Refuse rules that name what is not there, or that can never match. Raises Invalid."""
    names: set[str] = set()
    for number, rule in enumerate(rules.rule):
        place = f"{where}.rule[{number}] {rule.name!r}"
        if rule.name in names:
            refuse(place, "Another rule has this name.")
        names.add(rule.name)
        check_names(rule, known, place)
        check_wishes(rule.when, place)
        if rule.then == Then():
            refuse(f"{place}.then", "It does nothing.")
        if rules.match == "first":
            check_reached(rule, rules.rule[:number], place)


def check_names(rule: Rule, known: Known, where: str) -> None:
    when, then = rule.when, rule.then
    for path, noun, used, there in (
        ("when.channel", "channel", when.channel or (), known.channels),
        ("when.account", "account", when.account or (), known.accounts),
        ("when.open", "hours", (when.open,), known.hours),
        ("when.closed", "hours", (when.closed,), known.hours),
        ("when.history", "history", tuple(when.history), HISTORY),
        ("when.history.last_queue", "queue", last_queues(when), known.queues),
        ("then.queue", "queue", (then.queue,), known.queues),
        ("then.bot", "bot", (then.bot,), known.bots),
    ):
        unknown = [name for name in used if name is not None and name not in there]
        if unknown:
            refuse(f"{where}.{path}", f"There is no {noun} {unknown[0]!r}.")
    skills.check(then.needs, known.skills, f"{where}.then.needs")


def last_queues(when: When) -> tuple[str, ...]:
    """Return the queues that a condition asks for, where it asks for names at all."""
    wish = when.history.get("last_queue", ())
    return tuple(one for one in as_values(wish) if isinstance(one, str))


def check_wishes(when: When, where: str) -> None:
    """Refuse conditions that nothing could meet."""
    for name in "channel", "account", "language", "segment", "words":
        wanted: Collection[str] | None = getattr(when, name)
        if wanted is not None and not all(one.strip() for one in wanted or [""]):
            refuse(f"{where}.when.{name}", "Nothing could meet it, since it is empty.")
    if when.open is not None and when.open == when.closed:
        refuse(f"{where}.when", f"{when.open} is never open and closed at once.")
    for what, wishes in ("customer", when.customer), ("history", when.history):
        for name, wish in wishes.items():
            if not meetable(wish):
                refuse(f"{where}.when.{what}.{name}", "Nothing could meet it.")
    for name, wish in when.history.items():
        if not any(HISTORY[name](one) for one in as_values(wish)):
            refuse(f"{where}.when.history.{name}", "Nothing could meet it.")


def meetable(wish: Wanted) -> bool:
    if not isinstance(wish, Bounds):
        return bool(as_values(wish))
    return wish.at_least is None or wish.at_most is None or wish.at_least <= wish.at_most


def check_reached(rule: Rule, earlier: Sequence[Rule], where: str) -> None:
    for number, other in enumerate(earlier):
        if covers(other.when, rule.when):
            refuse(where, f"It never matches, since rule[{number}] {other.name!r} catches it all.")


def covers(wide: When, narrow: When) -> bool:
    """Tell whether all that meets *narrow* surely meets *wide*.

    It looks at one rule at a time: two that only together leave nothing over are not found out.
    """
    return (
        all(
            one_of(getattr(wide, name), getattr(narrow, name))
            for name in ("channel", "account", "language", "segment")
        )
        and words_cover(wide.words, narrow.words)
        and wishes_cover(wide.customer, narrow.customer)
        and wishes_cover(wide.history, narrow.history)
        and wide.open in {None, narrow.open}
        and wide.closed in {None, narrow.closed}
    )


def one_of(wide: Collection[str] | None, narrow: Collection[str] | None) -> bool:
    return wide is None or (narrow is not None and set(narrow) <= set(wide))


def words_cover(wide: Collection[str] | None, narrow: Collection[str] | None) -> bool:
    if wide is None:
        return True
    return narrow is not None and all(any(occur(few, many) for few in wide) for many in narrow)


def wishes_cover(wide: Mapping[str, Wanted], narrow: Mapping[str, Wanted]) -> bool:
    return all(name in narrow and wish_covers(wish, narrow[name]) for name, wish in wide.items())


def wish_covers(wide: Wanted, narrow: Wanted) -> bool:
    if isinstance(wide, Bounds):
        return wide.covers(narrow)
    return not isinstance(narrow, Bounds) and all(suits(wide, one) for one in as_values(narrow))
