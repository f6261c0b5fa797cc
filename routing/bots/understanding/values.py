"""What understanding takes and gives, without numpy."""

from inbox.errors import DeskError
from inbox.model import Value


class Example(Value):
    """A text, and what it asks for."""

    text: str
    intent: str
    language: str | None = None


class Candidate(Value):
    """One thing the customer may have meant."""

    intent: str
    probability: float
    nearest: str  #: the example of it that is closest to what was said


class Reading(Value):
    """What a text seems to ask for, with two measures that answer different questions."""

    language: str | None
    candidates: tuple[Candidate, ...]  #: best first, at most five
    ambiguity: float  #: which of the known? 0 is sure, 1 is two that are equally likely
    novelty: float  #: anything known at all? the share of the desk's own questions less novel


class Damaged(DeskError):
    """The model cannot be read: it is damaged, or of another version. Train it anew."""


class Untrained(DeskError):
    """The training did not come to an end."""
