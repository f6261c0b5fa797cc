"""Every channel: accounts kept here, updates of messages, consents, merged customers.

Going back means restoring a backup: tables full of exchanges are never dropped.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "call",
        sa.Column("message_id", KEY, nullable=False),
        sa.Column("account_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_call_account_id")),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name=op.f("fk_call_message_id")),
        sa.PrimaryKeyConstraint("message_id", name=op.f("pk_call")),
    )
    op.create_index(op.f("ix_call_account_id"), "call", ["account_id"], unique=False)
    op.create_table(
        "consent",
        sa.Column("id", KEY, nullable=False),
        sa.Column("customer_id", KEY, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("granted", sa.Boolean(), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("message_id", KEY, nullable=True),
        sa.Column("agent_id", KEY, nullable=True),
        sa.ForeignKeyConstraint(["agent_id"], ["agent.id"], name=op.f("fk_consent_agent_id")),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customer.id"], name=op.f("fk_consent_customer_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent")),
    )
    op.create_index("ix_consent_address", "consent", ["kind", "value", "id"], unique=False)
    op.create_index("ix_consent_customer", "consent", ["customer_id", "id"], unique=False)
    op.create_table(
        "early_update",
        sa.Column("id", KEY, nullable=False),
        sa.Column("account_id", KEY, nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("heard", sa.Text(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_early_update_account_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_early_update")),
    )
    op.create_index(
        op.f("ix_early_update_created_at"), "early_update", ["created_at"], unique=False
    )
    op.create_index(
        "ix_early_update_message", "early_update", ["account_id", "external_id"], unique=False
    )
    op.create_table(
        "exchange",
        sa.Column("id", KEY, nullable=False),
        sa.Column("account_id", KEY, nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("outward", sa.Boolean(), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("status", KEY, nullable=True),
        sa.Column("request", sa.Text(), nullable=False),
        sa.Column("response", sa.Text(), nullable=False),
        sa.Column("took", sa.Double(), nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_exchange_account_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exchange")),
    )
    op.create_index("ix_exchange_account", "exchange", ["account_id", "id"], unique=False)
    op.create_index(op.f("ix_exchange_at"), "exchange", ["at"], unique=False)
    op.create_table(
        "merge",
        sa.Column("id", KEY, nullable=False),
        sa.Column("kept_id", KEY, nullable=False),
        sa.Column("merged_id", KEY, nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("agent_id", KEY, nullable=True),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("moved", sa.JSON(), nullable=False),
        sa.Column("undone_at", TIME, nullable=True),
        sa.ForeignKeyConstraint(["agent_id"], ["agent.id"], name=op.f("fk_merge_agent_id")),
        sa.ForeignKeyConstraint(["kept_id"], ["customer.id"], name=op.f("fk_merge_kept_id")),
        sa.ForeignKeyConstraint(["merged_id"], ["customer.id"], name=op.f("fk_merge_merged_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_merge")),
    )
    op.create_index(op.f("ix_merge_kept_id"), "merge", ["kept_id"], unique=False)
    op.create_index(op.f("ix_merge_merged_id"), "merge", ["merged_id"], unique=False)
    op.create_table(
        "mirror",
        sa.Column("account_id", KEY, nullable=False),
        sa.Column("event_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_mirror_account_id")),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_mirror")),
    )
    op.create_table(
        "mirrored",
        sa.Column("account_id", KEY, nullable=False),
        sa.Column("conversation_id", KEY, nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("message_id", KEY, nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_mirrored_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversation.id"], name=op.f("fk_mirrored_conversation_id")
        ),
        sa.PrimaryKeyConstraint("account_id", "conversation_id", name=op.f("pk_mirrored")),
        sa.UniqueConstraint("account_id", "place", name=op.f("uq_mirrored_account_id_place")),
    )
    op.create_index(
        op.f("ix_mirrored_conversation_id"), "mirrored", ["conversation_id"], unique=False
    )
    op.create_table(
        "reaction",
        sa.Column("message_id", KEY, nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("emoji", sa.Text(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("revision", KEY, nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("agent_id", KEY, nullable=True),
        sa.ForeignKeyConstraint(["agent_id"], ["agent.id"], name=op.f("fk_reaction_agent_id")),
        sa.ForeignKeyConstraint(
            ["message_id"], ["message.id"], name=op.f("fk_reaction_message_id")
        ),
        sa.PrimaryKeyConstraint("message_id", "who", "emoji", name=op.f("pk_reaction")),
    )
    op.create_table(
        "traffic",
        sa.Column("account_id", KEY, nullable=False),
        sa.Column("hour", TIME, nullable=False),
        sa.Column("heard", KEY, nullable=False),
        sa.Column("sent", KEY, nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_traffic_account_id")),
        sa.PrimaryKeyConstraint("account_id", "hour", name=op.f("pk_traffic")),
    )
    op.add_column("agent", sa.Column("phone", sa.Text(), nullable=True))
    op.add_column(
        "account", sa.Column("address_kind", sa.Text(), server_default="", nullable=False)
    )
    op.add_column("account", sa.Column("settings", sa.LargeBinary(), nullable=True))
    op.add_column("account", sa.Column("paused_at", TIME, nullable=True))
    op.add_column("account", sa.Column("heard_at", TIME, nullable=True))
    op.add_column("account", sa.Column("sent_at", TIME, nullable=True))
    op.add_column("account", sa.Column("trouble", sa.Text(), nullable=True))
    op.add_column("account", sa.Column("trouble_at", TIME, nullable=True))
    op.add_column("account", sa.Column("version", KEY, server_default="0", nullable=False))
    op.add_column("account", sa.Column("compared", sa.JSON(), nullable=True))
    op.add_column("attachment", sa.Column("source", sa.Text(), nullable=True))
    op.add_column("attachment", sa.Column("trouble", sa.Text(), nullable=True))
    op.add_column("customer", sa.Column("merged_into_id", KEY, nullable=True))
    op.add_column("message", sa.Column("answers_id", KEY, nullable=True))
    op.add_column("message", sa.Column("content", sa.JSON(), nullable=True))
    op.add_column("message", sa.Column("edited_at", TIME, nullable=True))
    op.add_column("message", sa.Column("deleted_at", TIME, nullable=True))
    op.add_column("message", sa.Column("revision", KEY, server_default="0", nullable=False))
    op.drop_index(op.f("ix_conversation_queue_id"), "conversation")
    op.create_index(
        "ix_conversation_queue",
        "conversation",
        ["queue_id"],
        sqlite_where=sa.text("queue_id IS NOT NULL"),
        postgresql_where=sa.text("queue_id IS NOT NULL"),
    )
