"""What every channel must do, whoever wrote it: `check_channel` fails with what is wrong."""

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec

from inbox.channel import Capabilities, Channel, File, Heard, Inbound, Outgoing, Raw
from inbox.degrade import LINK, Piece, fitted, fitting, pieces, pressable
from inbox.errors import Rejected, Unreadable
from inbox.model import (
    Address,
    Button,
    Choices,
    Content,
    ConversationId,
    Location,
    MessageId,
    Templated,
)
from inbox.testing.fakes import RecordingLine
from inbox.testing.mutations import spoiled

WORD = re.compile(r"[a-z][a-z0-9_]*")
MEDIA = re.compile(r"[a-z0-9*][a-z0-9.+*-]*/[a-z0-9*][a-z0-9.+*-]*")
WHEN = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
LONGEST = 20_000  #: characters of the longest text that is tried

HOSTILE: Sequence[bytes] = (
    b"",
    b"\0",
    b"\xff\xfe\xfd",
    b"null",
    b"[]",
    b"{}",
    b"[" * 100_000,
    b'{"a":' * 50_000,
    b'"\\ud800"',
    b"1e999999",
    b"\r\n" * 10_000,
    b"From: \r\n\r\n",
    b"Content-Type: multipart/mixed; boundary=\r\n\r\n--",
)


async def check_channel(
    channel: type[Channel[Any]],
    recordings: Iterable[Raw] = (),
    *,
    settings: Any = None,
    render: Callable[[Outgoing], Any] | None = None,
    damaged: int = 100,
) -> None:
    """Assert everything that the desk relies on; run it in a test of yours.

    The *recordings* are payloads as the provider hands them over, each of which is also
    read in so many *damaged* copies. With *settings*, an instance is made and has to
    understand them; *render* is what you make of a message that leaves.
    """
    recorded = list(recordings)
    check_names(channel)
    check_parse(channel, recorded)
    for raw in recorded:
        check_damaged(channel, raw, damaged)
    capabilities = channel.capabilities
    if settings is not None:
        made = channel(settings, RecordingLine())
        capabilities = made.capabilities
        await check_understand(made, recorded)
        await made.close()
    if isinstance(capabilities, Capabilities):  # an account's own need settings
        check_capabilities(channel, capabilities)
        check_rendering(capabilities, render)


def check_names(channel: type[Channel[Any]]) -> None:
    """Assert that *channel* can be configured, listed and found."""
    insist(bool(WORD.fullmatch(channel.kind)), "a kind is one word in lower case")
    address = channel.address_kind or channel.kind
    insist(bool(WORD.fullmatch(address)), "a kind of address is one word in lower case")
    insist("send" not in channel.__abstractmethods__, "it does not send anything")
    insist(bool((channel.__doc__ or channel.title or channel.kind).strip()), "it has no name")


def check_capabilities(channel: type[Channel[Any]], it: Capabilities) -> None:
    """Assert that what *channel* says of itself goes together."""
    insist(it.max_text == 0 or it.max_text >= LINK, f"a text must have room for {LINK} characters")
    insist(it.max_text > 0 or it.calls, "it carries neither words nor calls")
    insist(it.caption is None or 0 <= it.caption <= it.max_text, "a caption is a text, too")
    insist(it.max_files >= 1, "one file at a time is the least")
    for kind, size in it.attachments.items():
        insist(bool(MEDIA.fullmatch(kind)), f"{kind} is no media type")
        insist(0 < size <= it.max_attachment, f"{kind}: no file is larger than the largest")
    insist(it.buttons >= 0 and it.button_title >= 1, "buttons have titles")
    insist(it.window is None or it.window > 0, "a reply window is open for a while")
    insist(not it.opt_in or bool(it.opt_out), "one comes back only where one can leave")
    words = [word.strip().casefold() for word in (*it.opt_out, *it.opt_in)]
    insist(all(words) and len(words) == len(set(words)), "each word means one thing")
    amends = channel.amend is not Channel.amend
    insist(amends or not (it.edits or it.deletes or it.reactions), "it changes nothing it sent")
    offers = channel.templates is not Channel.templates
    insist(offers or not it.templates, "it has templates and does not list them")


# --- what comes in ------------------------------------------------------------------------
def check_parse(channel: type[Channel[Any]], good: Iterable[Raw] = ()) -> None:
    """Assert that *channel* reads any bytes, or refuses them with a reason, the same each time.

    Whatever it reads must survive the wire, for that is how it is kept and replayed.
    """
    for payload in HOSTILE:
        read(channel, Raw(payload=payload))
    for raw in good:
        heard = read(channel, raw)
        insist(heard is not None, "a payload that should be understood was refused")
        check_heard(heard or ())
        again = read(channel, raw)
        insist(list(heard or ()) == list(again or ()), "the same bytes were read in two ways")


def check_damaged(channel: type[Channel[Any]], raw: Raw, most: int) -> None:
    """Assert that a damaged payload is read or refused with a reason, like any other."""
    for payload in spoiled(raw.payload, most=most):
        try:
            for one in read(channel, msgspec.structs.replace(raw, payload=payload)) or ():
                check_survives(one)  # the desk itself refuses what has no id any more
        except AssertionError:
            raise
        except Exception as error:
            raise AssertionError(f"it raised on a damaged payload: {payload[:2000]!r}") from error


