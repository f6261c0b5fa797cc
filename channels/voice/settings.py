"""What an account of telephone calls can be told."""

import re

from channels.voice import hours, menu
from channels.voice.menu import Node, Texts
from inbox.model import Value

NUMBER = re.compile(r"\+[1-9]\d{6,14}")
SOUND = "http://com.twilio.sounds.music.s3.amazonaws.com/MARKOVICHAMP-Borghestral.mp3"


class Settings(Value):
    """The settings of one phone number at Twilio."""

    account_sid: str  #: The account's SID at Twilio; it begins with AC.
    auth_token: str  #: The account's auth token; Twilio signs what it tells us with it.
    number: str  #: Our number, such as +48221234567; it is called, and shown when we call.
    api_key_sid: str = ""  #: An API key for speaking in the browser; it begins with SK.
    api_key_secret: str = ""  #: The secret of that API key.
    countries: tuple[str, ...] = ()  #: The only countries to call, such as PL; ours when empty.
    languages: tuple[str, ...] = ("en-US",)  #: What is spoken; callers hear the first at first.
    voices: Texts = {}  #: Who speaks, by language, such as Polly.Joanna for en-US.
    greeting: Texts = {}  #: What every caller hears first, by language.
    menu: dict[str, Node] = {}  #: The places of the menu, by name.
    start: str = ""  #: Where callers come first, such as menu:main; the first queue when empty.
    queues: tuple[str, ...] = ("support",)  #: Where callers wait for agents.
    hours: dict[str, tuple[str, ...]] = {}  #: By weekday, such as 09:00-17:00; always when empty.
    closed_days: tuple[str, ...] = ()  #: Days on which nobody answers, such as 2026-12-25.
    time_zone: str = "UTC"  #: The time zone of hours and days, such as Europe/Warsaw.
    closed_text: Texts = {}  #: What callers hear outside the hours, by language.
    music: str = SOUND  #: The address of what callers hear while they wait; better a short piece.
    ring_seconds: int = 20  #: How long an agent is rung.
    ring_together: int = 3  #: How many agents are rung at once; the first to answer has the call.
    longest_wait: int = 15  #: Minutes in the queue, after which a caller comes to the voicemail.
    callback: bool = True  #: Callers may hang up, keep their place, and be called back.
    callback_tries: int = 3  #: How often a customer is called back who does not answer.
    callback_pause: int = 10  #: Minutes between two of these calls.
    voicemail: bool = True  #: Callers who reach nobody may leave a message.
    voicemail_text: Texts = {}  #: What they hear before the tone, by language.
    voicemail_seconds: int = 120  #: The longest message; Twilio writes down no longer ones.
    transcribe: bool = True  #: Have Twilio write messages down, where callers hear English.
    record: bool = False  #: Record what is spoken with agents; consent_text has to say so.
    consent_text: Texts = {}  #: What callers hear when they are recorded, by language.
    keep_recordings: int = 90  #: Days until recordings are deleted, also at Twilio; 0 for never.
    base_url: str = ""  #: Another server that speaks as Twilio does, for trying things out.

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
