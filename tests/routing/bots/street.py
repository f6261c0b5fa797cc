"""A desk that customers reach by six channels, with a bot that answers first.

Everything is as it is in the house but for the wire: what the channels would send is kept.
"""

from contextlib import asynccontextmanager

import msgspec
from sqlalchemy import select

import channels
from config import app
from config.settings import kind_settings
from inbox.actions import agent as agents
from inbox.actions import articles
from inbox.channel import Sent
from inbox.intake import Intake
from inbox.jobs import TrainBrain
from inbox.model import ArticleText, Direction
from inbox.store.accounts import Configured
from inbox.tables import ConversationRow, MessageRow
from inbox.worker import Worker
from routing import setups
from routing.bots.knowledge.library import Library
from routing.bots.mind import Mind
from routing.bots.model import Bot
from routing.bots.teaching.training import train_brain
from routing.queues import Queue
from routing.setup import Setup
from tests.routing.bots.doors import SETTINGS

LINKS = ("shop.example",)
KNOWN = (
    {
        "en": (
            "Returns",
            "You may send anything back within 30 days. How: https://shop.example/help/returns",
            ("Can I send it back?", "How do I return something?", "I want to return my order"),
        ),
        "hr": (
            "Povrat",
            "Sve možete vratiti u roku od 30 dana. Kako: https://shop.example/help/returns",
            ("Mogu li to vratiti?", "Kako se vraća roba?", "Želim vratiti narudžbu"),
        ),
        "de": (
            "Rückgabe",
            "Sie können alles innerhalb von 30 Tagen zurückgeben.",
            ("Kann ich es zurückgeben?", "Wie schicke ich etwas zurück?"),
        ),
    },
    {
        "en": (
            "Delivery",
            "A parcel takes 2 to 4 days.",
            ("How long does delivery take?", "When will my parcel arrive?"),
        ),
        "hr": (
            "Dostava",
            "Paket putuje 2 do 4 dana.",
            ("Koliko traje dostava?", "Kada stiže moj paket?"),
        ),
    },
    {
        "en": (
            "Payment",
            "We take cards and bank transfers.",
            ("How can I pay?", "Do you accept credit cards?"),
        ),
    },
)
SETUP = Setup(
    queues={"Chat": Queue()},
    usual="Chat",
    bots={"owl": Bot(languages=("en", "hr", "de"), links=LINKS, model=True)},
    bot="owl",
)


class Street:
    """The desk, and what left it."""

    def __init__(self, desk, intake, worker, accounts, ada):
        self.desk, self.intake, self.worker, self.accounts = desk, intake, worker, accounts
        self.ada = ada
        self.sent = []  #: what the channels were to send: kind and message

    async def write(self, kind, *raws):
        """Have customers write by a channel, and the desk do all that comes of it."""
        await self.intake.line(self.accounts[kind]).take(*raws)
        await self.settle()

    async def settle(self):
        await self.intake.run_due()
        await self.worker.run_due()

    async def rows(self, table):
        statement = select(table).order_by(table.id)
        return await self.desk.read(lambda unit: unit.connection.execute(statement).all())

    async def said(self):
        """Return what was said to customers, the oldest first."""
        return [one for one in await self.rows(MessageRow) if one.direction == Direction.OUT]

    async def talks(self):
        return await self.rows(ConversationRow)

    async def session(self, which):
        return await self.desk.read(lambda unit: unit.sessions.get(which))


def overheard(kind, sent):
    """Return a channel that understands as it always does, and whose wire is a list."""

    async def send(self, outgoing):
        sent.append((kind, outgoing))
        return Sent(external_id=f"{kind}-{outgoing.message_id}")

    async def fetched(self, source):
        yield b"a file that its provider keeps"

    return type(f"Overheard{kind}", (channels.load(kind),), {"send": send, "fetched": fetched})


@asynccontextmanager
async def open_street(desk, writer=None, setup=SETUP, known=KNOWN):
    """Yield a desk whose bot was taught what it knows."""
    sent, answering = [], {}
    ada = await desk.write(agents.create, name="Ada", email="ada@desk.example", password_hash="-")
    wanted = [Configured(kind=kind, name=kind, address=None) for kind in SETTINGS]
    accounts = await desk.write(lambda unit: unit.accounts.sync(wanted, at=unit.now))
    intake = Intake(desk, answering)
    for kind, told in SETTINGS.items():
        made = overheard(kind, sent)
        settings = msgspec.convert(told, kind_settings(channels.load(kind)))
        answering[accounts[kind]] = made(settings, intake.line(accounts[kind]))
    for texts in known:
        await desk.write(articles.create, article(texts), by=None)
    await desk.write(setups.save, setups.Change(setup=setup), list(SETTINGS), by=None)
    await train_brain(desk, TrainBrain(), encoder=False)
    mind = Mind(desk)
    worker = Worker(
        desk, app.handlers(answering, mind, writer, library=Library(desk)), given_up=app.given_up()
    )
    street = Street(desk, intake, worker, accounts, ada)
    street.sent = sent
    await street.settle()
    assert await desk.read(lambda unit: unit.brains.live_id())
    yield street
    for channel in answering.values():
        await channel.close()


def article(texts, **more):
    told = tuple(
        ArticleText(language=language, title=title, body=body, examples=examples)
        for language, (title, body, examples) in texts.items()
    )
    return articles.Wanted(texts=told, **more)
