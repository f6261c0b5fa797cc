"""Files both ways: fetched with the workspace's token, and shared in one visible step."""

from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import urlsplit

from channels.slack.compose import text_of
from channels.slack.installations import Installation, Installations
from channels.slack.web import Web
from channels.slack.words import escaped
from channels.wire.http import origin, raised
from inbox.channel import File, Line, Outgoing
from inbox.errors import Ambiguous, Misconfigured, Rejected, TryLater

LARGEST = 1024 * 2**20  #: bytes, as Slack takes them
UPLOADING = 240.0  #: seconds for the bytes of one file
HOST = ".slack.com"  #: where a token may be shown
PAGE = b"<!doctype html"  #: what Slack answers to somebody who may not see a file


class Files:
    def __init__(self, line: Line, web: Web, installations: Installations) -> None:
        self.line = line
        self.web = web
        self.installations = installations

    # --- in -----------------------------------------------------------------------------
    async def fetch(self, source: str, most: int) -> AsyncIterator[bytes]:
        """Open a file by its workspace, id and address. Raises a `DeliveryError`."""
        team, number, address = (*source.split(" ", 2), "", "")[:3]
        token = (await self.installations.of(team)).token
        if not address:
            told = (await self.web.ask("files.info", token, file=number)).get("file") or {}
            address = str(told.get("url_private_download") or told.get("url_private") or "")
        if not self.is_slacks(address):
            raise Rejected("The file does not lie at Slack.")
        headers = {"Authorization": f"Bearer {token}"}
        first = True
        async for chunk in self.web.wire.download(
            address, most=most, origins=(origin(address) or "",), headers=headers
        ):
            if first and chunk[:64].lstrip().lower().startswith(PAGE) and is_page(address):
                raise Misconfigured("Slack does not show the file: the app needs files:read.")
            first = False
            yield chunk

    def is_slacks(self, address: str) -> bool:
        """Tell whether the token may be shown there."""
        if origin(address) == origin(self.web.api):
            return True
        try:
            place = urlsplit(address)
        except ValueError:
            return False
        return place.scheme == "https" and f".{place.hostname or ''}".endswith(HOST)

    # --- out ----------------------------------------------------------------------------
    async def share(
        self, one: Installation, channel: str, thread: str | None, outgoing: Outgoing
    ) -> str:
        """Upload the files and show them, with the text, as one message; return its id.

        Nobody sees anything before the last call, so whatever fails until then is repeated.
        """
        uploaded = [await self.upload(one, file) for file in outgoing.files]
        told = await self.web.do(
            "files.completeUploadExternal",
            one.token,
            once=True,
            files=uploaded,
            channel_id=channel,
            thread_ts=thread,
            initial_comment=escaped(text_of(outgoing)) or None,
        )
        ts = shared_at(told, channel) or await self.look(one, channel, str(uploaded[0]["id"]))
        return f"{channel}:{ts}" if ts else f"{channel}:{uploaded[0]['id']}"

    async def upload(self, one: Installation, file: File) -> dict[str, Any]:
        """Hand over the bytes of a file; it is nowhere to be seen yet."""
        size = str(len(file.content) or file.size)
        told = await self.web.form(
            "files.getUploadURLExternal", one.token, filename=file.name, length=size
        )
        answer = await self.web.wire.call(
            "POST",
            str(told.get("upload_url", "")),
            data=file.content or self.line.file(file.blob or ""),
            headers={"Content-Length": size, "Content-Type": file.media_type},
            timeout=UPLOADING,
            once=False,
        )
        raised(answer, f"Slack did not take the file: it answered {answer.status}.")
        return {"id": str(told.get("file_id", "")), "title": file.name}

    async def look(self, one: Installation, channel: str, number: str) -> str | None:
        """Ask once which message carries a file; Slack shares it a moment later at times."""
        try:
            told = await self.web.ask("files.info", one.token, file=number)
        except (TryLater, Ambiguous, Rejected, Misconfigured):
            return None
        return shared_at({"files": [told.get("file") or {}]}, channel)


def shared_at(told: dict[str, Any], channel: str) -> str | None:
    """Return the time of the message that carries a file in *channel*."""
    for file in told.get("files") or ():
        shares = file.get("shares") or {}
        for places in (shares.get("public") or {}, shares.get("private") or {}):
            for share in places.get(channel) or ():
                if isinstance(share.get("ts"), str):
                    return str(share["ts"])
    return None


def is_page(address: str) -> bool:
    """Tell whether a page there is a refusal, and not a file that is a page."""
    return not urlsplit(address).path.lower().endswith((".html", ".htm", ".xhtml"))
