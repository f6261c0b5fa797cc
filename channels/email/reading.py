"""Read a mailbox for as long as it takes, and remember how far.

The bookmark is stored in one transaction with the mails it stands behind, and a mail's key
is the hash of its bytes: whatever breaks, reading goes on after the last mail on disk, and
a mailbox that renumbered everything (UIDVALIDITY) is read again without doubling anything.
"""

import asyncio
import contextlib
import hashlib
import random
from collections import Counter
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from datetime import date, timedelta
from typing import Any

import msgspec
import structlog

from channels.email.imap import Mailbox, RefusedError, open_mailbox, slices
from channels.email.oauth import Grant
from channels.email.settings import AfterReading, Settings
from inbox.channel import Line, Raw
from inbox.errors import DeskError, Misconfigured, TryLater
from inbox.model import Value

log = structlog.get_logger()

BATCH = 50  # mails in one transaction
HEAVY = 8 * 2**20  # bytes in one transaction, unless one mail alone is larger
BEGINNING = 2**18  # bytes taken of a mail that is too large
PATIENCE = 20.0  # seconds between attempts, at most, while a server is away
REFUSALS = 3  # attempts at a mail that the server cannot hand over
BLOCKED = 60.0  # seconds between attempts, at first, while somebody must act
BLOCKED_LONGEST = 900.0


class Bookmark(Value):
    """How far a mailbox was read."""

    uidvalidity: int | None = None  #: the numbering that `uid` belongs to
    folder: str = ""  #: the folder that was read
    uid: int = 0  #: the last mail that was taken
    until: int = 0  #: up to this mail, only those since `since` are taken
    since: date | None = None  #: the day from which on mails are ours
    renewed: dict[str, str] | None = None  #: a refresh token that replaced ours, sealed


