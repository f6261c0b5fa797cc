"""Who answers, and what they are signed in with. Tokens are known by their hash alone."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from inbox.errors import NotFound
from inbox.model import Agent, AgentId, Role
from inbox.store.rows import Found
from inbox.tables import AgentRow, ApiTokenRow, SessionRow

FIELDS = Agent.__struct_fields__
COLUMNS = [getattr(AgentRow, field) for field in FIELDS]
GET = select(*COLUMNS).where(AgentRow.id == bindparam("which"))
ALL = select(*COLUMNS).order_by(AgentRow.id)
BY_EMAIL = select(*COLUMNS, AgentRow.password_hash).where(
    AgentRow.email == bindparam("email"), AgentRow.archived_at.is_(None)
)
BY_SESSION = (
    select(*COLUMNS, SessionRow.seen_at)
    .join(SessionRow, SessionRow.agent_id == AgentRow.id)
    .where(
        SessionRow.token_hash == bindparam("token"),
        SessionRow.expires_at > bindparam("now"),
        AgentRow.archived_at.is_(None),
    )
)
BY_TOKEN = (
    select(*COLUMNS, ApiTokenRow.id, ApiTokenRow.used_at)
    .join(ApiTokenRow, ApiTokenRow.agent_id == AgentRow.id)
    .where(
        ApiTokenRow.token_hash == bindparam("token"),
        ApiTokenRow.revoked_at.is_(None),
        AgentRow.archived_at.is_(None),
    )
)
TOKENS = (
    select(ApiTokenRow.id, ApiTokenRow.name, ApiTokenRow.created_at, ApiTokenRow.used_at)
    .where(ApiTokenRow.agent_id == bindparam("agent"), ApiTokenRow.revoked_at.is_(None))
    .order_by(ApiTokenRow.id)
)


def as_agent(row: Found) -> Agent:
    """Make a value of the first columns of *row*."""
    fields = dict(zip(FIELDS, row, strict=False))
    fields["role"] = Role(fields["role"])
    return Agent(**fields)


class Agents:
    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def get(self, which: AgentId) -> Agent:
        """Return an agent. Raises `NotFound`."""
        row = self.connection.execute(GET, {"which": which}).one_or_none()
        if row is None:
            raise NotFound("There is no such agent.")
        return as_agent(row)

    def all(self) -> Sequence[Agent]:
        """Return everybody who ever answered, the archived ones too."""
        return [as_agent(row) for row in self.connection.execute(ALL)]

    def by_email(self, email: str) -> tuple[Agent, str] | None:
        """Return who signs in with *email*, and the hash of their password."""
        row = self.connection.execute(BY_EMAIL, {"email": email.strip().lower()}).one_or_none()
        return (as_agent(row), row.password_hash) if row else None

    def create(
        self, *, name: str, email: str, password_hash: str, role: Role, at: datetime
    ) -> AgentId:
        """Write a new agent."""
        statement = insert(AgentRow).values(
            name=name,
            email=email.strip().lower(),
            password_hash=password_hash,
            role=role,
            created_at=at,
        )
        return AgentId(self.connection.execute(statement.returning(AgentRow.id)).scalar_one())

    def change(self, which: AgentId, **fields: Any) -> None:
        """Set some fields of an agent."""
        self.connection.execute(update(AgentRow).where(AgentRow.id == which).values(**fields))

    # --- sessions ---------------------------------------------------------------------------
    def open_session(
        self, token_hash: str, agent: AgentId, *, now: datetime, until: datetime, user_agent: str
    ) -> None:
        """Let whoever holds the token act for an agent until it expires."""
        self.connection.execute(
            insert(SessionRow).values(
                token_hash=token_hash,
                agent_id=agent,
                created_at=now,
                seen_at=now,
                expires_at=until,
                user_agent=user_agent[:300],
            )
        )

    def by_session(self, token_hash: str, *, now: datetime) -> tuple[Agent, datetime] | None:
        """Return whose session this is and when it was last seen, unless it is over."""
        asked = {"token": token_hash, "now": now}
        row = self.connection.execute(BY_SESSION, asked).one_or_none()
        return (as_agent(row), row.seen_at) if row else None

    def see_session(self, token_hash: str, *, now: datetime, until: datetime) -> None:
        """Note that a session is in use, and let it live on."""
        self.connection.execute(
            update(SessionRow)
            .where(SessionRow.token_hash == token_hash)
            .values(seen_at=now, expires_at=until)
        )

    def close_session(self, token_hash: str) -> None:
        """End a session."""
        self.connection.execute(delete(SessionRow).where(SessionRow.token_hash == token_hash))

    def close_sessions(self, agent: AgentId) -> None:
        """End every session of an agent."""
        self.connection.execute(delete(SessionRow).where(SessionRow.agent_id == agent))

    # --- tokens for programs ----------------------------------------------------------------
    def create_token(self, token_hash: str, agent: AgentId, name: str, *, at: datetime) -> int:
        """Let a program act for an agent."""
        statement = insert(ApiTokenRow).values(
            agent_id=agent, name=name, token_hash=token_hash, created_at=at
        )
        return int(self.connection.execute(statement.returning(ApiTokenRow.id)).scalar_one())

    def by_token(self, token_hash: str) -> tuple[Agent, int, datetime | None] | None:
        """Return for whom a token acts, its number, and when it was last used."""
        row = self.connection.execute(BY_TOKEN, {"token": token_hash}).one_or_none()
        return (as_agent(row), row[-2], row[-1]) if row else None

    def use_token(self, which: int, *, now: datetime) -> None:
        """Note that a token is in use."""
        self.connection.execute(
            update(ApiTokenRow).where(ApiTokenRow.id == which).values(used_at=now)
        )

    def tokens(self, agent: AgentId) -> Sequence[Found]:
        """Return the tokens that act for an agent: id, name, created_at, used_at."""
        return self.connection.execute(TOKENS, {"agent": agent}).all()

    def revoke_token(self, which: int, agent: AgentId, *, at: datetime) -> None:
        """End a token of an agent. Raises `NotFound` when it is nobody's or another's."""
        done = self.connection.execute(
            update(ApiTokenRow)
            .where(
                ApiTokenRow.id == which,
                ApiTokenRow.agent_id == agent,
                ApiTokenRow.revoked_at.is_(None),
            )
            .values(revoked_at=at)
        )
        if not done.rowcount:
            raise NotFound("There is no such token.")

    def revoke_tokens(self, agent: AgentId, *, at: datetime) -> None:
        """End every token of an agent."""
        self.connection.execute(
            update(ApiTokenRow)
            .where(ApiTokenRow.agent_id == agent, ApiTokenRow.revoked_at.is_(None))
            .values(revoked_at=at)
        )
