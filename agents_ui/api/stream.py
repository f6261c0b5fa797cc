"""The live stream, and the API's description of itself."""

from typing import Annotated

from aiohttp import web
from msgspec import Meta, Struct

from agents_ui.calls import HEADERS, JSON, Call, Endpoints

endpoints = Endpoints("stream")


class LiveQuery(Struct, kw_only=True, forbid_unknown_fields=True):
    """From where to go on."""

    since: Annotated[int, Meta(ge=0, le=2**63 - 1)] | None = (
        None  #: the `sequence` heard last; none begins now
    )


@endpoints("GET", "/live", live=True)
async def live(call: Call, query: LiveQuery) -> web.StreamResponse:
    """Hear what changes, as a websocket. Resume with `since` after a lost connection."""
    call.front.door.guard_socket(call.request)
    return await call.front.live.serve(call.request, call.known, query.since)


@endpoints("GET", "/openapi.json", needs=None)
async def openapi(call: Call) -> web.Response:
    """Describe this API as OpenAPI 3.1."""
    return web.Response(body=call.front.described, content_type=JSON, headers=HEADERS)
