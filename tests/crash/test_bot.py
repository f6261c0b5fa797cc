"""Customers talk with the bot while the processes that think are killed, and stopped and woken."""

import asyncio
import os
import random
import signal
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from contextlib import AsyncExitStack
from itertools import pairwise
from pathlib import Path

import pytest
from sqlalchemy import or_, select

import channels
from config.settings import load
from config.store import open_desk
from inbox.actions import articles
from inbox.actions.articles import Wanted
from inbox.jobs import TrainBrain
from inbox.model import ArticleText, ConversationId, Stage, Status, TurnKind
from inbox.store import Unit
from inbox.tables import BotTurnRow, ConversationRow, JobRow, JournalRow, PlacementRow
from routing import setups
from routing.bots.forms.lookups import secret
from routing.bots.model import Bot, Flow, LookUp, Slot
from routing.bots.teaching.training import train_brain
from routing.queues import Queue
from routing.rules import Rule, Rules, Then, When
from routing.setup import Setup
from tests.crash.asking import (
    BODIES,
    PARCEL,
    STORIES,
    Guest,
    House,
    Record,
    Shopper,
    Story,
    client,
)
from tests.crash.running import PATIENCE, RunningDesk
from tests.servers.shop import shop
from tests.servers.till import SECRET, Till, listening

