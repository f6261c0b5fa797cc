"""The edge to the network: who may hold a connection, for how long, and how many.

aiohttp alone waits for a header as long as its keep-alive lasts, and accepts until no file
descriptor is left. Here every connection that still owes us a header or a body has a
deadline, and so has one that does not read what we wrote. When an address or the desk has
as many as it may, the one that has waited longest makes room for the next.
"""

import asyncio
import resource
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import Any

import structlog
from aiohttp import web
from aiohttp.http import WebSocketReader
from aiohttp.web_protocol import RequestHandler

from agents_ui.quiet import Quiet

log = structlog.get_logger()

SPARE = 256  # file descriptors kept for the database, mail servers and files
TIMED_OUT = b"HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
FULL = b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 5\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"  # noqa: E501  # one response


@dataclass(frozen=True, slots=True)
class Limits:
    """What one connection, one address and all together may take. Times in seconds."""

    header: float = 10.0  #: until a request's headers are complete
    body: float = 10.0  #: until its body is, besides what its size allows
    rate: int = 16 * 1024  #: bytes a second that a body has to bring to be waited for
    stalled: float = 20.0  #: for a client to make room for what we write
    idle: float = 75.0  #: between two requests
    linger: float = 2.0  #: for reading the rest of a refused body
    per_address: int = 256  #: connections; websockets are counted apart
    sockets_per_address: int = 10_000
    total: int = 20_000
    sweep: float = 0.5  #: how often deadlines are looked at
    trusted: Sequence[IPv4Network | IPv6Network] = ()  #: proxies; they speak for many


def networks(written: Sequence[str]) -> tuple[IPv4Network | IPv6Network, ...]:
    """Read addresses and networks as they stand in the settings."""
    return tuple(ip_network(one, strict=False) for one in written)


def caller(peer: str | None) -> str:
    """Return what counts as one address: an IPv4 address, or an IPv6 /64."""
    try:
        address = ip_address(peer or "")
    except ValueError:
        return peer or "local"
    if address.version == 6 and address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(address) if address.version == 4 else str(ip_network((address, 64), strict=False))


