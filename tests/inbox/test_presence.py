"""Who is at the desk, and who of them has been idle for the longest."""

from datetime import UTC, datetime, timedelta

from inbox.model import AgentId
from inbox.presence import Attendance

ADA, BOB = AgentId(1), AgentId(2)


def opened():
    times = iter(datetime(2026, 3, 2, tzinfo=UTC) + timedelta(minutes=n) for n in range(99))
    return Attendance(lambda: next(times))


def test_who_came_first_has_been_idle_for_longer():
    desk = opened()
    desk.came(BOB)
    desk.came(ADA)

    assert [BOB, ADA] == desk.free()


def test_who_speaks_is_not_free_and_comes_last_afterwards():
    desk = opened()
    desk.came(ADA)
    desk.came(BOB)
    desk.begin(ADA, "CA1")
    assert [BOB] == desk.free()
    desk.end(ADA, "CA1")
    desk.end(ADA, "CA1")

    assert [BOB, ADA] == desk.free()


def test_a_second_window_makes_nobody_two_and_its_end_sends_nobody_away():
    desk, told = opened(), []
    desk.listeners.append(lambda: told.append(1))
    desk.came(ADA)
    desk.came(ADA)
    desk.left(ADA)
    assert [ADA] == desk.free()
    desk.left(ADA)

    assert [] == desk.free()
    assert not desk.connected()
    assert [1] == told
