"""Give a conversation to a person: one notice, in the customer's language, with the hours.

Where nobody is there, the form that asks for an address comes first, if the bot has one.
"""

import msgspec
from msgspec.structs import replace

from inbox.actions.bot import Doing
from inbox.model import BotSession, QueueId, TurnKind
from inbox.store import Unit
from routing.bots.forms import dates, flows
from routing.bots.forms.flows import Outcome
from routing.bots.model import HandOver, Notes
from routing.bots.turns.matter import Matter, hours_of, noted, plain, queue_of
from routing.bots.words.phrases import chosen, phrase
from routing.hours import Hours
from routing.known import rulebook


def handing(unit: Unit, matter: Matter, base: Doing, decision: HandOver, notes: Notes) -> Doing:
    """Say what is to be written when a person is to take over."""
    asked = ask_first(unit, matter, base, decision, notes)
    if asked is not None:
        return asked
    queue = rulebook(unit).ids.get(decision.queue) if decision.queue else None
    text = notice(unit, matter.session, base.language, queue, say=decision.say)
    return replace(
        base,
        kind=TurnKind.HAND_OVER,
        text=text if matter.carrier.max_text else "",
        notes=plain(replace(notes, why=decision.why)),
        form=None,
        queue_id=queue,
        tags=decision.tags,
        question=notes.question,
    )


def ask_first(
    unit: Unit, matter: Matter, base: Doing, decision: HandOver, notes: Notes
) -> Doing | None:
    """Begin the form for when nobody is there; none where there is none, or it was begun."""
    name = matter.bot.closed
    flow = matter.flows.get(name) if name else None
    hours = hours_of(unit, matter.session)
    if not name or not flow or "closed" in notes.extra or hours.is_open(unit.now):
        return None
    step = flows.begin(flow, name, base.language, pressable=matter.pressable, known=matter.known)
    if step.outcome is not Outcome.ASKING:
        return None
    notes = replace(notes, why=decision.why, extra={**notes.extra, "closed": name})
    said = (decision.say, opening(unit, hours, base.language), step.say)
    return replace(
        base,
        kind=TurnKind.FORM,
        text="\n\n".join(filter(None, said)),
        buttons=step.buttons,
        form=msgspec.to_builtins(step.filling),
        notes=plain(notes),
        flow=name,
        tags=decision.tags,
        patient=False,
    )


def given(unit: Unit, session: BotSession, why: str, *, say: bool = True) -> Doing:
    """Say what is to be written when a person takes over because time went by, or said so."""
    return Doing(
        conversation_id=session.conversation_id,
        opening=session.opening,
        version=session.version,
        kind=TurnKind.HAND_OVER,
        why=why,
        text=notice(unit, session, session.language) if say else "",
        notes=plain(replace(noted(session), why=why)),
        language=session.language,
        question=noted(session).question if session.form else "",
    )


def notice(
    unit: Unit,
    session: BotSession,
    language: str | None,
    queue: QueueId | None = None,
    *,
    say: str = "",
) -> str:
    """Return what the customer is told: where it lies now, and when somebody is there."""
    book = rulebook(unit)
    language = language or first_language(unit, session)
    where = queue or queue_of(unit, session)
    told = phrase("handed_over", language)
    if where in book.queues and (called := chosen(book.queues[where].title, language)):
        told += " " + phrase("in_queue", language, queue=called)
    hours = hours_of(unit, session, where)
    closed = "" if hours.is_open(unit.now) else opening(unit, hours, language)
    return "\n\n".join(filter(None, [say, told, closed]))


def first_language(unit: Unit, session: BotSession) -> str | None:
    """Return the language that a bot speaks with whoever writes in none of its own."""
    known = rulebook(unit).setup.bots.get(session.bot)
    return next(iter(known.languages), None) if known else None


def opening(unit: Unit, hours: Hours, language: str | None) -> str:
    """Say that nobody is there, and when somebody is."""
    opens = hours.next_open(unit.now)
    if opens is None:
        return phrase("is_closed", language)
    from babel.dates import format_datetime

    local, pattern = opens.astimezone(hours.zone), "EEEE, d MMMM, HH:mm"
    when = format_datetime(local, pattern, locale=dates.locale(language))
    return phrase("open_again", language, when=when)
