"""What came, played through another setup, and told beside what was."""

from datetime import UTC, datetime, timedelta

import pytest

from inbox.errors import Invalid
from inbox.model import AgentId, Membership, Skilled
from routing.rehearse import differs, percentile, rehearse
from routing.setup import Setup, parse
from routing.traffic import Came, Measure, Somebody, Traffic

NINE = datetime(2026, 3, 2, 9, tzinfo=UTC)
NOON = NINE + timedelta(hours=3)
ONE = parse("usual = 'all'\n[queues.all]")
TWO = parse(
    """
    usual = "rest"
    [queues.rest]
    [queues.billing]
    service_level = { targets = [{ first_response = 60 }] }
    [[rules.rule]]
    name = "money"
    when = { words = ["invoice"] }
    then = { queue = "billing" }
    """
)


def at(seconds):
    return NINE + timedelta(seconds=seconds)


def came(number, seconds=0, **facts):
    facts = {"handling": 100.0, "measure": Measure.ASSIGNMENT, "channel": "webchat"} | facts
    return Came(conversation_id=number, at=at(seconds), account="shop", **facts)


def taken(number, seconds, waited, **facts):
    """Somebody whom the first agent took from the only queue there was."""
    moment = at(seconds + waited)
    facts = {"agent_id": AgentId(1), "taken_at": moment, "answered_at": moment} | facts
    return came(number, seconds, queue="all", **facts)


def somebody(number, *queues, there=((NINE, NOON),), **facts):
    skilled = {"capacity": 1.0} | facts.pop("skilled", {})
    return Somebody(
        agent_id=AgentId(number),
        name=f"Agent {number}",
        email=f"agent{number}@desk.example",
        skilled=Skilled(**skilled),
        queues=dict.fromkeys(queues, Membership.PRIMARY),
        there=there,
        **facts,
    )


def day(*some, team=(), **facts):
    usual = {
        "since": NINE,
        "until": NOON,
        "known_until": NOON,
        "came": tuple(some),
        "team": tuple(team or [somebody(1, "all", "rest", "billing")]),
    }
    return Traffic(**usual | facts)


def side(told, queue):
    return next(one for one in told.queues if one.queue == queue)


def test_what_would_have_been_stands_beside_what_is_set_and_what_was():
    told = rehearse(
        day(
            taken(1, 0, 0, text="My invoice"),
            taken(2, 10, 500, text="A bell"),
            taken(3, 20, 580, text="Invoice!"),
            team=[somebody(1, "all", "rest"), somebody(2, "billing")],
        ),
        TWO,
        ONE,
    )

    billing = side(told, "billing")
    assert [(2, 40.0, 1), (2, 90.0, 1), (2, 290.0, 1)] == [
        (one.conversations, one.mean_wait, one.breached)
        for one in (billing.tried, billing.now, billing.real)
    ]
    assert 0 == side(told, "rest").tried.mean_wait
    assert [(1, 1, 3, 3), (2, 2, 0, 0)] == [
        (one.agent_id, one.tried.conversations, one.now.conversations, one.real.conversations)
        for one in told.agents
    ]
    assert (200.0, 10_800.0) == (told.agents[1].tried.seconds, told.agents[1].there)
    assert [("all", "billing", 2), ("all", "rest", 1)] == [
        (one.before, one.after, one.conversations) for one in told.moved
    ]
    assert "billing: mean wait 40 s instead of 90 s." in told.differences
    assert "Agent 2: 2 conversations instead of 0." in told.differences
    assert "2 would go to billing instead of all." in told.differences
    assert ["money: It says 'invoice'.", "No rule speaks of it.", "money: It says 'invoice'."] == [
        case.rule for case in told.cases
    ]
    assert "Has the most room left." == told.cases[0].tried.why


def test_the_same_setup_differs_in_nothing():
    some = [taken(number, number * 30, 0) for number in range(8)]
    told = rehearse(day(*some), ONE, ONE)

    assert () == told.differences
    assert () == told.moved
    assert told.all.tried == told.all.now


