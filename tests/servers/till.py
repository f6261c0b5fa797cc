"""Another system that is connected by signed webhooks: a till that counts what it is told."""

import json
from base64 import b64encode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from aiohttp import ClientSession, web
from standardwebhooks import Webhook

from tests.servers.serving import serving

SECRET = "whsec_" + b64encode(b"till and desk both know this one").decode()
OTHER = "whsec_" + b64encode(b"somebody else has another secret").decode()


class Till:
    """The other system: it signs what it tells, and counts what it is told."""

    def __init__(self) -> None:
        self.told: list[dict[str, object]] = []
        self.names: list[str] = []
        self.answers: list[web.Response] = []
        self.url = ""
        self.events = ""  #: where the desk listens
        self.desk: Any = None

    async def hear(self, request: web.Request) -> web.Response:
        body = await request.read()
        Webhook(SECRET).verify(body, dict(request.headers))
        self.told.append(json.loads(body))
        self.names.append(request.headers["webhook-id"])
        return self.answers.pop(0) if self.answers else web.json_response({})

    async def give(self, request: web.Request) -> web.Response:
        return web.Response(body=b"a picture", content_type="image/png")

    async def tell(
        self,
        event: dict[str, Any],
        *,
        name: str | None = None,
        secret: str = SECRET,
        late: timedelta = timedelta(0),
        spoil: bytes = b"",
        url: str = "",
    ) -> int:
        """Tell the desk something; returns the status of its answer."""
        body = json.dumps(event).encode()
        name = name or f"event-{event.get('id')}-{event['type']}-{event.get('version', '')}"
        at = datetime.now(UTC) - late
        headers = {
            "webhook-id": name,
            "webhook-timestamp": str(int(at.timestamp())),
            "webhook-signature": Webhook(secret).sign(name, at, body.decode()),
        }
        async with (
            ClientSession() as http,
            http.post(url or self.events, data=body + spoil, headers=headers) as answer,
        ):
            return answer.status


def wrote(text: str = "Is my order ready?", name: str = "m-1", **more: Any) -> dict[str, Any]:
    """Return what the till tells when a customer wrote."""
    sender = {"id": "17", "name": "Ines Duarte", "email": "ines@example.org"}
    return {"type": "message.created", "id": name, "sender": sender, "text": text, **more}


@asynccontextmanager
async def listening(till: Till) -> AsyncIterator[None]:
    application = web.Application()
    application.add_routes([web.post("/hook", till.hear), web.get("/file", till.give)])
    async with serving(application) as till.url:
        yield
