"""What leaves the bot: the way to a person with every answer, and links of ours alone."""

import re
from collections.abc import Collection, Sequence
from urllib.parse import urlsplit

from inbox.channel import Capabilities
from inbox.model import Button
from routing.bots.forms.flows import PERSON
from routing.bots.words.phrases import phrase

LINK = re.compile(r"(?:https?://|www\.)[^\s<>\"'\u201c\u201d\])}]+", re.IGNORECASE)
TRAILING = ".,;:!?"


def person(language: str | None) -> Button:
    """Return the button that brings a customer to a person."""
    return Button(title=phrase("person", language), id=PERSON)


def offered(
    text: str, buttons: Sequence[Button], language: str | None, carrier: Capabilities
) -> tuple[str, tuple[Button, ...]]:
    """Return a text and its buttons with the way to a person, as the channel can carry it.

    Where there is nothing to choose from and no buttons, a line below the text is enough.
    """
    way = person(language)
    every = tuple(buttons) if way.id in {one.id for one in buttons} else (*buttons, way)
    short = all(len(one.title) <= carrier.button_title for one in every)
    if buttons or (len(every) <= carrier.buttons and short):
        return text, every
    return f"{text}\n\n{phrase('person_line', language)}", ()


def hosts(text: str) -> set[str]:
    """Return the hosts that a text links to."""
    return {host(found[0]) for found in LINK.finditer(text)}


def host(link: str) -> str:
    """Return where a link leads; empty when that cannot be told.

    >>> host("https://Shop.example:8443/a?b"), host("www.other.example/x"), host("https://[")
    ('shop.example', 'www.other.example', '')
    """
    address = link if "://" in link else f"https://{link}"
    try:
        return (urlsplit(address).hostname or "").lower().rstrip(".")
    except ValueError:
        return ""


def linked(text: str, allowed: Collection[str]) -> str:
    """Leave links out that lead anywhere but to *allowed* hosts and what lies below them.

    >>> linked("See https://evil.example/x, or https://shop.example/a.", {"shop.example"})
    'See …, or https://shop.example/a.'
    """

    def kept(found: re.Match[str]) -> str:
        link = found[0].rstrip(TRAILING)
        if is_below(host(link), allowed):
            return found[0]
        return "…" + found[0][len(link) :]

    return LINK.sub(kept, text)


def is_below(name: str, allowed: Collection[str]) -> bool:
    """Tell whether a host is one of some, or lies below one."""
    wanted = [one.lower().strip().lstrip(".") for one in allowed]
    return bool(name) and any(name == one or name.endswith(f".{one}") for one in wanted if one)