class Reader:
    """Hands everything in a mailbox to the line, now and from now on."""

    def __init__(self, settings: Settings, line: Line, grant: Grant | None) -> None:
        self.settings = settings
        self.line = line
        self.grant = grant
        self.bookmark = Bookmark()
        self.mailbox: Mailbox | None = None  #: the one opened last
        self.trouble: str | None = None  #: why no mails come in, for people
        self.failures = 0
        self.blocked = False
        self.refusals: Counter[int] = Counter()

    async def read_forever(self) -> None:
        """Read until cancelled; whatever breaks, begin again after a pause."""
        while True:
            try:
                await self.recall()
                await self.read()
            except Exception as error:  # noqa: BLE001  # a listener must survive everything
                self.note(error)
            await asyncio.sleep(self.pause())

    def note(self, error: Exception) -> None:
        """Say what is wrong to whoever looks, and once in the log.

        Servers close connections now and then; only what happens again is trouble.
        """
        known = isinstance(error, DeskError)
        reason = str(error) if known else f"Reading broke off ({type(error).__name__})."
        self.failures += 1
        self.blocked = isinstance(error, Misconfigured)
        if self.failures == 1 and known and not self.blocked:
            return
        if reason != self.trouble:
            facts = {"account": self.line.account, "error": type(error).__name__}
            log.warning("mailbox_unreadable", **facts)
        self.trouble = reason

    def pause(self) -> float:
        """Return how many seconds to wait: longer each time, and never at the same beat."""
        first, longest = (BLOCKED, BLOCKED_LONGEST) if self.blocked else (1.0, PATIENCE)
        seconds = min(longest, first * 2.0 ** min(self.failures - 1, 10))
        return seconds * random.uniform(0.7, 1.0)  # noqa: S311  # nobody gains by guessing it

    # ----- the bookmark

    async def recall(self) -> None:
        """Open the account's cursor; one that cannot be read means starting over."""
        self.bookmark = await self.stored()
        if self.grant:
            self.grant.recall(self.bookmark.renewed, self.line.unseal)

    async def stored(self) -> Bookmark:
        cursor = await self.line.cursor()
        with contextlib.suppress(msgspec.DecodeError):  # also a ValidationError
            return msgspec.json.decode(cursor or "{}", type=Bookmark)
        return Bookmark()

    async def take(self, *raws: Raw, **moved: Any) -> None:
        """Store mails and the bookmark behind them, which moves only when that worked."""
        renewed = self.grant.memory(self.line.seal) if self.grant else None
        mark = msgspec.structs.replace(self.bookmark, renewed=renewed, **moved)
        await self.line.take(*raws, cursor=msgspec.json.encode(mark).decode())
        self.bookmark = mark

    async def keep_token(self) -> None:
        """Store a refresh token that replaced the one before.

        Where nobody reads the mailbox, how far it was read is what the store says.
        """
        if self.mailbox is None:
            self.bookmark = await self.stored()
        await self.take()

    async def start_over(self, mailbox: Mailbox) -> None:
        """Begin at the first mail that is ours, in the numbering of today."""
        since = self.bookmark.since
        if since is None:
            since = self.line.now().date() - timedelta(days=self.settings.imap.import_days)
        until = mailbox.uidnext - 1 if mailbox.uidnext else max(await mailbox.uids(1), default=0)
        fresh = self.bookmark.uidvalidity is None
        skip = until if fresh and self.settings.imap.import_days == 0 else 0
        place = {"uidvalidity": mailbox.uidvalidity, "folder": mailbox.imap.folder}
        await self.take(**place, uid=skip, until=until, since=since)

    # ----- reading

    async def read(self) -> None:
        """Read until something breaks."""
        async with await open_mailbox(self.settings, self.grant) as mailbox:
            self.mailbox = mailbox
            mark = self.bookmark
            if (mark.uidvalidity, mark.folder) != (mailbox.uidvalidity, mailbox.imap.folder):
                await self.start_over(mailbox)
            while True:
                await self.catch_up(mailbox)
                self.trouble, self.failures = None, 0
                await mailbox.wait(self.settings.imap.idle_seconds)

    async def catch_up(self, mailbox: Mailbox) -> None:
        """Take everything that has come since the bookmark."""
        for uids in slices(await self.waiting(mailbox)):
            sizes = await mailbox.sizes(uids)
            async with aclosing(self.batches(mailbox, uids, sizes)) as batches:
                async for batch in batches:
                    await self.take(*batch.values(), uid=max(batch))
                    if self.settings.imap.after_reading is not AfterReading.NOTHING:
                        await mailbox.put_away(list(batch))

    async def waiting(self, mailbox: Mailbox) -> Sequence[int]:
        """Return the numbers of the mails to take."""
        mark, found = self.bookmark, list[int]()
        if mark.uid < mark.until:
            # a day earlier: the server's calendar may lie behind ours
            since = mark.since and mark.since - timedelta(days=1)
            found = await mailbox.uids(mark.uid + 1, mark.until, since)
        return found + await mailbox.uids(max(mark.uid, mark.until) + 1)

    async def held(self, since: date) -> AsyncGenerator[Raw]:
        """Fetch what lies in the mailbox since *since*, on a connection of its own.

        Nothing is marked or moved, and the bookmark stays where it is. Mails from before the
        account began are nobody's business here.
        """
        await self.recall()
        first = max(since, self.bookmark.since or since)
        async with await open_mailbox(self.settings, self.grant) as mailbox:
            for uids in slices(await mailbox.uids(1, since=first - timedelta(days=1))):
                sizes = await mailbox.sizes(uids)
                for uid in uids:
                    if uid in sizes and (raw := await self.fetch(mailbox, uid, sizes[uid])):
                        yield raw

    async def batches(
        self, mailbox: Mailbox, uids: Sequence[int], sizes: dict[int, int]
    ) -> AsyncGenerator[dict[int, Raw]]:
        """Fetch mails, and hand out so many at a time that memory stays bounded."""
        batch: dict[int, Raw] = {}
        try:
            for uid in uids:
                if uid in sizes and (raw := await self.fetch(mailbox, uid, sizes[uid])):
                    batch[uid] = raw
                if len(batch) >= BATCH or sum(len(raw.payload) for raw in batch.values()) > HEAVY:
                    yield batch
                    batch = {}
        except TryLater:
            if batch:
                yield batch  # what came before it broke is not fetched again
            raise
        if batch:
            yield batch

    async def fetch(self, mailbox: Mailbox, uid: int, size: int) -> Raw | None:
        """Fetch one mail, of a large one the beginning; none when it is gone."""
        facts = {"uid": str(uid), "uidvalidity": str(mailbox.uidvalidity)}
        large = size > self.settings.max_bytes
        try:
            payload = await mailbox.body(uid, size, BEGINNING if large else None)
        except RefusedError as error:
            self.refusals[uid] += 1
            if self.refusals[uid] < REFUSALS:
                raise TryLater(str(error)) from error
            # the others must not wait for ever behind it; people see it in the quarantine
            key = f"{mailbox.uidvalidity}/{uid}"
            return Raw(payload=b"", key=key, headers=facts | {"refused": str(error)})
        if payload is None:
            return None
        facts |= {"cut_from": str(size)} if large else {}
        return Raw(payload=payload, key=await fingerprint(payload), headers=facts)


async def fingerprint(payload: bytes) -> str:
    """Return the hash of a mail; nobody waits for that of a large one."""
    if len(payload) < 2**20:
        return hashlib.sha256(payload).hexdigest()
    return (await asyncio.to_thread(hashlib.sha256, payload)).hexdigest()
