"""A stand-in for a language model behind OpenAI's chat completions; it can be told to misbehave.

It keeps every request, answers what its *mind* makes of it, and its *mood* says how: slowly, cut
off, without an end, in no JSON at all, or not.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from aiohttp import web

from tests.servers.serving import serving

KEY = "key-of-the-stand-in"
MODEL = "parrot-1"


class Mood(StrEnum):
    WELL = "well"
    SILENT = "silent"  #: says nothing until `release`
    DRIPPING = "dripping"  #: a space now and then, so that no single wait is long
    CUT = "cut"  #: the line breaks within the answer
    ENDLESS = "endless"  #: the answer does not end
    NO_JSON = "no_json"
    WEB_PAGE = "web_page"
    EMPTY = "empty"
    ODD = "odd"  #: JSON of another shape
    STOPPED = "stopped"  #: the text was cut short by the model's own limit
    BUSY = "busy"  #: 429 with a Retry-After
    BROKEN = "broken"  #: 500
    ENDLESS_ERROR = "endless_error"
    ELSEWHERE = "elsewhere"  #: a redirect to somebody else
    REFUSED = "refused"  #: 401


@dataclass
class FakeModel:
    """One model, and what it was asked."""

    url: str = ""
    mood: Mood = Mood.WELL
    mind: Callable[[dict[str, Any]], Any] = lambda material: {"text": None, "cited": []}
    asked: list[dict[str, Any]] = field(default_factory=list)  #: bodies of all requests
    strayed: list[str] = field(default_factory=list)  #: other paths that were asked for
    heard: asyncio.Event = field(default_factory=asyncio.Event)
    left: asyncio.Event = field(
        default_factory=asyncio.Event
    )  #: somebody gave up while it was silent
    release: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def material(self) -> dict[str, Any]:
        """What it was shown last."""
        found: dict[str, Any] = json.loads(self.asked[-1]["messages"][-1]["content"])
        return found

    @property
    def seen(self) -> str:
        """Everything that ever reached it, as one text."""
        return "\n".join(json.dumps(one, ensure_ascii=False) for one in self.asked)

    async def completions(self, request: web.Request) -> web.StreamResponse:
        if request.headers.get("Authorization") != f"Bearer {KEY}":
            return web.json_response({"error": {"message": "Incorrect API key"}}, status=401)
        self.asked.append(await request.json())
        self.heard.set()
        if answer := AT_ONCE.get(self.mood):
            return answer()
        if self.mood in {Mood.SILENT, Mood.DRIPPING, Mood.CUT, Mood.ENDLESS, Mood.ENDLESS_ERROR}:
            return await self.streamed(request)
        return web.json_response(completion(self.said(), stopped=self.mood is Mood.STOPPED))

    def said(self) -> str:
        """Return what its mind makes of what it was shown: a text, or JSON as text."""
        try:
            made = self.mind(self.material)
        except ValueError:  # somebody only looks whether it is there
            return "fine"
        return made if isinstance(made, str) else json.dumps(made, ensure_ascii=False)

    async def streamed(self, request: web.Request) -> web.StreamResponse:
        failing = self.mood is Mood.ENDLESS_ERROR
        response = web.StreamResponse(status=500 if failing else 200)
        response.content_type = "application/json"
        if self.mood is Mood.SILENT:
            await self.silence()
            return response
        await response.prepare(request)
        if self.mood is Mood.CUT:
            await response.write(json.dumps(completion("half a sen")).encode()[:60])
            assert request.transport is not None
            request.transport.close()
            return response
        with_pauses = self.mood is Mood.DRIPPING
        while request.transport is not None and not request.transport.is_closing():
            await response.write(b" " if with_pauses else b" " * 65536)
            await asyncio.sleep(0.01 if with_pauses else 0)
        return response

    async def silence(self) -> None:
        try:
            await self.release.wait()
        except asyncio.CancelledError:
            self.left.set()
            raise

    async def stray(self, request: web.Request) -> web.Response:
        self.strayed.append(request.path)
        return web.json_response({"error": {"message": "no such path"}}, status=404)


def completion(text: str, *, stopped: bool = False) -> dict[str, Any]:
    """Return an answer in the shape of OpenAI's contract."""
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1_790_000_000,
        "model": MODEL,
        "choices": [
            {
                "index": 0,
                "finish_reason": "length" if stopped else "stop",
                "message": {"role": "assistant", "content": text, "refusal": None},
                "logprobs": None,
            }
        ],
        "usage": {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2},
    }


def trouble(status: int, **headers: str) -> Callable[[], web.Response]:
    body = {"error": {"message": "a customer's words, repeated", "type": "trouble"}}
    return lambda: web.json_response(body, status=status, headers=headers)


AT_ONCE: dict[Mood, Callable[[], web.Response]] = {
    Mood.NO_JSON: lambda: web.Response(text="{{{", content_type="application/json"),
    Mood.WEB_PAGE: lambda: web.Response(text="<h1>Sign in</h1>", content_type="text/html"),
    Mood.EMPTY: lambda: web.Response(text="", content_type="application/json"),
    Mood.ODD: lambda: web.json_response({"choices": [{"message": {"content": {"text": 1}}}]}),
    Mood.BUSY: trouble(429, **{"Retry-After": "20"}),
    Mood.BROKEN: trouble(500),
    Mood.REFUSED: trouble(401),
    Mood.ELSEWHERE: trouble(307, Location="/v1/elsewhere"),
}


@asynccontextmanager
async def running_model(**told: Any) -> AsyncIterator[FakeModel]:
    """Run a model on a free port."""
    model = FakeModel(**told)
    app = web.Application(client_max_size=2**24)
    app.router.add_post("/v1/chat/completions", model.completions)
    app.router.add_route("*", "/{path:.*}", model.stray)
    async with serving(app, handler_cancellation=True) as origin:
        model.url = f"{origin}/v1"
        try:
            yield model
        finally:
            model.release.set()
