"""What a conversation's events add to the figures, told without a store."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from msgspec import convert

from routing.reports.adding import add_up, ends
from routing.reports.definitions import FIGURES
from routing.reports.past import Past
from routing.reports.presence import Work, busy, pieces, spans_of
from routing.reports.report import harmless
from routing.reports.story import Case, Offered, Spoken, Step, Story, cases
from routing.setup import Setup

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
SALES = 1
PROMISES = {"targets": [{"first_response": 300.0, "next_response": 600.0}]}
SETUP = convert({"queues": {"sales": {"service_level": PROMISES}, "rest": {}}}, Setup)
PAST = Past([(NOON - timedelta(days=9), SETUP)], {SALES: "sales", 2: "rest"})
IN = Spoken("in", "message", None, False)
OUT = Spoken("out", "message", 7, True)
AUTOMATIC = Spoken("out", "message", None, False)


def told(*events, queue=SALES, offers=()):
    """Return the cases of a conversation in which these happened, a minute after each other."""
    steps, spoken = [], {}
    for number, (what, *rest) in enumerate(events, 1):
        said = rest[0] if rest and isinstance(rest[0], Spoken) else None
        if said:
            spoken[number] = said
        verb, message = ("message.added", number) if said else (what, None)
        change = {} if said or not rest else rest[0]
        steps.append(Step(number, NOON + number * MINUTE, verb, 7, None, message, change))
    story = Story(
        id=1,
        channel="webchat",
        created_at=NOON,
        steps=steps,
        now={"queue_id": queue, "assignee_id": 7, "priority": None},
        spoken=spoken,
        offers=offers,
    )
    return list(cases(story, PAST))


def values(figure, *events, **more):
    return [one.value for one in told(*events, **more) if one.figure == figure]


RESOLVED = ("conversation.resolved", {"status": ["open", "resolved"]})
REOPENED = ("conversation.reopened", {"status": ["resolved", "open"]})
BREACHED = ("promise.breached", {"promise": "first_response"})


def test_a_promise_is_kept_when_it_was_not_broken():
    assert [1] == values("service_level", ("in", IN), ("out", OUT))


def test_a_broken_promise_counts_once_however_late_the_answer_comes():
    assert [0] == values("service_level", ("in", IN), BREACHED, ("out", OUT))
    assert [0] == values("service_level", ("in", IN), BREACHED)


def test_each_promise_is_judged_by_itself():
    assert [0, 1] == values(
        "service_level", ("in", IN), BREACHED, ("out", OUT), ("in", IN), ("out", OUT)
    )


def test_where_nothing_is_promised_nothing_is_kept():
    assert [] == values("service_level", ("in", IN), ("out", OUT), queue=2)
    assert [] == values("service_level", ("in", IN), ("out", OUT), queue=None)


def test_automatic_texts_answer_nobody():
    assert [120.0] == values("first_response", ("in", IN), ("automatic", AUTOMATIC), ("out", OUT))


def test_who_opens_a_conversation_again_is_responded_to_first_again():
    events = (("in", IN), ("out", OUT), RESOLVED, ("in", IN), REOPENED, ("out", OUT))

    assert [60.0, 120.0] == values("first_response", *events)


def test_resolving_ends_the_wait_for_an_answer():
    assert [] == values("first_response", ("in", IN), RESOLVED)
    assert [1] == values("abandoned", ("in", IN), RESOLVED)
    assert [0] == values("abandoned", ("in", IN), ("out", OUT), RESOLVED)


@pytest.mark.parametrize(("outcome", "lost"), [("abandoned", 1), ("missed", 1), ("answered", 0)])
def test_calls_are_lost_when_nobody_answered(outcome, lost):
    call = Spoken("in", "message", None, False, outcome)

    assert [lost] == values("abandoned", ("call", call), RESOLVED)


def test_what_was_given_was_not_offered():
    asked = Offered(7, SALES, "missed", NOON, None, NOON)
    given = Offered(7, SALES, "ended", NOON, NOON, NOON + MINUTE, asked=False)

    assert [1] == values("refused_offers", offers=(asked, given))
    assert [60.0] == values("handle", offers=(asked, given))


# --- adding up ------------------------------------------------------------------------------
def some(figure, *numbers):
    return [Case(figure, NOON, number, 1, "webchat") for number in numbers]


def test_a_median_and_the_90th_percentile_are_real_cases():
    told = add_up(FIGURES["first_response"], some("first_response", *range(1, 11)))

    assert (10, 5, 9, 5.5) == (told.n, told.value, told.p90, told.mean)


def test_nothing_has_no_median_but_a_sum():
    assert add_up(FIGURES["first_response"], []).value is None
    assert add_up(FIGURES["csat"], []).value is None
    assert 0 == add_up(FIGURES["opened"], []).value


def test_days_end_when_the_clock_is_put_forward():
    zone = ZoneInfo("Europe/Zagreb")
    since = datetime(2026, 3, 27, 23, tzinfo=UTC)
    until = datetime(2026, 3, 30, 22, tzinfo=UTC)

    assert [
        datetime(2026, 3, 28, 23, tzinfo=UTC),
        datetime(2026, 3, 29, 22, tzinfo=UTC),
        datetime(2026, 3, 30, 22, tzinfo=UTC),
    ] == ends(since, until, until, zone)


# --- occupancy ------------------------------------------------------------------------------
def test_two_conversations_at_once_are_one_time():
    until = NOON + 20 * MINUTE
    had = [
        Work(NOON, NOON + 10 * MINUTE, 1, None, "email"),
        Work(NOON + 5 * MINUTE, None, 2, None, "email"),
    ]
    worked = list(busy(7, [(NOON, until)], had))

    assert {1: 600.0, 2: 600.0} == {
        which: sum(one.value for one in worked if one.conversation == which) for which in (1, 2)
    }


def test_who_was_away_was_not_there():
    now = {"availability": "away", "connected": True}
    changes = [
        (NOON + MINUTE, {"availability": ["away", "available"]}),
        (NOON + 3 * MINUTE, {"connected": [True, False]}),
        (NOON + 5 * MINUTE, {"connected": [False, True]}),
        (NOON + 6 * MINUTE, {"availability": ["available", "away"], "reason": "Lunch."}),
    ]

    assert [
        (NOON + MINUTE, NOON + 3 * MINUTE),
        (NOON + 5 * MINUTE, NOON + 6 * MINUTE),
    ] == spans_of(now, changes, NOON, NOON + 60 * MINUTE)


def test_time_is_cut_where_hours_begin():
    cut = list(pieces(NOON - MINUTE, NOON + 16 * MINUTE))

    assert [60.0, 900.0, 60.0] == [(end - begin).total_seconds() for begin, end in cut]


def test_a_spreadsheet_gets_no_formulas():
    assert "'=1+1" == harmless("=1+1")
    assert "Sales" == harmless("Sales")