def insist(claim: bool, otherwise: str) -> None:
    """Fail with what is wrong, unless *claim* holds."""
    if not claim:
        raise AssertionError(otherwise)


def read(channel: type[Channel[Any]], raw: Raw) -> Sequence[Heard] | None:
    """Return what was heard; None when it was refused. Fails when it raises anything else."""
    try:
        return channel.parse(raw)
    except RecursionError:
        return None  # `attempt` calls that unreadable, which is what it is
    except Unreadable as error:
        insist(bool(str(error)), "a refusal must say why")
        return None


def check_heard(heard: Sequence[Heard]) -> None:
    """Assert that everything *heard* is complete and JSON-ready."""
    for one in heard:
        check_survives(one)
        if isinstance(one, Inbound):
            insist(bool(one.external_id), "a message without an id cannot be recognised again")
            insist(bool(one.sender.kind), "a sender without a kind")


def check_survives(one: Heard) -> None:
    """Assert that *one* is something that can be heard, and the same after a journey as JSON."""
    insist(isinstance(one, Heard), "no such thing can be heard")
    again = msgspec.json.decode(msgspec.json.encode(one), type=type(one))
    insist(again == one, "what was heard does not survive the wire")


async def check_understand(channel: Channel[Any], raws: Sequence[Raw]) -> None:
    """Assert that *channel* answers for every payload, in order, and never raises."""
    answers = await channel.understand(raws)
    insist(len(answers) == len(raws), "one answer for each payload")
    for raw, answer in zip(raws, answers, strict=True):
        [alone] = await channel.understand([raw])
        alike = isinstance(alone, Unreadable) == isinstance(answer, Unreadable)
        insist(alike, "others in a batch changed what could be read")
        if not isinstance(answer, Unreadable) and not isinstance(alone, Unreadable):
            insist(list(answer) == list(alone), "others in a batch changed what was read")


# --- what goes out ------------------------------------------------------------------------
def check_rendering(
    capabilities: Capabilities, render: Callable[[Outgoing], Any] | None = None
) -> None:
    """Assert that whatever is said fits, loses no word, and is rendered the same each time."""
    if not capabilities.max_text:
        return
    for text, files, content in said(capabilities):
        made = pieces(text, files, content, capabilities)
        for piece in made:
            check_piece(piece, capabilities)
            leaving = fitted(outgoing(piece), capabilities, RecordingLine())
            insist(len(leaving.text) <= capabilities.max_text, "a text became too long")
            if render:
                check_render(render, leaving)
        words = "".join("".join(piece.text.split()) for piece in made)
        insist(words.startswith("".join(text.split())), "words were lost")
        carried = [file.name for piece in made for file in piece.files]
        insist(sorted(carried) == sorted(file.name for file in files), "files were lost")


def said(it: Capabilities) -> Iterable[tuple[str, Sequence[File], Content | None]]:
    """Yield things an agent may say, within the limits of a channel and beyond."""
    most = min(it.max_text, LONGEST)
    size = it.max_attachment
    small = [file(f"{number}.png", "image/png", 1) for number in range(it.max_files + 1)]
    others = [file("big.pdf", "application/pdf", size + 1), file("a.zip", "application/zip", 1)]
    few = Choices(buttons=(Button(title="Yes"), Button(title="No", url="https://shop.example/no")))
    many = Choices(buttons=tuple(Button(title=f"Number {number}") for number in range(30)))
    for text in ("Yes.", "x" * most, "A sentence. " * (most // 6), "\N{DOG FACE}\u200d" * 50):
        yield text, (), None
        yield text, small[:1], None
    yield "", [*small, *others], None
    yield "Look:", [*small, *others], None
    yield "Which?", (), few
    yield "Which?", small, many
    yield "", (), Location(latitude=50.06, longitude=19.94, name="Market")
    if it.templates:
        yield "Your order is here.", (), Templated(name="order", variables={"1": "here"})


def file(name: str, media_type: str, size: int) -> File:
    return File(name=name, media_type=media_type, size=size, blob="0" * 64)


def outgoing(piece: Piece[File]) -> Outgoing:
    return Outgoing(
        message_id=MessageId(7),
        conversation_id=ConversationId(3),
        to=(Address(kind="test", value="+48600100200"),),
        text=piece.text,
        created_at=WHEN,
        files=tuple(piece.files),
        content=piece.content,
        author="Ada",
        thread="thread",
    )


def check_piece(piece: Piece[File], it: Capabilities) -> None:
    """Assert that the channel can carry *piece* in one go."""
    carried = [one for one in piece.files if fitting(one, it)]
    insist(len(piece.text) <= it.max_text, "a text is too long")
    insist(len(carried) <= it.max_files, "too many files in one message")
    if carried and it.caption is not None:
        insist(len(piece.text) <= it.caption, "a caption is too long")
    if isinstance(piece.content, Choices):
        insist(pressable(piece.content, it), "there are no buttons like these")


def check_render(render: Callable[[Outgoing], Any], leaving: Outgoing) -> None:
    """Assert that *render* is pure, and refuses in one way only."""
    try:
        first, second = render(leaving), render(leaving)
    except Rejected:
        return
    insist(first == second, "a message was rendered in two ways")
