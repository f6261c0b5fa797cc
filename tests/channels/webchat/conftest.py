"""A chat on a real server, and visitors who talk with it over either transport."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from channels.webchat import Settings, WebChat
from tests.channels.webchat.paper import Paper

SITE = "https://shop.example"
SECRET = "a secret of the shop, 32 characters long"


class Visitor:
    """A browser's side of the websocket."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.socket = socket
        self.welcome: dict[str, Any] = {}

    async def say(self, kind: str, **facts: Any) -> None:
        await self.socket.send_json({"type": kind, **facts})

    async def hear(self, kind: str) -> dict[str, Any]:
        """Return the next frame of *kind*; others are passed over."""
        while True:
            frame = await self.socket.receive_json(timeout=30)
            if frame["type"] == kind:
                return frame

    async def write(self, text: str, client_id: str = "message-1", **facts: Any) -> dict[str, Any]:
        await self.say("message", client_id=client_id, text=text, **facts)
        return await self.hear("stored")


class Chat:
    """One chat account on a server of its own."""

    def __init__(self, paper: Paper, channel: WebChat, client: TestClient) -> None:
        self.paper = paper
        self.channel = channel
        self.client = client

    async def token(self, **asked: Any) -> str:
        response = await self.client.post("/channels/shop/session", json=asked)
        assert response.status == 200, await response.text()
        return (await response.json())["token"]

    async def enter(self, token: str | None = None) -> Visitor:
        """Open a tab; a visitor who shows no *token* is a new one."""
        visitor = Visitor(await self.client.ws_connect("/channels/shop/socket"))
        await visitor.say("hello", token=token or await self.token())
        visitor.welcome = await visitor.hear("welcome")
        return visitor

    async def post(self, token: str, *frames: dict[str, Any]) -> Any:
        response = await self.client.post(
            "/channels/shop/messages?tab=one", json=list(frames), headers=bearer(token)
        )
        return await response.json()

    async def poll(self, token: str, after: int = 0, tab: str = "one") -> Any:
        response = await self.client.get(
            f"/channels/shop/messages?tab={tab}&after={after}", headers=bearer(token)
        )
        return await response.json()

    def thread(self, token: str) -> str:
        keeper = self.channel.doors.doorkeeper
        visitor = keeper.open(token)
        assert visitor
        return keeper.thread(visitor)


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


@pytest.fixture
def paper() -> Paper:
    return Paper()


@pytest.fixture
async def open_chat(paper: Paper) -> AsyncIterator[Callable[..., Awaitable[Chat]]]:
    """Open a chat with settings of your own."""
    opened: list[Chat] = []

    async def opening(**settings: Any) -> Chat:
        told = {"origins": (SITE,), "identity_secret": SECRET} | settings
        channel = WebChat(Settings(**told), paper)
        app, mounted = web.Application(), web.Application()
        mounted.add_routes(channel.routes())
        app.add_subapp("/channels/shop", mounted)
        client = TestClient(TestServer(app))
        await client.start_server()
        opened.append(Chat(paper, channel, client))
        return opened[-1]

    yield opening
    for chat in opened:
        await chat.channel.close()
        await chat.client.close()


@pytest.fixture
async def chat(open_chat: Callable[..., Awaitable[Chat]]) -> Chat:
    return await open_chat()


def later(paper: Paper, **passed: float) -> None:
    paper.clock += timedelta(**passed)
