"""Fill a form with a customer, one question after the other: a machine that only decides.

It reads and writes nothing: what was filled goes in and comes out, and whoever runs it sends what
is to be said, asks the other system where a look-up is due, and keeps the rest. A question is
asked again twice at most; every one of them shows a way out; after the last it is over.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from enum import StrEnum
from typing import Literal

from msgspec.structs import replace

from inbox.model import Button, Value
from inbox.words import cut
from routing.bots.forms import slots
from routing.bots.forms.offering import NOBODY, Known, covered
from routing.bots.forms.picking import picked
from routing.bots.forms.skipping import is_skip
from routing.bots.model import Flow, LookUp, Slot
from routing.bots.words.phrases import chosen, phrase
from routing.bots.words.wishes import Wish, wish

REASKS = 2  #: times a question is asked again; then a person gets it
CHANGES = 3  #: answers that may be changed once all was asked
BLANK = re.compile(r"\{(\w{1,60})\}")
FILLER = 500  #: letters that fill a blank
PERSON, STOP = "way:person", "way:stop"  #: buttons of every form
YES, CHANGE, SKIP, SAME = "form:yes", "form:change", "form:skip", "form:same"


class Outcome(StrEnum):
    """How far a form got."""

    ASKING = "asking"  #: the customer is to answer
    LOOK_UP = "look_up"  #: another system is to be asked, then `after_look_up`
    DONE = "done"  #: filled; the form says what then
    LEFT = "left"  #: the customer does not want it any more
    PERSON = "person"  #: the customer wants a person instead
    STUCK = "stuck"  #: it goes no further by itself; a person gets it


class Filling(Value):
    """A form that is being filled; JSON-ready."""

    flow: str  #: its name in the setup
    slot: str | None = None  #: that is asked for
    stage: Literal["asking", "confirming", "changing"] = "asking"
    values: dict[str, str] = {}  #: by slot, as `routing.bots.forms.slots` keeps them
    path: tuple[str, ...] = ()  #: slots that were answered or left out, in order
    reasks: int = 0  #: of this question
    changes: int = 0  #: answers that were taken back
    unsure: tuple[str, ...] = ()  #: what the last answer may have meant
    told: dict[str, str] = {}  #: by other systems; it fills blanks
    offered: str = ""  #: what was known, and may be the answer
    declined: tuple[str, ...] = ()  #: slots for which nothing is offered any more
    covered: tuple[str, ...] = ()  #: slots whose answers the customer does not see in full


class Step(Value):
    """What is to be said, and what is to happen then."""

    outcome: Outcome
    say: str = ""
    buttons: tuple[Button, ...] = ()
    filling: Filling | None = None  #: to be kept while it goes on
    values: dict[str, str] = {}  #: by slot, all that was collected so far
    collected: dict[str, str] = {}  #: the same as people read it, by the slot's title
    look_up: LookUp | None = None
    why: str = ""


class Told(Value):
    """What another system said to a look-up."""

    state: Literal["found", "missing", "failed"]
    blanks: dict[str, str] = {}


class Talk(Value):
    """How the customer is talked with."""

    flow: Flow
    language: str | None
    pressable: bool = False  #: the channel has buttons, so ways out need no words
    known: Mapping[str, Known] = NOBODY  #: of the customer, by kind of slot


# --- the face -------------------------------------------------------------------------------
def begin(
    flow: Flow,
    name: str,
    language: str | None,
    *,
    pressable: bool = False,
    known: Mapping[str, Known] = NOBODY,
) -> Step:
    """Begin a form: its first question, or its last word when it has none."""
    talk = Talk(flow=flow, language=language, pressable=pressable, known=known)
    return onward(talk, Filling(flow=name), said(talk, flow.intro))


def go_on(
    flow: Flow,
    filling: Filling,
    answer: str,
    language: str | None,
    today: date,
    *,
    pressed: str | None = None,
    pressable: bool = False,
    known: Mapping[str, Known] = NOBODY,
) -> Step:
    """Take an answer, or the id of the button that was pressed, and say what comes next."""
    talk = Talk(flow=flow, language=language, pressable=pressable, known=known)
    if way := way_out(talk, filling, answer, pressed):
        return leave(talk, filling, way)
    match filling.stage:
        case "confirming":
            return confirmed(talk, filling, answer, pressed)
        case "changing":
            return changed(talk, filling, answer, pressed)
    return answered(talk, filling, answer, pressed, today)


def after_look_up(
    flow: Flow,
    filling: Filling,
    told: Told,
    language: str | None,
    *,
    pressable: bool = False,
    known: Mapping[str, Known] = NOBODY,
) -> Step:
    """Go on after a look-up: say what it found, ask once more, or hand over."""
    talk = Talk(flow=flow, language=language, pressable=pressable, known=known)
    look_up = due(flow, filling)
    slot = slot_of(flow, filling.slot)
    if look_up is None or slot is None:
        return onward(talk, filling)
    if told.state == "found":
        blanks = {name: cut(one, FILLER) for name, one in told.blanks.items()}
        filling = replace(filling, told={**filling.told, **blanks})
        return onward(talk, passed(filling, slot), said(talk, look_up.found, filling))
    kept = {name: one for name, one in filling.values.items() if name != slot.name}
    if told.state == "failed":
        return stop(talk, filling, Outcome.STUCK, said(talk, look_up.failed, filling), "look_up")
    why = said(talk, look_up.missing, filling) or phrase("not_found", language)
    return again(talk, replace(filling, values=kept), why)


# --- answers --------------------------------------------------------------------------------
def way_out(talk: Talk, filling: Filling, answer: str, pressed: str | None) -> str | None:
    """Return how the customer wants to leave the form; none when they answer."""
    if pressed in {PERSON, STOP}:
        return pressed
    slot = slot_of(talk.flow, filling.slot)
    if slot and slot.kind == "choice" and answer.casefold() in titles(slot, talk.language):
        return None  # such as a choice that is called "Somebody else"
    return {Wish.PERSON: PERSON, Wish.STOP: STOP}.get(wish(answer, talk.language) or Wish.YES)


def titles(slot: Slot, language: str | None) -> set[str]:
    return {one.title.casefold() for one in slots.options(slot, language)}


def answered(talk: Talk, filling: Filling, answer: str, pressed: str | None, today: date) -> Step:
    slot = slot_of(talk.flow, filling.slot)
    if slot is None:
        return onward(talk, filling)  # the form was changed meanwhile
    if filling.offered:
        if pressed == SAME or (not pressed and wish(answer, talk.language) is Wish.YES):
            return accepted(talk, filling, slot)
        filling = declined(filling, slot)
        if wish(answer, talk.language) is Wish.NO:
            return ask(talk, filling)
    ways = picked(answer, buttons(talk, filling, slot), language=talk.language, pressed=pressed)
    if not filling.unsure and slot.kind != "choice":
        ways = tuple(one for one in ways if one in {answer.strip(), pressed})
    match [one for one in ways if one in {PERSON, STOP}]:
        case [way] if len(ways) == 1:
            return leave(talk, filling, way)
    if slot.optional and (ways == (SKIP,) or skips(talk, answer)):
        return onward(talk, passed(filling, slot))
    values = [value for one in ways if (value := option(slot, filling, one)) is not None]
    found = slots.Read(values=tuple(values)) if values else None
    if found is None and not (pressed and pressed.startswith("form:")):
        found = slots.read(slot, answer, talk.language, today)
    return understood(talk, filling, slot, found or slots.Read())


def accepted(talk: Talk, filling: Filling, slot: Slot) -> Step:
    """Take what was offered as the answer."""
    if hides(talk, filling, slot):
        filling = replace(filling, covered=(*filling.covered, slot.name))
    return understood(talk, filling, slot, slots.Read(values=(filling.offered,)))


def declined(filling: Filling, slot: Slot) -> Filling:
    return replace(filling, offered="", declined=(*filling.declined, slot.name))


def offering(talk: Talk, filling: Filling) -> Filling:
    """Offer what is known of the customer for the question that is asked, once."""
    slot = slot_of(talk.flow, filling.slot)
    found = talk.known.get(slot.kind) if slot else None
    if slot is None or found is None or filling.reasks or slot.name in filling.declined:
        return filling
    if found.covered and talk.flow.look_ups:  # nobody asks another system with what is not theirs
        return filling
    return replace(filling, offered=found.value)


def skips(talk: Talk, answer: str) -> bool:
    return is_skip(answer) or wish(answer, talk.language) is Wish.NO


def understood(talk: Talk, filling: Filling, slot: Slot, found: slots.Read) -> Step:
    match found.values:
        case [value]:
            filling = replace(filling, values={**filling.values, slot.name: value}, unsure=())
            if look_up := due(talk.flow, filling):
                return Step(outcome=Outcome.LOOK_UP, look_up=look_up, filling=filling)
            return onward(talk, passed(filling, slot))
        case []:
            return again(talk, replace(filling, unsure=()), found.why)
    return again(talk, replace(filling, unsure=found.values), "")


def confirmed(talk: Talk, filling: Filling, answer: str, pressed: str | None) -> Step:
    ways = picked(answer, review(talk), language=talk.language, pressed=pressed)
    match ways:
        case (way,) if way == PERSON:
            return leave(talk, filling, way)
        case (way,) if way in {YES, CHANGE}:
            pass
        case _:
            way = {Wish.YES: YES, Wish.NO: CHANGE}.get(wish(answer, talk.language) or Wish.WHO, "")
    if way == YES:
        return finish(talk, filling)
    if way != CHANGE:
        return again(talk, filling, "")
    filling = replace(filling, stage="changing", reasks=0)
    if len(filling.values) == 1:
        return take_back(talk, filling, *filling.values)
    return ask(talk, filling)


def changed(talk: Talk, filling: Filling, answer: str, pressed: str | None) -> Step:
    ways = picked(answer, changeable(talk, filling), language=talk.language, pressed=pressed)
    if ways == (PERSON,):
        return leave(talk, filling, PERSON)
    if len(ways) != 1:
        return again(talk, filling, "")
    return take_back(talk, filling, ways[0].rpartition(":")[2])


def take_back(talk: Talk, filling: Filling, name: str) -> Step:
    """Ask for one slot anew."""
    if filling.changes >= CHANGES:
        return stop(talk, filling, Outcome.STUCK, "", "changed too often")
    values = {slot: one for slot, one in filling.values.items() if slot != name}
    path = tuple(one for one in filling.path if one != name)
    rest = tuple(one for one in filling.covered if one != name)
    filling = replace(filling, values=values, path=path, covered=rest)
    gone = (*filling.declined, name)
    return onward(talk, replace(filling, changes=filling.changes + 1, declined=gone))


# --- what comes next ------------------------------------------------------------------------
def onward(talk: Talk, filling: Filling, say: str = "") -> Step:
    """Ask for the next slot that matters, have it confirmed, or finish."""
    filling = settled(talk.flow, filling)
    slot = next((one for one in wanted(talk.flow, filling) if one.name not in filling.path), None)
    filling = replace(filling, slot=slot.name if slot else None, reasks=0, unsure=(), offered="")
    if slot is not None:
        return ask(talk, replace(filling, stage="asking"), say)
    if talk.flow.confirm and filling.values:
        return ask(talk, replace(filling, stage="confirming"), say)
    return finish(talk, filling, say)


def settled(flow: Flow, filling: Filling) -> Filling:
    """Forget answers to what does not matter any more since another was changed."""
    names = [slot.name for slot in wanted(flow, filling)]
    return replace(
        filling,
        values={name: one for name, one in filling.values.items() if name in names},
        path=tuple(name for name in filling.path if name in names),
    )


def wanted(flow: Flow, filling: Filling) -> Iterator[Slot]:
    """Return the slots that matter, as far as their conditions can be told by now."""
    kept: dict[str, str] = {}
    for slot in flow.slots:
        if all(kept.get(name) in values for name, values in slot.when.items()):
            yield slot
            if slot.name in filling.values:
                kept[slot.name] = filling.values[slot.name]


def passed(filling: Filling, slot: Slot) -> Filling:
    path = [one for one in filling.path if one != slot.name]
    return replace(filling, path=(*path, slot.name))


def due(flow: Flow, filling: Filling) -> LookUp | None:
    """Return the look-up that belongs to the answer that was just given."""
    return next((one for one in flow.look_ups if one.after == filling.slot), None)


def again(talk: Talk, filling: Filling, why: str) -> Step:
    """Ask once more, if it was not asked too often."""
    if filling.reasks >= REASKS:
        return stop(talk, filling, Outcome.STUCK, "", "not understood")
    return ask(talk, replace(filling, reasks=filling.reasks + 1), why, help=True)


def finish(talk: Talk, filling: Filling, say: str = "") -> Step:
    last = said(talk, talk.flow.done, filling)
    if not last and talk.flow.slots:
        last = phrase("filled", talk.language)
    return stop(talk, filling, Outcome.DONE, together(say, last), "")


def leave(talk: Talk, filling: Filling, way: str) -> Step:
    if way == PERSON:
        return stop(talk, filling, Outcome.PERSON, "", "asked for a person")
    return stop(talk, filling, Outcome.LEFT, phrase("left", talk.language), "left")


def stop(talk: Talk, filling: Filling, outcome: Outcome, say: str, why: str) -> Step:
    collected = noted(talk, filling)
    return Step(outcome=outcome, say=say, values=filling.values, collected=collected, why=why)


# --- what is said ---------------------------------------------------------------------------
def ask(talk: Talk, filling: Filling, before: str = "", *, help: bool = False) -> Step:  # noqa: A002  # `Slot.help`
    """Ask what the filling stands at, with a way out."""
    shown: Sequence[Button]
    match filling.stage:
        case "confirming":
            read_back = noted(talk, filling, covering=True)
            collected = "\n".join(f"– {a}: {b}" for a, b in read_back.items())
            text = phrase("confirm", talk.language, collected=collected)
            shown, hint = review(talk), ""
        case "changing":
            text, shown, hint = phrase("which_change", talk.language), changeable(talk, filling), ""
        case _:
            filling = offering(talk, filling)
            text, shown, hint = question(talk, filling, help=help)
    return Step(
        outcome=Outcome.ASKING,
        say=together(before, text, hint),
        buttons=tuple(shown),
        filling=filling,
        values=filling.values,
        collected=noted(talk, filling),
    )


def question(talk: Talk, filling: Filling, *, help: bool) -> tuple[str, Sequence[Button], str]:  # noqa: A002  # `Slot.help`
    """Return how a slot is asked for, with its buttons and the words beside them."""
    slot = slot_of(talk.flow, filling.slot)
    if slot is None:
        raise LookupError(filling.slot)
    shown = buttons(talk, filling, slot)
    text = said(talk, slot.ask, filling)
    if filling.unsure:
        text = phrase("which_meant", talk.language)
    elif help and (more := said(talk, slot.help, filling)):
        text = more
    if filling.offered:
        value = covered(filling.offered) if hides(talk, filling, slot) else filling.offered
        text = together(text, phrase("still_yours", talk.language, value=value))
    if shown:
        return text, shown, ""
    hints = [phrase("may_skip", talk.language)] if slot.optional else []
    return text, (), "\n".join([*hints, phrase("way_out", talk.language)])


def hides(talk: Talk, filling: Filling, slot: Slot) -> bool:
    now = talk.known.get(slot.kind)
    return now is None or now.value != filling.offered or now.covered


def buttons(talk: Talk, filling: Filling, slot: Slot) -> list[Button]:
    """Return what can be pressed instead of answering; numbered text has nothing but choices."""
    language = talk.language
    if filling.unsure:
        shown = [
            Button(title=slots.shown(slot, value, language), id=f"form:{slot.name}?{at}")
            for at, value in enumerate(filling.unsure, 1)
        ]
    else:
        shown = [
            Button(title=one.title, id=f"form:{slot.name}:{one.id}")
            for one in slots.options(slot, language)
        ]
    if not shown and not talk.pressable:
        return []
    if filling.offered:
        shown.insert(0, Button(title=phrase("yes", language), id=SAME))
    if slot.optional:
        shown.append(Button(title=phrase("skip", language), id=SKIP))
    return [*shown, person(talk)]


def option(slot: Slot, filling: Filling, pressed: str) -> str | None:
    """Return the value of a button of this question; none of any other."""
    if filling.unsure:
        ids = {f"form:{slot.name}?{at}": value for at, value in enumerate(filling.unsure, 1)}
        return ids.get(pressed)
    return {f"form:{slot.name}:{one}": one for one in slot.choices}.get(pressed)


def review(talk: Talk) -> list[Button]:
    yes = Button(title=phrase("yes", talk.language), id=YES)
    return [yes, Button(title=phrase("change", talk.language), id=CHANGE), person(talk)]


def changeable(talk: Talk, filling: Filling) -> list[Button]:
    titles = [
        Button(title=slots.title(slot, talk.language), id=f"form:change:{slot.name}")
        for slot in talk.flow.slots
        if slot.name in filling.path
    ]
    return [*titles, person(talk)]


def person(talk: Talk) -> Button:
    return Button(title=phrase("person", talk.language), id=PERSON)


def noted(talk: Talk, filling: Filling, *, covering: bool = False) -> dict[str, str]:
    """Return what was collected, as people read it; or as the customer may."""
    return {
        slots.title(slot, talk.language): covered(value)
        if covering and slot.name in filling.covered
        else slots.shown(slot, value, talk.language)
        for slot in talk.flow.slots
        if (value := filling.values.get(slot.name)) is not None
    }


def said(talk: Talk, text: Mapping[str, str], filling: Filling | None = None) -> str:
    """Return a text of the form in the customer's language, with its blanks filled in."""
    blanks: dict[str, str] = {}
    if filling is not None:
        known = {slot.name: slot for slot in talk.flow.slots}
        blanks = {
            name: covered(value)
            if name in filling.covered
            else slots.shown(known[name], value, talk.language)
            for name, value in filling.values.items()
            if name in known
        }
        blanks.update(filling.told)
    return filled(chosen(text, talk.language), blanks)


def filled(text: str, blanks: Mapping[str, str]) -> str:
    """Fill ``{blanks}``; one that nobody knows becomes nothing.

    >>> filled("It is {status}.{more}", {"status": "on its way"})
    'It is on its way.'
    """
    return BLANK.sub(lambda found: cut(blanks.get(found[1], ""), FILLER), text).strip()


def together(*parts: str) -> str:
    return "\n\n".join(part for part in parts if part)


def slot_of(flow: Flow, name: str | None) -> Slot | None:
    return next((slot for slot in flow.slots if slot.name == name), None)
