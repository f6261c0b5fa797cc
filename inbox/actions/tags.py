"""The words that a conversation is filed under."""

from collections.abc import Iterable

from inbox.errors import Invalid
from inbox.model import AgentId, ConversationId
from inbox.store import Unit
from inbox.words import cut

LONGEST = 60  #: characters of a tag
MOST = 50  #: tags of a conversation


def tag(unit: Unit, which: ConversationId, names: Iterable[str], *, by: AgentId | None) -> None:
    """File a conversation under some words more."""
    there = unit.tags.of(which)
    put(unit, which, [*there, *names], by=by)


def untag(unit: Unit, which: ConversationId, names: Iterable[str], *, by: AgentId | None) -> None:
    """Take some words off a conversation."""
    gone = set(map(tidied, names))
    put(unit, which, [name for name in unit.tags.of(which) if name not in gone], by=by)


def put(unit: Unit, which: ConversationId, names: Iterable[str], *, by: AgentId | None) -> None:
    """File a conversation under these words and no others.

    Raises `Invalid` when they are too many.
    """
    talk = unit.conversations.hold(which)
    before = sorted(unit.tags.of(which))
    after = sorted({name for name in map(tidied, names) if name})
    if len(after) > MOST:
        raise Invalid(f"These are more than {MOST} tags.")
    if before == after:
        return
    unit.tags.drop(which, set(before) - set(after))
    unit.tags.add(which, sorted(set(after) - set(before)))
    unit.happened(
        "conversation.tagged",
        by=by,
        conversation=talk.id,
        customer=talk.customer_id,
        change={"tags": [before, after]},
    )


def tidied(name: str) -> str:
    """Return a tag as it is kept: in small letters, with single spaces."""
    return cut(" ".join(name.split()).lower(), LONGEST).strip()
