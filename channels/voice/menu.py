"""The menu that a caller hears, as data: what is said, what can be chosen, where that leads."""

import re
from collections.abc import Iterable, Mapping, Sequence

from inbox.model import Value

MENU, QUEUE = "menu", "queue"
VOICEMAIL, CALLBACK, HANG_UP = "voicemail", "callback", "hang-up"
ENDS = (VOICEMAIL, CALLBACK, HANG_UP)
DIGITS = re.compile(r"[0-9*#]{1,4}")
TAG = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})?")
NAME = re.compile(r"[\w-]{1,40}")
WORD = re.compile(r"[^\W_]+")
Texts = dict[str, str]  #: by language


class Option(Value):
    """Something a caller can choose."""

    to: str  #: menu:NAME, queue:NAME, voicemail, callback or hang-up
    press: str = ""  #: the digits that choose it
    words: tuple[str, ...] = ()  #: what chooses it when it is said, in any language
    label: str = ""  #: what the record says was chosen; the digits when left out
    language: str = ""  #: from here on this language is spoken

    @property
    def name(self) -> str:
        return self.label or self.press or self.to


class Node(Value):
    """One place in the menu."""

    say: Texts = {}  #: what is said, by language such as en-US
    play: Texts = {}  #: the address of a sound that is played instead, by language
    options: tuple[Option, ...] = ()
    speech: bool = False  #: the caller may speak instead of pressing
    seconds: int = 6  #: to wait for a choice
    tries: int = 2  #: how often it is said
    then: str = ""  #: where it leads without a choice; the call ends when left out


Menu = Mapping[str, Node]


def choose(node: Node, digits: str, speech: str) -> Option | None:
    """Return what a caller chose.

    >>> sales = Option(to="queue:sales", press="1", words=("sales", "sprzedaż"))
    >>> choose(Node(options=(sales,)), "", "To the Sales team, please").to
    'queue:sales'
    """
    if digits:
        return next((one for one in node.options if one.press == digits), None)
    said = spoken(speech)
    return next(
        (one for one in node.options if any(spoken(word) in said for word in one.words)), None
    )


def spoken(text: str) -> str:
    """Return the words of *text*, one space around each.

    >>> spoken("Sales, please!")
    ' sales please '
    """
    return " " + " ".join(WORD.findall(text.casefold())) + " "


def split(target: str) -> tuple[str, str]:
    """Return what kind of place *target* is, and its name."""
    kind, _, name = target.partition(":")
    return kind, name


# --- whether it holds together ------------------------------------------------------------------
def check(menu: Menu, start: str, queues: Sequence[str], languages: Sequence[str]) -> None:
    """Raise `ValueError` with a sentence about the first fault there is.

    A target that does not exist, a place that cannot be reached, and one that a caller can
    never leave towards anybody are faults.
    """
    for language in languages:
        if not TAG.fullmatch(language):
            raise ValueError(f"languages are written as en-US or pl-PL, not {language!r}.")
    check_target(start, "The start", menu, queues)
    for name, node in menu.items():
        check_node(name, node, menu, queues, languages)
    reached = reach(start, menu)
    if lost := [name for name in menu if name not in reached]:
        raise ValueError(f"The menu {lost[0]!r} is never reached.")
    if stuck := [name for name in menu if name not in leaving(menu)]:
        raise ValueError(f"From the menu {stuck[0]!r} a caller only ever comes back to menus.")


def check_node(
    name: str, node: Node, menu: Menu, queues: Sequence[str], languages: Sequence[str]
) -> None:
    where = f"The menu {name!r}"
    if not NAME.fullmatch(name):
        raise ValueError(f"{where} needs a name of letters, digits, - and _.")
    if not (node.say or node.play):
        raise ValueError(f"{where} says nothing and plays nothing.")
    if languages and not ({languages[0], ""} & {*node.say, *node.play}):
        raise ValueError(f"{where} has no text in {languages[0]}, the first language.")
    if not node.options and not node.then:
        raise ValueError(f"{where} leads nowhere: give it options, or say what comes then.")
    if not (1 <= node.tries <= 5 and 1 <= node.seconds <= 60):
        raise ValueError(f"{where} is said 1 to 5 times and waits 1 to 60 seconds.")
    pressed = [option.press for option in node.options if option.press]
    if twice := [digits for digits in pressed if pressed.count(digits) > 1]:
        raise ValueError(f"{where} has two options for {twice[0]}.")
    for option in node.options:
        check_option(where, option, node, languages)
    for target in targets(node):
        check_target(target, where, menu, queues)


def check_option(where: str, option: Option, node: Node, languages: Sequence[str]) -> None:
    if not option.press and not (option.words and node.speech):
        raise ValueError(f"{where} has an option for {option.to} that nobody can choose.")
    if option.press and not DIGITS.fullmatch(option.press):
        raise ValueError(f"{where}: {option.press!r} cannot be pressed.")
    if option.language and option.language not in languages:
        raise ValueError(f"{where} leads to {option.language}, which is not among the languages.")


def check_target(target: str, where: str, menu: Menu, queues: Sequence[str]) -> None:
    kind, name = split(target)
    fine = target in ENDS or (kind == MENU and name in menu) or (kind == QUEUE and name in queues)
    if not fine:
        raise ValueError(f"{where} leads to {target!r}, which is not there.")


def targets(node: Node) -> list[str]:
    return [one.to for one in node.options] + ([node.then] if node.then else [])


def reach(start: str, menu: Menu) -> set[str]:
    """Return the places that a caller can come to."""
    found: set[str] = set()
    waiting = [start]
    while waiting:
        kind, name = split(waiting.pop())
        if kind == MENU and name not in found:
            found.add(name)
            waiting += targets(menu[name])
    return found


def leaving(menu: Menu) -> set[str]:
    """Return the places from which a caller can come to something that is no menu."""
    found: set[str] = set()
    while more := {name for name, node in menu.items() if name not in found and out(node, found)}:
        found |= more
    return found


def out(node: Node, found: Iterable[str]) -> bool:
    return any(kind != MENU or name in found for kind, name in map(split, targets(node)))
