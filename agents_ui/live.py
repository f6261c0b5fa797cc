"""What happens, told to open browsers as it happens.

The event table is the log: its growing id is the sequence number that a browser resumes
from. Frames carry the state of what changed, so that hearing one twice does no harm. A
frame is read once and written once, and the same bytes go to every socket of those who see
the same conversations.
"""

import asyncio
import struct
import time
from collections.abc import Callable, Coroutine, Iterable, Sequence
from typing import Any

import msgspec
import structlog
from aiohttp import WSCloseCode, WSMsgType, web

from agents_ui.attendance import RollCall
from agents_ui.audience import Cut, Told
from agents_ui.auth import Door, Known
from agents_ui.edge import Connection
from agents_ui.problems import Refused
from agents_ui.quiet import Quiet
from inbox.desk import Desk
from inbox.errors import DeskError
from inbox.model import Agent, AgentId, ConversationId, Role
from inbox.notices import Happened, Notice, Ringing, Typing
from inbox.store.sight import sees_all

log = structlog.get_logger()
encode = msgspec.json.Encoder().encode

TOO_FAR = 1000  # events; a browser that missed more reloads what it shows
BUFFER = 1024 * 1024  # bytes that may wait for a slow reader before it is dropped
HEARTBEAT = 25.0  # seconds between two pings; proxies cut what is silent for a minute
AT_ONCE = 200  # sockets written to before others get a turn
COUNTS_EVERY = 0.25  # seconds; nobody reads numbers faster
ROUTED_WITHIN = 2.0  # seconds for which only supervisors hear of what is in no queue yet
WATCHED = 2.0  # seconds for which we believe who sees a conversation
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
    told: Ask  #: (unit, [Happened], just opened) -> the same, read, and who sees it: `Told`
    replay: Ask  #: (unit, since, limit) -> the same, or None when that is too far back
    audience: Ask  #: (unit, conversation) -> who sees it besides supervisors; None: everybody
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
        self.routed = True  #: there are queues, as far as we know
        self.waited_for: set[int] = set()  #: opened, and given the time to be routed
        self.watchers: dict[ConversationId, tuple[float, frozenset[AgentId] | None]] = {}
        self.attendance = RollCall(desk, self.present)
        self.wake = asyncio.Event()
        self.recount = asyncio.Event()
        self.board_changed = False
        self.sequence = 0
        self.told = 0  #: the newest event that was told
        self.quiet = Quiet(log)
        self.closing = False
        self.tasks: list[asyncio.Task[None]] = []
        self.beside: set[asyncio.Task[None]] = set()
        self.in_turn = asyncio.Lock()

    # --- beginning and end ----------------------------------------------------------------
    def start(self) -> None:
        self.desk.bus.listeners.append(self.hear)
        self.door.leavers.append(self.send_away)
        jobs = (
            self.pump(),
            self.count(),
            self.attendance.run(),
            self.door.watch(self.inside),
        )
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
                if notice.verb == "setup.saved":  # there may be queues from now on
                    self.routed = True
                    self.attendance.wake.set()
            elif isinstance(notice, Typing):
                self.begin(self.typed(notice))
            elif isinstance(notice, Ringing):
                self.begin(self.rung(notice))
        if self.pending:
            self.wake.set()

    async def pump(self) -> None:
        """Tell what is pending, all of it at once, over and over."""
        while True:
            await self.wake.wait()
            self.wake.clear()
            news, self.pending = self.pending, []
            if not self.sockets or not news:
                self.waited_for.clear()
                continue
            try:
                told = await self.content(news)
                if told.content["events"]:
                    await self.spread(told, self.told)
                await self.send_anew(news)
                self.recount.set()  # afterwards: numbers can wait, what was said cannot
            except Exception as error:
                if not isinstance(error, DeskError):
                    log.exception("news could not be read")
                await self.tell_all(self.resync())

    async def content(self, news: Sequence[Happened]) -> Told:
        """Return what is to be told; it is read unless all of it is known.

        What comes after something newer was told must be read: it may have changed since. So
        must everything where there are queues, to learn who sees it.
        """
        late = any(one.id <= self.told for one in news)
        self.told = max(self.told, *(one.id for one in news))
        routed = self.routed or self.attendance.routed
        known = None if late or routed else self.asked.foreseen(news)
        if known:
            return Told(known)
        opened = self.just_opened(news)
        told: Told = await self.desk.read(self.asked.told, news, self.desk.signer, opened)
        self.routed = told.routed
        if opened and told.routed:
            asyncio.get_running_loop().call_later(ROUTED_WITHIN, self.tell_again, news, opened)
        return told

    def just_opened(self, news: Sequence[Happened]) -> frozenset[int]:
        """Return the new conversations that routing has had no time for."""
        opened = {one.conversation_id for one in news if one.verb == "conversation.opened"}
        found = frozenset(one for one in opened if one and one not in self.waited_for)
        self.waited_for -= opened
        return found

    def tell_again(self, news: Sequence[Happened], opened: frozenset[int]) -> None:
        """Tell whoever sees them by now of conversations that were opened a while ago."""
        self.waited_for |= opened
        self.pending += [one for one in news if one.conversation_id in opened]
        self.wake.set()

    async def spread(self, told: Told, sequence: int) -> None:
        """Tell everybody what they see of it."""

        def write(content: dict[str, Any]) -> bytes:
            return framed(encode({"type": "change", "sequence": sequence, **content}))

        if not told.closed:
            frame = write(told.content)
            return await self.tell_each(lambda _: frame, sequence)
        cut = Cut(told, write)
        return await self.tell_each(lambda socket: cut.of(socket.known.agent), sequence)

    async def send_anew(self, news: Sequence[Happened]) -> None:
        """Have those load everything anew who belong to other queues than before."""
        moved = {one.agent_id for one in news if one.verb == "queue.member_changed"}
        if moved:
            frame = self.resync()
            await self.tell_each(lambda one: frame if one.known.agent.id in moved else None)

    def resync(self) -> bytes:
        return framed(encode({"type": "resync", "sequence": self.sequence}))

    async def tell_all(self, frame: bytes) -> None:
        """Write *frame* to everybody."""
        await self.tell_each(lambda _: frame)

    async def tell_each(
        self, frame_of: Callable[[Socket], bytes | None], sequence: int = 0
    ) -> None:
        """Write to everybody their frame, letting others have a turn now and then."""
        for number, socket in enumerate(list(self.sockets), 1):
            frame = frame_of(socket)
            if frame is not None and not socket.tell(frame, sequence):
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

    # --- who writes, and whom a call rings ------------------------------------------------
    async def seen_by(self, which: ConversationId) -> frozenset[AgentId] | None:
        """Return who sees a conversation besides supervisors; none when everybody does."""
        if not self.routed:
            return None
        now = time.monotonic()
        found = self.watchers.get(which)
        if found is None or now - found[0] > WATCHED:
            if len(self.watchers) > TOO_FAR:
                self.watchers.clear()
            found = now, await self.desk.read(self.asked.audience, which)
            self.watchers[which] = found
        return found[1]

    async def typed(self, notice: Typing) -> None:
        """Tell everybody who sees it but the writer that somebody is writing."""
        try:
            audience = await self.seen_by(notice.conversation_id)
        except DeskError:
            return  # nobody misses it
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
            agent = socket.known.agent
            if agent.id == notice.agent_id or socket.backlog is not None:
                continue
            if audience is None or agent.id in audience or sees_all(agent):
                socket.tell(frame)

    def begin(self, work: Coroutine[Any, Any, None]) -> None:
        """Do something beside what else is told."""
        task = asyncio.create_task(work)
        self.beside.add(task)
        task.add_done_callback(self.beside.discard)

    async def rung(self, notice: Ringing) -> None:
        """Ring the browsers of some agents or have them stop; the last notice counts."""
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
    def inside(self) -> dict[str, Role]:
        """Return with what people came in, and as what."""
        return {socket.known.hash: socket.known.agent.role for socket in self.sockets}

    def present(self) -> set[AgentId]:
        return {socket.known.agent.id for socket in self.sockets}

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
            self.attendance.left(socket.known.agent.id)

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
        self.attendance.came(known.agent.id)
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
        told = await self.desk.read(self.asked.replay, since, TOO_FAR, self.desk.signer)
        if told is None:
            return socket.catch_up(self.resync(), self.sequence)
        if not told.content["events"] and not told.content["conversations"]:
            return socket.catch_up(None, 0)
        cut = Cut(told, lambda content: framed(encode({"type": "change", **content})))
        socket.catch_up(cut.of(socket.known.agent), told.content["sequence"])
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
        self.begin(self.type_on(socket.known.agent, ConversationId(said.conversation_id)))

    async def type_on(self, agent: Agent, where: ConversationId) -> None:
        """Tell whoever listens that *agent* is writing, if they see where."""
        try:
            audience = await self.seen_by(where)
        except DeskError:
            return
        if audience is None or agent.id in audience or sees_all(agent):
            self.desk.bus.publish([Typing(conversation_id=where, agent_id=agent.id)])

    def roles(self) -> set[Role]:
        return {socket.known.agent.role for socket in self.sockets}
