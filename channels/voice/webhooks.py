"""What Twilio asks: each request is checked, journalled, and then answered."""

from collections.abc import Callable, Iterable, Mapping

from aiohttp import web

from channels.voice.operator import Operator, whole
from channels.voice.reception import Reception
from channels.voice.twiml import nothing
from channels.wire.twilio import Twilio, fields
from inbox.errors import Unavailable

Form = Mapping[str, str]
XML = "text/xml"


class Webhooks:
    """The routes of one account."""

    def __init__(self, operator: Operator, twilio: Twilio) -> None:
        self.operator = operator
        self.reception = Reception(operator)
        self.twilio = twilio

    def routes(self) -> Iterable[web.RouteDef]:
        o, r = self.operator, self.reception
        spoken = {
            "voice": r.arrived,
            "menu": r.chose,
            "wait": r.waits,
            "asked": r.asked,
            "left": r.left,
            "voicemail": self.thanks,
            "agent": o.picked_up,
            "accept": o.accepted,
            "fallback": self.sorry,
        }
        told = {"status": o.moved, "conference": o.met, "recording": None, "transcript": None}
        return [
            *(self.asks(hook, answer) for hook, answer in spoken.items()),
            *(self.tells(hook, heed) for hook, heed in told.items()),
            self.twilio.hook("music", self.music),
        ]

    def asks(self, hook: str, answer: Callable[[Form, Form], str]) -> web.RouteDef:
        """Return a route that says what a line does next, even when the store is away."""

        async def take(request: web.Request, body: bytes) -> web.Response:
            form, told = fields(body), self.told(hook, request, fields(body))
            try:
                await self.operator.journal.take(hook, body, told)
            except Unavailable:
                return spoken(self.without_store(hook, form, told))
            return spoken(answer(form, told))

        return self.twilio.hook(hook, take)

    def tells(self, hook: str, heed: Callable[[Form, Form], None] | None) -> web.RouteDef:
        """Return a route that only listens; while the store is away Twilio hears of it."""

        async def take(request: web.Request, body: bytes) -> web.Response:
            form = fields(body)
            told = self.told(hook, request, form)
            await self.operator.journal.take(hook, body, told)
            if heed:
                heed(form, told)
            return web.Response(status=204)

        return self.twilio.hook(hook, take)

    def told(self, hook: str, request: web.Request, form: Form) -> dict[str, str]:
        """Return what our own address says, and what is decided before it is written down."""
        told = dict(request.query)
        if hook == "menu" and (option := self.reception.chosen(form, told)):
            told["choice"] = option.name
        if hook == "asked" and self.reception.wants_callback(form, told):
            told["promised"] = "1"
        if hook == "recording":
            told["keep"] = str(self.operator.settings.keep_recordings)
        return told

    def without_store(self, hook: str, form: Form, told: Form) -> str:
        """Answer for a desk that cannot write anything down: a message is left with Twilio."""
        script, settings = self.operator.script, self.operator.settings
        language = told.get("lang") or settings.languages[0]
        call = told.get("call") or form.get("CallSid", "")
        if hook in {"wait", "asked"}:
            facts = {**told, "turn": whole(told, "turn") + 1}
            return script.waiting(facts, 1, None, language, offer=False)
        if hook in {"agent", "accept"}:
            return script.farewell("gone", language)
        return script.sorry(call, language)

    def thanks(self, form: Form, told: Form) -> str:  # noqa: ARG002  # as the others are called
        return self.operator.script.farewell("thanks", told.get("lang", ""))

    def sorry(self, form: Form, told: Form) -> str:
        """Answer a caller whose first request failed."""
        call = told.get("call") or form.get("CallSid", "")
        return self.operator.script.sorry(call, self.operator.settings.languages[0])

    async def music(self, request: web.Request, body: bytes) -> web.Response:  # noqa: ARG002
        """Play music to whom is on hold; there is nothing in it to write down."""
        return spoken(self.operator.script.music())


def spoken(twiml: str) -> web.Response:
    return web.Response(text=twiml or nothing(), content_type=XML)
