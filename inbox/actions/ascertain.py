"""Find out what became of a message whose sending broke off. It is never sent again for it."""

from datetime import timedelta
from typing import Any

from msgspec.structs import replace

from inbox.actions.letter import Letter, write_letter
from inbox.actions.outcome import note_sent, reword
from inbox.channel import Channel, Channels
from inbox.desk import Desk
from inbox.errors import DeliveryError, NotFound
from inbox.jobs import Ascertain
from inbox.model import AccountId, Delivery, MessageId
from inbox.store import Unit

WAITS = (20.0, 120.0, 600.0)  #: seconds from the break, or from the question before
NOBODY_KNOWS = "It may have been sent; this provider cannot be asked."
NOT_THERE = "It was probably not sent: the provider knows nothing of it."
SILENT = "It may have been sent: the provider did not answer when it was asked, either."


def ask_later(unit: Unit, message: MessageId, account: AccountId, asked: int = 0) -> None:
    """Promise to ask the provider, after a while in which its own news may come."""
    job = Ascertain(message_id=message, account_id=account, asked=asked)
    unit.enqueue(job, at=unit.now + timedelta(seconds=WAITS[asked]))


def can_be_asked(channel: Channel[Any]) -> bool:
    return type(channel).find is not Channel.find


async def ascertain(desk: Desk, job: Ascertain, *, channels: Channels) -> None:
    """Ask the provider once whether it has a message; ask again later when it has not."""
    try:
        letter = await desk.read(write_letter, job.message_id)
    except NotFound:
        return  # erased
    channel = channels.get(letter.account)
    if letter.message.delivery is not Delivery.UNKNOWN or channel is None:
        return  # its receipt came, or a person decided
    name = letter.message.external_id or channel.external_id(letter.message.id)
    outgoing = replace(letter.outgoing, external_id=name)
    try:
        sent = await channel.find(outgoing)
    except NotFound:
        await desk.write(reword, letter.message.id, NOBODY_KNOWS)
    except DeliveryError:
        await desk.write(go_on, letter, job, SILENT)
    else:
        if sent is None:
            await desk.write(go_on, letter, job, NOT_THERE)
        else:
            await desk.write(note_sent, letter.message.id, sent)


def go_on(unit: Unit, letter: Letter, job: Ascertain, reason: str) -> None:
    """Ask again later; a provider may be slow to know. After the last time a person decides."""
    if job.asked + 1 < len(WAITS):
        ask_later(unit, letter.message.id, letter.account, job.asked + 1)
    else:
        reword(unit, letter.message.id, reason)
