"""What is asked all day long uses its index, however much there is."""

import pytest
from sqlalchemy import event, text

from agents_ui.api import board_questions as board
from inbox.store import asides, assignments, batch, decisions, jobs, journal, placements
from routing import moves
from tests.conftest import MORNING, untouched

database_url = pytest.fixture(untouched, params=["sqlite", "postgresql"], name="database_url")

JOBS = {"now": MORNING, "until": MORNING, "by": "w", "limit": 9, "full": ["a"], "mine": [1]}
KEYS = {"keys": ["a"], "accounts": [1]}
NAMES = {"names": ["a", "b"], "accounts": [1, 2]}
SENDERS = {"kind": "email", "values": ["a", "b"]}
PAYLOADS = {"at": MORNING, "until": MORNING, "limit": 9}
SETTLED = {"which": [1], "was": "received", "now": "message", "why": None}
PAGE = {"before": 9, "limit": 9}
NOW = {"now": MORNING}
TALK = {"conversation": 1}
SOME = {"which": [1, 2]}
QUESTIONS = {
    "jobs that are due": (jobs.CLAIM, JOBS, "ix_job_due"),
    "the lane of a job": (jobs.CLAIM, JOBS, "ix_job_lane"),
    "the next job": (jobs.NEXT, NOW, "ix_job_due"),
    "the oldest job": (jobs.LAG, NOW, "ix_job_due"),
    "dead jobs": (jobs.DEAD, PAGE, "ix_job_dead"),
    "payloads that wait": (journal.CLAIM, PAYLOADS, "ix_journal_waiting"),
    "payloads in quarantine": (journal.QUARANTINED, PAGE, "ix_journal_quarantined"),
    "known keys": (journal.KNOWN, KEYS, "journal_1|uq_journal_account_id_key"),
    "known messages, by their whole names": (
        batch.KNOWN,
        NAMES,
        "account_id=? AND external_id=?|AND (external_id = asked.value)",
    ),
    "owners of addresses, by those": (
        batch.OWNERS_TO_CHANGE,
        SENDERS,
        "kind=? AND value=?|AND (value = asked.value)",
    ),
    "rows to settle": (journal.SETTLE, SETTLED, "INTEGER PRIMARY KEY|Index Cond: (id = ANY"),
    "who has a conversation": (assignments.LIVE_ONE, TALK, "uq_assignment_live"),
    "who has some conversations": (assignments.LIVE_FOR, SOME, "uq_assignment_live"),
    "who had it last": (assignments.LAST, TALK, "ix_assignment_conversation"),
    "what an agent has": (assignments.LIVE_OF, {"agent": 1}, "ix_assignment_agent"),
    "what some agents have": (assignments.LOADS, SOME, "ix_assignment_agent"),
    "what some agents have in no queue": (asides.OF_SOME, SOME, "ix_conversation_aside"),
    "what all have in no queue": (asides.ALL, {}, "ix_conversation_aside"),
    "what routing has": (placements.OPEN, {}, "ix_placement_open"),
    "what is in a queue": (placements.IN_QUEUE, {"queue": 1}, "ix_placement_queue"),
    "how many wait": (placements.WAITING, {"queue": 1}, "ix_placement_queue"),
    "who waits in a column": (
        board.OLDEST,
        {"queue": 1, "limit": 9},
        "ix_placement_queue|ix_placement_warn",
    ),
    "whose promise is at risk": (
        board.ENDANGERED,
        NOW | {"queue": 1, "limit": 9},
        "ix_placement_warn",
    ),
    "the cards of an agent": (board.OF_AGENT, {"agent": 1}, "ix_assignment_agent"),
    "what was taken lately": (board.RECENT, {"since": MORNING}, "ix_assignment_offered_at"),
    "what can be undone": (moves.LAST, {"agent": 1}, "ix_move_agent"),
    "why it is there": (decisions.OF, TALK | {"limit": 9}, "ix_decision_conversation"),
}


def plan(engine, statement, asked):
    """Return how the database would answer."""
    word = "EXPLAIN QUERY PLAN " if engine.dialect.name == "sqlite" else "EXPLAIN "
    if isinstance(statement, dict):
        statement = statement[engine.dialect.name]
    with engine.connect() as connection:
        if engine.dialect.name != "sqlite":  # nothing is there yet: a scan costs nothing
            connection.execute(text("SET enable_seqscan = off"))
        event.listen(
            connection,
            "before_cursor_execute",
            lambda _1, _2, asking, values, _3, _4: (word + asking, values),
            retval=True,
        )
        rows = connection.execute(statement, asked).cursor.fetchall()
    return "\n".join(str(row[-1]) for row in rows)


@pytest.mark.parametrize("name", QUESTIONS)
def test_questions_use_their_index(engine, name):
    statement, asked, indexes = QUESTIONS[name]
    found = plan(engine, statement, asked)

    assert any(index in found for index in indexes.split("|")), found
