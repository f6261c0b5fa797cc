"""Which numbers may be written to: none that cost extra, and only in countries that are allowed."""

from collections.abc import Collection

import phonenumbers

from channels.wire.numbers import COSTLY, region_of


def objection(number: str, *, countries: Collection[str] = (), premium: bool = False) -> str | None:
    """Say why a text to *number* is not sent, if it is not.

    A country's own list of numbers changes often, so one that is merely unknown is left
    to Twilio to judge.
    """
    where = region_of(number)
    if where is None:
        return f"{number} takes no answers: it is a name or a short number, not a telephone."
    kind = COSTLY.get(phonenumbers.number_type(phonenumbers.parse(number)))
    if kind and not premium:
        return f"This is {kind}; the account's settings do not permit it."
    if countries and where not in countries:
        return f"The account's settings permit no texts to {where}."
    return None
