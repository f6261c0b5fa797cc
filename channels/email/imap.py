"""A mailbox over IMAP, and nothing that is not needed to read one.

Every call has a time limit and ends when the connection is lost; numbers are asked for in
slices and bodies one by one. Whoever sees an exception throws the mailbox away and opens
another, because what a failed client knows is wrong.
"""

import asyncio
import contextlib
import re
import ssl
from base64 import b64encode
from collections.abc import Coroutine, Iterable, Iterator, Sequence
from datetime import date
from typing import Any, Self, TypeVar

from aioimaplib.aioimaplib import SELECTED, AioImapException, Command, Response, quoted

from channels.email.folders import encode_folder
from channels.email.imap_client import Client, Examine, SignIn
from channels.email.oauth import Grant
from channels.email.settings import AfterReading, Imap, Security, Settings
from inbox.errors import DeskError, Misconfigured, TryLater

SLICE = 200  # messages in one answer; aioimaplib breaks at about 700
SLOWEST = 10_000  # bytes a second: a body that comes slower than this is given up
PASSING = re.compile(  # a refusal that goes away by itself
    r"UNAVAILABLE|INUSE|LIMIT|SERVERBUG|too many|temporar|try again|maximum number|not connected",
    re.IGNORECASE,
)
MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
R = TypeVar("R")


class RefusedError(DeskError):
    """The mail server refuses to hand over a message."""


