"""The foundation.

Going back means restoring a backup: tables full of exchanges are never dropped.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "account",
        sa.Column("id", KEY, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("cursor", sa.Text(), nullable=True),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("archived_at", TIME, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("name", name=op.f("uq_account_name")),
    )
    op.create_table(
        "agent",
        sa.Column("id", KEY, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("archived_at", TIME, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agent")),
        sa.UniqueConstraint("email", name=op.f("uq_agent_email")),
    )
    op.create_table(
        "blob",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("size", KEY, nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_blob")),
    )
    op.create_index(op.f("ix_blob_created_at"), "blob", ["created_at"], unique=False)
    op.create_table(
        "customer",
        sa.Column("id", KEY, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("attributes", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customer")),
    )
    op.create_table(
        "event",
        sa.Column("id", KEY, nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("verb", sa.Text(), nullable=False),
        sa.Column("agent_id", KEY, nullable=True),
        sa.Column("conversation_id", KEY, nullable=True),
        sa.Column("customer_id", KEY, nullable=True),
        sa.Column("message_id", KEY, nullable=True),
        sa.Column("journal_id", KEY, nullable=True),
        sa.Column("for_agent_id", KEY, nullable=True),
        sa.Column("change", sa.JSON(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event")),
    )
    op.create_index("ix_event_conversation", "event", ["conversation_id", "id"], unique=False)
    op.create_index("ix_event_customer", "event", ["customer_id", "id"], unique=False)
    op.create_table(
        "job",
        sa.Column("id", KEY, nullable=False),
        sa.Column("lane", sa.Text(), nullable=True),
        sa.Column("share", sa.Text(), nullable=False),
        sa.Column("run_at", TIME, nullable=False),
        sa.Column("attempts", KEY, nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("holder", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("dead_at", TIME, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job")),
    )
    op.create_index(
        "ix_job_dead",
        "job",
        ["id"],
        unique=False,
        sqlite_where=sa.text("dead_at IS NOT NULL"),
        postgresql_where=sa.text("dead_at IS NOT NULL"),
    )
    op.create_index(
        "ix_job_due",
        "job",
        ["run_at", "id"],
        unique=False,
        sqlite_where=sa.text("dead_at IS NULL"),
        postgresql_where=sa.text("dead_at IS NULL"),
    )
    op.create_index(
        "ix_job_lane",
        "job",
        ["lane", "id"],
        unique=False,
        sqlite_where=sa.text("lane IS NOT NULL AND dead_at IS NULL"),
        postgresql_where=sa.text("lane IS NOT NULL AND dead_at IS NULL"),
    )
    op.create_table(
        "lease",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("holder", sa.Text(), nullable=False),
        sa.Column("until", TIME, nullable=False),
        sa.Column("fence", KEY, nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_lease")),
    )
    op.create_table(
        "queue",
        sa.Column("id", KEY, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("archived_at", TIME, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_queue")),
        sa.UniqueConstraint("name", name=op.f("uq_queue_name")),
    )
    op.create_table(
        "secret",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_secret")),
    )
    op.create_table(
        "api_token",
        sa.Column("id", KEY, nullable=False),
        sa.Column("agent_id", KEY, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("used_at", TIME, nullable=True),
        sa.Column("revoked_at", TIME, nullable=True),
        sa.ForeignKeyConstraint(["agent_id"], ["agent.id"], name=op.f("fk_api_token_agent_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_token")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_api_token_token_hash")),
    )
    op.create_index(op.f("ix_api_token_agent_id"), "api_token", ["agent_id"], unique=False)
    op.create_table(
        "conversation",
        sa.Column("id", KEY, nullable=False),
        sa.Column("customer_id", KEY, nullable=False),
        sa.Column("account_id", KEY, nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("active_at", TIME, nullable=False),
        sa.Column("subject", sa.Text(), nullable=True),
        sa.Column("thread", sa.Text(), nullable=True),
        sa.Column("thread_account_id", KEY, nullable=True),
        sa.Column("assignee_id", KEY, nullable=True),
        sa.Column("queue_id", KEY, nullable=True),
        sa.Column("waiting_since", TIME, nullable=True),
        sa.Column("last_message_id", KEY, nullable=True),
        sa.Column("last_heard_id", KEY, nullable=True),
        sa.Column("preview", sa.Text(), nullable=False),
        sa.Column("spam", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "status IN ('pending','open','snoozed','resolved')", name=op.f("ck_conversation_status")
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_conversation_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["assignee_id"], ["agent.id"], name=op.f("fk_conversation_assignee_id")
        ),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customer.id"], name=op.f("fk_conversation_customer_id")
        ),
        sa.ForeignKeyConstraint(["queue_id"], ["queue.id"], name=op.f("fk_conversation_queue_id")),
        sa.ForeignKeyConstraint(
            ["thread_account_id"], ["account.id"], name=op.f("fk_conversation_thread_account_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conversation")),
        sa.UniqueConstraint(
            "thread_account_id", "thread", name=op.f("uq_conversation_thread_account_id_thread")
        ),
    )
    op.create_index(
        "ix_conversation_assignee",
        "conversation",
        ["assignee_id", "status", "active_at", "id"],
        unique=False,
        sqlite_where=sa.text("assignee_id IS NOT NULL"),
        postgresql_where=sa.text("assignee_id IS NOT NULL"),
    )
    op.create_index(
        "ix_conversation_customer", "conversation", ["customer_id", "active_at", "id"], unique=False
    )
    op.create_index(op.f("ix_conversation_queue_id"), "conversation", ["queue_id"], unique=False)
    op.create_index(
        "ix_conversation_status", "conversation", ["status", "active_at", "id"], unique=False
    )
    op.create_index(
        "ix_conversation_unassigned",
        "conversation",
        ["status", "active_at", "id"],
        unique=False,
        sqlite_where=sa.text("assignee_id IS NULL"),
        postgresql_where=sa.text("assignee_id IS NULL"),
    )
    op.create_table(
        "early_receipt",
        sa.Column("account_id", KEY, nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("delivery", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("through", sa.Boolean(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_early_receipt_account_id")
        ),
        sa.PrimaryKeyConstraint("account_id", "external_id", name=op.f("pk_early_receipt")),
    )
    op.create_index(
        op.f("ix_early_receipt_created_at"), "early_receipt", ["created_at"], unique=False
    )
    op.create_table(
        "identity",
        sa.Column("id", KEY, nullable=False),
        sa.Column("customer_id", KEY, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("proof", sa.Text(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customer.id"], name=op.f("fk_identity_customer_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identity")),
        sa.UniqueConstraint(
            "customer_id", "kind", "value", name=op.f("uq_identity_customer_id_kind_value")
        ),
    )
    op.create_index("ix_identity_value", "identity", ["kind", "value"], unique=False)
    op.create_index(
        "uq_identity_owner",
        "identity",
        ["kind", "value"],
        unique=True,
        sqlite_where=sa.text("proof <> 'claimed'"),
        postgresql_where=sa.text("proof <> 'claimed'"),
    )
    op.create_table(
        "journal",
        sa.Column("id", KEY, nullable=False),
        sa.Column("account_id", KEY, nullable=False),
        sa.Column("key", sa.Text(), nullable=True),
        sa.Column("received_at", TIME, nullable=False),
        sa.Column("headers", sa.JSON(), nullable=False),
        sa.Column("payload", sa.LargeBinary(), nullable=True),
        sa.Column("blob", sa.Text(), nullable=True),
        sa.Column("size", KEY, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("claimed_until", TIME, nullable=True),
        sa.CheckConstraint(
            "state IN ('received','message','update','duplicate','quarantined','discarded')",
            name=op.f("ck_journal_state"),
        ),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_journal_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_journal")),
        sa.UniqueConstraint("account_id", "key", name=op.f("uq_journal_account_id_key")),
    )
    op.create_index(
        "ix_journal_blob",
        "journal",
        ["blob"],
        unique=False,
        sqlite_where=sa.text("blob IS NOT NULL"),
        postgresql_where=sa.text("blob IS NOT NULL"),
    )
    op.create_index(
        "ix_journal_quarantined",
        "journal",
        ["id"],
        unique=False,
        sqlite_where=sa.text("state = 'quarantined'"),
        postgresql_where=sa.text("state = 'quarantined'"),
    )
    op.create_index(
        "ix_journal_waiting",
        "journal",
        ["id"],
        unique=False,
        sqlite_where=sa.text("state = 'received'"),
        postgresql_where=sa.text("state = 'received'"),
    )
    op.create_table(
        "journal_count",
        sa.Column("account_id", KEY, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("count", KEY, nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_journal_count_account_id")
        ),
        sa.PrimaryKeyConstraint("account_id", "state", name=op.f("pk_journal_count")),
    )
    op.create_table(
        "repeat",
        sa.Column("agent_id", KEY, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("request_hash", sa.Text(), nullable=False),
        sa.Column("status", KEY, nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["agent_id"], ["agent.id"], name=op.f("fk_repeat_agent_id")),
        sa.PrimaryKeyConstraint("agent_id", "key", name=op.f("pk_repeat")),
    )
    op.create_index(op.f("ix_repeat_created_at"), "repeat", ["created_at"], unique=False)
    op.create_table(
        "session",
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("agent_id", KEY, nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("seen_at", TIME, nullable=False),
        sa.Column("expires_at", TIME, nullable=False),
        sa.Column("user_agent", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["agent_id"], ["agent.id"], name=op.f("fk_session_agent_id")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_session")),
    )
    op.create_index(op.f("ix_session_agent_id"), "session", ["agent_id"], unique=False)
    op.create_index(op.f("ix_session_expires_at"), "session", ["expires_at"], unique=False)
    op.create_table(
        "draft",
        sa.Column("agent_id", KEY, nullable=False),
        sa.Column("conversation_id", KEY, nullable=False),
        sa.Column("note", sa.Boolean(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("updated_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["agent_id"], ["agent.id"], name=op.f("fk_draft_agent_id")),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversation.id"], name=op.f("fk_draft_conversation_id")
        ),
        sa.PrimaryKeyConstraint("agent_id", "conversation_id", name=op.f("pk_draft")),
    )
    op.create_table(
        "message",
        sa.Column("id", KEY, nullable=False),
        sa.Column("conversation_id", KEY, nullable=False),
        sa.Column("customer_id", KEY, nullable=False),
        sa.Column("account_id", KEY, nullable=True),
        sa.Column("direction", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("sent_at", TIME, nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("visible_text", sa.Text(), nullable=True),
        sa.Column("html", sa.Text(), nullable=True),
        sa.Column("subject", sa.Text(), nullable=True),
        sa.Column("sender", sa.Text(), nullable=True),
        sa.Column("sender_name", sa.Text(), nullable=True),
        sa.Column("reply_to", sa.Text(), nullable=True),
        sa.Column("recipients", sa.JSON(), nullable=False),
        sa.Column("copied", sa.JSON(), nullable=False),
        sa.Column("author_id", KEY, nullable=True),
        sa.Column("delivery", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("external_id", sa.Text(), nullable=True),
        sa.Column("client_id", sa.Text(), nullable=True),
        sa.Column("about_id", KEY, nullable=True),
        sa.Column("journal_id", KEY, nullable=True),
        sa.CheckConstraint(
            "(direction = 'out') = (delivery IS NOT NULL)",
            name=op.f("ck_message_only_replies_are_delivered"),
        ),
        sa.CheckConstraint(
            "direction <> 'note' OR (account_id IS NULL AND external_id IS NULL)",
            name=op.f("ck_message_notes_never_leave"),
        ),
        sa.CheckConstraint("direction IN ('in','out','note')", name=op.f("ck_message_direction")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_message_account_id")),
        sa.ForeignKeyConstraint(["author_id"], ["agent.id"], name=op.f("fk_message_author_id")),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversation.id"], name=op.f("fk_message_conversation_id")
        ),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customer.id"], name=op.f("fk_message_customer_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message")),
        sa.UniqueConstraint(
            "account_id", "external_id", name=op.f("uq_message_account_id_external_id")
        ),
        sa.UniqueConstraint(
            "conversation_id", "client_id", name=op.f("uq_message_conversation_id_client_id")
        ),
    )
    op.create_index("ix_message_conversation", "message", ["conversation_id", "id"], unique=False)
    op.create_index("ix_message_customer", "message", ["customer_id", "id"], unique=False)
    op.create_index(
        "ix_message_undelivered",
        "message",
        ["id"],
        unique=False,
        sqlite_where=sa.text("delivery IN ('failed','dead','unknown')"),
        postgresql_where=sa.text("delivery IN ('failed','dead','unknown')"),
    )
    op.create_table(
        "read_mark",
        sa.Column("agent_id", KEY, nullable=False),
        sa.Column("conversation_id", KEY, nullable=False),
        sa.Column("message_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(["agent_id"], ["agent.id"], name=op.f("fk_read_mark_agent_id")),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversation.id"], name=op.f("fk_read_mark_conversation_id")
        ),
        sa.PrimaryKeyConstraint("agent_id", "conversation_id", name=op.f("pk_read_mark")),
    )
    op.create_table(
        "reference",
        sa.Column("account_id", KEY, nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("conversation_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_reference_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversation.id"], name=op.f("fk_reference_conversation_id")
        ),
        sa.PrimaryKeyConstraint("account_id", "external_id", name=op.f("pk_reference")),
    )
    op.create_index(
        op.f("ix_reference_conversation_id"), "reference", ["conversation_id"], unique=False
    )
    op.create_table(
        "attachment",
        sa.Column("id", KEY, nullable=False),
        sa.Column("message_id", KEY, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("size", KEY, nullable=False),
        sa.Column("blob", sa.Text(), nullable=False),
        sa.Column("content_id", sa.Text(), nullable=True),
        sa.Column("inline", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["message_id"], ["message.id"], name=op.f("fk_attachment_message_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachment")),
    )
    op.create_index(op.f("ix_attachment_blob"), "attachment", ["blob"], unique=False)
    op.create_index(op.f("ix_attachment_message_id"), "attachment", ["message_id"], unique=False)
