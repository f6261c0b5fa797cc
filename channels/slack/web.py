"""Slack's Web API over the account's wire, and what its refusals mean."""

import re
from collections.abc import AsyncIterator, Collection, Mapping
from typing import Any

from channels.slack.settings import Settings
from channels.wire.http import COVER, Answer, Wire, raised
from inbox.channel import Line
from inbox.errors import Ambiguous, DeliveryError, Misconfigured, Rejected, TryLater

PAGE = 200  #: items of one page, as Slack recommends
BUSY = {"ratelimited", "rate_limited", "service_unavailable", "request_timeout", "team_is_locked"}
DOUBTFUL = {"fatal_error", "internal_error"}  #: some of it may have been done, Slack says
BROKEN = {
    "access_denied",
    "account_inactive",
    "bad_client_secret",
    "enterprise_is_restricted",
    "invalid_auth",
    "invalid_client_id",
    "missing_scope",
    "no_permission",
    "not_allowed_token_type",
    "not_authed",
    "org_login_required",
    "token_expired",
    "token_revoked",
}
SAYINGS = {
    "channel_not_found": "Slack knows no such channel, or the app is not in it.",
    "is_archived": "The channel is archived.",
    "message_not_found": "Slack has no such message any more.",
    "msg_too_long": "The text is too long for Slack.",
    "not_in_channel": "The app is not in this channel: invite it.",
}


TOKEN = re.compile(r'\b(?:xox[a-z]|xapp)-[\w-]+|(?<="token":")[^"]+|(?<=\btoken=)[^&]+')


class SlackWire(Wire):
    """A wire that knows a token of Slack's by its look: OAuth's answers bring new ones."""

    def cover(self, text: str) -> str:
        return TOKEN.sub(COVER, super().cover(text))


class Web:
    """Calls methods of the Web API with the token of a workspace."""

    def __init__(self, settings: Settings, line: Line) -> None:
        self.api = settings.api.rstrip("/")
        self.wire = SlackWire(line, covered=settings.secrets)

    async def ask(self, method: str, token: str, **arguments: Any) -> dict[str, Any]:
        """Ask a question, which does no harm when it is asked again."""
        params = {name: written(value) for name, value in arguments.items() if value is not None}
        answer = await self.wire.call(
            "GET", f"{self.api}/{method}", headers=bearer(token), params=params, once=False
        )
        return checked(answer)

    async def do(
        self,
        method: str,
        token: str,
        *,
        once: bool = False,
        fine: Collection[str] = (),
        **arguments: Any,
    ) -> dict[str, Any]:
        """Have Slack do something; with *once* it must not be repeated lightly.

        Errors that are *fine* say that it is so already.
        """
        told = {name: value for name, value in arguments.items() if value is not None}
        answer = await self.wire.call(
            "POST", f"{self.api}/{method}", headers=bearer(token), json=told, once=once
        )
        return checked(answer, fine)

    async def form(self, method: str, token: str = "", **arguments: str) -> dict[str, Any]:
        """Call a method that wants a form."""
        answer = await self.wire.call(
            "POST", f"{self.api}/{method}", headers=bearer(token), data=arguments, once=False
        )
        return checked(answer)

    async def scopes(self, token: str) -> set[str]:
        """Return what a token may do; Slack says so beside every answer."""
        answer = await self.wire.call(
            "POST", f"{self.api}/auth.test", headers=bearer(token), once=False
        )
        checked(answer)
        return set(re.split(r"[,\s]+", answer.headers.get("x-oauth-scopes", "")))

    async def pages(
        self, method: str, token: str, items: str, **arguments: Any
    ) -> AsyncIterator[dict[str, Any]]:
        """Yield the *items* of all pages."""
        cursor: str | None = None
        while True:
            page = await self.ask(method, token, limit=PAGE, cursor=cursor, **arguments)
            for one in page.get(items) or ():
                yield one
            cursor = (page.get("response_metadata") or {}).get("next_cursor")
            if not cursor:
                return

    async def close(self) -> None:
        await self.wire.close()


def bearer(token: str) -> Mapping[str, str]:
    return {"Authorization": f"Bearer {token}"} if token else {}


def written(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def checked(answer: Answer, fine: Collection[str] = ()) -> dict[str, Any]:
    """Return what Slack answered, or raise what its refusal means."""
    said = raised(answer).json()
    if not isinstance(said, dict):
        words = "What Slack answered cannot be read."
        raise Ambiguous(words) if answer.once else TryLater(words)
    if said.get("ok") is True or said.get("error") in fine:
        return said
    raise refusal(said, answer)


def refusal(said: Mapping[str, Any], answer: Answer) -> DeliveryError:
    """Say what an error of Slack's means for a message."""
    error = str(said.get("error", "unknown_error"))
    words = SAYINGS.get(error) or f"Slack refused it: {error.replace('_', ' ')}."
    if error in BUSY:
        return TryLater(words, after=answer.retry_after)
    if error in DOUBTFUL:
        return Ambiguous(words) if answer.once else TryLater(words)
    if error in BROKEN:
        missing = said.get("needed")
        return Misconfigured(f"{words} It needs {missing}." if missing else words)
    return Rejected(words)
