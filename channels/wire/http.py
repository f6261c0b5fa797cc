"""Talking with a provider over HTTP: what each outcome means for a message of ours.

A connection that could not be made is no harm; one that breaks once the request has left
leaves nobody knowing whether the provider acted. Every exchange goes into the account's
log, without its secrets.
"""

import asyncio
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from email.utils import parsedate_to_datetime
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote, quote_plus, urlencode, urljoin, urlsplit

import msgspec
from aiohttp import (
    ClientConnectorCertificateError,
    ClientError,
    ClientOSError,
    ClientPayloadError,
    ClientResponse,
    ClientSession,
    ClientTimeout,
    DummyCookieJar,
    InvalidURL,
    NonHttpUrlClientError,
    TCPConnector,
    TraceConfig,
    TraceRequestHeadersSentParams,
    encode_basic_auth,
    web,
)

from channels.wire.guard import Inward, guarded
from inbox.channel import Exchange, Line
from inbox.errors import Ambiguous, DeliveryError, Misconfigured, Rejected, TryLater
from inbox.model import Value

TIMEOUT = 30.0  #: seconds for a whole exchange
CONNECTING = 10.0  #: seconds until somebody answers at all
IDLE = 10.0  #: seconds; a connection that rested longer may be closed over there
MOST = 4 * 2**20  #: bytes of an answer
MOST_OF_A_FILE = 32 * 2**20  #: bytes
LOGGED = 2_000  #: characters of a body that are kept in the log
HOPS = 5  #: redirects a download follows
COVER = "•••"
MAY_HAVE_ACTED = {502, 504}  #: somebody between us lost the provider's answer
REDIRECTS = {301, 302, 303, 307, 308}
WORDS = ("message", "detail", "description", "error_description", "error", "title")


class Answer(Value):
    """What the provider said."""

    status: int
    headers: dict[str, str]  #: names in lower case
    body: bytes
    once: bool = False  #: it answers a request that must not be repeated lightly
    retry_after: float | None = None  #: seconds the provider wants us to wait

    @property
    def is_fine(self) -> bool:
        return 200 <= self.status < 300

    @property
    def text(self) -> str:
        return self.body.decode(errors="replace")

    def json(self) -> Any:
        """Return the body as JSON; none when it is no JSON."""
        try:
            return msgspec.json.decode(self.body)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return None

    @property
    def words(self) -> str:
        """The provider's own explanation, as far as one can be found."""
        said = self.json()
        if isinstance(said, dict):
            for name in WORDS:
                if isinstance(said.get(name), str) and said[name].strip():
                    return str(said[name]).strip()
        return f"The provider answered {self.status}."


def raised(answer: Answer, words: str | None = None) -> Answer:
    """Return *answer* when it is a success; otherwise raise what it means.

    *words* are the provider's own, when the caller knows better where they stand.
    """
    if answer.is_fine:
        return answer
    raise meaning(answer, words or answer.words)


def meaning(answer: Answer, words: str) -> DeliveryError:
    """Say what a refusal means for a message: wait, look up, repair, or give up."""
    if answer.status in {408, 429}:
        return TryLater(words, after=answer.retry_after)
    if answer.once and answer.status in MAY_HAVE_ACTED:
        return Ambiguous(words)
    if answer.status >= 500:
        return TryLater(words, after=answer.retry_after)
    if answer.status in {401, 403} or answer.status in REDIRECTS:
        return Misconfigured(words)
    return Rejected(words)


