"""Files that came or go with messages; their bytes lie in the blob store."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update

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
AWAITED = (
    select(AttachmentRow.id, AttachmentRow.message_id)
    .where(
        numbered(AttachmentRow.message_id, "which"),
        AttachmentRow.source.is_not(None),
        AttachmentRow.blob == "",
    )
    .order_by(AttachmentRow.id)
)
ADD = insert(AttachmentRow)
KEEP = insert_new(BlobRow, "name")


class Given(Value):
    """A file that goes with a message: it lies in the blob store, or the channel fetches it."""

    blob: str  #: empty while it is not here
    name: str
    media_type: str
    size: int
    content_id: str | None = None
    inline: bool = False
    source: str | None = None  #: where the channel finds it


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
        self.keep({given.blob: given.size for _, given in files if given.blob}, at=at)
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
                    "source": given.source,
                }
                for message, given in files
            ],
        )

    def keep(self, blobs: Mapping[str, int], *, at: datetime) -> None:
        """Write down that files of some sizes are in the blob store, and are wanted."""
        rows = [{"name": name, "size": size, "created_at": at} for name, size in blobs.items()]
        if rows:
            KEEP(self.connection, rows)

    def awaited(self, which: Sequence[MessageId]) -> Sequence[tuple[AttachmentId, MessageId]]:
        """Return which files of some messages are to be fetched, each with its message."""
        rows = self.connection.execute(AWAITED, {"which": which})
        return [(AttachmentId(row[0]), MessageId(row[1])) for row in rows]

    def change(self, which: AttachmentId, **fields: Any) -> None:
        """Set some fields of an attachment."""
        statement = update(AttachmentRow).where(AttachmentRow.id == which).values(**fields)
        self.connection.execute(statement)
