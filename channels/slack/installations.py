"""Where the app is installed: a workspace, its token, and who we are there.

What was installed through OAuth is sealed and kept with the account. The workspace of the
settings' own token is asked for its name once.
"""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from datetime import timedelta
from typing import Any

import msgspec

from channels.slack.settings import Settings
from channels.slack.web import Web
from inbox.channel import Line
from inbox.errors import DeliveryError, Misconfigured, Rejected
from inbox.model import Value


class Installation(Value):
    """The app in one workspace."""

    team: str
    token: str
    user: str = ""  #: that we are there
    bot: str = ""
    name: str = ""  #: of the workspace, for people


AGAIN = timedelta(seconds=30)  #: until Slack is asked again what did not answer
KEPT = msgspec.json.Decoder(dict[str, Installation])


class Installations:
    """All workspaces of one account."""

    def __init__(self, settings: Settings, line: Line, web: Web) -> None:
        self.settings = settings
        self.line = line
        self.web = web
        self.teams: dict[str, Installation] = {}
        self.places: dict[str, str] = {}  #: the installations that are in channels
        self.lock = asyncio.Lock()
        self.loaded = False
        self.trouble: str | None = None  #: why the settings' token opens nothing
        self.own: str | None = None  #: the workspace of the settings' token
        self.asked_at = line.now()  #: when Slack may be asked for it again

    async def load(self) -> Mapping[str, Installation]:
        """Return what is installed, also where Slack cannot be asked at the moment."""
        async with self.lock:
            if not self.loaded:
                for team, one in self.opened(await self.line.cursor()).items():
                    self.teams.setdefault(team, one)
                self.loaded = True
            if self.settings.bot_token and self.own is None and self.asked_at <= self.line.now():
                self.asked_at = self.line.now() + AGAIN
                try:
                    await self.introduce()
                except DeliveryError as error:
                    self.trouble = str(error)
        return self.teams

    def opened(self, sealed: str | None) -> dict[str, Installation]:
        plain = self.line.unseal(sealed) if sealed else None
        return KEPT.decode(plain) if plain else {}

    async def introduce(self) -> None:
        """Learn where the settings' token belongs."""
        token = self.settings.bot_token
        found = await self.web.form("auth.test", token)
        one = Installation(
            team=str(found.get("team_id", "")),
            token=token,
            user=str(found.get("user_id", "")),
            bot=str(found.get("bot_id", "")),
            name=str(found.get("team", "")),
        )
        self.teams[one.team] = one
        self.own, self.trouble = one.team, None

    async def add(self, granted: Mapping[str, Any]) -> Installation:
        """Keep what OAuth granted, as `oauth.v2.access` answers."""
        place = granted.get("team")
        if not isinstance(place, Mapping):
            raise Rejected("Install it in a workspace, not in an organisation as a whole.")
        token = str(granted.get("access_token", ""))
        known = await self.web.form("auth.test", token)
        one = Installation(
            team=str(place.get("id", "")),
            token=token,
            user=str(granted.get("bot_user_id", "")),
            bot=str(known.get("bot_id", "")),
            name=str(place.get("name", "")),
        )
        await self.load()
        async with self.lock:
            self.teams[one.team] = one
            await self.keep()
        return one

    async def forget(self, team: str) -> None:
        """Drop a workspace that removed the app."""
        await self.load()
        async with self.lock:
            if team != self.own and team in self.teams:
                del self.teams[team]
                await self.keep()

    async def keep(self) -> None:
        installed = {team: one for team, one in self.teams.items() if team != self.own}
        await self.line.keep(self.line.seal(msgspec.json.encode(installed).decode()))

    # --- whose token --------------------------------------------------------------------
    async def of(self, team: str) -> Installation:
        """Return the installation of *team*; raises `Misconfigured`."""
        teams = await self.load()
        found = teams.get(team)
        if found is None and self.settings.bot_token:
            found = teams.get(self.own or "") or Installation(
                team=team, token=self.settings.bot_token
            )
        if found is None:
            raise Misconfigured("The app is not installed in this workspace.")
        return found

    async def around(self, channel: str, team: str = "") -> Installation:
        """Return the installation that is in *channel*, perhaps that of *team*."""
        teams = await self.load()
        known = teams.get(self.places.get(channel, ""))
        if known is not None:
            return known
        if len(teams) < 2:
            return await self.of(next(iter(teams), team))
        first = sorted(teams.values(), key=lambda one: one.team != team)
        for one in first:
            with suppress(DeliveryError):
                await self.web.ask("conversations.info", one.token, channel=channel)
                self.places[channel] = one.team
                return one
        return first[0]

    @property
    def ourselves(self) -> frozenset[str]:
        """The ids that we have ourselves, as a user and as a bot, wherever we are."""
        found = {name for one in self.teams.values() for name in (one.user, one.bot) if name}
        return frozenset(found)
