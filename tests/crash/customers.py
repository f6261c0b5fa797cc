"""Customers and an agent who go on whatever happens to the desk, and remember what was told."""

import asyncio
import random
from email.message import EmailMessage
from typing import Any

from aiohttp import ClientSession

from tests.crash.running import RunningDesk, pages, persistently
from tests.servers.dovecot import Dovecot


class Visitors:
    """They write by web chat; each message is repeated until it was acknowledged."""

    def __init__(self, desk: RunningDesk, visitors: int = 20) -> None:
        self.desk = desk
        self.visitors = visitors
        self.acknowledged: list[str] = []

    async def write(self, messages: int, pause: float) -> None:
        async with ClientSession(self.desk.url) as http:
            each = messages // self.visitors
            await asyncio.gather(
                *(self.one(http, number, each, pause) for number in range(self.visitors))
            )

    async def one(self, http: ClientSession, number: int, messages: int, pause: float) -> None:
        chance = random.Random(number)
        session = await persistently(http, "POST", "/channels/shop/session", json={})
        headers = {"Authorization": f"Bearer {session['token']}"}
        for step in range(messages):
            name = f"visitor-{number}-{step:04}"
            frame = {"type": "message", "client_id": name, "text": f"This is {name}."}
            while not await self.stored(http, frame, headers):  # noqa: ASYNC110  # a patient person
                await asyncio.sleep(0.2)
            self.acknowledged.append(name)
            await asyncio.sleep(chance.uniform(0, 2 * pause))

    async def stored(
        self, http: ClientSession, frame: dict[str, str], headers: dict[str, str]
    ) -> bool:
        """Say it, and tell whether it was acknowledged."""
        answers = await persistently(
            http, "POST", "/channels/shop/messages", json=[frame], headers=headers
        )
        return {"type": "stored", "client_id": frame["client_id"]} in answers


def mail(number: int) -> bytes:
    message = EmailMessage()
    message["From"] = f"Customer {number % 50} <customer{number % 50}@example.org>"
    message["To"] = "support@desk.test"
    message["Subject"] = f"Question {number}"
    message["Message-ID"] = f"<question.{number}@example.org>"
    message["Date"] = "Sat, 21 Nov 2026 10:00:00 +0000"
    message.set_content(f"This is mail-{number:04}.\n")
    return message.as_bytes()


async def send_mails(server: Dovecot, mails: int, pause: float) -> None:
    """Have mails arrive one after the other, whoever fetches them."""
    chance = random.Random(7)
    for number in range(mails):
        await asyncio.to_thread(server.deliver, "support@desk.test", mail(number))
        await asyncio.sleep(chance.uniform(0, 2 * pause))


class Agent:
    """Answers whatever she sees; what the desk took from her she counts on."""

    def __init__(self, desk: RunningDesk) -> None:
        self.desk = desk
        self.taken: dict[str, int] = {}  #: client id -> message id

    async def answer(self, channel: str, replies: int, pause: float) -> None:
        """Answer the conversations of *channel* in turn, until *replies* things were said."""
        said = 0
        async with self.desk.client() as http:
            while said < replies:
                async for talk in pages(http, "/api/conversations?list=all"):
                    if talk["channel"] == channel and said < replies:
                        await self.reply(http, talk["id"], f"reply-{channel}-{said:04}")
                        said += 1
                        await asyncio.sleep(pause)
                await asyncio.sleep(pause)

    async def reply(self, http: ClientSession, conversation: int, name: str) -> None:
        said = await persistently(
            http,
            "POST",
            f"/api/conversations/{conversation}/replies",
            json={"text": f"This is {name}.", "client_id": name},
            headers={"Idempotency-Key": name},
        )
        self.taken[name] = said["id"]


async def record(desk: RunningDesk) -> list[dict[str, Any]]:
    """Return every message of every conversation."""
    found = []
    async with desk.client() as http:
        for tray in "all", "resolved":
            async for talk in pages(http, f"/api/conversations?list={tray}"):
                path = f"/api/conversations/{talk['id']}/messages"
                found += [message async for message in pages(http, path, "before")]
    return found
