"""Nobody came in time, so the customer is called back: they are asked where and when.

Until then their conversation is put aside. Where the desk has a telephone, the call waits in its
queue when the time has come, and rings whoever is free; elsewhere the conversation comes back
before all who wait, with a promise that is due.
"""

import re
from contextlib import suppress
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from msgspec import Struct
from sqlalchemy import bindparam, select

from inbox.actions import calling, placing
from inbox.actions.conversation import resolve
from inbox.actions.reply import reply
from inbox.channel import Channels
from inbox.desk import Desk
from inbox.errors import DeskError, Invalid
from inbox.jobs import CallBack
from inbox.model import AccountId, Call, ConversationId, MessageId, Placement, Stage
from inbox.store import Unit
from inbox.tables import MessageRow
from inbox.telephone import Telephone
from routing.known import Rulebook

PROMISED = "Callback promised."
CALLED = "They are called back by telephone."
WROTE = "They wrote again."
BUSY = "All of us are busy at the moment."
ASK = "At which number may we call you back? Tell us a time, too, if one suits you better."
KNOWN = (
    "We will call you back at your number that ends in {end}."
    " Answer with another one, or with a time, if that suits you better."
)
DONE = "We will call you back at {number}{when}."
CHANCE = timedelta(minutes=2)  # who names no time may still do so
FARTHEST = timedelta(days=14)
OPEN = (Stage.QUEUED, Stage.OFFERED, Stage.HELD)

HEARD = (
    select(MessageRow.id, MessageRow.visible_text, MessageRow.text)
    .where(
        MessageRow.conversation_id == bindparam("which"),
        MessageRow.id > bindparam("after"),
        MessageRow.direction == "in",
        MessageRow.kind == "message",
    )
    .order_by(MessageRow.id)
    .limit(20)
)

TIME = re.compile(
    r"\b([01]?\d|2[0-3])[:h]([0-5]\d)(?:\s*([ap])\.?m\b)?|\b(1[0-2]|[1-9])\s*([ap])m\b"
)
WITHIN = re.compile(r"\bin\s+(an?|\d{1,3})\s*(min|hour|h\b)")
DAY = re.compile(r"\b(20\d\d)-(\d\d)-(\d\d)\b")
NUMBER = re.compile(r"(?<![\w+])(?:\+|\(?0|[1-9])(?:[ ()/.\-]{0,2}\d){6,14}(?![\w])")


class Wish(Struct, frozen=True):
    """Where and when somebody wants to be called."""

    number: str | None = None
    at: datetime | None = None

    def __bool__(self) -> bool:
        return bool(self.number or self.at)


# --- understanding --------------------------------------------------------------------------
def understand(text: str, now: datetime, zone: ZoneInfo | None = None) -> Wish:
    """Read a number and a time in what somebody wrote.

    >>> from datetime import UTC
    >>> understand("091 234 567, at 15:30", datetime(2026, 3, 2, 9, tzinfo=UTC))
    Wish(number='091234567', at=datetime.datetime(2026, 3, 2, 15, 30, tzinfo=datetime.timezone.utc))
    """
    said = " ".join(text.casefold().split())
    at = moment(said, now, zone)
    for known in (DAY, WITHIN, TIME):
        said = known.sub(" , ", said)
    found = NUMBER.search(said)
    number = re.sub(r"[^\d+]", "", found[0]) if found else None
    return Wish(number=number, at=at)


def moment(said: str, now: datetime, zone: ZoneInfo | None) -> datetime | None:
    """Return the time that somebody names; none when it is past, or too far away."""
    if found := WITHIN.search(said):
        many = 1 if found[1].startswith("a") else int(found[1])
        return now + timedelta(**{"minutes" if found[2] == "min" else "hours": many})
    found = TIME.search(said)
    if found is None:
        return None
    hour, minute, half = int(found[1] or found[4]), int(found[2] or 0), found[3] or found[5]
    if half and hour <= 12:
        hour = hour % 12 + (12 if half == "p" else 0)
    here = now.astimezone(zone or now.tzinfo)
    wanted = here.replace(hour=hour, minute=minute, second=0, microsecond=0)
    if day := DAY.search(said):
        with suppress(ValueError):  # no such day
            wanted = wanted.replace(year=int(day[1]), month=int(day[2]), day=int(day[3]))
    elif wanted <= here or "tomorrow" in said:
        wanted += timedelta(days=1)
    at = wanted.astimezone(now.tzinfo)
    return at if now < at <= now + FARTHEST else None


