"""A desk with a Slack app, and a stand-in for Slack that it talks with."""

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from tests.channels.open_desk import OpenDesk, open_desk
from tests.servers.slack import BOT_TOKEN, SECRET, SlackServer, post, slack_server

SHARED = "C0SHARED"  # a channel that we share with customers
EVENTS = "/channels/slack/events"


@pytest.fixture
async def slack() -> AsyncIterator[SlackServer]:
    async with slack_server() as server:
        server.person("U0ADA", "Ada Marsh", "ada@shop.example", team="T0SHOP")
        server.person("U0BO", "Bo Lind", "bo@shop.example", team="T0SHOP")
        yield server


def settings(slack: SlackServer, **more: Any) -> dict[str, Any]:
    told = {"kind": "slack", "api": slack.api, "bot_token": BOT_TOKEN, "signing_secret": SECRET}
    return told | more


@pytest.fixture
async def desk(slack: SlackServer, tmp_path: Path) -> AsyncIterator[OpenDesk]:
    async with open_desk(tmp_path, slack=settings(slack)) as opened:
        yield opened


async def tell(desk: OpenDesk, payload: dict[str, Any], **headers: str) -> tuple[int, str]:
    """Have Slack tell the desk something over HTTP."""
    return await post(desk.http, f"{desk.url}{EVENTS}", payload, **headers)


def when(found: Callable[[], Any]) -> Callable[[], Awaitable[Any]]:
    """Return a question for `OpenDesk.until` about what the stand-in was told."""

    async def ask() -> Any:
        return found()

    return ask


async def fetched(desk: OpenDesk) -> list[dict[str, Any]] | None:
    """Return the files of the first message, once they are here."""
    files: list[dict[str, Any]] = (await desk.heard(1))[0]["attachments"]
    return None if any(file["pending"] for file in files) else files


async def ours(desk: OpenDesk, delivery: str) -> dict[str, Any] | None:
    """Return an answer of ours that got as far as *delivery*."""
    said = await desk.heard(1)
    return next((one for one in said if one["delivery"] == delivery), None)
