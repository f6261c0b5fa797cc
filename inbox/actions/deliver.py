"""Hand one queued message to its channel, and write down what came of it.

A message is never sent twice in silence: it is marked before the network is spoken to, and
when nobody knows whether it left, it is shown as *unknown* until a person decides. Only a
channel that recognises a repeat by its id is asked again.
"""

import asyncio
from collections.abc import Callable
from typing import Any

import structlog
from msgspec.structs import replace

from inbox.actions import window
from inbox.actions.ascertain import ask_later, can_be_asked
from inbox.actions.letter import Letter, write_letter
from inbox.actions.outcome import given_up, note_sent, put_back, settle
from inbox.actions.seen import LOOK_AGAIN
from inbox.channel import Channel, Channels
from inbox.degrade import fitted
from inbox.desk import Desk
from inbox.errors import (
    DeliveryError,
    Misconfigured,
    NotFound,
    Rejected,
    TryLater,
    Unavailable,
)
from inbox.jobs import Deliver
from inbox.model import AccountId, Delivery
from inbox.store import Unit
from inbox.store.journal import short_key

__all__ = ["deliver", "given_up"]

SENDING_TAKES = 300.0  #: seconds; whoever takes longer is not going to answer
PAUSED = 60.0  #: seconds until an account is looked at again that somebody stopped
REPAIR_TAKES = 900.0  #: seconds until settings that do not work are tried again
PAUSE = 1.0  #: seconds to wait when the store is away
AGAIN = 30.0  #: seconds until a channel that knows a repeat is asked again

log = structlog.get_logger()


async def deliver(desk: Desk, job: Deliver, *, channels: Channels) -> None:
    """Send one message, once.

    Raises `TryLater` when it has to be tried again; the message says why it waits.
    """
    try:
        letter = await desk.read(write_letter, job.message_id)
    except NotFound:
        return  # erased, and its promise with it
    if not letter.is_due:
        return
    channel = channels.get(letter.account)
    if channel is None:
        await wait(desk, letter, Misconfigured("This account is not configured."))
    elif letter.paused:
        await wait(desk, letter, TryLater("This account is paused.", after=PAUSED))
    elif letter.was_interrupted and not channel.capabilities.idempotent:
        await leave_open(desk, channel, letter, "The desk stopped while it was being sent.")
    elif refusal := await objection(desk, channel, letter):
        await desk.write(settle, letter.message, Delivery.FAILED, refusal)
    else:
        letter = addressed(desk, channel, letter)
        if await desk.write(begin, letter):
            await attempt(desk, channel, letter)


async def objection(desk: Desk, channel: Channel[Any], letter: Letter) -> str | None:
    """Say why a message must not leave any more that could be sent when it was written."""
    if letter.unwanted or channel.capabilities.window is None:
        return letter.unwanted
    message, capabilities = letter.message, channel.capabilities
    there = await desk.read(window.look, message.customer_id, letter.account, capabilities)
    return window.objection(there, message.content, capabilities)


def addressed(desk: Desk, channel: Channel[Any], letter: Letter) -> Letter:
    """Put our reply token on *letter*, and the id that every attempt carries, if we choose it."""
    token = desk.signer.short("reply", str(letter.message.conversation_id))
    name = letter.message.external_id or channel.external_id(letter.message.id, token)
    outgoing = replace(letter.outgoing, reply_token=token, external_id=name)
    return replace(letter, outgoing=fitted(outgoing, channel.capabilities, channel.line))


def begin(unit: Unit, letter: Letter) -> bool:
    """Mark a message as being sent, unless somebody took it back at this moment."""
    name = letter.outgoing.external_id
    return unit.messages.change(
        letter.message.id,
        only_if=(letter.message.delivery or Delivery.QUEUED,),
        delivery=Delivery.SENDING,
        external_id=short_key(name),
    )


async def attempt(desk: Desk, channel: Channel[Any], letter: Letter) -> None:
    """Speak with the provider, and write down what it said."""
    try:
        async with asyncio.timeout(SENDING_TAKES):
            sent = await channel.send(letter.outgoing)
    except Rejected as error:
        await write_down(desk, settle, letter.message, Delivery.FAILED, str(error))
    except (TryLater, Misconfigured) as error:
        await wait(desk, letter, error)
    except Exception as error:  # noqa: BLE001  # whatever it was, the message may have left
        log.info("delivery_ambiguous", message=letter.message.id, error=type(error).__name__)
        await doubt(desk, channel, letter, error)
    else:
        desk.pulse.speak(letter.account, desk.clock())
        again = LOOK_AGAIN if channel.capabilities.fleeting else None
        await write_down(desk, note_sent, letter.message.id, sent, look_again_after=again)


async def wait(desk: Desk, letter: Letter, error: TryLater | Misconfigured) -> None:
    """Queue the message again and have the worker come back later; raises `TryLater`."""
    broken = isinstance(error, Misconfigured)
    desk.pulse.fail(letter.account, str(error), desk.clock(), for_good=broken)
    await write_down(desk, put_back, letter.message, str(error), misconfigured=broken)
    raise TryLater(str(error), after=REPAIR_TAKES if broken else getattr(error, "after", None))


async def doubt(desk: Desk, channel: Channel[Any], letter: Letter, error: Exception) -> None:
    """Ask a channel again that knows a repeat; else leave the decision to a person."""
    reason = "It may have been sent: the provider did not answer."
    if isinstance(error, DeliveryError):
        reason = str(error)
    if channel.capabilities.idempotent:
        await wait(desk, letter, TryLater(reason, after=AGAIN))
    await leave_open(desk, channel, letter, reason)


async def leave_open(desk: Desk, channel: Channel[Any], letter: Letter, reason: str) -> None:
    """Show that nobody knows whether a message left, and ask its provider if one can."""
    asking = letter.account if can_be_asked(channel) else None
    await write_down(desk, settle_open, letter, reason, asking)


def settle_open(unit: Unit, letter: Letter, reason: str, asking: AccountId | None) -> None:
    settle(unit, letter.message, Delivery.UNKNOWN, reason)
    if asking is not None:
        ask_later(unit, letter.message.id, asking)


async def write_down(desk: Desk, outcome: Callable[..., None], *args: Any, **named: Any) -> None:
    """Write what the provider said, however long the store is away: nobody can ask again."""
    while True:
        try:
            return await desk.write(outcome, *args, **named)
        except Unavailable:
            await asyncio.sleep(PAUSE)