class Connection(RequestHandler):
    """One connection that knows what it owes us, and since when."""

    __slots__ = ("address", "admitted", "began", "bytes", "gate", "partial", "stalled_at")

    def __init__(self, gate: "Gate", *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.gate = gate
        self.address = ""
        self.admitted = False
        self.partial = True  #: it has begun a request, or has never sent one
        self.began = 0.0  #: when it did
        self.bytes = 0  #: of the body, so far
        self.stalled_at: float | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.began = self._loop.time()
        peer = transport.get_extra_info("peername")
        self.address = caller(peer[0] if isinstance(peer, tuple) and peer else None)
        if self.gate.admit(self):
            self.admitted = True
            super().connection_made(transport)
        else:
            refuse(transport)

    def connection_lost(self, exc: BaseException | None) -> None:
        if self.admitted:
            self.gate.leave(self)
            super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if not self.admitted:
            return
        heading = self._waiter is not None
        before = self._request_count
        super().data_received(data)
        if self._request_count != before:
            self.partial, self.began, self.bytes = False, self._loop.time(), 0
        elif not heading:
            self.bytes += len(data)
        elif not self.partial:
            self.partial, self.began = True, self._loop.time()

    def set_parser(self, parser: WebSocketReader, data_received_cb: Any = None) -> None:
        """Become a websocket; whoever serves it watches it from now on."""
        self.gate.upgraded(self)
        super().set_parser(parser, data_received_cb)

    def pause_writing(self) -> None:
        self.stalled_at = self._loop.time()
        super().pause_writing()

    def resume_writing(self) -> None:
        self.stalled_at = None
        super().resume_writing()

    @property
    def working(self) -> bool:
        """True while we owe the client an answer, not the client us a request."""
        request = self._current_request
        return request is not None and request._payload.is_eof()  # noqa: SLF001  # aiohttp has no word for it

    def overdue(self, now: float, limits: Limits) -> bool:
        """Tell whether the client has kept us waiting for too long."""
        if self.stalled_at is not None and now > self.stalled_at + limits.stalled:
            return True
        request = self._current_request
        if request is None:
            return self.partial and self._waiter is not None and now > self.began + limits.header
        if self.working or self._reading_paused:
            return False
        return now > self.began + limits.body + self.bytes / limits.rate

    def cut(self) -> None:
        """End it at once; a client that still writes its header is told why."""
        transport = self.transport
        if transport is None:
            return
        if self._waiter is not None and self.partial:
            transport.write(TIMED_OUT)
            self.force_close()
        else:
            transport.abort()


def refuse(transport: asyncio.BaseTransport) -> None:
    """Say that there is no room, and hang up."""
    if isinstance(transport, asyncio.Transport):
        transport.write(FULL)
        transport.close()


class Gate(web.Server):
    """Hands out connections, counts them and ends those that are overdue."""

    def __init__(self, app: web.Application, limits: Limits) -> None:
        super().__init__(
            app._handle,  # type: ignore[arg-type]  # noqa: SLF001  # as aiohttp's own AppRunner does
            request_factory=app._make_request,  # noqa: SLF001
            keepalive_timeout=limits.idle,
            lingering_time=limits.linger,
            access_log=None,
        )
        self.limits = limits
        self.room = min(limits.total, raise_limit() - SPARE)
        self.quiet = Quiet(log)
        self.requests: dict[Connection, None] = {}  #: in the order they came
        self.sockets: set[Connection] = set()
        self.counts: Counter[tuple[str, bool]] = Counter()

    def __call__(self) -> Connection:
        return Connection(self, self, loop=self._loop, **self._kwargs)

    def admit(self, newcomer: Connection) -> bool:
        """Make room for *newcomer* if need be; False when there is none to be made."""
        if not self.trusts(newcomer.address):
            mine = self.counts[newcomer.address, False]
            if mine >= self.limits.per_address and not self.evict(newcomer.address):
                return False
        if len(self.requests) + len(self.sockets) >= self.room and not self.evict(None):
            return False
        self.requests[newcomer] = None
        self.counts[newcomer.address, False] += 1
        return True

    def trusts(self, address: str) -> bool:
        if not self.limits.trusted:
            return False
        try:
            parsed = ip_address(address)
        except ValueError:
            return True  # a unix socket: only the machine's own proxy can reach it
        return any(parsed in network for network in self.limits.trusted)

    def evict(self, address: str | None) -> bool:
        """End the connection that has kept us waiting longest, of *address* if given."""
        for one in self.requests:
            if not one.working and (address is None or one.address == address):
                self.quiet.warning("a waiting connection made room", open=len(self.requests))
                self.leave(one)
                one.cut()
                return True
        self.quiet.warning("a connection was refused", open=len(self.requests))
        return False

    def leave(self, one: Connection) -> None:
        if one in self.requests:
            del self.requests[one]
            self.forget(one.address, False)
        elif one in self.sockets:
            self.sockets.discard(one)
            self.forget(one.address, True)

    def forget(self, address: str, upgraded: bool) -> None:
        self.counts[address, upgraded] -= 1
        if not self.counts[address, upgraded]:
            del self.counts[address, upgraded]

    def upgraded(self, one: Connection) -> None:
        if one in self.requests:
            del self.requests[one]
            self.forget(one.address, False)
            self.sockets.add(one)
            self.counts[one.address, True] += 1

    def crowded(self, address: str) -> bool:
        """Tell whether *address* already holds as many websockets as it may."""
        held = self.counts[address, True]
        return held > self.limits.sockets_per_address and not self.trusts(address)

    async def watch(self) -> None:
        """End overdue connections, until cancelled."""
        while True:
            await asyncio.sleep(self.limits.sweep)
            now = self._loop.time()
            late = [one for one in self.requests if one.overdue(now, self.limits)]
            for one in late:
                self.quiet.warning("a connection was too slow", open=len(self.requests))
                one.cut()


class Runner(web.AppRunner):
    """aiohttp's runner, with our gate in front of the application."""

    def __init__(self, app: web.Application, limits: Limits, patience: float = 20.0) -> None:
        super().__init__(app, access_log=None, shutdown_timeout=patience)
        self.limits = limits
        self.watching: asyncio.Task[None] | None = None

    async def _make_server(self) -> web.Server:
        await super()._make_server()
        gate = Gate(self.app, self.limits)
        self.watching = asyncio.create_task(gate.watch(), name="edge")
        return gate

    async def _cleanup_server(self) -> None:
        if self.watching:
            self.watching.cancel()
            await asyncio.gather(self.watching, return_exceptions=True)
        await super()._cleanup_server()


@asynccontextmanager
async def opened(
    app: web.Application,
    *,
    host: str = "127.0.0.1",
    port: int = 0,
    limits: Limits | None = None,
    patience: float = 20.0,
) -> AsyncIterator[tuple[str, int]]:
    """Serve *app* behind the gate; yields the address it listens on.

    On leaving, requests under way get *patience* seconds to finish.
    """
    runner = Runner(app, limits or Limits(), patience)
    await runner.setup()
    try:
        site = web.TCPSite(runner, host, port, backlog=1024)
        await site.start()
        yield next(addresses(runner))
    finally:
        await runner.cleanup()


def addresses(runner: web.AppRunner) -> Iterator[tuple[str, int]]:
    return ((where[0], where[1]) for where in runner.addresses)


def raise_limit() -> int:
    """Take as many file descriptors as the system lets us have; returns how many."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 65_536 if hard == resource.RLIM_INFINITY else min(hard, 65_536)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        with suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    return max(resource.getrlimit(resource.RLIMIT_NOFILE)[0], SPARE * 2)
