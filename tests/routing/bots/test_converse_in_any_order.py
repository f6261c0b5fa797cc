"""Whatever happens in whatever order: nobody is trapped, misled, answered twice or forgotten."""

from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inbox.actions import articles, duties
from inbox.actions.conversation import assign, mark_spam, reopen, resolve
from inbox.actions.note import note
from inbox.actions.placing import hold
from inbox.actions.reply import reply
from inbox.errors import Conflict, Invalid, NotFound
from inbox.model import Availability, Kind, SessionState, Stage, Status, SuggestionState, TurnKind
from routing.bots.model import Bot, Flow, Slot
from routing.bots.turns import colleague
from routing.bots.turns.converse import carriers
from tests.routing.bots.counter import KNOWN, ONE_QUEUE, come, open_counter, reading, worker_of

REFUSED = (Conflict, Invalid, NotFound)
RETURN, DELIVERY, PAY = KNOWN
UNSURE, UNCLEAR, FORM, ODD = "send it?", "money", "where is it?", "Do you sell elephants?"
SAID = [RETURN, PAY, UNSURE, UNCLEAR, FORM, ODD]
SAID += ["1", "yes", "no", "thanks", "hello", "stop", "HR-123456", "I want a human", "👍", ""]
ORDER = Flow(
    title={"en": "Where is my order?"},
    slots=(Slot(name="number", kind="order", ask={"en": "Which order?"}),),
    done={"en": "We look for it."},
)
BOT = Bot(ask_colleague=True, turns=6)
DAY = timedelta(days=1)
FEW = settings(
    max_examples=15,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
ACT = (
    st.tuples(st.sampled_from(["reply", "take", "resolve", "reopen", "ours", "work", "machine"]))
    | st.tuples(st.just("writes"), st.sampled_from(SAID))
    | st.tuples(st.just("article"), st.sampled_from(["people", "expired", "archived"]))
    | st.tuples(st.just("passes"), st.sampled_from([16, 90_000]))
)
RACE = st.tuples(st.just("race"), st.sampled_from([RETURN, DELIVERY, FORM]), ACT)
STEP = (
    RACE
    | st.tuples(st.just("says"), st.sampled_from(SAID))
    | RACE
    | RACE  # what goes wrong goes wrong there
    | RACE
    | st.tuples(st.just("anew"), st.sampled_from([RETURN, PAY, UNSURE]))
    | st.tuples(st.just("writes"), st.sampled_from(SAID))
    | st.tuples(st.just("machine"))
    | st.tuples(st.just("ours"))
    | st.tuples(st.sampled_from(["reply", "take", "take_off", "note", "resolve", "reopen"]))
    | st.tuples(st.just("spam"), st.booleans())
    | st.tuples(st.just("move"), st.booleans())
    | st.tuples(st.just("passes"), st.sampled_from([1, 14, 16, 61, 1000, 90_000]))
    | st.tuples(st.just("work"))
    | st.tuples(st.just("think"))
    | st.tuples(st.just("write_late"))
    | st.tuples(st.just("restart"))
    | st.tuples(st.just("breaks"), st.booleans())
    | st.tuples(st.just("verdict"), st.sampled_from(["approved", "edited", "rejected"]))
    | st.tuples(st.just("article"), st.sampled_from(["people", "expired", "archived", "fine"]))
    | st.tuples(st.just("here"), st.booleans())
)


class Day:
    """A customer, a bot, an agent and their time."""

    def __init__(self, counter):
        self.counter, self.desk = counter, counter.desk
        self.which = None
        self.thoughts = []
        self.turns_seen = 0
        self.visitor = f"v{next(VISITORS)}"

    async def happen(self, step):
        what, *how = step
        self.desk.advance(1)
        answerable = await self.answerable()
        with suppress(*REFUSED):
            await getattr(self, what)(*how)
        await self.agrees(answerable | await self.answerable())

    async def answerable(self):
        found = await self.desk.read(lambda unit: unit.articles.answerable(unit.now.date()))
        return {one.id for one in found}

    # --- what happens -----------------------------------------------------------------------
    async def writes(self, text):
        """The customer writes; nobody has seen it yet."""
        which = await self.counter.hear(text, visitor=self.visitor)
        self.which = self.which or which

    async def says(self, text):
        await self.writes(text)
        await self.work()

    async def race(self, text, act):
        """Something happens while the bot thinks, or while the process that thought is dead."""
        session = await self.counter.session(self.which) if self.which else None
        if session is None or session.state is not SessionState.LISTENING:
            await self.anew(PAY)
        await self.writes(text)
        await self.think()
        what, *how = act
        with suppress(*REFUSED):
            await getattr(self, what)(*how)
        await self.happen_late()

    async def happen_late(self):
        self.desk.advance(1)
        before = await self.answerable()
        if self.thoughts and await self.counter.write(self.thoughts.pop()):
            await self.says_only_its_own(before)

    async def anew(self, text):
        """The conversation is over, and its customer writes again."""
        await self.resolve()
        await self.says(text)

    async def machine(self):
        if self.which:
            await self.counter.hear("I am away.", visitor=self.visitor, kind=Kind.AUTO_REPLY)

    async def ours(self):
        if self.which:
            await self.counter.hear("Ada, by telephone.", visitor=self.visitor, from_us=True)

    async def reply(self):
        await self.verb(reply, "Hello, Ada here.", by=self.counter.house.ada)

    async def take(self):
        ada = self.counter.house.ada
        await self.verb(assign, ada, by=ada)

    async def take_off(self):
        await self.verb(assign, None, by=self.counter.house.bob)

    async def note(self):
        await self.verb(note, "Look at this.", by=self.counter.house.ada)

    async def resolve(self):
        await self.verb(resolve, by=self.counter.house.ada)

    async def reopen(self):
        await self.verb(reopen, by=self.counter.house.ada)

    async def spam(self, on):
        await self.verb(mark_spam, on, by=self.counter.house.ada)

    async def move(self, on):
        await self.verb(hold, on, by=self.counter.house.bob)

    async def verb(self, verb, *args, **named):
        if self.which:
            await self.desk.write(verb, self.which, *args, **named)

    async def passes(self, seconds):
        self.desk.advance(seconds)
        await self.work()

    async def work(self):
        await self.counter.worker.run_due()

    async def think(self):
        """A worker reads and thinks, and is slow to write or dies before."""
        if self.which and (thought := await self.counter.think(self.which)):
            self.thoughts.append(thought)

    async def write_late(self):
        if self.thoughts:
            await self.counter.write(self.thoughts.pop())

    async def restart(self):
        """The process dies with what it thought; another one goes on."""
        self.thoughts.clear()
        self.counter.worker = worker_of(self.desk, self.counter.channels, self.counter.mind)

    async def breaks(self, on):
        self.counter.mind.trouble = RuntimeError("broken") if on else None

    async def verdict(self, state):
        asked = await self.counter.suggestion(self.which) if self.which else None
        if asked:
            await self.desk.write(
                colleague.answer,
                asked.id,
                SuggestionState(state),
                carriers(self.counter.channels),
                text="Yes, by post.",
                by=self.counter.house.ada,
            )

    async def article(self, state):
        number = self.counter.articles[RETURN]
        if state == "archived":
            await self.desk.write(articles.archive, number, by=None)
            return
        await self.desk.write(articles.restore, number, by=None)
        past = self.desk.now.date() - DAY if state == "expired" else None
        await self.counter.save(number, human_only=state == "people", review_by=past)

    async def here(self, on):
        """Ada comes to the desk, or goes."""
        ada = self.counter.house.ada
        if on:
            await come(self.desk, self.counter.house)
        chosen = Availability.AVAILABLE if on else Availability.OFFLINE
        await self.desk.write(duties.choose, ada, chosen, by=None)

    # --- what is true at any time -----------------------------------------------------------
    async def agrees(self, answerable):
        if self.which is None:
            return
        talk = await self.counter.talk(self.which)
        session = await self.counter.session(self.which)
        there = await self.counter.placement(self.which)
        speaks = session is not None and session.state.speaks
        assert speaks == (talk.status is Status.PENDING)
        if speaks:
            assert there is None or there.stage is Stage.HELD
            assert talk.assignee_id is None
            await self.is_watched(session)
        await self.is_told_once()
        await self.says_only_its_own(answerable)

    async def is_watched(self, session):
        """Whoever waits for the bot has a moment at which a person gets them, not yet over."""
        heard = await self.desk.read(lambda unit: unit.messages.heard_before(self.which))
        if session.state is SessionState.ASKING:
            asked = await self.counter.suggestion(self.which)
            assert asked is not None
            assert asked.expires_at == session.deadline_at
        if heard.id > (session.heard_id or 0):
            assert session.deadline_at is not None
        if session.deadline_at is not None and session.deadline_at < self.desk.now:
            await self.work()  # the clock has rung, and nobody has looked yet
            after = await self.counter.session(self.which)
            assert not after.state.speaks or after.deadline_at is None

    async def is_told_once(self):
        """Say what the record shows: one hand-over an opening, and no word after a person's."""
        numbers = {row.id: row for row in await self.counter.messages(self.which)}
        handed, silent = 0, True
        for event in await self.counter.events(self.which):
            message = numbers.get(event.message_id)
            match event.verb:
                case "bot.began":
                    handed, silent = 0, False
                case "bot.handed_over":
                    handed, silent = handed + 1, True
                    assert 1 == handed
                case "bot.silenced" | "conversation.resolved" | "conversation.marked_spam":
                    silent = True
                case "conversation.accepted" | "conversation.assigned":
                    silent = True
                case "message.added" if message.direction == "out" and message.author_id:
                    silent = True
                case "message.added" if (message.client_id or "").startswith("bot-"):
                    assert not silent

    async def says_only_its_own(self, answerable):
        """See that each message is dealt with once, and with what is the bot's to answer."""
        turns = await self.counter.turns(self.which)
        for turn in turns[self.turns_seen :]:
            if turn.kind is TurnKind.ANSWER and not turn.why.startswith("A colleague"):
                assert turn.article_id in answerable
        self.turns_seen = len(turns)
        spoken = [(one.opening, one.message_id) for one in turns if one.answer_id]
        told = [one for one in spoken if one[1] is not None]
        assert len(told) == len(set(told))
        answers = [one for one in turns if one.kind is TurnKind.ANSWER and one.answer_id]
        for one, then in pairwise(answers):
            same = one.article_id == then.article_id and one.opening == then.opening
            between = [t for t in turns if one.id < t.id < then.id and t.answer_id]
            assert not same or between or then.why.startswith("A colleague")


def numbers():
    count = 0
    while True:
        count += 1
        yield count


VISITORS = numbers()


@asynccontextmanager
async def opened(desk, **setup):
    async with open_counter(desk, bot=BOT, flows={"order": ORDER}, **setup) as counter:
        ids = [f"article:{counter.articles[one]}" for one in (RETURN, PAY)]
        counter.mind.known |= {
            UNSURE: reading(ids[0], novelty=0.9),
            UNCLEAR: reading(*ids, ambiguity=0.9),
            FORM: reading("flow:order"),
        }
        yield counter


@pytest.fixture(params=["queues", "no queues"])
async def counter(desk, request):
    setup = ONE_QUEUE if request.param == "queues" else {"misses": 2}
    async with opened(desk, **setup) as made:
        yield made


@FEW
@given(st.lists(STEP, min_size=5, max_size=20))
async def test_the_promises_hold_at_any_time(counter, steps):
    day = Day(counter)
    await day.breaks(on=False)
    await day.article("fine")
    for step in (("says", PAY), *steps):
        await day.happen(step)
    await day.passes(100_000)

    assert Status.PENDING is not (await counter.talk(day.which)).status
