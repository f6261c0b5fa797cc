"""Rules say where a conversation goes, can be tried dry, and are refused when they cannot work."""

import json
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from inbox.errors import Invalid
from routing.model import Priority
from routing.rules import Bounds, Facts, Known, When, conditions, covers, decide, parse
from routing.skills import Need

KNOWN = Known(
    queues=frozenset({"billing", "support", "vip"}),
    skills=frozenset({"money"}),
    hours=frozenset({"office"}),
    channels=frozenset({"email", "webchat"}),
    accounts=frozenset({"shop"}),
    bots=frozenset({"robin"}),
)
TEXT = """
[[rule]]
name = "Gold"
when = { customer = { plan = ["gold", "platinum"], orders = { at_least = 10 } } }
then = { queue = "vip", priority = "high" }

[[rule]]
name = "Money"
when = { channel = ["email"], words = ["invoice", "money back"], open = "office" }
then = { queue = "billing", needs = [{ skill = "money", level = 2 }], tags = ["money"] }

[[rule]]
name = "Night"
when = { closed = "office" }
then = { bot = "robin", reply = "We are back in the morning.", tags = ["night"] }

[[rule]]
name = "Everybody"
then = { queue = "support" }
"""
RULES = parse(TEXT, KNOWN)
ALL = parse('match = "all"\n' + TEXT, KNOWN)
OPEN = frozenset({"office"})

scalars = st.sampled_from([True, 1, 2, 3.5, "gold", "silver"])
bounds = st.none() | st.integers(0, 4).map(float)
wishes = st.dictionaries(
    st.sampled_from(["plan", "orders"]),
    scalars
    | st.lists(scalars, min_size=1, max_size=3).map(tuple)
    | st.builds(Bounds, at_least=bounds, at_most=bounds),
)


def some(*names):
    return st.none() | st.lists(st.sampled_from(names), min_size=1, max_size=2).map(tuple)


whens = st.builds(
    When,
    channel=some("email", "webchat", "sms"),
    language=some("hr", "en"),
    segment=some("new", "old"),
    words=some("invoice", "invoice overdue", "hello"),
    customer=wishes,
    history=st.just({}),
    open=st.sampled_from([None, "office"]),
    closed=st.sampled_from([None, "night"]),
)
facts = st.builds(
    Facts,
    channel=st.sampled_from(["email", "webchat", "sms"]),
    account=st.just("shop"),
    text=st.sampled_from(["", "Hello", "My INVOICE  overdue", "hello, invoice?"]),
    language=st.sampled_from([None, "hr", "en"]),
    segments=st.frozensets(st.sampled_from(["new", "old"])),
    customer=st.dictionaries(st.sampled_from(["plan", "orders"]), scalars),
    open=st.frozensets(st.sampled_from(["office", "night"])),
)


def holds(when, known):
    return all(met for met, _ in conditions(when, known))


def mail(text="", **more):
    return Facts(**{"channel": "email", "account": "shop", "text": text, "open": OPEN, **more})


@settings(deadline=None, max_examples=300, suppress_health_check=[HealthCheck.filter_too_much])
@given(whens, whens, st.sets(st.sampled_from(When.__struct_fields__), min_size=5), facts)
def test_what_a_rule_covers_it_catches(wide, other, shared, known):
    narrow = replace(other, **{name: getattr(wide, name) for name in shared})
    assume(covers(wide, narrow))

    assert holds(wide, known) or not holds(narrow, known)


@settings(deadline=None)
@given(whens)
def test_every_rule_covers_itself_and_is_covered_by_one_for_everybody(when):
    assert covers(when, when)
    assert covers(When(), when)


def test_the_first_rule_that_matches_decides():
    decision = decide(RULES, mail("Where is my  INVOICE?"))

    assert "billing" == decision.then.queue
    assert (Need(skill="money", level=2),) == decision.then.needs
    assert [
        ("Gold", False, "The customer's plan is None."),
        ("Money", True, "Its channel is email. It says 'invoice'. office is open."),
    ] == [(tried.rule, tried.matched, tried.why) for tried in decision.tried]


def test_all_that_match_add_up_and_the_earlier_word_stands():
    known = mail(customer={"plan": "gold", "orders": 12}, open=frozenset())
    then = decide(ALL, known).then

    assert ("vip", Priority.HIGH, ("night",), "robin") == (
        then.queue,
        then.priority,
        then.tags,
        then.bot,
    )


