"""The bot: what it knows, its part in conversations, what it was taught.

Going back means restoring a backup: tables full of exchanges are never dropped.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "article",
        sa.Column("id", KEY, nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("audience", sa.Text(), nullable=False),
        sa.Column("human_only", sa.Boolean(), nullable=False),
        sa.Column("review_by", sa.Date(), nullable=True),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("updated_at", TIME, nullable=False),
        sa.Column("updated_by_id", KEY, nullable=True),
        sa.Column("archived_at", TIME, nullable=True),
        sa.Column("revision", KEY, nullable=False),
        sa.Column("files", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["updated_by_id"], ["agent.id"], name=op.f("fk_article_updated_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_article")),
        sa.UniqueConstraint("slug", name=op.f("uq_article_slug")),
    )
    op.create_index("ix_article_updated", "article", ["updated_at", "id"], unique=False)
    op.create_table(
        "article_text",
        sa.Column("article_id", KEY, nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("place", KEY, nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("examples", sa.JSON(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id"], ["article.id"], name=op.f("fk_article_text_article_id")
        ),
        sa.PrimaryKeyConstraint("article_id", "language", name=op.f("pk_article_text")),
    )
    op.create_table(
        "article_vote",
        sa.Column("article_id", KEY, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("helpful", KEY, nullable=False),
        sa.Column("unhelpful", KEY, nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id"], ["article.id"], name=op.f("fk_article_vote_article_id")
        ),
        sa.PrimaryKeyConstraint("article_id", "day", name=op.f("pk_article_vote")),
    )
    op.create_table(
        "article_version",
        sa.Column("article_id", KEY, nullable=False),
        sa.Column("revision", KEY, nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("agent_id", KEY, nullable=True),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id"], ["article.id"], name=op.f("fk_article_version_article_id")
        ),
        sa.ForeignKeyConstraint(
            ["agent_id"], ["agent.id"], name=op.f("fk_article_version_agent_id")
        ),
        sa.PrimaryKeyConstraint("article_id", "revision", name=op.f("pk_article_version")),
    )
    op.create_table(
        "bot_session",
        sa.Column("conversation_id", KEY, nullable=False),
        sa.Column("bot", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("opening", KEY, nullable=False),
        sa.Column("version", KEY, nullable=False),
        sa.Column("turns", KEY, nullable=False),
        sa.Column("began_at", TIME, nullable=False),
        sa.Column("heard_id", KEY, nullable=True),
        sa.Column("deadline_at", TIME, nullable=True),
        sa.Column("language", sa.Text(), nullable=True),
        sa.Column("queue_id", KEY, nullable=True),
        sa.Column("form", sa.JSON(), nullable=True),
        sa.Column("notes", sa.JSON(), nullable=False),
        sa.Column("ended_at", TIME, nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversation.id"], name=op.f("fk_bot_session_conversation_id")
        ),
        sa.ForeignKeyConstraint(["queue_id"], ["queue.id"], name=op.f("fk_bot_session_queue_id")),
        sa.PrimaryKeyConstraint("conversation_id", name=op.f("pk_bot_session")),
    )
    op.create_table(
        "bot_turn",
        sa.Column("id", KEY, nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("conversation_id", KEY, nullable=False),
        sa.Column("opening", KEY, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("message_id", KEY, nullable=True),
        sa.Column("answer_id", KEY, nullable=True),
        sa.Column("language", sa.Text(), nullable=True),
        sa.Column("article_id", KEY, nullable=True),
        sa.Column("flow", sa.Text(), nullable=True),
        sa.Column("brain_id", KEY, nullable=True),
        sa.Column("probability", sa.Double(), nullable=True),
        sa.Column("ambiguity", sa.Double(), nullable=True),
        sa.Column("novelty", sa.Double(), nullable=True),
        sa.Column("helpful", sa.Boolean(), nullable=True),
        sa.Column("wrong_at", TIME, nullable=True),
        sa.Column("wrong_by_id", KEY, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bot_turn")),
    )
    op.create_index(op.f("ix_bot_turn_at"), "bot_turn", ["at"], unique=False)
    op.create_index("ix_bot_turn_conversation", "bot_turn", ["conversation_id", "id"], unique=False)
    op.create_table(
        "suggestion",
        sa.Column("id", KEY, nullable=False),
        sa.Column("conversation_id", KEY, nullable=False),
        sa.Column("message_id", KEY, nullable=False),
        sa.Column("article_id", KEY, nullable=True),
        sa.Column("language", sa.Text(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("asked_at", TIME, nullable=False),
        sa.Column("expires_at", TIME, nullable=False),
        sa.Column("answered_at", TIME, nullable=True),
        sa.Column("agent_id", KEY, nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["agent_id"], ["agent.id"], name=op.f("fk_suggestion_agent_id")),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversation.id"], name=op.f("fk_suggestion_conversation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suggestion")),
    )
    op.create_index(
        op.f("ix_suggestion_conversation_id"), "suggestion", ["conversation_id"], unique=False
    )
    op.create_index(
        "ix_suggestion_waiting",
        "suggestion",
        ["conversation_id"],
        unique=True,
        sqlite_where=sa.text("state = 'waiting'"),
        postgresql_where=sa.text("state = 'waiting'"),
    )
    op.create_table(
        "brain",
        sa.Column("id", KEY, nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("examples", KEY, nullable=False),
        sa.Column("blob", sa.Text(), nullable=False),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.Column("live_at", TIME, nullable=True),
        sa.Column("agent_id", KEY, nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["agent_id"], ["agent.id"], name=op.f("fk_brain_agent_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_brain")),
    )
    op.create_index(op.f("ix_brain_live_at"), "brain", ["live_at"], unique=False)
    op.create_table(
        "proposal",
        sa.Column("id", KEY, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=True),
        sa.Column("article_id", KEY, nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("questions", sa.JSON(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("sources", sa.JSON(), nullable=False),
        sa.Column("weight", KEY, nullable=False),
        sa.Column("revision", KEY, nullable=True),
        sa.Column("decided_at", TIME, nullable=True),
        sa.Column("decided_by_id", KEY, nullable=True),
        sa.ForeignKeyConstraint(
            ["article_id"], ["article.id"], name=op.f("fk_proposal_article_id")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["agent.id"], name=op.f("fk_proposal_decided_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposal")),
        sa.UniqueConstraint("fingerprint", name=op.f("uq_proposal_fingerprint")),
    )
    op.create_index(op.f("ix_proposal_state"), "proposal", ["state"], unique=False)
