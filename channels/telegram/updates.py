"""How an update of the Bot API is read."""

import re
from collections.abc import Sequence
from typing import Any

import msgspec
from telegram import (
    CallbackQuery,
    Chat,
    ChatMemberUpdated,
    MaybeInaccessibleMessage,
    Message,
    MessageReactionUpdated,
    ReactionTypeCustomEmoji,
    ReactionTypeEmoji,
    Update,
)

from channels.telegram.content import content, dressed, files, is_silent, own_number, told, words
from inbox.channel import Edited, Heard, Inbound, Profile, Raw, Reacted
from inbox.errors import Unreadable
from inbox.model import Address, Pressed, Proof

KIND = "telegram"
CUSTOM = "⭐"  #: stands for an emoji that only Telegram can draw
GONE = ("kicked", "left")
LACKED = re.compile(r"required positional arguments?: .*")
NAMES = re.compile(r"'(\w+)'")
MALFORMED = (
    AttributeError,
    KeyError,
    TypeError,
    ValueError,
    OverflowError,
    IndexError,
    msgspec.MsgspecError,
)


def parse(raw: Raw) -> Sequence[Heard]:
    """Read one update. Raises `Unreadable`, which says what is wrong with it."""
    update = read(raw)
    try:
        return [sound(one) for one in heard(update)]
    except MALFORMED as error:
        raise Unreadable(malformed(error)) from error


def malformed(error: Exception) -> str:
    """Say what is wrong with an update, as far as the library's complaint tells."""
    missing = LACKED.search(str(error))
    if missing or isinstance(error, KeyError):
        names = NAMES.findall(missing[0] if missing else str(error))
        return f"This update of Telegram lacks {' and '.join(names) or 'something'}."
    return "Something in this update of Telegram is not of the kind that it should be."


def sound(one: Heard) -> Heard:
    """Return *one* with the types it should have: the library believes what it is told."""
    again: Heard = msgspec.json.decode(msgspec.json.encode(one), type=type(one))
    return again


def read(raw: Raw) -> Update:
    try:
        told_us = msgspec.json.decode(raw.payload)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Unreadable("This is no JSON, as every update of Telegram is.") from error
    if not isinstance(told_us, dict) or not isinstance(told_us.get("update_id"), int):
        raise Unreadable("This is no update of Telegram: it has no update_id.")
    try:
        return Update.de_json(told_us, None)
    except MALFORMED as error:
        raise Unreadable(malformed(error)) from error


def heard(update: Update) -> Sequence[Heard]:
    """Return what an update says; most kinds of updates are nothing for a desk."""
    if update.message:
        return said(update.message)
    if update.edited_message:
        return edited(update.edited_message, update.update_id)
    if update.callback_query:
        return pressed(update.callback_query)
    if update.message_reaction:
        return reacted(update.message_reaction, update.update_id)
    if update.my_chat_member:
        return came_or_went(update.my_chat_member)
    return []


def name_of(chat: int, message: int) -> str:
    """Return the external id of a message; its number alone is not unique."""
    return f"{chat}:{message}"


def thread_of(message: Message) -> str:
    """Return the exchange a message belongs to: a chat, or one topic of a group."""
    if message.is_topic_message and message.message_thread_id:
        return f"{message.chat.id}/{message.message_thread_id}"
    return str(message.chat.id)


def sender_of(message: Message) -> Address | None:
    """Return who wrote; none when it was a bot or a channel."""
    chat = message.sender_chat  # an anonymous administrator writes as the group itself
    if chat and chat.type != Chat.CHANNEL:
        return Address(kind=KIND, value=str(chat.id), name=chat.effective_name)
    person = message.from_user
    if chat or person is None or person.is_bot:
        return None
    return Address(kind=KIND, value=str(person.id), name=person.full_name or None)


# --- messages -----------------------------------------------------------------------------
def said(message: Message) -> Sequence[Heard]:
    sender = sender_of(message)
    if sender is None or is_silent(message):
        return []
    person = message.from_user
    found = Inbound(
        external_id=name_of(message.chat.id, message.message_id),
        sender=sender,
        sent_at=message.date,
        text=words(message),
        html=dressed(message),
        subject=None if message.chat.type == Chat.PRIVATE else message.chat.title,
        proof=Proof.VERIFIED,
        thread=thread_of(message),
        files=tuple(files(message)),
        answers=quoted(message),
        content=content(message),
        attributes=told(person, start(message)) if person and not message.sender_chat else {},
    )
    number = own_number(message)
    return [found, known(sender, number, found.thread)] if number else [found]


