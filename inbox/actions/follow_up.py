"""Send by email what a web visitor has not seen because the tab was closed."""

from inbox.actions.seen import carry
from inbox.channel import Channels
from inbox.desk import Desk
from inbox.jobs import FollowUp

MAIL = "email"  #: the kind of channel that reaches whoever has gone


async def follow_up(desk: Desk, job: FollowUp, *, channels: Channels) -> None:
    """Look whether the visitor saw our answers, and carry them to their address if not.

    See docs/decisions/0005-unseen-chat-answers-follow-by-email.md.
    """
    chats = {account for account, one in channels.items() if one.capabilities.fleeting}
    mailboxes = {account for account, one in channels.items() if one.kind == MAIL}
    await desk.write(carry, job.conversation_id, chats=chats, mailboxes=mailboxes)
