"""Which numbers may be written to: no premium ones, and only countries that were allowed."""

from collections.abc import Collection

from phonenumbers import (
    COUNTRY_CODE_TO_REGION_CODE,
    NumberParseException,
    PhoneNumber,
    PhoneNumberType,
    number_type,
    parse,
    region_code_for_number,
)

DEAR = {
    PhoneNumberType.PREMIUM_RATE: "a premium-rate number",
    PhoneNumberType.SHARED_COST: "a shared-cost number",
}


def objection(number: str, *, countries: Collection[str] = (), premium: bool = False) -> str | None:
    """Say why a text to *number* is not sent, if it is not.

    A country's own list of numbers changes often, so one that is merely unknown is left
    to Twilio to judge.
    """
    try:
        parsed = parse(number)
    except NumberParseException:
        return f"{number} takes no answers: it is a name or a short number, not a telephone."
    kind = number_type(parsed)
    if kind in DEAR and not premium:
        return f"This is {DEAR[kind]}; the account's settings do not permit it."
    if countries and not set(regions(parsed)) & set(countries):
        where = " or ".join(regions(parsed)[:3]) or "an unknown country"
        return f"The account's settings permit no texts to {where}."
    return None


def regions(number: PhoneNumber) -> list[str]:
    """Return the countries *number* may belong to; one, when its digits say which."""
    sure = region_code_for_number(number)
    return [sure] if sure else list(COUNTRY_CODE_TO_REGION_CODE.get(number.country_code or 0, ()))
