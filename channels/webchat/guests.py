"""Who is connected: the open tabs of every visitor, over a socket or by asking again and again."""

import asyncio
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Iterator
from typing import Any

from aiohttp import WSCloseCode, web

from channels.webchat.frames import encode
from channels.webchat.visitors import Visitor

MOST_BYTES = 512 * 1024  # that may wait for a browser which does not read
MOST_FRAMES = 256
MOST_TABS = 10  # of one visitor


class Page:
    """What the site's page said of a visitor, and whether the desk was told."""

    __slots__ = ("attributes", "introduced")

    def __init__(self) -> None:
        self.introduced = False  #: the desk was told what the site signed
        self.attributes: dict[str, Any] = {}  #: what it was not told yet


class Guest(ABC):
    """One open tab of a visitor."""

    def __init__(self, visitor: Visitor, thread: str, address: str) -> None:
        self.visitor = visitor
        self.thread = thread
        self.address = address  #: of the network
        self.page = Page()
        self.strikes = 0  #: frames refused
        self.storing: set[asyncio.Future[str | None]] = set()

    @abstractmethod
    def push(self, text: str) -> None:
        """Hand *text* to the browser without waiting for it."""

    def tell(self, kind: str, **facts: Any) -> None:
        self.push(written(kind, **facts))

    async def stored(self) -> None:
        """Wait until all that the guest wrote is stored or refused."""
        while self.storing:
            await asyncio.wait(self.storing)

    async def leave(self) -> None:  # noqa: B027  # who hands over frames just goes
        """See the guest out because the desk closes."""


class Caller(Guest):
    """A visitor who hands over a few frames in one request."""

    def __init__(self, visitor: Visitor, thread: str, address: str) -> None:
        super().__init__(visitor, thread, address)
        self.answers: list[str] = []

    def push(self, text: str) -> None:
        self.answers.append(text)


class Socket(Guest):
    """A visitor on a websocket."""

    def __init__(
        self, visitor: Visitor, thread: str, request: web.Request, socket: web.WebSocketResponse
    ) -> None:
        super().__init__(visitor, thread, request.remote or "")
        self.request = request
        self.socket = socket
        self.waiting: list[str] = []
        self.size = 0
        self.sender: asyncio.Task[None] | None = None  #: only while there is something to send

    def push(self, text: str) -> None:
        if self.size and self.size + len(text) > MOST_BYTES:
            self.drop()
            return
        self.waiting.append(text)
        self.size += len(text)
        if self.sender is None:
            self.sender = asyncio.create_task(self.send())

    async def send(self) -> None:
        try:
            while self.waiting:
                texts, self.waiting = self.waiting, []
                for text in texts:
                    await self.socket.send_str(text)
                    self.size -= len(text)
        except ConnectionError:
            self.drop()
        finally:
            self.sender = None

    def drop(self) -> None:
        """Cut a browser that does not read; it comes back and asks what it missed."""
        if self.request.transport:
            self.request.transport.abort()

    async def leave(self) -> None:
        await self.socket.close(code=WSCloseCode.SERVICE_RESTART)


class Poller(Guest):
    """A visitor whose network lets no websocket through."""

    def __init__(self, visitor: Visitor, thread: str, address: str) -> None:
        super().__init__(visitor, thread, address)
        self.frames: deque[str] = deque(maxlen=MOST_FRAMES)
        self.number = 0  #: of the newest frame
        self.arrived = asyncio.Event()

    def push(self, text: str) -> None:
        self.frames.append(text)
        self.number += 1
        self.arrived.set()

    def since(self, number: int) -> list[str]:
        """Return the frames after *number*, and keep them until a later question confirms them."""
        while self.frames and self.number - len(self.frames) < number:
            self.frames.popleft()
        return list(self.frames)

    def missed(self, number: int) -> bool:
        """Tell whether frames after *number* are gone already."""
        return not self.number - len(self.frames) <= number <= self.number

    async def wait(self, number: int, seconds: float) -> list[str]:
        """Return the frames after *number*; wait for one if there is none yet."""
        if not self.since(number):
            self.arrived.clear()
            try:
                async with asyncio.timeout(seconds):
                    await self.arrived.wait()
            except TimeoutError:
                pass
        return self.since(number)

    async def leave(self) -> None:
        self.arrived.set()


class Hall:
    """Everybody who is connected, by exchange."""

    def __init__(self) -> None:
        self.rooms: dict[str, list[Guest]] = {}

    def __iter__(self) -> Iterator[Guest]:
        for room in list(self.rooms.values()):
            yield from list(room)

    def enter(self, guest: Guest) -> bool:
        """Let *guest* in, unless the visitor has too many tabs open already."""
        room = self.rooms.setdefault(guest.thread, [])
        if len(room) >= MOST_TABS:
            return False
        room.append(guest)
        return True

    def leave(self, guest: Guest) -> None:
        room = self.rooms.get(guest.thread, [])
        if guest in room:
            room.remove(guest)
        if not room:
            self.rooms.pop(guest.thread, None)

    def tell(self, thread: str, kind: str, *, but: Guest | None = None, **facts: Any) -> None:
        """Tell every tab of *thread*; what is said is written only once."""
        room = self.rooms.get(thread)
        if room:
            text = written(kind, **facts)
            for guest in list(room):
                if guest is not but:
                    guest.push(text)


def written(kind: str, **facts: Any) -> str:
    return encode({"type": kind, **facts}).decode()
