"""Slack calls over a socket that we open: Socket Mode. No public address is needed.

Bolt's own handler keeps the SDK's client, which tries an expired address for ever and tells
nobody but its log why it cannot connect. So the connection is ours, and what comes over it is
Bolt's and the SDK's. See docs/decisions/0015-slacks-socket-is-ours.md.
"""

import asyncio
from contextlib import suppress
from typing import Any

import msgspec
from aiohttp import ClientError, ClientSession, ClientWebSocketResponse, WSMsgType
from slack_bolt.adapter.socket_mode.async_internals import run_async_bolt_app
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse

from channels.slack.dispatch import Dispatch
from channels.slack.web import Web
from inbox.channel import Exchange
from inbox.errors import DeliveryError, Unavailable

HEARTBEAT = 20.0  #: seconds; a connection that does not answer for so long is dead
FIRST, MOST = 1.0, 60.0  #: seconds until the next attempt, doubled each time
STEADY = 10.0  #: seconds after which a connection was a good one
LARGEST = 4 * 2**20  #: bytes of one frame
FAREWELL = 5.0  #: seconds for what was begun


class Socket:
    def __init__(self, app_token: str, web: Web, dispatch: Dispatch) -> None:
        self.app_token = app_token
        self.web = web
        self.dispatch = dispatch
        self.trouble: str | None = None
        self.tasks: set[asyncio.Task[None]] = set()

    async def listen(self) -> None:
        """Stay connected until cancelled."""
        now = asyncio.get_running_loop().time
        pause = FIRST
        while True:
            began = now()
            try:
                await self.connected()
            except DeliveryError as error:
                self.trouble = str(error)
                pause = max(pause, getattr(error, "after", None) or 0)
            except (ClientError, TimeoutError, OSError):
                self.trouble = "The connection to Slack broke."
            if now() - began > STEADY:
                pause = FIRST
            else:
                await asyncio.sleep(pause)
                pause = min(MOST, pause * 2)

    async def connected(self) -> None:
        """Hear over one connection, until Slack asks for another."""
        told = await self.web.form("apps.connections.open", self.app_token)
        async with (
            ClientSession() as session,
            session.ws_connect(
                str(told.get("url", "")), heartbeat=HEARTBEAT, max_msg_size=LARGEST
            ) as socket,
        ):
            try:
                await self.hear(socket)
            finally:
                await self.finish()

    async def hear(self, socket: ClientWebSocketResponse) -> None:
        async for frame in socket:
            if frame.type is not WSMsgType.TEXT:
                continue
            told = decoded(frame.data)
            match told.get("type"):
                case "hello":
                    self.trouble = None
                case "disconnect":
                    return
                case _:
                    task = asyncio.create_task(self.take(socket, told))
                    self.tasks.add(task)
                    task.add_done_callback(self.tasks.discard)

    async def take(self, socket: ClientWebSocketResponse, told: dict[str, Any]) -> None:
        """Hand an envelope on; it is acknowledged when what it brought is stored."""
        request = SocketModeRequest.from_dict(told)
        if request is None:
            return
        response: SocketModeResponse | None = None
        with suppress(Unavailable, ConnectionError):  # Slack will bring it again
            response = await self.answer(request)
            if response is not None:
                await socket.send_str(msgspec.json.encode(response.to_dict()).decode())
        self.record(told, 200 if response else 503)

    def record(self, told: dict[str, Any], status: int) -> None:
        """Log an envelope, and whether it was acknowledged."""
        line = self.web.wire.line
        line.record(
            Exchange(
                at=line.now(),
                outward=False,
                method="SOCKET",
                url=str(told.get("type")),
                status=status,
                request=self.web.wire.kept(msgspec.json.encode(told).decode()),
            )
        )

    async def answer(self, request: SocketModeRequest) -> SocketModeResponse | None:
        """Return the acknowledgement; none when Slack has to bring it again."""
        try:
            found = await run_async_bolt_app(self.dispatch.app, request)
        except (TypeError, ValueError, AttributeError, KeyError):
            found = None
        if found is None or found.status == 500:  # what Bolt cannot read, a person looks at
            await self.dispatch.keep(msgspec.json.encode(request.payload))
        elif found.status not in {200, 404}:
            return None
        body = decoded(found.body) if found is not None and found.status == 200 else {}
        return SocketModeResponse(envelope_id=request.envelope_id, payload=body or None)

    async def finish(self) -> None:
        """Let what was begun be stored; it is not acknowledged any more."""
        if self.tasks:
            _, late = await asyncio.wait(self.tasks, timeout=FAREWELL)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)


def decoded(text: str) -> dict[str, Any]:
    """Read a JSON object; an empty one when it is none."""
    try:
        found = msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
