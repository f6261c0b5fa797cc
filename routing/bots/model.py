"""What a bot is allowed, how its forms are written down, and what it may decide to do.

Bots and forms are parts of the routing setup (`routing.setup`), in TOML or JSON, edited in the
inbox. What a bot does next is always one of the decisions below, made by code and never read out
of anybody's prose.
"""

from typing import Any, Literal

from inbox.model import ArticleId, Button, Value

Text = dict[str, str]  #: by language, such as ``{ en = "Which order?", hr = "Koja narudžba?" }``
LANGUAGE = 8  #: letters of the longest language code, such as ``zh-Hant``
SLOT_KINDS = ("text", "choice", "email", "phone", "date", "number", "order")


class Bot(Value, forbid_unknown_fields=True):
    """Who talks with customers first."""

    languages: tuple[str, ...] = ("en",)  #: the first is for whoever writes in none of them
    novelty: float = 0.95  #: what is further than this from all that it knows is handed over
    ambiguity: float = 0.6  #: above it, it asks which was meant
    ask_colleague: bool = False  #: between sure and unknown, somebody who is there is asked first
    colleague_seconds: float = 60.0
    turn_seconds: float = 15.0  #: after which a person gets it, whatever the bot is doing
    turns: int = 12  #: times it speaks before a person gets it
    quiet_hours: float = 24.0  #: of a customer's silence after its last word, which end it; 0 never
    greeting: str | None = (
        None  #: the form or none; said once, when a conversation begins without a question
    )
    closed: str | None = (
        None  #: the form that is begun where a person is wanted and nobody is there
    )
    links: tuple[str, ...] = ()  #: hosts that it may link to, besides our own
    model: bool = (
        False  #: the language model may write answers from the articles, where there is one
    )


class Slot(Value, forbid_unknown_fields=True):
    """One thing that a form asks for."""

    name: str
    ask: Text
    title: Text = {}  #: what it is called where it is read back; its name when empty
    kind: Literal["text", "choice", "email", "phone", "date", "number", "order"] = "text"
    choices: tuple[str, ...] = ()  #: ids of a choice
    titles: dict[str, Text] = {}  #: of each choice
    pattern: str | None = None  #: that an ``order`` number or ``text`` has to match, whole
    help: Text = {}  #: said when the answer does not fit
    optional: bool = False
    least: float | None = None  #: of a number
    most: float | None = None
    side: Literal["past", "future"] | None = None  #: of today on which a date lies; today is both
    region: str | None = None  #: the country of a phone number that names none, such as ``HR``
    when: dict[str, tuple[str, ...]] = {}  #: only if an earlier slot has one of these


class LookUp(Value, forbid_unknown_fields=True):
    """A question to another system, by a signed webhook; its answer fills blanks of texts."""

    url: str
    after: str  #: the slot after which it is asked
    seconds: float = 5.0
    found: Text = {}  #: said then, with blanks such as ``{status}``
    missing: Text = {}  #: said when there is no such thing; the slot is asked again
    failed: Text = {}  #: said when it cannot be asked; then a person gets it


class Flow(Value, forbid_unknown_fields=True):
    """A small form: what is asked, in which order, and what becomes of it."""

    title: Text
    slots: tuple[Slot, ...] = ()
    examples: dict[str, tuple[str, ...]] = {}  #: by language: what customers write who need it
    intro: Text = {}
    confirm: bool = True  #: say what was collected, and ask whether it is right
    look_ups: tuple[LookUp, ...] = ()
    done: Text = {}
    then: Literal["hand_over", "resolve", "go_on"] = "hand_over"
    queue: str | None = None  #: where it goes when it is handed over
    tags: tuple[str, ...] = ()
    attributes: dict[str, str] = {}  #: of the customer: attribute -> slot


# --- what a bot decides ---------------------------------------------------------------------
class Say(Value, tag_field="do", tag="say"):
    """Say this, and go on listening."""

    text: str
    buttons: tuple[Button, ...] = ()
    why: str = ""
    article_id: ArticleId | None = None
    kind: str = "answer"  #: `inbox.model.TurnKind`
    flow: str | None = None


class Suggest(Value, tag_field="do", tag="suggest"):
    """Ask a colleague whether this may be said."""

    text: str
    why: str = ""
    article_id: ArticleId | None = None


class HandOver(Value, tag_field="do", tag="hand_over"):
    """Give it to a person, with a word on what happened so far."""

    why: str
    asked_for: bool = False  #: the customer wants a person
    say: str = ""  #: before the notice, such as what a form says at its end
    queue: str | None = None
    tags: tuple[str, ...] = ()


class Finish(Value, tag_field="do", tag="finish"):
    """Say this; then nothing is left to be done."""

    text: str
    why: str = ""
    tags: tuple[str, ...] = ()


class Silence(Value, tag_field="do", tag="silence"):
    """Say nothing."""

    why: str


Decision = Say | Suggest | HandOver | Finish | Silence


class Notes(Value):
    """What the bot will tell the person who takes over."""

    asked: tuple[str, ...] = ()  #: what the customer wanted, in their words, cut short
    collected: dict[str, str] = {}  #: slot -> value
    tried: tuple[ArticleId, ...] = ()  #: articles that it answered with
    offered: tuple[str, ...] = ()  #: what it asked the customer to choose from, by button's id
    why: str = ""  #: it was handed over
    question: str = ""  #: the last thing that was wanted, before a form or a way out came of it
    extra: dict[str, Any] = {}
