"""Figures equal a recount that knows nothing of how they were counted, whatever has happened."""

import random
from datetime import timedelta

import pytest
from msgspec.structs import replace
from sqlalchemy import text

from inbox.actions import conversation as talks
from inbox.actions import duties, placing, rating, tags
from inbox.actions.reply import reply
from inbox.channel import Capabilities
from inbox.errors import Conflict, Invalid
from inbox.jobs import AskRating
from inbox.model import Availability, ConversationId, Priority
from routing.reports.adding import Dimension, Which
from routing.reports.counting import Asked, Period, count
from routing.reports.definitions import FIGURES
from routing.reports.report import open_up, tell
from routing.reports.snapshots import backlog
from tests.inbox.actions.crew import Crew, said, staff
from tests.inbox.ear import Ear
from tests.inbox.house import furnish

SETUP = {
    "queues": {
        "sales": {
            "rating": True,
            "service_level": {
                "targets": [{"first_response": 300.0, "next_response": 600.0, "resolution": 3600.0}]
            },
        },
        "billing": {"hours": "office"},
    },
    "hours": {"office": {"weekly": {"mon-sun": ["09:00-12:00", "13:00-17:00"]}}},
}
PLAIN = Capabilities()


@pytest.fixture
async def crew(desk):
    house = await desk.write(furnish)
    agents, queues = await desk.write(staff, house, 3)
    await desk.write(lambda unit: unit.setups.add(SETUP, at=unit.now, by=None, note=""))
    return Crew(desk, house, agents, queues)


class History:
    """A desk to which things happen at random."""

    def __init__(self, crew, seed):
        self.crew, self.desk, self.random = crew, crew.desk, random.Random(seed)
        self.known = []
        self.threads = []
        self.ear = Ear(self.desk)

    async def play(self, steps):
        deeds = (
            [self.write, self.answer] * 4
            + [self.enqueue, self.offer, self.settle] * 4
            + [self.resolve, self.resolve, self.resolve, self.reopen, self.hand, self.back]
            + [self.breach, self.choose, self.tag, self.rate, self.rate, self.spam, self.priority]
        )
        for _ in range(steps):
            self.desk.advance(self.random.choice((1, 20, 90, 400, 3000, 20_000)))
            try:
                await self.random.choice(deeds)()
            except (Conflict, Invalid):
                continue

    def any(self):
        return self.random.choice(self.known) if self.known else ConversationId(1)

    def agent(self):
        return self.random.choice(self.crew.agents)

    async def write(self):
        new = not self.threads or self.random.random() < 0.3
        thread = f"visitor-{len(self.threads)}" if new else self.random.choice(self.threads)
        await self.ear(self.crew.house.chat, said(thread))
        if new:
            self.threads.append(thread)
            self.known.append(ConversationId(len(self.known) + 1))

    async def answer(self):
        if self.known:
            by = None if self.random.random() < 0.2 else self.agent()
            await self.desk.write(reply, self.any(), "Yes.", by=by)

    async def enqueue(self):
        if self.known:
            queue = self.random.choice(self.crew.queues)
            await self.desk.write(placing.enqueue, self.any(), queue)

    async def offer(self):
        if self.known:
            accepted = self.random.random() < 0.2
            for which in self.known:
                if await self.crew.offer(which, self.agent(), accepted=accepted):
                    return

    async def settle(self):
        rows = await self.desk.read(
            lambda unit: unit.connection.execute(
                text("SELECT id, agent_id FROM assignment WHERE state = 'offered' ORDER BY id")
            ).all()
        )
        if not rows:
            return
        which, agent = self.random.choice(rows)
        deed = self.random.choice(("accept", "accept", "decline", "miss"))
        if deed == "miss":
            await self.desk.write(placing.miss, which, limit=3)
        else:
            await self.desk.write(getattr(placing, deed), which, by=agent)

    async def resolve(self):
        if self.known:
            await self.desk.write(talks.resolve, self.any(), by=self.agent())

    async def reopen(self):
        if self.known:
            await self.desk.write(talks.reopen, self.any(), by=self.agent())

    async def hand(self):
        if self.known:
            await self.desk.write(talks.assign, self.any(), self.agent(), by=None)

    async def back(self):
        if self.known:
            await self.desk.write(placing.give_back, self.any(), by=None, why="They left.")

    async def breach(self):
        if not self.known:
            return
        promise = self.random.choice(("first_response", "next_response", "resolution"))
        which = self.any()
        await self.desk.write(
            lambda unit: unit.happened(
                "promise.breached", conversation=which, change={"promise": promise}
            )
        )

    async def choose(self):
        choice = self.random.choice(list(Availability))
        await self.desk.write(duties.choose, self.agent(), choice, by=None)

    async def tag(self):
        if self.known:
            await self.desk.write(tags.tag, self.any(), ["bell"], by=None)

    async def rate(self):
        if not self.known:
            return
        which = self.any()
        talk = await self.desk.read(lambda unit: unit.conversations.get(which))
        job = AskRating(conversation_id=which, resolved_at=self.desk.now, agent_id=talk.assignee_id)
        asked = await self.desk.write(rating.ask, job, {self.crew.house.chat: PLAIN})
        if asked and self.random.random() < 0.7:
            self.desk.advance(5)
            words = said(self.threads[which - 1])
            words = replace(words, text=str(self.random.randint(1, 5)))
            await self.ear(self.crew.house.chat, words)

    async def spam(self):
        if self.known and self.random.random() < 0.1:
            await self.desk.write(talks.mark_spam, self.any(), by=None)

    async def priority(self):
        if self.known:
            await self.desk.write(
                placing.prioritise, self.any(), self.random.choice(list(Priority)), by=None
            )


