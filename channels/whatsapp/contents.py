"""Twilio's contents: templates that WhatsApp approved, and the buttons of a message.

A content is made once for a set of buttons and used again: what the message says is its
first blank. Inside the reply window it needs nobody's approval.
"""

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

import msgspec

from channels.wire.twilio import Twilio
from inbox.channel import Template
from inbox.model import Button, Choices

URL = "https://content.twilio.com/v1/Content"
QUICK = 3  #: buttons below a message; more become a list that is opened
LISTED = 10  #: lines of a list
TITLE = 20  #: characters of a button
LINE = 24  #: characters of a line in a list
PROMPT = "Choose"
NAME = "parlour-"


def described(choices: Choices) -> dict[str, Any]:
    """Return *choices* as a content type, its text left blank."""
    if len(choices.buttons) <= QUICK:
        actions = [{"title": one.title[:TITLE], "id": name(one)} for one in choices.buttons]
        return {"twilio/quick-reply": {"body": "{{1}}", "actions": actions}}
    items = [{"item": one.title[:LINE], "id": name(one)} for one in choices.buttons]
    prompt = (choices.prompt or PROMPT)[:TITLE]
    return {"twilio/list-picker": {"body": "{{1}}", "button": prompt, "items": items}}


def name(button: Button) -> str:
    return (button.id or button.title)[:200]


def called(types: Mapping[str, Any]) -> str:
    """Return what a content is called at Twilio, so that it is found again."""
    return NAME + sha256(msgspec.json.encode(types, order="sorted")).hexdigest()[:24]


class Contents:
    """The contents of one account."""

    def __init__(self, twilio: Twilio) -> None:
        self.twilio = twilio
        self.known: dict[str, str] | None = None  #: SIDs by name, once they were asked for

    async def sid(self, choices: Choices) -> str:
        """Return the content for *choices*, made now if it is new. Raises a `DeliveryError`."""
        types = described(choices)
        wanted = called(types)
        if self.known is None:
            self.known = await self.listed()
        if wanted not in self.known:
            self.known[wanted] = await self.made(wanted, types)
        return self.known[wanted]

    async def listed(self) -> dict[str, str]:
        contents = await self.twilio.client.content.v1.contents.list_async(page_size=100)
        return {
            str(one.friendly_name): str(one.sid)
            for one in contents
            if str(one.friendly_name).startswith(NAME)
        }

    async def made(self, called: str, types: Mapping[str, Any]) -> str:
        told = {
            "friendly_name": called,
            "language": "en",
            "variables": {"1": "Hello"},
            "types": types,
        }
        answer = await self.twilio.ask("POST", URL, json=told, auth=self.twilio.signed_in)
        return str(answer.json()["sid"])

    async def approved(self) -> list[Template]:
        """Return the templates that WhatsApp approved."""
        found = await self.twilio.client.content.v1.content_and_approvals.list_async(page_size=100)
        return [template(one) for one in found if is_approved(one)]


def is_approved(content: Any) -> bool:
    approval = content.approval_requests
    return isinstance(approval, dict) and approval.get("status") == "approved"


def template(content: Any) -> Template:
    """Return one of Twilio's contents as people choose it."""
    approval = content.approval_requests
    variables = content.variables if isinstance(content.variables, dict) else {}
    return Template(
        name=str(content.sid),
        title=str(approval.get("name") or content.friendly_name or content.sid),
        text=body(content.types),
        language=content.language,
        variables=tuple(sorted(variables, key=lambda one: (len(one), one))),
        category=approval.get("category"),
    )


def body(types: Any) -> str:
    """Return the text of a content, whatever kind it is."""
    for kind in (types or {}).values():
        if isinstance(kind, dict):
            for name in ("body", "title", "subtitle"):
                if isinstance(kind.get(name), str):
                    return str(kind[name])
    return ""
