"""Each tray shows what belongs in it, page by page, and never reads the whole table for it."""

from datetime import timedelta
from itertools import islice

import pytest

from inbox.model import ConversationId, Delivery, MessageId
from inbox.store.customers import Customers
from inbox.store.messages import EMPTY, NEWEST, PAGE, TIMELINE
from inbox.store.numbers import keys
from inbox.store.trays import COUNTS, OF_CUSTOMER, PAGES, SEEN_PAGES, START, Tray
from tests.conftest import MORNING, untouched

database_url = pytest.fixture(untouched, params=["sqlite", "postgresql"], name="database_url")

BLANK = {
    "subject": None,
    "thread": None,
    "thread_account_id": None,
    "queue_id": None,
    "waiting_since": None,
    "last_message_id": None,
    "last_heard_id": None,
    "preview": "",
    "spam": False,
}


def fill(unit, house, count=60):
    """Write *count* conversations with a message each: some ours, some Ada's, some done."""
    for table in "customer", "conversation", "message":  # a fresh desk counts from one
        assert list(range(1, count + 1)) == list(islice(keys(unit.connection, table), count))
    Customers(unit.connection).add(
        [
            {"id": number, "name": f"Customer {number}", "created_at": unit.now, "attributes": {}}
            for number in (1, 2)
        ]
    )
    unit.conversations.add(
        [
            {
                **BLANK,
                "id": number,
                "customer_id": 1 + number % 2,
                "account_id": house.chat,
                "status": "resolved" if number % 5 == 0 else "open",
                "created_at": unit.now,
                "active_at": unit.now + timedelta(minutes=number // 2),
                "assignee_id": house.ada if number % 3 == 0 else None,
                "last_message_id": number,
                "last_heard_id": number,
            }
            for number in range(1, count + 1)
        ]
    )
    unit.messages.add_many(
        [
            {
                **EMPTY,
                "id": number,
                "conversation_id": number,
                "customer_id": 1 + number % 2,
                "account_id": house.chat,
                "direction": "out" if number % 7 == 0 else "in",
                "delivery": "failed" if number % 7 == 0 else None,
                "created_at": unit.now,
                "text": f"Message {number}",
            }
            for number in range(1, count + 1)
        ]
    )


@pytest.fixture
async def full(desk, house):
    await desk.write(fill, house)
    return house


async def leaf(desk, tray, agent, limit=7):
    """Return the keys of everything in *tray*, read page by page."""
    found, after = [], START
    while lines := await desk.read(
        lambda unit: unit.trays.page(tray, agent, after=after, limit=limit)  # noqa: B023
    ):
        found += [line.id for line in lines]
        after = (lines[-1].active_at, lines[-1].place)
    return found


BELONGS = {
    Tray.MINE: lambda number: number % 5 and number % 3 == 0,
    Tray.UNASSIGNED: lambda number: number % 5 and number % 3,
    Tray.ALL: lambda number: number % 5,
    Tray.RESOLVED: lambda number: number % 5 == 0,
    Tray.SNOOZED: lambda number: False,
    Tray.UNDELIVERED: lambda number: number % 7 == 0,
}


@pytest.mark.parametrize("tray", BELONGS)
async def test_a_tray_holds_what_belongs_in_it_newest_first(desk, full, tray):
    expected = [number for number in range(60, 0, -1) if BELONGS[tray](number)]

    assert expected == await leaf(desk, tray, full.ada)


async def test_a_line_says_who_where_and_whether_it_is_new(desk, full):
    await desk.write(lambda unit: unit.conversations.mark_read(ConversationId(59), full.ada, 59))
    lines = await desk.read(lambda unit: unit.trays.page(Tray.ALL, full.ada, limit=2))

    assert [("Customer 2", "webchat", False), ("Customer 1", "webchat", True)] == [
        (line.customer_name, line.channel, line.unread) for line in lines
    ]


async def test_what_bob_read_is_still_new_to_ada(desk, full):
    await desk.write(lambda unit: unit.conversations.mark_read(ConversationId(59), full.bob, 59))
    [line] = await desk.read(lambda unit: unit.trays.lines([ConversationId(59)], full.ada))

    assert line.unread


async def test_a_conversation_with_two_failures_lies_in_the_tray_once(desk, full):
    def fail_again(unit):
        unit.messages.add(
            at=unit.now,
            conversation_id=7,
            customer_id=2,
            account_id=full.chat,
            direction="out",
            delivery=Delivery.UNKNOWN,
            text="again",
        )

    await desk.write(fail_again)

    assert [7, 56, 49, 42, 35, 28, 21, 14] == await leaf(desk, Tray.UNDELIVERED, full.ada)


async def test_counts(desk, full):
    counts = await desk.read(lambda unit: unit.trays.counts(full.ada))

    assert (16, 32, 48, 0, 8) == tuple(counts)


async def test_counts_stop_where_they_tell_nothing_more(desk, house):
    await desk.write(fill, house, 400)
    counts = await desk.read(lambda unit: unit.trays.counts(house.ada))

    assert (100, 100, 100, 0, 57) == tuple(counts)


async def test_a_customers_conversations_are_paged_too(desk, full):
    lines = await desk.read(lambda unit: unit.trays.of_customer(1, full.ada, limit=3))
    place = (lines[-1].active_at, lines[-1].place)
    more = await desk.read(lambda unit: unit.trays.of_customer(1, full.ada, after=place, limit=2))

    assert [60, 58, 56, 54, 52] == [line.id for line in (*lines, *more)]


INDEXES = {
    Tray.MINE: "ix_conversation_assignee",
    Tray.UNASSIGNED: "ix_conversation_unassigned",
    Tray.ALL: "ix_conversation_status",
    Tray.RESOLVED: "ix_conversation_status",
    Tray.SNOOZED: "ix_conversation_status",
    Tray.PENDING: "ix_conversation_status",
    Tray.UNDELIVERED: "ix_message_undelivered",
}
ASKED = {"agent": 1, "at": START[0], "place": START[1], "limit": 50, "customer": 1}
QUESTIONS = [
    (tray.value, questions[tray], index, ASKED | {"now": MORNING})
    for questions in (PAGES, SEEN_PAGES)
    for tray, index in INDEXES.items()
] + [
    ("of a customer", OF_CUSTOMER, "ix_conversation_customer", ASKED),
    (
        "messages",
        PAGE,
        "ix_message_conversation",
        {"which": 1, "before": NEWEST, "limit": 50},
    ),
    ("timeline", TIMELINE, "ix_message_customer", {"which": 1, "before": NEWEST, "limit": 50}),
]


NUMBERED = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count})"
GROWTH = [
    NUMBERED.format(count=2_000) + " INSERT INTO customer (id, name, created_at, attributes)"
    " SELECT i, 'somebody', '2026-03-02 09:00:00', '{}' FROM n",
    NUMBERED.format(count=20)
    + " INSERT INTO agent (id, name, email, password_hash, role, created_at)"
    " SELECT i, 'a', 'agent' || i, '', 'agent', '2026-03-02 09:00:00' FROM n WHERE i > 2",
    NUMBERED.format(count=20_000)
    + " INSERT INTO conversation (id, customer_id, account_id, status, created_at, active_at,"
    " assignee_id, preview, spam)"
    " SELECT i, 1 + i % 2000, 1, CASE WHEN i % 50 < 46 THEN 'resolved' WHEN i % 50 < 48"
    " THEN 'snoozed' ELSE 'open' END, '2026-03-02 09:00:00', '2026-03-02 09:00:00',"
    " CASE WHEN i % 47 > 0 THEN 1 + (i / 50) % 20 END, '', i < 0 FROM n",
    NUMBERED.format(count=40_000)
    + " INSERT INTO message (id, conversation_id, customer_id, direction, kind, created_at, text,"
    " recipients, copied, delivery)"
    " SELECT i, 1 + i % 20000, 1 + i % 2000, 'out', 'message', '2026-03-02 09:00:00', '', '[]',"
    " '[]', CASE WHEN i % 500 = 0 THEN 'failed' ELSE 'sent' END FROM n",
    "ANALYZE",
]


