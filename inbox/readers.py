"""Threads that answer questions, each on a connection it keeps; they never wait for the writer."""

import threading
from collections.abc import Callable
from datetime import datetime
from queue import SimpleQueue

from sqlalchemy import Connection

from inbox.calls import Call, answer
from inbox.database import READERS, Database, is_lost, translated
from inbox.errors import Unavailable
from inbox.notices import Notice
from inbox.store import Unit


class Readers:
    """Answers each question from one steady snapshot of the database."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self.database = database
        self.clock = clock
        self.queue: SimpleQueue[Call | None] = SimpleQueue()
        self.closing = False
        self.threads = [
            threading.Thread(target=self.work, name=f"desk-read-{number}", daemon=True)
            for number in range(READERS)
        ]
        for thread in self.threads:
            thread.start()

    def submit(self, call: Call) -> None:
        if self.closing:
            raise Unavailable
        self.queue.put(call)

    def close(self) -> None:
        """Answer what was asked."""
        self.closing = True
        for _ in self.threads:
            self.queue.put(None)
        for thread in self.threads:
            thread.join()

    def work(self) -> None:
        reader = Reader(self.database, self.clock)
        while call := self.queue.get():
            if not call.future.cancelled():
                reader.answer(call)
        reader.let_go()


class Reader:
    """One thread's connection."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self.database = database
        self.clock = clock
        self.connection: Connection | None = None

    def answer(self, call: Call) -> None:
        """Give *call* its outcome; a broken connection is replaced once."""
        try:
            try:
                self.ask(call)
            except Exception as error:
                if not is_lost(error):
                    raise
                self.let_go()
                self.ask(call)
        except Exception as error:  # noqa: BLE001  # whatever it is belongs to who asked
            call.error = translated(error)
            if isinstance(call.error, Unavailable):
                self.let_go()
        answer([call], [], untold)

    def ask(self, call: Call) -> None:
        if self.connection is None:
            self.connection = self.database.reading.connect()
        transaction = self.connection.begin()
        try:
            call.run(Unit(self.connection, self.clock()))
            call.error = None
        finally:
            transaction.rollback()

    def let_go(self) -> None:
        connection, self.connection = self.connection, None
        if connection:
            connection.invalidate()
            connection.close()


def untold(_: list[Notice]) -> None:
    """Questions change nothing, so there is no news of them."""
