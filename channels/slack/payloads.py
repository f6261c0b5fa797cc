"""What Slack hands over, as far as it matters; fields by Slack's own names.

One struct reads every kind of event: which of its fields are there depends on the kind.
"""

import re
from datetime import UTC, datetime
from typing import Any

import msgspec
from msgspec import Struct

from inbox.errors import Unreadable

HISTORY = "history"  #: our own kind: a message as Slack's history has it
TIME = re.compile(r"(\d{1,11})\.(\d{1,6})")


class Authorization(Struct):
    """A workspace where the app is installed that an event is meant for."""

    team_id: str | None = None
    user_id: str | None = None
    is_bot: bool | None = None


class Person(Struct):
    id: str | None = None
    team_id: str | None = None
    name: str | None = None
    username: str | None = None


class Profile(Struct):
    display_name: str | None = None
    real_name: str | None = None


class Bot(Struct):
    app_id: str | None = None
    name: str | None = None


class Edit(Struct):
    ts: str | None = None


class Metadata(Struct):
    event_type: str | None = None
    event_payload: dict[str, Any] | None = None


class SharedFile(Struct):
    id: str | None = None
    name: str | None = None
    title: str | None = None
    mimetype: str | None = None
    size: int | None = None
    url_private: str | None = None
    url_private_download: str | None = None
    permalink: str | None = None
    mode: str | None = None
    is_external: bool | None = None


class Item(Struct):
    type: str | None = None
    channel: str | None = None
    ts: str | None = None


class Counted(Struct):
    """An emoji on a message, as its history tells it."""

    name: str
    users: list[str] = []


class Event(Struct):
    """A message, a change of one, or an emoji on one."""

    type: str | None = None
    subtype: str | None = None
    channel: str | None = None
    ts: str | None = None
    event_ts: str | None = None
    thread_ts: str | None = None
    deleted_ts: str | None = None
    user: str | None = None
    team: str | None = None
    user_team: str | None = None
    user_profile: Profile | None = None
    username: str | None = None
    bot_id: str | None = None
    app_id: str | None = None
    bot_profile: Bot | None = None
    text: str | None = None
    blocks: Any = None
    attachments: Any = None
    files: list[SharedFile] | None = None
    edited: Edit | None = None
    metadata: Metadata | None = None
    message: "Event | None" = None
    previous_message: "Event | None" = None
    reaction: str | None = None
    reactions: list[Counted] | None = None
    item: Item | None = None
    reply_count: int | None = None
    latest_reply: str | None = None


class Text(Struct):
    text: str = ""


class Action(Struct):
    """What somebody pressed or chose."""

    type: str | None = None
    action_id: str | None = None
    action_ts: str | None = None
    value: str | None = None
    url: str | None = None
    text: Text | None = None


class Named(Struct):
    id: str | None = None


class Envelope(Struct):
    """One hand-over: an event with whom it is for, or something pressed."""

    type: str
    team_id: str | None = None
    api_app_id: str | None = None
    event_id: str | None = None
    event: Event | None = None
    authorizations: list[Authorization] | None = None
    user: Person | None = None
    team: Named | None = None
    channel: Named | None = None
    message: Event | None = None
    actions: list[Action] | None = None

    @property
    def installed(self) -> str:
        """The workspace whose installation this came through."""
        for one in self.authorizations or ():
            if one.team_id:
                return one.team_id
        return self.team_id or (self.team.id if self.team else None) or ""

    @property
    def bots(self) -> set[str]:
        """The users that we are ourselves."""
        found = self.authorizations or ()
        return {one.user_id for one in found if one.is_bot and one.user_id}


DECODER = msgspec.json.Decoder(Envelope)


def decoded(payload: bytes) -> Envelope:
    """Read *payload*. Raises `Unreadable` with what is wrong with it."""
    try:
        return DECODER.decode(payload)
    except msgspec.MsgspecError as error:
        raise Unreadable(f"It is no payload of Slack's: {error}.") from error
    except (UnicodeDecodeError, RecursionError) as error:
        raise Unreadable("It is no payload of Slack's.") from error


def order(ts: str | None) -> int:
    """Return one of Slack's times in microseconds. Raises `Unreadable`."""
    found = TIME.fullmatch(ts or "")
    if not found:
        raise Unreadable("It has no time of Slack's, so that its place is not known.")
    return int(found[1]) * 1_000_000 + int(found[2].ljust(6, "0"))


def moment(ts: str | None) -> datetime:
    """Return when something was. Raises `Unreadable`."""
    return datetime.fromtimestamp(order(ts) / 1_000_000, UTC)
