"""Hand mails over to a server, and know afterwards what became of each.

Nothing tells a server that a mail is the same as one before, so the one question that
matters is whether the final dot has left: before it a broken line means that nothing was
sent, after it nobody can know.
"""

import asyncio
import contextlib
import ssl
import time
from collections.abc import AsyncIterator, Iterator, Sequence

from aiosmtplib import SMTP, SMTPException
from aiosmtplib.errors import (
    SMTPAuthenticationError,
    SMTPConnectError,
    SMTPConnectResponseError,
    SMTPRecipientRefused,
    SMTPResponseException,
    SMTPServerDisconnected,
    SMTPTimeoutError,
)

from channels.email.oauth import Grant
from channels.email.settings import Security, Settings
from inbox.errors import Ambiguous, DeliveryError, Misconfigured, Rejected, TryLater

AT_ONCE = 4  # connections to one server
KEPT = 30.0  # seconds that an idle connection stays open
CHUNK = 2**18  # bytes written before looking whether they have left
BEFORE = 160.0  # seconds until the final dot has left; later it is tried again
FINAL = 120.0  # seconds for the server to store a mail; doubt is worse than waiting
SIGN_IN = {530, 534, 535, 538}  # answers that only another password can change (RFC 4954)


class Post:
    """The way out: a few connections, each kept open a little while for the next mail."""

    def __init__(self, settings: Settings, grant: Grant | None) -> None:
        self.settings = settings
        self.grant = grant
        self.trouble: str | None = None  #: why nothing goes out, for people
        self.slots = asyncio.Semaphore(AT_ONCE)
        self.idle: list[tuple[SMTP, float]] = []
        self.sweeper: asyncio.Task[None] | None = None

    async def send(self, recipients: Sequence[str], mail: bytes) -> str | None:
        """Hand over a mail; returns what the server said against some recipients.

        Raises the `DeliveryError` that says whether trying again makes sense.
        """
        limit = asyncio.timeout(BEFORE)
        try:
            with translated():
                async with limit, self.connection() as client:
                    return await transmit(client, self.settings.address, recipients, mail, limit)
        except DeliveryError:
            raise
        except Exception as error:
            if limit.when() is None:  # the final dot has left
                raise Ambiguous from error
            raise TryLater(f"It could not be sent ({type(error).__name__}).") from error

    async def close(self) -> None:
        """Let go of all connections."""
        if self.sweeper:
            self.sweeper.cancel()
        while self.idle:
            self.idle.pop()[0].close()

    # ----- connections

    @contextlib.asynccontextmanager
    async def connection(self) -> AsyncIterator[SMTP]:
        """Lend a connection that is signed in; one that saw an error is not used again."""
        async with self.slots:
            client = await self.reused() or await self.fresh()
            try:
                yield client
            except BaseException:
                client.close()
                raise
            self.keep(client)

    async def reused(self) -> SMTP | None:
        """Return a kept connection that still answers."""
        while self.idle:
            client, _ = self.idle.pop()
            with contextlib.suppress(SMTPException, OSError, ValueError):
                await client.rset(timeout=5)
                return client
            client.close()
        return None

    async def fresh(self) -> SMTP:
        """Return a new connection, and know whether the way out is open."""
        try:
            client = await self.dial()
        except DeliveryError as error:
            self.trouble = str(error)
            raise
        self.trouble = None
        return client

    async def dial(self) -> SMTP:
        """Connect and sign in."""
        smtp = self.settings.smtp
        client = SMTP(
            hostname=smtp.host,
            port=smtp.usual_port,
            timeout=smtp.timeout,
            use_tls=smtp.security is Security.TLS,
            start_tls=smtp.security is Security.STARTTLS,
            tls_context=self.settings.trusted(),
            local_hostname=self.settings.address.rpartition("@")[2].encode("idna").decode(),
        )
        try:
            with translated():
                async with asyncio.timeout(4 * smtp.timeout):
                    await client.connect()
                    await self.sign_in(client)
        except BaseException:
            client.close()
            raise
        return client

    async def sign_in(self, client: SMTP) -> None:
        user = self.settings.smtp.user or self.settings.address
        if client.is_ehlo_or_helo_needed:
            await client.ehlo()
        if self.grant:
            try:
                await client.auth_xoauth2(user, await self.grant.access_token())
                self.grant.proven = True
            except SMTPAuthenticationError as error:
                if again := self.grant.refused():
                    raise TryLater(again) from error
                raise
        elif self.settings.smtp.password is not None:
            await client.login(user, self.settings.smtp.password)

    def keep(self, client: SMTP) -> None:
        """Leave a connection open for the next mail."""
        if client.is_connected:
            self.idle.append((client, time.monotonic()))
        if self.sweeper is None or self.sweeper.done():
            self.sweeper = asyncio.create_task(self.sweep())

    async def sweep(self) -> None:
        """Say goodbye to connections that nobody needed for a while."""
        while self.idle:
            await asyncio.sleep(KEPT / 2)
            now = time.monotonic()
            for kept in [kept for kept in self.idle if now - kept[1] > KEPT]:
                self.idle.remove(kept)
                with contextlib.suppress(SMTPException, OSError):
                    await kept[0].quit(timeout=5)
                kept[0].close()


