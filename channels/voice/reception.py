"""What callers hear and do: the greeting, the menu, the queue, the voicemail."""

from collections.abc import Mapping
from datetime import timedelta

from twilio.twiml.voice_response import VoiceResponse

from channels.voice import menu
from channels.voice.floor import Live
from channels.voice.hours import is_open
from channels.voice.operator import Operator, whole
from channels.voice.payloads import withheld
from channels.voice.twiml import nothing

Form = Mapping[str, str]


class Reception:
    def __init__(self, operator: Operator) -> None:
        self.operator = operator
        self.settings, self.script = operator.settings, operator.script
        self.line, self.floor = operator.line, operator.floor

    def known(self, form: Form, told: Form) -> Live:
        """Return the call that a webhook is of, also one that this process never saw begin."""
        name = told.get("call") or form.get("CallSid", "")
        live = self.floor.calls.get(name)
        if live is None:
            caller = form.get("From", "")
            live = Live(
                name=name,
                peer=None if withheld(caller) else caller,
                began_at=self.line.now(),
                language=told.get("lang") or self.settings.languages[0],
                state="menu",
                customer=form.get("CallSid", ""),
            )
            self.floor.add(live)
        return live

    def arrived(self, form: Form, told: Form) -> str:
        """Answer somebody who calls."""
        live = self.known(form, told)
        answer = VoiceResponse()
        s = self.settings
        if not is_open(self.line.now(), s.hours, s.closed_days, s.time_zone):
            if not self.script.told(answer, s.closed_text, live.language):
                self.script.speak(answer, "closed", live.language)
            self.to_voicemail(answer, live)
            return str(answer)
        self.script.welcome(answer, live.language)
        self.go(answer, live, s.first, step=0)
        return str(answer)

    def go(self, answer: VoiceResponse, live: Live, target: str, *, step: int) -> None:
        """Lead a caller to a place of the menu, a queue, or an end."""
        kind, name = menu.split(target)
        match kind:
            case menu.MENU:
                self.listen(answer, live, name, step=step, tries=0)
            case menu.QUEUE:
                self.to_queue(answer, live, name)
            case menu.CALLBACK if live.peer and self.settings.callback:
                live.queue = live.queue or self.settings.queues[0]
                self.promise(live)
                self.script.speak(answer, "promised", live.language)
                answer.hangup()
            case menu.CALLBACK:
                self.script.speak(answer, "withheld", live.language)
                self.to_queue(answer, live, live.queue or self.settings.queues[0])
            case menu.VOICEMAIL:
                self.to_voicemail(answer, live)
            case _:
                self.script.speak(answer, "thanks", live.language)
                answer.hangup()

    def listen(
        self, answer: VoiceResponse, live: Live, name: str, *, step: int, tries: int
    ) -> None:
        """Say a place of the menu and listen."""
        facts = {"call": live.name, "node": name, "tries": tries, "step": step + 1}
        action = self.script.at("menu", **facts, lang=live.language)
        self.script.node(answer, self.settings.menu[name], action, live.language, again=tries > 0)

    def chosen(self, form: Form, told: Form) -> menu.Option | None:
        """Return what a caller chose where they were asked."""
        node = self.settings.menu.get(told.get("node", ""))
        digits, speech = form.get("Digits", ""), form.get("SpeechResult", "")
        return menu.choose(node, digits, speech) if node else None

    def chose(self, form: Form, told: Form) -> str:
        """Lead a caller where they chose to go; ask again when they chose nothing."""
        live, option = self.known(form, told), self.chosen(form, told)
        live.language = told.get("lang") or live.language
        name, step, tries = told.get("node", ""), whole(told, "step"), whole(told, "tries") + 1
        answer = VoiceResponse()
        node = self.settings.menu.get(name)
        if option:
            live.language = option.language or live.language
            self.go(answer, live, option.to, step=step)
        elif node and node.options and tries < node.tries:
            self.listen(answer, live, name, step=step, tries=tries)
        elif node and node.then:
            self.go(answer, live, node.then, step=step)
        else:
            self.script.speak(answer, "goodbye", live.language)
            answer.hangup()
        return str(answer)

    def to_queue(self, answer: VoiceResponse, live: Live, queue: str) -> None:
        """Have a caller wait for an agent; where nobody is at the desk they leave a message."""
        if self.settings.voicemail and not self.line.presence.connected():
            self.to_voicemail(answer, live)
            return
        self.operator.wait_in(live, queue, turn=1)
        self.script.enqueue(answer, live.name, queue, live.turn, live.language)
        self.operator.look()

    def waits(self, form: Form, told: Form) -> str:
        """Tell a caller their place."""
        live = self.known(form, told)
        if live.state == "menu" or live.queued_at is None:
            self.operator.wait_in(live, told.get("queue") or self.settings.queues[0], turn=1)
        self.operator.look()
        waited = self.line.now() - (live.queued_at or self.line.now())
        if live.waits and waited > timedelta(minutes=self.settings.longest_wait):
            return self.script.leave()
        offer = self.settings.callback and live.peer is not None and live.winner is None
        return self.script.waiting(
            {
                "call": live.name,
                "queue": live.queue,
                "n": live.turn,
                "lang": live.language,
                "turn": whole(told, "turn") + 1,
            },
            self.floor.place(live) or 1,
            self.floor.estimate(live),
            live.language,
            offer=offer,
        )

    def wants_callback(self, form: Form, told: Form) -> bool:
        """Tell whether a caller asks to be called back, and may be."""
        live = self.known(form, told)
        may = self.settings.callback and live.peer is not None and live.winner is None
        return form.get("Digits") == "1" and may

    def asked(self, form: Form, told: Form) -> str:
        """Let a caller hang up and keep their place."""
        live = self.known(form, told)
        if told.get("promised") != "1":
            return self.waits(form, told)
        self.promise(live)
        return self.script.promised(live.language)

    def promise(self, live: Live) -> None:
        live.callback, live.state, live.customer = True, "queued", ""
        live.queued_at = live.queued_at or self.line.now()
        self.operator.look()

    def left(self, form: Form, told: Form) -> str:
        """See where a caller goes who left the queue."""
        live = self.known(form, told)
        result = form.get("QueueResult", "")
        if result == "hangup":
            if not live.callback:
                self.operator.close(live)
            return nothing()
        if result in {"leave", "error", "system-error", "queue-full"}:
            answer = VoiceResponse()
            self.to_voicemail(answer, live)
            return str(answer)
        return nothing()

    def to_voicemail(self, answer: VoiceResponse, live: Live) -> None:
        live.state = "voicemail"
        self.operator.stop_ringing(live, list(live.rung))
        self.script.voicemail(answer, live.name, live.language)
