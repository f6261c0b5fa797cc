"""Slack's text as people read it: mrkdwn and blocks become plain text, and ours is safe there.

See Slack's *Formatting message text* and *Rich text block*.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from channels.slack.emoji import shown

DEEPEST = 12  #: levels of nested elements that are read; Slack itself nests three
MARK = re.compile(r"<([^<>\s][^<>\n]{0,2999})>")
BROADCASTS = {"here": "@here", "channel": "@channel", "everyone": "@everyone"}
Names = Mapping[str, str]  #: what the users are called whose ids are known


# --- what we write ------------------------------------------------------------------------
def escaped(text: str) -> str:
    """Return *text* so that Slack shows every character of it as it is."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


# --- what they wrote ----------------------------------------------------------------------
def unescaped(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def plain(mrkdwn: str, names: Names) -> str:
    """Return *mrkdwn* with its mentions, links and entities as people read them."""
    return unescaped(MARK.sub(lambda found: marked(found[1], names), mrkdwn))


def marked(inner: str, names: Names) -> str:
    """Read what stands between angle brackets."""
    target, _, label = inner.partition("|")
    match target[:1]:
        case "@":
            return f"@{label or names.get(target[1:], target[1:])}"
        case "#":
            return f"#{label or target[1:]}"
        case "!":
            return special(target[1:], label)
    return linked(target, label)


def special(target: str, label: str) -> str:
    """Read a broadcast, a user group or a date."""
    if target.startswith("date^"):
        return label or target.split("^")[1]
    if target.startswith("subteam^"):
        return label or "@group"
    return BROADCASTS.get(target, label or f"@{target}")


def linked(target: str, label: str) -> str:
    """Write a link, its label only where that says more than the address does."""
    address = target.removeprefix("mailto:").removeprefix("tel:")
    if not label or bare(label) == bare(address):
        return address
    return f"{label} ({address})"


def bare(address: str) -> str:
    return address.removeprefix("https://").removeprefix("http://").rstrip("/")


# --- blocks -------------------------------------------------------------------------------
def text_of_blocks(blocks: Any, names: Names) -> str:
    """Return what Block Kit shows, a block a paragraph."""
    return "\n".join(filter(None, (block_text(one, names) for one in dicts(blocks))))


def block_text(block: Mapping[str, Any], names: Names) -> str:
    match block.get("type"):
        case "rich_text":
            return rich_text(block, names)
        case "section" | "header" | "context" | "markdown":
            parts = [block.get("text"), *listed(block.get("fields"))]
            parts += listed(block.get("elements"))
            return "\n".join(filter(None, (object_text(part, names) for part in parts)))
        case "image" | "video":
            return object_text(block.get("title"), names) or string(block.get("alt_text"))
        case "actions":
            titles = [object_text(one.get("text"), names) for one in dicts(block.get("elements"))]
            return " ".join(f"[{title}]" for title in titles if title)
    return ""


def object_text(part: Any, names: Names) -> str:
    """Read a text object, or an image by its description."""
    if isinstance(part, str):
        return plain(part, names)
    if not isinstance(part, Mapping):
        return ""
    if part.get("type") == "image":
        return string(part.get("alt_text"))
    text = string(part.get("text"))
    return text if part.get("type") == "plain_text" else plain(text, names)


# --- rich text, which is what people's own messages are made of ---------------------------
def rich_text(block: Mapping[str, Any], names: Names) -> str:
    return joined(dicts(block.get("elements")), lambda one: rich_part(one, names, 0), "\n")


def rich_part(part: Mapping[str, Any], names: Names, depth: int) -> str:
    if depth > DEEPEST:
        return ""
    elements = dicts(part.get("elements"))
    match part.get("type"):
        case "rich_text_list":
            return rich_list(part, elements, names, depth)
        case "rich_text_quote":
            lines = inline(elements, names).rstrip("\n").split("\n")
            return "\n".join(f"> {line}" for line in lines)
        case "rich_text_section" | "rich_text_preformatted":
            return inline(elements, names).removesuffix("\n")
    return ""


def rich_list(
    part: Mapping[str, Any], elements: Sequence[Mapping[str, Any]], names: Names, depth: int
) -> str:
    """Write a list's items one below the other, numbered where Slack numbers them."""
    first = min(whole(part.get("offset")), 10_000) + 1
    indent = "  " * min(whole(part.get("indent")), DEEPEST)
    ordered = part.get("style") == "ordered"
    lines = []
    for number, item in enumerate(elements, first):
        mark = f"{number}." if ordered else "-"
        lines.append(f"{indent}{mark} {rich_part(item, names, depth + 1)}")
    return "\n".join(lines)


def inline(elements: Sequence[Mapping[str, Any]], names: Names) -> str:
    return joined(elements, lambda one: inline_text(one, names), "")


def inline_text(element: Mapping[str, Any], names: Names) -> str:
    told = {key: string(value) for key, value in element.items()}
    match element.get("type"):
        case "link":
            return linked(told.get("url", ""), told.get("text", ""))
        case "emoji":
            return shown(told.get("name", ""), told.get("unicode", ""))
        case "user":
            user = told.get("user_id", "")
            return f"@{names.get(user, user)}"
        case "date":
            return told.get("fallback") or str(whole(element.get("timestamp")))
    return plainly(element.get("type"), told)


def plainly(kind: Any, told: Mapping[str, str]) -> str:
    """Write an element that needs nothing but itself."""
    match kind:
        case "text":
            return told.get("text", "")
        case "channel":
            return f"#{told.get('channel_id', '')}"
        case "usergroup":
            return "@group"
        case "broadcast":
            return f"@{told.get('range', '')}"
        case "color":
            return told.get("value", "")
    return ""


# --- attachments, the older way, and messages that were passed on -------------------------
def text_of_attachments(attachments: Any, names: Names) -> str:
    """Return what attachments say; the preview of a link says nothing that the link does not."""
    texts = [attached(one, names) for one in dicts(attachments) if not is_preview(one)]
    return "\n".join(filter(None, texts))


def is_preview(attachment: Mapping[str, Any]) -> bool:
    passed_on = attachment.get("is_share") or attachment.get("is_msg_unfurl")
    return bool(attachment.get("from_url") or attachment.get("original_url")) and not passed_on


def attached(attachment: Mapping[str, Any], names: Names) -> str:
    texts = [string(attachment.get(part)) for part in ("pretext", "title", "text")]
    fields = dicts(attachment.get("fields"))
    texts += [f"{string(one.get('title'))}: {string(one.get('value'))}" for one in fields]
    said = "\n".join(plain(text, names) for text in texts if text)
    said = said or text_of_blocks(attachment.get("blocks"), names)
    said = said or plain(string(attachment.get("fallback")), names)
    author = string(attachment.get("author_name"))
    if not said or not (attachment.get("is_share") or attachment.get("is_msg_unfurl")):
        return said
    return "\n".join(f"> {line}" for line in f"{author}: {said}".removeprefix(": ").split("\n"))


# --- what may be anything -----------------------------------------------------------------
def string(value: Any) -> str:
    return value if isinstance(value, str) else ""


def whole(value: Any) -> int:
    return value if isinstance(value, int) and 0 <= value < 2**40 else 0


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def dicts(value: Any) -> list[Mapping[str, Any]]:
    return [one for one in listed(value) if isinstance(one, Mapping)]


def joined(
    parts: Sequence[Mapping[str, Any]], read: Callable[[Mapping[str, Any]], str], between: str
) -> str:
    return between.join(read(part) for part in parts)
