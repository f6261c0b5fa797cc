"""A place for agents: conversations of other accounts, one thread each, in a channel of ours.

Whatever is written in a thread is an internal note. Only an explicit command reaches the
customer: the mirror's word at the beginning of a message, the slash command, or the form
behind the button. Who writes is known by the email address that Slack has confirmed, and only
in our own workspaces. The verbs are not ours: see docs/decisions/0014.
"""

import asyncio
from collections.abc import Sequence
from typing import Any, Protocol

import msgspec

from channels.slack.directory import Directory, User
from channels.slack.installations import Installation, Installations
from channels.slack.payloads import Envelope, Event
from channels.slack.settings import Settings
from channels.slack.understand import MENTION, Knowledge, is_ours, text_of
from channels.slack.web import SAYINGS, Web
from channels.slack.words import Names, escaped, plain
from inbox.errors import (
    DeliveryError,
    DeskError,
    Misconfigured,
    Rejected,
    TryLater,
    Unavailable,
)
from inbox.model import ConversationId

REPLY = "mirror_reply"  #: the name of the button, and of the form it opens
WRITTEN = {None, "file_share", "thread_broadcast"}  #: kinds of messages that people write
PATIENCE = 2.5  #: seconds to find out who writes; Slack wants its answer in three
MOST = 3000  #: characters of one message; the rest is read at the desk
NO_PLACE = {SAYINGS[error] for error in ("channel_not_found", "is_archived", "not_in_channel")}
STRANGER = (
    "You are not known as an agent here: your Slack account needs the confirmed email address "
    "that you sign in to the desk with, in the desk's own workspace."
)
NOWHERE = "This does not belong to any conversation: write it in a conversation's thread."
USAGE = "Write the number of the conversation and the answer, such as: 42 It is on its way."


class Verbs(Protocol):
    """What agents do, on the desk's side; each raises a `DeskError` that says why not."""

    async def conversation(self, place: str) -> ConversationId | None:
        """Return the conversation that stands at *place*."""

    async def note(
        self, conversation: ConversationId, text: str, *, email: str, client_id: str
    ) -> None:
        """Write an internal note."""

    async def reply(
        self, conversation: ConversationId, text: str, *, email: str, client_id: str
    ) -> None:
        """Answer the customer."""


class Heading(msgspec.Struct, frozen=True):
    """What stands at the head of a conversation's thread."""

    conversation: ConversationId
    customer: str
    account: str
    url: str