def known(sender: Address, number: str, thread: str | None) -> Profile:
    """Return that somebody shared their own number, which Telegram vouches for."""
    phone = Address(kind="phone", value=number)
    return Profile(who=sender, proof=Proof.VERIFIED, also=((phone, Proof.VERIFIED),), thread=thread)


def quoted(message: Message) -> str | None:
    """Return what a message answers. In a topic everything answers its first message."""
    answered = message.reply_to_message
    if answered is None or answered.forum_topic_created:
        return None
    return name_of(answered.chat.id, answered.message_id)


def start(message: Message) -> str | None:
    """Return where somebody came from: the payload of the link that opened the bot."""
    text = message.text or ""
    if message.chat.type != Chat.PRIVATE or not text.startswith("/start "):
        return None
    return text.removeprefix("/start ").strip()[:64] or None


def edited(message: Message, number: int) -> Sequence[Heard]:
    """Read a change. One without any words says nothing about the words before it."""
    if sender_of(message) is None:
        return []
    moved = content(message)
    if message.text is None and message.caption is None and moved is None:
        return []
    at = message.edit_date or message.date
    return [
        Edited(
            external_id=name_of(message.chat.id, message.message_id),
            order=order(int(at.timestamp()), number),
            text=words(message),
            html=dressed(message),
            content=moved,
            at=at,
        )
    ]


def order(seconds: int, number: int) -> int:
    """Return what grows with every change: its second, and within it Telegram's number."""
    return seconds << 32 | number & 0xFFFFFFFF


# --- buttons, emojis, coming and going ----------------------------------------------------
def pressed(query: CallbackQuery) -> Sequence[Heard]:
    message = query.message
    if message is None or query.data is None:
        return []
    sender = Address(kind=KIND, value=str(query.from_user.id), name=query.from_user.full_name)
    about = name_of(message.chat.id, message.message_id)
    title = title_of(message, query.data)
    return [
        Inbound(
            external_id=f"pressed:{query.id}",
            sender=sender,
            text=title,
            proof=Proof.VERIFIED,
            thread=thread_of(message) if isinstance(message, Message) else str(message.chat.id),
            answers=about,
            content=Pressed(id=query.data, title=title, about=about),
        )
    ]


def title_of(message: MaybeInaccessibleMessage, data: str) -> str:
    """Return what stood on the button; its data when Telegram does not say any more."""
    markup = getattr(message, "reply_markup", None)
    rows: Sequence[Sequence[Any]] = markup.inline_keyboard if markup else ()
    buttons = [button for row in rows for button in row]
    return next((button.text for button in buttons if button.callback_data == data), data)


def reacted(change: MessageReactionUpdated, number: int) -> Sequence[Heard]:
    """Read which emojis somebody put on a message and which they took off."""
    person = change.user
    if person is None or person.is_bot:
        return []
    who = Address(kind=KIND, value=str(person.id), name=person.full_name)
    before, after = (
        {emoji(one) for one in several} for several in (change.old_reaction, change.new_reaction)
    )
    return [
        Reacted(
            external_id=name_of(change.chat.id, change.message_id),
            order=order(int(change.date.timestamp()), number),
            who=who,
            emoji=one,
            on=one in after,
            at=change.date,
        )
        for one in sorted(before ^ after)
    ]


def emoji(reaction: Any) -> str:
    if isinstance(reaction, ReactionTypeEmoji):
        return reaction.emoji
    return CUSTOM if isinstance(reaction, ReactionTypeCustomEmoji) else "💫"


def came_or_went(change: ChatMemberUpdated) -> Sequence[Heard]:
    """Read that somebody blocked the bot, or came back."""
    if change.chat.type != Chat.PRIVATE:
        return []
    person = change.from_user
    who = Address(kind=KIND, value=str(person.id), name=person.full_name)
    blocked = change.new_chat_member.status in GONE
    return [
        Profile(
            who=who,
            proof=Proof.VERIFIED,
            attributes={"telegram_blocked": blocked},
            thread=str(change.chat.id),
        )
    ]
