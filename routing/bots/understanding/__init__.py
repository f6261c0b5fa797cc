"""What did the customer mean? Learned from a desk's own examples, read in plain numpy.

`grams` and `encoder` are two views of a text; `machine` learns from them, `measures` says how sure
it may be; `training` makes a `Model` of examples, which `reading` reads texts with, and `apart`
does it in a process of its own. Nothing heavy is imported before it is needed: a desk that has no
bot pays nothing.
"""

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Any

from routing.bots.understanding.values import Candidate, Damaged, Example, Reading, Untrained

if TYPE_CHECKING:
    from routing.bots.understanding.reading import Model

__all__ = [
    "Candidate",
    "Damaged",
    "Example",
    "Model",
    "Reading",
    "Untrained",
    "languages",
    "train",
    "train_apart",
]


def train(
    examples: Sequence[Example],
    *,
    seed: int = 0,
    encoder: bool = True,
    earlier: bytes | None = None,
) -> "Model":
    """Learn from *examples* alone; the same examples and seed make the same model.

    One example is enough, none makes a model that finds everything novel. Without *encoder*, or
    where it is not installed, characters and words have to do. *earlier*, a saved model, only
    saves time: the encoder does not read again what that one was taught.
    """
    from routing.bots.understanding.training import learned

    return learned(examples, seed=seed, encoder=encoder, earlier=earlier)


async def train_apart(
    examples: Sequence[Example],
    *,
    seed: int = 0,
    encoder: bool = True,
    earlier: bytes | None = None,
    timeout: float = 600,  # noqa: ASYNC109  # a process is ended
) -> bytes:
    """Train in a process of its own, at low priority, and return the saved model; see `train`.

    The process is ended when the caller is cancelled or *timeout* seconds have passed; raises
    Untrained then, and when it fails.
    """
    from routing.bots.understanding.apart import trained

    return await trained(examples, seed=seed, encoder=encoder, earlier=earlier, within=timeout)


def languages(text: str, among: Collection[str]) -> str | None:
    """Name the language of *text*, one of *among* (ISO 639-1); None when it cannot be told."""
    from routing.bots.understanding.language import told

    return told(text, among)


def __getattr__(name: str) -> Any:
    """Import the model's class, and numpy with it, when somebody asks for it."""
    if name != "Model":
        raise AttributeError(name)
    from routing.bots.understanding.reading import Model

    return Model
