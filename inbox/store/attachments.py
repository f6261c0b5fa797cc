"""Files that came or go with messages."""

from sqlalchemy import Connection


class Attachments:
    def __init__(self, connection: Connection) -> None:
        self.connection = connection