# --- counting again, in SQL -----------------------------------------------------------------
BEGIN = """
WITH talk AS (SELECT * FROM conversation WHERE NOT spam),
e AS (SELECT event.*, {status_was} AS was, {status_is} AS became, {stage_was} AS stage_was,
        {stage_is} AS stage_is, CAST({had} AS text) AS had, CAST({has} AS text) AS has
      FROM event JOIN talk ON talk.id = event.conversation_id),
rated AS (SELECT message_id FROM event WHERE verb = 'rating.given'),
heard AS (SELECT e.* FROM e JOIN message m ON m.id = e.message_id
          WHERE e.verb = 'message.added' AND m.direction = 'in' AND m.kind = 'message'
          AND m.id NOT IN (SELECT message_id FROM rated)),
reply AS (SELECT e.*, m.author_id AS author FROM e JOIN message m ON m.id = e.message_id
          WHERE e.verb = 'message.added' AND m.direction = 'out' AND m.author_id IS NOT NULL),
resolved AS (SELECT * FROM e WHERE became = 'resolved' AND was <> 'resolved'
             AND verb IN ('conversation.resolved', 'conversation.marked_spam')),
reopened AS (SELECT * FROM e WHERE verb = 'conversation.reopened' AND was = 'resolved'),
begun AS (SELECT id, at, conversation_id FROM reopened
          UNION ALL SELECT 0, created_at, id FROM talk),
ended AS (SELECT id, conversation_id FROM reply UNION ALL SELECT id, conversation_id FROM resolved),
answer AS (SELECT r.*,
    (SELECT min(h.at) FROM heard h WHERE h.conversation_id = r.conversation_id AND h.id < r.id
       AND h.id > coalesce((SELECT max(x.id) FROM ended x
         WHERE x.conversation_id = r.conversation_id AND x.id < r.id), 0)) AS since,
    NOT EXISTS (SELECT 1 FROM reply o WHERE o.conversation_id = r.conversation_id AND o.id < r.id
       AND o.id > (SELECT max(b.id) FROM begun b
         WHERE b.conversation_id = r.conversation_id AND b.id < r.id)) AS is_first
  FROM reply r),
queued AS (SELECT * FROM e WHERE stage_is = 'queued'
           AND coalesce(stage_was, '-') NOT IN ('queued', 'offered')),
gone AS (SELECT id, conversation_id FROM e WHERE stage_is IN ('accepted', 'held')
         UNION ALL SELECT id, conversation_id FROM resolved)
"""
EACH = {
    "opened": "SELECT at, 1 FROM e WHERE verb = 'conversation.opened'",
    "heard": "SELECT at, 1 FROM heard",
    "replies": "SELECT at, 1 FROM reply",
    "resolved": "SELECT at, 1 FROM resolved",
    "reopened": "SELECT at, 1 FROM reopened",
    "first_response": "SELECT at, {took} FROM answer WHERE since IS NOT NULL AND is_first",
    "next_response": "SELECT at, {took} FROM answer WHERE since IS NOT NULL AND NOT is_first",
    "resolution": """SELECT at, {took} FROM (SELECT r.at, (SELECT max(b.at) FROM begun b
        WHERE b.conversation_id = r.conversation_id AND b.id < r.id) AS since FROM resolved r) x""",
    "abandoned": """SELECT at, CASE WHEN answered THEN 0 ELSE 1 END FROM (
        SELECT r.at,
          EXISTS (SELECT 1 FROM reply o WHERE o.conversation_id = r.conversation_id
            AND o.id < r.id AND o.id > r.first) AS answered,
          EXISTS (SELECT 1 FROM e h JOIN message m ON m.id = h.message_id
            WHERE h.conversation_id = r.conversation_id AND h.verb IN
              ('message.added', 'conversation.reopened')
            AND m.direction = 'in' AND h.id < r.id AND h.id >= r.first
            AND m.id NOT IN (SELECT message_id FROM rated)) AS spoken
        FROM (SELECT r.*, (SELECT max(b.id) FROM begun b
          WHERE b.conversation_id = r.conversation_id AND b.id < r.id) AS first FROM resolved r) r
        ) x WHERE spoken""",
    "transfers": """SELECT at, 1 FROM e WHERE had IS NOT NULL AND had <> coalesce(has, '')
        AND (has IS NOT NULL OR stage_is = 'queued')
        AND (SELECT count(*) FROM resolved r WHERE r.conversation_id = e.conversation_id
             AND r.id <= e.id)
          = (SELECT count(*) FROM reopened r WHERE r.conversation_id = e.conversation_id
             AND r.id <= e.id)""",
    "wait": """SELECT at, {took} FROM (SELECT a.at, (SELECT max(q.at) FROM queued q
          WHERE q.conversation_id = a.conversation_id AND q.id < a.id
          AND q.id > coalesce((SELECT max(g.id) FROM gone g
            WHERE g.conversation_id = a.conversation_id AND g.id < a.id), 0)) AS since
        FROM e a WHERE stage_is = 'accepted') x WHERE since IS NOT NULL""",
    "handle": """SELECT ended_at AS at, {handled} FROM assignment
        WHERE accepted_at IS NOT NULL AND ended_at IS NOT NULL
        AND conversation_id IN (SELECT id FROM talk)""",
    "refused_offers": """SELECT offered_at AS at,
          CASE WHEN state IN ('declined', 'missed') THEN 1 ELSE 0 END
        FROM assignment WHERE state NOT IN ('offered', 'withdrawn') AND expires_at IS NOT NULL
        AND conversation_id IN (SELECT id FROM talk)""",
    "csat": "SELECT answered_at AS at, score FROM rating WHERE answered_at IS NOT NULL"
    " AND conversation_id IN (SELECT id FROM talk)",
    "rated": "SELECT asked_at AS at, CASE WHEN score IS NULL THEN 0 ELSE 1 END FROM rating"
    " WHERE conversation_id IN (SELECT id FROM talk)",
}
WORDS = {
    "sqlite": {
        "took": "strftime('%s', at) - strftime('%s', since)",
        "handled": "strftime('%s', ended_at) - strftime('%s', accepted_at)",
        "field": "json_extract(change, '$.{}[{}]')",
    },
    "postgresql": {
        "took": "extract(epoch FROM at - since)",
        "handled": "extract(epoch FROM ended_at - accepted_at)",
        "field": "change->'{}'->>{}",
    },
}


