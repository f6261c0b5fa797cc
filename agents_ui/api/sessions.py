"""Signing in and out."""

from aiohttp import web

from agents_ui.api import frames, views
from agents_ui.api.shapes import AccountShape, AgentShape, Me, SignIn
from agents_ui.calls import HEADERS, JSON, Call, Endpoints, encode
from agents_ui.site import Site
from inbox.model import Agent
from inbox.store import Unit
from inbox.store.accounts import Kept

endpoints = Endpoints("session")


@endpoints("POST", "/session", needs=None, media=JSON)
async def sign_in(call: Call, body: SignIn) -> AgentShape:
    """Sign in; the answer sets a cookie. Repeated failures are answered with 429."""
    agent, token = await call.front.door.sign_in(call.request, body.email, body.password)
    response = web.Response(body=encode(views.agent(agent)), content_type=JSON, headers=HEADERS)
    call.front.door.give(response, token)
    return response  # type: ignore[return-value]  # the shape it carries


@endpoints("DELETE", "/session")
async def sign_out(call: Call) -> None:
    """Sign out; the session ends for every browser window that uses it."""
    await call.front.door.sign_out(call.known)
    response = web.Response(status=204, headers=HEADERS)
    call.front.door.take(response)
    return response  # type: ignore[return-value]  # an empty answer that takes the cookie back


@endpoints("GET", "/me")
async def me(call: Call) -> Me:
    """Everything a browser needs before it draws the desk."""
    return await call.read(asked_by, call.agent, call.front.site)


def asked_by(unit: Unit, agent: Agent, site: Site) -> Me:
    return Me(
        agent=views.agent(agent),
        agents=[views.agent(one) for one in unit.agents.all()],
        accounts=[shown(one, site) for one in unit.accounts.every()],
        sequence=frames.newest(unit),
        counts=frames.counted(unit, agent),
        version=site.version,
    )


def shown(account: Kept, site: Site) -> AccountShape:
    trouble = site.trouble(account.id) or account.trouble
    return AccountShape(
        id=account.id,
        kind=account.kind,
        name=account.name,
        address=account.address,
        archived=account.archived_at is not None,
        capabilities=site.capabilities(account.id),
        healthy=trouble is None,
        trouble=trouble,
        paused=account.paused_at is not None,
    )
