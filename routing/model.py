"""The words that all parts of routing share."""

from typing import NoReturn

from inbox.errors import Invalid
from inbox.model import Priority

__all__ = ["YEAR", "Misplaced", "Priority", "refuse"]

YEAR = 366 * 86_400.0  #: seconds; nobody means a longer wait


class Misplaced(Invalid):
    """A setting that cannot be meant, and where it stands."""

    def __init__(self, where: str, why: str) -> None:
        super().__init__(f"{where}: {why}")
        self.where = where
        self.why = why


def refuse(where: str, why: str) -> NoReturn:
    """Refuse a setting with a sentence that begins with where it stands."""
    raise Misplaced(where, why)
