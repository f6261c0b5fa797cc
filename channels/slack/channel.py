"""Slack as a channel: customers write in shared channels, in direct messages, or mention us."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, ClassVar

from aiohttp import web

from channels.slack.compose import BUTTONS, MAX_TEXT, TITLE, place_of, render
from channels.slack.directory import PATIENCE, Directory
from channels.slack.doors import EVENTS, INSTALL, OAUTH, SCOPES, Doors
from channels.slack.emoji import called
from channels.slack.files import LARGEST, Files
from channels.slack.installations import Installation, Installations
from channels.slack.mirror import Mirror
from channels.slack.searching import Searching
from channels.slack.settings import Settings
from channels.slack.understand import Knowledge, parse, people
from channels.slack.web import Web
from channels.slack.words import escaped
from inbox.channel import (
    Amendment,
    Capabilities,
    Channel,
    Check,
    Heard,
    Inbound,
    Line,
    Outgoing,
    Raw,
    Sent,
    attempt,
)
from inbox.errors import Ambiguous, DeliveryError, Rejected, Unavailable, Unreadable
from inbox.model import Templated

if TYPE_CHECKING:  # Bolt is imported when an account is opened, not when its form is shown
    from channels.slack.dispatch import Dispatch
    from channels.slack.socket import Socket

CHANNELS = "CDG"  #: how the ids of channels begin
HOLDS_BACK = timedelta(hours=1)  #: during which people are told of it
HELD_BACK = "Slack held events back; compare the account with its history."


class Slack(Channel[Settings]):
    """Customers who write in Slack: in shared channels, in direct messages, or by a mention."""

    kind = "slack"
    title = "Slack"
    webhooks: ClassVar = {
        EVENTS: "Request URL of Event Subscriptions, Interactivity and Slash Commands",
        OAUTH: "Redirect URL of OAuth & Permissions, where other workspaces install the app",
    }
    install = INSTALL
    capabilities = Capabilities(
        max_text=MAX_TEXT,
        max_attachment=LARGEST,
        max_files=10,
        buttons=BUTTONS,
        button_title=TITLE,
        reactions=True,
        edits=True,
        deletes=True,
    )

    def __init__(self, settings: Settings, line: Line) -> None:
        super().__init__(settings, line)
        self.web = Web(settings, line)
        self.installations = Installations(settings, line, self.web)
        self.directory = Directory(line, self.web, self.installations)
        self.files = Files(line, self.web, self.installations)
        self.searching = Searching(line, self.web, self.installations)
        self.mirror = (
            Mirror(settings, self.web, self.installations, self.directory)
            if settings.mirror_channel
            else None
        )
        self.opened: Dispatch | None = None
        self.socket: Socket | None = None

    @property
    def dispatch(self) -> "Dispatch":
        """Bolt's app, which is heavy to import."""
        if self.opened is None:
            from channels.slack.dispatch import Dispatch

            self.opened = Dispatch(self.settings, self.line, self.installations, self.mirror)
        return self.opened

    @property
    def trouble(self) -> str | None:
        """Why the account does not work at the moment, for people."""
        said = (self.socket and self.socket.trouble) or (self.mirror and self.mirror.trouble)
        since = self.opened.held_back_at if self.opened else None
        is_late = since is not None and self.line.now() - since < HOLDS_BACK
        return said or (HELD_BACK if is_late else None)

    # --- in -----------------------------------------------------------------------------
    @classmethod
    def parse(cls, raw: Raw) -> Sequence[Heard]:
        return parse(raw)

    async def understand(self, raws: Sequence[Raw]) -> Sequence[Sequence[Heard] | Unreadable]:
        known = await self.knowledge(raws)
        answers = [attempt(lambda one: parse(one, known), raw) for raw in raws]
        return await self.with_customers(answers)

    async def with_customers(
        self, answers: Sequence[Sequence[Heard] | Unreadable]
    ) -> Sequence[Sequence[Heard] | Unreadable]:
        """Leave out what colleagues say where no customer has written: it is not for us."""
        there: dict[str | None, bool] = {}
        return [
            answer
            if isinstance(answer, Unreadable)
            else [one for one in answer if await self.concerns_us(one, there)]
            for answer in answers
        ]

    async def concerns_us(self, one: Heard, there: dict[str | None, bool]) -> bool:
        """Tell whether a customer says it, or somebody says it to one; *there* are threads."""
        if not isinstance(one, Inbound):
            return True
        if not one.from_us:
            there[one.thread] = True
        elif one.thread not in there:
            talk = await self.line.conversation(one.thread) if one.thread else None
            there[one.thread] = talk is not None
        return there[one.thread]

    async def knowledge(self, raws: Sequence[Raw]) -> Knowledge:
        """Return what *raws* do not say themselves, as far as Slack tells it in time."""
        names, emails = {}, {}
        with suppress(Unavailable, TimeoutError):  # the names can be learnt later
            async with asyncio.timeout(PATIENCE):
                await self.installations.load()
            for team, users in self.spoken_of(raws).items():
                for one, user in (await self.directory.known(team, users)).items():
                    names[one] = user.name
                    if user.confirmed and user.email:
                        emails[one] = user.email
        settings = self.settings
        return Knowledge(
            names=names,
            emails=emails,
            own_teams=frozenset(settings.own_teams),
            ourselves=self.installations.ourselves,
            channels=frozenset(settings.channels),
            deaf=frozenset([settings.mirror_channel] if settings.mirror_channel else ()),
        )

    def spoken_of(self, raws: Sequence[Raw]) -> dict[str, set[str]]:
        """Return the users that *raws* speak of, by the workspace that knows them."""
        found: dict[str, set[str]] = {}
        for raw in raws:
            team, users = people(raw)
            found.setdefault(team, set()).update(users - self.installations.ourselves)
        return found

    async def listen(self) -> None:
        """Stay connected where the account uses Socket Mode; else Slack calls us."""
        if not self.settings.app_token:
            await asyncio.Event().wait()
        from channels.slack.socket import Socket

        self.socket = Socket(self.settings.app_token, self.web, self.dispatch)
        await self.socket.listen()

    def routes(self) -> Iterable[web.RouteDef]:
        return Doors(self.settings, self.line, self.web, self.installations, self.dispatch).routes()

    def fetch(self, source: str) -> AsyncIterator[bytes]:
        return self.files.fetch(source, LARGEST)

    def held(self, since: datetime) -> AsyncIterator[Raw]:
        return self.searching.held(since, self.settings.mirror_channel)

    # --- out ----------------------------------------------------------------------------
    async def send(self, outgoing: Outgoing) -> Sent:
        if isinstance(outgoing.content, Templated):
            raise Rejected("Slack has no templates.")
        one, channel, thread = await self.way(outgoing)
        if outgoing.files:
            return Sent(external_id=await self.files.share(one, channel, thread, outgoing))
        told = await self.web.do(
            "chat.postMessage",
            one.token,
            once=True,
            channel=channel,
            thread_ts=thread,
            **render(outgoing, show_author=self.settings.show_author),
        )
        if not told.get("ts"):
            raise Ambiguous("Slack took it, but does not say where it is.")
        return Sent(external_id=f"{told.get('channel', channel)}:{told['ts']}")

    async def way(self, outgoing: Outgoing) -> tuple[Installation, str, str | None]:
        """Return through which workspace a message goes, into which channel and thread."""
        team, user = person_of(outgoing.to[0].value if outgoing.to else "")
        if outgoing.thread and outgoing.thread[0] in CHANNELS:
            channel, thread = place_of(outgoing.thread)
            return await self.installations.around(channel, team), channel, thread
        if not user:
            raise Rejected("There is nobody to write to.")
        one = await self.installations.of(team)
        told = await self.web.do("conversations.open", one.token, users=user)
        return one, str((told.get("channel") or {}).get("id", "")), None

    async def find(self, outgoing: Outgoing) -> Sent | None:
        one, channel, thread = await self.way(outgoing)
        return await self.searching.find(one, channel, thread, outgoing)

    async def amend(self, amendment: Amendment) -> None:
        channel, _, ts = amendment.external_id.partition(":")
        team, _ = person_of(amendment.to[0].value if amendment.to else "")
        one = await self.installations.around(channel, team)
        if amendment.emoji is not None:
            await self.react(one, channel, ts, amendment)
        elif amendment.delete:
            await self.take_back(one, channel, ts)
        else:
            text = escaped(amendment.text or "")
            await self.web.do(
                "chat.update",
                one.token,
                channel=channel,
                ts=ts,
                text=text,
                parse="none",
                blocks=[],  # buttons would hide the text
            )

    async def take_back(self, one: Installation, channel: str, ts: str) -> None:
        """Delete a message, or the file that is one."""
        if ts.startswith("F"):
            await self.web.do("files.delete", one.token, fine={"file_deleted"}, file=ts)
        else:
            gone = {"message_not_found"}
            await self.web.do("chat.delete", one.token, fine=gone, channel=channel, ts=ts)

    async def react(self, one: Installation, channel: str, ts: str, amendment: Amendment) -> None:
        name = called(amendment.emoji or "")
        if name is None:
            raise Rejected("Slack has no such emoji, or we know no name for it.")
        method, so = "reactions.remove", {"no_reaction"}
        if amendment.on:
            method, so = "reactions.add", {"already_reacted"}
        await self.web.do(method, one.token, fine=so, channel=channel, timestamp=ts, name=name)

    # --- around -------------------------------------------------------------------------
    async def doctor(self) -> Sequence[Check]:
        """Look whether each token still opens its workspace, and may do all that is needed."""
        installed = await self.installations.load()
        if not installed:
            found = self.installations.trouble or "install the app, or give it a bot_token"
            return [Check(name="workspaces", fine=False, found=found)]
        return [await self.looked_at(one) for one in installed.values()]

    async def looked_at(self, one: Installation) -> Check:
        name = one.name or one.team
        try:
            missing = set(SCOPES) - await self.web.scopes(one.token)
        except DeliveryError as error:
            return Check(name=name, fine=False, found=str(error))
        found = f"install it again with {', '.join(sorted(missing))}" if missing else "it answers"
        return Check(name=name, fine=not missing, found=found)

    async def close(self) -> None:
        await self.web.close()


def person_of(address: str) -> tuple[str, str]:
    """Return the workspace and the user of an address; the workspace may be left out."""
    team, mark, user = address.partition(":")
    return (team, user) if mark else ("", team)
