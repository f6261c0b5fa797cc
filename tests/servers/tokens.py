"""A provider's token server: renews access tokens, and tells mail servers which are good."""

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

from aiohttp import web


@dataclass
class TokenServer:
    """Knows one refresh token at a time and one user."""

    port: int = 0
    user: str = "support"
    refresh_token: str = "refresh-1"
    rotates: bool = False  #: every renewal gives a new refresh token
    status: int = 200  #: or how it fails
    valid: set[str] = field(default_factory=set)
    renewals: int = 0

    @property
    def token_url(self) -> str:
        return f"http://127.0.0.1:{self.port}/token"

    @property
    def introspection_url(self) -> str:
        return f"http://127.0.0.1:{self.port}/introspect"

    async def renew(self, request: web.Request) -> web.Response:
        given = await request.post()
        if self.status != 200:
            return web.json_response({"error": "temporarily_unavailable"}, status=self.status)
        if given["refresh_token"] != self.refresh_token or given["client_id"] != "desk":
            return web.json_response({"error": "invalid_grant"}, status=400)
        self.renewals += 1
        answer = {"access_token": f"access-{self.renewals}", "expires_in": 3600}
        self.valid = {answer["access_token"]}
        if self.rotates:
            self.refresh_token = answer["refresh_token"] = f"refresh-{self.renewals + 1}"
        return web.json_response(answer)

    async def introspect(self, request: web.Request) -> web.Response:
        token = (await request.post())["token"]
        active = str(token in self.valid).lower()
        return web.json_response({"active": active, "email": self.user})


@contextlib.asynccontextmanager
async def token_server() -> AsyncIterator[TokenServer]:
    """Run such a server in this event loop."""
    server = TokenServer()
    app = web.Application()
    app.add_routes([web.post("/token", server.renew), web.post("/introspect", server.introspect)])
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    server.port = site._server.sockets[0].getsockname()[1]
    try:
        yield server
    finally:
        await runner.cleanup()
