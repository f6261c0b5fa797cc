"""aioimaplib, with a way around each of its traps that matters here.

It loses what a server says of a folder that is only examined, and news that come while
another command runs; it does not answer a server that refuses a token; and it writes mails
into the log. Two more are seen to in `channels.email.imap`: a command on a dead connection
never returns, and a large answer is read recursively.
"""

import asyncio
import logging
import ssl
from collections.abc import Callable
from typing import Any

from aioimaplib import IMAP4
from aioimaplib.aioimaplib import AioImapException, Command, IMAP4ClientProtocol

logging.getLogger("aioimaplib").setLevel(logging.WARNING)


class Protocol(IMAP4ClientProtocol):  # type: ignore[misc]  # aioimaplib has no types
    """Notices that mails have come, whatever command is running at that moment."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.news = asyncio.Event()
        self.goodbye = ""  #: what the server said instead of a greeting

    async def welcome(self, command: bytes) -> None:
        try:
            await super().welcome(command)
        except AioImapException:
            self.goodbye = f" It said: {command.decode('utf-8', 'replace')[:200]}"
            self.transport.abort()

    def _untagged_response(self, line: bytes) -> Any:
        if line.endswith(b" EXISTS"):
            self.news.set()
        return super()._untagged_response(line)


class Client(IMAP4):  # type: ignore[misc]  # aioimaplib has no types
    """aioimaplib's client, with the protocol above."""

    def create_client(
        self,
        host: str,
        port: int,
        loop: asyncio.AbstractEventLoop | None,
        conn_lost_cb: Callable[[Exception | None], None] | None = None,
        ssl_context: ssl.SSLContext | None = None,
    ) -> None:
        loop = loop or asyncio.get_running_loop()
        self.protocol = Protocol(loop, conn_lost_cb)
        self._client_task = loop.create_task(
            loop.create_connection(lambda: self.protocol, host, port, ssl=ssl_context)
        )


class Examine(Command):  # type: ignore[misc]  # aioimaplib has no types
    """A SELECT that changes nothing; aioimaplib's own loses what the server says of the folder."""

    def __repr__(self) -> str:
        return f"{self.tag} EXAMINE {' '.join(self.args)}"


class SignIn(Command):  # type: ignore[misc]  # aioimaplib has no types
    """AUTHENTICATE that answers what the server asks, and an error with an empty line."""

    def __init__(self, protocol: Protocol, secret: str, **named: Any) -> None:
        at_once = "SASL-IR" in protocol.capabilities
        arguments = ("XOAUTH2", secret) if at_once else ("XOAUTH2",)
        super().__init__("AUTHENTICATE", protocol.new_tag(), *arguments, **named)
        self.transport = protocol.transport
        self.answers = [] if at_once else [secret]
        self.asked = 0

    def append_to_resp(self, line: bytes, result: str = "Pending") -> None:
        super().append_to_resp(line, result)
        if line.startswith(b"+"):
            answer = self.answers.pop(0) if self.answers else ""
            self.transport.write(answer.encode() + b"\r\n")
