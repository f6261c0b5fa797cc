"""Phone numbers in what customers write.

Its library costs a desk a megabyte and a fortieth of its start: import this where one is asked for.
"""

from contextlib import suppress

import phonenumbers
from phonenumbers import (
    SUPPORTED_REGIONS,
    NumberParseException,
    PhoneNumberFormat,
    PhoneNumberMatcher,
)


def found(said: str, region: str | None) -> list[str]:
    """Return the numbers in a text as the whole world writes them; *region* is where it is.

    >>> found("Call me: 091 234 5678", "HR")
    ['+385912345678']
    """
    there = PhoneNumberMatcher(said, region, leniency=phonenumbers.Leniency.POSSIBLE)
    return [phonenumbers.format_number(one.number, PhoneNumberFormat.E164) for one in there]


def shown(number: str) -> str:
    """Return a number as people read it; as it is, when it is none.

    >>> shown("+385912345678")
    '+385 91 234 5678'
    """
    with suppress(NumberParseException):
        parsed = phonenumbers.parse(number, None)
        return phonenumbers.format_number(parsed, PhoneNumberFormat.INTERNATIONAL)
    return number


def is_region(code: str) -> bool:
    return code in SUPPORTED_REGIONS
