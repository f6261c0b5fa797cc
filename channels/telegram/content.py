"""What a Telegram message carries: its words, its files, and what it is besides."""

from collections.abc import Iterator

import nh3
from telegram import Message, MessageEntity, MessageOriginUser, PhotoSize
from telegram import User as Person

from inbox.channel import File
from inbox.model import Card, Content, Location

DRESSED = {  #: entities that a plain text loses
    MessageEntity.BOLD,
    MessageEntity.ITALIC,
    MessageEntity.UNDERLINE,
    MessageEntity.STRIKETHROUGH,
    MessageEntity.CODE,
    MessageEntity.PRE,
    MessageEntity.TEXT_LINK,
    MessageEntity.BLOCKQUOTE,
    MessageEntity.EXPANDABLE_BLOCKQUOTE,
}
TAGS = {"a", "b", "i", "u", "s", "code", "pre", "blockquote"}
MEDIA = {  #: what a message may carry, how its file is called and of which type it is by default
    "voice": ("voice.ogg", "audio/ogg"),
    "audio": ("audio.mp3", "audio/mpeg"),
    "video": ("video.mp4", "video/mp4"),
    "video_note": ("video-note.mp4", "video/mp4"),
    "animation": ("animation.mp4", "video/mp4"),
    "document": ("document", "application/octet-stream"),
}
UNSAID = {  #: what has no words of its own, in a few of ours
    "game": "[a game]",
    "story": "[a story]",
    "invoice": "[an invoice]",
    "giveaway": "[a giveaway]",
    "paid_media": "[paid media]",
}


# --- words --------------------------------------------------------------------------------
def words(message: Message) -> str:
    """Return what a message says, addresses of its links written out."""
    text = message.text if message.text is not None else message.caption or ""
    text = linked(text, message)
    return "\n".join(line for line in (forwarded(message), text or unsaid(message)) if line)


def linked(text: str, message: Message) -> str:
    """Write behind each linked word where its link leads."""
    whole = text.encode("utf-16-le")
    entities = message.entities or message.caption_entities
    for entity in sorted(entities, key=lambda one: one.offset, reverse=True):
        if entity.type == MessageEntity.TEXT_LINK and entity.url:
            end = (entity.offset + entity.length) * 2  # Telegram counts UTF-16 units
            whole = whole[:end] + f" ({entity.url})".encode("utf-16-le") + whole[end:]
    return whole.decode("utf-16-le", errors="replace")


def dressed(message: Message) -> str | None:
    """Return a message as HTML, when its words are dressed in a way that text loses."""
    if message.text is not None:
        html, entities = message.text_html_urled, message.entities
    else:
        html, entities = message.caption_html_urled, message.caption_entities
    if not any(entity.type in DRESSED for entity in entities):
        return None
    return nh3.clean(html.replace("\n", "<br>"), tags=TAGS | {"br"})


def forwarded(message: Message) -> str:
    """Say whose words these were first."""
    origin = message.forward_origin
    if origin is None:
        return ""
    if isinstance(origin, MessageOriginUser):
        return f"[forwarded from {origin.sender_user.full_name}]"
    name = getattr(origin, "sender_user_name", None)
    chat = getattr(origin, "chat", None) or getattr(origin, "sender_chat", None)
    return f"[forwarded from {name or (chat.effective_name if chat else 'somebody')}]"


def unsaid(message: Message) -> str:
    """Say in words what came without any, so that nothing comes to the desk empty."""
    if message.sticker:
        return message.sticker.emoji or "[a sticker]"
    if message.dice:
        return f"{message.dice.emoji} {message.dice.value}"
    if message.poll:
        options = "\n".join(f"- {option.text}" for option in message.poll.options)
        return f"[a poll] {message.poll.question}\n{options}"
    return next((said for kind, said in UNSAID.items() if getattr(message, kind, None)), "")


def is_silent(message: Message) -> bool:
    """Tell whether a message is only Telegram's own note, such as that somebody joined."""
    return not (words(message) or content(message) or next(files(message), None))


# --- what it is besides -------------------------------------------------------------------
def content(message: Message) -> Content | None:
    """Return a place or a contact card."""
    if venue := message.venue:
        return Location(
            latitude=venue.location.latitude,
            longitude=venue.location.longitude,
            name=venue.title,
            address=venue.address,
        )
    if place := message.location:
        return Location(latitude=place.latitude, longitude=place.longitude)
    if contact := message.contact:
        name = " ".join(part for part in (contact.first_name, contact.last_name) if part)
        return Card(name=name, phone=international(contact.phone_number))
    return None


def international(number: str) -> str:
    """Return a phone number as E.164; Telegram leaves its plus out."""
    digits = "".join(filter(str.isdigit, number))
    return f"+{digits}"


def own_number(message: Message) -> str | None:
    """Return the sender's own phone number, which Telegram vouches for."""
    contact, sender = message.contact, message.from_user
    if contact and sender and contact.user_id == sender.id:
        return international(contact.phone_number)
    return None


# --- files --------------------------------------------------------------------------------
def files(message: Message) -> Iterator[File]:
    """Yield what a message carries, by the id under which Telegram keeps it."""
    if message.photo:
        yield photo(message.photo[-1])
    if message.sticker and message.sticker.file_id:
        yield sticker(message)
    for kind, (name, media_type) in MEDIA.items():
        found = getattr(message, kind, None)
        if found and not (kind == "document" and message.animation):  # it comes as both
            yield File(
                name=getattr(found, "file_name", None) or name,
                media_type=getattr(found, "mime_type", None) or media_type,
                size=found.file_size or 0,
                source=found.file_id,
            )


def photo(size: PhotoSize) -> File:
    """Return the largest of the sizes in which Telegram keeps a photo."""
    return File(
        name="photo.jpg",
        media_type="image/jpeg",
        size=size.file_size or 0,
        source=size.file_id,
    )


def sticker(message: Message) -> File:
    found = message.sticker
    assert found  # noqa: S101  # the caller looked
    name, media_type = ("sticker.webp", "image/webp")
    if found.is_video:
        name, media_type = ("sticker.webm", "video/webm")
    elif found.is_animated:
        name, media_type = ("sticker.tgs", "application/x-tgsticker")
    size = found.file_size or 0
    return File(name=name, media_type=media_type, size=size, source=found.file_id, inline=True)


# --- who ----------------------------------------------------------------------------------
def told(person: Person, start: str | None) -> dict[str, str]:
    """Return what Telegram tells of somebody besides their name."""
    attributes = {
        "telegram": f"@{person.username}" if person.username else None,
        "language": person.language_code,
        "source": start,
    }
    return {name: value for name, value in attributes.items() if value}