def recount(unit, figure, since, until):
    """Return the values of a figure's cases, by SQL alone."""
    words = WORDS[unit.connection.dialect.name]
    field = words["field"].format
    begin = BEGIN.format(
        status_was=field("status", 0),
        status_is=field("status", 1),
        stage_was=field("stage", 0),
        stage_is=field("stage", 1),
        had=field("assignee_id", 0),
        has=field("assignee_id", 1),
    )
    each = EACH[figure].format(took=words["took"], handled=words["handled"])
    chosen = f"SELECT * FROM ({each}) c WHERE at >= :since AND at < :until"
    asked = {"since": since, "until": until}
    if unit.connection.dialect.name == "sqlite":
        asked = {name: at.strftime("%Y-%m-%d %H:%M:%S.%f") for name, at in asked.items()}
    rows = unit.connection.execute(text(f"{begin} {chosen}"), asked).all()
    return sorted(float(row[1]) for row in rows)


@pytest.mark.parametrize("seed", range(2))
async def test_figures_equal_a_recount_in_sql(desk, crew, seed):
    begin = desk.now
    await History(crew, seed).play(120)
    middle = begin + (desk.now - begin) / 3
    middle = middle.replace(microsecond=0)
    desk.advance(1)
    for since, until in ((begin, desk.now), (begin, middle), (middle, desk.now)):
        asked = Asked(period=Period(since=since, until=until))
        found = await desk.read(count, asked)
        counted = {name: sorted(one.value for one in found[name]) for name in EACH}
        again = {name: await desk.read(recount, name, since, until) for name in EACH}

        assert again == counted


