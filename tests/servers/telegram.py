"""A stand-in for Telegram's Bot API: counts every call, keeps what waits, fails as told.

Updates wait until a question with a higher offset confirms them, exactly as Telegram does.
"""

import asyncio
import json
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import cache
from itertools import count
from typing import Any

from aiohttp import ClientSession, web

from tests.servers.prism import CONTRACTS
from tests.servers.serving import serving

CONTRACT = CONTRACTS / "telegram" / "api.json"  #: of the Bot API; checked where it is there
TOKEN = "123456789:AAExampleExampleExampleExampleExampl"
BOT = {"id": 123456789, "is_bot": True, "first_name": "Kiln", "username": "kiln_bot"}
SENDS = {"sendMessage", "sendPhoto", "sendDocument", "sendVoice", "sendLocation", "sendVideo"}
EDITS = {"editMessageText", "editMessageCaption"}


@dataclass
class Fault:
    """How the next call of a method fails."""

    status: int = 200
    description: str = ""
    parameters: dict[str, Any] = field(default_factory=dict)
    cut: bool = False  #: it acts, and the line breaks before it answers


@dataclass
class FakeTelegram:
    """One bot at Telegram."""

    url: str = ""
    calls: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    times: list[float] = field(default_factory=list)
    waiting: deque[dict[str, Any]] = field(default_factory=deque)
    confirmed: int = 0  #: the lowest number that was not confirmed yet
    faults: dict[str, deque[Fault]] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    sent: list[dict[str, Any]] = field(default_factory=list)  #: what people were shown
    webhook: dict[str, Any] = field(default_factory=dict)
    came: asyncio.Event = field(default_factory=asyncio.Event)
    numbers: Any = field(default_factory=lambda: count(1000))
    breaches: list[str] = field(default_factory=list)  #: what the contract says against calls

    def named(self, method: str) -> list[dict[str, Any]]:
        """Return what a method was told, call by call."""
        return [told for name, told in self.calls if name == method]

    def fail(self, method: str, *faults: Fault) -> None:
        self.faults.setdefault(method, deque()).extend(faults)

    def tell(self, update: dict[str, Any]) -> None:
        """Let something happen on Telegram."""
        self.waiting.append(update)
        self.came.set()

    async def call_back(self, update: dict[str, Any], secret: str | None = None) -> int:
        """Call the webhook as Telegram does, and return the status of the answer."""
        shown = self.webhook["secret_token"] if secret is None else secret
        headers = {"X-Telegram-Bot-Api-Secret-Token": shown}
        async with (
            ClientSession() as http,
            http.post(self.webhook["url"], json=update, headers=headers) as answer,
        ):
            return answer.status

    # --- the API --------------------------------------------------------------------------
    async def answer(self, request: web.Request) -> web.StreamResponse:
        method, told = request.match_info["method"], await arguments(request)
        if request.match_info["token"] != TOKEN:
            return refusal(401, "Unauthorized")
        self.calls.append((method, told))
        self.times.append(asyncio.get_running_loop().time())
        self.breaches += breaches(method, told)
        faults = self.faults.get(method)
        fault = faults.popleft() if faults else Fault()
        if fault.status != 200:
            return refusal(fault.status, fault.description, fault.parameters)
        result = await self.act(method, told)
        if fault.cut:
            assert request.transport
            request.transport.close()
        return web.json_response({"ok": True, "result": result})

    async def act(self, method: str, told: dict[str, Any]) -> Any:
        if method == "getUpdates":
            return await self.updates(told)
        if method in SENDS | EDITS:
            return self.show(told)
        if method == "setWebhook":
            self.webhook = told
        if method == "getFile":
            return {"file_id": told["file_id"], "file_path": f"files/{told['file_id']}"}
        info = {"url": self.webhook.get("url", ""), "pending_update_count": 0}
        return {"getMe": BOT, "getWebhookInfo": info}.get(method, True)

    async def updates(self, told: dict[str, Any]) -> list[dict[str, Any]]:
        offset = int(told.get("offset") or 0)
        while self.waiting and self.waiting[0]["update_id"] < offset:
            self.confirmed = self.waiting.popleft()["update_id"] + 1
        if not self.waiting and told.get("timeout"):
            self.came.clear()
            try:
                async with asyncio.timeout(float(told["timeout"])):
                    await self.came.wait()
            except TimeoutError:
                pass
        return list(self.waiting)[:100]

    def show(self, told: dict[str, Any]) -> dict[str, Any]:
        number = int(told.get("message_id") or next(self.numbers))
        chat = int(told["chat_id"])
        message = {"message_id": number, "date": 1772442000, "text": told.get("text", "")}
        self.sent.append(told | {"message_id": number})
        return message | {"chat": {"id": chat, "type": "private" if chat > 0 else "group"}}

    async def file(self, request: web.Request) -> web.Response:
        content = self.files.get(request.match_info["name"])
        if content is None:
            raise web.HTTPNotFound
        return web.Response(body=content)


