"""What a call was, told piece by piece and in any order.

Legs, recordings and answers are facts that only add up; only the state depends on what was
told last. How it ended follows from the facts.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import TypeVar

from msgspec.structs import replace

from inbox.channel import Called
from inbox.model import Call, Leg, Recording

ENDED = "ended"
MOST_CHOICES = 50
MOST_LEGS = 200
T = TypeVar("T")


def merged(call: Call, news: Called, *, newest: bool) -> Call:
    """Return *call* with what *news* tell.

    *newest* says that no later state was told before; the end is final in any case, unless
    the customer had asked to be called back before they hung up.
    """
    call = replace(
        call,
        answered_at=earliest(call.answered_at, news.answered_at),
        callback=call.callback or bool(news.callback),
        legs=together(call.legs, news.legs),
        choices=chosen(call.choices, news.choice),
        recordings=recorded(call.recordings, news.recording),
    )
    if news.state == ENDED:
        call = replace(
            call,
            state=ENDED,
            ended_at=latest(call.ended_at, news.ended_at),
            outcome=news.outcome or call.outcome,
        )
    elif call.state != ENDED and newest and news.state:
        call = replace(call, state=news.state)
    return concluded(call)


def concluded(call: Call) -> Call:
    """Say how a call ended, or that it has not: one who hung up may wait to be called back."""
    if call.state != ENDED:
        return replace(call, outcome="callback" if call.callback else None)
    outcome = outcome_of(call)
    if outcome == "callback":
        return replace(call, state="queued", outcome=outcome, ended_at=None)
    return replace(call, outcome=outcome)


def outcome_of(call: Call) -> str:
    """Return what the end of a call was; ``callback`` when it is none yet."""
    if call.answered_at:
        return "answered"
    if call.outcome == "failed":
        return "failed"
    if call.callback:
        return "missed" if call.outcome == "missed" else "callback"
    if any(one.voicemail for one in call.recordings):
        return "voicemail"
    return "abandoned" if any(leg.who == "queue" for leg in call.legs) else "missed"


# --- facts add up -----------------------------------------------------------------------------
def together(known: Iterable[Leg], told: Iterable[Leg]) -> tuple[Leg, ...]:
    """Return the legs of both, each once, in the order they began."""
    legs = {leg.external_id: leg for leg in known}
    for leg in told:
        there = legs.get(leg.external_id)
        legs[leg.external_id] = both(there, leg) if there else leg
    return tuple(sorted(legs.values(), key=beginning))[:MOST_LEGS]


def both(known: Leg, told: Leg) -> Leg:
    return Leg(
        external_id=known.external_id,
        who=known.who,
        address=known.address or told.address,
        agent_id=known.agent_id or told.agent_id,
        began_at=earliest(known.began_at, told.began_at),
        answered_at=earliest(known.answered_at, told.answered_at),
        ended_at=earliest(known.ended_at, told.ended_at),
        outcome=known.outcome or told.outcome,
    )


def beginning(leg: Leg) -> tuple[bool, float, str]:
    known = leg.began_at or leg.answered_at or leg.ended_at
    return known is None, known.timestamp() if known else 0.0, leg.external_id


def chosen(known: tuple[str, ...], told: str | None) -> tuple[str, ...]:
    return (*known, told) if told and len(known) < MOST_CHOICES else known


def recorded(known: tuple[Recording, ...], told: Recording | None) -> tuple[Recording, ...]:
    """Return the recordings with what is told of one: its sound, or its words."""
    if told is None:
        return known
    there = {one.external_id: one for one in known}
    before = there.get(told.external_id)
    if before:
        told = Recording(
            external_id=told.external_id,
            seconds=max(before.seconds, told.seconds),
            attachment_id=before.attachment_id or told.attachment_id,
            transcript=before.transcript or told.transcript,
            voicemail=before.voicemail or told.voicemail,
        )
    there[told.external_id] = told
    return tuple(sorted(there.values(), key=lambda one: one.external_id))


def earliest(one: datetime | None, other: datetime | None) -> datetime | None:
    return min(one, other) if one and other else one or other


def latest(one: datetime | None, other: datetime | None) -> datetime | None:
    return max(one, other) if one and other else one or other


# --- in words -----------------------------------------------------------------------------------
def summary(call: Call, *, outward: bool) -> str:
    """Return a call in one line, as lists show it.

    >>> from datetime import UTC, datetime, timedelta
    >>> noon = datetime(2026, 3, 2, 12, tzinfo=UTC)
    >>> ended = Call(state="ended", outcome="missed", began_at=noon,
    ...              ended_at=noon + timedelta(seconds=130))
    >>> summary(ended, outward=False)
    'Missed call, waited 2:10'
    """
    if call.state != ENDED:
        return underway(call, outward=outward)
    if call.outcome == "answered":
        return f"{'Called' if outward else 'Call'}, {clock(call.answered_at, call.ended_at)}"
    if call.outcome == "voicemail":
        left = [one for one in call.recordings if one.voicemail]
        seconds = sum(one.seconds for one in left)
        return f"Voicemail, {minutes(seconds)}"
    if outward:
        return "Called, nobody answered"
    return f"Missed call, waited {clock(call.began_at, call.ended_at)}"


def underway(call: Call, *, outward: bool) -> str:
    if call.callback:
        return "Asked to be called back"
    said = {"queued": "waiting", "talking": "speaking", "held": "on hold", "menu": "in the menu"}
    return f"{'Calling' if outward else 'Call'}, {said.get(call.state, call.state)}"


def words(call: Call) -> str:
    """Return what was spoken onto the voicemail, as far as it was written down."""
    left = (one.transcript for one in call.recordings if one.voicemail)
    return "\n".join(one for one in left if one)


def clock(since: datetime | None, until: datetime | None) -> str:
    return minutes(int((until - since).total_seconds()) if since and until else 0)


def minutes(seconds: int) -> str:
    """Write a duration.

    >>> minutes(3725)
    '1:02:05'
    """
    seconds = max(seconds, 0)
    hours, rest = divmod(seconds, 3600)
    shown = f"{rest // 60:02d}" if hours else f"{rest // 60}"
    return f"{f'{hours}:' if hours else ''}{shown}:{rest % 60:02d}"
