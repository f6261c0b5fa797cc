"""Queues that cannot work are refused."""

import msgspec
import pytest

from inbox.errors import Invalid
from routing.queues import Queue, check

SENSIBLE = {
    "support": {
        "hours": "office",
        "needs": [{"skill": "money", "level": 2}],
        "service_level": {"targets": [{"first_response": 60}]},
        "overflow": [{"after": 60, "relax": True}, {"after": 120, "queue": "billing"}],
    },
    "billing": {"overflow": [{"after": 300, "fallback": "callback"}]},
}


def read(queues):
    check(msgspec.convert(queues, dict[str, Queue]), ["money"], ["office"])


def test_sensible_queues_pass():
    read(SENSIBLE)


@pytest.mark.parametrize(
    ("queue", "sentence"),
    [
        ({"hours": "night"}, "queue.support.hours: There are no hours 'night'."),
        ({"needs": [{"skill": "art"}]}, "queue.support.needs[0]: There is no skill 'art'."),
        ({"limit": 0}, "queue.support.limit: A queue has room for at least one."),
        ({"wrap_up": -1}, "queue.support.wrap_up: It takes a number of seconds"),
        (
            {"overflow": [{"after": 5}]},
            "queue.support.overflow[0]: It takes one of relax, queue and fallback.",
        ),
        (
            {"overflow": [{"after": 5, "queue": "sales"}]},
            "queue.support.overflow[0]: There is no queue 'sales'.",
        ),
        (
            {"overflow": [{"after": 5, "relax": True}, {"after": 5, "fallback": "reply"}]},
            "queue.support.overflow[1]: It comes after what stands before it",
        ),
        (
            {"overflow": [{"after": 5, "fallback": "reply"}, {"after": 9, "relax": True}]},
            "queue.support.overflow[1]: It never happens",
        ),
        (
            {"overflow": [{"after": 5, "queue": "support"}]},
            "queue.support.overflow: It goes round in a circle: support -> support.",
        ),
    ],
)
def test_queues_that_cannot_work_are_refused_with_where_they_stand(queue, sentence):
    with pytest.raises(Invalid) as refused:
        read({"support": queue})

    assert str(refused.value).startswith(sentence)


def test_a_longer_circle_is_found_too():
    ring = {"a": "b", "b": "c", "c": "d", "d": "b"}
    queues = {name: {"overflow": [{"after": 5, "queue": to}]} for name, to in ring.items()}
    with pytest.raises(Invalid) as refused:
        read(queues)

    assert "queue.b.overflow: It goes round in a circle: b -> c -> d -> b." == str(refused.value)
