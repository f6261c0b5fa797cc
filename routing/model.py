"""The words that all parts of routing share."""

from typing import NoReturn

from inbox.errors import Invalid
from inbox.model import Priority

__all__ = ["YEAR", "Priority", "refuse"]

YEAR = 366 * 86_400.0  #: seconds; nobody means a longer wait


def refuse(where: str, why: str) -> NoReturn:
    """Refuse a setting with a sentence that begins with where it stands."""
    raise Invalid(f"{where}: {why}")
