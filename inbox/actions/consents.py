"""Whether somebody wants to be written to: what they said, what agents know, what follows."""

from collections.abc import Sequence

from msgspec.structs import asdict, replace

from inbox.errors import Invalid
from inbox.model import AgentId, Consent, CustomerId, MessageId, Value
from inbox.store import Unit
from inbox.words import cut

MAX_SOURCE = 500


class Word(Value):
    """What is said of an address."""

    kind: str  #: of the channel
    value: str
    granted: bool
    source: str  #: how it is known


def record(unit: Unit, customer: CustomerId, word: Word, *, by: AgentId | None) -> None:
    """Write down by hand whether somebody wants to be written to at an address.

    The newest word counts; the same one again is not written down. Raises `Invalid` for an
    address that is not the customer's.
    """
    unit.customers.get(customer)
    why = cut(" ".join(word.source.split()), MAX_SOURCE)
    if not why:
        raise Invalid("Say how you know.")
    if word.value not in {one.value for one in unit.customers.identities(customer)}:
        raise Invalid("This is no address of the customer's.")
    note_consent(unit, customer, replace(word, source=why), by=by)


def note_consent(
    unit: Unit,
    customer: CustomerId,
    word: Word,
    *,
    by: AgentId | None = None,
    message: MessageId | None = None,
) -> None:
    """Write down a word on consent, unless it is the last one said again."""
    before = next((one.granted for one in unit.consents.newest(word.kind, [word.value])), None)
    if before is word.granted:
        return
    fields = asdict(word)
    row = {**fields, "customer_id": customer, "at": unit.now, "message_id": message, "agent_id": by}
    unit.consents.add([row])
    change = {**fields, "granted": [before, word.granted]}
    unit.happened("consent.changed", by=by, customer=customer, message=message, change=change)


def objection(unit: Unit, kind: str, to: Sequence[str]) -> str | None:
    """Say why nothing may be sent *to* some addresses of a channel."""
    words = unit.consents.newest(kind, to) if to else ()
    refusal = next((one for one in words if not one.granted), None)
    return sentence(refusal) if refusal else None


def sentence(refusal: Consent) -> str:
    return f"The customer does not want to be written to here ({refusal.source})."
