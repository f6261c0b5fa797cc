"""Queues: who waits, who is asked, who answers, what was promised and decided.

Going back means restoring a backup: tables full of exchanges are never dropped.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)
ASIDE = (
    "assignee_id IS NOT NULL AND queue_id IS NULL"
    " AND status NOT IN ('pending','snoozed','resolved')"
)


def upgrade() -> None:
    op.create_table(
        "duty",
        sa.Column("agent_id", KEY, nullable=False),
        sa.Column("availability", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("since", TIME, nullable=False),
        sa.Column("connected_until", TIME, nullable=True),
        sa.Column("on_call", sa.Boolean(), nullable=False),
        sa.Column("misses", KEY, nullable=False),
        sa.Column("idle_since", TIME, nullable=True),
        sa.Column("offered_at", TIME, nullable=True),
        sa.ForeignKeyConstraint(["agent_id"], ["agent.id"], name=op.f("fk_duty_agent_id")),
        sa.PrimaryKeyConstraint("agent_id", name=op.f("pk_duty")),
    )
    op.create_table(
        "member",
        sa.Column("queue_id", KEY, nullable=False),
        sa.Column("agent_id", KEY, nullable=False),
        sa.Column("membership", sa.Text(), nullable=False),
        sa.Column("until", TIME, nullable=True),
        sa.ForeignKeyConstraint(["agent_id"], ["agent.id"], name=op.f("fk_member_agent_id")),
        sa.ForeignKeyConstraint(["queue_id"], ["queue.id"], name=op.f("fk_member_queue_id")),
        sa.PrimaryKeyConstraint("queue_id", "agent_id", name=op.f("pk_member")),
    )
    op.create_index(op.f("ix_member_agent_id"), "member", ["agent_id"], unique=False)
    op.create_table(
        "setup",
        sa.Column("id", KEY, nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("agent_id", KEY, nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["agent_id"], ["agent.id"], name=op.f("fk_setup_agent_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_setup")),
    )
    op.create_table(
        "assignment",
        sa.Column("id", KEY, nullable=False),
        sa.Column("conversation_id", KEY, nullable=False),
        sa.Column("agent_id", KEY, nullable=False),
        sa.Column("queue_id", KEY, nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("weight", sa.Double(), nullable=True),
        sa.Column("offered_at", TIME, nullable=False),
        sa.Column("expires_at", TIME, nullable=True),
        sa.Column("accepted_at", TIME, nullable=True),
        sa.Column("ended_at", TIME, nullable=True),
        sa.Column("why", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "state IN ('offered','accepted','declined','missed','withdrawn','ended')",
            name=op.f("ck_assignment_state"),
        ),
        sa.ForeignKeyConstraint(["agent_id"], ["agent.id"], name=op.f("fk_assignment_agent_id")),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversation.id"], name=op.f("fk_assignment_conversation_id")
        ),
        sa.ForeignKeyConstraint(["queue_id"], ["queue.id"], name=op.f("fk_assignment_queue_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assignment")),
    )
    op.create_index(
        "ix_assignment_agent",
        "assignment",
        ["agent_id"],
        unique=False,
        sqlite_where=sa.text("state IN ('offered','accepted')"),
        postgresql_where=sa.text("state IN ('offered','accepted')"),
    )
    op.create_index(
        "ix_assignment_conversation", "assignment", ["conversation_id", "id"], unique=False
    )
    op.create_index(
        "ix_assignment_ended_at",
        "assignment",
        ["ended_at"],
        unique=False,
        sqlite_where=sa.text("state = 'ended'"),
        postgresql_where=sa.text("state = 'ended'"),
    )
    op.create_index("ix_assignment_offered_at", "assignment", ["offered_at"], unique=False)
    op.create_index(
        "uq_assignment_live",
        "assignment",
        ["conversation_id"],
        unique=True,
        sqlite_where=sa.text("state IN ('offered','accepted')"),
        postgresql_where=sa.text("state IN ('offered','accepted')"),
    )
    op.create_table(
        "consult",
        sa.Column("id", KEY, nullable=False),
        sa.Column("conversation_id", KEY, nullable=False),
        sa.Column("asker_id", KEY, nullable=False),
        sa.Column("agent_id", KEY, nullable=True),
        sa.Column("queue_id", KEY, nullable=True),
        sa.Column("message_id", KEY, nullable=False),
        sa.Column("asked_at", TIME, nullable=False),
        sa.Column("ended_at", TIME, nullable=True),
        sa.Column("how", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "how IN ('answered','declined','withdrawn','resolved')", name=op.f("ck_consult_how")
        ),
        sa.ForeignKeyConstraint(["agent_id"], ["agent.id"], name=op.f("fk_consult_agent_id")),
        sa.ForeignKeyConstraint(["asker_id"], ["agent.id"], name=op.f("fk_consult_asker_id")),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversation.id"], name=op.f("fk_consult_conversation_id")
        ),
        sa.ForeignKeyConstraint(["queue_id"], ["queue.id"], name=op.f("fk_consult_queue_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consult")),
    )
    op.create_index(
        "ix_consult_open",
        "consult",
        ["conversation_id"],
        unique=False,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "decision",
        sa.Column("id", KEY, nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("conversation_id", KEY, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("setup_id", KEY, nullable=True),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("queue_id", KEY, nullable=True),
        sa.Column("agent_id", KEY, nullable=True),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision")),
    )
    op.create_index(op.f("ix_decision_at"), "decision", ["at"], unique=False)
    op.create_index("ix_decision_conversation", "decision", ["conversation_id", "id"], unique=False)
    op.create_table(
        "placement",
        sa.Column("conversation_id", KEY, nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("queue_id", KEY, nullable=True),
        sa.Column("priority", sa.Text(), nullable=False),
        sa.Column("queued_at", TIME, nullable=True),
        sa.Column("began_at", TIME, nullable=False),
        sa.Column("stepped", KEY, nullable=False),
        sa.Column("relaxed", sa.Boolean(), nullable=False),
        sa.Column("needs", sa.JSON(), nullable=False),
        sa.Column("language", sa.Text(), nullable=True),
        sa.Column("tier", sa.Text(), nullable=True),
        sa.Column("previous_id", KEY, nullable=True),
        sa.Column("declined_by", sa.JSON(), nullable=False),
        sa.Column("first_response_at", TIME, nullable=True),
        sa.Column("resolved_at", TIME, nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("promise", sa.Text(), nullable=True),
        sa.Column("due_at", TIME, nullable=True),
        sa.Column("warn_at", TIME, nullable=True),
        sa.Column("callback_to", sa.Text(), nullable=True),
        sa.Column("callback_at", TIME, nullable=True),
        sa.Column("callback_heard", KEY, nullable=True),
        sa.CheckConstraint(
            "stage IN ('queued','offered','accepted','held','resolved')",
            name=op.f("ck_placement_stage"),
        ),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversation.id"], name=op.f("fk_placement_conversation_id")
        ),
        sa.ForeignKeyConstraint(
            ["previous_id"], ["agent.id"], name=op.f("fk_placement_previous_id")
        ),
        sa.ForeignKeyConstraint(["queue_id"], ["queue.id"], name=op.f("fk_placement_queue_id")),
        sa.PrimaryKeyConstraint("conversation_id", name=op.f("pk_placement")),
    )
    op.create_index(
        "ix_placement_open",
        "placement",
        ["conversation_id"],
        unique=False,
        sqlite_where=sa.text("stage IN ('queued','offered','accepted','held')"),
        postgresql_where=sa.text("stage IN ('queued','offered','accepted','held')"),
    )
    op.create_index(
        "ix_placement_queue", "placement", ["queue_id", "stage", "queued_at"], unique=False
    )
    op.create_index(
        "ix_placement_warn",
        "placement",
        ["queue_id", "warn_at"],
        unique=False,
        sqlite_where=sa.text("stage = 'queued'"),
        postgresql_where=sa.text("stage = 'queued'"),
    )
    op.create_table(
        "move",
        sa.Column("id", KEY, nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("agent_id", KEY, nullable=False),
        sa.Column("target", sa.Text(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("undone_at", TIME, nullable=True),
        sa.ForeignKeyConstraint(["agent_id"], ["agent.id"], name=op.f("fk_move_agent_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_move")),
    )
    op.create_index("ix_move_agent", "move", ["agent_id", "id"], unique=False)
    op.create_table(
        "rating",
        sa.Column("id", KEY, nullable=False),
        sa.Column("conversation_id", KEY, nullable=False),
        sa.Column("agent_id", KEY, nullable=True),
        sa.Column("queue_id", KEY, nullable=True),
        sa.Column("asked_at", TIME, nullable=False),
        sa.Column("message_id", KEY, nullable=True),
        sa.Column("answered_at", TIME, nullable=True),
        sa.Column("score", KEY, nullable=True),
        sa.Column("words", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["agent_id"], ["agent.id"], name=op.f("fk_rating_agent_id")),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversation.id"], name=op.f("fk_rating_conversation_id")
        ),
        sa.ForeignKeyConstraint(["queue_id"], ["queue.id"], name=op.f("fk_rating_queue_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rating")),
    )
    op.create_index(op.f("ix_rating_conversation_id"), "rating", ["conversation_id"], unique=False)
    op.create_table(
        "tag",
        sa.Column("conversation_id", KEY, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversation.id"], name=op.f("fk_tag_conversation_id")
        ),
        sa.PrimaryKeyConstraint("conversation_id", "name", name=op.f("pk_tag")),
    )
    op.create_index(op.f("ix_tag_name"), "tag", ["name"], unique=False)
    op.create_index(
        "ix_conversation_aside",
        "conversation",
        ["assignee_id"],
        unique=False,
        sqlite_where=sa.text(ASIDE),
        postgresql_where=sa.text(ASIDE),
    )
    op.add_column("agent", sa.Column("skills", sa.JSON(), server_default="{}", nullable=False))
    op.add_column("agent", sa.Column("languages", sa.JSON(), server_default="[]", nullable=False))
    op.add_column("agent", sa.Column("capacity", sa.Double(), server_default="6", nullable=False))
    op.add_column("agent", sa.Column("shift", sa.Text(), nullable=True))
    op.add_column("queue", sa.Column("paused_at", TIME, nullable=True))
