"""Watch the accounts: note when they are heard, log what is said, tell who fails or is silent.

No message costs a write of its own for that: what happened is gathered in memory and written
down together, a few times a minute.
"""

import asyncio
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta

import msgspec
import structlog

from config.accounts.covering import covered
from config.accounts.plugs import Plugs
from inbox.actions import accounts as verbs
from inbox.channel import Exchange
from inbox.errors import Unavailable
from inbox.model import AccountId
from inbox.store import Unit
from inbox.store.accounts import Kept
from inbox.words import clean

EVERY = 1.0  #: seconds between two looks
CHANGES = 2  #: looks after which others' changes are looked for
BEATS = 10  #: looks after which it is written down who was heard
SILENCES = 60  #: looks after which silence, and what could not be started, is looked at
TRIM = 250  #: exchanges of an account after which its log is cut to its length
GRACE = timedelta(minutes=2)  # without trouble, until an account whose trouble we found works

log = structlog.get_logger()


class Watch:
    """Looks after the accounts of this process, until cancelled."""

    def __init__(self, plugs: Plugs) -> None:
        self.plugs = plugs
        self.desk = plugs.desk
        self.reported: dict[AccountId, str] = {}  #: the troubles that this process told
        self.logged: Counter[AccountId] = Counter()  #: exchanges since the log was trimmed

    async def run(self) -> None:
        looks = 0
        while True:
            await asyncio.sleep(EVERY)
            looks += 1
            try:
                await self.look(looks)
            except Unavailable:
                continue  # the store tells of itself

    async def look(self, looks: int) -> None:
        """Do what is due at this look."""
        if looks % CHANGES == 0:
            await self.plugs.refresh()
        if self.desk.exchanges or looks % BEATS == 0:
            await self.write_down()
        if looks % SILENCES == 0:
            await self.plugs.mend()
        if looks % BEATS == 0:
            await self.judge(silences=looks % SILENCES == 0)

    async def close(self) -> None:
        """Write down what the last ones did; a store that is away loses no more than that."""
        with suppress(Unavailable):
            await self.write_down()

    async def write_down(self) -> None:
        """Write what accounts did, and what was said with their providers."""
        exchanges = self.gathered()
        beats = self.desk.pulse.taken()
        if not exchanges and not beats:
            return
        try:
            await self.desk.write(verbs.observe, beats, exchanges)
        except Unavailable:
            self.desk.pulse.put_back(beats)
            raise
        self.logged.update(account for account, _ in exchanges)
        if full := [account for account, count in self.logged.items() if count >= TRIM]:
            await self.desk.write(verbs.trim, full)
            for account in full:
                del self.logged[account]

    def gathered(self) -> Sequence[tuple[AccountId, Exchange]]:
        """Take the exchanges that wait, with everything secret covered."""
        found = []
        while self.desk.exchanges:
            account, exchange = self.desk.exchanges.popleft()
            safe = covered(exchange, self.plugs.secrets.get(account, ()))
            found.append((account, cleaned(safe)))
        return found

    # --- trouble ----------------------------------------------------------------------------
    async def judge(self, *, silences: bool = False) -> None:
        """Tell which accounts do not work, and which do again."""
        quiet = await self.desk.read(silent) if silences else {}
        for kept in await self.desk.read(lambda unit: unit.accounts.every()):
            if kept.id in self.plugs.all and not kept.paused_at:
                why = self.plugs.trouble(kept.id) or (not kept.trouble and quiet.get(kept.id))
                await (self.tell(kept, why) if why else self.relieve(kept))

    async def tell(self, kept: Kept, why: str) -> None:
        if kept.trouble is None or self.reported.get(kept.id) != why:
            self.reported[kept.id] = why
            await self.desk.write(verbs.trouble, kept.id, why)
            log.warning("account_trouble", account=kept.id)

    async def relieve(self, kept: Kept) -> None:
        if kept.trouble and self.is_over(kept):
            self.reported.pop(kept.id, None)
            await self.desk.write(verbs.recover, kept.id)

    def is_over(self, kept: Kept) -> bool:
        """Tell whether an account works again whose trouble is on record.

        It does once something came or went. Trouble that this process told is over when it
        sees none any more; another's only when it is the one who would see it.
        """
        told = kept.trouble_at or self.desk.clock()
        if any(at and at > told for at in (*self.heard(kept.id), kept.heard_at, kept.sent_at)):
            return True
        if (kept.trouble or "").startswith(verbs.SILENT):
            return False
        if kept.id in self.reported:
            return True
        plug = self.plugs.all[kept.id]
        ours = self.desk.database.is_sqlite or kept.id in self.plugs.listening
        return ours and self.desk.clock() - plug.at > GRACE

    def heard(self, which: AccountId) -> tuple[datetime | None, datetime | None]:
        pulse = self.desk.pulse
        return pulse.heard_at.get(which), pulse.sent_at.get(which)


def silent(unit: Unit) -> dict[AccountId, str]:
    """Return which accounts are unusually quiet."""
    found = {
        one.id: verbs.silence(unit, one)
        for one in unit.accounts.every()
        if one.archived_at is None and one.paused_at is None
    }
    return {which: why for which, why in found.items() if why}


def cleaned(exchange: Exchange) -> Exchange:
    """Return *exchange* as every database can store it."""
    texts = ("method", "url", "request", "response", "error")
    told = {name: clean(value) for name in texts if (value := getattr(exchange, name)) is not None}
    return msgspec.structs.replace(exchange, **told)
