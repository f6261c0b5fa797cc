"""Files: uploaded before they are sent, and fetched by links that expire."""

import re
from collections.abc import AsyncIterator, Sequence
from typing import Any
from urllib.parse import quote, unquote

import msgspec
from aiohttp import web
from aiohttp.client_exceptions import ClientPayloadError
from msgspec import Struct

from agents_ui.api.shapes import Uploaded
from agents_ui.calls import Call, Endpoints
from agents_ui.problems import Refused
from inbox.blobs import DiskBlobs
from inbox.errors import NotFound
from inbox.model import Attachment, AttachmentId
from inbox.signing import Signer
from inbox.store import Unit
from inbox.store.attachments import Given
from inbox.words import cut

endpoints = Endpoints("files")

TYPE = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]{0,99}/[a-z0-9][a-z0-9!#$&^_.+-]{0,99}")
UNKNOWN = "application/octet-stream"
A_DAY = 24 * 3600
FORBIDDEN = re.compile(r'[\x00-\x1f\x7f/\\"<>|:*?\u202a-\u202e\u2066-\u2069]')  # also RTL tricks


class Stored(Struct, array_like=True):
    """An upload, as its token says it."""

    blob: str
    name: str
    media_type: str
    size: int
    agent: int


class FileQuery(Struct, kw_only=True, forbid_unknown_fields=True):
    """What lets somebody fetch a file."""

    token: str  #: from the link


STORED = msgspec.json.Decoder(Stored)


@endpoints(
    "POST",
    "/files",
    status=201,
    takes="application/octet-stream",
    reads={"X-File-Name": "The file's name, percent-encoded."},
)
async def upload(call: Call) -> Uploaded:
    """Upload a file, its bytes being the body; send it with a reply or note within a day."""
    request, desk = call.request, call.front.desk
    name = file_name(unquote(request.headers.get("X-File-Name", ""), errors="replace"))
    kind = request.content_type.lower()
    limit = call.front.site.largest_upload
    if request.content_length is not None and request.content_length > limit:
        raise web.HTTPRequestEntityTooLarge(limit, request.content_length)
    counted = Counted(request, limit)
    blob = await desk.blobs.put(counted.pieces())
    stored = Stored(
        blob=blob,
        name=name,
        media_type=kind if TYPE.fullmatch(kind) else UNKNOWN,
        size=counted.size,
        agent=call.agent.id,
    )
    token = desk.signer.sign("upload", msgspec.json.encode(stored).decode(), seconds=A_DAY)
    return Uploaded(token=token, name=name, media_type=stored.media_type, size=stored.size)


class Counted:
    """A body that may not be larger than it may."""

    def __init__(self, request: web.Request, limit: int) -> None:
        self.request = request
        self.limit = limit
        self.size = 0

    async def pieces(self) -> AsyncIterator[bytes]:
        try:
            async for piece in self.request.content.iter_chunked(256 * 1024):
                self.size += len(piece)
                if self.size > self.limit:
                    raise web.HTTPRequestEntityTooLarge(self.limit, self.size)
                yield piece
        except ClientPayloadError:
            raise Refused(400, "The upload broke off.") from None


def file_name(given: str) -> str:
    """Return a name that no system takes for anything but a name."""
    name = FORBIDDEN.sub("_", cut(given.strip(), 200)).strip(". ")
    return name or "file"


def opened(signer: Signer, tokens: Sequence[str], blobs: DiskBlobs) -> list[Given]:
    """Return the uploads that *tokens* stand for; refuses what is none."""
    return [stored(signer, token, blobs) for token in tokens[:100]]


def stored(signer: Signer, token: str, blobs: DiskBlobs) -> Given:
    value = signer.check("upload", token)
    if value is None:
        raise Refused(422, "This upload is not known or too old.", field="attachments")
    found = STORED.decode(value)
    if not blobs.refresh(found.blob):
        raise Refused(422, "This upload is gone; send it again.", field="attachments")
    return Given(blob=found.blob, name=found.name, media_type=found.media_type, size=found.size)


@endpoints("GET", "/files/{id}", needs=None, media="application/octet-stream")
async def download(call: Call, id: int, query: FileQuery) -> web.StreamResponse:  # noqa: A002
    """Fetch a file by the link in its message, which works for an hour."""
    desk = call.front.desk
    if desk.signer.check("file", query.token) != str(id):
        raise NotFound("This link is not good, or not any more.")
    file = await call.read(find, AttachmentId(id))
    pieces = desk.blobs.open(file.blob)
    try:
        first = await anext(pieces, b"")
        response = web.StreamResponse(headers=file_headers(file.name, first))
        response.content_length = file.size
        await response.prepare(call.request)
        if call.request.method != "HEAD":
            await send(response, first, pieces)
    finally:
        await pieces.aclose()  # type: ignore[attr-defined]  # it is a generator
    return response


def find(unit: Unit, which: AttachmentId) -> Attachment:
    return unit.attachments.get(which)


async def send(response: web.StreamResponse, first: bytes, rest: AsyncIterator[Any]) -> None:
    await response.write(first)
    async for piece in rest:
        await response.write(piece)
    await response.write_eof()


def file_headers(name: str, beginning: bytes) -> dict[str, str]:
    """Let a browser show only what is a picture by its first bytes; it saves all else."""
    picture = picture_type(beginning)
    way = "inline" if picture else "attachment"
    return {
        "Content-Type": picture or UNKNOWN,
        "Content-Disposition": f"{way}; filename*=UTF-8''{quote(name, safe='')}",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Cross-Origin-Resource-Policy": "cross-origin",  # mails are shown in a sandbox
        "Cache-Control": "private, max-age=3600, immutable",
        "Referrer-Policy": "no-referrer",
    }


def picture_type(beginning: bytes) -> str | None:
    """Return the type of a picture that every browser draws without running anything."""
    if beginning.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if beginning.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if beginning[:6] in (b"GIF87a", b"GIF89a"):
        return "image/gif"
    if beginning[:4] == b"RIFF" and beginning[8:12] == b"WEBP":
        return "image/webp"
    return None
