"""Texts that a provider approved, for when nothing else reaches a customer."""

from agents_ui.api.shapes import Page
from agents_ui.calls import Call, Endpoints
from agents_ui.problems import Refused
from inbox.channel import Template
from inbox.errors import DeliveryError
from inbox.model import AccountId

endpoints = Endpoints("accounts")


@endpoints("GET", "/accounts/{id}/templates")
async def templates(call: Call, id: int) -> Page[Template]:  # noqa: A002  # the path's word
    """List the approved texts of an account, as its provider has them now."""
    channel = call.front.site.channels.get(AccountId(id))
    if channel is None:
        raise Refused(404, "There is no such account.")
    try:
        return Page(items=list(await channel.templates()))
    except DeliveryError as error:
        raise Refused(503, str(error)) from error
