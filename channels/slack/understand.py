"""What a payload of Slack's says: messages, changes of them, emojis, pressed buttons.

Pure. What the payload does not say itself, such as what users are called and which workspaces
are ours, comes as `Knowledge`.
"""

import re
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet

from channels.slack.emoji import shown
from channels.slack.payloads import (
    HISTORY,
    Action,
    Envelope,
    Event,
    SharedFile,
    decoded,
    moment,
    order,
)
from channels.slack.words import Names, text_of_attachments, text_of_blocks
from channels.slack.words import plain as plain_text
from inbox.channel import Deleted, Edited, File, Heard, Inbound, Raw, Reacted, Receipt
from inbox.errors import Unreadable
from inbox.model import Address, Delivery, Kind, MessageId, Pressed, Proof, Value

OURS = "parlour_message"  #: the type of the metadata on our own messages
CHOICE = "choice"  #: how the ids of our buttons begin
SPOKEN = {None, "file_share", "me_message", "thread_broadcast", "bot_message"}
GONE = {"tombstone", "hidden_by_limit"}
MENTION = re.compile(r"<@([UW][A-Z0-9]{1,20})[|>]")
USER = re.compile(r'"user_id" ?: ?"([UW][A-Z0-9]{1,20})"')


class Knowledge(Value):
    """What is known besides a payload."""

    names: Names = {}  #: of users, by their ids
    emails: Names = {}
    own_teams: frozenset[str] = frozenset()  #: who writes from these is a colleague
    ourselves: frozenset[str] = frozenset()  #: ids of our bots, and of the users they are
    channels: frozenset[str] = frozenset()  #: the only ones to hear; all when empty
    deaf: frozenset[str] = frozenset()  #: channels that no customer is in


NOTHING = Knowledge()


def parse(raw: Raw, known: Knowledge = NOTHING) -> Sequence[Heard]:
    """Read one payload. Raises `Unreadable`."""
    envelope = decoded(raw.payload)
    match envelope.type:
        case "event_callback":
            return heard_event(envelope, needed_event(envelope), known)
        case "block_actions":
            return list(pressed(envelope, known))
        case t if t == HISTORY:
            return remembered(envelope, needed_event(envelope), known)
    return ()


def needed_event(envelope: Envelope) -> Event:
    if envelope.event is None:
        raise Unreadable("There is no event in it.")
    return envelope.event


def people(raw: Raw) -> tuple[str, set[str]]:
    """Return the installation and the users that *raw* speaks of; nobody when it is unreadable."""
    try:
        envelope = decoded(raw.payload)
    except Unreadable:
        return "", set()
    event = envelope.event or Event()
    said = [event, event.message or event]
    found = {one.user for one in said if one.user}
    for one in said:
        found |= set(MENTION.findall(one.text or ""))
    if b"rich_text" in raw.payload:
        found |= set(USER.findall(raw.payload.decode(errors="replace")))
    if envelope.user and envelope.user.id:
        found.add(envelope.user.id)
    return envelope.installed, found


# --- events -------------------------------------------------------------------------------
def heard_event(envelope: Envelope, event: Event, known: Knowledge) -> Sequence[Heard]:
    if not listens(event.channel or (event.item.channel if event.item else None), known):
        return ()
    match event.type, event.subtype:
        case (("message" | "app_mention"), "message_changed"):
            return changed(envelope, event, known)
        case (("message" | "app_mention"), "message_deleted"):
            return taken_back(envelope, event, known)
        case (("message" | "app_mention"), subtype) if subtype in SPOKEN:
            return said(envelope, event, known)
        case (("reaction_added" | "reaction_removed"), _):
            return reacted(envelope, event, known)
    return ()


def listens(channel: str | None, known: Knowledge) -> bool:
    """Tell whether customers are heard in *channel*; a direct message always is."""
    if channel in known.deaf:
        return False
    return not known.channels or not channel or channel in known.channels or is_direct(channel)


def is_direct(channel: str) -> bool:
    return channel.startswith("D")


def needed(value: str | None, what: str) -> str:
    if not value:
        raise Unreadable(f"It has no {what}.")
    return value


def name_of(channel: str, ts: str | None) -> str:
    """Return what a message is called: it is unique in an account."""
    order(ts)
    return f"{channel}:{ts}"


