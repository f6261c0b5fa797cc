"""What the channels handed over."""

from sqlalchemy import Connection


class Journal:
    def __init__(self, connection: Connection) -> None:
        self.connection = connection
