"""What Slack hands over, whichever way it comes, goes through Bolt to whom it concerns.

Bolt finds out what a request is and answers as Slack expects it. Its listeners finish before
the answer goes (`process_before_response`): so nothing is acknowledged that is not stored.
"""

import logging
import re
from datetime import datetime
from hashlib import sha256
from typing import Any

import msgspec
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.context.async_context import AsyncBoltContext
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from channels.slack.installations import Installations
from channels.slack.mirror import REPLY, Mirror
from channels.slack.settings import Settings
from channels.slack.understand import CHOICE, SPOKEN
from inbox.channel import Line, Raw
from inbox.errors import DeskError

ANY = "^"
SILENT = logging.getLogger("parlour.slack")
SILENT.setLevel(logging.CRITICAL + 1)  # Bolt's lines quote what people wrote


class Dispatch:
    """The app, as Bolt knows it."""

    def __init__(
        self, settings: Settings, line: Line, installations: Installations, mirror: Mirror | None
    ) -> None:
        self.settings = settings
        self.line = line
        self.installations = installations
        self.mirror = mirror
        self.held_back_at: datetime | None = None  #: when Slack last did not tell us everything
        self.app = AsyncApp(
            name="parlour",
            logger=SILENT,
            client=AsyncWebClient(logger=SILENT),
            authorize=authorized,
            process_before_response=True,
            request_verification_enabled=False,  # it was verified over the raw body before
            ignoring_self_events_enabled=False,  # our own messages tell that they arrived
            attaching_function_token_enabled=False,
        )
        self.listen()

    def listen(self) -> None:
        """Tell Bolt who wants what."""
        app, anything = self.app, re.compile(ANY)
        app.error(failed)
        app.middleware(self.rate_limited)
        app.event("app_uninstalled")(self.uninstalled)
        app.event("tokens_revoked")(self.uninstalled)
        app.event(anything)(self.event)
        app.action(REPLY)(self.asked)
        app.action(re.compile(f"^{CHOICE}"))(self.pressed)
        app.action(anything)(self.seen)
        app.view(REPLY)(self.filled)
        app.command(anything)(self.commanded)

    async def answer(self, request: AsyncBoltRequest) -> BoltResponse:
        """Have Bolt find out who is concerned; what nobody wants is answered politely."""
        response = await self.app.async_dispatch(request)
        return BoltResponse(status=200, body="") if response.status == 404 else response

    async def keep(self, payload: bytes, key: str | None = None) -> None:
        """Journal what only a person can understand, or what a customer did."""
        odd = f"odd:{sha256(payload).hexdigest()}"
        await self.line.take(Raw(payload=payload, key=key or odd))

    # --- customers ----------------------------------------------------------------------
    async def event(self, body: dict[str, Any]) -> None:
        """Journal an event, unless it happened among ourselves."""
        if self.mirror and self.is_mirrored(body["event"]):
            await self.mirror.heard(body)
            return
        await self.keep(msgspec.json.encode(body), key(body))

    def is_mirrored(self, event: dict[str, Any]) -> bool:
        item = event.get("item")
        channel = event.get("channel") or (item.get("channel") if isinstance(item, dict) else None)
        return bool(channel == self.settings.mirror_channel)

    async def uninstalled(self, event: dict[str, Any], context: AsyncBoltContext) -> None:
        """Forget a workspace that took our token back."""
        is_ours = event["type"] != "tokens_revoked" or event.get("tokens", {}).get("bot")
        if is_ours and context.team_id:
            await self.installations.forget(context.team_id)

    async def pressed(self, body: dict[str, Any], ack: Any) -> None:
        """Journal a button of ours that a customer pressed."""
        trigger = body.get("trigger_id")
        key = f"pressed:{trigger}" if isinstance(trigger, str) else None
        await self.keep(msgspec.json.encode(body), key)
        await ack()

    async def seen(self, ack: Any) -> None:
        await ack()

    async def rate_limited(self, body: dict[str, Any], next: Any) -> BoltResponse | None:  # noqa: A002  # Bolt's name for it
        """Note that Slack held events back: more than 30,000 came in an hour."""
        if body.get("type") == "app_rate_limited":
            self.held_back_at = self.line.now()
            return BoltResponse(status=200, body="")
        await next()
        return None

    # --- colleagues ---------------------------------------------------------------------
    async def asked(self, body: dict[str, Any], ack: Any) -> None:
        if self.mirror:
            await self.mirror.asked(body)
        await ack()

    async def filled(self, body: dict[str, Any], ack: Any) -> None:
        trouble = await self.mirror.filled(body) if self.mirror else "Nobody is here."
        if trouble:
            await ack(response_action="errors", errors={REPLY: trouble})
        else:
            await ack()

    async def commanded(self, body: dict[str, Any], ack: Any) -> None:
        said = await self.mirror.commanded(body) if self.mirror else "Nobody is here."
        await ack(text=said, response_type="ephemeral")


def key(body: dict[str, Any]) -> str | None:
    """Return what makes a repeat known: Slack's id of the event.

    A new message is known by its own name, under which the history has it too; Slack tells of
    a mention twice, with two ids.
    """
    event = body["event"]
    channel, ts = event.get("channel"), event.get("ts")
    is_new = event.get("type") in {"message", "app_mention"} and event.get("subtype") in SPOKEN
    if is_new and isinstance(channel, str) and isinstance(ts, str):
        return f"{channel}:{ts}"
    name = body.get("event_id")
    return name if isinstance(name, str) else None


async def authorized(
    enterprise_id: str | None = None, team_id: str | None = None, user_id: str | None = None
) -> AuthorizeResult:
    """Let every workspace speak: what its token is, is only asked when we answer."""
    return AuthorizeResult(enterprise_id=enterprise_id, team_id=team_id, user_id=user_id)


async def failed(error: Exception) -> BoltResponse:
    """Have Slack come again when the store is away, or Slack itself did not answer us."""
    status = 503 if isinstance(error, DeskError) else 500
    return BoltResponse(status=status, body="")