def thread_of(channel: str, event: Event) -> str:
    """Return the conversation: a direct message has one, elsewhere each thread is its own."""
    return channel if is_direct(channel) else f"{channel}:{event.thread_ts or event.ts}"


def is_ours(envelope: Envelope, event: Event, known: Knowledge) -> bool:
    """Tell whether we said it ourselves."""
    app = event.app_id or (event.bot_profile.app_id if event.bot_profile else None)
    if app and app == envelope.api_app_id:
        return True
    if event.metadata and event.metadata.event_type == OURS:
        return True
    return bool({event.user, event.bot_id} & (envelope.bots | known.ourselves))


def said(envelope: Envelope, event: Event, known: Knowledge) -> Sequence[Heard]:
    """Read a new message; one of our own only proves that it arrived."""
    channel = needed(event.channel, "channel")
    name = name_of(channel, event.ts)
    if is_ours(envelope, event, known):
        return echo(event, name)
    sender = speaker(envelope, event, known)
    email = known.emails.get(event.user or "")
    team = sender.value.partition(":")[0]
    message = Inbound(
        external_id=name,
        sender=sender,
        sent_at=moment(event.ts),
        text=text_of(event, known),
        proof=Proof.VERIFIED,
        thread=thread_of(channel, event),
        files=tuple(map_files(envelope, event)),
        kind=Kind.AUTO_REPLY if event.bot_id else Kind.MESSAGE,
        also=(Address(kind="email", value=email),) if email else (),
        from_us=team in known.own_teams and not is_direct(channel),
    )
    return (message,)


def echo(event: Event, name: str) -> Sequence[Heard]:
    """Return that a message of ours is there, when it says which one it is."""
    payload = (event.metadata.event_payload if event.metadata else None) or {}
    number = payload.get("id")
    if not isinstance(number, int):
        return ()
    return (Receipt(external_id=name, delivery=Delivery.SENT, message_id=MessageId(number)),)


def speaker(envelope: Envelope, event: Event, known: Knowledge) -> Address:
    """Return who wrote it: a person by workspace and user, a machine by its bot."""
    who = event.user or event.bot_id
    team = event.user_team or event.team or envelope.team_id or envelope.installed
    user = needed(who, "sender")
    return Address(kind="slack", value=f"{team}:{user}", name=called(event, known))


def called(event: Event, known: Knowledge) -> str | None:
    profile = event.user_profile
    own = (profile.display_name or profile.real_name) if profile else None
    bot = event.username or (event.bot_profile.name if event.bot_profile else None)
    return known.names.get(event.user or "") or own or bot or None


def text_of(event: Event, known: Knowledge) -> str:
    """Return what people read there, with what stands for files that cannot be had."""
    blocks = text_of_blocks(event.blocks, known.names)
    plain = plain_text(event.text or "", known.names)
    exact = any(one.get("type") == "rich_text" for one in dictionaries(event.blocks))
    text = (blocks if exact else plain) or blocks or plain
    rest = [text_of_attachments(event.attachments, known.names)]
    rest += [remark for file in event.files or () if (remark := remark_on(file))]
    return "\n".join(part for part in (text, *rest) if part)


def dictionaries(blocks: object) -> list[dict[str, object]]:
    return [one for one in blocks if isinstance(one, dict)] if isinstance(blocks, list) else []


# --- files --------------------------------------------------------------------------------
def map_files(envelope: Envelope, event: Event) -> Iterator[File]:
    for file in event.files or ():
        if file.id and not remark_on(file):
            address = file.url_private_download or file.url_private or ""
            yield File(
                name=file.name or file.title or "file",
                media_type=file.mimetype or "application/octet-stream",
                size=max(0, file.size or 0),
                source=f"{envelope.installed} {file.id} {address}".strip(),
            )


def remark_on(file: SharedFile) -> str | None:
    """Say of a file that does not lie at Slack where it is, or that it is gone."""
    name = file.title or file.name or "file"
    if file.mode in GONE:
        return f"[{name}: it is not at Slack any more]"
    if file.is_external or file.mode == "external":
        return f"{name}: {file.url_private or file.permalink or ''}".rstrip(": ")
    return None


