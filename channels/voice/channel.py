"""Telephone calls through Twilio: answered, queued, rung, recorded, each on its record."""

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from datetime import datetime
from typing import ClassVar, cast

from aiohttp import web

from channels.voice import payloads, softphone
from channels.voice.holding import check_number, held
from channels.voice.lines import Lines
from channels.voice.operator import Operator
from channels.voice.settings import Settings
from channels.voice.steering import Steering
from channels.voice.twiml import Script
from channels.voice.webhooks import Webhooks
from channels.wire.numbers import reachable
from channels.wire.twilio import Twilio
from inbox.channel import Capabilities, Channel, Check, Heard, Line, Outgoing, Raw, Sent
from inbox.errors import DeliveryError, Rejected
from inbox.model import AgentId
from inbox.telephone import How, Mode, Running, Softphone, Switchboard, Target, Telephone

LARGEST = 200 * 2**20  #: bytes of a recording


def parse(one: Raw) -> Sequence[Heard]:
    """Read one payload. Raises `Unreadable`."""
    return payloads.parse(one)


class VoiceChannel(Channel[Settings], Telephone):
    kind = "voice"
    title = "Phone"
    address_kind = "phone"
    webhooks: ClassVar[Mapping[str, str]] = {
        "voice": "Voice configuration of the number: “A call comes in”, as HTTP POST",
        "fallback": "“Primary handler fails”, as HTTP POST",
        "status": "“Call status changes”, as HTTP POST",
    }
    capabilities = Capabilities(max_text=0, calls=True)

    def __init__(self, settings: Settings, line: Line) -> None:
        super().__init__(settings, line)
        board = cast("Switchboard", line)
        self.twilio = Twilio(settings, line)
        self.lines = Lines(self.twilio, settings.number)
        self.operator = Operator(settings, board, self.lines, Script(settings, line.url))
        self.steering = Steering(self.operator)
        self.hooks = Webhooks(self.operator, self.twilio)

    @classmethod
    def parse(cls, raw: Raw) -> Sequence[Heard]:
        return parse(raw)

    def routes(self) -> Iterable[web.RouteDef]:
        return self.hooks.routes()

    async def send(self, outgoing: Outgoing) -> Sent:  # noqa: ARG002  # nothing can be sent
        raise Rejected("A telephone call carries no text; call the customer, or write elsewhere.")

    async def listen(self) -> None:
        await self.operator.run()

    async def close(self) -> None:
        await self.operator.stop()
        await self.twilio.close()

    # --- what the desk asks -------------------------------------------------------------------
    def running(self) -> Sequence[Running]:
        return self.operator.floor.running()

    def softphone(self, agent: AgentId) -> Softphone:
        return softphone.token(self.settings, agent, self.line.now())

    def allow(self, number: str) -> str:
        return reachable(number, self.settings.countries, self.settings.number)

    async def dial(self, call: str, to: str, by: AgentId, how: How) -> None:
        await self.steering.dial(call, self.allow(to), by, how)

    async def answer(self, call: str, by: AgentId, how: How) -> None:
        await self.steering.answer(call, by, how)

    async def hang_up(self, call: str, by: AgentId) -> None:
        await self.steering.hang_up(call, by)

    async def hold(self, call: str, *, on: bool) -> None:
        await self.steering.hold(call, on=on)

    async def transfer(self, call: str, by: AgentId, to: Target, *, warm: bool) -> None:
        await self.steering.transfer(call, by, to, warm=warm)

    async def watch(self, call: str, by: AgentId, mode: Mode, how: How) -> None:
        await self.steering.watch(call, by, mode, how)

    # --- recordings ---------------------------------------------------------------------------
    def fetch(self, source: str) -> AsyncIterator[bytes]:
        """Open a recording at Twilio."""
        return self.twilio.wire.download(
            self.twilio.at(source),
            most=LARGEST,
            origins=self.twilio.origins,
            auth=self.twilio.signed_in,
        )

    async def discard(self, recording: str) -> None:
        await self.lines.delete_recording(recording)

    # --- what Twilio holds --------------------------------------------------------------------
    def held(self, since: datetime) -> AsyncIterator[Raw]:
        return held(self.lines, since)

    async def doctor(self) -> Sequence[Check]:
        """Look whether Twilio lets us in, and whether the number calls us."""
        account = await self.twilio.check_account()
        if not account.fine:
            return [account]
        try:
            found = await self.lines.get("IncomingPhoneNumbers", PhoneNumber=self.settings.number)
        except DeliveryError as error:
            return [account, Check(name="phone number", fine=False, found=str(error))]
        return [account, check_number(found, self.settings.number, self.line.url("voice"))]
