"""What Slack's history tells: whether a doubtful message arrived, and what we did not hear.

Both only read, so both may be repeated.
"""

from collections.abc import AsyncIterator, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

import msgspec

from channels.slack.compose import text_of
from channels.slack.installations import Installation, Installations
from channels.slack.payloads import HISTORY
from channels.slack.understand import OURS
from channels.slack.web import Web
from channels.slack.words import unescaped
from inbox.channel import Line, Outgoing, Raw, Sent
from inbox.errors import Rejected

SLACK = timedelta(minutes=2)  #: by which clocks may differ
THREADS_LIVE = timedelta(days=30)  #: in older threads nobody is expected to answer
KINDS = "public_channel,private_channel,mpim,im"


class Searching:
    def __init__(self, line: Line, web: Web, installations: Installations) -> None:
        self.line = line
        self.web = web
        self.installations = installations

    # --- one of ours --------------------------------------------------------------------
    async def find(
        self, one: Installation, channel: str, thread: str | None, outgoing: Outgoing
    ) -> Sent | None:
        """Return how a message of ours arrived; None when it is not there.

        A text carries its number. Files cannot: they are known by their names and the words
        beside them, in a message that is no other's.
        """
        since = stamp(outgoing.created_at - SLACK)
        async for message in self.around(one, channel, thread, since):
            if is_same(message, outgoing):
                name = f"{channel}:{message.get('ts')}"
                if not outgoing.files or not await self.line.known([name]):
                    return Sent(external_id=name)
        return None

    def around(
        self, one: Installation, channel: str, thread: str | None, since: str
    ) -> AsyncIterator[dict[str, Any]]:
        if thread:
            return self.web.pages(
                "conversations.replies",
                one.token,
                "messages",
                channel=channel,
                ts=thread,
                oldest=since,
                include_all_metadata=True,
            )
        return self.web.pages(
            "conversations.history",
            one.token,
            "messages",
            channel=channel,
            oldest=since,
            include_all_metadata=True,
        )

    # --- all of theirs ------------------------------------------------------------------
    async def held(self, since: datetime, deaf: str) -> AsyncIterator[Raw]:
        """Yield what was said since then wherever the app is, threads included."""
        for team, one in sorted((await self.installations.load()).items()):
            places = self.web.pages(
                "users.conversations", one.token, "channels", types=KINDS, exclude_archived=True
            )
            async for place in places:
                channel = str(place.get("id", ""))
                if channel != deaf:
                    async for message in self.said(one, channel, since):
                        for raw in remembered(team, one, channel, message):
                            yield raw

    async def said(
        self, one: Installation, channel: str, since: datetime
    ) -> AsyncIterator[dict[str, Any]]:
        """Yield the messages of a channel, and those below messages that are older."""
        first = stamp(since)
        oldest = stamp(since - THREADS_LIVE)
        async for message in self.around(one, channel, None, oldest):
            ts = str(message.get("ts", ""))
            if later(ts, first):
                yield message
            if message.get("reply_count") and later(str(message.get("latest_reply", "")), first):
                async for reply in self.replies(one, channel, ts, first):
                    yield reply

    async def replies(
        self, one: Installation, channel: str, thread: str, first: str
    ) -> AsyncIterator[dict[str, Any]]:
        try:
            async for reply in self.around(one, channel, thread, first):
                ts = str(reply.get("ts", ""))
                if ts != thread and later(ts, first):
                    yield reply
        except Rejected:  # the thread was deleted meanwhile
            return


def is_same(message: Mapping[str, Any], outgoing: Outgoing) -> bool:
    """Tell whether *message* is what was to be sent."""
    metadata = message.get("metadata") or {}
    if metadata.get("event_type") == OURS:
        return bool((metadata.get("event_payload") or {}).get("id") == outgoing.message_id)
    if not outgoing.files or not message.get("bot_id"):
        return False
    names = sorted(str(file.get("title")) for file in message.get("files") or ())
    text = unescaped(str(message.get("text") or ""))
    return text == text_of(outgoing) and names == sorted(file.name for file in outgoing.files)


def remembered(
    team: str, one: Installation, channel: str, message: Mapping[str, Any]
) -> Iterator[Raw]:
    """Yield a message of the history as it can be understood, and once more when it was edited.

    The message has the key under which it was heard, if it was. What it said before an edit
    is lost; that it was edited is news each time.
    """
    payload = {
        "type": HISTORY,
        "team_id": team,
        "authorizations": [{"team_id": team, "user_id": one.user or None, "is_bot": True}],
        "event": {**message, "channel": channel},
    }
    content = msgspec.json.encode(payload)
    name = f"{channel}:{message.get('ts')}"
    yield Raw(payload=content, key=name)
    if edited := (message.get("edited") or {}).get("ts"):
        yield Raw(payload=content, key=f"{HISTORY}:{name}:{edited}")


def stamp(when: datetime) -> str:
    """Write a time as Slack does."""
    return f"{max(0.0, when.timestamp()):.6f}"


def later(ts: str, than: str) -> bool:
    """Tell whether one of Slack's times is not before another."""
    try:
        return float(ts) >= float(than)
    except ValueError:
        return False
