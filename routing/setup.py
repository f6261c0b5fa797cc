"""All that a desk decided about routing, in one document: checked, kept and changed as a whole.

It is written in TOML or JSON, edited in the inbox, and every version of it is kept: a decision
names the one it was made by, and an earlier one can be taken up again.
"""

from msgspec import field

from inbox.model import Value
from routing.hours import Calendar
from routing.order import Weights
from routing.queues import Queue
from routing.rules import Rules


def usual_weights() -> dict[str, float | None]:
    return {"voice": None, "webchat": 1.0, "email": 0.5}


class Setup(Value, forbid_unknown_fields=True):
    """Queues, and what they need. Without queues every conversation is everybody's."""

    hours: dict[str, Calendar] = {}
    skills: tuple[str, ...] = ()
    queues: dict[str, Queue] = {}
    rules: Rules = Rules()
    order: Weights = field(default_factory=Weights)
    usual: str | None = None  #: the queue of what no rule speaks of
    weights: dict[str, float | None] = field(default_factory=usual_weights)  #: of a channel; else 1
    misses: int = 2  #: offers in a row after which who misses them is away
    grace: float = 60.0  #: seconds after which the work of an agent who left returns
    tier: str = "tier"  #: the attribute that tells a customer's
    value: str = "value"  #: and the one that tells how valuable they are, 0 to 1

    def weight(self, channel: str) -> float | None:
        """Return the room that a conversation of a channel takes; none takes all."""
        return self.weights.get(channel, 1.0)
