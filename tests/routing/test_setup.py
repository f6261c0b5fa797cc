"""One document for all that was decided about routing: read, written, refused."""

from datetime import date

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inbox.errors import Invalid
from inbox.model import Priority
from routing import setup as setups
from routing.hours import Calendar
from routing.order import Weights
from routing.policies import Policy
from routing.queues import Offering, Overflow, Queue
from routing.rules import Bounds, Rule, Rules, Then, When
from routing.service_levels import ServiceLevel, Target
from routing.setup import Setup
from routing.skills import Need

CHANNELS = {"email", "webchat", "voice", "sms"}
ACCOUNTS = {"support", "shop"}
OFFICE = Calendar(weekly={"mon-fri": ("09:00-12:00", "13:00-17:00")}, zone="Europe/Zagreb")
DESK = """
skills = ["billing", "croatian law"]
usual = "Support"
misses = 3

[weights]
voice = "all"
sms = 0.5

[hours.Office]
zone = "Europe/Zagreb"
holidays = ["HR", "DE-BY"]
closed = [2026-12-24]
weekly = { mon-fri = ["09:00-12:00", "13:00-17:00"] }
open = { 2026-12-26 = ["10:00-12:00"] }

[queues.Support]
hours = "Office"

[queues."Bills & refunds"]
needs = [{ skill = "billing", level = 3 }]
limit = 20
full_reply = "We have our hands full; please try in an hour."
away_reply = "We are back tomorrow."
overflow = [{ after = 60, relax = true }, { after = 120, queue = "Support" }]

[queues."Bills & refunds".service_level]
targets = [{ priority = "urgent", first_response = 300 }, { first_response = 3600 }]

[[rules.rule]]
name = "Bills"
when = { words = ["invoice"], customer = { tier = "gold", orders = { at_least = 3 } } }
then = { queue = "Bills & refunds", priority = "high" }
"""


def test_a_desk_is_read_and_checked():
    setup = setups.parse(DESK)
    setups.check(setup, CHANNELS, ACCOUNTS)

    assert None is setup.weight("voice")
    assert 1.0 == setup.weight("webchat")
    assert ["Support", "Bills & refunds"] == list(setup.queues)
    assert date(2026, 12, 24) == setup.hours["Office"].closed[0]
    assert ("10:00-12:00",) == setup.hours["Office"].open[date(2026, 12, 26)]


def test_what_was_written_reads_the_same():
    setup = setups.parse(DESK)

    assert setup == setups.parse(setups.write(setup))


def test_what_is_usual_is_not_written():
    assert "\n" == setups.write(Setup())


def test_short_tables_stand_in_a_line():
    setup = Setup(
        queues={"Support": Queue(needs=(Need(skill="billing"),), offering=Offering.PULL)},
        skills=("billing",),
    )

    assert setups.write(setup).splitlines() == [
        'skills = ["billing"]',
        "",
        "[queues.Support]",
        'needs = [{ skill = "billing" }]',
        'offering = "pull"',
    ]


def test_json_says_the_same():
    setup = setups.parse(DESK)

    assert setup == setups.parse(msgspec.json.encode(setups.plain(setup)))


def test_a_desk_without_queues_is_fine():
    setups.check(Setup(), CHANNELS, ACCOUNTS)


def test_rules_may_use_what_the_setup_names():
    names = setups.known(setups.parse(DESK), CHANNELS, ACCOUNTS)

    assert {"Support", "Bills & refunds"} == names.queues
    assert {"billing", "croatian law"} == names.skills
    assert {"Office"} == names.hours
    assert CHANNELS == names.channels
    assert ACCOUNTS == names.accounts


