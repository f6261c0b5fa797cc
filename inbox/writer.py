"""One thread that writes. What waited during the last commit goes into the next one.

Sixty-four callers share one commit, and so one wait for the disk; nobody waits for company.
The actions of a group run in one transaction. When one of them fails, all are undone and
each runs again behind a savepoint of its own, so that a failure undoes only itself. One that
failed because another connection wrote the same at that moment sees it then, and decides anew.

Several writers of one desk take turns with what happened: whoever writes events has the turn
from then until the news is out, so that their numbers are seen, and told, in their order.
"""

import contextlib
import threading
from collections.abc import Callable, Sequence
from datetime import datetime
from queue import Empty, SimpleQueue

import structlog
from sqlalchemy import Connection

from inbox.calls import Call, answer
from inbox.database import Database, is_crossed, is_full, is_lost, translated
from inbox.errors import Unavailable
from inbox.notices import Notice
from inbox.store import Unit

GROUP = 256  #: calls at most in one transaction
CROSSINGS = 5  #: times that an action runs which another process keeps forestalling
WAITING = 10_000  #: calls at most in the queue; more are refused at once

log = structlog.get_logger()


class Writer:
    """Runs actions in the order they came; answers them after their commit."""

    def __init__(
        self,
        database: Database,
        clock: Callable[[], datetime],
        publish: Callable[[list[Notice]], None],
        turn: threading.Lock,
    ) -> None:
        self.database = database
        self.clock = clock
        self.publish = publish
        self.turn = turn
        self.has_turn = False
        self.queue: SimpleQueue[Call | None] = SimpleQueue()
        self.connection: Connection | None = None
        self.closing = False
        self.commits = 0  #: transactions since the start, and the actions in them
        self.actions = 0
        self.thread = threading.Thread(target=self.work, name="desk-write", daemon=True)
        self.thread.start()

    def submit(self, call: Call) -> None:
        """Accept *call*; it will be answered. Raises `Unavailable` when too many wait."""
        if self.closing or self.queue.qsize() >= WAITING:
            raise Unavailable
        self.queue.put(call)

    def close(self) -> None:
        """Finish what was accepted."""
        if not self.closing:
            self.closing = True
            self.queue.put(None)
        self.thread.join()

    def work(self) -> None:
        """Take groups until told to stop."""
        more = True
        while more:
            group, more = self.gather()
            if group:
                self.commits += 1
                self.actions += len(group)
                self.survive(group)
        self.let_go()

    def survive(self, group: Sequence[Call]) -> None:
        """Commit *group*; even a `SystemExit` in an action must not end this thread."""
        try:
            self.commit(group)
        except BaseException as error:  # noqa: BLE001  # everybody waits for this thread
            self.refuse(group, Unavailable(f"{type(error).__name__} in the writer."))

    def tell(self, group: Sequence[Call], notices: list[Notice]) -> None:
        """Answer *group* and publish its news; then it is somebody else's turn."""
        try:
            answer(group, notices, self.publish)
        finally:
            self.end_turn()

    def record(self, unit: Unit) -> None:
        """Write what happened in *unit*, in our turn; nothing is waited for after that."""
        if unit.has_record and not self.has_turn:
            self.turn.acquire()
            self.has_turn = True
        unit.record()

    def end_turn(self) -> None:
        if self.has_turn:
            self.has_turn = False
            self.turn.release()

    def gather(self) -> tuple[list[Call], bool]:
        """Wait for the first call, and take all that wait behind it."""
        group: list[Call] = []
        try:
            call = self.queue.get()
            while call:
                group.append(call)
                if len(group) == GROUP:
                    return group, True
                call = self.queue.get_nowait()
        except Empty:
            return group, True
        return group, False

    def commit(self, group: Sequence[Call]) -> None:
        """Give every call its outcome and tell the news; never raises."""
        try:
            notices = self.together(group, again=True)
        except Exception as error:  # noqa: BLE001  # it is answered, whatever it is
            if is_lost(error) or (len(group) == 1 and not is_crossed(error)):
                self.refuse(group, error)
            else:
                self.commit_apart(group)
        else:
            self.tell(group, notices)

    def commit_apart(self, group: Sequence[Call]) -> None:
        """Commit those of *group* that do not fail."""
        try:
            notices = self.apart(group)
        except Exception as error:  # noqa: BLE001  # nothing of the group was committed
            if not is_full(error) and not is_crossed(error):
                self.refuse(group, error)
                return
            for call in group:
                self.alone(call)
        else:
            self.tell(group, notices)

    def together(self, group: Sequence[Call], *, again: bool = False) -> list[Notice]:
        """Run all in one transaction.

        A connection that broke before the commit, such as an idle one whose server was
        restarted, is replaced once: nothing was changed by then.
        """
        try:
            connection = self.connected()
            transaction = connection.begin()
            try:
                unit = Unit(connection, self.clock())
                for call in group:
                    call.run(unit)
                unit.flush()
                self.record(unit)
                again = False  # a commit that broke may have happened
                transaction.commit()
            finally:
                transaction.close()
        except Exception as error:
            self.end_turn()
            if again and is_lost(error):
                self.let_go()
                return self.together(group)
            raise
        for call in group:
            call.error = None
        return unit.notices

    def apart(self, group: Sequence[Call]) -> list[Notice]:
        """Run each behind its own savepoint, and commit those that did not fail."""
        units: list[Unit] = []
        failed: dict[Call, Exception] = {}
        connection = self.connected()
        try:
            with connection.begin():
                for call in group:
                    try:
                        units.append(self.behind_savepoint(connection, call))
                    except Exception as error:  # whatever an action raises is its caller's
                        if isinstance(translated(error), Unavailable):
                            raise  # the database may have undone the whole transaction by itself
                        failed[call] = error
                for unit in units:
                    self.record(unit)
        except Exception:
            self.end_turn()
            raise
        for call in group:
            call.error = failed.get(call)
        return [news for unit in units for news in unit.notices]

    def behind_savepoint(self, connection: Connection, call: Call) -> Unit:
        """Run one action so that its failure undoes only itself; repeat one that was crossed."""
        for time in range(1, CROSSINGS + 1):
            unit = Unit(connection, self.clock())
            savepoint = connection.begin_nested()
            try:
                call.run(unit)
                unit.flush()
            except Exception as error:
                if isinstance(translated(error), Unavailable):
                    raise
                savepoint.rollback()
                if time == CROSSINGS or not is_crossed(error):
                    raise
            else:
                savepoint.commit()
                return unit
        raise AssertionError

    def alone(self, call: Call) -> None:
        """Run one in a transaction of its own.

        A full disk may still take small things, and what waited for others in a circle does not.
        """
        try:
            notices = self.together([call])
        except Exception as error:  # noqa: BLE001  # whatever it is belongs to its caller
            self.refuse([call], error)
        else:
            self.tell([call], notices)

    def refuse(self, group: Sequence[Call], error: Exception) -> None:
        """Tell all that nothing was changed."""
        told = translated(error)
        if isinstance(told, Unavailable):
            log.warning("store_unavailable", calls=len(group), error=type(error).__name__)
            self.let_go()
        for call in group:
            call.error = told
        self.tell(group, [])

    def connected(self) -> Connection:
        if self.connection is None:
            self.connection = self.database.writing.connect()
        return self.connection

    def let_go(self) -> None:
        """Drop the connection; the next group opens another."""
        connection, self.connection = self.connection, None
        if connection:
            with contextlib.suppress(Exception):  # it is broken, or we would keep it
                connection.invalidate()
                connection.close()
