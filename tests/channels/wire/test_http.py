"""What becomes of a request decides what it means for a message: shown on real sockets."""

import asyncio
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from channels.wire.http import LOGGED, Answer, Wire, raised, seconds, spellings
from inbox.errors import Ambiguous, Misconfigured, Rejected, TryLater
from inbox.testing import RecordingLine

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
TOKEN = "s3cret/token+with?signs"


@pytest.fixture
async def wire():
    opened = Wire(RecordingLine(now=NOW), covered=[TOKEN, ""])
    yield opened
    await opened.close()


@asynccontextmanager
async def speaking(answer, read=True):
    """A bare socket that says *answer*, at once or after it has read a request."""

    async def converse(reader, writer):
        if read:
            head = await reader.readuntil(b"\r\n\r\n")
            if length := [one for one in head.split(b"\r\n") if one.startswith(b"Content-Length")]:
                await reader.readexactly(int(length[0].split()[1]))
        writer.write(answer)
        writer.close()

    server = await asyncio.start_server(converse, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


@asynccontextmanager
async def providing(*routes):
    app = web.Application()
    app.add_routes(routes)
    async with TestServer(app) as server:
        yield str(server.make_url("")).rstrip("/")


def answering(status=200, **response):
    async def answer(request):
        return web.Response(status=status, **response)

    return answer


async def test_a_provider_that_cannot_be_reached_is_tried_later(wire):
    async with speaking(b"") as gone:
        pass

    with pytest.raises(TryLater):
        await wire.call("POST", gone, data={"text": "hello"})


@pytest.mark.parametrize(
    "answer", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf", b"nonsense\r\n\r\n"]
)
async def test_a_line_that_breaks_after_the_request_left_leaves_a_doubt(wire, answer):
    async with speaking(answer) as server:
        with pytest.raises(Ambiguous):
            await wire.call("POST", server, data={"text": "hello"})


async def test_a_question_that_breaks_off_is_asked_again(wire):
    async with speaking(b"") as server:
        with pytest.raises(TryLater):
            await wire.call("GET", server, once=False)


async def test_silence_after_the_request_leaves_a_doubt(wire):
    released = asyncio.Event()

    async def hang(request):
        await request.read()
        await released.wait()
        return web.Response()

    async with providing(web.post("/", hang)) as server:
        with pytest.raises(Ambiguous):
            await wire.call("POST", server, data={"text": "hello"}, timeout=0.2)
        with pytest.raises(TryLater):
            await wire.call("POST", server, data={"text": "hello"}, timeout=0.2, once=False)
        released.set()

    assert [None, None] == [each.status for each in wire.line.exchanges]


async def test_an_endless_answer_is_not_read_to_its_end(wire):
    async def endless(request):
        response = web.StreamResponse()
        await response.prepare(request)
        while True:
            try:
                await response.write(b"x" * 65536)
            except ConnectionError:
                return response

    async with providing(web.get("/", endless)) as server:
        with pytest.raises(TryLater):
            await wire.call("GET", server, once=False, most=2**20)


@pytest.mark.parametrize(
    "address", ["", "nowhere", "ftp://example.org/", "http://[::1", "http:///"]
)
async def test_what_is_no_address_is_not_called(wire, address):
    with pytest.raises(Misconfigured):
        await wire.call("GET", address)


async def test_an_answer_is_whole(wire):
    async with providing(web.post("/", answering(201, text='{"sid": "SM1"}'))) as server:
        answer = await wire.call("POST", server, json={"a": 1}, params={"b": "c d"})

    assert (201, {"sid": "SM1"}) == (raised(answer).status, answer.json())


@pytest.mark.parametrize(
    ("status", "meaning"),
    [
        (429, TryLater),
        (500, TryLater),
        (503, TryLater),
        (502, Ambiguous),
        (504, Ambiguous),
        (401, Misconfigured),
        (403, Misconfigured),
        (307, Misconfigured),
        (400, Rejected),
        (404, Rejected),
    ],
)
def test_a_refusal_means(status, meaning):
    body = b'{"message": "No such number."}'

    with pytest.raises(meaning, match="No such number"):
        raised(Answer(status=status, headers={}, body=body, once=True))


def test_a_question_is_asked_again_whoever_lost_the_answer():
    with pytest.raises(TryLater, match="answered 504"):
        raised(Answer(status=504, headers={}, body=b"<html>"))


@pytest.mark.parametrize(
    ("said", "wait"),
    [
        ("3", 3.0),
        ("Mon, 02 Mar 2026 09:01:30 GMT", 90.0),
        ("Mon, 02 Mar 2026 08:00:00 GMT", 0.0),
        ("soon", None),
        ("nan", None),
        ("-5", None),
        ("", None),
        (None, None),
    ],
)
def test_how_long_to_wait_is_read_in_both_forms(said, wait):
    assert wait == seconds(said, NOW)


async def test_the_wait_reaches_the_worker(wire):
    busy = answering(429, headers={"Retry-After": "7"})
    async with providing(web.post("/", busy)) as server:
        with pytest.raises(TryLater) as refusal:
            raised(await wire.call("POST", server))

    assert 7.0 == refusal.value.after


async def test_the_log_has_every_exchange_without_its_secrets(wire):
    async def echo(request):
        return web.Response(text=f"{request.path_qs} {await request.text()}" + "x" * 5000)

    async with providing(web.post("/{any:.*}", echo)) as server:
        await wire.call("POST", f"{server}/bot{TOKEN}", data={"a": TOKEN})
        await wire.call("POST", server, json={"a": TOKEN}, params={"t": TOKEN})

    first, second = wire.line.exchanges
    everything = f"{wire.line.exchanges}"
    assert all(spelling not in everything for spelling in spellings([TOKEN]))
    assert (200, True, "POST", "a=•••") == (
        first.status,
        first.outward,
        first.method,
        first.request,
    )
    assert '{"a":"•••"}' == second.request
    assert LOGGED == len(first.response)


async def test_what_broke_is_in_the_log_too(wire):
    async with speaking(b"") as server:
        with pytest.raises(Ambiguous):
            await wire.call("POST", server, data={"text": "hello"})

    [exchange] = wire.line.exchanges
    assert (None, "text=hello", str(Ambiguous())) == (
        exchange.status,
        exchange.request,
        exchange.error,
    )


# --- files --------------------------------------------------------------------------------
async def fetched(wire, url, **options):
    return b"".join([chunk async for chunk in wire.download(url, **options)])


async def test_a_file_is_fetched_from_a_place_that_is_trusted(wire):
    async def file(request):
        return web.Response(body=request.headers["Authorization"].encode() * 9_000)

    async with providing(web.get("/file", file)) as server:
        found = await fetched(wire, f"{server}/file", origins=[server], auth=("AC1", "x"))

    assert b"Basic QUMxOng=" * 9_000 == found


async def test_no_file_is_fetched_from_our_own_network(wire):
    async with providing(web.get("/file", answering(body=b"inside"))) as server:
        with pytest.raises(Misconfigured, match="own network"):
            await fetched(wire, f"{server}/file")


async def test_a_redirect_does_not_lead_into_our_own_network(wire):
    async with providing(web.get("/file", answering(body=b"inside"))) as inner:
        onward = answering(302, headers={"Location": f"{inner}/file"})
        async with providing(web.get("/file", onward)) as server:
            with pytest.raises(Misconfigured, match="own network"):
                await fetched(wire, f"{server}/file", origins=[server])


async def test_a_redirect_within_a_trusted_place_is_followed(wire):
    onward = answering(302, headers={"Location": "/there"})
    routes = web.get("/file", onward), web.get("/there", answering(body=b"found"))
    async with providing(*routes) as server:
        assert b"found" == await fetched(wire, f"{server}/file", origins=[server])


async def test_a_file_that_goes_round_in_circles_is_given_up(wire):
    onward = answering(302, headers={"Location": "/file"})
    async with providing(web.get("/file", onward)) as server:
        with pytest.raises(Rejected, match="circles"):
            await fetched(wire, f"{server}/file", origins=[server])


@pytest.mark.parametrize("announced", [True, False])
async def test_a_file_that_is_too_large_is_not_taken(wire, announced):
    async def large(request):
        response = web.StreamResponse()
        if announced:
            response.content_length = 2000
        await response.prepare(request)
        await response.write(b"x" * 2000)
        return response

    async with providing(web.get("/file", large)) as server:
        with pytest.raises(Rejected, match="larger than 1000"):
            await fetched(wire, f"{server}/file", origins=[server], most=1000)


@pytest.mark.parametrize(
    ("status", "meaning"),
    [(404, Rejected), (401, Misconfigured), (429, TryLater), (502, TryLater)],
)
async def test_a_file_that_cannot_be_had_says_what_to_do(wire, status, meaning):
    async with providing(web.get("/file", answering(status))) as server:
        with pytest.raises(meaning, match=f"answered {status}"):
            await fetched(wire, f"{server}/file", origins=[server])


async def test_a_file_that_breaks_off_is_fetched_again(wire):
    half = b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf"
    async with speaking(half) as server:
        with pytest.raises(TryLater):
            await fetched(wire, f"{server}/file", origins=[server])