SUPPORT = Queue()
BROKEN = {
    "usual: There is no queue 'Sales'.": Setup(usual="Sales"),
    "misses: One missed offer is the least.": Setup(misses=0),
    "grace: It takes a number of seconds, at most a year.": Setup(grace=-1.0),
    "tier: It takes the name of an attribute of customers.": Setup(tier=" "),
    "order.value: It takes a number of seconds, at most a year.": Setup(order=Weights(value=-1.0)),
    "weights.fax: There is no channel 'fax'.": Setup(weights={"fax": 1.0}),
    'weights.sms: It takes 0 to 1000, or "all".': Setup(weights={"sms": -1.0}),
    "skills. : A name has letters, and no spaces around it.": Setup(skills=(" ",)),
    "skills.Law: There is 'law' already.": Setup(skills=("law", "Law")),
    f"skills.{'a' * 61}: A name has at most 60 letters.": Setup(skills=("a" * 61,)),
    "queues.a\nb: A name has letters, and no spaces around it.": Setup(queues={"a\nb": SUPPORT}),
    "hours.Never: It never opens.": Setup(hours={"Never": Calendar(weekly={})}),
    "hours.Night.weekly.mon: 22:00-06:00 ends before it begins; what goes past midnight is two "
    "ranges.": Setup(hours={"Night": Calendar(weekly={"mon": ("22:00-06:00",)})}),
    "hours.Moon.zone: There is no time zone 'Moon/Base'.": Setup(
        hours={"Moon": Calendar(weekly={"mon": ("09:00-17:00",)}, zone="Moon/Base")}
    ),
    "hours.Far.holidays: The holidays of 'XX' are not known.": Setup(
        hours={"Far": Calendar(weekly={"mon": ("09:00-17:00",)}, holidays=("XX",))}
    ),
    "queues.Bills.hours: There are no hours 'Office'.": Setup(
        queues={"Bills": Queue(hours="Office")}
    ),
    "queues.Bills.needs[0]: There is no skill 'law'.": Setup(
        queues={"Bills": Queue(needs=(Need(skill="law"),))}
    ),
    "queues.Bills.limit: A queue has room for at least one.": Setup(
        queues={"Bills": Queue(limit=0)}
    ),
    "queues.Bills.codes.Done: There is 'done' already.": Setup(
        queues={"Bills": Queue(codes=("done", "Done"))}
    ),
    "queues.A.overflow: It goes round in a circle: A -> B -> A.": Setup(
        queues={
            "A": Queue(overflow=(Overflow(after=9, queue="B"),)),
            "B": Queue(overflow=(Overflow(after=9, queue="A"),)),
        }
    ),
    "queues.Bills.service_level.targets[1]: It never holds, since targets[0] is for all of its.": (
        Setup(
            queues={
                "Bills": Queue(
                    service_level=ServiceLevel(
                        targets=(Target(first_response=9), Target(resolution=9))
                    )
                )
            }
        )
    ),
    "rules.rule[0] 'Bills'.then.queue: There is no queue 'Bills'.": Setup(
        rules=Rules(rule=(Rule(name="Bills", then=Then(queue="Bills")),))
    ),
    "rules.rule[0] 'Fax'.when.channel: There is no channel 'fax'.": Setup(
        rules=Rules(rule=(Rule(name="Fax", when=When(channel=("fax",)), then=Then(tags=("x",))),))
    ),
    "rules.rule[1] 'VIP': It never matches, since rule[0] 'All' catches it all.": Setup(
        rules=Rules(
            rule=(
                Rule(name="All", then=Then(tags=("x",))),
                Rule(name="VIP", when=When(words=("now",)), then=Then(tags=("y",))),
            )
        )
    ),
    "rules.rule[0].when.customer.orders.at_least: inf is no number that can be meant.": Setup(
        rules=Rules(
            rule=(
                Rule(
                    name="Rich",
                    when=When(customer={"orders": Bounds(at_least=float("inf"))}),
                    then=Then(tags=("x",)),
                ),
            )
        )
    ),
}


@pytest.mark.parametrize("sentence", BROKEN)
def test_what_cannot_work_is_refused_with_where_it_stands(sentence: str):
    with pytest.raises(Invalid) as caught:
        setups.check(BROKEN[sentence], CHANNELS, ACCOUNTS)

    assert sentence == str(caught.value)


UNREADABLE = {
    "queues.Bills: Object contains unknown field `colour`.": '[queues.Bills]\ncolour = "red"',
    "queues.Bills.needs[0].level: Expected `int`, got `str`.": (
        '[queues.Bills]\nneeds = [{ skill = "law", level = "much" }]'
    ),
    "hours.Office: Object missing required field `weekly`.": '[hours.Office]\nzone = "UTC"',
    "setup: Object contains unknown field `queue`.": "[queue.Bills]",
    "rules.rule[0]: Object missing required field `then`.": '[[rules.rule]]\nname = "Bills"',
    "queues: It is a table with a table for each name.": "queues = 3",
    "misses: 99999999999999999999 is too large.": "misses = 99999999999999999999",
    "queues.Bills.full_reply: It has a letter that cannot be kept.": (
        '[queues.Bills]\nfull_reply = "\\u0000"'
    ),
}


