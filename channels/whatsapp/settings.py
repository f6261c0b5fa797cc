"""What an account of WhatsApp needs to know."""

import re

from inbox.model import Value

MEGABYTE = 1024 * 1024
NUMBER = re.compile(r"\+[1-9]\d{4,14}")


class Settings(Value):
    """WhatsApp over Twilio."""

    account_sid: str  #: The account's SID at Twilio; it begins with AC.
    auth_token: str  #: The account's auth token; Twilio signs what it sends us with it.
    api_key_sid: str = ""  #: An API key to sign in with instead of the token; it begins with SK.
    api_key_secret: str = ""  #: The secret of that API key.
    numbers: tuple[str, ...] = ()  #: Our WhatsApp senders such as +48221234567.
    messaging_service_sid: str = ""  #: A messaging service to send by; it begins with MG.
    buttons: bool = True  #: Send choices as real buttons and lists; else as numbered lines.
    max_file: int = 16 * MEGABYTE  #: Bytes of a file that goes or comes.
    opt_out_words: tuple[str, ...] = ()  #: Further words that opt out, besides STOP and its kin.
    opt_in_words: tuple[str, ...] = ()  #: Further words that opt in again, besides START.
    help_words: tuple[str, ...] = ()  #: Further words that ask for help, besides HELP.
    help_text: str = ""  #: What HELP is answered with; empty when a person answers.
    poll_minutes: float = 10.0  #: How often Twilio is asked for what a lost webhook hid.
    base_url: str = ""  #: Another server that speaks as Twilio does, for trying things out.

    def __post_init__(self) -> None:
        if not (self.numbers or self.messaging_service_sid):
            raise ValueError("numbers or messaging_service_sid must say what messages come from")
        for number in self.numbers:
            if not NUMBER.fullmatch(number):
                raise ValueError(f"{number!r} is no number such as +48221234567")
        if self.poll_minutes <= 0:
            raise ValueError("poll_minutes must be more than 0")

    @property
    def address(self) -> str | None:
        """What customers see of it."""
        return next(iter(self.numbers), None)
