"""A small shop to try the chat on, with somebody to sign in as."""

from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime, timedelta
from pathlib import Path

import msgspec
from aiohttp import web

HERE = Path(__file__).parent
HOUR = timedelta(hours=1)
POLICY = (  # as strict as a site can be; the chat needs nothing but its script and its frame
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "frame-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'"
)
ANA = {"sub": "customer-1842", "name": "Ana Kos", "email": "ana.kos@kiln-and-willow.example"}


class Shop:
    """Serves the shop, and signs who its only customer is, as a site's server would."""

    def __init__(self, secret: str, clock: Callable[[], datetime]) -> None:
        self.secret = secret  #: the web chat account's ``identity_secret``
        self.clock = clock

    def routes(self) -> Iterable[web.RouteDef]:
        return [
            web.get("/demo", page),
            web.get("/demo/shop.css", asset("shop.css")),
            web.get("/demo/shop.js", asset("shop.js")),
            web.post("/demo/identity", self.identity),
        ]

    async def identity(self, _: web.Request) -> web.Response:
        """Sign that the one who asks is Ana; she is everybody's customer."""
        from joserfc import jwt
        from joserfc.jwk import OctKey

        now = self.clock()
        claims = {**ANA, "iat": int(now.timestamp()), "exp": int((now + HOUR).timestamp())}
        signed = jwt.encode({"alg": "HS256"}, claims, OctKey.import_key(self.secret))
        body = msgspec.json.encode({"jwt": signed})
        headers = {"Cache-Control": "no-store"}
        return web.Response(body=body, content_type="application/json", headers=headers)


async def page(_: web.Request) -> web.FileResponse:
    headers = {"Content-Security-Policy": POLICY, "Cache-Control": "no-cache"}
    return web.FileResponse(HERE / "shop.html", headers=headers)


def asset(name: str) -> Callable[[web.Request], Awaitable[web.FileResponse]]:
    async def send(_: web.Request) -> web.FileResponse:
        return web.FileResponse(HERE / name, headers={"Cache-Control": "no-cache"})

    return send
