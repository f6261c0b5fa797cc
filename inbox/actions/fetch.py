"""Get a file that a provider only named, after the message it came with was written down."""

from collections.abc import AsyncIterator
from typing import Any

from inbox.channel import Channel, Channels
from inbox.desk import Desk
from inbox.errors import NotFound, Rejected, TryLater
from inbox.jobs import Fetch
from inbox.model import Attachment, AttachmentId
from inbox.store import Unit
from inbox.words import cut

LARGEST = 100 * 2**20  #: bytes of a file that is taken
MAX_REASON = 500


class TooLarge(Rejected):
    """The file is larger than 100 MB; it stays where it is."""


async def fetch(desk: Desk, job: Fetch, *, channels: Channels) -> None:
    """Bring one file into the store. Raises `TryLater` when the provider is busy."""
    try:
        file = await desk.read(find, job.attachment_id)
    except NotFound:
        return  # erased, with the message it came with
    if file.blob or not file.source:
        return
    channel = channels.get(job.account_id)
    if channel is None:
        raise TryLater("Its account is not configured at the moment.")
    try:
        counted = Counted(pieces(channel, file))
        blob = await desk.blobs.put(counted.passed())
    except Rejected as error:
        await desk.write(fail, file.id, str(error))
    else:
        await desk.write(note_fetched, file.id, blob, counted.size)


def pieces(channel: Channel[Any], file: Attachment) -> AsyncIterator[bytes]:
    if file.size > LARGEST:
        raise TooLarge
    return channel.fetch(file.source or "")


class Counted:
    """The pieces of a file, as long as they are not too many."""

    def __init__(self, source: AsyncIterator[bytes]) -> None:
        self.source = source
        self.size = 0

    async def passed(self) -> AsyncIterator[bytes]:
        async for piece in self.source:
            self.size += len(piece)
            if self.size > LARGEST:
                raise TooLarge
            yield piece


def find(unit: Unit, which: AttachmentId) -> Attachment:
    return unit.attachments.get(which)


def note_fetched(unit: Unit, which: AttachmentId, blob: str, size: int) -> None:
    """Write down where the file lies now."""
    unit.attachments.keep({blob: size}, at=unit.now)
    unit.attachments.change(which, blob=blob, size=size, source=None, trouble=None)
    tell(unit, which, {"size": size})


def fail(unit: Unit, which: AttachmentId, reason: str) -> None:
    """Write down why the file cannot be had; where it was is kept."""
    why = cut(reason, MAX_REASON)
    unit.attachments.change(which, trouble=why)
    tell(unit, which, {"trouble": why})


def given_up(unit: Unit, job: Fetch, reason: str) -> None:
    """Leave a file where it is that was tried too often."""
    fail(unit, job.attachment_id, reason)


def tell(unit: Unit, which: AttachmentId, change: dict[str, Any]) -> None:
    message = unit.messages.get(unit.attachments.get(which).message_id)
    unit.happened(
        "attachment.fetched",
        conversation=message.conversation_id,
        customer=message.customer_id,
        message=message.id,
        change={"attachment_id": which, **change},
    )
