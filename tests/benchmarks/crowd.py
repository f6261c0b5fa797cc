"""Many open browsers, as cheap as can be: sockets that note when frames came."""

import asyncio
import base64
import contextlib
import os
import selectors
import threading
import time
from collections.abc import Callable, Iterator, Sequence

AT_ONCE = 2**16  #: bytes read


class Browser(asyncio.Protocol):
    """A websocket client that takes frames apart and hands their payloads on."""

    def __init__(self, request: bytes, hear: Callable[[bytes], None]) -> None:
        self.request, self.hear = request, hear
        self.buffer = bytearray()
        self.open = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        transport.write(self.request)

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        if not self.open.done():
            end = self.buffer.find(b"\r\n\r\n")
            if end < 0:
                return
            assert self.buffer.startswith(b"HTTP/1.1 101"), bytes(self.buffer[:300])
            del self.buffer[: end + 4]
            self.open.set_result(None)
        while (size := self.framed()) is not None:
            start, end = size
            if self.buffer[0] & 0x0F == 1:
                self.hear(bytes(self.buffer[start:end]))
            del self.buffer[:end]

    def framed(self) -> tuple[int, int] | None:
        """Return where the payload of the first whole frame begins and ends."""
        if len(self.buffer) < 2:
            return None
        size, start = self.buffer[1] & 0x7F, 2
        if size >= 126:
            start = 4 if size == 126 else 10
            size = int.from_bytes(self.buffer[2:start], "big")
        end = start + size
        return (start, end) if len(self.buffer) >= end else None


async def open_browser(port: int, path: str, token: str, hear: Callable[[bytes], None]) -> Browser:
    key = base64.b64encode(os.urandom(16)).decode()
    request = (
        f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\n"
        f"Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n"
        f"Authorization: Bearer {token}\r\n\r\n"
    ).encode()
    loop = asyncio.get_running_loop()
    _, browser = await loop.create_connection(lambda: Browser(request, hear), "127.0.0.1", port)
    await browser.open
    return browser


async def open_crowd(
    many: int, port: int, path: str, token: str, hear: Callable[[int, bytes], None]
) -> list[Browser]:
    """Open *many* browsers, a few at a time."""
    browsers: list[Browser] = []
    for start in range(0, many, 50):
        some = range(start, min(start + 50, many))
        browsers += await asyncio.gather(
            *(open_browser(port, path, token, lambda data, n=n: hear(n, data)) for n in some)
        )
    return browsers


@contextlib.contextmanager
def looking(browsers: Sequence[Browser]) -> Iterator[None]:
    """Have a thread read what comes for *browsers*, past the event loop.

    That one reads into a buffer so big that the system fetches and frees it each time, or
    not, as the heap happens to lie: it made the bare peer twice as slow in every second run.
    """
    done = threading.Event()
    with selectors.DefaultSelector() as selector:
        for browser in browsers:
            browser.transport.pause_reading()
            here = browser.transport.get_extra_info("socket").fileno()
            selector.register(here, selectors.EVENT_READ, browser)

        def read() -> None:
            while not done.is_set():
                for key, _ in selector.select(0.1):
                    key.data.data_received(os.read(key.fd, AT_ONCE))

        thread = threading.Thread(target=read)
        thread.start()
        try:
            yield
        finally:
            done.set()
            thread.join()


class Arrivals:
    """Counts who has heard, and when the last one did."""

    def __init__(self, many: int) -> None:
        self.many = many
        self.expect()

    def expect(self) -> None:
        self.heard: set[int] = set()
        self.all = asyncio.Event()
        self.at = 0.0

    def hear(self, number: int, data: bytes) -> None:
        if b'"change"' not in data[:400] and b'"bare"' not in data[:400]:
            return
        self.heard.add(number)
        if len(self.heard) == self.many:
            self.at = time.monotonic()
            self.all.set()