@pytest.mark.parametrize(
    ("known", "queue"),
    [
        (mail("I want my Money\n back!"), "billing"),
        (mail("invoices"), "support"),  # another word
        (mail("invoice", channel="webchat"), "support"),
        (mail("", customer={"plan": "gold", "orders": 9}), "support"),
        (mail("", customer={"plan": "gold", "orders": True}), "support"),  # no number
        (mail("", customer={"plan": "gold", "orders": 10}), "vip"),
    ],
)
def test_conditions_mean_what_they_say(known, queue):
    assert queue == decide(RULES, known).then.queue


def test_when_nothing_matches_nothing_is_done():
    decision = decide(parse("", KNOWN), mail())

    assert decision.then.queue is None
    assert () == decision.tried


def test_json_says_the_same_as_toml():
    text = json.dumps({"rule": [{"name": "Everybody", "then": {"queue": "support"}}]})
    toml = '[[rule]]\nname = "Everybody"\nthen = { queue = "support" }\n'

    assert parse(toml, KNOWN) == parse(text, KNOWN)
    assert parse(toml, KNOWN).version == parse(text.encode(), KNOWN).version
    assert RULES.version != ALL.version


def rule(when="{}", then='{ queue = "support" }', name="One"):
    return f'[[rule]]\nname = "{name}"\nwhen = {when}\nthen = {then}\n'


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (rule(then='{ queue = "sales" }'), "rules.rule[0] 'One'.then.queue: There is no queue"),
        (rule(then='{ bot = "hal" }'), "rules.rule[0] 'One'.then.bot: There is no bot 'hal'."),
        (
            rule(then='{ needs = [{ skill = "art" }] }'),
            "rules.rule[0] 'One'.then.needs[0]: There is no skill 'art'.",
        ),
        (rule(then="{}"), "rules.rule[0] 'One'.then: It does nothing."),
        (rule('{ channel = ["fax"] }'), "rules.rule[0] 'One'.when.channel: There is no channel"),
        (rule('{ open = "never" }'), "rules.rule[0] 'One'.when.open: There is no hours 'never'."),
        (rule("{ history = { color = 1 } }"), "rules.rule[0] 'One'.when.history: There is no"),
        (
            rule('{ history = { last_queue = ["support", "sales"] } }'),
            "rules.rule[0] 'One'.when.history.last_queue: There is no queue 'sales'.",
        ),
        *(
            (
                rule(f"{{ history = {{ {wish} }} }}"),
                f"rules.rule[0] 'One'.when.history.{wish.split()[0]}: Nothing could meet it.",
            )
            for wish in (
                'earlier = "many"',
                "earlier = { at_most = -1 }",
                "days_since = -1",
                "days_since = true",
                "last_queue = 7",
                "reopened = { at_least = 1 }",
                'reopened = "yes"',
            )
        ),
        (rule("{ channel = [] }"), "rules.rule[0] 'One'.when.channel: Nothing could meet it"),
        (rule('{ words = [" "] }'), "rules.rule[0] 'One'.when.words: Nothing could meet it"),
        (
            rule("{ customer = { age = { at_least = 9, at_most = 3 } } }"),
            "rules.rule[0] 'One'.when.customer.age: Nothing could meet it.",
        ),
        (
            rule('{ open = "office", closed = "office" }'),
            "rules.rule[0] 'One'.when: office is never open and closed at once.",
        ),
        (
            rule(name="All") + rule('{ channel = ["email"] }'),
            "rules.rule[1] 'One': It never matches, since rule[0] 'All' catches it all.",
        ),
        (rule() + rule(), "rules.rule[1] 'One': Another rule has this name."),
        (rule("{ chanel = [] }"), "rules: Object contains unknown field `chanel` - at `$.rule"),
        ("[[rule]]\n", "rules: Object missing required field `name` - at `$.rule[0]`."),
        ("[[rule", "rules: "),
        ("{", "rules: "),
        ('match = "some"', "rules: Invalid enum value 'some' - at `$.match`."),
    ],
)
def test_rules_that_cannot_work_are_refused_with_where_they_stand(text, sentence):
    with pytest.raises(Invalid) as refused:
        parse(text, KNOWN)

    assert str(refused.value).startswith(sentence)


@settings(deadline=None, max_examples=200)
@given(st.text() | st.binary())
def test_anything_is_read_or_refused(text):
    with suppress(Invalid):
        parse(text, KNOWN)
