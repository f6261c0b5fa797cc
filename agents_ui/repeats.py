"""Idempotency-Key: the same request sent again gets the first one's answer."""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple, TypeVar

from msgspec import json
from sqlalchemy import bindparam, insert, select

from agents_ui.problems import Refused
from inbox.errors import Conflict
from inbox.model import AgentId
from inbox.store import Unit
from inbox.tables import RepeatRow

R = TypeVar("R")

LONGEST = 200  # characters of a key
FIND = select(RepeatRow.request_hash, RepeatRow.status, RepeatRow.body).where(
    RepeatRow.agent_id == bindparam("agent"), RepeatRow.key == bindparam("key")
)


class Claim(NamedTuple):
    """One request under one key."""

    agent: AgentId
    key: str
    request_hash: str
    status: int  #: of the answer, when it succeeds


class Repeat(NamedTuple):
    """What was answered before."""

    status: int
    body: bytes


def claim(agent: AgentId, key: str, what: bytes, status: int) -> Claim:
    """Name a request; *what* is everything that makes it this one."""
    if not key or len(key) > LONGEST or not key.isprintable():
        raise Refused(400, f"Take 1 to {LONGEST} visible characters.", field="Idempotency-Key")
    return Claim(agent, key, hashlib.sha256(what).hexdigest(), status)


def find(unit: Unit, claim: Claim) -> Repeat | None:
    """Return what was answered to the same request; refuse another under its key."""
    found = unit.connection.execute(FIND, {"agent": claim.agent, "key": claim.key}).first()
    if found is None:
        return None
    if found.request_hash != claim.request_hash:
        raise Refused(
            422, "This Idempotency-Key was used for another request.", field="Idempotency-Key"
        )
    return Repeat(found.status, found.body)


def remember(unit: Unit, claim: Claim, action: Callable[..., R], *args: Any, **named: Any) -> R:
    """Do *action* and keep its answer, in one transaction."""
    if find(unit, claim):
        raise Conflict("The same request has just been answered; ask again.")
    result = action(unit, *args, **named)
    unit.connection.execute(
        insert(RepeatRow),
        {
            "agent_id": claim.agent,
            "key": claim.key,
            "request_hash": claim.request_hash,
            "status": claim.status,
            "body": b"" if result is None else json.encode(result),
            "created_at": unit.now,
        },
    )
    return result


class UnderWay:
    """The keys whose first request is still being answered."""

    def __init__(self) -> None:
        self.keys: set[tuple[AgentId, str]] = set()

    @contextmanager
    def alone(self, claim: Claim) -> Iterator[None]:
        """Refuse a second request under the same key while the first one runs."""
        key = claim.agent, claim.key
        if key in self.keys:
            raise Conflict("A request with this Idempotency-Key is being answered right now.")
        self.keys.add(key)
        try:
            yield
        finally:
            self.keys.discard(key)
