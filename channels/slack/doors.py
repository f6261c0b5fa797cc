"""The requests that Slack makes, and the way in which another workspace installs the app."""

import secrets
from collections.abc import Iterable
from html import escape
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from aiohttp import web

from channels.slack.installations import Installations
from channels.slack.settings import Settings
from channels.slack.signatures import Gate
from channels.slack.web import Web
from inbox.channel import Line
from inbox.errors import DeliveryError, Unavailable

if TYPE_CHECKING:
    from slack_bolt.response import BoltResponse

    from channels.slack.dispatch import Dispatch

EVENTS, INSTALL, OAUTH = "/events", "/install", "/oauth"
LARGEST = 4 * 2**20  #: bytes of a request
SCOPES = (
    "app_mentions:read",
    "channels:history",
    "channels:read",
    "chat:write",
    "chat:write.customize",
    "commands",
    "files:read",
    "files:write",
    "groups:history",
    "groups:read",
    "im:history",
    "im:read",
    "im:write",
    "metadata.message:read",
    "mpim:history",
    "mpim:read",
    "reactions:read",
    "reactions:write",
    "users:read",
    "users:read.email",
)
STATE = "slack install"
LASTS = 600  #: seconds to agree to an installation
COOKIE = "parlour-slack-state"


class Doors:
    def __init__(
        self,
        settings: Settings,
        line: Line,
        slack: Web,
        installations: Installations,
        dispatch: "Dispatch",
    ) -> None:
        self.settings = settings
        self.line = line
        self.web = slack
        self.installations = installations
        self.dispatch = dispatch
        self.gate = Gate(settings.signing_secret, line)

    def routes(self) -> Iterable[web.RouteDef]:
        return [
            web.post(EVENTS, self.events),
            web.get(INSTALL, self.install),
            web.get(OAUTH, self.installed),
        ]

    # --- events, buttons and commands -----------------------------------------------------
    async def events(self, request: web.Request) -> web.Response:
        """Answer Slack when what it tells is stored."""
        body = await request.clone(client_max_size=LARGEST).read()
        if not self.gate.admits(body, request.headers):
            self.web.wire.heard(request, b"", 401, "Slack did not sign it, or not lately.")
            return web.Response(status=401, text="The signature is not Slack's.")
        try:
            answer = await self.answered(body, request)
        except Unavailable:
            answer = web.Response(status=503, headers={"Retry-After": "5"})
        self.web.wire.heard(request, body, answer.status)
        return answer

    async def answered(self, body: bytes, request: web.Request) -> web.Response:
        from slack_bolt.request.async_request import AsyncBoltRequest

        try:
            asked = AsyncBoltRequest(body=body.decode(), headers=dict(request.headers))
            found = await self.dispatch.answer(asked)
        except (ValueError, TypeError, AttributeError, KeyError, RecursionError):
            found = None
        if found is None or found.status == 500:  # what Bolt cannot read, a person looks at
            await self.dispatch.keep(body)
            return web.Response()
        return responded(found)

    # --- installing it in a workspace -------------------------------------------------------
    async def install(self, _: web.Request) -> web.Response:
        """Send somebody to Slack, to agree there."""
        if not self.settings.client_id:
            return page(404, "This app is installed from its own page at Slack.")
        nonce = secrets.token_urlsafe(16)
        query = {
            "client_id": self.settings.client_id,
            "scope": ",".join(SCOPES),
            "redirect_uri": self.line.url(OAUTH),
            "state": self.line.sign(STATE, nonce, seconds=LASTS),
        }
        answer = web.Response(
            status=302, headers={"Location": f"{self.consent}?{urlencode(query)}"}
        )
        answer.set_cookie(
            COOKIE,
            nonce,
            max_age=LASTS,
            httponly=True,
            samesite="Lax",
            secure=self.line.url().startswith("https"),
        )
        return answer

    @property
    def consent(self) -> str:
        """Where Slack asks people whether they agree."""
        return f"{self.settings.api.removesuffix('/api')}/oauth/v2/authorize"

    async def installed(self, request: web.Request) -> web.Response:
        """Take what Slack granted to whom we sent there, and to nobody else."""
        nonce = self.line.check(STATE, request.query.get("state", ""))
        shown = request.cookies.get(COOKIE, "")
        if not nonce or not secrets.compare_digest(nonce.encode(), shown.encode()):
            return page(403, "This does not come from here, or it took too long. Begin again.")
        if "code" not in request.query:
            return page(400, "Slack did not grant it.")
        try:
            granted = await self.web.form(
                "oauth.v2.access",
                client_id=self.settings.client_id,
                client_secret=self.settings.client_secret,
                code=request.query["code"],
                redirect_uri=self.line.url(OAUTH),
            )
            one = await self.installations.add(granted)
        except DeliveryError as error:
            return page(502, str(error))
        except Unavailable as error:
            return page(503, str(error))
        return page(200, f"The app is in {one.name or one.team} now. You can close this page.")


def responded(found: "BoltResponse") -> web.Response:
    """Return Bolt's answer as aiohttp's."""
    headers = {name: values[0] for name, values in found.headers.items() if values}
    return web.Response(status=found.status, text=found.body, headers=headers)


def page(status: int, says: str) -> web.Response:
    """Return a page with a sentence."""
    html = f"<!doctype html><meta charset=utf-8><title>Parlour</title><p>{escape(says)}</p>"
    policy = {"Content-Security-Policy": "default-src 'none'"}
    return web.Response(status=status, text=html, content_type="text/html", headers=policy)
