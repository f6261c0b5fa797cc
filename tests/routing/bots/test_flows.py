"""Forms: what is asked, what is understood, and that nobody is ever stuck in one."""

from datetime import date

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from inbox.channel import Capabilities
from inbox.degrade import pieces
from inbox.model import Choices
from routing.bots.forms.flows import (
    CHANGES,
    PERSON,
    REASKS,
    STOP,
    Filling,
    Outcome,
    Told,
    after_look_up,
    begin,
    go_on,
)
from routing.bots.model import Flow, LookUp, Slot
from routing.bots.words.phrases import LANGUAGES

TODAY = date(2026, 11, 22)
RETURN = Flow(
    title={"en": "Return", "hr": "Povrat"},
    intro={"en": "Let us see.", "hr": "Da vidimo."},
    slots=(
        Slot(
            name="order",
            kind="order",
            pattern="AB-[0-9]{5}",
            ask={"en": "Which order is it?", "hr": "Koja je narudžba?"},
            help={"en": "It is on your receipt: AB-12345."},
        ),
        Slot(
            name="reason",
            kind="choice",
            ask={"en": "Why?", "hr": "Zašto?"},
            choices=("size", "broken", "other"),
            titles={
                "size": {"en": "Wrong size", "hr": "Kriva veličina"},
                "broken": {"en": "It is broken", "hr": "Pokvareno je"},
                "other": {"en": "Another reason", "hr": "Drugi razlog"},
            },
        ),
        Slot(name="what", ask={"en": "What is broken?"}, when={"reason": ("broken",)}),
        Slot(name="email", kind="email", ask={"en": "Your address?"}, optional=True),
        Slot(name="by", kind="date", ask={"en": "When shall we come?"}, side="future"),
    ),
    look_ups=(
        LookUp(
            url="https://shop.example/orders",
            after="order",
            found={"en": "I see it: {status}."},
            missing={"en": "There is no order {order}."},
            failed={"en": "I cannot see orders now."},
        ),
    ),
    done={"en": "We will come on {by}."},
)
NAME = "return"
FOUND = Told(state="found", blanks={"status": "delivered"})


def play(*said, flow=RETURN, language="en", told=FOUND, pressable=False):
    """Answer one question after the other; return all the steps."""
    steps = [begin(flow, NAME, language, pressable=pressable)]
    for one in said:
        if steps[-1].filling is None:
            return steps
        filling = kept(steps[-1].filling)
        step = go_on(flow, filling, one, language, TODAY, pressable=pressable)
        if step.outcome is Outcome.LOOK_UP:
            step = after_look_up(flow, kept(step.filling), told, language, pressable=pressable)
        steps.append(step)
    return steps


def kept(filling):
    """Return what comes back when it was stored as JSON."""
    return msgspec.json.decode(msgspec.json.encode(filling), type=Filling)


# --- a form that is filled ------------------------------------------------------------------
def test_a_form_is_filled_and_confirmed():
    steps = play("it is ab12345", "2", "the sleeve", "skip", "3 December", "yes")

    assert [
        "Let us see.\n\nWhich order is it?",
        "I see it: delivered.\n\nWhy?",
        "What is broken?",
        "Your address?",
        "When shall we come?",
    ] == [step.say.split("\n\n(")[0] for step in steps[:5]]
    assert "– Order: AB-12345\n– Reason: It is broken" in steps[5].say
    assert Outcome.DONE is steps[-1].outcome
    assert "We will come on December 3, 2026." == steps[-1].say
    wanted = {"order": "AB-12345", "reason": "broken", "what": "the sleeve", "by": "2026-12-03"}
    assert wanted == steps[-1].values


def test_what_does_not_matter_is_not_asked():
    steps = play("AB-12345", "wrong sise", "ada@example.org", "tomorrow", "ok")

    assert "size" == steps[-1].values["reason"]
    assert "what" not in steps[-1].values
    assert Outcome.DONE is steps[-1].outcome