@cache
def methods() -> dict[str, Any]:
    """Return the methods of the contract; none when it is not beside this checkout."""
    if not CONTRACT.exists():
        return {}
    found: dict[str, Any] = json.loads(CONTRACT.read_bytes())["methods"]
    return found


def breaches(method: str, told: dict[str, Any]) -> list[str]:
    """Return what the contract says against a call; nothing when there is no contract."""
    if not methods():
        return []
    if method not in methods():
        return [f"there is no {method}"]
    known = {one["name"]: one for one in methods()[method].get("fields", ())}
    missing = [name for name, one in known.items() if one["required"] and name not in told]
    unknown = [name for name in told if name not in known]
    wrong = [
        name
        for name, one in known.items()
        if name in told and not any(fits(told[name], kind) for kind in one["types"])
    ]
    return [f"{method}: {name}" for name in (*missing, *unknown, *wrong)]


def fits(value: Any, kind: str) -> bool:
    """Tell whether an argument can be of a type of the contract."""
    match kind:
        case "Integer":
            return isinstance(value, int) and not isinstance(value, bool)
        case "Float":
            return isinstance(value, int | float) and not isinstance(value, bool)
        case "Boolean":
            return isinstance(value, bool)
        case "String":
            return isinstance(value, str | int | float)  # a form says 12 for "12"
        case _ if kind.startswith("Array of "):
            inner = kind.removeprefix("Array of ")
            return isinstance(value, list) and all(fits(one, inner) for one in value)
    return isinstance(value, dict)


def refusal(status: int, words: str, parameters: dict[str, Any] | None = None) -> web.Response:
    told: dict[str, Any] = {"ok": False, "error_code": status, "description": words}
    if parameters:
        told["parameters"] = parameters
    return web.json_response(told, status=status)


async def arguments(request: web.Request) -> dict[str, Any]:
    """Return what a method was told, however that was written."""
    if request.content_type == "application/json":
        found: dict[str, Any] = await request.json()
        return found
    told: dict[str, Any] = {}
    for name, value in (await request.post()).items():
        if isinstance(value, web.FileField):
            told[name] = {"name": value.filename, "content": value.file.read()}
        else:
            told[name] = plain(str(value))
    return told


def plain(value: str) -> Any:
    try:
        return json.loads(value)
    except ValueError:
        return value


@asynccontextmanager
async def fake_telegram() -> AsyncIterator[FakeTelegram]:
    telegram = FakeTelegram()
    app = web.Application(client_max_size=64 * 1024 * 1024)
    app.router.add_route("*", "/bot{token}/{method}", telegram.answer)
    app.router.add_get(f"/file/bot{TOKEN}/files/{{name}}", telegram.file)
    async with serving(app, shutdown_timeout=0.1) as telegram.url:
        try:
            yield telegram
        finally:
            telegram.came.set()
    assert [] == telegram.breaches