async def test_the_backlog_is_what_lay_open_then(desk, crew):
    history, seen = History(crew, 7), {}
    for _ in range(4):
        await history.play(40)
        seen[desk.now] = await desk.read(standing)
        desk.advance(1)
    spam = await desk.read(lambda unit: set(unit.connection.scalars(text(SPAM))))
    cases = await desk.read(lambda unit: list(backlog(unit, [at + SECOND for at in seen])))

    assert {
        at + SECOND: {row for row in rows if row[0] not in spam} for at, rows in seen.items()
    } == {
        at + SECOND: {
            (one.conversation, one.queue, one.agent)
            for one in cases
            if one.at == at + SECOND and one.figure == "backlog"
        }
        for at in seen
    }


SECOND = timedelta(seconds=1)
SPAM = "SELECT id FROM conversation WHERE spam"


def standing(unit):
    rows = unit.connection.execute(
        text("SELECT id, queue_id, assignee_id FROM conversation WHERE status <> 'resolved'")
    )
    return {tuple(row) for row in rows}


async def test_occupancy_is_the_time_with_work_of_the_time_there(desk, crew):
    history, begin = History(crew, 3), desk.now
    there = busy = 0.0
    for _ in range(70):
        known = await desk.read(at_work)
        before = desk.now
        await history.play(1)
        passed = (desk.now - before).total_seconds()
        there += passed * sum(1 for _, _, chosen in known if chosen in {"available", "busy"})
        busy += passed * sum(1 for _, n, chosen in known if n and chosen in {"available", "busy"})
    asked = Asked(period=Period(since=begin, until=desk.now), figures=("occupancy",))
    cases = (await desk.read(count, asked))["occupancy"]

    assert there == sum(one.weight for one in cases)
    assert busy == sum(one.value for one in cases)
    assert 0 < busy < there


def at_work(unit):
    """Return how much each agent has, and what they chose to be."""
    return unit.connection.execute(
        text(
            "SELECT agent_id, (SELECT count(*) FROM assignment a WHERE a.agent_id = d.agent_id"
            " AND a.state = 'accepted'), availability FROM duty d ORDER BY agent_id"
        )
    ).all()


async def test_a_figure_is_the_sum_of_its_parts_and_opens_what_is_behind_it(desk, crew):
    begin = desk.now
    await History(crew, 5).play(80)
    desk.advance(1)
    period = Period(since=begin, until=desk.now)
    for name in ("heard", "resolved", "transfers"):
        asked = Asked(period=period, figures=(name,))
        for by in Dimension:
            (told,) = await desk.read(tell, asked, by)
            if by is not Dimension.TAG:
                assert told.now.value == sum(one.now.value for one in told.groups)
            for group in told.groups:
                opened = await desk.read(open_up, name, asked, by, group.key)
                assert group.now.n == sum(one.n for one in opened)
        opened = await desk.read(open_up, name, asked)
        assert told.now.n == sum(one.n for one in opened)


async def test_what_is_left_out_is_not_counted(desk, crew):
    begin = desk.now
    await History(crew, 6).play(60)
    desk.advance(1)
    period = Period(since=begin, until=desk.now)
    everything = await desk.read(count, Asked(period=period))
    for which in (Which(queue=1), Which(agent=1), Which(channel="webchat"), Which(tag="bell")):
        some = await desk.read(count, Asked(period=period, which=which))
        assert {
            name: [one for one in cases if one in which] for name, cases in everything.items()
        } == some


async def test_every_figure_says_what_it_is(desk, crew):
    begin = desk.now
    await History(crew, 1).play(200)
    desk.advance(1)
    told = await desk.read(tell, Asked(period=Period(since=begin, until=desk.now)), compare=True)

    assert list(FIGURES) == [one.figure for one in told]
    assert not [one.figure for one in told if one.now.n == 0]
    assert all(len(figure.definition) > 40 for figure in FIGURES.values())


async def test_business_time_is_that_of_the_queue(desk, crew):
    await crew.ear(crew.house.chat, said("a"))
    which = ConversationId(1)
    await desk.write(placing.enqueue, which, crew.queues[1])
    desk.now = desk.now.replace(hour=14)
    await desk.write(reply, which, "Yes.", by=crew.agents[0])
    desk.advance(1)
    period = Period(since=desk.now.replace(hour=0), until=desk.now)
    figures = ("first_response",)
    clock = await desk.read(count, Asked(period=period, figures=figures))
    business = await desk.read(count, Asked(period=period, figures=figures, business=True))

    assert [5 * 3600] == [one.value for one in clock["first_response"]]
    assert [4 * 3600] == [one.value for one in business["first_response"]]
