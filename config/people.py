"""What the command line does with agents and their tokens."""

import asyncio
from collections.abc import Sequence
from typing import Any

from agents_ui import keys
from inbox.actions import agent as verbs
from inbox.desk import Desk
from inbox.errors import Invalid, NotFound
from inbox.model import Agent, AgentId, Role
from inbox.store import Unit

SHORTEST = 10  # characters of a password


async def add(desk: Desk, email: str, name: str, role: str, password: str) -> AgentId:
    """Let somebody sign in. Raises `Invalid` or `Conflict`."""
    return await desk.write(
        verbs.create,
        name=name,
        email=email,
        password_hash=await hashed(password),
        role=Role(role),
    )


async def hashed(password: str) -> str:
    """Hash a password as slowly as an attacker deserves. Raises `Invalid` for a short one."""
    from argon2 import PasswordHasher

    if len(password) < SHORTEST:
        raise Invalid(f"A password has at least {SHORTEST} characters.")
    return await asyncio.to_thread(PasswordHasher().hash, password)


async def everybody(desk: Desk) -> Sequence[Agent]:
    return await desk.read(every)


async def change_role(desk: Desk, email: str, role: str) -> None:
    await desk.write(verbs.change_role, await number(desk, email), Role(role))


async def change_password(desk: Desk, email: str, password: str) -> None:
    which = await number(desk, email)
    await desk.write(verbs.change_password, which, await hashed(password))


async def archive(desk: Desk, email: str) -> None:
    await desk.write(verbs.archive, await number(desk, email))


async def add_token(desk: Desk, email: str, name: str) -> str:
    """Return a new token; only its hash is kept."""
    _, token = await desk.write(keys.new_token, await number(desk, email), name)
    return token


async def tokens(desk: Desk, email: str) -> Sequence[Any]:
    return await desk.read(tokens_of, await number(desk, email))


async def revoke_token(desk: Desk, email: str, which: int) -> None:
    await desk.write(keys.revoke, await number(desk, email), which)


async def number(desk: Desk, email: str) -> AgentId:
    """Return who signs in with *email*. Raises `NotFound`."""
    wanted = email.strip().lower()
    for one in await everybody(desk):
        if one.email == wanted:
            return one.id
    raise NotFound(f"Nobody signs in as {wanted}; see `parlour agent list`.")


def every(unit: Unit) -> Sequence[Agent]:
    return unit.agents.all()


def tokens_of(unit: Unit, agent: AgentId) -> Sequence[Any]:
    return unit.agents.tokens(agent)
