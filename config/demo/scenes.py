"""Play what happened before the visitor of the demo came in, as it would have happened.

Customers write through the channels, agents answer with the same verbs as the inbox uses, and
the worker delivers; only the clock is set back.
"""

import hashlib
import struct
import tomllib
import zlib
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from typing import cast

import msgspec

from channels.webchat.payloads import Introduced, Upload, Wrote
from config.app import House
from config.demo.postbox import PaperMail, answer, opened
from inbox.actions import conversation as talks
from inbox.actions.note import note
from inbox.actions.reply import reply
from inbox.channel import Raw
from inbox.desk import utc_now
from inbox.model import AgentId, ConversationId, Value
from inbox.store import Unit

SCENES = Path(__file__).with_name("scenes.toml")
UNREADABLE = (
    b"From: fax@office.example\r\nSubject: Scan\r\nMIME-Version: 1.0\r\n"
    + b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(500)
    )
    + b"\r\nscan\r\n"
)


class Line(Value):
    """Something said."""

    text: str
    after: int = 0  #: minutes since the scene began
    agent: str | None = None  #: who says it; the customer when left out
    note: bool = False
    files: tuple[str, ...] = ()
    quotes: bool = False  #: the customer answers our last mail


class Scene(Value):
    """One exchange."""

    ago: int  #: minutes
    by: str  #: chat or email
    customer: str
    line: tuple[Line, ...]
    email: str | None = None
    copied: str | None = None
    subject: str | None = None
    assigned: str | None = None
    resolved: bool = False


class Script(Value):
    scene: tuple[Scene, ...]


class Clock:
    """The desk's clock, which tells an earlier time while the past is played."""

    def __init__(self) -> None:
        self.past: datetime | None = None

    def __call__(self) -> datetime:
        return self.past or utc_now()


class Stage:
    """Plays scenes in the order in which things happened."""

    def __init__(self, house: House, clock: Clock, agents: dict[str, AgentId]) -> None:
        self.house = house
        self.desk = house.desk
        self.clock = clock
        self.agents = agents
        self.talks: dict[int, ConversationId] = {}

    async def play(self) -> None:
        """Play the whole script, and come back to the present."""
        script = msgspec.convert(tomllib.loads(SCENES.read_text()), Script)
        now = utc_now()
        told = [
            (now - timedelta(minutes=scene.ago - line.after), number, position)
            for number, scene in enumerate(script.scene)
            for position, line in enumerate(scene.line)
        ]
        for at, number, position in sorted(told):
            self.clock.past = at
            await self.say(number, script.scene[number], position)
        self.clock.past = now - timedelta(minutes=3)
        await self.mailbox.receive(UNREADABLE)
        await self.settle()
        self.clock.past = None

    @property
    def mailbox(self) -> PaperMail:
        return cast(PaperMail, self.house.channel("support"))

    async def say(self, number: int, scene: Scene, position: int) -> None:
        line = scene.line[position]
        if line.agent is None:
            before = await self.desk.read(newest_conversation)
            await (self.mail if scene.by == "email" else self.chat)(scene, line, number, position)
            await self.settle()
            after = await self.desk.read(newest_conversation)
            if after != before and after is not None:
                self.talks[number] = after
                await self.take(scene, after)
        else:
            await self.answer(line, self.talks[number], f"demo-{number}-{position}")
        if scene.resolved and position == len(scene.line) - 1:
            await self.desk.write(
                talks.resolve, self.talks[number], by=self.agents[scene.assigned or "mira"]
            )

    async def take(self, scene: Scene, talk: ConversationId) -> None:
        if scene.assigned:
            agent = self.agents[scene.assigned]
            await self.desk.write(talks.assign, talk, agent, by=agent)

    async def answer(self, line: Line, talk: ConversationId, client_id: str) -> None:
        agent = self.agents[line.agent or ""]
        verb = note if line.note else reply
        await self.desk.write(verb, talk, line.text.strip(), by=agent, client_id=client_id)
        await self.settle()

    async def settle(self) -> None:
        """Understand what came in and deliver what goes out."""
        await self.house.intake.run_due()
        await self.house.worker.run_due()

    # --- customers ----------------------------------------------------------------------------
    async def mail(self, scene: Scene, line: Line, number: int, position: int) -> None:
        sent = sorted(self.mailbox.folder.glob("*.eml"))
        ours = [path for path in sent if scene.email and scene.email in str(opened(path)["to"])]
        if line.quotes and ours:
            await self.mailbox.receive(answer(opened(ours[-1]), {"text": line.text.strip()}))
            return
        mail = EmailMessage()
        mail["From"] = f"{scene.customer} <{scene.email}>"
        mail["To"] = self.mailbox.settings.address
        if scene.copied:
            mail["Cc"] = scene.copied
        mail["Subject"] = scene.subject or ""
        mail["Date"] = format_datetime(self.clock())
        mail["Message-ID"] = f"<{number}.{position}@{(scene.email or '').partition('@')[2]}>"
        mail.set_content(line.text.strip() + "\n")
        for name in line.files:
            major, _, minor = media_type(name).partition("/")
            mail.add_attachment(content(name), maintype=major, subtype=minor, filename=name)
        await self.mailbox.receive(mail.as_bytes())

    async def chat(self, scene: Scene, line: Line, number: int, position: int) -> None:
        channel = self.house.channel("shop")
        thread = hashlib.sha256(f"demo {number}".encode()).hexdigest()[:32]
        uploads = [
            Upload(
                blob=await channel.line.store_file(content(name)),
                name=name,
                media_type=media_type(name),
                size=len(content(name)),
            )
            for name in line.files
        ]
        if position == 0 and scene.email:
            who = Introduced(thread=thread, name=scene.customer, email=scene.email)
            await channel.line.take(Raw(payload=msgspec.json.encode(who)))
        wrote = Wrote(
            thread=thread,
            client_id=f"demo-{number}-{position}",
            at=self.clock(),
            text=line.text,
            name=scene.customer,
            files=tuple(uploads),
        )
        await channel.line.take(Raw(payload=msgspec.json.encode(wrote)))


def newest_conversation(unit: Unit) -> ConversationId | None:
    from sqlalchemy import func, select

    from inbox.tables import ConversationRow

    return unit.connection.scalar(select(func.max(ConversationRow.id)))


def media_type(name: str) -> str:
    return {".png": "image/png", ".txt": "text/plain"}[Path(name).suffix]


def content(name: str) -> bytes:
    """Draw a picture of a bowl with a crack, or write down a company's address."""
    if name.endswith(".png"):
        return bowl()
    return "Wójcik i Córki sp. z o.o.\nul. Ceglana 8, 61-001 Poznań\nNIP 000-000-00-00\n".encode()


def bowl(width: int = 320, height: int = 220) -> bytes:
    """Return a PNG: half an ellipse of slate on linen, and a crack at its rim."""
    rows = b"".join(
        b"\0" + b"".join(colour(x - width / 2, y - 80) for x in range(width)) for y in range(height)
    )
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        for name, body in chunks
    )


def colour(x: float, y: float) -> bytes:
    if abs(x - 60 - (y % 17) / 3) < 2 and -4 < y < 52:
        return b"\x2a\x2c\x30"
    if (x / 120) ** 2 + (y / 26) ** 2 < 1:
        return b"\x5f\x6b\x78"
    if y > 0 and (x / 120) ** 2 + (y / 105) ** 2 < 1:
        return b"\x7d\x8a\x97"
    return b"\xf3\xee\xe4"
