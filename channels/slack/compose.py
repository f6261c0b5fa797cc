"""A message of ours as Slack takes it.

Its text is plain: what an agent types is shown as it is, whatever mrkdwn would make of it.
Every message carries our own number in its metadata, so that a doubtful one can be found.
"""

from typing import Any

from channels.slack.understand import CHOICE, OURS
from channels.slack.words import escaped
from inbox.channel import Outgoing
from inbox.model import Choices, Location

MAX_TEXT = 3900  #: of 4,000 that `chat.update` takes; escaping makes some longer
SECTION = 3000  #: characters of one section
BUTTONS = 25
TITLE = 75


def render(outgoing: Outgoing, *, show_author: bool = True) -> dict[str, Any]:
    """Write what `chat.postMessage` is told, but for where it goes."""
    text = text_of(outgoing)
    told: dict[str, Any] = {
        "text": escaped(text),
        "mrkdwn": False,
        "unfurl_links": False,
        "unfurl_media": False,
        "metadata": {"event_type": OURS, "event_payload": {"id": outgoing.message_id}},
    }
    if show_author and outgoing.author:
        told["username"] = outgoing.author
    if isinstance(outgoing.content, Choices):
        told["blocks"] = [*sections(text), buttons(outgoing.content)]
    return told


def text_of(outgoing: Outgoing) -> str:
    """Return the words of a message; a place is words and a link here."""
    if not isinstance(outgoing.content, Location):
        return outgoing.text
    place = outgoing.content
    where = f"https://www.openstreetmap.org/?mlat={place.latitude}&mlon={place.longitude}"
    parts = (outgoing.text, place.name, place.address, where)
    return "\n".join(part for part in parts if part)


def sections(text: str) -> list[dict[str, Any]]:
    return [
        {"type": "section", "text": {"type": "plain_text", "text": text[at : at + SECTION]}}
        for at in range(0, len(text), SECTION)
    ]


def buttons(choices: Choices) -> dict[str, Any]:
    elements = []
    for number, button in enumerate(choices.buttons):
        element: dict[str, Any] = {
            "type": "button",
            "text": {"type": "plain_text", "text": button.title},
            "action_id": f"{CHOICE}:{number}",
            "value": button.id or button.title,
        }
        elements.append(element | ({"url": button.url} if button.url else {}))
    return {"type": "actions", "elements": elements}


def place_of(thread: str) -> tuple[str, str | None]:
    """Return the channel and, where it has one, the thread of a conversation."""
    channel, _, ts = thread.partition(":")
    return channel, ts or None