def test_without_queues_until_now_it_is_compared_with_what_was():
    told = rehearse(day(taken(1, 0, 400)), ONE, Setup())

    assert told.all.now is None
    assert told.agents[0].now is None
    assert "Everybody: mean wait 0 s instead of 6 min." not in told.differences
    assert "Everybody: mean wait 0 s instead of 7 min." in told.differences


def test_what_came_before_the_span_is_played_and_not_counted():
    early = somebody(1, "all", there=((at(-3600), NOON),))
    told = rehearse(day(taken(1, -50, 0), taken(2, 0, 0), team=[early]), ONE)

    assert (1, 50.0) == (told.all.tried.conversations, told.all.tried.mean_wait)
    assert [2] == [case.conversation_id for case in told.cases]
    assert 1 == told.agents[0].real.conversations


def test_somebody_who_comes_twice_is_counted_twice():
    told = rehearse(day(taken(1, 0, 0), taken(1, 500, 0, previous_id=AgentId(1))), ONE)

    assert 2 == told.all.tried.served
    assert "Had the conversation before." == told.cases[1].tried.why


def test_who_comes_again_goes_to_whom_they_know_in_any_queue():
    setup = parse("usual = 'all'\n[queues.all]\nsticky = false")
    team = [somebody(1, "all"), somebody(2, "all")]
    told = rehearse(day(came(1, previous_id=AgentId(2)), team=team), setup)

    assert 2 == told.cases[0].tried.agent_id


def test_what_nobody_measured_takes_the_usual_time_of_its_channel():
    unknown = {"handling": None, "measure": Measure.NONE}
    told = rehearse(
        day(
            came(1, 0, handling=40.0),
            came(2, 0, handling=60.0),
            came(3, 0, handling=200.0, measure=Measure.ANSWERS),
            came(4, 1000, **unknown),
            came(5, 1000, channel="email", handling=900.0),
            came(6, 2000, **unknown),
        ),
        ONE,
    )

    assert 40 + 60 + 200 + 60 + 900 + 60 == told.agents[0].tried.seconds
    assert {Measure.ASSIGNMENT: 3, Measure.ANSWERS: 1, Measure.NONE: 2} == told.measured
    assert any("How long 2 of 6 conversations took is not known" in note for note in told.notes)


def test_between_taking_it_and_the_answer_lies_what_really_lay_there():
    slow = taken(1, 0, 0, text="Invoice", answered_at=at(90))
    quick = taken(2, 500, 0, text="Invoice", answered_at=at(550))
    told = rehearse(day(slow, quick), TWO)

    assert [True, False] == [case.tried.breached for case in told.cases]
    assert [True, False] == [case.real.breached for case in told.cases]


def test_who_gave_up_does_so_when_they_did():
    busy = taken(1, 0, 0, handling=1000.0)
    gone = came(2, 10, queue="all", left_at=at(310))
    told = rehearse(day(busy, gone), ONE)

    assert ("abandoned", 300.0) == (told.cases[1].tried.ending, told.cases[1].tried.waited)
    assert (1, 1) == (told.all.tried.abandoned, told.all.real.abandoned)


def test_who_did_not_give_up_waits_on_for_a_time_and_each_time_the_same():
    some = [came(number, number, left_at=at(number + 200)) for number in range(20)]
    some += [taken(number, number, 100) for number in range(20, 40)]
    nobody = [somebody(1, "all", there=())]
    played = [rehearse(day(*some, team=nobody), ONE) for _ in range(2)]

    assert played[0] == played[1]
    assert {"abandoned"} == {case.tried.ending for case in played[0].cases}
    patient = [case.tried.waited for case in played[0].cases if case.real.ending == "served"]
    assert min(patient) > 100
    assert len(set(patient)) == len(patient)


def test_without_anybody_who_left_all_wait_for_ever():
    told = rehearse(day(taken(1, 0, 5000), team=[somebody(1, "all", there=())]), ONE)

    assert (1, 0) == (told.all.tried.open, told.all.tried.abandoned)
    assert "Nobody was there to be offered anything." in told.notes


