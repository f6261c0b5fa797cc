"""A desk with a bot that answers first, whose understanding is what a test says it is."""

from contextlib import asynccontextmanager
from datetime import timedelta

from sqlalchemy import select

from config import app
from inbox.actions import articles, duties
from inbox.actions.articles import Wanted
from inbox.jobs import TrainBrain
from inbox.model import ArticleText, ConversationId, Member
from inbox.store.articles import content_of
from inbox.tables import EventRow, MessageRow
from inbox.testing.fakes import Flaky
from inbox.worker import Worker
from routing import setups
from routing.bots.knowledge.library import Library
from routing.bots.model import Bot
from routing.bots.turns.converse import act, carriers, thought_in_time
from routing.bots.turns.matter import gather
from routing.bots.turns.think import Tools
from routing.bots.understanding import Candidate, Reading
from routing.queues import Queue
from routing.setup import Setup
from tests.inbox.actions.letters import chat
from tests.inbox.ear import Ear
from tests.inbox.house import furnish

KNOWN = {
    "How do I return it?": "Send it back within 30 days.",
    "How long does delivery take?": "Two to four days.",
    "How can I pay?": "By card.",
}
ONE_QUEUE = {"queues": {"sales": Queue()}, "usual": "sales"}


class Table:
    """An understanding that knows sentences by heart, and fails as told."""

    def __init__(self, known):
        self.known = dict(known)  #: sentence -> reading
        self.trouble = None
        self.read_so_far = []

    async def read(self, text, languages=()):
        self.read_so_far.append(text)
        if self.trouble:
            raise self.trouble
        return self.known.get(text.splitlines()[-1] if text else "", reading()), None


def reading(*intents, novelty=None, ambiguity=0.0):
    found = tuple(Candidate(intent=one, probability=0.9, nearest="") for one in intents)
    novelty = (0.1 if found else 1.0) if novelty is None else novelty
    return Reading(language="en", candidates=found, ambiguity=ambiguity, novelty=novelty)


class Counter:
    """What a test does at the desk."""

    def __init__(self, desk, house, worker, *, mind, channels, articles, queue):
        self.desk, self.house, self.worker, self.mind = desk, house, worker, mind
        self.channels, self.articles, self.queue = channels, articles, queue
        self.ear = Ear(desk)
        self.heard = 0

    @property
    def channel(self):
        return self.channels[self.house.chat]

    async def hear(self, text, *, visitor="v1", **fields):
        """Have a customer write; nothing is done about it yet."""
        self.heard += 1
        await self.ear(self.house.chat, chat(f"m{self.heard}", text, visitor=visitor, **fields))
        return ConversationId(max(row.conversation_id for row in await self.messages()))

    async def says(self, text, **fields):
        """Have a customer write, and the desk do all that comes of it at once."""
        which = await self.hear(text, **fields)
        await self.worker.run_due()
        return which

    async def after(self, seconds):
        self.desk.advance(seconds)
        await self.worker.run_due()

    async def think(self, which):
        """Read and think as a worker does, and return what it would write."""
        matter = await self.desk.read(gather, which, carriers(self.channels))
        if matter is None:
            return None
        return matter, await thought_in_time(matter, Tools(mind=self.mind), 30)

    async def write(self, thought):
        return await self.desk.write(act, *thought)

    # --- what one sees ----------------------------------------------------------------------
    async def messages(self, which=None):
        rows = await self.desk.read(
            lambda unit: unit.connection.execute(
                select(MessageRow.__table__).order_by(MessageRow.id)
            ).all()
        )
        return [row for row in rows if which in {None, row.conversation_id}]

    async def said(self, which):
        """Return what the bot said, the oldest first."""
        rows = await self.messages(which)
        return [row.text for row in rows if row.direction == "out" and row.author_id is None]

    async def talk(self, which):
        return await self.desk.read(lambda unit: unit.conversations.get(which))

    async def session(self, which):
        return await self.desk.read(lambda unit: unit.sessions.get(which))

    async def placement(self, which):
        return await self.desk.read(lambda unit: unit.placements.get(which))

    async def turns(self, which):
        return await self.desk.read(lambda unit: unit.turns.of(which))

    async def suggestion(self, which):
        return await self.desk.read(lambda unit: unit.suggestions.waiting_in(which))

    async def events(self, which):
        rows = await self.desk.read(
            lambda unit: unit.connection.execute(
                select(EventRow.__table__)
                .where(EventRow.conversation_id == which)
                .order_by(EventRow.id)
            ).all()
        )
        return list(rows)

    async def verbs(self, which):
        return [one.verb for one in await self.events(which)]

    async def save(self, number, **fields):
        """Change some fields of an article."""

        def change(unit):
            article = unit.articles.get(number)
            content = content_of(article)
            kept = {name: getattr(content, name) for name in ("slug", "texts", "audience")}
            kept |= {"human_only": content.human_only, "review_by": content.review_by}
            wanted = Wanted(**(kept | fields))
            articles.save(unit, number, wanted, base=article.revision, by=None)

        await self.desk.write(change)


async def nothing(desk, job):
    """Do what a test is not about."""


def worker_of(desk, channels, mind):
    """Return a worker whose bot understands by *mind*; all else is as in the house."""
    handlers = dict(app.handlers(channels, mind, None, None, Library(desk)))
    handlers[TrainBrain] = nothing  # the understanding of these tests is a table
    return Worker(desk, handlers, given_up=app.given_up())


@asynccontextmanager
async def open_counter(desk, *, bot=None, known=KNOWN, channel=None, **setup):
    """Yield a desk at which a bot answers first; with one queue unless the setup says otherwise."""
    house = await desk.write(furnish)
    setup = setup or dict(ONE_QUEUE)
    channels = {house.chat: channel or Flaky(kind="webchat", buttons=3)}
    numbers = {}
    for question, body in known.items():
        text = ArticleText(language="en", title=question, body=body, examples=(question,))
        made = await desk.write(articles.create, Wanted(texts=(text,)), by=None)
        numbers[question] = made.id
    made = Setup(bots={"owl": bot or Bot()}, bot="owl", **setup)
    await desk.write(setups.save, setups.Change(setup=made), ["webchat", "email"], by=None)
    queues = await desk.read(lambda unit: unit.queues.named())
    queue = queues["sales"].id if "sales" in queues else None
    if queue:
        await desk.write(lambda unit: unit.queues.join(Member(queue_id=queue, agent_id=house.ada)))
    mind = Table({text: reading(f"article:{number}") for text, number in numbers.items()})
    worker = worker_of(desk, channels, mind)
    yield Counter(desk, house, worker, mind=mind, channels=channels, articles=numbers, queue=queue)


async def come(desk, house, hours=1):
    """Have Ada be at the desk for some hours."""
    await desk.write(duties.connect, [house.ada], desk.now + timedelta(hours=hours))
