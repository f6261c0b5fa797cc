"""Calls of the API: each is declared once, and its types say everything about it.

A handler is a function whose parameters name what it takes: the numbers and words in its path, its
``query``, its ``body``; what it returns is the answer. From the same declaration come the
routes, the checks at the door, the OpenAPI document and the tests of who may do what.
"""

import inspect
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Concatenate, ParamSpec, TypeVar, cast, get_type_hints

import msgspec
from aiohttp import web

from agents_ui import repeats
from agents_ui.auth import Known
from agents_ui.front import Front
from agents_ui.problems import Refused, answer
from inbox.model import Agent, Role
from inbox.store import Unit

P = ParamSpec("P")
R = TypeVar("R")
Run = Callable[..., Awaitable[Any]]

JSON = "application/json"
LARGEST = 1024 * 1024  # bytes of a JSON body
BIGGEST = 2**63 - 1  # no number of a record is larger
HEADERS = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
REPEATS = {"Idempotency-Key": "Any text of yours; the same request with it is done once."}
NUL = re.compile(rb"(?<!\\)((?:\\\\)*)\\u0000")  # JSON may say it, PostgreSQL cannot store it
NUMBER = re.compile(r"\{(\w+)\}")
encode = msgspec.json.Encoder().encode


@dataclass(slots=True)
class Call:
    """One request, and who makes it."""

    front: Front
    request: web.Request
    maybe: Known | None
    claim: repeats.Claim | None = None

    @property
    def known(self) -> Known:
        """Whoever signed in; only calls that need a role may ask."""
        if self.maybe is None:
            raise Refused(401, "Sign in first.")
        return self.maybe

    @property
    def agent(self) -> Agent:
        return self.known.agent

    async def read(
        self, question: Callable[Concatenate[Unit, P], R], *args: P.args, **named: P.kwargs
    ) -> R:
        return await self.front.desk.read(question, *args, **named)

    async def write(
        self, action: Callable[Concatenate[Unit, P], R], *args: P.args, **named: P.kwargs
    ) -> R:
        """Do *action*, whose result is the answer; keep that for repeats of this request."""
        if self.claim is None:
            return await self.front.desk.write(action, *args, **named)
        remembering = cast(Any, repeats.remember)
        result: R = await self.front.desk.write(remembering, self.claim, action, *args, **named)
        return result


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """One method of one address."""

    method: str
    path: str
    tag: str
    run: Run
    needs: Role | None  #: none when anybody may call it
    numbers: tuple[str, ...]  #: in the path
    words: tuple[str, ...]  #: in the path, too
    query: type[msgspec.Struct] | None
    body: Any
    answer: Any
    status: int
    media: str  #: the type of the answer
    takes: str  #: the type of the request's body
    live: bool = False  #: a websocket
    reads: Mapping[str, str] = field(default_factory=dict)  #: headers, and what they are for

    @property
    def headers(self) -> Mapping[str, str]:
        repeatable = self.method == "POST" and self.needs is not None
        return {**self.reads, **(REPEATS if repeatable else {})}

    @property
    def name(self) -> str:
        return self.run.__name__

    @property
    def summary(self) -> str:
        return inspect.getdoc(self.run) or ""


class Endpoints:
    """The calls about one noun, in the order they are written down."""

    def __init__(self, tag: str) -> None:
        self.tag = tag
        self.all: list[Endpoint] = []

    def __call__(
        self,
        method: str,
        path: str,
        *,
        needs: Role | None = Role.AGENT,
        status: int | None = None,
        media: str = JSON,
        takes: str = JSON,
        live: bool = False,
        reads: Mapping[str, str] | None = None,
    ) -> Callable[[Run], Run]:
        """Declare that the function below answers *method* at *path*, below ``/api``."""

        def declare(run: Run) -> Run:
            hints = get_type_hints(run)
            named = NUMBER.findall(path)
            answers = hints.get("return", type(None))
            empty = 204 if answers is type(None) else 200
            self.all.append(
                Endpoint(
                    method=method,
                    path=path,
                    tag=self.tag,
                    run=run,
                    needs=needs,
                    numbers=tuple(name for name in named if hints.get(name) is not str),
                    words=tuple(name for name in named if hints.get(name) is str),
                    query=hints.get("query"),
                    body=hints.get("body"),
                    answer=answers,
                    status=status or empty,
                    media=media,
                    takes=takes,
                    live=live,
                    reads=reads or {},
                )
            )
            return run

        return declare


