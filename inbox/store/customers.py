"""Who the customers are."""

from sqlalchemy import Connection


class Customers:
    def __init__(self, connection: Connection) -> None:
        self.connection = connection