async def test_every_list_reads_its_index_in_order(house, engine):
    with engine.begin() as connection:
        for statement in GROWTH:
            connection.exec_driver_sql(
                statement.replace("%", "%%") if postgres(engine) else statement
            )
    counting = explained(engine, COUNTS, {"agent": 1})
    assert "ix_message_undelivered" in counting, counting
    assert "ix_message_conversation" not in counting, counting
    for name, question, index, asked in QUESTIONS:
        plan = explained(engine, question, asked)
        said = f"{name}\n{plan}"

        assert index in plan, said
        assert "Sort" not in plan, said
        assert "TEMP B-TREE" not in plan, said
        assert "SCAN " not in plan.replace(FEW, ""), said
        for large in "conversation", "message", "customer":
            assert f"Seq Scan on {large}" not in plan, said


FEW = "SCAN consult USING INDEX ix_consult_open"  # of these there are as many as are open


def postgres(engine):
    return engine.dialect.name == "postgresql"


def explained(engine, question, asked):
    """Return the database's plan for *question*."""
    with engine.connect() as connection:
        compiled = question.compile(connection)
        driver = {
            name: compiled._bind_processors.get(name, lambda value: value)(value)
            for name, value in compiled.construct_params(asked).items()
        }
        if postgres(engine):
            for way in "sort", "bitmapscan", "hashjoin", "mergejoin":  # tempting while it is small
                connection.exec_driver_sql(f"SET LOCAL enable_{way} = off")
            rows = connection.exec_driver_sql(f"EXPLAIN {compiled}", driver)
            return "\n".join(row[0] for row in rows)
        ordered = tuple(driver[name] for name in compiled.positiontup)
        rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {compiled}", ordered)
        return "\n".join(row[3] for row in rows)


async def test_messages_are_paged_back_in_time(desk, full):
    def talk(unit):
        for number in range(5):
            unit.messages.add(
                at=unit.now,
                conversation_id=1,
                customer_id=2,
                direction="note",
                text=f"Note {number}",
            )

    await desk.write(talk)
    page = await desk.read(lambda unit: unit.messages.page(ConversationId(1), limit=3))
    before = MessageId(page[-1].id)
    rest = await desk.read(
        lambda unit: unit.messages.page(ConversationId(1), before=before, limit=50)
    )

    assert ["Note 4", "Note 3", "Note 2", "Note 1", "Note 0", "Message 1"] == [
        row.text for row in (*page, *rest)
    ]


async def test_the_timeline_runs_across_conversations(desk, full):
    page = await desk.read(lambda unit: unit.messages.timeline(2, limit=3))
    rest = await desk.read(lambda unit: unit.messages.timeline(2, before=page[-1].id, limit=2))

    assert [59, 57, 55, 53, 51] == [row.id for row in (*page, *rest)]
