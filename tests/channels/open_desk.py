"""A whole desk with real channels, asked over HTTP as a provider or an agent would."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from aiohttp import ClientResponse, ClientSession

from agents_ui.keys import new_token
from config import app
from config.settings import DeskSettings, Settings, WebSettings
from inbox.actions import agent
from inbox.model import Role
from tests.servers.dovecot import free_ports

PATIENCE = 60.0  # seconds; a slow machine is not a broken one


class OpenDesk:
    """The desk, and an administrator's way to its API."""

    def __init__(self, house: app.House, http: ClientSession, token: str) -> None:
        self.house = house
        self.http = http
        self.headers = {"Authorization": f"Bearer {token}"}
        self.url = house.url

    async def ask(self, method: str, path: str, **body: Any) -> Any:
        """Call the API as an administrator, and return what it answers."""
        async with self.http.request(
            method, self.url + path, json=body or None, headers=self.headers
        ) as answer:
            told = await answer.json() if answer.content_type.endswith("json") else None
            assert answer.status < 400, (answer.status, told)
            return told

    async def post(self, path: str, body: bytes, headers: Mapping[str, str]) -> ClientResponse:
        """Call as a provider does."""
        async with self.http.post(self.url + path, data=body, headers=headers) as answer:
            await answer.read()
            return answer

    async def conversations(self, which: str = "all") -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = (await self.ask("GET", f"/api/conversations?list={which}"))[
            "items"
        ]
        return found

    async def messages(self, conversation: int) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = (await self.ask("GET", f"/api/conversations/{conversation}"))[
            "messages"
        ]["items"]
        return found

    async def reply(self, conversation: int, text: str, **more: Any) -> dict[str, Any]:
        path = f"/api/conversations/{conversation}/replies"
        said: dict[str, Any] = await self.ask(
            "POST", path, text=text, client_id=f"test {text[:40]}", **more
        )
        return said

    async def until(self, holds: Callable[[], Awaitable[Any]]) -> Any:
        """Wait until *holds* returns something true, and return it."""
        async with asyncio.timeout(PATIENCE):
            while not (found := await holds()):  # noqa: ASYNC110  # it is asked over HTTP
                await asyncio.sleep(0.02)
        return found

    async def heard(self, number: int = 1) -> list[dict[str, Any]]:
        """Wait for the only conversation to have that many messages, and return them."""

        async def there() -> list[dict[str, Any]] | None:
            for conversation in await self.conversations():
                said = await self.messages(conversation["id"])
                if len(said) >= number:
                    return said
            return None

        found: list[dict[str, Any]] = await self.until(there)
        return found

    async def ledger(self) -> dict[str, int]:
        """Return where everything went that the only account handed over."""
        [found] = (await self.ask("GET", "/api/ledger"))["items"]
        return {name: count for name, count in found.items() if name != "account_id"}


@asynccontextmanager
async def open_desk(
    folder: Path, database: str | None = None, **accounts: dict[str, Any]
) -> AsyncIterator[OpenDesk]:
    """Open a desk with *accounts*; it knows its own address."""
    (port,) = free_ports(1)
    settings = Settings(
        desk=DeskSettings(
            database=database or f"sqlite:///{folder}/desk.db",
            files=str(folder / "files"),
            public_url=f"http://127.0.0.1:{port}",
        ),
        web=WebSettings(port=port, shutdown_seconds=5.0),
        account=accounts,
    )
    async with app.opened(settings) as house, ClientSession() as http:
        who = await house.desk.write(
            agent.create, name="Ada", email="ada@desk.example", password_hash="", role=Role.ADMIN
        )
        _, token = await house.desk.write(new_token, who, "tests")
        yield OpenDesk(house, http, token)
