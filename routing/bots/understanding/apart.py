"""Training in a process of its own, so that the desk answers meanwhile."""

from collections.abc import Sequence

import msgspec
from msgspec.structs import replace

from inbox.model import Value
from routing.bots.apart import apart, whole
from routing.bots.understanding.values import Example, Untrained


class Lesson(Value):
    """What the other process is given."""

    examples: tuple[Example, ...]
    seed: int
    encoder: bool
    earlier: bytes | None
    patient: bool  #: everything else on the machine goes first


async def trained(
    examples: Sequence[Example],
    *,
    seed: int,
    encoder: bool,
    within: float,
    earlier: bytes | None = None,
    patient: bool = True,
) -> bytes:
    lesson = Lesson(
        examples=tuple(replace(one, text=whole(one.text)) for one in examples),
        seed=seed,
        encoder=encoder,
        earlier=earlier,
        patient=patient,
    )
    try:
        task = msgspec.json.encode(lesson)
        return await apart("routing.bots.understanding", task, within=within)
    except TimeoutError as error:
        raise Untrained(f"The training took longer than {within:g} seconds.") from error
    except ChildProcessError as error:
        raise Untrained from error
