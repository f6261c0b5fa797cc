"""Ask a language model behind any base URL that speaks as OpenAI's does; it may fail at any time.

What it says is text and nothing more: no tools, no files, no address that it could send us to.
This module imports the library, which takes a second and 50 MB: import it where one is configured.
"""

import time
from asyncio import timeout
from collections.abc import AsyncIterator, Callable, Sequence
from typing import cast

import httpx2
import openai
import structlog
from openai.types.chat import ChatCompletion, ChatCompletionMessageParam

log = structlog.get_logger()

LARGEST = 512 * 1024  #: bytes of an answer; a text that anybody reads is a hundredth of it
AT_ONCE = 8  #: requests
TRIES = 3  #: failures in a row, after which it is left alone
REST = 30.0  #: seconds for the first time, twice as long with every further failure
LONGEST_REST = 600.0


class TooLong(Exception):
    """The answer does not end."""


class Unreadable(Exception):
    """The answer is none."""


class Breaker:
    """Keeps customers from waiting for what has just failed several times."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.clock = clock
        self.failures = 0  #: in a row
        self.until = 0.0  #: it is left alone

    def may_ask(self) -> bool:
        """Tell whether to ask. After a rest one asks for all, who go without it until it did."""
        if self.clock() < self.until:
            return False
        if self.failures >= TRIES:
            self.rest()
        return True

    def failed(self, after: float | None = None) -> None:
        """Count a failure; *after* seconds the other side wants to be asked again."""
        self.failures += 1
        if self.failures >= TRIES or after:
            self.rest(after)

    def rest(self, after: float | None = None) -> None:
        usual = REST * 2 ** min(max(self.failures - TRIES, 0), 10) if self.failures >= TRIES else 0
        self.until = self.clock() + min(max(usual, after or 0), LONGEST_REST)

    def succeeded(self) -> None:
        self.failures, self.until = 0, 0.0


class Endpoint:
    """A language model somewhere, and how it has been behaving."""

    def __init__(
        self,
        *,
        base_url: str,
        model: str,
        api_key: str = "",
        seconds: float = 12.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.model = model
        self.seconds = seconds
        self.breaker = Breaker(clock)
        self.trouble: str | None = None  #: why the last request failed, in a sentence
        self.client = openai.AsyncOpenAI(
            api_key=api_key or "none",
            base_url=base_url,
            timeout=seconds,
            max_retries=0,
            http_client=httpx2.AsyncClient(
                timeout=seconds,
                follow_redirects=False,  # what we send goes where the operator said
                limits=httpx2.Limits(max_connections=AT_ONCE, max_keepalive_connections=AT_ONCE),
                headers={"Accept-Encoding": "identity"},
                event_hooks={"response": [bounded]},
            ),
        )

    async def ask(self, system: str, told: str) -> str | None:
        """Return what the model writes; none when it fails, is late, or is being left alone."""
        if not self.breaker.may_ask():
            return None
        try:
            async with timeout(self.seconds):
                said = await self.completed(system, told)
        except Exception as error:  # noqa: BLE001  # whatever it does, we answer without it
            self.trouble = sentence(error)
            self.breaker.failed(wanted_rest(error))
            log.warning("The language model failed.", reason=type(error).__name__)
            return None
        self.trouble = None
        self.breaker.succeeded()
        return said

    async def look(self) -> str | None:
        """Have it write a word; return what is wrong, in a sentence."""
        await self.ask("Reply with the single word: fine.", "How are you?")
        return self.trouble

    async def completed(self, system: str, told: str) -> str:
        messages: Sequence[ChatCompletionMessageParam] = (
            {"role": "system", "content": system},
            {"role": "user", "content": told},
        )
        return content(
            await self.client.chat.completions.create(model=self.model, messages=messages)
        )

    async def close(self) -> None:
        await self.client.close()


def content(completion: ChatCompletion) -> str:
    """Return the text of an answer. Raises `Unreadable`, also for one that was cut short."""
    try:  # the library does not check what came
        choice = completion.choices[0]
        whole, said = choice.finish_reason in {"stop", None}, choice.message.content
    except (AttributeError, IndexError, KeyError, TypeError):
        raise Unreadable from None
    if not whole or not isinstance(said, str) or not said.strip():
        raise Unreadable
    return said


async def bounded(response: httpx2.Response) -> None:
    """Let no answer be larger than `LARGEST`."""
    response.stream = Bounded(cast(httpx2.AsyncByteStream, response.stream))


class Bounded(httpx2.AsyncByteStream):
    """A stream that breaks off when it becomes too long."""

    def __init__(self, stream: httpx2.AsyncByteStream) -> None:
        self.stream = stream

    async def __aiter__(self) -> AsyncIterator[bytes]:
        size = 0
        async for part in self.stream:
            size += len(part)
            if size > LARGEST:
                raise TooLong
            yield part

    async def aclose(self) -> None:
        await self.stream.aclose()


# --- what went wrong ------------------------------------------------------------------------
def wanted_rest(error: Exception) -> float | None:
    """Return the seconds of a Retry-After, where the other side named them."""
    if not isinstance(error, openai.APIStatusError):
        return None
    told = error.response.headers.get("retry-after", "")
    return float(told) if told.isascii() and told.isdigit() else None


def sentence(error: Exception) -> str:
    """Say what went wrong, for whoever set it up; nothing of what the other side wrote."""
    for kinds, words in SENTENCES:
        if isinstance(error, kinds):
            return words
    return "It answers something that cannot be read."


SENTENCES: tuple[tuple[type[Exception] | tuple[type[Exception], ...], str], ...] = (
    ((openai.AuthenticationError, openai.PermissionDeniedError), "It refuses the api_key."),
    (openai.NotFoundError, "It knows no such model, or base_url lacks its path, often /v1."),
    (openai.RateLimitError, "It has no room for us now, or the account is used up."),
    (openai.BadRequestError, "It refuses what we ask, often because it knows no such model."),
    (openai.APIStatusError, "It is out of order."),
    ((TimeoutError, openai.APITimeoutError), "It did not answer in time."),
    (openai.APIConnectionError, "It cannot be reached."),
)
