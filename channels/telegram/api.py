"""The Bot API, spoken by python-telegram-bot over our own wire."""

from collections.abc import Callable
from typing import Any

from aiohttp import FormData
from telegram import Bot
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    TelegramError,
)
from telegram.request import BaseRequest, RequestData

from channels.wire.http import Answer, Wire, raised
from inbox.errors import DeliveryError, Misconfigured, Rejected, TryLater

NOT_KNOWN = "Telegram does not know this token: ask @BotFather for it."
NOT_ALONE = "Another program reads this bot's messages: stop it, or its webhook."
UPLOAD = 120.0  #: seconds that sending a file may take
ANSWERING = 10.0  #: seconds longer than Telegram promised to hold a question


class Request(BaseRequest):
    """What python-telegram-bot calls Telegram with: one session, deadlines, a log."""

    def __init__(self, wire: Wire) -> None:
        super().__init__()
        self.wire = wire

    @property
    def read_timeout(self) -> float | None:
        return self.wire.timeout.total

    async def initialize(self) -> None:
        """There is nothing to prepare: the wire opens itself."""

    async def shutdown(self) -> None:
        """Whoever made the wire closes it."""

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        *_: Any,
        **__: Any,
    ) -> tuple[int, bytes]:
        """Call Telegram once. Raises a `DeliveryError` when there is no answer."""
        parts = request_data.multipart_data if request_data else {}
        said = request_data.json_parameters if request_data else {}
        answer = await self.wire.call(
            method,
            url,
            data=form(said, parts) if parts else said or None,
            timeout=UPLOAD if parts else None,
        )
        heed(answer)
        return answer.status, answer.body


def form(said: dict[str, str], parts: Any) -> FormData:
    """Return a form with files."""
    whole = FormData()
    for name, value in said.items():
        whole.add_field(name, value)
    for name, (filename, content, media_type) in parts.items():
        whole.add_field(name, content, filename=filename, content_type=media_type)
    return whole


def bot(token: str, url: str, wire: Wire) -> Bot:
    """Return the bot. It asks nothing before it is asked to."""
    request = Request(wire)
    return Bot(
        token,
        base_url=f"{url}/bot",
        base_file_url=f"{url}/file/bot",
        request=request,
        get_updates_request=request,
    )


def meaning(error: TelegramError) -> DeliveryError:
    """Say what a refusal means for a message of ours."""
    if isinstance(error.__cause__, DeliveryError):
        return error.__cause__
    for kind, refusal in REFUSALS:
        if isinstance(error, kind):
            return refusal(error)
    return TryLater(f"Telegram could not answer: {error.message}.")


def heed(answer: Answer) -> None:
    """Raise what Telegram's being busy or broken means, and how long it wants us to wait."""
    if answer.status == 429:
        told = answer.json() or {}
        after = told.get("parameters", {}).get("retry_after")
        raise TryLater("Telegram wants us to slow down.", after=after and float(after))
    if answer.status >= 500:
        raised(answer)


def forbidden(words: str) -> str:
    """Say in a plain sentence why somebody cannot be written to."""
    lower = words.lower()
    if "blocked" in lower:
        return "The customer blocked the bot."
    if "deactivated" in lower:
        return "The customer's account does not exist any more."
    if "kicked" in lower or "not a member" in lower:
        return "The bot was removed from the group."
    if "initiate" in lower:
        return "On Telegram a customer has to write first."
    return f"Telegram refused it: {words}."


REFUSALS: tuple[tuple[type[TelegramError], Callable[[Any], DeliveryError]], ...] = (
    (ChatMigrated, lambda _: TryLater("The group has moved.")),
    (Forbidden, lambda it: Rejected(forbidden(it.message))),
    (InvalidToken, lambda _: Misconfigured(NOT_KNOWN)),
    (Conflict, lambda _: TryLater(NOT_ALONE)),
    (BadRequest, lambda it: Rejected(f"Telegram refused it: {it.message}.")),
)
