"""A channel for tests of accounts: its provider is a sky in this process that tells everything."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import datetime
from enum import StrEnum

from aiohttp import web

from inbox.channel import Channel, Check, Exchange, Heard, Inbound, Line, Outgoing, Raw, Sent
from inbox.errors import Misconfigured
from inbox.model import Address, Value


class Wind(StrEnum):
    """How strong it blows."""

    CALM = "calm"  #: not at all
    STORM = "storm"  #: nothing flies


class Loft(Value):
    """Where pigeons live."""

    street: str  #: where it stands
    ring_secret: str | None = None  #: what the rings say


class Settings(Value):
    """A flock of pigeons."""

    address: str  #: what customers see
    token: str  #: lets a pigeon in
    loft: Loft  #: where they live
    wind: Wind = Wind.CALM  #: how strong it blows
    spare: Loft | None = None  #: where else they may live
    feathers: int = 2  #: how many may be lost
    host: str = "pigeon.example"  #: where the post office is

    def __post_init__(self) -> None:
        if "@" in self.address:
            raise ValueError("address must not be an email address")


class Sky:
    """What the provider sees."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, Outgoing]] = []  #: with the token it was sent by
        self.holds: list[Raw] = []
        self.refuses = False
        self.listeners: set[str] = set()
        self.closed: list[str] = []
        self.leaks: list[str] = []  #: what a careless channel writes into the log


SKY = Sky()


class Pigeon(Channel[Settings]):
    """Birds with letters."""

    kind = "pigeon"
    title = "Carrier pigeon"
    address_kind = "roof"
    webhooks = {"hook": "Paste it at the pigeon's."}

    def __init__(self, settings: Settings, line: Line) -> None:
        super().__init__(settings, line)
        if settings.wind is Wind.STORM:
            raise Misconfigured("Nothing flies in a storm.")

    @classmethod
    def parse(cls, raw: Raw) -> Sequence[Heard]:
        text = raw.payload.decode()
        return [
            Inbound(external_id=text, sender=Address(kind="roof", value="7"), text=text, thread="7")
        ]

    async def send(self, outgoing: Outgoing) -> Sent:
        for leak in SKY.leaks:
            url = f"https://pigeon.example/bot123:abc-DEF/{leak}"
            self.line.record(
                Exchange(
                    at=self.line.now(),
                    outward=True,
                    method="POST",
                    url=url,
                    status=200,
                    request=f'Authorization: Bearer other\n\n{{"token": "{leak}"}}' + 5000 * "x",
                    response=leak,
                )
            )
        if SKY.refuses:
            raise Misconfigured("The token was refused: get a new one.")
        SKY.sent.append((self.settings.token, outgoing))
        return Sent(external_id=f"sky-{len(SKY.sent)}")

    def routes(self) -> Iterable[web.RouteDef]:
        return [web.post("/hook", self.hook)]

    async def hook(self, request: web.Request) -> web.Response:
        payload = await request.read()
        await self.line.take(Raw(payload=payload, key=payload.decode()))
        return web.Response(text=self.settings.loft.street)

    def held(self, since: datetime) -> AsyncIterator[Raw]:
        return self.all_held()

    async def all_held(self) -> AsyncIterator[Raw]:
        for raw in SKY.holds:
            yield raw

    async def listen(self) -> None:
        SKY.listeners.add(self.settings.token)
        try:
            await asyncio.Event().wait()
        finally:
            SKY.listeners.discard(self.settings.token)

    async def doctor(self) -> Sequence[Check]:
        return [Check(name="sky", fine=not SKY.refuses, found="It was looked at.")]

    async def close(self) -> None:
        SKY.closed.append(self.settings.token)
