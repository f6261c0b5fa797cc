"""The customers' widget: the script a site embeds, and the page its frame shows."""

import gzip
import html
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any, Protocol

import msgspec
import structlog
from aiohttp import web

from agents_ui.site import STATIC

log = structlog.get_logger()
HOUR = "public, max-age=3600"
FOREVER = "public, max-age=31536000, immutable"
FALLBACK = "en"
PAGE = """<!doctype html>
<html lang="{lang}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, viewport-fit=cover">
<meta name="robots" content="noindex">
<title>{title}</title>
<link rel="stylesheet" href="assets/{css}">
<script type="application/json" id="front">{front}</script>
<script type="module" src="assets/{js}"></script>
<body></body>
</html>
"""
NOT_BUILT = "The widget is not built yet: run `npm install && npm run build` in agents_ui/web."


class Widget(Protocol):
    """What the page must know of an account that is carried by other sites."""

    @property
    def origins(self) -> Sequence[str]:
        """The sites that may carry it; ``*`` for any."""

    def front(self) -> dict[str, Any]:
        """Return what the panel shows before anybody says a word."""


class Asset:
    """A built file, ready to be sent."""

    def __init__(self, path: Path, media_type: str) -> None:
        content = path.read_bytes()
        digest = sha256(content).hexdigest()[:12]
        self.name = f"{path.stem}.{digest}{path.suffix}"
        self.media_type = media_type
        self.plain = content
        self.small = gzip.compress(content, 9, mtime=0)
        self.etag = f'"{digest}"'

    def answer(self, request: web.Request, keep: str) -> web.Response:
        headers = {
            "Cache-Control": keep,
            "ETag": self.etag,
            "Vary": "Accept-Encoding",
            "X-Content-Type-Options": "nosniff",
            "Cross-Origin-Resource-Policy": "cross-origin",
        }
        if request.headers.get("If-None-Match") == self.etag:
            return web.Response(status=304, headers=headers)
        small = "gzip" in request.headers.get("Accept-Encoding", "")
        if small:
            headers["Content-Encoding"] = "gzip"
        return web.Response(
            body=self.small if small else self.plain,
            content_type=self.media_type,
            charset="utf-8",
            headers=headers,
        )


def routes(widgets: Mapping[str, Widget], static: Path = STATIC) -> Iterable[web.RouteDef]:
    """Return the routes of the widget; without a built one they say what is missing."""
    try:
        return WidgetPages(widgets, static).routes()
    except FileNotFoundError:
        if widgets:
            log.warning("widget_not_built")
        return [web.get("/widget.js", not_built), web.get("/widget/{rest:.*}", not_built)]


async def not_built(_: web.Request) -> web.Response:
    headers = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
    return web.Response(status=503, text=NOT_BUILT, headers=headers)


class WidgetPages:
    """Serves the widget of every web chat account."""

    def __init__(self, widgets: Mapping[str, Widget], static: Path = STATIC) -> None:
        folder = static / "widget"
        self.widgets = widgets
        self.loader = Asset(folder / "loader.js", "text/javascript")
        self.panel = Asset(folder / "panel.js", "text/javascript")
        self.style = Asset(folder / "panel.css", "text/css")
        self.assets = {asset.name: asset for asset in (self.panel, self.style)}
        self.texts = msgspec.json.decode((folder / "texts.json").read_bytes())

    def routes(self) -> Iterable[web.RouteDef]:
        return [
            web.get("/widget.js", self.script),
            web.get("/widget/{account}", self.page),
            web.get("/widget/assets/{name}", self.asset),
        ]

    async def script(self, request: web.Request) -> web.Response:
        return self.loader.answer(request, HOUR)

    async def asset(self, request: web.Request) -> web.Response:
        found = self.assets.get(request.match_info["name"])
        if found is None:
            raise web.HTTPNotFound
        return found.answer(request, FOREVER)

    async def page(self, request: web.Request) -> web.Response:
        """Show the panel; only the account's sites, and our own pages, may frame it."""
        name = request.match_info["account"]
        widget = self.widgets.get(name)
        if widget is None:
            raise web.HTTPNotFound
        text = self.write(name, widget, request.query.get("lang", ""))
        headers = {
            "Cache-Control": "no-cache",
            "Content-Security-Policy": policy(widget.origins, request.host),
            "Referrer-Policy": "no-referrer",
            "X-Content-Type-Options": "nosniff",
        }
        response = web.Response(text=text, content_type="text/html", headers=headers)
        response.enable_compression()
        return response

    def write(self, name: str, widget: Widget, wanted: str) -> str:
        lang = wanted if wanted in self.texts else FALLBACK
        front = {"account": name, "lang": lang, "texts": self.texts[lang], **widget.front()}
        return PAGE.format(
            lang=lang,
            title=html.escape(front["title"]),
            css=self.style.name,
            js=self.panel.name,
            front=msgspec.json.encode(front).decode().replace("<", "\\u003c"),
        )


def policy(origins: Sequence[str], host: str) -> str:
    """Return a Content-Security-Policy under which the panel has all it needs and no more."""
    frames = "*" if "*" in origins else " ".join(["'self'", *origins])
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        f"connect-src 'self' ws://{host} wss://{host}; form-action 'none'; base-uri 'none'; "
        f"frame-ancestors {frames}"
    )