def mount(front: Front, endpoints: Sequence[Endpoint]) -> list[web.RouteDef]:
    """Return the routes of *endpoints*."""
    return [
        web.route(one.method, f"/api{one.path}", answerer(front, one), expect_handler=expect)
        for one in endpoints
    ]


async def expect(request: web.Request) -> None:
    """Answer ``Expect: 100-continue``; anything else expected is not known here."""
    if request.headers.get("Expect", "").lower() == "100-continue":
        await request.writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        request.writer.output_size = 0  # that was no part of the answer


def answerer(front: Front, endpoint: Endpoint) -> Callable[[web.Request], Awaitable[Any]]:
    """Return the aiohttp handler of *endpoint*: who, what, do it, say it; errors as problems."""
    decode = msgspec.json.Decoder(endpoint.body).decode if endpoint.body else None

    async def respond(request: web.Request) -> web.StreamResponse:
        try:
            return await responded(request)
        except Exception as error:  # noqa: BLE001  # whatever went wrong is answered here, once
            return answer(error)

    async def responded(request: web.Request) -> web.StreamResponse:
        known = await front.door.let_in(request, endpoint.needs)
        call = Call(front, request, known)
        named: dict[str, Any] = numbers(endpoint, request) if endpoint.numbers else {}
        named |= {name: request.match_info[name] for name in endpoint.words}
        if endpoint.query:
            named["query"] = queried(request, endpoint.query)
        raw = await body(request) if decode else b""
        if decode:
            named["body"] = decode(raw)
        key = request.headers.get("Idempotency-Key")
        if key is None or known is None or endpoint.method != "POST":
            return said(endpoint, await endpoint.run(call, **named))
        return await once(endpoint, call, named, key, raw)

    respond.endpoint = endpoint  # type: ignore[attr-defined]  # the tests walk over these
    return respond


async def once(
    endpoint: Endpoint, call: Call, named: dict[str, Any], key: str, raw: bytes
) -> web.StreamResponse:
    """Answer a request that may come again."""
    what = f"{endpoint.method} {call.request.path_qs}\n".encode() + raw
    call.claim = repeats.claim(call.agent.id, key, what, endpoint.status)
    with call.front.under_way.alone(call.claim):
        found = await call.read(repeats.find, call.claim)
        if found:
            return web.Response(
                body=found.body or None,
                status=found.status,
                content_type=JSON if found.body else None,
                headers={**HEADERS, "Idempotent-Replay": "true"},
            )
        return said(endpoint, await endpoint.run(call, **named))


def said(endpoint: Endpoint, result: Any) -> web.StreamResponse:
    """Write the answer, unless the handler has done so itself."""
    if isinstance(result, web.StreamResponse):
        return result
    if result is None:
        return web.Response(status=endpoint.status, headers=HEADERS)
    return web.Response(
        body=encode(result), status=endpoint.status, content_type=JSON, headers=HEADERS
    )


def numbers(endpoint: Endpoint, request: web.Request) -> dict[str, int]:
    """Read the numbers in the path; what is none has no record."""
    found: Mapping[str, str] = request.match_info
    try:
        values = {name: int(found[name]) for name in endpoint.numbers}
    except ValueError:
        raise web.HTTPNotFound from None
    if any(not 0 < value <= BIGGEST for value in values.values()):
        raise web.HTTPNotFound
    return values


def queried(request: web.Request, kind: type[msgspec.Struct]) -> msgspec.Struct:
    """Read the query, refusing what is no part of it."""
    return msgspec.convert(dict(request.query), kind, strict=False)


async def body(request: web.Request) -> bytes:
    """Read a JSON body of bounded size."""
    if request.content_type != JSON:
        raise Refused(415, "Send application/json.", field="Content-Type")
    if request.content_length is not None and request.content_length > LARGEST:
        raise web.HTTPRequestEntityTooLarge(LARGEST, request.content_length)
    return NUL.sub(rb"\1\\ufffd", await request.read())
