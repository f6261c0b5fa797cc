"""Files that came or go with messages; their bytes lie in the blob store."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, bindparam, insert, select

from inbox.errors import NotFound
from inbox.model import Attachment, AttachmentId, MessageId, Value
from inbox.store.numbers import numbered
from inbox.store.rows import Found
from inbox.store.upsert import insert_new
from inbox.tables import AttachmentRow, BlobRow

FIELDS = Attachment.__struct_fields__
COLUMNS = [getattr(AttachmentRow, field) for field in FIELDS]
GET = select(*COLUMNS).where(AttachmentRow.id == bindparam("which"))
OF = select(*COLUMNS).where(numbered(AttachmentRow.message_id, "which")).order_by(AttachmentRow.id)
ADD = insert(AttachmentRow)
KEEP = insert_new(BlobRow, "name")


class Given(Value):
    """A file that lies in the blob store already and shall go with a message."""

    blob: str
    name: str
    media_type: str
    size: int
    content_id: str | None = None
    inline: bool = False


def as_attachment(row: Found) -> Attachment:
    """Make a value of *row*."""
    return Attachment(**dict(zip(FIELDS, row, strict=True)))


class Attachments:
    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def get(self, which: AttachmentId) -> Attachment:
        """Return an attachment. Raises `NotFound`."""
        row = self.connection.execute(GET, {"which": which}).one_or_none()
        if row is None:
            raise NotFound("There is no such file.")
        return as_attachment(row)

    def of(self, which: Sequence[MessageId]) -> Sequence[Attachment]:
        """Return the files of some messages, in the order they were attached."""
        return [as_attachment(row) for row in self.connection.execute(OF, {"which": which})]

    def add(self, files: Sequence[tuple[MessageId, Given]], *, at: datetime) -> None:
        """Write down which files go with which messages."""
        if not files:
            return
        blobs = {given.blob: given.size for _, given in files}
        rows = [{"name": name, "size": size, "created_at": at} for name, size in blobs.items()]
        KEEP(self.connection, rows)
        self.connection.execute(
            ADD,
            [
                {
                    "message_id": message,
                    "name": given.name,
                    "media_type": given.media_type,
                    "size": given.size,
                    "blob": given.blob,
                    "content_id": given.content_id,
                    "inline": given.inline,
                }
                for message, given in files
            ],
        )
