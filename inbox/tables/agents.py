"""Who works at the desk, what they are doing, and how they sign in."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from inbox.tables.base import Row


class AgentRow(Row):
    __tablename__ = "agent"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    email: Mapped[str] = mapped_column(unique=True)
    password_hash: Mapped[str]
    role: Mapped[str]
    created_at: Mapped[datetime]
    archived_at: Mapped[datetime | None]
    phone: Mapped[str | None]  # where they may be rung
    skills: Mapped[dict[str, Any]] = mapped_column(server_default="{}")
    languages: Mapped[list[str]] = mapped_column(server_default="[]")
    capacity: Mapped[float] = mapped_column(server_default="6")
    shift: Mapped[str | None]  # the name of the hours in which they work


class DutyRow(Row):
    """What an agent is doing at the desk."""

    __tablename__ = "duty"

    agent_id: Mapped[int] = mapped_column(ForeignKey("agent.id"), primary_key=True)
    availability: Mapped[str]
    reason: Mapped[str | None]
    since: Mapped[datetime]
    connected_until: Mapped[datetime | None]
    on_call: Mapped[bool]
    misses: Mapped[int]
    idle_since: Mapped[datetime | None]
    offered_at: Mapped[datetime | None]


class SessionRow(Row):
    __tablename__ = "session"

    token_hash: Mapped[str] = mapped_column(primary_key=True)
    agent_id: Mapped[int] = mapped_column(ForeignKey("agent.id"), index=True)
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    user_agent: Mapped[str]


class ApiTokenRow(Row):
    __tablename__ = "api_token"

    id: Mapped[int] = mapped_column(primary_key=True)
    agent_id: Mapped[int] = mapped_column(ForeignKey("agent.id"), index=True)
    name: Mapped[str]
    token_hash: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class RepeatRow(Row):
    """What we answered to an Idempotency-Key."""

    __tablename__ = "repeat"

    agent_id: Mapped[int] = mapped_column(ForeignKey("agent.id"), primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    request_hash: Mapped[str]
    status: Mapped[int]
    body: Mapped[bytes]
    created_at: Mapped[datetime] = mapped_column(index=True)
