"""API tokens: programs act as the agent who made them."""

from typing import Any

from agents_ui import keys
from agents_ui.api.shapes import NewToken, Page, TokenShape
from agents_ui.calls import Call, Endpoints
from agents_ui.problems import Refused
from inbox.model import AgentId, Role
from inbox.store import Unit
from inbox.words import cut

endpoints = Endpoints("tokens")


@endpoints("GET", "/tokens", needs=Role.ADMIN)
async def tokens(call: Call) -> Page[TokenShape]:
    """List your API tokens."""
    rows = await call.read(listed, call.agent.id)
    return Page(items=[shown(row) for row in rows])


def listed(unit: Unit, agent: AgentId) -> Any:
    return unit.agents.tokens(agent)


def shown(row: Any) -> TokenShape:
    return TokenShape(id=row.id, name=row.name, created_at=row.created_at, used_at=row.used_at)


@endpoints("POST", "/tokens", needs=Role.ADMIN, status=201)
async def new_token(call: Call, body: NewToken) -> TokenShape:
    """Make an API token that acts as you. It is shown in this answer and never again."""
    name = cut(body.name.strip(), 200)
    if not name:
        raise Refused(422, "A token needs a name.", field="name")
    number, token = await call.front.desk.write(keys.new_token, call.agent.id, name)
    return TokenShape(
        id=number, name=name, created_at=call.front.desk.clock(), used_at=None, token=token
    )


@endpoints("DELETE", "/tokens/{id}", needs=Role.ADMIN)
async def revoke_token(call: Call, id: int) -> None:  # noqa: A002  # the path's word
    """End an API token; whatever uses it is cut off."""
    token_hash = await call.front.desk.write(keys.revoke, call.agent.id, id)
    call.front.door.forget(token_hash)
