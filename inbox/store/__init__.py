"""The transaction over the tables, one module a noun."""

from inbox.store.unit import Unit

__all__ = ["Unit"]
