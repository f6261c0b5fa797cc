"""Reading many texts in a process of its own, so that nobody waits for it.

A rehearsal reads a week, teaching a month: seconds of work that the desk's own processor is
spared. The other process reads models from their files and answers with plain values.
"""

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from inbox.errors import DeskError
from inbox.model import Value
from routing.bots import understanding
from routing.bots.apart import apart, whole
from routing.bots.likeness import Weights, grams
from routing.bots.understanding import Reading

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

LONGEST = 120.0  #: seconds
ALIKE = 0.42  #: two groups of texts ask the same; by labelled questions, as is `SPELLED`
SPELLED = 0.4  #: how much letters count beside what is meant


class Unread(DeskError):
    """The texts could not be read; try it again in a while."""


class Task(Value):
    """What is to be read, by which models, and whether what asks the same belongs together."""

    texts: tuple[str, ...]
    models: tuple[str, ...] = ()  #: paths
    grouped: bool = False


class Result(Value):
    """What each model made of each text, and which texts ask the same."""

    readings: tuple[tuple[Reading, ...], ...] = ()
    groups: tuple[tuple[int, ...], ...] = ()  #: the most typical text of each first


async def aside(
    texts: Sequence[str],
    models: Sequence[Path] = (),
    *,
    grouped: bool = False,
    within: float = LONGEST,
) -> Result:
    """Read *texts* with *models* elsewhere. Raises Unread when that fails or takes too long."""
    task = Task(texts=tuple(map(whole, texts)), models=tuple(map(str, models)), grouped=grouped)
    try:
        said = await apart("routing.bots.teaching.aside", msgspec.json.encode(task), within=within)
    except TimeoutError as error:
        raise Unread(f"It took longer than {within:g} seconds.") from error
    except ChildProcessError as error:
        raise Unread from error
    return msgspec.json.decode(said, type=Result)


# --- in the other process -------------------------------------------------------------------
def done(task: Task) -> Result:
    """Do a task, one model in memory at a time."""
    readings = tuple(
        tuple(understanding.Model.load(Path(path).read_bytes()).read_many(task.texts))
        for path in task.models
    )
    return Result(readings=readings, groups=groups(task.texts) if task.grouped else ())


def groups(texts: Sequence[str]) -> tuple[tuple[int, ...], ...]:
    """Put together what asks the same, the largest group first.

    The two groups that are most alike, each text of one with each of the other on average, become
    one, until none are alike enough (Sokal and Michener, 1958): never a chain in which the first
    and the last have nothing in common.
    """
    if not texts:
        return ()
    alike = likeness(texts)
    found = [typical(alike, group) for group in joined(alike)]
    return tuple(sorted(found, key=lambda group: -len(group)))


def joined(alike: "NDArray[np.float32]") -> list[list[int]]:
    """Join what is alike enough; a text that is like no other stays alone."""
    import numpy as np

    members = [[one] for one in range(len(alike))]
    mean = alike.astype(np.float32)  # of two groups; a copy
    np.fill_diagonal(mean, -1)
    while True:
        one, other = divmod(int(mean.argmax()), len(mean))
        if mean[one, other] < ALIKE:
            return [group for group in members if group]
        mine, theirs = len(members[one]), len(members[other])
        mean[one] = mean[:, one] = (mine * mean[one] + theirs * mean[other]) / (mine + theirs)
        mean[other] = mean[:, other] = mean[one, one] = -1
        members[one] += members[other]
        members[other] = []


def typical(alike: "NDArray[np.float32]", group: list[int]) -> tuple[int, ...]:
    """Order a group: what has most in common with all of it goes first."""
    common = alike[group][:, group].sum(1)
    return tuple(group[at] for at in (-common).argsort(kind="stable"))


def likeness(texts: Sequence[str]) -> "NDArray[np.float32]":
    """Return how much each text is like each other: 1 is the same.

    Words and their endings count, and what they mean, where the encoder is installed: it does
    not know every language.
    """
    import numpy as np

    heard = [grams(text) for text in texts]
    weights = Weights(heard)
    alike = np.eye(len(texts), dtype=np.float32)
    for row, one in enumerate(heard):
        for column in range(row):
            alike[row, column] = alike[column, row] = weights.alike(one, heard[column])
    from routing.bots.understanding import encoder

    if not encoder.installed():
        return alike
    points = encoder.points(texts)
    meant: NDArray[np.float32] = points @ points.T
    return SPELLED * alike + (1 - SPELLED) * meant


def main() -> None:
    """Answer the task on the standard input on the standard output."""
    os.nice(10)  # everything else on the machine goes first
    task = msgspec.json.decode(sys.stdin.buffer.read(), type=Task)
    sys.stdout.buffer.write(msgspec.json.encode(done(task)))


if __name__ == "__main__":
    main()