class Wire:
    """One account's way to its provider: one session, one log, one set of secrets."""

    def __init__(
        self,
        line: Line,
        *,
        covered: Sequence[str] = (),
        timeout: float = TIMEOUT,
        outward: bool = False,
    ) -> None:
        self.line = line
        self.secrets = spellings(covered)
        self.timeout = ClientTimeout(total=timeout, sock_connect=CONNECTING)
        self.outward = outward  #: it calls addresses that somebody else told us
        self.sessions: dict[bool, ClientSession] = {}

    async def call(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        params: Mapping[str, str] | list[tuple[str, str]] | None = None,
        json: Any = None,
        data: Any = None,
        auth: tuple[str, str] | None = None,
        once: bool = True,
        timeout: float | None = None,  # noqa: ASYNC109  # of the exchange, as aiohttp counts it
        most: int = MOST,
    ) -> Answer:
        """Ask the provider something, and return whatever it answers.

        With *once* the request must not be repeated lightly: when the line breaks after
        it left, this raises `Ambiguous`, and else `TryLater`. Raises `Misconfigured` for
        an address that cannot be called. Redirects are not followed.
        """
        body = msgspec.json.encode(json) if json is not None else data
        kinds = {"Content-Type": "application/json"} if json is not None else {}
        limit = self.timeout if timeout is None else ClientTimeout(timeout, sock_connect=CONNECTING)
        asked = Asked(self, method, full(url, params), shown(body), once=once)
        async with asked.outcome():
            async with self.session(outward=self.outward).request(
                method,
                asked.url,
                headers={**kinds, **signed_in(auth), **(headers or {})},
                data=body,
                timeout=limit,
                allow_redirects=False,
                trace_request_ctx={"asked": asked},
            ) as response:
                asked.status = response.status
                content = await bounded(response, most)
            asked.said = content[: 4 * LOGGED].decode(errors="replace")
            return Answer(
                status=response.status,
                headers={name.lower(): value for name, value in response.headers.items()},
                body=content,
                once=once,
                retry_after=seconds(response.headers.get("Retry-After"), self.line.now()),
            )

    async def download(
        self,
        url: str,
        *,
        most: int = MOST_OF_A_FILE,
        origins: Collection[str] = (),
        headers: Mapping[str, str] | None = None,
        auth: tuple[str, str] | None = None,
    ) -> AsyncIterator[bytes]:
        """Stream a file of at most *most* bytes.

        *origins* are trusted, such as ``https://api.example.org``: only they are shown
        *headers* and *auth*. Any other place that is named or redirected to must be on the
        open internet. Raises a `DeliveryError`.
        """
        for _ in range(HOPS):
            trusted = origin(url) in origins
            asked = Asked(self, "GET", url, "", once=False)
            async with (
                asked.outcome(),
                self.session(outward=not trusted).get(
                    url,
                    headers={**signed_in(auth), **(headers or {})} if trusted else None,
                    timeout=ClientTimeout(sock_connect=CONNECTING, sock_read=self.timeout.total),
                    allow_redirects=False,
                    trace_request_ctx={"asked": asked},
                ) as response,
            ):
                asked.status = response.status
                if response.status not in REDIRECTS:
                    asked.said = f"(a file of type {response.content_type})"
                    async for chunk in arriving(response, most, self.line.now()):
                        yield chunk
                    return
                url = urljoin(url, response.headers.get("Location", ""))
        raise Rejected("The file's address leads round in circles.")

    def session(self, *, outward: bool) -> ClientSession:
        """Return the connections to the provider, or those to the open internet alone."""
        if outward not in self.sessions:
            tracing = TraceConfig()
            tracing.on_request_headers_sent.append(note_left)
            connector = guarded if outward else TCPConnector
            self.sessions[outward] = ClientSession(
                connector=connector(keepalive_timeout=IDLE),
                cookie_jar=DummyCookieJar(),
                trace_configs=[tracing],
            )
        return self.sessions[outward]

    def cover(self, text: str) -> str:
        """Return *text* without the account's secrets, in any spelling."""
        for secret in self.secrets:
            text = text.replace(secret, COVER)
        return text

    def heard(self, request: web.Request, body: bytes, status: int, error: str = "") -> None:
        """Log what the provider told us, and how we answered."""
        self.line.record(
            Exchange(
                at=self.line.now(),
                outward=False,
                method=request.method,
                url=self.cover(request.path_qs),
                status=status,
                request=self.kept(shown(body)),
                error=error or None,
            )
        )

    def kept(self, text: str) -> str:
        return self.cover(text)[:LOGGED]

    async def close(self) -> None:
        sessions, self.sessions = self.sessions, {}
        for session in sessions.values():
            await session.close()


