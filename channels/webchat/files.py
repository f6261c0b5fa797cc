"""Files of visitors: handed over before the message that names them, and shown again."""

from typing import Any
from urllib.parse import quote, unquote

import msgspec
from aiohttp import web

from channels.webchat.frames import linked
from channels.webchat.payloads import Upload
from channels.webchat.refusals import read_bounded, refusal
from inbox.channel import File, Line, Said
from inbox.errors import DeskError, Invalid
from inbox.words import cut

DAY = 86_400  # until a file must be sent; the desk tidies away after two what nobody sent
WEEK = 7 * DAY
MAGIC = {  # only these are ever shown; everything else is handed out for saving
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"GIF8": "image/gif",
}
HEADERS = {
    "Cache-Control": "private, max-age=86400, immutable",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
}


class Cloakroom:
    """Keeps visitors' files and hands out links to them."""

    def __init__(self, line: Line, most: int) -> None:
        self.line = line
        self.most = most
        self.purpose = f"webchat file {line.account}"

    async def keep(self, thread: str, request: web.Request) -> dict[str, Any]:
        """Store the body of *request*; return what the message may name it by."""
        content = await read_bounded(request, self.most)
        name = clean_name(unquote(request.headers.get("X-File-Name", "")))
        upload = Upload(
            blob=await self.line.store_file(content),
            name=name,
            media_type=looks_like(content) or "application/octet-stream",
            size=len(content),
        )
        return {"file": self.sign(f"given {thread}", upload, DAY), **self.link(upload)}

    def sign(self, purpose: str, upload: Upload, seconds: int = WEEK) -> str:
        value = msgspec.json.encode(upload).decode()
        return self.line.sign(f"{self.purpose} {purpose}", value, seconds=seconds)

    def open(self, purpose: str, token: str) -> Upload | None:
        value = self.line.check(f"{self.purpose} {purpose}", token)
        return msgspec.json.decode(value, type=Upload) if value else None

    def given(self, thread: str, tokens: tuple[str, ...]) -> tuple[Upload, ...]:
        """Return what the visitor of *thread* handed over. Raises `Invalid`."""
        uploads = [self.open(f"given {thread}", token) for token in tokens]
        if None in uploads:
            raise Invalid("A file is unknown or too old; please attach it again.")
        return tuple(upload for upload in uploads if upload)

    def link(self, upload: Upload) -> dict[str, Any]:
        return linked(upload, self.sign("shown", upload))

    def links(self, said: Said) -> list[dict[str, Any]]:
        return [
            self.link(msgspec.convert(each, Upload, from_attributes=True)) for each in said.files
        ]

    async def show(self, request: web.Request) -> web.StreamResponse:
        """Stream a file; only pictures are shown, all else is saved."""
        upload = self.open("shown", request.match_info["token"])
        if upload is None:
            return refusal(404, "This link is unknown or too old.")
        chunks = self.line.file(upload.blob)
        try:
            first = await anext(chunks, b"")
        except (OSError, LookupError, DeskError):
            return refusal(404, "This file is not here any more.")
        response = web.StreamResponse(headers=HEADERS | headers(upload, first))
        await response.prepare(request)
        await response.write(first)
        async for chunk in chunks:
            await response.write(chunk)
        return response


def headers(upload: Upload, first: bytes) -> dict[str, str]:
    picture = looks_like(first)
    return {
        "Content-Type": picture or "application/octet-stream",
        "Content-Length": str(upload.size),
        "Content-Disposition": f"{'inline' if picture else 'attachment'}; "
        f"filename*=UTF-8''{quote(upload.name, safe='')}",
    }


def looks_like(content: bytes) -> str | None:
    """Return which kind of picture *content* is, whatever anybody says of it."""
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    return next((kind for magic, kind in MAGIC.items() if content.startswith(magic)), None)


def clean_name(name: str) -> str:
    """Return a file name without folders, control characters and writing-direction tricks."""
    last = name.replace("\\", "/").rpartition("/")[2]
    printable = "".join(letter for letter in last if letter.isprintable())
    return cut(printable.strip(" ."), 150) or "file"


def attached(file: File, blob: str) -> Upload:
    """Return a file of ours as the browser may fetch it."""
    size = len(file.content) or file.size
    return Upload(blob=blob, name=file.name, media_type=file.media_type, size=size)
