"""Signing in and out in the store, which keeps only hashes of what opens the door."""

import hashlib
import secrets
from datetime import timedelta

from sqlalchemy import bindparam, select

from inbox.model import AgentId, Role
from inbox.store import Unit
from inbox.store.numbers import among
from inbox.tables import AgentRow, ApiTokenRow, SessionRow

MARK = "plr_"  # begins every API token, so that scanners recognise one that leaked

SESSIONS = (
    select(SessionRow.token_hash, AgentRow.role)
    .join(AgentRow, AgentRow.id == SessionRow.agent_id)
    .where(
        among(SessionRow.token_hash, "hashes"),
        SessionRow.expires_at > bindparam("now"),
        AgentRow.archived_at.is_(None),
    )
)
TOKENS = (
    select(ApiTokenRow.token_hash, AgentRow.role)
    .join(AgentRow, AgentRow.id == ApiTokenRow.agent_id)
    .where(
        among(ApiTokenRow.token_hash, "hashes"),
        ApiTokenRow.revoked_at.is_(None),
        AgentRow.archived_at.is_(None),
    )
)


def hashed(token: str) -> str:
    """Return what the store keeps of *token*; it is random, so one round is enough."""
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()


def begin(unit: Unit, agent: AgentId, *, lasts: timedelta, user_agent: str, instead: str) -> str:
    """Sign *agent* in and return the session's token; the session hashed *instead* ends."""
    token = secrets.token_urlsafe(32)
    unit.agents.close_session(instead)
    unit.agents.open_session(
        hashed(token), agent, now=unit.now, until=unit.now + lasts, user_agent=user_agent
    )
    unit.happened("agent.signed_in", by=agent, about=agent)
    return token


def prolong(unit: Unit, token_hash: str, *, lasts: timedelta) -> None:
    """Note that a session was used, and let it last again."""
    unit.agents.see_session(token_hash, now=unit.now, until=unit.now + lasts)


def end(unit: Unit, token_hash: str) -> None:
    unit.agents.close_session(token_hash)


def alive(unit: Unit, hashes: list[str]) -> dict[str, Role]:
    """Return which of these sessions and tokens still open the door, and as what."""
    sessions = unit.connection.execute(SESSIONS, {"hashes": hashes, "now": unit.now})
    tokens = unit.connection.execute(TOKENS, {"hashes": hashes})
    return {row.token_hash: Role(row.role) for rows in (sessions, tokens) for row in rows}


def new_token(unit: Unit, agent: AgentId, name: str) -> tuple[int, str]:
    """Make a token that acts as *agent*; it can be read only now."""
    token = MARK + secrets.token_urlsafe(32)
    return unit.agents.create_token(hashed(token), agent, name, at=unit.now), token


def revoke(unit: Unit, agent: AgentId, token: int) -> str:
    """End a token and return its hash. Raises `NotFound` when it is nobody's or another's."""
    found = unit.connection.scalar(select(ApiTokenRow.token_hash).where(ApiTokenRow.id == token))
    unit.agents.revoke_token(token, agent, at=unit.now)
    return found or ""
