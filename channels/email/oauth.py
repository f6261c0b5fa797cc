"""Access tokens for XOAUTH2, renewed shortly before they expire."""

import asyncio
import hashlib
import time
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import ClientError, ClientSession, ClientTimeout

from channels.email.settings import OAuth
from inbox.errors import Misconfigured, TryLater

EARLY = 120.0  # seconds: a token must outlive the sign-in that it is fetched for
DENIED = {"invalid_grant", "invalid_client", "unauthorized_client", "invalid_scope"}


class Grant:
    """The right to sign in, kept alive; one for both servers of an account."""

    def __init__(self, oauth: OAuth, kept: Callable[[], Awaitable[None]]) -> None:
        self.oauth = oauth
        self.kept = kept  # told when the provider gave another refresh token
        self.refresh_token = oauth.refresh_token
        self.token = ""
        self.expires = 0.0
        self.proven = False  # a server has let somebody in with this token
        self.lock = asyncio.Lock()

    async def access_token(self) -> str:
        """Return a token that is good now; raises `TryLater` or `Misconfigured`."""
        async with self.lock:
            if time.monotonic() > self.expires - EARLY:
                await self.renew()
            return self.token

    def refused(self) -> str | None:
        """Have the next caller renew the token; say so when it was good before."""
        self.expires = 0.0
        return "The access token was withdrawn; it is renewed." if self.proven else None

    async def renew(self) -> None:
        answer = await ask(self.oauth, self.refresh_token)
        self.token, self.proven = str(answer["access_token"]), False
        self.expires = time.monotonic() + float(answer.get("expires_in") or 3600)
        rotated = answer.get("refresh_token")
        if rotated and rotated != self.refresh_token:
            self.refresh_token = str(rotated)
            await self.kept()

    def memory(self, seal: Callable[[str], str]) -> dict[str, str] | None:
        """Return what to remember of a rotated token, none when it is still the first."""
        if self.refresh_token == self.oauth.refresh_token:
            return None
        return {"of": fingerprint(self.oauth.refresh_token), "sealed": seal(self.refresh_token)}

    def recall(self, memory: Any, unseal: Callable[[str], str | None]) -> None:
        """Go on with a remembered token, unless the settings hold a newer consent."""
        match memory:
            case {"of": of, "sealed": str(sealed)} if of == fingerprint(self.oauth.refresh_token):
                self.refresh_token = unseal(sealed) or self.refresh_token


async def ask(oauth: OAuth, refresh_token: str) -> dict[str, Any]:
    """Exchange the refresh token at the provider's."""
    form = {
        "grant_type": "refresh_token",
        "client_id": oauth.client_id,
        "client_secret": oauth.client_secret,
        "refresh_token": refresh_token,
        "scope": oauth.scope,
    }
    given = {name: value for name, value in form.items() if value is not None}
    try:
        async with (
            ClientSession(timeout=ClientTimeout(total=30)) as session,
            session.post(oauth.token_url, data=given, allow_redirects=False) as response,
        ):
            answer = await response.json(content_type=None)
            status = response.status
    except (ClientError, TimeoutError, ValueError) as error:
        raise TryLater(f"The token server could not be asked ({type(error).__name__}).") from error
    return read(status, answer)


def read(status: int, answer: Any) -> dict[str, Any]:
    """Return the answer of a token server when it holds a token."""
    facts: dict[str, Any] = answer if isinstance(answer, dict) else {}
    if status == 200 and facts.get("access_token"):
        return facts
    error = str(facts.get("error") or status)
    if error in DENIED or status in {400, 401, 403}:
        raise Misconfigured(f"The token server refused to renew the sign-in ({error}).")
    raise TryLater(f"The token server answered {error}.")


def fingerprint(token: str) -> str:
    """Name a token without giving it away."""
    return hashlib.sha256(token.encode()).hexdigest()[:16]
