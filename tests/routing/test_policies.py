"""Only who may is offered a conversation, and everybody can see why."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from inbox.errors import Invalid
from inbox.model import AgentId
from routing.policies import Policy, choose
from routing.skills import (
    Availability,
    Candidate,
    Membership,
    Need,
    Removal,
    Work,
    check,
    fit,
)

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
SKILLS = ("billing", "network")
CALL = Work(weight=None)

ids = st.integers(1, 12).map(AgentId)
moments = st.none() | st.integers(0, 3600).map(lambda ago: NOW - timedelta(seconds=ago))
levels = st.dictionaries(st.sampled_from(SKILLS), st.integers(0, 5))
languages = st.frozensets(st.sampled_from(("hr", "en")))
candidates = st.lists(
    st.builds(
        Candidate,
        agent_id=ids,
        connected=st.sampled_from([True, True, True, False]),
        availability=st.sampled_from([*Availability, *[Availability.AVAILABLE] * 6]),
        load=st.integers(0, 7).map(float),
        capacity=st.sampled_from([0.0, 1.0, 6.0]),
        on_call=st.sampled_from([False, False, False, True]),
        skills=levels,
        languages=languages,
        membership=st.sampled_from([None, *Membership, *[Membership.PRIMARY] * 3]),
        idle_since=moments,
        offered_at=moments,
    ),
    unique_by=lambda one: one.agent_id,
)
needs = st.lists(
    st.builds(Need, skill=st.sampled_from(SKILLS), level=st.integers(1, 5)), max_size=2
).map(tuple)
works = st.builds(
    Work,
    weight=st.none() | st.sampled_from([0.0, 1.0, 2.0]),
    needs=needs,
    language=st.none() | st.sampled_from(("hr", "en")),
    owner_id=st.none() | ids,
    previous_id=st.none() | ids,
    declined_by=st.frozensets(ids, max_size=3),
)


def agent(number, **facts):
    return Candidate(agent_id=AgentId(number), **facts)


def ago(seconds):
    return NOW - timedelta(seconds=seconds)


@settings(deadline=None, max_examples=200)
@given(works, candidates, st.sampled_from(Policy), st.booleans(), st.booleans())
def test_only_who_may_is_chosen(work, agents, policy, sticky, owner_first):
    choice = choose(work, agents, NOW, policy, sticky=sticky, owner_first=owner_first)
    seen = {*choice.scores, *(one.agent_id for one in choice.removed)}

    assert {one.agent_id for one in agents} == seen
    assert len(agents) == len(choice.scores) + len(choice.removed)
    assert (choice.agent_id is None) == (not choice.scores)
    if choice.agent_id is None:
        return
    (chosen,) = (one for one in agents if one.agent_id == choice.agent_id)

    assert chosen.connected
    assert chosen.availability is Availability.AVAILABLE
    assert chosen.membership is not None
    assert chosen.agent_id not in work.declined_by
    assert not chosen.on_call
    assert chosen.load + (chosen.capacity if work.weight is None else work.weight) <= (
        chosen.capacity
    )
    assert work.language is None or work.language in chosen.languages
    assert all(chosen.skills.get(need.skill, 0) >= need.level for need in work.needs)
    if owner_first and work.owner_id in choice.scores:
        assert work.owner_id == chosen.agent_id
    elif sticky and work.previous_id in choice.scores:
        assert work.previous_id == chosen.agent_id
    else:
        assert choice.scores[chosen.agent_id] == max(choice.scores.values())


@settings(deadline=None)
@given(works, candidates, st.sampled_from(Policy), st.randoms())
def test_the_choice_does_not_depend_on_the_order_of_looking(work, agents, policy, chance):
    shuffled = list(agents)
    chance.shuffle(shuffled)

    assert (
        choose(work, agents, NOW, policy).agent_id == choose(work, shuffled, NOW, policy).agent_id
    )


@settings(deadline=None)
@given(works, candidates)
def test_relaxing_removes_nobody(work, agents):
    strict = {one.agent_id for one in fit(work, agents).candidates}
    reasons = {one.agent_id: one.removal for one in fit(work.relaxed(), agents).removed}

    assert not any(reasons.get(one) not in {None, Removal.BACKUP} for one in strict)
    assert Removal.SKILL not in reasons.values()


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        (Policy.LEAST_BUSY, 1),
        (Policy.LONGEST_IDLE, 2),
        (Policy.ROUND_ROBIN, 3),
        (Policy.BEST_SKILL, 4),
    ],
)
def test_each_policy_has_its_favourite(policy, expected):
    agents = [
        agent(1, load=1.0, idle_since=ago(10), offered_at=ago(10)),
        agent(2, load=2.0, idle_since=ago(90), offered_at=ago(20)),
        agent(3, load=3.0, idle_since=ago(20), offered_at=ago(90)),
        agent(4, load=4.0, idle_since=ago(30), offered_at=ago(30), skills={"billing": 4}),
    ]
    work = Work(needs=(Need(skill="billing", required=False),))

    assert expected == choose(work, agents, NOW, policy).agent_id


def test_every_removal_says_why():
    agents = [
        agent(1, membership=None),
        agent(2, connected=False),
        agent(3, availability=Availability.AWAY),
        agent(4),
        agent(5, languages=frozenset(["en"])),
        agent(6, skills={"billing": 1}),
        agent(7, load=6.0),
        agent(8, on_call=True),
        agent(9, membership=Membership.BACKUP),
        agent(10),
    ]
    able = [
        replace(
            one,
            languages=one.languages or frozenset(["hr"]),
            skills=one.skills or {"billing": 3},
        )
        for one in agents
    ]
    work = Work(needs=(Need(skill="billing", level=2),), language="hr", declined_by=frozenset([4]))
    choice = choose(work, able, NOW)

    assert 10 == choice.agent_id
    assert {
        1: "Not a member of the queue.",
        2: "Not connected.",
        3: "Is away.",
        4: "Declined it, or did not answer.",
        5: "Does not speak hr.",
        6: "Has billing 1, needs 2.",
        7: "Has 6 of 6 in hand.",
        8: "Is on a call.",
        9: "Primary members can take it.",
    } == {one.agent_id: one.why for one in choice.removed}


def test_a_call_needs_an_empty_desk():
    agents = [agent(1, load=1.0), agent(2)]

    assert 2 == choose(CALL, agents, NOW).agent_id
    assert choose(CALL, agents[:1], NOW).agent_id is None


def test_backups_come_when_no_primary_member_can():
    agents = [agent(1, load=6.0), agent(2, membership=Membership.BACKUP)]

    assert 2 == choose(Work(), agents, NOW).agent_id


@pytest.mark.parametrize(
    ("need", "sentence"),
    [
        (Need(skill="fishing"), "needs[0]: There is no skill 'fishing'."),
        (Need(skill="billing", level=6), "needs[0]: A level is 1 to 5."),
    ],
)
def test_needs_that_nobody_could_meet_are_refused(need, sentence):
    with pytest.raises(Invalid) as refused:
        check([need], SKILLS)

    assert sentence == str(refused.value)


def test_the_owner_goes_before_who_had_it_and_both_before_the_policy():
    agents = [agent(1), agent(2, load=1.0), agent(3, load=2.0)]
    work = Work(owner_id=AgentId(3), previous_id=AgentId(2))
    chosen = [
        choose(work, agents, NOW, sticky=sticky, owner_first=owner).agent_id
        for sticky, owner in [(True, True), (True, False), (False, False)]
    ]

    assert [3, 2, 1] == chosen
