"""When accounts were last heard and last spoken through; no message costs a write of its own."""

from collections import Counter
from datetime import datetime

from inbox.model import AccountId, Value


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

    def hear(self, account: AccountId, at: datetime, count: int = 1) -> None:
        """Note that *count* payloads came."""
        self.heard_at[account] = at
        self.heard[account] += count

    def speak(self, account: AccountId, at: datetime) -> None:
        """Note that a provider took something from us."""
        self.sent_at[account] = at
        self.sent[account] += 1
        self.refused.pop(account, None)

    def refuse(self, account: AccountId, reason: str) -> None:
        """Note that a provider takes nothing from us until somebody does something."""
        self.refused[account] = reason

    def taken(self) -> dict[AccountId, Beat]:
        """Return what happened since the last time, and begin anew."""
        beats = {
            account: Beat(
                heard=self.heard[account],
                sent=self.sent[account],
                heard_at=self.heard_at.get(account),
                sent_at=self.sent_at.get(account),
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
