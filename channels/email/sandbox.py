"""Mails are understood in a process of their own, which may be lost.

A mail can be built to keep a parser busy or to fill the memory. So the desk hands its
mails to a child over a pipe, a batch at a time; the child's own timer ends it after some
seconds of work on one mail, and the desk after a longer while on the clock. The mail it
was at is unreadable then; a new child goes on with the next one. The child starts with
the first mail and is let go after some idle minutes.
"""

import asyncio
import os
import resource
import signal
import struct
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Sequence
from contextlib import suppress
from typing import BinaryIO, cast

import msgspec

from inbox.channel import Heard, Inbound, Raw
from inbox.errors import Unreadable

WORK = 5.0  #: seconds of work on one mail, measured by the child's own timer
PATIENCE = 60.0  #: seconds on the clock for one mail, should a child just hang
ENDING = 10.0  #: seconds on the clock for a child that has closed its pipe
IDLE = 300.0  #: seconds without a mail after which the child is let go
MEMORY = 1 << 30  #: bytes of address space
BATCH = 50  #: mails on the way to the child at once
HEAD = struct.Struct("<Q")
TOO_LONG = "It took too long to read."
LOST = "The process that read it was lost."

Answer = Sequence[Heard] | Unreadable


class Understood(msgspec.Struct, array_like=True):
    """The child's answer for one mail."""

    heard: list[Inbound] = []
    reason: str | None = None  #: why it is unreadable


ENCODER = msgspec.msgpack.Encoder()
DECODER = msgspec.msgpack.Decoder(Understood)


class Sandbox:
    """Understands mails elsewhere; to be shared by all accounts and closed at the end."""

    def __init__(
        self, *, work: float = WORK, patience: float = PATIENCE, idle: float = IDLE
    ) -> None:
        self.work = work
        self.patience = patience
        self.idle = idle
        self.starts = 0  #: how many children there have been
        self._child: Process | None = None
        self._turn = asyncio.Lock()
        self._farewell: asyncio.TimerHandle | None = None
        self._leaving: set[asyncio.Task[None]] = set()

    async def understand(self, raws: Sequence[Raw]) -> list[Answer]:
        """Return one answer for each mail, in their order."""
        async with self._turn:
            self._stay()
            answers: list[Answer] = []
            try:
                while len(answers) < len(raws):
                    batch = raws[len(answers) : len(answers) + BATCH]
                    answers += await self._batch([raw.payload for raw in batch])
            except BaseException:
                await self._end()  # half a conversation is no use to the next batch
                raise
            self._leave_later()
            return answers

    async def close(self) -> None:
        """Let the child go."""
        await self._retire()
        await asyncio.gather(*self._leaving)

    async def _batch(self, payloads: Sequence[bytes]) -> list[Answer]:
        """Return answers for the first mails of the batch, at least for one."""
        child = await self._started()
        writing = asyncio.create_task(_write(child, payloads))
        answers: list[Answer] = []
        try:
            for _ in payloads:
                async with asyncio.timeout(self.patience):
                    answers.append(await _read(child))
        except TimeoutError:
            await self._end()
            answers.append(Unreadable(TOO_LONG))
        except (asyncio.IncompleteReadError, ConnectionError):
            code = await self._end(broken=True)
            answers.append(Unreadable(TOO_LONG if code == -signal.SIGPROF else LOST))
        finally:
            writing.cancel()
            await asyncio.gather(writing, return_exceptions=True)
        return answers

    async def _started(self) -> Process:
        if self._child is None or self._child.returncode is not None:
            self.starts += 1
            self._child = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                __name__,
                str(self.work),
                stdin=PIPE,
                stdout=PIPE,
                stderr=DEVNULL,
                env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
                start_new_session=True,  # Ctrl-C is for the desk, which then closes us
            )
        return self._child

    async def _end(self, *, broken: bool = False) -> int | None:
        """End the child if there is one, and return how it ended."""
        child, self._child = self._child, None
        if child is None:
            return None
        with suppress(TimeoutError):
            if broken:  # it has ended, or is about to; only so do we learn how
                await asyncio.wait_for(child.wait(), ENDING)
        if child.returncode is None:
            with suppress(ProcessLookupError):
                # Popen's own kill() would take the exit code away from the event loop.
                os.kill(child.pid, signal.SIGKILL)
        # Everything that is left in the pipe has to be read before its end is seen.
        await child.communicate()
        return child.returncode

    def _stay(self) -> None:
        if self._farewell is not None:
            self._farewell.cancel()
            self._farewell = None

    def _leave_later(self) -> None:
        loop = asyncio.get_running_loop()
        self._farewell = loop.call_later(self.idle, self._leave)

    def _leave(self) -> None:
        if not self._turn.locked():
            task = asyncio.create_task(self._retire())
            self._leaving.add(task)
            task.add_done_callback(self._leaving.discard)

    async def _retire(self) -> None:
        async with self._turn:
            self._stay()
            await self._end()


async def _write(child: Process, payloads: Sequence[bytes]) -> None:
    stream = child.stdin
    if stream is None:
        return
    for payload in payloads:
        stream.write(HEAD.pack(len(payload)))
        stream.write(payload)
        await stream.drain()


async def _read(child: Process) -> Answer:
    stream = child.stdout
    if stream is None:
        raise ConnectionError
    (size,) = HEAD.unpack(await stream.readexactly(HEAD.size))
    answer = DECODER.decode(await stream.readexactly(size))
    return answer.heard if answer.reason is None else Unreadable(answer.reason)


def serve(incoming: BinaryIO, outgoing: BinaryIO, work: float) -> None:
    """Answer mails until the desk closes the pipe; this is what the child does."""
    understood(b"Subject: Warm up\n\n")  # what is imported now is no mail's work
    while len(head := incoming.read(HEAD.size)) == HEAD.size:
        payload = incoming.read(HEAD.unpack(head)[0])
        signal.setitimer(signal.ITIMER_PROF, work)  # its signal ends this process
        answer = ENCODER.encode(understood(payload))
        signal.setitimer(signal.ITIMER_PROF, 0)
        outgoing.write(HEAD.pack(len(answer)))
        outgoing.write(answer)
        outgoing.flush()


def understood(payload: bytes) -> Understood:
    """Understand one mail, whatever goes wrong with it."""
    from channels.email.understand import parse

    try:
        return Understood(cast("list[Inbound]", parse(Raw(payload=payload))))
    except Unreadable as error:
        return Understood(reason=str(error))
    except MemoryError:
        return Understood(reason="It needs too much memory to read.")
    except Exception as error:  # noqa: BLE001  # hostile input must never stop the intake
        return Understood(reason=f"{type(error).__name__} while reading it.")


def confine() -> None:
    """Take from this process what reading mails does not need."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    signal.signal(signal.SIGPROF, signal.SIG_DFL)


if __name__ == "__main__":
    confine()
    with suppress(BrokenPipeError):
        serve(sys.stdin.buffer, sys.stdout.buffer, float(sys.argv[1]))