@pytest.mark.parametrize("sentence", UNREADABLE)
def test_what_cannot_be_read_says_where(sentence: str):
    with pytest.raises(Invalid) as caught:
        setups.parse(UNREADABLE[sentence])

    assert sentence == str(caught.value)


@pytest.mark.parametrize("text", ["{", "{]", "=", "[queues", '{"queues": ', "[1]", "\x00"])
def test_what_is_neither_toml_nor_json_is_refused(text: str):
    with pytest.raises(Invalid, match=r"^setup: "):
        setups.parse(text)


# --- whatever people write comes back -------------------------------------------------------
WORDS = st.text(min_size=1, max_size=12).filter(lambda text: "\0" not in text)
NAMES = st.text("abcXYZ .-&'\"čž", min_size=1, max_size=10)
SECONDS = st.floats(0.5, 1e6)
NEEDS = st.builds(Need, skill=NAMES, level=st.integers(1, 5), required=st.booleans())
WISHES = st.one_of(
    st.builds(Bounds, at_least=st.none() | st.floats(-1e9, 1e9), at_most=st.none() | SECONDS),
    st.booleans(),
    st.integers(-(2**50), 2**50),
    WORDS,
    st.lists(WORDS | st.integers(0, 9), max_size=3).map(tuple),
)
CALENDARS = st.builds(
    Calendar,
    weekly=st.just({"mon-fri": ("09:00-17:00",), "sat": ("10:00-12:00",)}),
    zone=st.sampled_from(["UTC", "Europe/Zagreb"]),
    holidays=st.lists(st.sampled_from(["HR", "DE-BY"]), max_size=2).map(tuple),
    closed=st.lists(st.dates(), max_size=2).map(tuple),
    open=st.dictionaries(st.dates(), st.just(("08:00-09:00",)), max_size=2),
)
QUEUES = st.builds(
    Queue,
    needs=st.lists(NEEDS, max_size=3).map(tuple),
    policy=st.sampled_from(Policy),
    sticky=st.booleans(),
    service_level=st.builds(
        ServiceLevel,
        targets=st.lists(
            st.builds(
                Target,
                priority=st.none() | st.sampled_from(Priority),
                tier=st.none() | WORDS,
                first_response=st.none() | SECONDS,
            ),
            max_size=3,
        ).map(tuple),
    ),
    overflow=st.lists(st.builds(Overflow, after=SECONDS, queue=st.none() | NAMES), max_size=2).map(
        tuple
    ),
    limit=st.none() | st.integers(1, 99),
    full_reply=st.none() | WORDS,
    codes=st.lists(NAMES, max_size=2).map(tuple),
)
RULES = st.builds(
    Rule,
    name=NAMES,
    when=st.builds(
        When,
        channel=st.none() | st.lists(NAMES, max_size=2).map(tuple),
        words=st.none() | st.lists(WORDS, max_size=2).map(tuple),
        customer=st.dictionaries(NAMES, WISHES, max_size=2),
        open=st.none() | NAMES,
    ),
    then=st.builds(Then, queue=st.none() | NAMES, tags=st.lists(WORDS, max_size=2).map(tuple)),
)
SETUPS = st.builds(
    Setup,
    hours=st.dictionaries(NAMES, CALENDARS, max_size=2),
    skills=st.lists(NAMES, max_size=3).map(tuple),
    queues=st.dictionaries(NAMES, QUEUES, max_size=3),
    rules=st.builds(
        Rules, rule=st.lists(RULES, max_size=3).map(tuple), match=st.sampled_from(["first", "all"])
    ),
    order=st.builds(Weights, value=SECONDS),
    weights=st.dictionaries(NAMES, st.none() | SECONDS, max_size=3),
    grace=SECONDS,
)


@settings(deadline=None, max_examples=80)
@given(SETUPS)
def test_whatever_is_written_down_is_read_back(setup: Setup):
    assert setup == setups.parse(setups.write(setup))
    assert setup == setups.read(setups.plain(setup))