class Asked:
    """One request: whether it has left, and what came of it."""

    def __init__(self, wire: Wire, method: str, url: str, sent: str, *, once: bool) -> None:
        self.wire = wire
        self.method = method
        self.url = url
        self.sent = sent
        self.once = once
        self.left = False
        self.status: int | None = None
        self.said = ""

    @asynccontextmanager
    async def outcome(self) -> AsyncIterator[None]:
        """Turn what may break into what it means for a message, and log the exchange."""
        began = asyncio.get_running_loop().time()
        trouble: BaseException | None = None
        try:
            yield
        except (ClientError, TimeoutError, OSError, ValueError) as error:
            trouble = self.broken(error)
            raise trouble from error
        except BaseException as error:
            trouble = error
            raise
        finally:
            took = asyncio.get_running_loop().time() - began
            self.wire.line.record(self.exchange(took, trouble))

    def broken(self, error: Exception) -> DeliveryError:
        """Say what a broken exchange means: what matters is whether the request had left."""
        match error:
            case InvalidURL() | NonHttpUrlClientError():
                return Misconfigured("The address cannot be called.")
            case ClientConnectorCertificateError():
                return Misconfigured("The other side's certificate cannot be trusted.")
            case ClientOSError() if isinstance(error.__cause__, Inward):
                return Misconfigured("The address leads into our own network.")
        if self.left and self.once:
            return Ambiguous()
        if self.left:
            return TryLater("The provider did not answer to the end.")
        return TryLater("The provider could not be reached.")

    def exchange(self, took: float, trouble: BaseException | None) -> Exchange:
        return Exchange(
            at=self.wire.line.now(),
            outward=True,
            method=self.method,
            url=self.wire.cover(self.url),
            status=self.status,
            request=self.wire.kept(self.sent),
            response=self.wire.kept(self.said),
            took=took,
            error=None if trouble is None else str(trouble) or type(trouble).__name__,
        )


async def note_left(
    _: ClientSession, context: SimpleNamespace, __: TraceRequestHeadersSentParams
) -> None:
    context.trace_request_ctx["asked"].left = True


# --- what goes over it --------------------------------------------------------------------
async def bounded(response: ClientResponse, most: int) -> bytes:
    """Read a whole answer, unless it is far too long for one."""
    content = bytearray()
    async for chunk in response.content.iter_chunked(2**16):
        content += chunk
        if len(content) > most:
            raise ClientPayloadError("The answer is too long.")
    return bytes(content)


async def arriving(response: ClientResponse, most: int, now: datetime) -> AsyncIterator[bytes]:
    """Stream a file that is no larger than it may be, or raise why it cannot be had."""
    if not 200 <= response.status < 300:
        after = seconds(response.headers.get("Retry-After"), now)
        refusal = Answer(status=response.status, headers={}, body=b"", retry_after=after)
        raise meaning(refusal, f"The file cannot be had: the provider answered {response.status}.")
    too_large = Rejected(f"The file is larger than {most} bytes.")
    if (response.content_length or 0) > most:
        raise too_large
    size = 0
    async for chunk in response.content.iter_chunked(2**16):
        size += len(chunk)
        if size > most:
            raise too_large
        yield chunk


def origin(url: str) -> str | None:
    """Return the scheme, host and port of *url*; none when it has none."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return f"{parts.scheme}://{parts.netloc}".lower()


def signed_in(auth: tuple[str, str] | None) -> dict[str, str]:
    return {"Authorization": encode_basic_auth(*auth)} if auth else {}


def full(url: str, params: Mapping[str, str] | list[tuple[str, str]] | None) -> str:
    if not params:
        return url
    return f"{url}{'&' if '?' in url else '?'}{urlencode(params)}"


def seconds(retry_after: str | None, now: datetime) -> float | None:
    """Read a Retry-After: a number of seconds, or an HTTP date (RFC 9110, 10.2.3)."""
    if not retry_after:
        return None
    if retry_after.strip().isdecimal():
        return float(retry_after)
    try:
        return max(0.0, (parsedate_to_datetime(retry_after) - now).total_seconds())
    except (ValueError, TypeError):
        return None


def shown(body: Any) -> str:
    """Return a body as the log may show it."""
    match body:
        case None:
            return ""
        case str():
            return body
        case bytes():
            return body[: 4 * LOGGED].decode(errors="replace")
        case Mapping() | list():
            return urlencode(body, doseq=True)
    return f"({type(body).__name__})"


def spellings(secrets: Sequence[str]) -> list[str]:
    """Return every way in which *secrets* may be written, the longest first."""
    written = {
        spelling
        for secret in secrets
        if secret
        for spelling in (secret, quote(secret, safe=""), quote_plus(secret), in_json(secret))
    }
    return sorted(written, key=len, reverse=True)


def in_json(text: str) -> str:
    return msgspec.json.encode(text).decode()[1:-1]
