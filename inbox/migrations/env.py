"""Alembic runs this; the connection comes from `inbox.migrations.upgrade`."""

from alembic import context

from inbox.tables import Row

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Row.metadata,
)
context.run_migrations()
