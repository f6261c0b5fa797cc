"""Believe our own reverse proxies, and nobody else, about who asks and how."""

from collections.abc import Sequence
from ipaddress import IPv4Network, IPv6Network, ip_address

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

Networks = Sequence[IPv4Network | IPv6Network]


def behind(proxies: Networks) -> Middleware:
    """Return a middleware that puts the client's own address in the proxy's place."""

    @web.middleware
    async def unmask(request: web.Request, handler: Handler) -> web.StreamResponse:
        if not is_among(request.remote or "", proxies):
            return await handler(request)
        hops = request.headers.get("X-Forwarded-For", "").split(",")
        asking = stranger(hops, proxies)
        return await handler(request.clone(remote=asking) if asking else request)

    return unmask


def stranger(hops: Sequence[str], proxies: Networks) -> str | None:
    """Return the last hop that is not ours: what came before it anybody may have written."""
    for hop in reversed(hops):
        address = hop.strip()
        if is_address(address) and not is_among(address, proxies):
            return address
    return None


def is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def is_among(text: str, networks: Networks) -> bool:
    return is_address(text) and any(ip_address(text) in network for network in networks)
