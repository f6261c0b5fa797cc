"""What happens, told to open browsers as it happens.

The event table is the log: its growing id is the sequence number that a browser resumes
from. Frames carry the state of what changed, so that hearing one twice does no harm. A
frame is read once and written once, and the same bytes go to every socket.
"""

import asyncio
import struct
import time
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import msgspec
import structlog
from aiohttp import WSCloseCode, WSMsgType, web

from agents_ui.auth import Door, Known
from agents_ui.edge import Connection
from agents_ui.problems import Refused
from agents_ui.quiet import Quiet
from inbox.desk import Desk
from inbox.errors import DeskError
from inbox.model import AgentId, ConversationId, Role
from inbox.notices import Happened, Notice, Ringing, Typing

log = structlog.get_logger()
encode = msgspec.json.Encoder().encode

TOO_FAR = 1000  # events; a browser that missed more reloads what it shows
BUFFER = 1024 * 1024  # bytes that may wait for a slow reader before it is dropped
HEARTBEAT = 25.0  # seconds between two pings; proxies cut what is silent for a minute
AT_ONCE = 200  # sockets written to before others get a turn
COUNTS_EVERY = 0.25  # seconds; nobody reads numbers faster
TYPING_EVERY = 0.5  # seconds between two typing frames of one browser that are passed on
ON_BOARD = ("conversation.", "agent.availability", "queue.", "promise.", "setup.")
TEXT_FRAME = 0x81  # FIN and the opcode of a text frame (RFC 6455, section 5.2)


class TypingHeard(msgspec.Struct, tag="typing", tag_field="type"):
    """The only thing a browser says here: its agent is writing."""

    conversation_id: int


HEARD = msgspec.json.Decoder(TypingHeard)
Ask = Callable[..., Any]


class Asked(msgspec.Struct):
    """The questions that frames are made of; agents_ui/api/frames.py answers them."""

    foreseen: Ask  #: ([Happened]) -> a change frame's content, or None when it has to be read
    changed: Ask  #: (unit, [Happened]) -> the same, read
    replay: Ask  #: (unit, since, limit) -> the same, or None when that is too far back
    counts: Ask  #: (unit, [Agent]) -> {agent id: counts}
    rung: Ask  #: (unit, Ringing) -> a ringing frame's content


def framed(text: bytes) -> bytes:
    """Return a whole websocket frame, as a server sends it: not masked, not compressed."""
    size = len(text)
    if size < 126:
        return struct.pack("!BB", TEXT_FRAME, size) + text
    if size < 65536:
        return struct.pack("!BBH", TEXT_FRAME, 126, size) + text
    return struct.pack("!BBQ", TEXT_FRAME, 127, size) + text


BOARD = framed(encode({"type": "board"}))


class Socket:
    """One open browser."""

    __slots__ = ("answer", "backlog", "counts", "known", "transport", "typed_at")

    def __init__(
        self, known: Known, answer: web.WebSocketResponse, transport: asyncio.Transport
    ) -> None:
        self.known = known
        self.answer = answer
        self.transport = transport
        self.backlog: list[tuple[int, bytes]] | None = []  #: until the replay was sent
        self.counts: Any = None  #: as told last
        self.typed_at = 0.0

    def tell(self, frame: bytes, sequence: int = 0) -> bool:
        """Write *frame*; False when the browser reads too slowly to be kept."""
        if self.backlog is not None:
            self.backlog.append((sequence, frame))
            return len(self.backlog) < TOO_FAR
        if self.transport.is_closing():
            return True
        self.transport.write(frame)
        return self.transport.get_write_buffer_size() <= BUFFER

    def catch_up(self, frame: bytes | None, sequence: int) -> None:
        """Send the replay, then what came meanwhile and is not part of it."""
        waiting, self.backlog = self.backlog or [], None
        if frame:
            self.tell(frame)
        for number, later in waiting:
            if number == 0 or number > sequence:
                self.tell(later)

    def drop(self) -> None:
        self.transport.abort()


