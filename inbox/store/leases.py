"""Who alone may do something, and until when."""

from sqlalchemy import Connection


class Leases:
    def __init__(self, connection: Connection) -> None:
        self.connection = connection
