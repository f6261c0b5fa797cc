import asyncio
import contextlib

import structlog

from agents_ui import edge
from agents_ui.edge import Limits, caller, networks
from agents_ui.quiet import Quiet
from tests.agents_ui import scenes
from tests.agents_ui.waiting import GENEROUS, until

IMPATIENT = Limits(header=1.5, body=1.5, stalled=1.5, sweep=0.05)
GET = b"GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n"


class Line:
    """A connection whose bytes the test chooses."""

    def __init__(self, reader, writer):
        self.reader, self.writer = reader, writer

    def say(self, what):
        self.writer.write(what)

    async def answer(self):
        """Return the status of the next answer, having read all of it."""
        async with asyncio.timeout(GENEROUS):
            head = await self.reader.readuntil(b"\r\n\r\n")
            size = int(head.lower().partition(b"content-length:")[2].split(b"\r")[0])
            await self.reader.readexactly(size)
            return int(head.split()[1])

    async def rest(self):
        """Return everything until the desk hangs up."""
        async with asyncio.timeout(GENEROUS):
            try:
                return await self.reader.read()
            except ConnectionResetError:
                return b""


@contextlib.asynccontextmanager
async def dialled(street, count=1):
    pairs = [await asyncio.open_connection(street.host, street.port) for _ in range(count)]
    try:
        yield [Line(*pair) for pair in pairs]
    finally:
        for _, writer in pairs:
            writer.transport.abort()


async def test_a_header_that_does_not_come_to_its_end_is_cut(open_street):
    street = await open_street(IMPATIENT)
    async with dialled(street, 2) as (silent, slow):
        slow.say(b"GET / HTTP/1.1\r\nX-A: ")

        assert (await slow.rest()).startswith(b"HTTP/1.1 408 ")
        assert (await silent.rest()).startswith(b"HTTP/1.1 408 ")


async def test_bytes_now_and_then_do_not_prolong_a_header(open_street):
    street = await open_street(IMPATIENT)
    async with dialled(street) as (slow,):

        async def drip():
            while True:
                slow.say(b"X-A: b\r\n")
                await asyncio.sleep(0.02)

        slow.say(b"GET / HTTP/1.1\r\n")
        dripping = asyncio.create_task(drip())
        cut = await slow.rest()
        dripping.cancel()
        # Who still writes to a connection that ended may lose its last answer to the reset.
        assert cut == b"" or cut.startswith(b"HTTP/1.1 408 ")


async def test_a_body_that_does_not_come_is_cut(open_street):
    street = await open_street(IMPATIENT)
    program = await street.program()
    token = program.http.headers["Authorization"]
    async with dialled(street) as (slow,):
        slow.say(
            f"POST /api/files HTTP/1.1\r\nHost: x\r\nAuthorization: {token}\r\n"
            "Content-Length: 1000000\r\n\r\nabc".encode()
        )

        assert b"201" not in await slow.rest()


async def test_a_large_body_has_the_time_that_its_size_needs():
    class Request:
        pass

    limits = Limits(body=10, rate=1000)
    one = edge.Connection.__new__(edge.Connection)
    request = Request()
    request._payload = Request()
    request._payload.is_eof = lambda: False
    one.stalled_at, one._current_request, one._reading_paused = None, request, False
    one.began, one.bytes = 100.0, 60_000

    assert not one.overdue(169.0, limits)
    assert one.overdue(171.0, limits)


async def test_a_connection_between_two_requests_may_wait(open_street):
    street = await open_street(IMPATIENT)
    async with dialled(street) as (patient,):
        patient.say(GET)
        assert 200 == await patient.answer()
        async with dialled(street) as (later,):  # cut for its silence, although it came later
            await later.rest()
        patient.say(GET)

        assert 200 == await patient.answer()


async def test_several_requests_at_once_are_answered_in_order(open_street):
    street = await open_street(IMPATIENT)
    async with dialled(street) as (line,):
        line.say(GET * 5)

        assert [200] * 5 == [await line.answer() for _ in range(5)]


async def test_who_waits_longest_makes_room(open_street):
    street = await open_street(Limits(per_address=10))
    async with dialled(street, 10) as lines:
        lines[0].say(b"GET / HT")
        async with dialled(street) as (newcomer,):
            newcomer.say(GET)

            assert 200 == await newcomer.answer()
            assert b" 408 " in await lines[0].rest()
        lines[9].say(GET)
        assert 200 == await lines[9].answer()