TALKS = int(os.environ.get("TALKS", "200"))
COMING = 15.0  #: seconds in which they all begin
DISTURBED = 4  #: times
SLOW = 2.0  #: seconds that a look-up takes, in which anything may happen
LONG = 24.0  #: seconds that one sleeps whose jobs are given to another, and done
SAID = {TurnKind.ANSWER, TurnKind.ASK, TurnKind.OFFER, TurnKind.FORM, TurnKind.SMALL_TALK}
TILL = """
[account.till]
kind = "webhook"
secret = "{secret}"
send_to = "{url}/hook"
private = true
"""


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database without history, and as many processes as it may have."""
    if request.param == "sqlite":
        template = request.getfixturevalue("sqlite_template")
        (tmp_path / "desk.db").write_bytes(template.read_bytes())
        yield f"sqlite:///{tmp_path}/desk.db"
        return
    server = request.getfixturevalue("postgres")
    server.clone("template_desk", "talking")
    yield server.url("talking")
    server.drop("talking")


@pytest.mark.timeout(600)
async def test_each_gets_one_answer_question_or_hand_over_while_processes_die_and_sleep(
    tmp_path, database
):
    seed = int(os.environ.get("PARLOUR_SEED", random.randrange(10**6)))
    print(f"PARLOUR_SEED={seed} repeats this run")  # noqa: T201  # shown when it fails
    till = Till()
    async with AsyncExitStack() as leaving:
        await leaving.enter_async_context(listening(till))
        processes = made(tmp_path, database, till)
        await processes[0].prepare()
        desk = open_desk(load(processes[0].config, {}))
        leaving.callback(desk.close)
        warehouse = await leaving.enter_async_context(shop(secret(desk.signer)))
        warehouse.seconds = SLOW
        warehouse.orders["4703"] = {"place": "Zagreb"}
        await desk.write(furnish, warehouse.url)
        await train_brain(desk, TrainBrain(again=True))
        assert await desk.read(lambda unit: unit.brains.live_id())
        for one in processes:
            leaving.push_async_callback(one.kill)
        await asyncio.gather(*(one.start() for one in processes))
        house = House(processes, await leaving.enter_async_context(client()))
        record = Record(desk)
        stories = begun(record, house, till, seed)
        async with asyncio.TaskGroup() as looking:
            eye = looking.create_task(record.run())
            async with asyncio.TaskGroup() as day:
                for story in stories:
                    day.create_task(told(story))
                day.create_task(disturb(processes, random.Random(seed)))
            await settled(record)
            eye.cancel()

        nothing_is_lost(record, stories)
        await each_is_dealt_with_once(record)
        nothing_follows_a_person(record)
        await nobody_is_forgotten(record)
        nothing_is_doubled_at_the_till(record, till, stories)
        await each_chat_shows_what_was_said(record, stories)


# --- the desk -------------------------------------------------------------------------------
def made(folder: Path, database: str, till: Till) -> list[RunningDesk]:
    """Return two processes of one desk; one where the database allows no more."""
    accounts = TILL.format(secret=SECRET, url=till.url)
    found = []
    for name in ("one",) if database.startswith("sqlite") else ("one", "two"):
        own = folder / name
        own.mkdir()
        found.append(RunningDesk(own, database, accounts=accounts, files=folder / "files"))
    return found


def furnish(unit: Unit, warehouse: str) -> None:
    """Write down what the bot knows, and whom it asks where a parcel is."""
    for body, (title, *examples) in BODIES.items():
        told = ArticleText(language="en", title=title, body=body, examples=tuple(examples))
        articles.create(unit, Wanted(texts=(told,)), by=None)
    parcel = Flow(
        title={"en": "Where is my parcel?"},
        examples={"en": PARCEL},
        slots=(
            Slot(name="order", kind="order", pattern="[0-9]{4}", ask={"en": "Which order?"}),
            Slot(name="email", kind="email", ask={"en": "Which email address?"}),
        ),
        look_ups=(LookUp(url=warehouse, after="order", found={"en": "It is in {place}."}),),
        done={"en": "We tell you when {order} moves on."},
    )
    at_the_till = When(channel=("webhook",))  # whoever is late there gives it to a person
    wanted = Setup(
        queues={"Chat": Queue(offering="pull")},
        usual="Chat",
        bot="Owl",
        bots={"Owl": Bot(turn_seconds=60, turns=40), "Hawk": Bot(turn_seconds=8, turns=40)},
        rules=Rules(rule=(Rule(name="the till", when=at_the_till, then=Then(bot="Hawk")),)),
        flows={"parcel": parcel},
    )
    setups.save(unit, setups.Change(setup=wanted), channels.kinds(), by=None)


async def disturb(processes: Sequence[RunningDesk], chance: random.Random) -> None:
    """Kill one, or have one sleep, again and again; another is there meanwhile if there are two."""
    long = chance.randrange(3)  # while they come
    for turn in range(DISTURBED):
        await asyncio.sleep(chance.uniform(0.5, 3.0))
        one = chance.choice(processes)
        if chance.random() < 0.5 and turn != long:
            await one.kill()
            await one.start()
            continue
        assert one.process
        one.process.send_signal(signal.SIGSTOP)
        alone = len(processes) == 1
        try:
            await asyncio.sleep(LONG if turn == long and not alone else chance.uniform(0.5, 4.0))
        finally:
            one.process.send_signal(signal.SIGCONT)


# --- the customers --------------------------------------------------------------------------
def begun(record: Record, house: House, till: Till, seed: int) -> list[Story]:
    """Return everybody with their story, half of them at the till."""
    found = []
    for number in range(TALKS):
        name = f"customer-{number:03}"
        who = Shopper(house, till, name) if number % 2 else Guest(house, name)
        found.append(Story(record, who, random.Random(f"{seed} {number}")))
    return found


async def told(story: Story) -> None:
    await asyncio.sleep(story.chance.uniform(0.0, COMING))
    await story.chance.choice(STORIES)(story)


async def settled(record: Record) -> None:
    """Wait until everything was heard, dealt with and sent; then look once more."""
    deadline = time.monotonic() + PATIENCE
    while left := await record.desk.read(due):
        assert time.monotonic() < deadline, left
        await asyncio.sleep(0.5)
    await record.look()


def due(unit: Unit) -> list[str]:
    """Return what is being done, or waits to be; what is planned for later does not."""
    unread = select(JournalRow.id).where(JournalRow.state == "received")
    jobs = select(JobRow.payload).where(
        JobRow.dead_at.is_(None),
        or_(JobRow.attempts > 0, JobRow.run_at <= unit.now),
    )
    waiting = [f"journal {one}" for one in unit.connection.scalars(unread)]
    return [*waiting, *unit.connection.scalars(jobs)]


# --- what is true in the end ----------------------------------------------------------------
def nothing_is_lost(record: Record, stories: Sequence[Story]) -> None:
    heard = Counter(one.name.rpartition("/")[2] for one in record.messages if one.direction == "in")

    assert Counter(name for story in stories for name in story.said) == heard


async def each_is_dealt_with_once(record: Record) -> None:
    """Each message has its turn, or came after the bot had fallen silent."""
    turns = defaultdict(list)
    asked = select(BotTurnRow.__table__).order_by(BotTurnRow.id)
    for turn in await record.desk.read(lambda unit: unit.connection.execute(asked).all()):
        turns[turn.conversation_id].append(turn)
    answers = [one.answer_id for some in turns.values() for one in some if one.answer_id]
    said = [one.id for one in record.messages if one.direction == "out" and not one.ours]
    kinds = Counter(one.kind for some in turns.values() for one in some)

    assert sorted(said) == sorted(answers)
    assert not Counter(answers) - Counter(set(answers))
    for some in turns.values():
        heard = [one.message_id for one in some if one.message_id]
        ends = Counter(one.opening for one in some if one.kind == TurnKind.HAND_OVER)
        assert all(one < next_one for one, next_one in pairwise(heard)), some
        assert all(one.answer_id for one in some if one.kind in SAID), some
        assert not ends or max(ends.values()) == 1, some
    assert {TurnKind.ANSWER, TurnKind.HAND_OVER} <= set(kinds), kinds


def nothing_follows_a_person(record: Record) -> None:
    joined = record.joined()
    answers = [one for one in record.messages if one.direction == "out" and not one.ours]
    after = [one for one in answers if one.id > joined.get(one.conversation_id, one.id)]

    assert joined
    assert [] == after


async def nobody_is_forgotten(record: Record) -> None:
    """The bot has dealt with all it heard, or people have the conversation."""
    states = await record.desk.read(standings)
    last = {one.conversation_id: one.id for one in record.messages if one.direction == "in"}
    for talk, (status, stage) in states.items():
        session = record.sessions.get(talk)
        if session and session.state.speaks:
            assert (session.heard_id or 0) >= last[talk], session
            assert session.deadline_at is None, session
            assert (Status.PENDING, Stage.HELD) == (status, stage)
        elif status != Status.RESOLVED:
            assert Status.OPEN == status
            assert stage in {Stage.QUEUED, Stage.ACCEPTED}, stage
    assert set(states) == set(last)
    assert set(last) - set(record.sessions) <= set(record.joined())


def standings(unit: Unit) -> dict[ConversationId, tuple[str, str | None]]:
    asked = select(ConversationRow.id, ConversationRow.status, PlacementRow.stage).outerjoin(
        PlacementRow, PlacementRow.conversation_id == ConversationRow.id
    )
    return {
        ConversationId(one.id): (one.status, one.stage) for one in unit.connection.execute(asked)
    }


def nothing_is_doubled_at_the_till(record: Record, till: Till, stories: Sequence[Story]) -> None:
    """The till was told each message; what it was told again has the name that it had."""
    shoppers = [name for one in stories if isinstance(one.who, Shopper) for name in one.said]
    sent = record.told(shoppers)

    assert {"sent"} == {one.delivery for one in sent.values()}
    assert {f"parlour-{which}": one.text for which, one in sent.items()} == {
        str(one["id"]): one["text"] for one in till.told
    }


async def each_chat_shows_what_was_said(record: Record, stories: Sequence[Story]) -> None:
    guests = {one.who: one.said for one in stories if isinstance(one.who, Guest)}
    shown = await asyncio.gather(*(who.shown() for who in guests))

    assert shown == [[one.text for one in record.told(said).values()] for said in guests.values()]
