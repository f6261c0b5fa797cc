"""Throw recordings of calls away when their time is over: at the provider first, then here."""

from inbox.actions import calling
from inbox.channel import Channels
from inbox.desk import Desk
from inbox.errors import TryLater
from inbox.jobs import Discard
from inbox.telephone import Telephone


async def discard(desk: Desk, job: Discard, *, channels: Channels) -> None:
    """Delete one recording. Raises a `DeliveryError` when the provider does not.

    Where the account was given up nobody can ask the provider any more; ours goes all the same.
    """
    channel = channels.get(job.account_id)
    account = await desk.read(lambda unit: unit.accounts.get(job.account_id))
    if channel is None and account.archived_at is None:
        raise TryLater("Its account is not configured at the moment.")
    if isinstance(channel, Telephone):
        await channel.discard(job.recording)
    await desk.write(calling.forget_recording, job.message_id, job.recording)
