"""What is known of a customer is offered in a form, and shown to nobody whose it may not be."""

from datetime import UTC, date, datetime

import pytest

from inbox.actions import customer as customers
from inbox.model import CustomerId, Identity, IdentityId, Proof
from routing.bots.forms import flows
from routing.bots.forms.flows import SAME, Outcome
from routing.bots.forms.offering import Known, known
from routing.bots.model import Flow, LookUp, Slot
from routing.bots.words.phrases import LANGUAGES
from tests.routing.bots.counter import ONE_QUEUE, open_counter, reading

TODAY = date(2026, 11, 22)
REACH = Flow(
    title={"en": "Reach"},
    slots=(
        Slot(name="email", kind="email", ask={"en": "Where shall we write to?"}),
        Slot(name="phone", kind="phone", ask={"en": "A number?"}, optional=True),
    ),
    done={"en": "We will write to {email}."},
    attributes={"email": "email"},
)
ANA, NUMBER = "ana@example.org", "+385911234567"
OPEN = {"email": Known(value=ANA, covered=False), "phone": Known(value=NUMBER, covered=False)}
SHUT = {"email": Known(value=ANA), "phone": Known(value=NUMBER)}


def begun(flow=REACH, who=OPEN, language="en"):
    return flows.begin(flow, "reach", language, pressable=True, known=who)


def went_on(step, said="", *, pressed=None, who=OPEN, language="en", flow=REACH):
    return flows.go_on(
        flow, step.filling, said, language, TODAY, pressed=pressed, pressable=True, known=who
    )


def test_what_is_known_is_one_button_away():
    first = begun()
    second = went_on(first, pressed=SAME)
    third = went_on(second, "yes")

    assert "Is it still ana@example.org?" in first.say
    assert ["Yes", "Talk to a person"] == [one.title for one in first.buttons]
    assert "Is it still +385911234567?" in second.say
    assert {"email": ANA, "phone": NUMBER} == third.values
    assert ANA in third.say


@pytest.mark.parametrize("language", LANGUAGES)
def test_yes_is_understood_in_every_language(language):
    yes = {button.id: button.title for button in begun(language=language).buttons}[SAME]

    assert {"email": ANA} == went_on(begun(language=language), yes, language=language).values


def test_another_address_is_simply_written():
    step = went_on(begun(), "no, bob@example.org please")

    assert {"email": "bob@example.org"} == step.values


def test_who_says_no_is_asked_plainly_and_has_skipped_nothing():
    second = went_on(begun(), "bob@example.org")
    third = went_on(second, "no")

    assert (Outcome.ASKING, "A number?") == (third.outcome, third.say)
    assert SAME not in {one.id for one in third.buttons}


def test_what_was_taken_back_is_not_offered_again():
    review = went_on(went_on(begun(), pressed=SAME), pressed=flows.SKIP)
    again = went_on(review, pressed=flows.CHANGE)

    assert "Where shall we write to?" == again.say


def test_who_may_be_anybody_never_reads_what_stands_on_the_record():
    first = begun(who=SHUT)
    second = went_on(first, pressed=SAME, who=SHUT)
    review = went_on(second, "yes", who=SHUT)
    last = went_on(review, pressed=flows.YES, who=SHUT)
    steps = (first, second, review, last)

    assert "a•••@e•••.org" in first.say
    assert not [step.say for step in steps if ANA in step.say or NUMBER in step.say]
    assert "We will write to a•••@e•••.org." == last.say
    assert {"email": ANA, "phone": NUMBER} == last.values
    assert ANA in last.collected.values()


def test_nobody_asks_another_system_with_what_may_not_be_theirs():
    look_up = LookUp(url="https://shop.example/orders", after="email")
    flow = Flow(title=REACH.title, slots=REACH.slots, look_ups=(look_up,))

    assert "Where shall we write to?" == begun(flow, SHUT).say
    assert "ana@example.org" in begun(flow, OPEN).say


def identity(number, value, proof, kind="email"):
    return Identity(
        id=IdentityId(number),
        customer_id=CustomerId(1),
        kind=kind,
        value=value,
        proof=proof,
        created_at=datetime(2026, 11, 22, tzinfo=UTC),
    )


@pytest.mark.parametrize(
    ("proof", "sender", "covered"),
    [
        (Proof.VERIFIED, "v1", False),
        (Proof.HEARD, "v1", True),
        (Proof.HEARD, ANA, False),
        (Proof.VERIFIED, "somebody else", True),
    ],
)
def test_an_address_is_shown_to_who_proved_to_be_who_they_are(proof, sender, covered):
    held = [identity(1, ANA, Proof.HEARD), identity(2, "v1", proof, "webchat")]

    assert {"email": Known(value=ANA, covered=covered)} == known(held, {}, sender)


def test_what_is_proved_best_is_offered_and_what_was_told_last_else():
    held = [
        identity(1, "old@example.org", Proof.VERIFIED),
        identity(2, "new@example.org", Proof.CLAIMED),
    ]

    assert "old@example.org" == known(held, {"email": ANA}, None)["email"].value
    assert "new@example.org" == known(held[1:], {"email": ANA}, None)["email"].value
    assert ANA == known([], {"email": ANA, "phone": "none"}, None)["email"].value
    assert {"email"} == set(known([], {"email": ANA, "phone": "none"}, None))


async def test_a_customer_who_is_known_is_not_asked_anew(desk):
    async with open_counter(desk, flows={"reach": REACH}, **ONE_QUEUE) as counter:
        counter.mind.known["call me"] = reading("flow:reach")
        which = await counter.hear("call me")
        await desk.write(customers.set_attributes, CustomerId(1), {"email": ANA}, by=None)
        await counter.worker.run_due()
        assert "Is it still ana@example.org?" in (await counter.said(which))[0]
        await counter.says("yes")
        await counter.says("skip")
        await counter.says("yes")

        assert "We will write to ana@example.org." in (await counter.said(which))[-1]