class Mirror:
    """The mirror's channel in Slack."""

    def __init__(
        self, settings: Settings, web: Web, installations: Installations, directory: Directory
    ) -> None:
        self.settings = settings
        self.web = web
        self.installations = installations
        self.directory = directory
        self.verbs: Verbs | None = None
        self.trouble: str | None = None  #: why nothing is told at the moment

    # --- what is told -------------------------------------------------------------------
    def follows(self, account: str, queue: str | None) -> bool:
        """Tell whether conversations of an account, or in a queue, are shown."""
        accounts, queues = self.settings.mirror_accounts, self.settings.mirror_queues
        return (not accounts or account in accounts) and (not queues or queue in queues)

    async def begin(self, heading: Heading) -> str:
        """Begin the thread of a conversation; returns its place. Raises a `DeliveryError`."""
        return await self.post(blocks=head(heading), text=escaped(title(heading)))

    async def tell(self, place: str, text: str, *, who: str | None = None) -> None:
        """Write in a conversation's thread. Raises a `DeliveryError`."""
        short = text if len(text) <= MOST else f"{text[:MOST]}… (more of it at the desk)"
        await self.post(text=escaped(short), mrkdwn=False, username=who, thread_ts=place)

    async def post(self, **told: Any) -> str:
        one = await self.ours()
        channel = self.settings.mirror_channel
        told |= {"channel": channel, "unfurl_links": False, "unfurl_media": False}
        try:
            answer = await self.web.do("chat.postMessage", one.token, **told)
        except Rejected as error:
            if str(error) in NO_PLACE:  # nothing can be told, whatever it is
                raise Misconfigured(str(error)) from error
            raise
        return str(answer.get("ts", ""))

    async def ours(self) -> Installation:
        return await self.installations.around(
            self.settings.mirror_channel, self.settings.own_teams[0]
        )

    # --- what agents do -----------------------------------------------------------------
    async def heard(self, body: dict[str, Any]) -> None:
        """Take what was written in the mirror's channel."""
        try:
            envelope = msgspec.convert(body, Envelope)
        except msgspec.ValidationError:
            return  # nobody's words look like that
        event = envelope.event or Event()
        if event.type != "message" or event.subtype not in WRITTEN:
            return
        await self.installations.load()
        known = Knowledge(ourselves=self.installations.ourselves)
        if event.user and not event.bot_id and not is_ours(envelope, event, known):
            await self.written(envelope, event)

    async def written(self, envelope: Envelope, event: Event) -> None:
        """Make a note of it, or an answer when it begins with the word for that."""
        text, is_reply = self.command(said(event, await self.names(event)))
        here = await self.work().conversation(event.thread_ts or "")
        if here is None:
            if is_reply:
                await self.refuse(event, NOWHERE)
            return
        team = event.user_team or event.team or envelope.team_id or ""
        name = f"slack {event.channel} {event.ts}"
        try:
            await self.act(team, event.user or "", here, text, name, is_reply=is_reply)
        except (Unavailable, DeliveryError):
            raise
        except DeskError as error:
            await self.refuse(event, str(error))

    async def names(self, event: Event) -> Names:
        """Return what those are called who are mentioned."""
        mentioned = MENTION.findall(event.text or "")
        known = await self.directory.known(self.settings.own_teams[0], mentioned)
        return {one: user.name for one, user in known.items()}

    def command(self, text: str) -> tuple[str, bool]:
        """Return what is left of *text* behind the mirror's word, and whether it was there."""
        first, _, rest = text.lstrip().partition(" ")
        line, _, more = first.partition("\n")
        if line != self.settings.mirror_word:
            return text, False
        return (f"{more} {rest}" if more else rest).strip(), True

    async def commanded(self, body: dict[str, Any]) -> str:
        """Answer a customer by slash command; it cannot be given within a thread."""
        number, _, text = str(body.get("text") or "").strip().partition(" ")
        if not number.removeprefix("#").isdecimal() or not text.strip():
            return USAGE
        here = ConversationId(int(number.removeprefix("#")[:15]))
        team, user = str(body.get("team_id")), str(body.get("user_id"))
        name = f"slack {body.get('trigger_id')}"
        try:
            await self.act(team, user, here, plain(text.strip(), {}), name, is_reply=True)
        except Unavailable:
            raise
        except DeskError as error:
            return str(error)
        return f"Sent to the customer of conversation {here}."

    async def asked(self, body: dict[str, Any]) -> None:
        """Open the form that answers a customer."""
        number = next((str(one.get("value")) for one in body.get("actions") or ()), "")
        one = await self.ours()
        await self.web.do(
            "views.open", one.token, trigger_id=str(body.get("trigger_id")), view=form(number)
        )

    async def filled(self, body: dict[str, Any]) -> str | None:
        """Send what was written in the form; returns why not."""
        view = body.get("view") or {}
        values = (view.get("state") or {}).get("values") or {}
        text = str(((values.get(REPLY) or {}).get(REPLY) or {}).get("value") or "")
        number = str(view.get("private_metadata") or "")
        if not number.isdecimal():
            return NOWHERE
        user = body.get("user") or {}
        team = user.get("team_id") or (body.get("team") or {}).get("id")
        name = f"slack {view.get('id')}"
        here = ConversationId(int(number[:15]))
        try:
            await self.act(str(team), str(user.get("id")), here, text, name, is_reply=True)
        except Unavailable:
            raise
        except DeskError as error:
            return str(error)
        return None

    # --- who does it --------------------------------------------------------------------
    async def act(
        self,
        team: str,
        user: str,
        conversation: ConversationId,
        text: str,
        client_id: str,
        *,
        is_reply: bool,
    ) -> None:
        """Do as an agent says. Raises a `DeskError`; the same *client_id* again does nothing."""
        who = await self.colleague(team, user)
        if who is None:
            raise Stranger
        verbs = self.work()
        verb = verbs.reply if is_reply else verbs.note
        await verb(conversation, text, email=who.email, client_id=client_id)

    async def colleague(self, team: str, user: str) -> User | None:
        """Return who Slack says it is; nobody from elsewhere, no guest, no unproved address."""
        own = self.settings.own_teams
        try:
            async with asyncio.timeout(PATIENCE):
                found = await self.directory.look_up(own[0], user, certain=True)
        except Rejected:
            return None  # Slack knows nobody of that name
        except TimeoutError:
            raise TryLater("Slack does not say in time who you are.") from None
        if found is None or team not in own or found.team not in own:
            return None
        return found if found.confirmed and found.member and found.email else None

    def work(self) -> Verbs:
        """Return the desk's side; while it is not there yet, Slack comes again."""
        if self.verbs is None:
            raise Unavailable
        return self.verbs

    async def refuse(self, event: Event, why: str) -> None:
        """Tell one person alone why nothing was done."""
        one = await self.ours()
        await self.web.do(
            "chat.postEphemeral",
            one.token,
            channel=self.settings.mirror_channel,
            user=event.user,
            thread_ts=event.thread_ts,
            text=escaped(why),
        )


class Stranger(DeskError):
    __doc__ = STRANGER


def said(event: Event, names: Names) -> str:
    """Return an agent's words, with where their files lie."""
    files = [f"{file.name or 'file'}: {file.permalink or ''}" for file in event.files or ()]
    text = text_of(event, Knowledge(names=names))
    return "\n".join(part for part in (text, *files) if part)


def title(heading: Heading) -> str:
    return f"#{heading.conversation} {heading.customer} ({heading.account})"


def head(heading: Heading) -> Sequence[dict[str, Any]]:
    """Return the head of a thread, with the button that opens the form."""
    number = str(heading.conversation)
    says = f"*{escaped(title(heading))}*\n<{heading.url}|Open it at the desk>"
    button = {
        "type": "button",
        "action_id": REPLY,
        "value": number,
        "text": {"type": "plain_text", "text": "Answer the customer"},
    }
    hint = "What you write in this thread stays among us."
    return (
        {"type": "section", "text": {"type": "mrkdwn", "text": says}, "accessory": button},
        {"type": "context", "elements": [{"type": "plain_text", "text": hint}]},
    )


def form(number: str) -> dict[str, Any]:
    """Return the form in which an answer is written."""
    field = {"type": "plain_text_input", "action_id": REPLY, "multiline": True}
    label = {"type": "plain_text", "text": "The customer reads this"}
    return {
        "type": "modal",
        "callback_id": REPLY,
        "private_metadata": number,
        "title": {"type": "plain_text", "text": f"Conversation {number}"[:24]},
        "submit": {"type": "plain_text", "text": "Send"},
        "close": {"type": "plain_text", "text": "Cancel"},
        "blocks": [{"type": "input", "block_id": REPLY, "label": label, "element": field}],
    }
