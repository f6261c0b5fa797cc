"""The requests a visitor's browser makes, and who is let in."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import Any
from urllib.parse import urlsplit

import msgspec
from aiohttp import WSCloseCode, WSMsgType, web
from msgspec import Struct

from channels.webchat.files import Cloakroom
from channels.webchat.frames import FRAME, FRAMES, HELLO, MAX_FRAME, Token, encode
from channels.webchat.guests import Caller, Guest, Hall, Poller, Socket
from channels.webchat.limits import Limit
from channels.webchat.reception import Reception
from channels.webchat.refusals import Refused, read_bounded, refusal
from channels.webchat.settings import Settings
from channels.webchat.visitors import Doorkeeper, Visitor, stranger
from inbox.channel import Line
from inbox.errors import Forbidden, Unavailable

HELLO_WITHIN = 10  # seconds
POLL = 25  # seconds a question waits for an answer; proxies cut at 30
FORGET = 60  # seconds after which a poller who asks no more is gone
HEARTBEAT = 45  # seconds
STRIKES = 200  # refused frames after which a socket is closed

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Ask(Struct, frozen=True, kw_only=True):
    """What a browser shows to become somebody."""

    token: Token | None = None  #: from an earlier visit
    jwt: Token | None = None  #: what the site signed


ASK = msgspec.json.Decoder(Ask)


class Doors:
    """The routes of one chat."""

    def __init__(self, settings: Settings, line: Line) -> None:
        self.settings = settings
        self.line = line
        self.hall = Hall()
        self.cloakroom = Cloakroom(line, settings.max_file)
        self.reception = Reception(settings, line, self.hall, self.cloakroom)
        self.doorkeeper = Doorkeeper(settings, line)
        self.pollers: dict[tuple[str, str], tuple[Poller, asyncio.TimerHandle]] = {}
        self.closed = False  #: whoever comes late is sent to the doors of today
        self.sessions = self.limit(30, 60)
        self.uploads = self.limit(20, 10)

    def limit(self, a_minute: float, burst: float) -> Limit:
        return Limit(a_minute, burst, lambda: self.line.now().timestamp())

    def routes(self) -> Iterable[web.RouteDef]:
        return [
            web.get("/socket", self.from_home(self.socket)),
            web.post("/session", self.from_home(self.session)),
            web.post("/messages", self.from_home(self.post)),
            web.get("/messages", self.from_home(self.poll)),
            web.post("/files", self.from_home(self.upload)),
            web.get("/files/{token}", self.cloakroom.show),
        ]

    def from_home(self, handler: Handler) -> Handler:
        """Let only pages of ours and of the account's sites ask *handler*."""

        async def guarded(request: web.Request) -> web.StreamResponse:
            origin = request.headers.get("Origin")
            if origin and not self.welcomes(origin, request.host):
                return refusal(403, "This site may not use this chat.")
            try:
                return await handler(request)
            except Refused as error:
                return refusal(error.status, str(error), error.headers)
            except Unavailable as error:
                return refusal(503, str(error), {"Retry-After": "5"})

        return guarded

    def welcomes(self, origin: str, host: str) -> bool:
        """Tell whether a page of *origin* may talk; a browser cannot lie about it."""
        try:
            home = urlsplit(origin).netloc == host
        except ValueError:
            return False
        return home or origin in self.settings.origins or "*" in self.settings.origins

    def visitor(self, request: web.Request) -> Visitor:
        """Return who asks. Raises 401."""
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        visitor = self.doorkeeper.open(token) if scheme == "Bearer" else None
        if visitor is None:
            raise Refused(401, "The visitor's token is missing or too old.")
        return visitor

    async def session(self, request: web.Request) -> web.Response:
        """Make a new visitor, renew an old one's token, or believe the site's signature."""
        self.slow_down(self.sessions, request.remote or "")
        asked = await decoded(request, ASK)
        if asked.jwt is not None:
            return self.vouched(asked.jwt)
        visitor = self.doorkeeper.open(asked.token or "") or stranger()
        return admitted(visitor, self.doorkeeper.renewed(visitor) or asked.token)

    def vouched(self, signed: str) -> web.Response:
        try:
            visitor, lifetime = self.doorkeeper.identify(signed)
        except Forbidden as error:
            raise Refused(403, str(error)) from error
        return admitted(visitor, self.doorkeeper.token(visitor, lifetime))

    async def socket(self, request: web.Request) -> web.StreamResponse:
        socket = web.WebSocketResponse(
            heartbeat=HEARTBEAT, compress=False, max_msg_size=MAX_FRAME, timeout=5
        )
        await socket.prepare(request)
        visitor = await self.greeted(socket)
        if visitor is None:
            await socket.close(code=WSCloseCode.POLICY_VIOLATION, message=b"token")
            return socket
        guest = Socket(visitor, self.doorkeeper.thread(visitor), request, socket)
        if self.closed:
            await socket.close(code=WSCloseCode.SERVICE_RESTART)
            return socket
        if not self.hall.enter(guest):
            await socket.close(code=WSCloseCode.TRY_AGAIN_LATER, message=b"too many tabs")
            return socket
        try:
            await self.reception.welcome(guest, self.doorkeeper.renewed(visitor))
            await self.listen(guest)
        except Unavailable:
            await socket.close(code=WSCloseCode.TRY_AGAIN_LATER, message=b"later")
        finally:
            self.hall.leave(guest)
        return socket

    async def greeted(self, socket: web.WebSocketResponse) -> Visitor | None:
        """Return who says hello, if they do so soon."""
        try:
            async with asyncio.timeout(HELLO_WITHIN):
                said = await socket.receive()
        except TimeoutError:
            return None
        if said.type is not WSMsgType.TEXT:
            return None
        try:
            return self.doorkeeper.open(HELLO.decode(said.data).token)
        except msgspec.MsgspecError:
            return None

    async def listen(self, guest: Socket) -> None:
        async for said in guest.socket:
            if said.type is WSMsgType.TEXT:
                await self.hear(guest, said.data)
            if guest.strikes > STRIKES:
                await guest.socket.close(
                    code=WSCloseCode.POLICY_VIOLATION, message=b"too much refused"
                )

    async def hear(self, guest: Guest, text: str) -> None:
        try:
            frame = FRAME.decode(text)
        except (msgspec.MsgspecError, UnicodeError) as error:
            guest.strikes += 1
            guest.tell("error", reason=f"This frame could not be read: {error}.")
            return
        await self.reception.hear(guest, frame)

    async def post(self, request: web.Request) -> web.Response:
        """Take the frames of a browser without websocket; answer when they are stored."""
        visitor = self.visitor(request)
        thread = self.doorkeeper.thread(visitor)
        caller = Caller(visitor, thread, request.remote or "")
        if known := self.pollers.get((thread, tab(request))):
            caller.page = known[0].page
        for frame in await decoded(request, FRAMES):
            await self.reception.hear(caller, frame)
        await caller.stored()
        return web.Response(text=f"[{','.join(caller.answers)}]", content_type="application/json")

    async def poll(self, request: web.Request) -> web.Response:
        """Answer with the frames after a number, as soon as there is one."""
        visitor = self.visitor(request)
        try:
            after = int(request.query.get("after", "0"))
        except ValueError:
            after = -1
        poller, after = await self.poller(visitor, request, after)
        frames = await poller.wait(after, POLL)
        return web.Response(
            text=f'{{"next":{poller.number},"frames":[{",".join(frames)}]}}',
            content_type="application/json",
            headers={"Cache-Control": "no-store"},
        )

    async def poller(
        self, visitor: Visitor, request: web.Request, after: int
    ) -> tuple[Poller, int]:
        """Return the tab that asks, and from where; a new or a lost one is shown everything."""
        thread = self.doorkeeper.thread(visitor)
        name = (thread, tab(request))
        poller, timer = self.pollers.pop(name, (None, None))
        if timer:
            timer.cancel()
        if poller is None or poller.missed(after):
            if poller:
                self.hall.leave(poller)
            poller, after = await self.admit(Poller(visitor, thread, request.remote or "")), 0
        if name in self.pollers:  # the same tab asked twice at once
            self.forget(name)
        later = asyncio.get_running_loop().call_later(POLL + FORGET, self.forget, name)
        self.pollers[name] = (poller, later)
        return poller, after

    async def admit(self, poller: Poller) -> Poller:
        """Let a new poller in, and show it everything."""
        if not self.hall.enter(poller):
            raise Refused(429, "Too many tabs are open.")
        try:
            await self.reception.welcome(poller, self.doorkeeper.renewed(poller.visitor))
        except BaseException:
            self.hall.leave(poller)
            raise
        return poller

    def forget(self, name: tuple[str, str]) -> None:
        poller, timer = self.pollers.pop(name)
        timer.cancel()
        self.hall.leave(poller)

    async def upload(self, request: web.Request) -> web.Response:
        visitor = self.visitor(request)
        thread = self.doorkeeper.thread(visitor)
        self.slow_down(self.uploads, thread)
        self.slow_down(self.uploads, request.remote or "")
        return answer(await self.cloakroom.keep(thread, request))

    def slow_down(self, limit: Limit, who: str) -> None:
        if wait := limit.take(who):
            raise Refused(429, "Too many at once.", {"Retry-After": str(int(wait) + 1)})

    async def close(self) -> None:
        """See everybody out; their browsers come back by themselves."""
        self.closed = True
        for name in list(self.pollers):
            self.forget(name)
        await asyncio.gather(*(guest.leave() for guest in self.hall))


def tab(request: web.Request) -> str:
    """Return which tab of the visitor asks."""
    return request.query.get("tab", "")[:64]


async def decoded(request: web.Request, decoder: msgspec.json.Decoder[Any]) -> Any:
    """Return the JSON body, or refuse it with its reason."""
    try:
        return decoder.decode(await read_bounded(request, MAX_FRAME * 8))
    except (msgspec.MsgspecError, UnicodeError) as error:
        raise Refused(400, f"{error}.") from error


def admitted(visitor: Visitor, token: str | None) -> web.Response:
    return answer({"token": token, "name": visitor.name, "known": visitor.email is not None})


def answer(value: dict[str, Any]) -> web.Response:
    return web.Response(
        body=encode(value), content_type="application/json", headers={"Cache-Control": "no-store"}
    )
