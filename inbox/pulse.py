"""When accounts were last heard and last spoken through; no message costs a write of its own."""

from collections import Counter
from datetime import datetime, timedelta

from inbox.model import AccountId, Value

ENOUGH = timedelta(minutes=5)  # of failures that go away by themselves, until they are trouble
FORGOTTEN = timedelta(hours=13)  # whatever is tried again has been by then


class Beat(Value):
    """What an account did since it was written down last."""

    heard: int = 0
    sent: int = 0
    heard_at: datetime | None = None
    sent_at: datetime | None = None


class Pulse:
    """Remembers what accounts do until somebody writes it down."""

    def __init__(self) -> None:
        self.heard_at: dict[AccountId, datetime] = {}
        self.sent_at: dict[AccountId, datetime] = {}
        self.heard: Counter[AccountId] = Counter()
        self.sent: Counter[AccountId] = Counter()
        self.refused: dict[AccountId, str] = {}  #: what a provider said of our credentials
        self.failing: dict[
            AccountId, tuple[datetime, datetime, str]
        ] = {}  #: since when, until when, why

    def hear(self, account: AccountId, at: datetime, count: int = 1) -> None:
        """Note that *count* payloads came."""
        self.heard_at[account] = at
        self.heard[account] += count

    def speak(self, account: AccountId, at: datetime) -> None:
        """Note that a provider took something from us."""
        self.sent_at[account] = at
        self.sent[account] += 1
        self.forgive(account)

    def fail(self, account: AccountId, why: str, at: datetime, *, for_good: bool) -> None:
        """Note that a provider did not take something; *for_good* until somebody acts."""
        if for_good:
            self.refused[account] = why
        first, _, _ = self.failing.get(account, (at, at, why))
        self.failing[account] = (first, at, why)

    def forgive(self, account: AccountId) -> None:
        """Forget what failed: it works, or somebody has done something."""
        self.refused.pop(account, None)
        self.failing.pop(account, None)

    def trouble(self, account: AccountId, now: datetime) -> str | None:
        """Return why nothing leaves by an account: it was refused, or fails for a while."""
        if why := self.refused.get(account):
            return why
        first, last, lately = self.failing.get(account, (now, now, ""))
        return lately if last - first > ENOUGH and now - last < FORGOTTEN else None

    def taken(self) -> dict[AccountId, Beat]:
        """Return what happened since the last time, and begin anew."""
        beats = {
            account: Beat(
                heard=self.heard[account],
                sent=self.sent[account],
                heard_at=self.heard_at.get(account) if self.heard[account] else None,
                sent_at=self.sent_at.get(account) if self.sent[account] else None,
            )
            for account in {*self.heard, *self.sent}
        }
        self.heard.clear()
        self.sent.clear()
        return beats

    def put_back(self, beats: dict[AccountId, Beat]) -> None:
        """Count again what could not be written down."""
        for account, beat in beats.items():
            self.heard[account] += beat.heard
            self.sent[account] += beat.sent
