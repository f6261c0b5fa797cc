"""A stand-in for Slack: counts every call, keeps channels and files, fails as told.

It knows the methods of the Web API that the desk uses, OAuth, file downloads and Socket Mode,
and signs what it sends as Slack does.
"""

import asyncio
import hmac
import json
import time
from collections import defaultdict, deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from aiohttp import ClientSession, web

SECRET = "signing-secret-of-the-tests"
APP = "A0DESK"
TEAM = "T0HOME"
BOT_TOKEN = "xoxb-1-home"
APP_TOKEN = "xapp-1-home"
BOT_USER, BOT = "U0BOT", "B0BOT"
PAGE = 3  # items of one page; small, so that cursors matter


@dataclass
class Call:
    """One request that arrived."""

    method: str
    verb: str
    token: str
    told: dict[str, Any]


@dataclass
class Fault:
    """How a call fails, once."""

    status: int = 200
    error: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    hangs: bool = False  #: it acts, and never answers


class SlackServer:
    def __init__(self) -> None:
        self.port = 0
        self.calls: list[Call] = []
        self.faults: dict[str, deque[Fault]] = defaultdict(deque)
        self.messages: dict[str, list[dict[str, Any]]] = defaultdict(list)
        self.users: dict[str, dict[str, Any]] = {}
        self.files: dict[str, dict[str, Any]] = {}
        self.bytes: dict[str, bytes] = {}
        self.channels: dict[str, set[str]] = defaultdict(set)  #: the teams in each
        self.tokens = {BOT_TOKEN: TEAM}
        self.scopes: set[str] = set()  #: of every token
        self.codes: dict[str, str] = {}  #: what OAuth grants a token for
        self.clock = int(time.time())  #: of the last message, in Slack's time
        self.sockets: list[web.WebSocketResponse] = []
        self.acknowledged: dict[str, dict[str, Any]] = {}
        self.acknowledging = asyncio.Event()
        self.held = asyncio.Event()  #: ends what hangs

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def api(self) -> str:
        return f"{self.url}/api"

    def fail(self, method: str, *faults: Fault) -> None:
        """Have the next calls of a method fail; of ``method channel`` those of a channel."""
        self.faults[method].extend(faults)

    def fault(self, method: str) -> Fault | None:
        return self.faults[method].popleft() if self.faults[method] else None

    def told(self, method: str) -> list[dict[str, Any]]:
        """Return what each call of *method* was told."""
        return [call.told for call in self.calls if call.method == method]

    def person(
        self, user: str, name: str, email: str = "", *, team: str = TEAM, **more: Any
    ) -> None:
        profile = {"display_name": name, "real_name": name, "email": email}
        self.users[user] = {"id": user, "team_id": team, "profile": profile}
        self.users[user] |= {"is_email_confirmed": bool(email), "is_bot": False} | more

    def next_ts(self) -> str:
        self.clock += 1
        return f"{self.clock}.000100"

    # --- what Slack tells -----------------------------------------------------------------
    def event(self, event: dict[str, Any], *, key: str = "", team: str = TEAM) -> dict[str, Any]:
        """Return an event as Slack wraps it."""
        where = {"team_id": team, "enterprise_id": None, "user_id": BOT_USER, "is_bot": True}
        return {
            "token": "verification",
            "team_id": team,
            "api_app_id": APP,
            "event": event,
            "type": "event_callback",
            "event_id": key or f"Ev{sha256(json.dumps(event).encode()).hexdigest()[:10].upper()}",
            "event_time": self.clock,
            "authorizations": [where | {"is_enterprise_install": False}],
            "is_ext_shared_channel": False,
        }

    def say(self, channel: str, user: str, text: str, **more: Any) -> dict[str, Any]:
        """Have somebody write in a channel; returns the event that tells of it."""
        ts = self.next_ts()
        message = {"type": "message", "user": user, "text": text, "ts": ts, "team": TEAM} | more
        self.messages[channel].append(message)
        self.channels[channel].add(TEAM)
        kind = "im" if channel.startswith("D") else "channel"
        return message | {"channel": channel, "event_ts": ts, "channel_type": kind}

    def share(self, name: str, media_type: str, content: bytes) -> dict[str, Any]:
        """Have a file at Slack; returns what an event says of it."""
        number = f"F{len(self.files) + 1:05}"
        self.bytes[number] = content
        address = f"{self.url}/files-pri/{number}/{name}"
        self.files[number] = {
            "id": number,
            "name": name,
            "title": name,
            "mimetype": media_type,
            "size": len(content),
            "url_private": address,
            "url_private_download": address,
            "mode": "hosted",
            "is_external": False,
        }
        return self.files[number]

    def changed(self, event: dict[str, Any], text: str) -> dict[str, Any]:
        """Have the author change a message."""
        ts = self.next_ts()
        before = {key: event[key] for key in ("type", "user", "text", "ts", "team")}
        after = before | {"text": text, "edited": {"user": event["user"], "ts": ts}}
        return {
            "type": "message",
            "subtype": "message_changed",
            "message": after,
            "previous_message": before,
            "channel": event["channel"],
            "hidden": True,
            "ts": ts,
            "event_ts": ts,
        }

    def deleted(self, event: dict[str, Any]) -> dict[str, Any]:
        ts = self.next_ts()
        return {
            "type": "message",
            "subtype": "message_deleted",
            "deleted_ts": event["ts"],
            "previous_message": {key: event[key] for key in ("type", "user", "text", "ts")},
            "channel": event["channel"],
            "hidden": True,
            "ts": ts,
            "event_ts": ts,
        }

    def reaction(
        self, channel: str, ts: str, user: str, name: str, *, on: bool = True
    ) -> dict[str, Any]:
        return {
            "type": "reaction_added" if on else "reaction_removed",
            "user": user,
            "reaction": name,
            "item": {"type": "message", "channel": channel, "ts": ts},
            "item_user": BOT_USER,
            "event_ts": self.next_ts(),
        }

    # --- what it answers --------------------------------------------------------------------
    async def method(self, request: web.Request) -> web.StreamResponse:
        name = request.match_info["method"]
        told: dict[str, Any] = dict(request.query)
        if request.content_type == "application/json":
            told |= await request.json()
        elif request.can_read_body:
            told |= dict(await request.post())
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        self.calls.append(Call(name, request.method, token, told))
        fault = self.fault(f"{name} {told.get('channel')}") or self.fault(name) or Fault()
        if fault.status != 200:
            return web.json_response({"ok": False}, status=fault.status, headers=fault.headers)
        if fault.error:
            return web.json_response({"ok": False, "error": fault.error}, headers=fault.headers)
        team = self.tokens.get(token)
        if team is None and name not in {"oauth.v2.access", "apps.connections.open"}:
            return web.json_response({"ok": False, "error": "invalid_auth"})
        doing: Callable[..., dict[str, Any]] = getattr(self, name.replace(".", "_"))
        answer = doing(told, team or token)
        if fault.hangs:
            await self.held.wait()
        scopes = {"X-OAuth-Scopes": ",".join(self.scopes)}
        said = answer if "error" in answer else {"ok": True} | answer
        return web.json_response(said, headers=scopes)

    def auth_test(self, told: dict[str, Any], team: str) -> dict[str, Any]:
        return {"team_id": team, "team": f"Team {team}", "user_id": BOT_USER, "bot_id": BOT}

    def users_info(self, told: dict[str, Any], team: str) -> dict[str, Any]:
        found = self.users.get(told["user"])
        return {"user": found} if found else refused("user_not_found")

    def conversations_info(self, told: dict[str, Any], team: str) -> dict[str, Any]:
        there = team in self.channels[told["channel"]]
        return {"channel": {"id": told["channel"]}} if there else refused("channel_not_found")

    def conversations_open(self, told: dict[str, Any], team: str) -> dict[str, Any]:
        channel = f"D{told['users'][1:]}"
        self.channels[channel].add(team)
        return {"channel": {"id": channel}}

    def users_conversations(self, told: dict[str, Any], team: str) -> dict[str, Any]:
        mine = [{"id": channel} for channel, teams in self.channels.items() if team in teams]
        return paged("channels", mine, told)

    def conversations_history(self, told: dict[str, Any], team: str) -> dict[str, Any]:
        roots = [
            self.with_replies(told["channel"], one)
            for one in reversed(self.messages[told["channel"]])
            if one.get("thread_ts", one["ts"]) == one["ts"]
        ]
        return paged("messages", [one for one in roots if since(one, told)], told)

    def with_replies(self, channel: str, root: dict[str, Any]) -> dict[str, Any]:
        below = [
            one
            for one in self.messages[channel]
            if one.get("thread_ts") == root["ts"] and one is not root
        ]
        if not below:
            return root
        return root | {"reply_count": len(below), "latest_reply": below[-1]["ts"]}

    def conversations_replies(self, told: dict[str, Any], team: str) -> dict[str, Any]:
        thread = [
            one
            for one in self.messages[told["channel"]]
            if told["ts"] in {one["ts"], one.get("thread_ts")}
        ]
        # Slack returns the head of the thread whatever is asked
        found = [one for one in thread if since(one, told) or one["ts"] == told["ts"]]
        return paged("messages", found, told)

    def chat_postMessage(self, told: dict[str, Any], team: str) -> dict[str, Any]:  # noqa: N802  # Slack's name
        channel = told["channel"]
        if channel[0] not in "CDG":
            return refused("channel_not_found")
        message = self.own(told, team)
        self.messages[channel].append(message)
        return {"channel": channel, "ts": message["ts"], "message": message}

    def own(self, told: dict[str, Any], team: str) -> dict[str, Any]:
        message = {
            "type": "message",
            "user": BOT_USER,
            "bot_id": BOT,
            "app_id": APP,
            "team": team,
            "ts": self.next_ts(),
            "text": told.get("text") or "",
        }
        kept = ("thread_ts", "metadata", "blocks", "username")
        return message | {key: told[key] for key in kept if told.get(key)}

    def find(self, told: dict[str, Any], key: str = "ts") -> dict[str, Any] | None:
        return next((one for one in self.messages[told["channel"]] if one["ts"] == told[key]), None)

    def chat_update(self, told: dict[str, Any], team: str) -> dict[str, Any]:
        found = self.find(told)
        if not found:
            return refused("message_not_found")
        found["text"] = told["text"]
        return {"ts": told["ts"], "text": told["text"]}

    def chat_delete(self, told: dict[str, Any], team: str) -> dict[str, Any]:
        found = self.find(told)
        if not found:
            return refused("message_not_found")
        self.messages[told["channel"]].remove(found)
        return {"ts": told["ts"]}

    def chat_postEphemeral(self, told: dict[str, Any], team: str) -> dict[str, Any]:  # noqa: N802  # Slack's name
        return {"message_ts": self.next_ts()}

    def reactions_add(self, told: dict[str, Any], team: str) -> dict[str, Any]:
        return {} if self.find(told, "timestamp") else refused("message_not_found")

    def reactions_remove(self, told: dict[str, Any], team: str) -> dict[str, Any]:
        return self.reactions_add(told, team)

    def views_open(self, told: dict[str, Any], team: str) -> dict[str, Any]:
        return {"view": {"id": "V1"} | told["view"]}

    def oauth_v2_access(self, told: dict[str, Any], team: str) -> dict[str, Any]:
        granted = self.codes.pop(told["code"], None)
        if granted is None:
            return refused("invalid_code")
        token = f"xoxb-2-{granted}"
        self.tokens[token] = granted
        team_told = {"id": granted, "name": f"Team {granted}"}
        return {"access_token": token, "bot_user_id": BOT_USER, "team": team_told, "app_id": APP}

    # --- files --------------------------------------------------------------------------------
    def files_getUploadURLExternal(self, told: dict[str, Any], team: str) -> dict[str, Any]:  # noqa: N802  # Slack's name
        file = self.share(told["filename"], "application/octet-stream", b"")
        file["size"] = int(told["length"])
        return {"file_id": file["id"], "upload_url": f"{self.url}/upload/{file['id']}"}

    def files_completeUploadExternal(self, told: dict[str, Any], team: str) -> dict[str, Any]:  # noqa: N802  # Slack's name
        channel = told["channel_id"]
        files = [self.files[one["id"]] | {"title": one["title"]} for one in told["files"]]
        message = self.own(told | {"text": told.get("initial_comment")}, team)
        message |= {"files": files, "subtype": "file_share"}
        self.messages[channel].append(message)
        for file in files:
            share = {"ts": message["ts"]}
            self.files[file["id"]] = file | {"shares": {"public": {channel: [share]}}}
        return {"files": [{"id": one["id"], "title": one["title"]} for one in files]}

    def files_info(self, told: dict[str, Any], team: str) -> dict[str, Any]:
        found = self.files.get(told["file"])
        return {"file": found} if found else refused("file_not_found")

    def files_delete(self, told: dict[str, Any], team: str) -> dict[str, Any]:
        return {} if self.files.pop(told["file"], None) else refused("file_deleted")

    async def upload(self, request: web.Request) -> web.Response:
        self.bytes[request.match_info["number"]] = await request.read()
        return web.Response(text="OK")

    async def download(self, request: web.Request) -> web.Response:
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        self.calls.append(Call("download", "GET", token, {"file": request.match_info["number"]}))
        fault = self.fault("download") or Fault()
        if fault.status != 200:
            return web.Response(status=fault.status, headers=fault.headers)
        if token not in self.tokens:
            return web.Response(text="<!DOCTYPE html><html>Sign in", content_type="text/html")
        return web.Response(body=self.bytes[request.match_info["number"]])

    # --- Socket Mode ----------------------------------------------------------------------------
    def apps_connections_open(self, told: dict[str, Any], token: str) -> dict[str, Any]:
        if token != APP_TOKEN:
            return refused("invalid_auth")
        return {"url": f"{self.url}/socket?ticket={len(self.calls)}".replace("http", "ws", 1)}

    async def socket(self, request: web.Request) -> web.StreamResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.send_json({"type": "hello", "num_connections": 1})
        self.sockets.append(socket)
        self.acknowledging.set()
        async for frame in socket:
            told = json.loads(frame.data)
            self.acknowledged[told["envelope_id"]] = told
            self.acknowledging.set()
        self.sockets.remove(socket)
        return socket

    async def push(self, payload: dict[str, Any], key: str, kind: str = "events_api") -> None:
        """Send an envelope over the newest socket."""
        envelope = {"envelope_id": key, "type": kind, "payload": payload}
        await self.sockets[-1].send_json(envelope | {"accepts_response_payload": False})

    async def until(self, holds: Callable[[], Any]) -> None:
        """Wait until something that came over a socket makes *holds* true."""
        async with asyncio.timeout(60):
            while not holds():
                self.acknowledging.clear()
                await self.acknowledging.wait()


