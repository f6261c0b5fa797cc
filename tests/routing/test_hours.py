"""A desk is open when the clock on its wall says so, in any zone and on any night."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inbox.errors import Invalid
from routing.hours import ALWAYS, Calendar, Hours

ZAGREB = ZoneInfo("Europe/Zagreb")
WEEK = {"mon-fri": ("09:00-12:00", "13:00-17:00"), "sat": ("10:00-14:00",)}
DESK = Hours(Calendar(weekly=WEEK, zone="Europe/Zagreb", holidays=("HR",)))
ZONES = (
    "UTC",
    "Europe/Zagreb",
    "America/New_York",
    "Australia/Lord_Howe",  # half an hour
    "Africa/Cairo",  # at midnight
    "Asia/Kathmandu",
    "Pacific/Apia",  # left out a whole day in 2011
)

moments = st.datetimes(
    datetime(2011, 1, 1),  # noqa: DTZ001  # hypothesis adds the zone
    datetime(2028, 1, 1),  # noqa: DTZ001
    timezones=st.just(UTC),
)
seconds = st.integers(0, 40 * 86_400).map(float)


@st.composite
def ranges(draw):
    """Some ranges of a day that do not overlap."""
    marks = sorted(draw(st.sets(st.integers(0, 48), max_size=6)))
    pairs = zip(marks[::2], marks[1::2], strict=False)
    return tuple(
        f"{opens // 2:02}:{opens % 2 * 30:02}-{closes // 2:02}:{closes % 2 * 30:02}"
        for opens, closes in pairs
    )


@st.composite
def desks(draw):
    weekly = {day: draw(ranges()) for day in ("mon", "tue-thu", "fri", "sat-sun")}
    weekly["fri"] = weekly["fri"] or ("08:00-16:00",)
    return Calendar(weekly=weekly, zone=draw(st.sampled_from(ZONES)))


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=ZAGREB)


def says_the_wall(hours, moment):
    """Tell whether a desk is open, by looking at the clock on its wall."""
    wall = moment.astimezone(hours.zone).replace(tzinfo=None)
    since = wall - wall.replace(hour=0, minute=0, second=0, microsecond=0)
    return any(opens <= since < closes for opens, closes in hours.ranges(wall.date()))


@settings(deadline=None)
@given(desks(), moments)
def test_it_is_open_when_the_wall_clock_says_so(calendar, moment):
    hours = Hours(calendar)

    assert says_the_wall(hours, moment) == hours.is_open(moment)


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize(
    "day", [date(2026, 3, 29), date(2026, 10, 25), date(2026, 4, 5), date(2011, 12, 30)]
)
def test_every_quarter_of_an_hour_around_a_changed_night(zone, day):
    weekly = {"mon-sun": ("00:00-00:30", "01:30-02:15", "02:30-02:45", "03:15-24:00")}
    hours = Hours(Calendar(weekly=weekly, zone=zone))
    start = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(days=1)
    quarters = [start + timedelta(minutes=15 * number) for number in range(4 * 72)]
    said = [says_the_wall(hours, quarter) for quarter in quarters]

    assert said == [hours.is_open(quarter) for quarter in quarters]
    assert 900 * sum(said) == hours.seconds(start, start + timedelta(days=3))


@settings(deadline=None)
@given(desks(), moments, seconds, seconds)
def test_open_seconds_add_up(calendar, since, first, second):
    hours = Hours(calendar)
    middle = since + timedelta(seconds=first)
    end = middle + timedelta(seconds=second)
    whole = hours.seconds(since, end)

    parts = hours.seconds(since, middle) + hours.seconds(middle, end)

    assert whole == pytest.approx(parts, abs=1e-4)  # floats, of microseconds
    assert 0 <= whole <= first + second


@settings(deadline=None)
@given(desks(), moments, seconds)
def test_so_many_open_seconds_later_is_the_first_such_moment(calendar, since, wanted):
    hours = Hours(calendar)
    then = hours.later(since, wanted)
    if then is None:
        assert hours.seconds(since, since + timedelta(days=2 * 365)) < wanted
        return

    assert wanted == pytest.approx(hours.seconds(since, then), abs=1e-4)
    assert not wanted or hours.seconds(since, then - timedelta(seconds=1)) < wanted


@settings(deadline=None)
@given(desks(), moments)
def test_the_next_open_moment_is_the_first_one(calendar, moment):
    hours = Hours(calendar)
    then = hours.next_open(moment)

    assert then is not None
    assert hours.is_open(then)
    assert hours.seconds(moment, then) == 0


@settings(deadline=None)
@given(moments, seconds)
def test_a_desk_that_never_closes_counts_every_second(since, wanted):
    assert since + timedelta(seconds=wanted) == ALWAYS.later(since, wanted)


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("2026-11-23 11:59:59", True),
        ("2026-11-23 12:30", False),  # lunch
        ("2026-11-28 10:00", True),
        ("2026-11-28 14:00", False),
        ("2026-11-29 11:00", False),  # a Sunday
        ("2026-12-25 11:00", False),  # Christmas, a Friday
    ],
)
def test_breaks_weekends_and_holidays(moment, expected):
    assert expected == DESK.is_open(at(moment))


def test_two_hours_from_friday_afternoon_end_on_saturday():
    assert at("2026-11-28 11:00") == DESK.later(at("2026-11-27 16:00"), 2 * 3600)


def test_the_days_of_the_desk_itself_outrank_holidays_and_the_week():
    hours = Hours(
        Calendar(
            weekly=WEEK,
            zone="Europe/Zagreb",
            holidays=("HR",),
            closed=(date(2026, 11, 23),),
            open={date(2026, 12, 25): ("10:00-11:00",)},
        )
    )

    assert at("2026-11-24 09:00") == hours.next_open(at("2026-11-23 08:00"))
    assert hours.is_open(at("2026-12-25 10:30"))
    assert not hours.is_open(at("2026-12-25 09:30"))


def test_holidays_of_a_part_of_a_country():
    epiphany = datetime(2026, 1, 6, 11, tzinfo=UTC)
    closed = {
        code: not Hours(Calendar(weekly=WEEK, holidays=(code,))).is_open(epiphany)
        for code in ("DE-BY", "DE-BE")
    }

    assert {"DE-BY": True, "DE-BE": False} == closed


def test_a_desk_whose_last_day_is_over_never_opens_again():
    hours = Hours(Calendar(weekly={}, open={date(2026, 1, 1): ("09:00-10:00",)}))
    moment = datetime(2026, 1, 1, 9, 30, tzinfo=UTC)

    assert hours.later(moment, 3600) is None
    assert hours.next_open(moment + timedelta(hours=1)) is None


@pytest.mark.parametrize(
    ("calendar", "sentence"),
    [
        ({"weekly": {}}, "hours: It never opens."),
        ({"weekly": {"mon": ("9-17",)}}, "hours.weekly.mon: '9-17' is not written like"),
        ({"weekly": {"mon": ("09:00-25:00",)}}, "hours.weekly.mon: 09:00-25:00 has a time"),
        ({"weekly": {"mon": ("09:60-10:00",)}}, "hours.weekly.mon: 09:60-10:00 has a time"),
        ({"weekly": {"mon": ("22:00-06:00",)}}, "hours.weekly.mon: 22:00-06:00 ends before"),
        ({"weekly": {"moon": ("09:00-10:00",)}}, "hours.weekly: 'moon' names no days"),
        (
            {"weekly": {"mon-tue": ("09:00-12:00",), "tue": ("11:00-13:00",)}},
            "hours.weekly.tue: Two of its ranges overlap.",
        ),
        ({"weekly": WEEK, "zone": "Mars/Olympus"}, "hours.zone: There is no time zone"),
        ({"weekly": WEEK, "zone": "../etc"}, "hours.zone: There is no time zone"),
        ({"weekly": WEEK, "holidays": ("XX",)}, "hours.holidays: The holidays of 'XX'"),
        ({"weekly": WEEK, "holidays": ("DE-ZZ",)}, "hours.holidays: The holidays of 'DE-ZZ'"),
        (
            {
                "weekly": WEEK,
                "closed": (date(2026, 1, 2),),
                "open": {date(2026, 1, 2): ("09:00-10:00",)},
            },
            "hours: 2026-01-02 is both open and closed.",
        ),
    ],
)
def test_impossible_hours_are_refused_with_where_they_stand(calendar, sentence):
    with pytest.raises(Invalid) as refused:
        Hours(Calendar(**calendar))

    assert str(refused.value).startswith(sentence)