class Live:
    """Every open browser, and what is still to be told to them."""

    def __init__(self, desk: Desk, door: Door, asked: Asked) -> None:
        self.desk = desk
        self.door = door
        self.asked = asked
        self.sockets: dict[Socket, None] = {}
        self.pending: list[Happened] = []
        self.wake = asyncio.Event()
        self.recount = asyncio.Event()
        self.board_changed = False
        self.sequence = 0
        self.told = 0  #: the newest event that was told
        self.quiet = Quiet(log)
        self.closing = False
        self.tasks: list[asyncio.Task[None]] = []
        self.ringing: set[asyncio.Task[None]] = set()
        self.in_turn = asyncio.Lock()

    # --- beginning and end ----------------------------------------------------------------
    def start(self) -> None:
        self.desk.bus.listeners.append(self.hear)
        self.door.leavers.append(self.send_away)
        jobs = self.pump(), self.count(), self.door.watch(self.inside)
        self.tasks = [asyncio.create_task(job) for job in jobs]

    async def stop(self) -> None:
        """Say goodbye to everybody; they come back to whoever serves next."""
        self.closing = True
        self.desk.bus.listeners.remove(self.hear)
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)
        goodbye = framed(encode({"type": "goodbye"}))
        leaving = list(self.sockets)
        for socket in leaving:
            socket.tell(goodbye)
        for start in range(0, len(leaving), AT_ONCE):
            await asyncio.gather(
                *(self.farewell(one) for one in leaving[start : start + AT_ONCE]),
                return_exceptions=True,
            )

    async def farewell(self, socket: Socket) -> None:
        """Close properly, unless the other side takes too long over it."""
        try:
            async with asyncio.timeout(2):
                await socket.answer.close(code=WSCloseCode.SERVICE_RESTART, message=b"goodbye")
        except TimeoutError:
            socket.drop()

    # --- news -----------------------------------------------------------------------------
    def hear(self, notices: Sequence[Notice]) -> None:
        """Take in what has just been committed; told in the next turn, joined with its like."""
        for notice in notices:
            if isinstance(notice, Happened):
                self.sequence = max(self.sequence, notice.id)
                self.board_changed |= notice.verb.startswith(ON_BOARD)
                self.pending.append(notice)
            elif isinstance(notice, Typing):
                self.typing(notice)
            elif isinstance(notice, Ringing):
                self.ring(notice)
        if self.pending:
            self.wake.set()

    async def pump(self) -> None:
        """Tell what is pending, all of it at once, over and over."""
        while True:
            await self.wake.wait()
            self.wake.clear()
            news, self.pending = self.pending, []
            if not self.sockets or not news:
                continue
            try:
                content = await self.content(news)
                if content["events"]:
                    sequence = self.told
                    frame = {"type": "change", "sequence": sequence, **content}
                    await self.tell_all(framed(encode(frame)), sequence)
                self.recount.set()  # afterwards: numbers can wait, what was said cannot
            except Exception as error:
                if not isinstance(error, DeskError):
                    log.exception("news could not be read")
                await self.tell_all(self.resync())

    async def content(self, news: Sequence[Happened]) -> dict[str, Any]:
        """Return what is to be told; it is read unless all of it is known.

        What comes after something newer was told must be read: it may have changed since.
        """
        late = any(one.id <= self.told for one in news)
        self.told = max(self.told, *(one.id for one in news))
        known: dict[str, Any] | None = None if late else self.asked.foreseen(news)
        if known:
            return known
        read: dict[str, Any] = await self.desk.read(self.asked.changed, news, self.desk.signer)
        return read

    def resync(self) -> bytes:
        return framed(encode({"type": "resync", "sequence": self.sequence}))

    async def tell_all(self, frame: bytes, sequence: int = 0) -> None:
        """Write *frame* to everybody, letting others have a turn now and then."""
        for number, socket in enumerate(list(self.sockets), 1):
            if not socket.tell(frame, sequence):
                self.quiet.warning("a browser read too slowly", open=len(self.sockets))
                self.leave(socket)
                socket.drop()
            if number % AT_ONCE == 0:
                await asyncio.sleep(0)

    async def count(self) -> None:
        """Tell everybody their numbers, when those may have changed."""
        while True:
            await self.recount.wait()
            self.recount.clear()
            self.tell_board()
            try:
                await self.tell_counts(list(self.sockets))
            except DeskError:
                pass  # the next change counts again
            except Exception:
                log.exception("conversations could not be counted")
            await asyncio.sleep(COUNTS_EVERY)

    def tell_board(self) -> None:
        """Tell supervisors that the board shows something else now; they ask for it."""
        changed, self.board_changed = self.board_changed, False
        for socket in list(self.sockets) if changed else ():
            if socket.known.agent.role.covers(Role.SUPERVISOR):
                socket.tell(BOARD)

    async def tell_counts(self, sockets: Iterable[Socket]) -> None:
        """Tell those whose numbers are others than they know."""
        inside = list(sockets)
        agents = {socket.known.agent.id: socket.known.agent for socket in inside}
        if not agents:
            return
        found = await self.desk.read(self.asked.counts, list(agents.values()))
        frames: dict[AgentId, bytes] = {}
        for socket in inside:
            who = socket.known.agent.id
            if who not in found or socket.counts == found[who]:
                continue
            socket.counts = found[who]
            if who not in frames:
                frames[who] = framed(encode({"type": "counts", "counts": found[who]}))
            socket.tell(frames[who])

    def typing(self, notice: Typing) -> None:
        """Tell everybody but the writer that somebody is writing."""
        frame = framed(
            encode(
                {
                    "type": "typing",
                    "conversation_id": notice.conversation_id,
                    "agent_id": notice.agent_id,
                }
            )
        )
        for socket in list(self.sockets):
            if socket.known.agent.id != notice.agent_id and socket.backlog is None:
                socket.tell(frame)

    def ring(self, notice: Ringing) -> None:
        """Ring the browsers of some agents, or have them stop."""
        task = asyncio.create_task(self.rung(notice))
        self.ringing.add(task)
        task.add_done_callback(self.ringing.discard)

    async def rung(self, notice: Ringing) -> None:
        """Tell those who are rung, one notice after the other: the last one counts."""
        async with self.in_turn:
            try:
                content = await self.desk.read(self.asked.rung, notice)
            except DeskError:
                return  # its telephone rings all the same
            frame = framed(encode({"type": "ringing", **content}))
            for socket in list(self.sockets):
                if socket.known.agent.id in notice.agents:
                    socket.tell(frame)

    # --- who is inside --------------------------------------------------------------------
    def inside(self) -> list[str]:
        return list({socket.known.hash for socket in self.sockets})

    def send_away(self, hashes: Iterable[str]) -> None:
        """Cut off those whose session or token has ended."""
        gone = set(hashes)
        for socket in [one for one in self.sockets if one.known.hash in gone]:
            self.leave(socket)
            socket.drop()

    def leave(self, socket: Socket) -> None:
        if socket in self.sockets:
            del self.sockets[socket]
            self.desk.presence.left(socket.known.agent.id)

    # --- one browser ----------------------------------------------------------------------
    async def serve(
        self, request: web.Request, known: Known, since: int | None
    ) -> web.StreamResponse:
        """Hold a browser's websocket until either side has had enough of it."""
        if self.closing:
            raise Refused(503, "The desk is closing.", headers={"Retry-After": "2"})
        answer = web.WebSocketResponse(heartbeat=HEARTBEAT, compress=False, max_msg_size=4096)
        if not answer.can_prepare(request).ok:
            raise Refused(426, "Ask for a websocket here.", headers={"Upgrade": "websocket"})
        self.welcome(request)
        await answer.prepare(request)
        if request.transport is None:
            return answer
        socket = Socket(known, answer, request.transport)
        self.sockets[socket] = None
        self.desk.presence.came(known.agent.id)
        try:
            await self.converse(socket, since)
        except DeskError:
            socket.drop()  # the store is away; the browser comes back by itself
        except Exception:
            log.exception("a browser's websocket failed")
            socket.drop()
        finally:
            self.leave(socket)
        return answer

    async def converse(self, socket: Socket, since: int | None) -> None:
        await self.replay(socket, since)
        await self.tell_counts([socket])
        async for message in socket.answer:
            if message.type is WSMsgType.TEXT:
                self.heard(socket, message.data)

    def welcome(self, request: web.Request) -> None:
        """Refuse an address that holds too many websockets already."""
        connection = request.protocol
        if isinstance(connection, Connection) and connection.gate.crowded(connection.address):
            raise Refused(429, "Too many open browsers.", headers={"Retry-After": "30"})

    async def replay(self, socket: Socket, since: int | None) -> None:
        """Send what happened after *since*, or the advice to load everything anew."""
        if since is None:
            return socket.catch_up(None, 0)
        content = await self.desk.read(self.asked.replay, since, TOO_FAR, self.desk.signer)
        if content is None:
            return socket.catch_up(self.resync(), self.sequence)
        if not content["events"] and not content["conversations"]:
            return socket.catch_up(None, 0)
        frame = framed(encode({"type": "change", **content}))
        socket.catch_up(frame, content["sequence"])
        return None

    def heard(self, socket: Socket, text: str) -> None:
        """Pass on that an agent is writing; anything else is not understood here."""
        now = time.monotonic()
        if now - socket.typed_at < TYPING_EVERY:
            return
        socket.typed_at = now
        try:
            said = HEARD.decode(text)
        except msgspec.DecodeError:
            return
        where = ConversationId(said.conversation_id)
        self.desk.bus.publish([Typing(conversation_id=where, agent_id=socket.known.agent.id)])

    def roles(self) -> set[Role]:
        return {socket.known.agent.role for socket in self.sockets}