@pytest.mark.parametrize(
    "said",
    ["2", "2.", "the second", "two", "broken", "its broken", "form:reason:broken", "brokken"],
)
def test_a_choice_is_understood_however_it_is_said(said):
    assert "broken" == play("AB-12345", said)[-1].values["reason"]


@pytest.mark.parametrize(
    "said", ["2", "drugi", "druga", "dva", "pokvareno", "POKVARENO JE!", "pokvarno je"]
)
def test_a_choice_is_understood_in_croatian(said):
    assert "broken" == play("AB-12345", said, language="hr")[-1].values["reason"]


def test_a_button_that_was_pressed_counts():
    step = play("AB-12345", pressable=True)[-1]
    step = go_on(RETURN, step.filling, "whatever", "en", TODAY, pressed="form:reason:size")

    assert "size" == step.values["reason"]


def test_a_button_of_an_earlier_question_answers_no_later_one():
    step = play("AB-12345", "size")[-1]  # asks for an address, which is optional
    step = go_on(RETURN, step.filling, "It is broken", "en", TODAY, pressed="form:reason:broken")

    assert "size" == step.values["reason"]
    assert "email" == step.filling.slot


def test_an_answer_that_may_be_two_things_is_asked_back():
    steps = play("AB-12345", "size", "skip", "3/4/2027", "2")

    titles = ["April 3, 2027", "March 4, 2027", "Talk to a person"]
    assert titles == [one.title for one in steps[-2].buttons]
    assert "2027-03-04" == steps[-1].values["by"]


def test_an_answer_can_be_changed():
    steps = play("AB-12345", "size", "skip", "3 December", "no", "Reason", "broken", "zip", "yes")

    assert "broken" == steps[-1].values["reason"]
    assert "zip" == steps[-1].values["what"]
    assert Outcome.DONE is steps[-1].outcome


def test_changing_an_answer_forgets_what_hung_on_it():
    steps = play("AB-12345", "broken", "zip", "skip", "3 December", "no", "Reason", "1", "yes")

    assert "what" not in steps[-1].values
    assert Outcome.DONE is steps[-1].outcome


# --- ways out -------------------------------------------------------------------------------
def test_a_question_is_asked_again_twice_and_then_a_person_gets_it():
    steps = play("no idea", "really", "none")

    outcomes = [step.outcome for step in steps]
    assert [*[Outcome.ASKING] * (1 + REASKS), Outcome.STUCK] == outcomes
    assert "It is on your receipt: AB-12345." in steps[1].say


def test_nothing_found_is_asked_again_and_nothing_reached_is_a_persons():
    missing = play("AB-12345", "AB-12346", "AB-12347", told=Told(state="missing"))
    failed = play("AB-12345", told=Told(state="failed"))[-1]

    assert [*[Outcome.ASKING] * (1 + REASKS), Outcome.STUCK] == [one.outcome for one in missing]
    assert "There is no order AB-12345." in missing[1].say
    assert (Outcome.STUCK, "I cannot see orders now.") == (failed.outcome, failed.say)


@pytest.mark.parametrize(
    ("language", "stop", "person"),
    [
        ("en", "Stop", "person"),
        ("hr", "Stop.", "osoba"),
        ("de", "Stopp", "Mensch"),
        ("fr", "Stop", "personne"),
        ("es", "Parar", "persona"),
        ("it", "Basta", "persona"),
        ("pt", "Parar", "pessoa"),
        ("nl", "Stop", "mens"),
        ("pl", "Stop", "człowiek"),
        ("da", "Stop", "menneske"),
        ("sv", "Stopp", "människa"),
        ("ru", "Стоп", "человек"),
    ],
)
def test_the_words_that_are_offered_are_understood(language, stop, person):
    offered = play(language=language)[-1].say.casefold()

    assert stop.strip(".").casefold() in offered
    assert person.casefold() in offered
    assert Outcome.LEFT is play(stop, language=language)[-1].outcome
    assert Outcome.PERSON is play(person, language=language)[-1].outcome


