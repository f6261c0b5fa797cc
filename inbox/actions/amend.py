"""Change what we said: other words, none at all, an emoji. The record follows the provider.

A change is promised first and written down when the provider took it, so that the record
shows what the customer sees. What did not leave yet is changed at once.
"""

from typing import Any

from inbox.actions.letter import Letter, write_letter
from inbox.actions.reply import MAX_TEXT
from inbox.actions.reply import cancel as call_off
from inbox.channel import Amendment, Channel, Channels
from inbox.desk import Desk
from inbox.errors import Conflict, Invalid, Misconfigured, NotFound, Rejected, TryLater
from inbox.jobs import Amend
from inbox.model import AgentId, Delivery, Direction, Message, MessageId
from inbox.store import Unit
from inbox.words import clean, cut, preview

WAITING = (Delivery.SCHEDULED, Delivery.QUEUED)
OUT_THERE = (Delivery.SENT, Delivery.DELIVERED, Delivery.READ)
MAX_EMOJI = 64
MAX_REASON = 500
RECORDED = 10_000  #: characters of an earlier wording that the record keeps
REPAIR_TAKES = 900.0  #: seconds until settings that do not work are tried again


# --- what agents want ---------------------------------------------------------------------
def edit(unit: Unit, which: MessageId, text: str, *, by: AgentId) -> None:
    """Say it in other words. Raises `Invalid`, and `Conflict` when it is leaving right now."""
    message = ours(unit, which)
    wanted = clean(text)
    if not wanted.strip():
        raise Invalid("There is nothing to say.")
    if len(wanted) > MAX_TEXT:
        raise Invalid(f"The text is longer than {MAX_TEXT} characters.")
    if message.delivery in WAITING:
        rewrite(unit, message, wanted, by=by)
    else:
        promise(unit, message, by=by, text=wanted)


def take_back(unit: Unit, which: MessageId, *, by: AgentId) -> None:
    """Take a message of ours back; one that did not leave is called off."""
    message = ours(unit, which)
    if message.delivery in WAITING:
        call_off(unit, which, by=by)
    else:
        promise(unit, message, by=by, delete=True)


def react(unit: Unit, which: MessageId, emoji: str, on: bool, *, by: AgentId) -> None:
    """Put an emoji of ours on a message, the customer's or our own, or take it off."""
    message = unit.messages.get(which)
    wanted = emoji.strip()
    if not wanted or len(wanted) > MAX_EMOJI:
        raise Invalid("That is no emoji.")
    if message.direction is Direction.NOTE:
        raise Invalid("A note stays among us.")
    there = any(not one.who and one.emoji == wanted for one in unit.reactions.of([which]))
    if there is not on:
        promise(unit, message, by=by, emoji=wanted, on=on)


def ours(unit: Unit, which: MessageId) -> Message:
    message = unit.messages.get(which)
    if message.direction is not Direction.OUT:
        raise Invalid("Only what we said can be changed.")
    if message.deleted_at is not None:
        raise Conflict("The message was taken back already.")
    return message


def promise(unit: Unit, message: Message, *, by: AgentId, **change: Any) -> None:
    """Promise to tell the provider. Raises `Conflict` for what it does not know (yet)."""
    gone = message.direction is Direction.IN or message.delivery in OUT_THERE
    if not gone or message.external_id is None or message.account_id is None:
        raise Conflict("The message is not out there, or nobody knows.")
    unit.enqueue(
        Amend(
            message_id=message.id,
            conversation_id=message.conversation_id,
            account_id=message.account_id,
            by=by,
            **change,
        )
    )


# --- what the provider does ---------------------------------------------------------------
async def amend(desk: Desk, job: Amend, *, channels: Channels) -> None:
    """Have one change made. Raises `TryLater` when it has to be tried again."""
    try:
        letter = await desk.read(write_letter, job.message_id)
    except NotFound:
        return  # erased
    channel = channels.get(job.account_id)
    if channel is None:
        raise TryLater("This account is not configured.", after=REPAIR_TAKES)
    try:
        await channel.amend(amendment(letter, job, channel))
    except Misconfigured as error:
        raise TryLater(str(error), after=REPAIR_TAKES) from error
    except Rejected as error:
        await desk.write(given_up, job, str(error))
    else:
        await desk.write(note_amended, job)


def amendment(letter: Letter, job: Amend, channel: Channel[Any]) -> Amendment:
    text = job.text
    if text is not None and len(text) > channel.capabilities.max_text:
        raise Rejected(f"This channel takes {channel.capabilities.max_text} characters.")
    return Amendment(
        message_id=job.message_id,
        external_id=letter.message.external_id or "",
        to=letter.outgoing.to,
        thread=letter.outgoing.thread,
        text=text,
        delete=job.delete,
        emoji=job.emoji,
        on=job.on,
    )


def note_amended(unit: Unit, job: Amend) -> None:
    """Write down that the provider made a change."""
    message = unit.messages.get(job.message_id)
    if job.delete:
        unit.messages.change(message.id, deleted_at=unit.now, reason=None)
        refresh(unit, message, "")
        tell(unit, "message.deleted", message, None, by=job.by)
    elif job.emoji is not None:
        unit.reactions.put(message.id, job.emoji, job.on, at=unit.now, by=job.by)
        change = {"emoji": [None, job.emoji] if job.on else [job.emoji, None]}
        tell(unit, "message.reacted", message, change, by=job.by)
    elif job.text is not None:
        rewrite(unit, message, job.text, by=job.by)


def rewrite(unit: Unit, message: Message, text: str, *, by: AgentId | None) -> None:
    fields: dict[str, Any] = {} if message.delivery in WAITING else {"edited_at": unit.now}
    unit.messages.change(message.id, text=text, visible_text=None, reason=None, **fields)
    refresh(unit, message, preview(text))
    words = [cut(one, RECORDED) for one in (message.text, text)]
    tell(unit, "message.edited", message, {"text": words}, by=by)


def refresh(unit: Unit, message: Message, words: str) -> None:
    """Bring the conversation's preview up to date, when this is its newest message."""
    talk = unit.conversations.get(message.conversation_id)
    if talk.last_message_id == message.id:
        unit.conversations.change(talk.id, preview=words)


def given_up(unit: Unit, job: Amend, reason: str) -> None:
    """Say on the message why a change was not made; it stands as it was."""
    message = unit.messages.get(job.message_id)
    why = cut(f"It could not be changed: {reason}", MAX_REASON)
    unit.messages.change(message.id, reason=why)
    verb = "message.deleted" if job.delete else "message.edited"
    verb = "message.reacted" if job.emoji is not None else verb
    tell(unit, verb, message, {"trouble": why}, by=job.by)


def tell(
    unit: Unit, verb: str, message: Message, change: dict[str, Any] | None, *, by: AgentId | None
) -> None:
    unit.happened(
        verb,
        by=by,
        conversation=message.conversation_id,
        customer=message.customer_id,
        message=message.id,
        change=change,
    )
