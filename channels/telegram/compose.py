"""How a message of ours is written for Telegram."""

from typing import Any

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, ReplyParameters

from inbox.channel import Amendment, File, Outgoing
from inbox.errors import Rejected
from inbox.model import Choices, Location, Templated

MAX_TEXT = 4096
MAX_CAPTION = 1024
MAX_DATA = 64  #: bytes that a button may bring back
MAX_PHOTO = 10 * 1024 * 1024
MAX_FILE = 50 * 1024 * 1024  #: bytes (core.telegram.org/bots/api#sending-files)
PHOTOS = ("image/jpeg", "image/png", "image/webp")


def place(outgoing: Outgoing | Amendment) -> dict[str, Any]:
    """Return where a message goes: a chat, or a topic of it. Raises `Rejected`."""
    if outgoing.thread:
        chat, _, topic = outgoing.thread.partition("/")
        return {"chat_id": number(chat)} | ({"message_thread_id": number(topic)} if topic else {})
    if outgoing.to:
        return {"chat_id": number(outgoing.to[0].value)}
    raise Rejected("Nobody on Telegram is named.")


def number(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise Rejected(f"{text!r} is no address on Telegram.") from None


def message_of(external_id: str) -> int:
    """Return Telegram's number of a message within its chat."""
    return number(external_id.rpartition(":")[2])


def render(outgoing: Outgoing) -> tuple[str, dict[str, Any]]:
    """Return which method carries a message, and what it is told. Raises `Rejected`."""
    said: dict[str, Any] = place(outgoing)
    if outgoing.quotes:
        said["reply_parameters"] = ReplyParameters(
            message_of(outgoing.quotes), allow_sending_without_reply=True
        )
    match outgoing.content:
        case Choices(buttons=buttons):
            rows = [[button(one.title, one.id, one.url)] for one in buttons]
            said["reply_markup"] = InlineKeyboardMarkup(rows)
        case Location(latitude=latitude, longitude=longitude):
            return "send_location", said | {"latitude": latitude, "longitude": longitude}
        case Templated():
            raise Rejected("Telegram has no templates.")
    if not outgoing.files:
        return "send_message", said | {"text": outgoing.text}
    method, kind = carrier(outgoing.files[0])
    return method, said | {kind: outgoing.files[0], "caption": outgoing.text or None}


def button(title: str, name: str, url: str | None) -> InlineKeyboardButton:
    if url:
        return InlineKeyboardButton(title, url=url)
    data = (name or title).encode()[:MAX_DATA].decode(errors="ignore")
    return InlineKeyboardButton(title, callback_data=data)


def carrier(file: File) -> tuple[str, str]:
    """Return the method for a file, and the name under which it goes."""
    if file.media_type in PHOTOS and file.size <= MAX_PHOTO:
        return "send_photo", "photo"
    if file.media_type == "video/mp4":
        return "send_video", "video"
    if file.media_type in {"audio/ogg", "audio/opus"}:
        return "send_voice", "voice"
    if file.media_type in {"audio/mpeg", "audio/mp4"}:
        return "send_audio", "audio"
    return "send_document", "document"
