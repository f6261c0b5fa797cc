"""Phone numbers as they are stored and dialled, and which of them the desk may reach.

Toll fraud is a stranger having us call or write to numbers that earn somebody money. So only
numbers in named countries are reached, and none that cost more than an ordinary one.
"""

from collections.abc import Sequence

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat, PhoneNumberType

from inbox.errors import Invalid

COSTLY = {
    PhoneNumberType.PREMIUM_RATE: "a premium-rate number",
    PhoneNumberType.SHARED_COST: "a number whose cost is shared",
    PhoneNumberType.PERSONAL_NUMBER: "a personal number that forwards calls",
    PhoneNumberType.PAGER: "a pager",
    PhoneNumberType.VOICEMAIL: "a voicemail box",
    PhoneNumberType.UAN: "a company number of unknown cost",
}
WORLD = "001"  #: the region of numbers that belong to no country, such as satellites'


def region_of(number: str) -> str | None:
    """Return the country of an international number, as ISO 3166 writes it.

    >>> region_of("+48221234567"), region_of("+8816123456"), region_of("112")
    ('PL', '001', None)
    """
    try:
        return phonenumbers.region_code_for_number(phonenumbers.parse(number, None)) or region(
            number
        )
    except NumberParseException:
        return None


def region(number: str) -> str | None:
    """Return the country that a calling code belongs to, or is shared under."""
    code = phonenumbers.parse(number, None).country_code or 0
    found = phonenumbers.region_code_for_country_code(code)
    return None if found == "ZZ" else found


def normal(text: str, home: str | None = None) -> str:
    """Return a number as E.164; *home* is the country of one that is written without any.

    Raises `Invalid`.

    >>> normal("22 123-45-67", "PL"), normal("+44 20 7946 0018")
    ('+48221234567', '+442079460018')
    """
    try:
        parsed = phonenumbers.parse(text, home)
    except NumberParseException:
        raise Invalid("That is no phone number; write it as +48 22 123 45 67.") from None
    if not phonenumbers.is_possible_number(parsed):
        raise Invalid("This phone number is too short or too long.")
    return phonenumbers.format_number(parsed, PhoneNumberFormat.E164)


def objection(number: str, countries: Sequence[str], home: str | None = None) -> str | None:
    """Say why *number* must not be reached; none when it may be.

    *countries* are ISO codes; without any only the *home* country's numbers are reached.

    >>> objection("+48221234567", (), "PL")
    >>> objection("+442079460018", ("PL", "DE"))
    'Numbers in GB are not among the countries that this account reaches.'
    """
    where = region_of(number)
    allowed: set[str | None] = {one.upper() for one in countries} or {home}
    if where is None or where == WORLD or where not in allowed:
        place = "no country" if where in {None, WORLD} else where
        return f"Numbers in {place} are not among the countries that this account reaches."
    kind = phonenumbers.number_type(phonenumbers.parse(number, None))
    if kind in COSTLY:
        return f"This is {COSTLY[kind]}; it is not reached from here."
    return None


def reachable(text: str, countries: Sequence[str], ours: str) -> str:
    """Return a number as it is dialled from *ours*. Raises `Invalid` when it must not be."""
    home = region_of(ours)
    number = normal(text, home)
    if reason := objection(number, countries, home):
        raise Invalid(reason)
    return number
