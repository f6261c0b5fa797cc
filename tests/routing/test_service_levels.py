"""Promises are counted in business time, warned about, and kept or not."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inbox.errors import Invalid
from routing.hours import ALWAYS, Calendar, Hours
from routing.model import Priority
from routing.service_levels import (
    Progress,
    Promise,
    ServiceLevel,
    Standing,
    Target,
    check,
    due,
)

OFFICE = Hours(Calendar(weekly={"mon-fri": ("09:00-17:00",)}))
FRIDAY = datetime(2026, 11, 27, 16, 0, tzinfo=UTC)
MONDAY = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)
LEVEL = ServiceLevel(
    targets=(
        Target(priority=Priority.URGENT, tier="gold", first_response=600),
        Target(tier="gold", first_response=3600, next_response=1800),
        Target(first_response=7200, next_response=7200, resolution=16 * 3600),
    ),
    warn_at=0.5,
)
ANYBODY = LEVEL.target(Priority.LOW, None)


def hour(number):
    return timedelta(hours=number)


def test_what_is_promised_depends_on_priority_and_tier():
    kinds = [(Priority.URGENT, "gold"), (Priority.LOW, "gold"), (Priority.URGENT, None)]

    assert [600, 3600, 7200] == [LEVEL.target(*kind).first_response for kind in kinds]


def test_a_weekend_does_not_count():
    first, resolution = due(LEVEL, ANYBODY, Progress(began_at=FRIDAY), OFFICE)

    assert (Promise.FIRST_RESPONSE, MONDAY + hour(1)) == (first.promise, first.at)
    assert FRIDAY + hour(1) == first.warn_at
    assert (Promise.RESOLUTION, MONDAY + timedelta(days=1, hours=7)) == (
        resolution.promise,
        resolution.at,
    )


def test_after_the_first_response_the_oldest_unanswered_message_counts():
    so_far = Progress(
        began_at=FRIDAY, first_response_at=FRIDAY + hour(0.5), waiting_since=MONDAY + hour(1)
    )
    next_one, _ = due(LEVEL, ANYBODY, so_far, OFFICE)

    assert (Promise.NEXT_RESPONSE, MONDAY + hour(3)) == (next_one.promise, next_one.at)


def test_nothing_is_due_after_the_resolution():
    so_far = Progress(began_at=FRIDAY, first_response_at=MONDAY, resolved_at=MONDAY)

    assert [] == due(LEVEL, ANYBODY, so_far, OFFICE)


def test_waiting_for_the_customer_does_not_count_against_the_resolution():
    so_far = Progress(began_at=FRIDAY, first_response_at=FRIDAY, held=3600.0)
    (resolution,) = due(LEVEL, ANYBODY, so_far, OFFICE)

    assert MONDAY + timedelta(days=2) - hour(16) == resolution.at


def test_what_is_due_when_nobody_is_ever_there_again_is_not_due():
    last_day = Hours(Calendar(weekly={}, open={FRIDAY.date(): ("09:00-17:00",)}))

    assert [] == due(LEVEL, ANYBODY, Progress(began_at=FRIDAY), last_day)


def test_a_promise_is_safe_then_at_risk_then_breached():
    first, _ = due(LEVEL, ANYBODY, Progress(began_at=MONDAY), OFFICE)
    moments = [first.warn_at - hour(0.1), first.warn_at, first.at]

    assert [Standing.SAFE, Standing.AT_RISK, Standing.BREACHED] == [
        first.standing(moment) for moment in moments
    ]
    assert [3960, 3600, 0, -3600] == [
        first.slack(moment, OFFICE) for moment in [*moments, first.at + hour(1)]
    ]


@settings(deadline=None)
@given(
    st.datetimes(timezones=st.just(UTC), min_value=datetime(2020, 1, 1)),  # noqa: DTZ001
    st.floats(1, 10**6),
    st.floats(0.01, 1),
    st.floats(0, 10**6),
)
def test_slack_and_time_used_make_up_the_target(began_at, seconds, warn_at, used):
    began_at = began_at.replace(year=2026)
    level = ServiceLevel(targets=(Target(first_response=seconds),), warn_at=warn_at)
    (first,) = due(level, level.targets[0], Progress(began_at=began_at), OFFICE)
    now = began_at + timedelta(seconds=used)

    assert began_at <= first.warn_at <= first.at
    assert seconds == pytest.approx(
        first.slack(now, OFFICE) + OFFICE.seconds(began_at, now), abs=1e-3
    )
    assert (first.slack(now, ALWAYS) <= 0) == (Standing.BREACHED is first.standing(now))


@pytest.mark.parametrize(
    ("level", "sentence"),
    [
        (
            ServiceLevel(targets=(Target(), Target(tier="gold", first_response=5))),
            "service_level.targets[1]: It never holds, since targets[0] is for all of its.",
        ),
        (
            ServiceLevel(targets=(Target(next_response=0),)),
            "service_level.targets[0].next_response: A promise takes some seconds, at most a year.",
        ),
        (
            ServiceLevel(warn_at=1.5),
            "service_level.warn_at: It is a share of the time, more than 0 and at most 1.",
        ),
    ],
)
def test_promises_that_cannot_be_meant_are_refused(level, sentence):
    with pytest.raises(Invalid) as refused:
        check(level)

    assert sentence == str(refused.value)


def test_sensible_promises_pass():
    check(LEVEL)
