"""A mail server that answers as it is told and keeps a ledger of all it took."""

import asyncio
import base64
import contextlib
import ssl
import warnings
from collections import defaultdict, deque
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

from aiosmtpd.smtp import SMTP, AuthResult

PASSWORD = "correct-horse"
CUT = "cut"  #: instead of an answer: break the line
SILENCE = "silence"  #: instead of an answer: say nothing any more


@dataclass
class Taken:
    """A mail the server took responsibility for."""

    sender: str
    recipients: list[str]
    content: bytes
    user: str | None


@dataclass
class MailServer:
    """Answers ``MAIL``, ``RCPT``, ``DATA`` and ``AUTH`` from a script, or in the usual way."""

    port: int = 0
    taken: list[Taken] = field(default_factory=list)
    script: dict[str, deque[str]] = field(default_factory=lambda: defaultdict(deque))
    refused: dict[str, str] = field(default_factory=dict)  #: recipients and what they are told
    access_token: str | None = None  #: what XOAUTH2 takes
    sign_ins: int = 0
    connections: int = 0

    def expect(self, verb: str, *answers: str) -> None:
        """Have the next ones who say *verb* hear *answers*."""
        self.script[verb].extend(answers)

    async def answer(self, verb: str, server: SMTP, usual: str) -> str:
        """Return the next answer of the script, or do what stands there instead."""
        said = self.script[verb].popleft() if self.script[verb] else usual
        if said == CUT:
            server.transport.abort()
        elif said == SILENCE:
            await asyncio.Event().wait()
        return said

    # ----- what aiosmtpd calls

    async def handle_MAIL(self, server, session, envelope, address, options) -> str:  # noqa: N802
        said = await self.answer("MAIL", server, "250 OK")
        if said.startswith("250"):
            envelope.mail_from = address
        return said

    async def handle_RCPT(self, server, session, envelope, address, options) -> str:  # noqa: N802
        said = await self.answer("RCPT", server, self.refused.get(address, "250 OK"))
        if said.startswith("250"):
            envelope.rcpt_tos.append(address)
        return said

    async def handle_DATA(self, server, session, envelope) -> str:  # noqa: N802
        planned = self.script["DATA"][0] if self.script["DATA"] else "250"
        if planned.startswith("250") or planned in (CUT, SILENCE):
            user = session.auth_data.decode() if session.auth_data else None
            self.taken.append(
                Taken(envelope.mail_from, list(envelope.rcpt_tos), envelope.content, user)
            )
        return await self.answer("DATA", server, "250 Taken")

    def authenticate(self, server, session, envelope, mechanism, data) -> AuthResult:
        self.sign_ins += 1
        fits = data.password == PASSWORD.encode()
        if self.script["AUTH"]:
            return AuthResult(success=False, handled=False, message=self.script["AUTH"].popleft())
        return AuthResult(success=fits, handled=False, auth_data=data.login)

    async def auth_XOAUTH2(self, server: SMTP, words: list[str]) -> AuthResult:  # noqa: N802
        self.sign_ins += 1
        user, bearer = base64.b64decode(words[1]).decode().split("\1")[:2]
        if bearer == f"auth=Bearer {self.access_token}":
            return AuthResult(success=True, auth_data=user.removeprefix("user=").encode())
        await server.push("334 " + base64.b64encode(b'{"status":"401"}').decode())
        await server._reader.readline()
        return AuthResult(success=False, handled=False, message="535 5.7.8 Token refused")


@contextlib.asynccontextmanager
async def mail_server(
    *,
    tls: ssl.SSLContext | None = None,
    starttls: ssl.SSLContext | None = None,
    sign_in: bool = False,
    size: int | None = None,
) -> AsyncIterator[MailServer]:
    """Run a mail server in this event loop."""
    ledger = MailServer()
    protocols: list[SMTP] = []

    def meet() -> SMTP:
        ledger.connections += 1
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it dislikes passwords without TLS
            protocol = SMTP(
                ledger,
                hostname="mail.test",
                tls_context=starttls,
                authenticator=ledger.authenticate if sign_in else None,
                auth_required=sign_in,
                auth_require_tls=False,
                auth_exclude_mechanism=[] if sign_in else ["LOGIN", "PLAIN", "XOAUTH2"],
                data_size_limit=size or 60 * 2**20,
                enable_SMTPUTF8=True,
                loop=asyncio.get_running_loop(),
            )
        protocols.append(protocol)
        return protocol

    server = await asyncio.get_running_loop().create_server(meet, "127.0.0.1", 0, ssl=tls)
    ledger.port = server.sockets[0].getsockname()[1]
    try:
        yield ledger
    finally:
        server.close()
        tasks = [each._handler_coroutine for each in protocols if each._handler_coroutine]
        for protocol in protocols:
            if protocol.transport is not None:
                protocol.transport.abort()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
