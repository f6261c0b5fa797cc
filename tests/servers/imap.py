"""A small IMAP server for what a good one never does: it lacks things, and refuses them."""

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, field


@dataclass
class OldServer:
    """One mailbox of `mails`, by number; whatever is said to it stands in `heard`."""

    capabilities: str = "IMAP4rev1"
    mails: dict[int, bytes] = field(default_factory=dict)
    refused: dict[int, str] = field(default_factory=dict)  #: mails it cannot hand over, and why
    greeting: str = "OK ready"
    sign_in: str = "OK"  #: or how it refuses one
    heard: list[str] = field(default_factory=list)
    port: int = 0
    meetings: dict[asyncio.Task[None], asyncio.StreamWriter] = field(default_factory=dict)

    async def meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.meetings[asyncio.current_task()] = writer
        writer.write(f"* {self.greeting}\r\n".encode())
        with contextlib.suppress(OSError):
            while line := (await reader.readline()).decode().strip():
                self.heard.append(line)
                tag, _, command = line.partition(" ")
                if command.startswith("AUTHENTICATE"):
                    writer.write(b"+ \r\n")
                    self.heard.append((await reader.readline()).decode().strip())
                for said in self.answers(tag, command):
                    writer.write(said)
                await writer.drain()
        writer.close()

    def answers(self, tag: str, command: str) -> list[bytes]:
        """Return what it says to a command."""
        done = f"{tag} OK done\r\n".encode()
        match command.split()[:2]:
            case ["CAPABILITY"]:
                return [f"* CAPABILITY {self.capabilities}\r\n".encode(), done]
            case ["LOGIN" | "AUTHENTICATE", _]:
                return [f"{tag} {self.sign_in}\r\n".encode()]
            case ["SELECT" | "EXAMINE", _]:
                return [b"* OK [UIDVALIDITY 7] numbers\r\n", done]
            case ["UID", "SEARCH"]:
                return [f"* SEARCH {' '.join(map(str, self.found(command)))}\r\n".encode(), done]
            case ["UID", "FETCH"]:
                return self.fetched(tag, command, done)
        return [done]

    def found(self, command: str) -> list[int]:
        first, last = command.split()[3].split(":")
        newest = max({**self.mails, **self.refused}, default=0)
        until = newest if last == "*" else int(last)
        low, high = sorted((int(first), until))
        return [uid for uid in sorted({**self.mails, **self.refused}) if low <= uid <= high]

    def fetched(self, tag: str, command: str, done: bytes) -> list[bytes]:
        uids = [int(uid) for uid in re.findall(r"\d+", command.split()[2])]
        if "RFC822.SIZE" in command:
            return [*(f"* 1 FETCH (UID {uid} RFC822.SIZE 9)\r\n".encode() for uid in uids), done]
        if uids[0] in self.refused:
            return [f"{tag} NO {self.refused[uids[0]]}\r\n".encode()]
        mail = self.mails[uids[0]]
        return [b"* 1 FETCH (BODY[] {%d}\r\n%b UID %d)\r\n" % (len(mail), mail, uids[0]), done]


@contextlib.asynccontextmanager
async def running(server: OldServer) -> AsyncIterator[OldServer]:
    """Run such a server in this event loop."""
    listener = await asyncio.start_server(server.meet, "127.0.0.1", 0)
    server.port = listener.sockets[0].getsockname()[1]
    try:
        yield server
    finally:
        listener.close()
        for writer in server.meetings.values():
            writer.transport.abort()
        await asyncio.gather(*server.meetings, return_exceptions=True)
