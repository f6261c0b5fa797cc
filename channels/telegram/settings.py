"""What a Telegram account can be told."""

import re

from inbox.model import Value

TOKEN = re.compile(r"[0-9]{5,20}:[A-Za-z0-9_-]{30,60}")


class Settings(Value):
    """The settings of one bot."""

    token: str  #: What @BotFather gave you when you made the bot.
    webhook: bool = False  #: Telegram calls the desk, which needs a public https address.
    groups: bool = True  #: Hear what is written in groups that the bot was added to.
    api_url: str = "https://api.telegram.org"  #: Another address for a Bot API server of your own.
    poll_seconds: int = 50  #: How long one question for news waits, without a webhook.

    def __post_init__(self) -> None:
        if not TOKEN.fullmatch(self.token):
            raise ValueError("token is written as 123456789:AAE…, as @BotFather showed it")
        if not self.api_url.startswith(("https://", "http://")):
            raise ValueError("api_url must begin with https:// or http://")
        if not 0 <= self.poll_seconds <= 120:
            raise ValueError("poll_seconds must be between 0 and 120")
