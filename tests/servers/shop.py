"""A shop's own system, which forms ask about orders; it believes nothing that is not signed."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web
from standardwebhooks import Webhook

from tests.servers.serving import serving


class Shop:
    """Knows orders, and can misbehave."""

    def __init__(self, secret: str) -> None:
        self.secret = secret
        self.orders: dict[str, dict[str, Any]] = {"AB-12345": {"status": "on its way"}}
        self.asked: list[dict[str, Any]] = []
        self.answer: web.Response | None = None  #: instead of what it knows
        self.seconds = 0.0  #: until it answers
        self.url = ""

    async def look_up(self, request: web.Request) -> web.Response:
        body = await request.read()
        Webhook(self.secret).verify(body, dict(request.headers))
        question = json.loads(body)
        self.asked.append(question)
        await asyncio.sleep(self.seconds)
        if self.answer is not None:
            return self.answer
        order = self.orders.get(question["values"].get("order"))
        return web.json_response(order) if order else web.json_response({}, status=404)


@asynccontextmanager
async def shop(secret: str) -> AsyncIterator[Shop]:
    """Run a shop on this machine."""
    one = Shop(secret)
    app = web.Application()
    app.router.add_post("/orders", one.look_up)
    async with serving(app) as origin:
        one.url = f"{origin}/orders"
        yield one
