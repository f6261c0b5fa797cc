"""Exchanges with customers."""

from sqlalchemy import Connection


class Conversations:
    def __init__(self, connection: Connection) -> None:
        self.connection = connection
