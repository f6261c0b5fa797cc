"""Files that somebody outside fetches: a provider, or a customer whose channel carries none.

Their address is made by `Line.link`; whoever has it may fetch that one file for a while.
"""

import asyncio
import re
from collections.abc import Awaitable, Callable
from urllib.parse import quote

import msgspec
from aiohttp import web
from msgspec import Struct

from agents_ui.api.files import TYPE, UNKNOWN, file_name
from inbox.desk import Desk
from inbox.errors import NotFound

ACTIVE = re.compile(r".*(html|xml|svg|script|ecma|x-shockwave).*")  #: a browser may run these
SHOWN = re.compile(r"(image|audio|video)/.*|application/pdf")


class Shared(Struct, array_like=True):
    """A file, as the token of its address says it."""

    blob: str
    name: str
    media_type: str


SHARED = msgspec.json.Decoder(Shared)


def routes(desk: Desk) -> list[web.RouteDef]:
    return [web.get("/files/{token}", handing_out(desk))]


def handing_out(desk: Desk) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    async def hand_out(request: web.Request) -> web.StreamResponse:
        value = desk.signer.check("public file", request.match_info["token"])
        if value is None:
            raise NotFound("This link is not good, or not any more.")
        file = SHARED.decode(value)
        response = web.StreamResponse(headers=headers(file))
        response.content_length = await asyncio.to_thread(desk.blobs.size, file.blob)
        await response.prepare(request)
        if request.method != "HEAD":
            async for piece in desk.blobs.open(file.blob):
                await response.write(piece)
            await response.write_eof()
        return response

    return hand_out


def headers(file: Shared) -> dict[str, str]:
    """Say what it is; only what a browser merely shows is not just saved."""
    kind = file.media_type.lower()
    known = bool(TYPE.fullmatch(kind)) and not ACTIVE.fullmatch(kind)
    way = "inline" if known and SHOWN.fullmatch(kind) else "attachment"
    # A reader of PDFs does not start within a sandbox.
    cage = "default-src 'none'" if kind == "application/pdf" else "default-src 'none'; sandbox"
    return {
        "Content-Type": kind if known else UNKNOWN,
        "Content-Disposition": f"{way}; filename*=UTF-8''{quote(file_name(file.name), safe='')}",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": cage,
        "Cache-Control": "private, max-age=3600, immutable",
        "Referrer-Policy": "no-referrer",
        "X-Robots-Tag": "noindex",
    }
