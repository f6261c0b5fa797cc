"""Who fails or falls silent is noticed, told once, and told again when it is over."""

from datetime import UTC, datetime, timedelta

import pytest

from config.app import opened
from inbox.actions.accounts import USUAL, WEEKS
from inbox.channel import Raw
from inbox.errors import Misconfigured
from inbox.pulse import Beat
from tests.config.test_accounts import FLOCK, settings, sky, written  # noqa: F401  # fixtures

MONDAY = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
HOUR = timedelta(hours=1)


class Time:
    """A clock that moves when it is told to."""

    def __init__(self) -> None:
        self.now = MONDAY

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def time():
    return Time()


@pytest.fixture
async def house(settings, sky, time):  # noqa: F811  # fixtures
    async with opened(settings, clock=time) as house:
        await house.tended["watch"].stop()  # the tests look by themselves
        yield house


@pytest.fixture
async def tower(house):
    return await house.switchboard.add("pigeon", "tower", FLOCK, None)


async def kept(house, which):
    return await house.desk.read(lambda unit: unit.accounts.kept(which))


async def told(house):
    return [
        len(await house.desk.read(written, verb))
        for verb in ("account.trouble", "account.recovered")
    ]


async def usually(house, which, heard, weeks=WEEKS, hours=range(3)):
    """Have the account hear something in some hours after this time of each week before."""

    def write(unit):
        for week in range(1, weeks + 1):
            for hour in hours:
                at = unit.now - timedelta(weeks=week) + hour * HOUR
                unit.accounts.beat({which: Beat(heard=heard)}, at=at)

    await house.desk.write(write)


async def hear(house, which, time):
    """Have it hear something now."""
    await house.channels[which].line.take(Raw(payload=b"x", key=time.now.isoformat()))
    await house.watch.write_down()


async def test_a_message_is_noted_without_a_write_of_its_own(house, tower, time):
    await hear(house, tower, time)
    assert MONDAY == (await kept(house, tower)).heard_at

    version = (await kept(house, tower)).version
    time.now += HOUR
    await hear(house, tower, time)

    assert time.now == (await kept(house, tower)).heard_at
    assert version == (await kept(house, tower)).version


async def test_what_another_process_heard_later_stands(house, tower, time):
    await hear(house, tower, time)
    later = time.now + HOUR
    await house.desk.write(lambda unit: unit.accounts.note(tower, heard_at=later))
    house.desk.pulse.speak(tower, time.now)
    await house.watch.write_down()

    assert later == (await kept(house, tower)).heard_at


async def test_an_account_that_is_silent_when_it_never_was_is_told_once(house, tower, time):
    await usually(house, tower, USUAL)
    await hear(house, tower, time)
    for _ in range(2):
        await house.watch.judge(silences=True)
    assert [0, 0] == await told(house)

    time.now += 2 * HOUR
    for _ in range(2):
        await house.watch.judge(silences=True)
    assert [1, 0] == await told(house)
    assert "Nothing came since 09:30 UTC" in (await kept(house, tower)).trouble

    time.now += HOUR
    await hear(house, tower, time)
    await house.watch.judge(silences=True)
    assert [1, 1] == await told(house)
    assert (await kept(house, tower)).trouble is None


@pytest.mark.parametrize(("heard", "weeks"), [(USUAL - 1, WEEKS), (100, WEEKS - 1)])
async def test_silence_is_usual_where_little_or_no_history_says_otherwise(
    house, tower, time, heard, weeks
):
    await usually(house, tower, heard, weeks, hours=range(1, 2))
    await hear(house, tower, time)
    time.now += 2 * HOUR
    await house.watch.judge(silences=True)

    assert [0, 0] == await told(house)


async def test_a_night_is_no_silence(house, tower, time):
    await usually(house, tower, 100, hours=range(1))
    await hear(house, tower, time)
    time.now += 8 * HOUR
    await house.watch.judge(silences=True)

    assert [0, 0] == await told(house)


async def test_refused_credentials_are_trouble_until_something_leaves(house, tower, time):
    house.desk.pulse.fail(tower, str(Misconfigured("Get a new token.")), time.now, for_good=True)
    for _ in range(3):
        await house.watch.judge()
    assert [1, 0] == await told(house)
    assert "Get a new token." == (await kept(house, tower)).trouble

    house.desk.pulse.speak(tower, time.now)
    await house.watch.judge()
    assert [1, 1] == await told(house)


async def test_a_provider_that_is_away_for_a_moment_is_no_trouble(house, tower, time):
    house.desk.pulse.fail(tower, "It is busy.", time.now, for_good=False)
    await house.watch.judge()
    assert [0, 0] == await told(house)

    time.now += timedelta(minutes=6)
    house.desk.pulse.fail(tower, "It is busy.", time.now, for_good=False)
    await house.watch.judge()
    assert "It is busy." == (await kept(house, tower)).trouble


async def test_trouble_of_an_earlier_run_is_over_once_nothing_is_seen_of_it(house, tower, time):
    await house.desk.write(lambda unit: unit.accounts.note(tower, trouble="x", trouble_at=unit.now))
    await house.watch.judge()
    assert "x" == (await kept(house, tower)).trouble

    time.now += timedelta(minutes=3)
    await house.watch.judge()
    assert (await kept(house, tower)).trouble is None


async def test_what_cannot_be_written_down_is_written_later(house, tower, time):
    house.desk.pulse.hear(tower, time.now, 3)
    beats = house.desk.pulse.taken()
    house.desk.pulse.put_back(beats)
    await house.watch.write_down()

    traffic = await house.desk.read(lambda unit: unit.accounts.traffic(tower, time.now - HOUR))
    assert {MONDAY.replace(minute=0): 3} == traffic