class Mailbox:
    """One signed-in connection with one folder open; made by `open_mailbox`."""

    def __init__(self, imap: Imap, trusted: ssl.SSLContext) -> None:
        self.imap = imap
        self.trusted = trusted
        self.limit = imap.timeout
        self.uidvalidity = 0
        self.uidnext = 0
        self.lost: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.client: Any = Client(
            imap.host,
            imap.usual_port,
            timeout=imap.timeout,
            conn_lost_cb=self.lose,
            ssl_context=trusted if imap.security is Security.TLS else None,
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        self.close()

    def lose(self, _: Exception | None) -> None:
        if not self.lost.done():
            self.lost.set_result(None)

    def close(self) -> None:
        """Let go at once; a server needs no goodbye."""
        client, protocol = self.client, self.client.protocol
        for task in {client._client_task, *client.tasks, *protocol.tasks}:  # noqa: SLF001  # nobody else ends them
            task.cancel()
        if client._idle_waiter is not None:  # noqa: SLF001  # as above
            client._idle_waiter.cancel()  # noqa: SLF001
        if protocol.transport is not None:
            protocol.transport.abort()

    async def call(self, asked: Coroutine[Any, Any, R], seconds: float | None = None) -> R:
        """Wait for an answer, but not longer than the connection lives."""
        task = asyncio.ensure_future(asked)
        either: set[asyncio.Future[Any]] = {task, self.lost}
        try:
            with translated():
                await asyncio.wait(
                    either, timeout=seconds or self.limit, return_when=asyncio.FIRST_COMPLETED
                )
                if task.done():
                    return task.result()
        finally:
            task.cancel()
        if not self.lost.done():
            raise TryLater("The mail server is silent.")
        raise TryLater(f"The mail server closed the connection.{self.client.protocol.goodbye}")

    # ----- coming in

    async def connect(self) -> None:
        await self.call(self.client.wait_hello_from_server())
        if self.imap.security is Security.STARTTLS:
            await self.call(self.start_tls())

    async def start_tls(self) -> None:
        """Protect the connection; what was said before cannot be believed and is forgotten."""
        protocol = self.client.protocol
        if "STARTTLS" not in protocol.capabilities:
            raise Misconfigured("The mail server offers no STARTTLS.")
        response = await protocol.execute(Command("STARTTLS", protocol.new_tag()))
        if response.result != "OK" or protocol.incomplete_line:
            raise TryLater("The mail server did not start TLS.")
        loop = asyncio.get_running_loop()
        protocol.transport = await loop.start_tls(
            protocol.transport, protocol, self.trusted, server_hostname=self.imap.host
        )
        await protocol.capability()

    async def sign_in(self, user: str, password: str) -> None:
        if "LOGINDISABLED" in self.client.protocol.capabilities:
            raise Misconfigured("The mail server wants TLS before it takes a password.")
        accept(await self.call(self.client.login(quoted(user), password)), "the sign-in")

    async def sign_in_with_token(self, user: str, token: str) -> None:
        protocol = self.client.protocol
        secret = b64encode(f"user={user}\1auth=Bearer {token}\1\1".encode()).decode()
        response = await self.call(protocol.execute(SignIn(protocol, secret), scrub=secret))
        accept(response, "the sign-in")
        protocol.state = "AUTH"

    async def select(self) -> None:
        """Open the folder, so that reading cannot change anything unless it shall."""
        protocol, folder = self.client.protocol, quoted(encode_folder(self.imap.folder))
        await self.call(protocol.capability())  # it knows more after the sign-in
        tag = protocol.new_tag()
        reading = self.imap.after_reading is AfterReading.NOTHING
        command = Examine("SELECT", tag, folder) if reading else Command("SELECT", tag, folder)
        response = await self.call(protocol.execute(command))
        accept(response, f"to open the folder {self.imap.folder}")
        protocol.state = SELECTED
        self.uidvalidity = number_in(rb"\[UIDVALIDITY (\d+)\]", response.lines)
        self.uidnext = number_in(rb"\[UIDNEXT (\d+)\]", response.lines)

    # ----- reading

    async def uids(
        self, first: int, last: int | None = None, since: date | None = None
    ) -> list[int]:
        """Return the numbers of the mails from *first* on, in their order."""
        self.client.protocol.news.clear()
        criteria = ["UID", f"{first}:{last or '*'}"]
        if since:
            criteria += ["SINCE", f"{since.day}-{MONTHS[since.month - 1]}-{since.year}"]
        response = await self.call(self.client.uid_search(*criteria, charset=None), 4 * self.limit)
        accept(response, "to search")
        found = {
            int(word) for line in response.lines[:-1] for word in line.split() if word.isdigit()
        }
        return sorted(uid for uid in found if uid >= first)  # n:* is the last one when all are less

    async def sizes(self, uids: Sequence[int]) -> dict[int, int]:
        """Return the bytes of each of at most `SLICE` mails; deleted ones are missing."""
        wanted = ",".join(map(str, uids))
        response = await self.call(self.client.uid("fetch", wanted, "(UID RFC822.SIZE)"))
        accept(response, "to list the mails")
        lines = [line for line in response.lines if b"RFC822.SIZE" in line]
        return {
            number_in(rb"\bUID (\d+)", [line]): number_in(rb"RFC822\.SIZE (\d+)", [line])
            for line in lines
        }

    async def body(self, uid: int, size: int, limit: int | None = None) -> bytes | None:
        """Return a mail as it is, or its first *limit* bytes; none when it was deleted.

        Raises `RefusedError` when the server has it but cannot hand it over.
        """
        what = f"(UID BODY.PEEK[]<0.{limit}>)" if limit else "(UID BODY.PEEK[])"
        seconds = self.limit + (limit or size) / SLOWEST
        response = await self.call(self.client.uid("fetch", str(uid), what), seconds)
        if response.result != "OK":
            words = last_words(response)
            raise TryLater(words) if PASSING.search(words) else RefusedError(words)
        for line in response.lines:
            if isinstance(line, bytearray):
                return bytes(line)
            if short := re.search(rb'BODY\[\](?:<0>)? "((?:[^"\\]|\\.)*)"', line):
                return re.sub(rb"\\(.)", rb"\1", short[1])
        return None

    async def wait(self, seconds: float) -> None:
        """Return when a mail has come, and after *seconds* at the latest."""
        protocol = self.client.protocol
        if protocol.news.is_set():
            return
        if not self.client.has_capability("IDLE"):
            await self.doze(seconds)
            await self.call(self.client.noop())
            return
        ended = await self.call(self.client.idle_start(timeout=2 * seconds))
        await self.doze(seconds)
        self.client.idle_done()
        await self.call(answer(ended))

    async def doze(self, seconds: float) -> None:
        """Wait for news, for the end of the connection, or for the end of patience."""
        news = asyncio.ensure_future(self.client.protocol.news.wait())
        either: set[asyncio.Future[Any]] = {news, self.lost}
        try:
            await asyncio.wait(either, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        finally:
            news.cancel()

    # ----- afterwards

    async def put_away(self, uids: Sequence[int]) -> None:
        """Do with mails that were read what the settings say."""
        for some in slices(uids):
            wanted = ",".join(map(str, some))
            if self.imap.after_reading is AfterReading.SEEN:
                await self.mark(wanted, r"(\Seen)")
            elif self.imap.after_reading is AfterReading.MOVE:
                await self.move(wanted, quoted(encode_folder(self.imap.move_to)))

    async def mark(self, wanted: str, flags: str) -> None:
        response = await self.call(self.client.uid("store", wanted, "+FLAGS.SILENT", flags))
        accept(response, "to mark mails as read")

    async def move(self, wanted: str, folder: str) -> None:
        """Move mails, with what the server can do; nobody else's deletions are carried out."""
        moves = self.client.has_capability("MOVE")
        response = await self.call(self.client.uid("move" if moves else "copy", wanted, folder))
        accept(response, f"to move mails to {self.imap.move_to}")
        if not moves:
            await self.mark(wanted, r"(\Deleted)")
            if self.client.has_capability("UIDPLUS"):
                await self.call(self.client.uid("expunge", wanted))


async def open_mailbox(settings: Settings, grant: Grant | None) -> Mailbox:
    """Connect, sign in and open the folder; raises `TryLater` or `Misconfigured`."""
    mailbox = Mailbox(settings.imap, settings.trusted())
    try:
        await mailbox.connect()
        await enter(mailbox, settings, grant)
        await mailbox.select()
    except BaseException:
        mailbox.close()
        raise
    return mailbox


async def enter(mailbox: Mailbox, settings: Settings, grant: Grant | None) -> None:
    """Sign in, with a token where there is a grant."""
    user = settings.imap.user or settings.address
    if grant is None:
        await mailbox.sign_in(user, settings.imap.password or "")
        return
    try:
        await mailbox.sign_in_with_token(user, await grant.access_token())
        grant.proven = True
    except Misconfigured as error:
        if again := grant.refused():
            raise TryLater(again) from error
        raise


async def answer(ended: "asyncio.Future[Response]") -> Response:
    return await ended


@contextlib.contextmanager
def translated() -> Iterator[None]:
    """Say in the desk's words what went wrong on the wire."""
    try:
        yield
    except ssl.SSLCertVerificationError as error:
        reason = f"The mail server's certificate is not trusted: {error.verify_message}."
        raise Misconfigured(reason) from error
    except ssl.SSLError as error:
        raise TryLater(f"TLS with the mail server failed: {error.reason}.") from error
    except TimeoutError as error:
        raise TryLater("The mail server is silent.") from error
    except OSError as error:
        raise TryLater(f"The mail server cannot be reached: {error.strerror or error}.") from error
    except AioImapException as error:
        raise TryLater(f"The mail server broke off ({type(error).__name__}).") from error


def accept(response: Response, what: str) -> None:
    """Raise unless the server did *what* was asked."""
    if response.result != "OK":
        words = last_words(response)
        passing = response.result != "NO" or PASSING.search(words)
        kind = TryLater if passing else Misconfigured
        raise kind(f"The mail server refused {what}: {words}")


def last_words(response: Response) -> str:
    return bytes(response.lines[-1]).decode("utf-8", "replace")[:300] if response.lines else ""


def number_in(pattern: bytes, lines: Iterable[bytes]) -> int:
    for line in lines:
        if found := re.search(pattern, line, re.IGNORECASE):
            return int(found[1])
    return 0


def slices(uids: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(uids), SLICE):
        yield uids[start : start + SLICE]
