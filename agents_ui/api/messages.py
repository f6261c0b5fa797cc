"""One message: as its sender wrote it, and what became of it."""

from urllib.parse import urlsplit

from aiohttp import web
from msgspec import Struct
from sqlalchemy import bindparam, select

from agents_ui.api.conversations import one_message
from agents_ui.api.shapes import Edit, MessageShape
from agents_ui.calls import Call, Endpoints
from agents_ui.front import Front
from agents_ui.letters import Letter, letter
from agents_ui.problems import Refused
from inbox.actions import amend
from inbox.actions import reply as verbs
from inbox.blobs import DiskBlobs
from inbox.channel import Capabilities
from inbox.errors import NotFound
from inbox.model import Agent, JournalId, MessageId
from inbox.signing import Signer
from inbox.store import Unit
from inbox.tables import JournalRow

endpoints = Endpoints("messages")

PAYLOAD = select(JournalRow.payload, JournalRow.blob).where(JournalRow.id == bindparam("which"))


class HtmlQuery(Struct, kw_only=True, forbid_unknown_fields=True):
    """How to show it."""

    images: bool = False  #: also those that tell their sender that they were looked at


@endpoints("POST", "/messages/{id}/retry")
async def retry(call: Call, id: int) -> MessageShape:  # noqa: A002  # the path's word
    """Try to deliver a message again that failed, was given up, or may not have been sent."""
    return await call.write(retry_it, MessageId(id), call.agent, call.front.desk.signer)


def retry_it(unit: Unit, which: MessageId, agent: Agent, signer: Signer) -> MessageShape:
    unit.sight.check_message(agent, which)
    verbs.retry(unit, which, by=agent.id)
    return one_message(unit, which, signer)


@endpoints("POST", "/messages/{id}/arrived")
async def arrived(call: Call, id: int) -> MessageShape:  # noqa: A002
    """Say that a message arrived of which nobody knew; it is never sent a second time then."""
    return await call.write(arrived_it, MessageId(id), call.agent, call.front.desk.signer)


def arrived_it(unit: Unit, which: MessageId, agent: Agent, signer: Signer) -> MessageShape:
    unit.sight.check_message(agent, which)
    verbs.arrived(unit, which, by=agent.id)
    return one_message(unit, which, signer)


@endpoints("POST", "/messages/{id}/cancel")
async def cancel(call: Call, id: int) -> MessageShape:  # noqa: A002
    """Take a message back that did not leave, or stop asking about one that failed."""
    return await call.write(cancel_it, MessageId(id), call.agent, call.front.desk.signer)


def cancel_it(unit: Unit, which: MessageId, agent: Agent, signer: Signer) -> MessageShape:
    unit.sight.check_message(agent, which)
    verbs.cancel(unit, which, by=agent.id)
    return one_message(unit, which, signer)


@endpoints("PATCH", "/messages/{id}")
async def edit(call: Call, id: int, body: Edit) -> MessageShape:  # noqa: A002
    """Say a message of ours in other words; `message.edited` tells when the provider took it.

    One that did not leave yet is changed at once. Refused where the channel cannot, or when
    the text is longer than it takes in one message.
    """
    return await call.write(edit_it, MessageId(id), body.text, call.agent, call.front)


def edit_it(unit: Unit, which: MessageId, text: str, agent: Agent, front: Front) -> MessageShape:
    capabilities = able(unit, which, agent, front)
    if capabilities and len(text) > capabilities.max_text:
        raise Refused(422, f"This channel takes {capabilities.max_text} characters.", field="text")
    if capabilities and not capabilities.edits and has_left(unit, which):
        raise Refused(422, "What was sent over this channel cannot be changed.")
    amend.edit(unit, which, text, by=agent.id)
    return one_message(unit, which, front.desk.signer)


@endpoints("DELETE", "/messages/{id}", status=200)
async def take_back(call: Call, id: int) -> MessageShape:  # noqa: A002
    """Take a message of ours back; `message.deleted` tells when the provider has done so."""
    return await call.write(take_back_it, MessageId(id), call.agent, call.front)


def take_back_it(unit: Unit, which: MessageId, agent: Agent, front: Front) -> MessageShape:
    capabilities = able(unit, which, agent, front)
    if capabilities and not capabilities.deletes and has_left(unit, which):
        raise Refused(422, "What was sent over this channel cannot be taken back.")
    amend.take_back(unit, which, by=agent.id)
    return one_message(unit, which, front.desk.signer)


