"""Work of seconds in a process of its own, so that the desk answers meanwhile."""

import asyncio
import os
import sys
from asyncio.subprocess import DEVNULL, PIPE
from contextlib import suppress

#: one thread: a desk has other things to do, and results do not depend on the machine
CALM = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}


async def apart(module: str, task: bytes, *, within: float | None = None) -> bytes:
    """Have ``python -m module`` answer *task*, from its standard input to its standard output.

    The process is ended when nobody waits any more. Raises TimeoutError after *within* seconds,
    ChildProcessError when it fails.
    """
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        module,
        stdin=PIPE,
        stdout=PIPE,
        stderr=DEVNULL,
        env={**os.environ, **CALM, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
    )
    try:
        async with asyncio.timeout(within):
            answer, _ = await process.communicate(task)
    finally:
        with suppress(ProcessLookupError):
            if process.returncode is None:
                process.kill()
        await process.wait()
    if process.returncode:
        raise ChildProcessError(module)
    return answer


def whole(text: str) -> str:
    """Replace lone surrogates, which cannot be handed to another process."""
    return text.encode("utf-8", "replace").decode()
