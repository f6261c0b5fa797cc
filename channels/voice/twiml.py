"""What Twilio is told to do with a line, as TwiML. Pure: no call is looked at here."""

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode

from twilio.twiml.voice_response import Dial, Gather, VoiceResponse

from channels.voice.menu import Node, Texts
from channels.voice.phrases import phrase, understood
from channels.voice.settings import Settings

EVENTS = "start end join leave mute hold"
FOR_EVER = 0  #: as `loop` counts
QUIET = ""  #: no music in an empty conference

Say = Any  #: a verb that can speak: a whole answer, or a part that also listens


class Script:
    """The words and ways of one account."""

    def __init__(self, settings: Settings, url: Callable[[str], str]) -> None:
        self.settings = settings
        self.url = url

    def at(self, path: str, **query: object) -> str:
        """Return the address of a webhook of ours."""
        told = {name: str(value) for name, value in query.items() if value not in {None, ""}}
        return f"{self.url(path)}{'?' + urlencode(told) if told else ''}"

    # --- words --------------------------------------------------------------------------------
    def say(self, to: Say, text: str, language: str) -> None:
        voice = self.settings.voices.get(language)
        to.say(text, language=language, **({"voice": voice} if voice else {}))

    def speak(self, to: Say, name: str, language: str, **facts: object) -> None:
        """Say a sentence of ours."""
        self.say(to, phrase(name, language, **facts), understood(language))

    def told(self, to: Say, texts: Texts, language: str) -> bool:
        """Say what the settings have for *language*, or for the first one; False for nothing."""
        found = in_language(texts, language, self.settings.languages[0])
        if found:
            self.say(to, *found)
        return bool(found)

    def welcome(self, to: VoiceResponse, language: str) -> None:
        """Greet a caller, and say when they are recorded."""
        self.told(to, self.settings.greeting, language)
        if self.settings.record:
            self.told(to, self.settings.consent_text, language)

    # --- the menu -----------------------------------------------------------------------------
    def node(
        self, to: VoiceResponse, node: Node, action: str, language: str, *, again: bool = False
    ) -> None:
        """Say a place of the menu, and listen; without options it only goes on."""
        if again:
            self.speak(to, "again", language)
        if not node.options:
            self.voice(to, node, language)
            to.redirect(action, method="POST")
            return
        longest = max((len(option.press) for option in node.options), default=0)
        listening = Gather(
            input="dtmf speech" if node.speech else "dtmf",
            action=action,
            method="POST",
            timeout=node.seconds,
            action_on_empty_result=True,
            **({"num_digits": longest} if longest else {}),
            **(heard_words(node, language) if node.speech else {}),
        )
        self.voice(listening, node, language)
        to.append(listening)

    def voice(self, to: Say, node: Node, language: str) -> None:
        first = self.settings.languages[0]
        if sound := in_language(node.play, language, first):
            to.play(sound[0])
        elif words := in_language(node.say, language, first):
            self.say(to, *words)

    # --- the queue ----------------------------------------------------------------------------
    def enqueue(self, to: VoiceResponse, call: str, queue: str, turn: int, language: str) -> None:
        """Have the caller wait; our own order says who is next, Twilio's queue only holds them."""
        facts = {"call": call, "queue": queue, "n": turn, "lang": language}
        to.enqueue(
            queue,
            action=self.at("left", **facts),
            method="POST",
            wait_url=self.at("wait", **facts, turn=0),
            wait_url_method="POST",
        )

    def waiting(
        self,
        call: Mapping[str, object],
        place: int,
        minutes: int | None,
        language: str,
        *,
        offer: bool,
    ) -> str:
        """Tell a caller their place, play music, and take the wish to be called back."""
        answer = VoiceResponse()
        self.speak(answer, "next" if place <= 1 else "place", language, place=place)
        if minutes:
            self.speak(answer, "minutes", language, minutes=minutes)
        if offer:
            listening = Gather(
                num_digits=1, timeout=1, action=self.at("asked", **call), method="POST"
            )
            self.speak(listening, "offer", language)
            listening.play(self.settings.music)
            answer.append(listening)
        else:
            answer.play(self.settings.music)
        answer.redirect(self.at("wait", **call), method="POST")
        return str(answer)

    def leave(self) -> str:
        """Take a caller out of the queue; its action says where to."""
        answer = VoiceResponse()
        answer.leave()
        return str(answer)

    def promised(self, language: str) -> str:
        """Confirm the wish to be called back."""
        answer = VoiceResponse()
        self.speak(answer, "promised", language)
        answer.hangup()
        return str(answer)

    # --- the voicemail ------------------------------------------------------------------------
    def voicemail(self, to: VoiceResponse, call: str, language: str) -> None:
        """Take a message, or say goodbye where none is taken."""
        if not self.settings.voicemail:
            self.speak(to, "goodbye", language)
            to.hangup()
            return
        if not self.told(to, self.settings.voicemail_text, language):
            self.speak(to, "voicemail", language)
        self.take_message(to, call, language)

    def take_message(self, to: VoiceResponse, call: str, language: str) -> None:
        facts = {"call": call, "lang": language}
        written = self.settings.transcribe and language.startswith("en")
        to.record(
            action=self.at("voicemail", **facts),
            method="POST",
            max_length=self.settings.voicemail_seconds,
            play_beep=True,
            finish_on_key="#",
            recording_status_callback=self.at("recording", call=call, voicemail=1),
            recording_status_callback_method="POST",
            recording_status_callback_event="completed",
            **({"transcribe_callback": self.at("transcript", call=call)} if written else {}),
            **({"transcribe": True} if written else {}),
        )
        to.hangup()

    def sorry(self, call: str, language: str) -> str:
        """Apologise when the desk cannot do its part, and take a message all the same."""
        answer = VoiceResponse()
        self.speak(answer, "sorry", language)
        if self.settings.voicemail:
            self.take_message(answer, call, language)
        else:
            answer.hangup()
        return str(answer)

    def farewell(self, name: str, language: str) -> str:
        answer = VoiceResponse()
        self.speak(answer, name, language)
        answer.hangup()
        return str(answer)

    # --- the conference -----------------------------------------------------------------------
    def join(self, call: str, label: str, *, ends: bool = False) -> str:
        """Put a line into the conference of a call. With *ends* nobody stays after it."""
        answer = VoiceResponse()
        dial = Dial()
        dial.conference(
            call,
            beep=False,
            start_conference_on_enter=True,
            end_conference_on_exit=ends,
            participant_label=label,
            wait_url=QUIET,
            status_callback=self.at("conference", call=call),
            status_callback_method="POST",
            status_callback_event=EVENTS,
            **self.recorded(call),
        )
        answer.append(dial)
        return str(answer)

    def recorded(self, call: str) -> dict[str, str]:
        if not self.settings.record:
            return {}
        return {
            "record": "record-from-start",
            "recording_status_callback": self.at("recording", call=call),
            "recording_status_callback_method": "POST",
            "recording_status_callback_event": "completed",
        }

    def offered(self, call: str, agent: int, language: str) -> str:
        """Ask at a telephone whether it is the agent: a voicemail box presses nothing."""
        answer = VoiceResponse()
        asking = Gather(
            num_digits=1,
            timeout=8,
            action=self.at("accept", call=call, agent=agent),
            method="POST",
            action_on_empty_result=False,
        )
        self.speak(asking, "ring", language)
        answer.append(asking)
        answer.hangup()
        return str(answer)

    def music(self) -> str:
        """What somebody on hold hears."""
        answer = VoiceResponse()
        answer.play(self.settings.music, loop=FOR_EVER)
        return str(answer)


def in_language(texts: Texts, language: str, first: str) -> tuple[str, str] | None:
    """Return the text in *language*, else in the *first* one, and which that is."""
    for tag in (language, first):
        if texts.get(tag):
            return texts[tag], tag
    return (texts[""], language) if texts.get("") else None


def heard_words(node: Node, language: str) -> dict[str, str]:
    """Return what helps Twilio understand a caller who speaks."""
    words = [word for option in node.options for word in option.words]
    return {"language": language, "hints": ", ".join(words)[:500], "speech_timeout": "auto"}


def nothing() -> str:
    """Do nothing more with a line."""
    return str(VoiceResponse())
