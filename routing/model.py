"""The words that all parts of routing share."""

from enum import StrEnum
from typing import NoReturn

from inbox.errors import Invalid

YEAR = 366 * 86_400.0  #: seconds; nobody means a longer wait


class Priority(StrEnum):
    """How much a conversation matters, before anybody has waited."""

    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"
    URGENT = "urgent"


def refuse(where: str, why: str) -> NoReturn:
    """Refuse a setting with a sentence that begins with where it stands."""
    raise Invalid(f"{where}: {why}")