def test_a_number_is_no_way_out_where_a_number_is_asked_for():
    flow = Flow(title={}, slots=(Slot(name="many", kind="number", ask={"en": "How many?"}),))
    step = play("1", flow=flow)[-1]

    assert {"many": "1"} == step.values


SAID = st.one_of(
    st.sampled_from(
        [
            "",
            "AB-12345",
            "1",
            "2",
            "3",
            "7",
            "yes",
            "no",
            "skip",
            "Reason",
            "Order",
            "3/4/2027",
            "tomorrow",
            "12.12.",
            "ada@example.org",
            "size",
            "the last",
            "👍",
            "🙂",
            "x" * 5000,
        ]
    ),
    st.text(max_size=40),
)
PRESSED = st.one_of(
    st.none(),
    st.sampled_from(["form:yes", "form:change", "form:skip", "form:reason:size", "form:by?1"]),
    st.sampled_from(["form:change:order", "form:change:reason", "form:gone:1", "other"]),
)
TOLD = st.sampled_from([FOUND, Told(state="missing"), Told(state="failed")])


@given(st.data(), st.sampled_from([*LANGUAGES, "ja", "xx"]), st.booleans())
def test_whatever_is_said_a_form_ends_and_shows_a_way_out(data, language, pressable):
    step = begin(RETURN, NAME, language, pressable=pressable)
    asked = 1
    while step.filling is not None:
        assert offers_a_way_out(step)
        assert step.filling.reasks <= REASKS
        answer, pressed = data.draw(SAID), data.draw(PRESSED)
        step = go_on(
            RETURN,
            kept(step.filling),
            answer,
            language,
            TODAY,
            pressed=pressed,
            pressable=pressable,
        )
        if step.outcome is Outcome.LOOK_UP:
            told = data.draw(TOLD)
            step = after_look_up(RETURN, kept(step.filling), told, language, pressable=pressable)
        asked += 1
        assert asked <= (len(RETURN.slots) + 3 * CHANGES + 3) * (1 + REASKS)

    assert step.outcome not in {Outcome.ASKING, Outcome.LOOK_UP}


def offers_a_way_out(step):
    words = "“„«(”"
    pressed = any(one.id in {PERSON, STOP} for one in step.buttons)
    return pressed or any(mark in step.say.splitlines()[-1] for mark in words)


@given(st.text(max_size=200))
def test_any_place_in_a_form_can_be_left(said):
    for answers in [(), ("AB-12345",), ("AB-12345", "size"), ("AB-12345", "size", "skip", "1.12.")]:
        filling = play(*answers)[-1].filling

        assert Outcome.PERSON is go_on(RETURN, filling, said, "en", TODAY, pressed=PERSON).outcome
        assert Outcome.LEFT is go_on(RETURN, filling, said, "en", TODAY, pressed=STOP).outcome
        assert Outcome.LEFT is go_on(RETURN, filling, "stop", "en", TODAY).outcome


# --- what a form stands on ------------------------------------------------------------------
def test_a_form_without_questions_says_its_word():
    flow = Flow(title={}, intro={"en": "Hello!"}, done={"en": "How can I help?"})

    assert (Outcome.DONE, "Hello!\n\nHow can I help?") == (
        begin(flow, NAME, "en").outcome,
        begin(flow, NAME, "en").say,
    )


def test_a_form_that_was_changed_meanwhile_goes_on_with_what_it_asks_now():
    filling = play("AB-12345")[-1].filling
    flow = msgspec.structs.replace(RETURN, slots=RETURN.slots[:1])
    step = go_on(flow, filling, "2", "en", TODAY)

    assert "– Order: AB-12345" in step.say


def test_choices_are_numbered_where_nothing_can_be_pressed():
    step = play("AB-12345")[-1]
    (piece,) = pieces(step.say, (), Choices(buttons=step.buttons), Capabilities())

    assert piece.text.endswith(
        "1. Wrong size\n2. It is broken\n3. Another reason\n4. Talk to a person"
    )
    assert Outcome.PERSON is play("AB-12345", "4")[-1].outcome
