"""What a browser is told when it asks for too much."""

from http import HTTPStatus

import msgspec
from aiohttp import web

MEGABYTE = 1024 * 1024


class Refused(Exception):
    """A request that is not answered, and why."""

    def __init__(self, status: int, reason: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(reason)
        self.status = status
        self.headers = headers or {}


def refusal(status: int, reason: str, headers: dict[str, str] | None = None) -> web.Response:
    """Write a problem as RFC 9457 has it."""
    problem = {"title": HTTPStatus(status).phrase, "status": status, "detail": reason}
    return web.Response(
        body=msgspec.json.encode(problem),
        status=status,
        content_type="application/problem+json",
        headers={"Cache-Control": "no-store", **(headers or {})},
    )


async def read_bounded(request: web.Request, most: int) -> bytes:
    """Return the body, or refuse it as soon as it is known to be too long."""
    if (request.content_length or 0) > most:
        raise too_large(most)
    chunks, size = [], 0
    async for chunk in request.content.iter_chunked(65_536):
        size += len(chunk)
        if size > most:
            raise too_large(most)
        chunks.append(chunk)
    return b"".join(chunks)


def too_large(most: int) -> Refused:
    return Refused(413, f"That is too large: {most / MEGABYTE:.3g} MB at most.")
