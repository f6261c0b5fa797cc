"""Who answers, and their sessions."""

from sqlalchemy import Connection


class Agents:
    def __init__(self, connection: Connection) -> None:
        self.connection = connection