# --- asking ---------------------------------------------------------------------------------
def ask(unit: Unit, book: Rulebook, which: ConversationId, opening: str | None) -> str | None:
    """Ask a customer where and when to call them; none when there is no way to ask."""
    talk = unit.conversations.hold(which)
    heard = unit.messages.heard_before(which)
    if heard is None or isinstance(heard.content, Call):
        return None  # the telephone has a queue, and callbacks, of its own
    try:
        number = calling.number_of(unit, talk.customer_id)
    except Invalid:
        number = None
    question = KNOWN.format(end=number[-3:]) if number else ASK
    if not say(unit, which, f"{opening or BUSY} {question}"):
        return None
    unit.placements.change(which, callback_to=number, callback_heard=heard.id)
    if number:
        put_aside(unit, book, which, unit.now + CHANCE)
        return "The customer is called back at the number that is known."
    return "The customer was asked where to call them back."


def heard(unit: Unit, book: Rulebook, which: ConversationId) -> str | None:
    """Take in what a customer answered who was asked; returns what follows from it."""
    unit.conversations.hold(which)
    there = unit.placements.get(which)
    if there is None or there.callback_heard is None or there.stage not in OPEN:
        return None
    rows = unit.connection.execute(HEARD, {"which": which, "after": there.callback_heard}).all()
    if not rows:
        return None
    unit.placements.change(which, callback_heard=MessageId(rows[-1].id))
    hours = book.hours_of(there.queue_id)
    text = "\n".join(row.visible_text or row.text for row in rows)
    wish = understand(text, unit.now, hours.zone)
    number = wish.number or there.callback_to
    if not wish or number is None:
        if there.stage is Stage.HELD and there.callback_at:
            placing.hold(unit, which, False, by=None, why=WROTE)
        return None
    unit.placements.change(which, callback_to=number)
    at = put_aside(unit, book, which, wish.at or unit.now + CHANCE)
    named = wish.at or at > unit.now + CHANCE
    when = f" on {at.astimezone(hours.zone):%d %B at %H:%M}" if named else ""
    say(unit, which, DONE.format(number=number, when=when))
    return PROMISED


def put_aside(unit: Unit, book: Rulebook, which: ConversationId, at: datetime) -> datetime:
    """Put a conversation aside until its customer is called, when the queue is open."""
    there = unit.placements.get(which)
    hours = book.hours_of(there.queue_id if there else None)
    when = at if hours.is_open(at) else hours.next_open(at) or at
    placing.hold(unit, which, by=None, why=PROMISED, until=when)
    return when


def say(unit: Unit, which: ConversationId, text: str) -> bool:
    """Write to a customer as the desk; who waits for an answer waits on."""
    waiting_since = unit.conversations.hold(which).waiting_since
    try:
        reply(unit, which, text, by=None)
    except DeskError:
        return False  # the channel takes nothing now
    unit.conversations.change(which, waiting_since=waiting_since)
    return True


# --- calling --------------------------------------------------------------------------------
def due(unit: Unit, which: ConversationId) -> None:
    """Have a customer be called whose time has come."""
    there = unit.placements.get(which)
    if there and waits(there) and there.callback_at and there.callback_at <= unit.now:
        unit.enqueue(CallBack(conversation_id=which, at=there.callback_at))
        unit.placements.change(which, callback_heard=None)  # it is too late for another time


def waits(there: Placement) -> bool:
    """Tell whether a conversation was put aside until its customer is called."""
    return there.stage is Stage.HELD and there.callback_at is not None


async def call_back(desk: Desk, job: CallBack, *, channels: Channels) -> None:
    """Have a call wait in the queue of a telephone; without one the conversation comes back."""
    number = await desk.read(wanted, job)
    if number is None:
        return
    for account, channel in channels.items():
        if isinstance(channel, Telephone):
            try:
                allowed = channel.allow(number)
            except Invalid:
                continue
            if await desk.write(hand_over, job, account, allowed):
                return
    await desk.write(bring_back, job)


def wanted(unit: Unit, job: CallBack) -> str | None:
    """Return where a customer is to be called; none when that has changed meanwhile."""
    there = unit.placements.get(job.conversation_id)
    if there is None or not waits(there) or there.callback_at != job.at:
        return None
    return there.callback_to


def hand_over(unit: Unit, job: CallBack, account: AccountId, number: str) -> bool:
    """Have the telephone go on with it; False where its account does not work now."""
    talk = unit.conversations.hold(job.conversation_id)
    known = unit.accounts.get(account)
    if known.paused_at or known.archived_at or wanted(unit, job) is None:
        return False
    calling.await_call(unit, account, number, customer=talk.customer_id)
    resolve(unit, talk.id, by=None, reason=CALLED)
    return True


def bring_back(unit: Unit, job: CallBack) -> None:
    """Put a conversation before all who wait: its promise is due."""
    unit.conversations.hold(job.conversation_id)
    if wanted(unit, job) is not None:
        placing.hold(unit, job.conversation_id, False, by=None, why=PROMISED)