async def test_the_desk_stays_open_when_somebody_holds_every_connection(open_street):
    """What slowhttptest does with its -H: hundreds of headers that never end."""
    street = await open_street(Limits(per_address=40))
    async with contextlib.AsyncExitStack() as stack:
        for _ in range(10):
            for line in await stack.enter_async_context(dialled(street, 30)):
                line.say(b"GET / HTTP/1.1\r\nX-Slow: ")
            agent = await street.stranger()
            assert (await agent.get("/health/live"))["status"] == "ok"
            await agent.http.close()


async def test_those_who_are_being_answered_are_never_pushed_out(open_street, monkeypatch):
    street = await open_street(Limits(per_address=2))
    program = await street.program()
    token = program.http.headers["Authorization"]
    await program.http.close()
    held, read, asked = asyncio.Event(), street.desk.read, []

    async def slowly(*given, **named):
        asked.append(given)
        await held.wait()
        return await read(*given, **named)

    monkeypatch.setattr(street.desk, "read", slowly)
    async with dialled(street, 2) as (one, other):
        for line in (one, other):
            line.say(f"GET /api/me HTTP/1.1\r\nHost: x\r\nAuthorization: {token}\r\n\r\n".encode())
        await until(lambda: len(asked) == 2)
        async with dialled(street) as (third,):
            assert (await third.rest()).startswith(b"HTTP/1.1 503 ")
        held.set()

        assert [200, 200] == [await one.answer(), await other.answer()]


async def test_a_client_that_does_not_read_is_cut(open_street):
    street = await open_street(IMPATIENT)
    blob = await street.desk.blobs.put(b"\0" * 20_000_000)
    given = scenes.file(blob, "film.bin", "application/octet-stream", size=20_000_000)
    await street.desk.write(scenes.write_in, files=[given])
    agent = await street.agent()
    thread = await agent.get("/api/conversations/1")
    url = thread["messages"]["items"][0]["attachments"][0]["url"]
    await agent.http.close()
    async with dialled(street) as (deaf,):
        deaf.writer.transport.pause_reading()
        deaf.say(f"GET {url} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        with structlog.testing.capture_logs() as told:
            await until(lambda: any("too slow" in one["event"] for one in told))


async def test_nonsense_is_answered_and_not_logged_at_length(open_street):
    street = await open_street()
    for nonsense in (b"\x16\x03\x01\x02\x00", b"GET\r\n\r\n", b"GET / HTTP/9\r\n\r\n", b"\0" * 99):
        async with dialled(street) as (line,):
            line.say(nonsense + b"\r\n\r\n")
            assert b" 400 " in (await line.rest())[:20]


async def test_headers_have_an_end(open_street):
    street = await open_street()
    async with dialled(street) as (line,):
        line.say(b"GET / HTTP/1.1\r\nHost: x\r\nX-Big: " + b"a" * 100_000 + b"\r\n\r\n")
        assert b" 400 " in (await line.rest())[:20]


async def test_a_huge_json_body_is_refused_before_it_is_read(open_street):
    street = await open_street()
    async with dialled(street) as (line,):
        line.say(
            b"POST /api/session HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
            b"Content-Length: 9999999999\r\n\r\n{"
        )
        assert 413 == await line.answer()


def test_an_address_is_one_host_or_one_household():
    assert "192.0.2.7" == caller("192.0.2.7")
    assert "192.0.2.7" == caller("::ffff:192.0.2.7")
    assert caller("2001:db8:1:2::7") == caller("2001:db8:1:2:ffff::1")
    assert caller("2001:db8:1:2::7") != caller("2001:db8:1:3::7")
    assert "local" == caller(None)


def test_a_proxy_may_hold_as_many_connections_as_it_needs():
    assert networks(["10.0.0.1", "fd00::/8"])[0].num_addresses == 1


def test_the_same_warning_is_written_once_a_while():
    now = [0.0]
    quiet = Quiet(structlog.get_logger(), clock=lambda: now[0])
    with structlog.testing.capture_logs() as told:
        for _ in range(1000):
            quiet.warning("again", open=5)
        now[0] = 11.0
        quiet.warning("again", open=6)

    assert [0, 999] == [one["held_back"] for one in told]
