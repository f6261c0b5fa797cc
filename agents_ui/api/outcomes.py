"""What a conversation was about, in a word that its queue knows."""

from agents_ui.problems import Refused
from inbox.model import ConversationId
from inbox.store import Unit
from routing import setups


def check(unit: Unit, which: ConversationId, outcome: str) -> None:
    """Refuse a code that the queue of a conversation does not know."""
    codes = known(unit, which)
    if outcome in codes:
        return
    if not codes:
        raise Refused(422, "Its queue has no wrap-up codes.", field="outcome")
    listed = ", ".join(codes)
    raise Refused(422, f"Its queue knows these wrap-up codes: {listed}.", field="outcome")


def known(unit: Unit, which: ConversationId) -> tuple[str, ...]:
    """Return the wrap-up codes of the queue in which a conversation is."""
    where = unit.conversations.get(which).queue_id
    if where is None:
        return ()
    queue = setups.current(unit)[1].queues.get(unit.queues.get(where).name)
    return queue.codes if queue else ()