def test_what_goes_to_no_queue_is_as_it_was():
    setup = parse("[queues.all]")
    told = rehearse(day(taken(1, 0, 70)), setup)

    assert 70 == side(told, None).tried.mean_wait
    assert 0 == side(told, "all").tried.conversations


def test_a_queue_that_is_new_has_everybody():
    team = [somebody(1, "rest"), somebody(2, "rest", skilled={"skills": {"money": 3}})]
    told = rehearse(day(came(1, text="An invoice"), team=team), TWO)

    assert 1 == told.all.tried.served
    assert "Nobody belongs to billing yet; everybody is taken to." in told.notes


def test_rules_see_what_was_known_then():
    setup = parse(
        """
        [hours.morning]
        weekly = { mon = ["08:00-10:00"] }
        [queues.vip]
        [queues.again]
        [queues.early]
        [queues.segment]
        [queues.german]
        [[rules.rule]]
        name = "vip"
        when = { customer = { tier = "gold" } }
        then = { queue = "vip" }
        [[rules.rule]]
        name = "again"
        when = { history = { earlier = { at_least = 1 }, last_queue = "vip" } }
        then = { queue = "again" }
        [[rules.rule]]
        name = "segment"
        when = { segment = ["press"] }
        then = { queue = "segment" }
        [[rules.rule]]
        name = "german"
        when = { language = ["de"] }
        then = { queue = "german" }
        [[rules.rule]]
        name = "early"
        when = { open = "morning" }
        then = { queue = "early" }
        """
    )
    told = rehearse(
        day(
            came(1, 0, customer={"tier": "gold"}),
            came(2, 1, history={"earlier": 2, "last_queue": "vip"}),
            came(3, 2, customer={"segments": "press, staff"}),
            came(4, 3, customer={"language": " DE "}),
            came(5, 4),
            came(6, 5000),
        ),
        setup,
    )

    assert ["vip", "again", "segment", "german", "early", None] == [
        case.queue for case in told.cases
    ]


def test_a_language_is_asked_of_agents_where_anybody_speaks_it():
    team = [somebody(1, "all"), somebody(2, "all", skilled={"languages": ("hr",)})]
    spoken = [came(1, 0, customer={"language": "hr"}), came(2, 1, customer={"language": "fi"})]
    told = rehearse(day(*spoken, team=team), ONE)

    assert [2, 1] == [case.tried.agent_id for case in told.cases]


def test_an_owner_goes_first_where_the_queue_says_so():
    setup = parse("usual = 'all'\n[queues.all]\nowner_first = true")
    owned = came(1, customer={"owner": "Agent2@Desk.example"})
    told = rehearse(day(owned, team=[somebody(1, "all"), somebody(2, "all")]), setup)

    assert (2, "Looks after this customer.") == (
        told.cases[0].tried.agent_id,
        told.cases[0].tried.why,
    )


def test_a_play_can_be_ended():
    looked = []

    def look():
        looked.append(1)
        if len(looked) > 5:
            raise Invalid("Enough.")

    with pytest.raises(Invalid, match="Enough"):
        rehearse(day(*(came(number) for number in range(10))), ONE, look=look)


@pytest.mark.parametrize(
    ("share", "of", "expected"),
    [(0.5, 1, 1), (0.5, 2, 1), (0.5, 3, 2), (0.9, 10, 9), (0.9, 11, 10), (0.9, 100, 90)],
)
def test_a_percentile_is_one_of_the_waits(share, of, expected):
    assert expected == percentile([float(number) for number in range(1, of + 1)], share)
    assert percentile([], share) is None


def test_small_differences_are_not_named():
    assert not differs(100.0, 104.0)
    assert not differs(0.2, 0.9, 1.0)
    assert not differs(0, 0)
    assert differs(100.0, 110.0)
    assert differs(0, 1)
