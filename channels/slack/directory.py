"""Who the users of a workspace are; Slack is asked once an hour for each."""

import asyncio
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from channels.slack.installations import Installations
from channels.slack.web import Web
from inbox.channel import Line
from inbox.errors import DeliveryError
from inbox.model import Value

FRESH = timedelta(hours=1)
CERTAIN = timedelta(minutes=5)  #: for which somebody may act on what Slack said of them
AGAIN = timedelta(minutes=1)  #: until somebody is asked for again that Slack did not tell of
PATIENCE = 3.0  #: seconds; a message is read without names rather than late
MOST = 10_000


Known = tuple[datetime, datetime, "User | None"]  #: when we asked, how long it holds, and who


class User(Value):
    """Somebody in a workspace, as Slack vouches for them."""

    id: str
    team: str = ""
    name: str = ""
    email: str = ""
    confirmed: bool = False  #: Slack has seen that the email address is theirs
    member: bool = False  #: a full member: no guest, no bot, not deactivated


class Directory:
    def __init__(self, line: Line, web: Web, installations: Installations) -> None:
        self.line = line
        self.web = web
        self.installations = installations
        self.users: OrderedDict[tuple[str, str], Known] = OrderedDict()

    async def known(self, team: str, users: Iterable[str]) -> Mapping[str, User]:
        """Return those of *users* that Slack tells of in time."""
        found = await asyncio.gather(*(self.quietly(team, user) for user in sorted(set(users))))
        return {user.id: user for user in found if user}

    async def quietly(self, team: str, user: str) -> User | None:
        try:
            async with asyncio.timeout(PATIENCE):
                return await self.look_up(team, user)
        except (DeliveryError, TimeoutError):
            self.remember(team, user, None, AGAIN)
            return None

    async def look_up(self, team: str, user: str, *, certain: bool = False) -> User | None:
        """Return who *user* is, seen from *team*. Raises a `DeliveryError`.

        Who has to be *certain* is told nothing old, and never that nobody could be asked.
        """
        now = self.line.now()
        asked_at, until, found = self.users.get((team, user), (now, now, None))
        if certain:
            until = min(until, asked_at + CERTAIN) if found else now
        if until > now:
            return found
        installation = await self.installations.of(team)
        told = await self.web.ask("users.info", installation.token, user=user)
        found = described(told.get("user") or {})
        self.remember(team, user, found, FRESH)
        return found

    def remember(self, team: str, user: str, found: User | None, lasts: timedelta) -> None:
        now = self.line.now()
        self.users[team, user] = now, now + lasts, found
        if len(self.users) > MOST:
            self.users.popitem(last=False)


def described(told: Mapping[str, Any]) -> User:
    """Read a user object of Slack's."""
    profile = told.get("profile") or {}
    names = (profile.get("display_name"), profile.get("real_name"), told.get("real_name"))
    never = ("deleted", "is_bot", "is_restricted", "is_ultra_restricted", "is_stranger")
    return User(
        id=str(told.get("id", "")),
        team=str(told.get("team_id", "")),
        name=next((str(name) for name in names if name), ""),
        email=str(profile.get("email") or ""),
        confirmed=told.get("is_email_confirmed") is True,
        member=not any(told.get(mark) for mark in never),
    )
