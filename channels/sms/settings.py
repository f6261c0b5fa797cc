"""What an account of texts needs to know."""

import re
from decimal import Decimal, InvalidOperation

from inbox.model import Value

MEGABYTE = 1024 * 1024
SENDER = re.compile(r"\+[1-9]\d{4,14}|\d{3,8}|(?=.*[A-Za-z])[A-Za-z0-9 ]{1,11}")


class Settings(Value):
    """Text messages over Twilio."""

    account_sid: str  #: The account's SID at Twilio; it begins with AC.
    auth_token: str  #: The account's auth token; Twilio signs what it sends us with it.
    api_key_sid: str = ""  #: An API key to sign in with instead of the token; it begins with SK.
    api_key_secret: str = ""  #: The secret of that API key.
    numbers: tuple[str, ...] = ()  #: Our numbers such as +48221234567; the first begins talks.
    messaging_service_sid: str = ""  #: A messaging service to send by; it begins with MG.
    countries: tuple[str, ...] = ()  #: The only countries to write to, such as PL; empty for all.
    premium: bool = False  #: Write to numbers that cost more than ordinary ones, too.
    mms: bool = False  #: Send pictures as MMS (US, Canada, Australia); else as links.
    max_file: int = 5 * MEGABYTE  #: Bytes of a file that goes or comes as MMS.
    smart_encoding: bool = True  #: Have Twilio replace fancy quotes that make a text cost double.
    segment_price: str = ""  #: What one segment costs, such as 0.0425; shown before sending.
    currency: str = "USD"  #: The currency of that price.
    spend_a_day: str = (
        ""  #: The most to spend in a day (UTC), in that currency; empty for no limit.
    )
    opt_out_words: tuple[str, ...] = ()  #: Further words that opt out, besides STOP and its kin.
    opt_in_words: tuple[str, ...] = ()  #: Further words that opt in again, besides START.
    help_words: tuple[str, ...] = ()  #: Further words that ask for help, besides HELP.
    help_text: str = ""  #: What HELP is answered with; leave empty where Twilio answers it.
    poll_minutes: float = 10.0  #: How often Twilio is asked for what a lost webhook hid.
    base_url: str = ""  #: Another server that speaks as Twilio does, for trying things out.

    def __post_init__(self) -> None:
        if not (self.numbers or self.messaging_service_sid):
            raise ValueError("numbers or messaging_service_sid must say where texts come from")
        for number in self.numbers:
            if not SENDER.fullmatch(number):
                raise ValueError(
                    f"{number!r} is no number such as +48221234567, nor a sender's name"
                )
        if self.poll_minutes <= 0:
            raise ValueError("poll_minutes must be more than 0")
        if any(len(country) != 2 or not country.isupper() for country in self.countries):
            raise ValueError("countries are written as two capital letters, such as PL")
        limit, price = amount(self.spend_a_day), amount(self.segment_price)
        if limit is not None and not price:
            raise ValueError("spend_a_day needs segment_price, to count what was spent")

    @property
    def address(self) -> str | None:
        """What customers see of it."""
        return next(iter(self.numbers), None)

    @property
    def pieces_a_day(self) -> int | None:
        """How many segments may be sent in a day; none when there is no limit."""
        limit, price = amount(self.spend_a_day), amount(self.segment_price)
        return None if limit is None or not price else int(limit / price)


def amount(text: str) -> Decimal | None:
    """Read an amount of money; none when nothing is said. Raises `ValueError`."""
    if not text.strip():
        return None
    try:
        read = Decimal(text.strip())
    except InvalidOperation:
        raise ValueError(f"{text!r} is no amount such as 0.0425") from None
    if not read.is_finite() or read < 0:
        raise ValueError(f"{text!r} is no amount such as 0.0425")
    return read
