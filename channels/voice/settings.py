"""What an account of telephone calls can be told."""

import re

from channels.voice import hours, menu
from channels.voice.menu import Node, Texts
from inbox.model import Value

NUMBER = re.compile(r"\+[1-9]\d{6,14}")
SOUND = "http://com.twilio.sounds.music.s3.amazonaws.com/MARKOVICHAMP-Borghestral.mp3"


class Settings(Value):
    """The settings of one phone number at Twilio."""

    account_sid: str  #: of the Twilio account; it begins with AC
    auth_token: str  #: of the Twilio account; it signs what Twilio sends
    number: str  #: ours, such as +48221234567: it is called, and it is shown when we call
    api_key_sid: str = ""  #: of an API key, for speaking in the browser; it begins with SK
    api_key_secret: str = ""  #: of that API key
    countries: tuple[str, ...] = ()  #: that may be called, such as PL and DE; ours when left out
    languages: tuple[str, ...] = ("en-US",)  #: that are spoken, the first one by default
    voices: Texts = {}  #: who speaks, by language, such as Polly.Joanna for en-US
    greeting: Texts = {}  #: said to every caller, by language
    menu: dict[str, Node] = {}  #: places of the menu, by name
    start: str = ""  #: where a caller comes first, such as ``menu:main``; the first queue if empty
    queues: tuple[str, ...] = ("support",)  #: where callers wait for agents
    hours: dict[str, tuple[str, ...]] = {}  #: such as monday: 09:00-17:00; always open without any
    closed_days: tuple[str, ...] = ()  #: such as 2026-12-25
    time_zone: str = "UTC"  #: of these hours, such as Europe/Warsaw
    closed_text: Texts = {}  #: said outside the hours, by language
    music: str = SOUND  #: the address of what callers hear while they wait
    ring_seconds: int = 20  #: an agent is rung for so long
    ring_together: int = 3  #: agents that are rung at once; the first to answer has the call
    longest_wait: int = 15  #: minutes in the queue, until a caller is led to the voicemail
    callback: bool = True  #: callers may hang up, keep their place, and be called back
    callback_tries: int = 3  #: how often a customer is called back who does not answer
    callback_pause: int = 10  #: minutes between two of these
    voicemail: bool = True  #: callers who reach nobody may leave a message
    voicemail_text: Texts = {}  #: said before it, by language
    voicemail_seconds: int = 120  #: the longest message; what is longer is not written down
    transcribe: bool = True  #: have Twilio write messages down; it knows English only
    record: bool = False  #: record what is spoken with agents; say so in consent_text
    consent_text: Texts = {}  #: said before a call that is recorded, by language
    keep_recordings: int = 90  #: days until recordings are deleted, here and at Twilio; 0 for ever
    base_url: str = ""  #: of another server than Twilio's own, for tests

    def __post_init__(self) -> None:
        if not NUMBER.fullmatch(self.number):
            raise ValueError("number is written as +48221234567")
        if not self.languages:
            raise ValueError("languages needs one at least")
        if not self.queues:
            raise ValueError("queues needs one at least")
        if bool(self.api_key_sid) != bool(self.api_key_secret):
            raise ValueError("api_key_sid and api_key_secret belong together")
        if self.record and self.languages[0] not in self.consent_text:
            raise ValueError(f"consent_text is missing in {self.languages[0]}: calls are recorded")
        if not (5 <= self.ring_seconds <= 120 and 1 <= self.ring_together <= 20):
            raise ValueError("ring_seconds is 5 to 120, and ring_together 1 to 20")
        menu.check(self.menu, self.first, self.queues, self.languages)
        hours.check(self.hours, self.closed_days, self.time_zone)

    @property
    def address(self) -> str:
        """What customers see of it."""
        return self.number

    @property
    def first(self) -> str:
        """Where a caller comes first."""
        return self.start or f"queue:{self.queues[0]}"