# --- what becomes of messages -------------------------------------------------------------
def changed(envelope: Envelope, event: Event, known: Knowledge) -> Sequence[Heard]:
    """Read a change; only another text is one. Previews and counts change a message too."""
    channel = needed(event.channel, "channel")
    after, before = event.message, event.previous_message
    if after is None:
        raise Unreadable("It does not say what the message is now.")
    ts = after.ts or (before.ts if before else None)
    if is_ours(envelope, after, known):
        return ()
    when = event.event_ts or event.ts
    name = name_of(channel, ts)
    if after.subtype == "tombstone":
        return (Deleted(external_id=name, order=order(when), at=moment(when)),)
    text = text_of(after, known)
    if not after.edited if before is None else text == text_of(before, known):
        return ()
    return (Edited(external_id=name, order=order(when), text=text, at=moment(when)),)


def taken_back(envelope: Envelope, event: Event, known: Knowledge) -> Sequence[Heard]:
    before = event.previous_message
    if before and is_ours(envelope, before, known):
        return ()
    ts = event.deleted_ts or (before.ts if before else None)
    when = event.event_ts or event.ts
    name = name_of(needed(event.channel, "channel"), ts)
    return (Deleted(external_id=name, order=order(when), at=moment(when)),)


def reacted(envelope: Envelope, event: Event, known: Knowledge) -> Sequence[Heard]:
    item = event.item
    if item is None:
        raise Unreadable("It does not say what the emoji is on.")
    if item.type not in {None, "message"} or is_ours(envelope, event, known):
        return ()
    user = needed(event.user, "user")
    team = event.user_team or envelope.team_id or envelope.installed
    return (
        Reacted(
            external_id=name_of(needed(item.channel, "channel"), item.ts),
            order=order(event.event_ts),
            who=Address(kind="slack", value=f"{team}:{user}", name=known.names.get(user)),
            emoji=shown(needed(event.reaction, "emoji")),
            on=event.type == "reaction_added",
            at=moment(event.event_ts),
        ),
    )


# --- pressed buttons ----------------------------------------------------------------------
def pressed(envelope: Envelope, known: Knowledge) -> Iterator[Heard]:
    """Read the buttons of ours that somebody pressed."""
    channel = envelope.channel.id if envelope.channel else None
    for action in envelope.actions or ():
        if is_choice(action) and listens(channel, known):
            yield press(envelope, action, needed(channel, "channel"), known)


def is_choice(action: Action) -> bool:
    """Tell whether it says something; one that opens a page does not."""
    is_answer = action.type == "button" and not action.url
    return is_answer and (action.action_id or "").startswith(CHOICE)


def press(envelope: Envelope, action: Action, channel: str, known: Knowledge) -> Inbound:
    about = envelope.message or Event()
    who = envelope.user
    user = needed(who.id if who else None, "sender")
    team = (who.team_id if who else None) or envelope.installed
    name = known.names.get(user) or (who.name or who.username if who else None)
    title = action.text.text if action.text else ""
    carrier = name_of(channel, about.ts)
    return Inbound(
        external_id=name_of(channel, action.action_ts),
        sender=Address(kind="slack", value=f"{team}:{user}", name=name),
        sent_at=moment(action.action_ts),
        text=title,
        proof=Proof.VERIFIED,
        thread=thread_of(channel, about),
        answers=carrier,
        content=Pressed(id=action.value or title, title=title, about=carrier),
    )


# --- history ------------------------------------------------------------------------------
def remembered(envelope: Envelope, event: Event, known: Knowledge) -> Sequence[Heard]:
    """Read a message as the history has it: as it is now, with what was put on it."""
    if event.subtype not in SPOKEN or not listens(event.channel, known):
        return ()
    heard = list(said(envelope, event, known))
    if not heard or not isinstance(heard[0], Inbound):
        return heard
    message = heard[0]
    if event.edited and event.edited.ts:
        when = event.edited.ts
        edited = Edited(
            external_id=message.external_id, order=order(when), text=message.text, at=moment(when)
        )
        heard.append(edited)
    ourselves = envelope.bots | known.ourselves
    return [*heard, *emojis(event, message, ourselves)]


def emojis(event: Event, message: Inbound, ourselves: AbstractSet[str]) -> Iterator[Reacted]:
    """Return the emojis on a message; the history does not say when they came."""
    team = message.sender.value.partition(":")[0]
    for one in event.reactions or ():
        for user in sorted(set(one.users) - ourselves):
            yield Reacted(
                external_id=message.external_id,
                order=order(event.ts),
                who=Address(kind="slack", value=f"{team}:{user}"),
                emoji=shown(one.name),
            )
