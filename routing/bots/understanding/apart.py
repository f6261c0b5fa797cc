"""Training in a process of its own, so that the desk answers meanwhile."""

import asyncio
import os
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Sequence
from contextlib import suppress

import msgspec

from inbox.model import Value
from routing.bots.understanding.values import Example, Untrained

#: one thread: a desk has other things to do, and results do not depend on the machine
CALM = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}


class Lesson(Value):
    """What the other process is given."""

    examples: tuple[Example, ...]
    seed: int
    encoder: bool
    patient: bool  #: everything else on the machine goes first


async def trained(
    examples: Sequence[Example], *, seed: int, encoder: bool, within: float, patient: bool = True
) -> bytes:
    lesson = Lesson(
        examples=tuple(map(whole, examples)), seed=seed, encoder=encoder, patient=patient
    )
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "routing.bots.understanding",
        stdin=PIPE,
        stdout=PIPE,
        stderr=DEVNULL,
        env={**os.environ, **CALM, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
    )
    try:
        async with asyncio.timeout(within):
            model, _ = await process.communicate(msgspec.json.encode(lesson))
    except TimeoutError as error:
        raise Untrained(f"The training took longer than {within:g} seconds.") from error
    finally:
        await ended(process)
    if process.returncode:
        raise Untrained
    return model


def whole(example: Example) -> Example:
    """Replace lone surrogates, which JSON cannot carry."""
    text = example.text.encode("utf-8", "replace").decode()
    return msgspec.structs.replace(example, text=text)


async def ended(process: Process) -> None:
    with suppress(ProcessLookupError):
        if process.returncode is None:
            process.kill()
    await process.wait()