async def transmit(
    client: SMTP, sender: str, recipients: Sequence[str], mail: bytes, limit: asyncio.Timeout
) -> str | None:
    """Carry out one mail transaction."""
    utf8 = not all(map(str.isascii, (sender, *recipients)))
    if utf8 and not client.supports_extension("smtputf8"):
        raise Rejected("The mail server cannot write to addresses with such letters (SMTPUTF8).")
    size = client.esmtp_extensions.get("size", "")
    if size.isdigit() and 0 < int(size) < len(mail):
        raise Rejected(f"The mail server takes at most {int(size) // 2**20} MB.")
    options = ["SMTPUTF8"] if utf8 else []
    encoding = "utf-8" if utf8 else "ascii"
    await client.mail(sender, options=options, encoding=encoding)
    refused = await address(client, recipients, encoding)
    await hand_over(client, mail, limit)
    return "; ".join(map(told, refused)) or None


async def address(
    client: SMTP, recipients: Sequence[str], encoding: str
) -> list[SMTPRecipientRefused]:
    """Name the recipients; returns those refused, and raises when there is nobody left."""
    refused = []
    for recipient in recipients:
        try:
            await client.rcpt(recipient, encoding=encoding)
        except SMTPRecipientRefused as error:
            refused.append(error)
    if len(refused) == len(recipients):
        # as long as one of them may be taken later, the mail may be
        raise min(refused, key=lambda error: error.code >= 500)
    return refused


async def hand_over(client: SMTP, mail: bytes, limit: asyncio.Timeout) -> None:
    """Send the text of a mail, and the dot that makes it the server's; *limit* ends there."""
    protocol = client.protocol
    start = await client.execute_command(b"DATA")
    if start.code != 354 or protocol is None:
        raise SMTPResponseException(start.code, start.message)
    answer = asyncio.create_task(protocol.read_response())
    await asyncio.sleep(0)  # until it listens: what comes while nobody does is thrown away
    try:
        dotted = mail.replace(b"\r\n.", b"\r\n..") if b"\r\n." in mail else mail
        await write(client, dotted, answer)
        if answer.done():  # it did not wait for the end
            early = await answer
            raise SMTPResponseException(early.code, early.message)
        limit.reschedule(None)
        protocol.write(b".\r\n" if mail.endswith(b"\r\n") else b"\r\n.\r\n")
        try:
            response = await asyncio.wait_for(answer, FINAL)
        except (SMTPException, OSError) as error:
            raise Ambiguous from error
    finally:
        answer.cancel()
        await asyncio.gather(answer, return_exceptions=True)
    if response.code != 250:
        raise SMTPResponseException(response.code, response.message)


async def write(client: SMTP, mail: bytes, answer: "asyncio.Task[object]") -> None:
    """Write all of *mail* and wait until it has left, or the server speaks too early."""
    for start in range(0, len(mail), CHUNK):
        if client.protocol is None or answer.done():
            return
        client.protocol.write(mail[start : start + CHUNK])
        while waiting(client) and not answer.done():  # noqa: ASYNC110  # nobody tells when it left
            await asyncio.sleep(0.01)


def waiting(client: SMTP) -> bool:
    """Tell whether something written has not left yet."""
    transport = client.transport
    return isinstance(transport, asyncio.WriteTransport) and transport.get_write_buffer_size() > 0


@contextlib.contextmanager
def translated() -> Iterator[None]:
    """Say in the desk's words what the server or the line did."""
    try:
        yield
    except SMTPResponseException as error:
        raise verdict(error) from error
    except (SMTPConnectError, SMTPServerDisconnected, SMTPTimeoutError, OSError) as error:
        raise broken(error) from error
    except SMTPException as error:  # it lacks what the settings ask for
        raise Misconfigured(f"The mail server cannot do that: {error.message}") from error


def verdict(error: SMTPResponseException) -> DeliveryError:
    """Read a server's refusal."""
    words = told(error)
    sign_in = error.code >= 500 and isinstance(error, SMTPAuthenticationError)
    if sign_in or error.code in SIGN_IN:
        return Misconfigured(f"The mail server refused the sign-in: {words}")
    if isinstance(error, SMTPConnectResponseError) and error.code >= 500:
        return Misconfigured(f"The mail server refused us: {words}")
    return Rejected(words) if 500 <= error.code < 600 else TryLater(words)


def broken(error: Exception) -> DeliveryError:
    """Say how the line broke; a certificate does not get better by waiting."""
    cause = error if isinstance(error, ssl.SSLError) else error.__cause__
    if isinstance(cause, ssl.SSLCertVerificationError):
        return Misconfigured(
            f"The mail server's certificate is not trusted: {cause.verify_message}."
        )
    if isinstance(error, TimeoutError):
        return TryLater("The mail server is silent.")
    if isinstance(error, SMTPConnectError):
        return TryLater("The mail server cannot be reached.")
    return TryLater("The connection to the mail server broke before the mail was handed over.")


def told(error: SMTPResponseException) -> str:
    """Repeat what the server said, and of whom."""
    recipient = f"{error.recipient}: " if isinstance(error, SMTPRecipientRefused) else ""
    return f"{recipient}{error.code} {' '.join(str(error.message).split())}"[:500]
