"""The built inbox page: one document for every address of it, and assets that never change."""

import mimetypes
import re
from collections.abc import Awaitable, Callable
from functools import lru_cache
from pathlib import Path

from aiohttp import web

from agents_ui.site import Site

Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]

FOREVER = "public, max-age=31536000, immutable"
HASHED = re.compile(r"-[A-Za-z0-9_-]{8,}\.\w+$")  # Vite puts a hash of the content in the name
POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self'; connect-src {connect}; frame-src 'self' blob:; "
    "media-src {media}; "
    "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
SECURITY = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}
VOICE = "wss://*.twilio.com https://*.twilio.com"  # where a browser speaks
SOUNDS = "https://sdk.twilio.com https://media.twiliocdn.com"  # a telephone rings, even this one
SPEAKING = "camera=(), microphone=(self), geolocation=()"
NOT_BUILT = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Parlour</title>
<body style="font:16px/1.5 system-ui;max-width:40rem;margin:4rem auto;padding:0 1rem">
<h1>The inbox page is not built yet</h1>
<p>The desk itself is running; its API answers below <code>/api</code>. To build the page, have
Node 20 or newer and run <code>npm install &amp;&amp; npm run build</code> in
<code>agents_ui/web</code>, or start the desk with <code>scripts/run</code>.</p>"""


def routes(site: Site) -> list[web.RouteDef]:
    """Return the routes of the inbox page."""
    page = shown(site)
    return [
        web.get("/", to_inbox),
        web.get("/inbox", to_inbox),
        web.get("/inbox/{rest:.*}", page),
        web.get("/sign-in", page),
        web.get("/assets/{name:[A-Za-z0-9._-]+}", assets(site.static / "inbox" / "assets")),
        web.get("/favicon.ico", icon(site.static / "inbox")),
        web.get("/favicon.svg", icon(site.static / "inbox")),
    ]


async def to_inbox(_: web.Request) -> web.StreamResponse:
    return web.Response(status=302, headers={"Location": "/inbox/mine", **SECURITY})


def shown(site: Site) -> Answer:
    """Answer every address of the inbox with its one page, which finds its way by itself."""
    index = site.static / "inbox" / "index.html"

    async def page(request: web.Request) -> web.StreamResponse:
        body = content(index, stamp(index))
        speaks = has_calls(site)
        headers = SECURITY | {
            "Content-Security-Policy": policy(request, speaks=speaks),
            "Cache-Control": "no-cache",
        }
        if speaks:
            headers["Permissions-Policy"] = SPEAKING
        return web.Response(
            body=body or NOT_BUILT.encode(),
            status=200 if body else 503,
            content_type="text/html",
            charset="utf-8",
            headers=headers,
        )

    return page


def has_calls(site: Site) -> bool:
    """Tell whether agents may speak in their browsers."""
    return any(channel.capabilities.calls for channel in site.channels.values())


def policy(request: web.Request, *, speaks: bool) -> str:
    """Return the page's policy; not every browser takes websockets for ``'self'``."""
    host = request.host
    plain = re.fullmatch(r"[\w.:\[\]-]+", host)
    connect = f"'self' ws://{host} wss://{host}" if plain else "'self'"
    if not speaks:
        return POLICY.format(connect=connect, media="'self'")
    return POLICY.format(connect=f"{connect} {VOICE}", media=f"'self' blob: {SOUNDS}")


def assets(folder: Path) -> Answer:
    async def asset(request: web.Request) -> web.StreamResponse:
        return stored(request, folder / request.match_info["name"])

    return asset


def icon(folder: Path) -> Answer:
    async def found(request: web.Request) -> web.StreamResponse:
        return stored(request, folder / request.path.lstrip("/"))

    return found


def stored(request: web.Request, path: Path) -> web.StreamResponse:
    """Answer with a built file, packed when the browser can unpack it."""
    at = stamp(path)
    if at is None:
        raise web.HTTPNotFound
    headers = {
        "Cache-Control": FOREVER if HASHED.search(path.name) else "no-cache",
        "Vary": "Accept-Encoding",
        **SECURITY,
    }
    packed = path.with_name(f"{path.name}.gz")
    packed_at = stamp(packed)
    body = content(path, at)
    if packed_at and "gzip" in request.headers.get("Accept-Encoding", ""):
        headers["Content-Encoding"] = "gzip"
        body = content(packed, packed_at)
    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    charset = "utf-8" if kind.startswith("text/") or kind == "image/svg+xml" else None
    return web.Response(body=body, content_type=kind, charset=charset, headers=headers)


def stamp(path: Path) -> int | None:
    """Return when a file was written; none when there is no such file."""
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return None


@lru_cache(maxsize=128)
def content(path: Path, at: int | None) -> bytes | None:
    """Return a file as it was at that time; few and small enough to be kept."""
    return None if at is None else path.read_bytes()