def refused(error: str) -> dict[str, Any]:
    return {"ok": False, "error": error}


def since(message: dict[str, Any], told: dict[str, Any]) -> bool:
    return float(message["ts"]) >= float(told.get("oldest") or 0)


def paged(name: str, items: list[dict[str, Any]], told: dict[str, Any]) -> dict[str, Any]:
    start = int(told.get("cursor") or 0)
    rest = len(items) > start + PAGE
    cursor = str(start + PAGE) if rest else ""
    return {
        name: items[start : start + PAGE],
        "has_more": rest,
        "response_metadata": {"next_cursor": cursor},
    }


def signed(body: bytes, secret: str = SECRET, at: float | None = None) -> dict[str, str]:
    """Return the headers with which Slack signs *body*."""
    when = str(int(time.time() if at is None else at))
    mark = hmac.new(secret.encode(), f"v0:{when}:".encode() + body, sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": when, "X-Slack-Signature": f"v0={mark}"}


async def post(
    http: ClientSession, url: str, payload: dict[str, Any] | bytes, **headers: str
) -> tuple[int, str]:
    """Tell the desk something, as Slack does; returns its answer."""
    body = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    kind = {"Content-Type": "application/json"}
    async with http.post(url, data=body, headers=kind | signed(body) | headers) as answer:
        return answer.status, await answer.text()


@asynccontextmanager
async def slack_server() -> AsyncIterator[SlackServer]:
    """Run a stand-in in this event loop."""
    server = SlackServer()
    app = web.Application(client_max_size=2**26)
    app.add_routes(
        [
            web.route("*", "/api/{method}", server.method),
            web.post("/upload/{number}", server.upload),
            web.get("/files-pri/{number}/{name}", server.download),
            web.get("/socket", server.socket),
        ]
    )
    runner = web.AppRunner(app, shutdown_timeout=1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    server.port = runner.addresses[0][1]
    try:
        yield server
    finally:
        server.held.set()
        for socket in list(server.sockets):
            await socket.close()
        await runner.cleanup()
