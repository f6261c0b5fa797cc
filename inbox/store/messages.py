"""What was said."""

from sqlalchemy import Connection


class Messages:
    def __init__(self, connection: Connection) -> None:
        self.connection = connection