@endpoints("PUT", "/messages/{id}/reactions/{emoji}")
async def put_emoji(call: Call, id: int, emoji: str) -> None:  # noqa: A002
    """Put an emoji on a message; `message.reacted` tells when the customer sees it."""
    await call.write(react_it, MessageId(id), emoji, call.agent, call.front, on=True)


@endpoints("DELETE", "/messages/{id}/reactions/{emoji}")
async def take_emoji(call: Call, id: int, emoji: str) -> None:  # noqa: A002
    """Take an emoji of ours off a message."""
    await call.write(react_it, MessageId(id), emoji, call.agent, call.front, on=False)


def react_it(
    unit: Unit, which: MessageId, emoji: str, agent: Agent, front: Front, *, on: bool
) -> None:
    capabilities = able(unit, which, agent, front)
    if capabilities and not capabilities.reactions:
        raise Refused(422, "This channel has no emojis on messages.")
    amend.react(unit, which, emoji, on, by=agent.id)


def able(unit: Unit, which: MessageId, agent: Agent, front: Front) -> Capabilities | None:
    """Return what the channel of a message can do; none when it is not configured.

    Raises `NotFound` when the agent does not see it.
    """
    unit.sight.check_message(agent, which)
    return front.site.capabilities(unit.messages.get(which).account_id)


def has_left(unit: Unit, which: MessageId) -> bool:
    return unit.messages.get(which).delivery not in amend.WAITING


@endpoints("GET", "/messages/{id}/html", media="text/html")
async def html(call: Call, id: int, query: HtmlQuery) -> web.Response:  # noqa: A002
    """Show a message's HTML as a document for a sandboxed frame.

    It tells the frame's parent its height: `{"type": "parlour:height", "height": pixels}`.
    """
    origins = {call.front.door.origin, own_origin(call.request)}
    signer = call.front.desk.signer
    made = await call.read(written, MessageId(id), call.agent, signer, query.images, origins)
    return web.Response(text=made.document, content_type="text/html", headers=made.headers)


def own_origin(request: web.Request) -> str:
    """Return where the browser thinks it is; nothing but an origin can come out."""
    parts = urlsplit(f"{request.scheme}://{request.host}")
    fine = parts.netloc.replace(".", "").replace("-", "").replace(":", "").strip("[]").isalnum()
    return f"{parts.scheme}://{parts.netloc}" if fine else ""


def written(  # noqa: PLR0917  # a question takes them in order
    unit: Unit, which: MessageId, agent: Agent, signer: Signer, images: bool, origins: set[str]
) -> Letter:
    unit.sight.check_message(agent, which)
    found = unit.messages.html(which)
    if found is None:
        raise NotFound("This message has no HTML.")
    return letter(found, unit.attachments.of([which]), signer, images=images, origins=origins)


@endpoints("GET", "/messages/{id}/raw", media="text/plain")
async def raw(call: Call, id: int) -> web.StreamResponse:  # noqa: A002
    """Fetch a message as the channel handed it over, byte for byte."""
    payload = await call.read(payload_of_message, MessageId(id), call.agent)
    return await saved(payload, call.front.desk.blobs, f"message-{id}.txt")


def payload_of_message(
    unit: Unit, which: MessageId, agent: Agent
) -> tuple[bytes | None, str | None]:
    unit.sight.check_message(agent, which)
    journal = unit.messages.journal_id(which)
    if journal is None:
        raise NotFound("This message did not come in from outside.")
    return payload_of(unit, JournalId(journal))


def payload_of(unit: Unit, which: JournalId) -> tuple[bytes | None, str | None]:
    """Return what a channel handed over, or the blob that it lies in."""
    row = unit.connection.execute(PAYLOAD, {"which": which}).first()
    if row is None:
        raise NotFound("There is no such payload.")
    return row.payload, row.blob


async def saved(
    payload: tuple[bytes | None, str | None], blobs: DiskBlobs, name: str
) -> web.Response:
    """Answer with a payload to be saved, never shown."""
    content, blob = payload
    if content is None and blob is not None:
        content = b"".join([piece async for piece in blobs.open(blob)])
    if content is None:
        raise NotFound("The original was tidied away.")
    return web.Response(
        body=content,
        content_type="text/plain",
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "default-src 'none'; sandbox",
            "Cache-Control": "no-store",
        },
    )
