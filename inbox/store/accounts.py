"""The channel accounts."""

from sqlalchemy import Connection


class Accounts:
    def __init__(self, connection: Connection) -> None:
        self.connection = connection
