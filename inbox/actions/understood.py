"""What a channel understood of a payload, made ready for its transaction."""

from collections.abc import Mapping

from msgspec.structs import replace

from inbox.channel import File, Heard, Inbound
from inbox.desk import Desk
from inbox.model import AccountId, ConversationId, JournalId, Value


class Understood(Value):
    """What became of one row of the journal: what was heard, or why nothing could be."""

    journal_id: JournalId
    account: AccountId
    heard: tuple[Heard, ...] | None = None
    reason: str | None = None  #: why it could not be understood
    homes: Mapping[str, ConversationId] = {}  #: where the reply tokens that are ours lead


async def ready(desk: Desk, understood: Understood) -> Understood:
    """Do what must not happen within a transaction: store the files, check the tokens."""
    said = [one for one in understood.heard or () if isinstance(one, Inbound)]
    if not any(one.token or one.files for one in said):
        return understood
    heard = [await with_files_stored(desk, one) for one in understood.heard or ()]
    return replace(understood, heard=tuple(heard), homes=homes(desk, said))


def homes(desk: Desk, said: list[Inbound]) -> dict[str, ConversationId]:
    """Return where each token leads that this desk made."""
    opened = {one.token: desk.signer.open_short("reply", one.token) for one in said if one.token}
    return {
        token: ConversationId(int(number))
        for token, number in opened.items()
        if number and number.isdecimal()
    }


async def with_files_stored(desk: Desk, heard: Heard) -> Heard:
    """Put the contents of files into the blob store, and leave only their names."""
    if not isinstance(heard, Inbound) or not heard.files:
        return heard
    return replace(heard, files=tuple([await stored(desk, file) for file in heard.files]))


async def stored(desk: Desk, file: File) -> File:
    if file.blob is not None or (file.source and not file.content):
        return file
    blob = await desk.blobs.put(file.content)
    return replace(file, content=b"", blob=blob, size=len(file.content))
