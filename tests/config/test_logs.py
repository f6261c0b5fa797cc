import io
import json
import logging

import pytest
import structlog

from config import logs
from config.settings import LogFormat, LogSettings

CANARIES = ("my secret illness", "ada@customers.example", "plr_abc123", "hunter2")


@pytest.fixture
def log():
    """Yield what was logged, and put everything back."""
    out = io.StringIO()
    before = logging.getLogger().handlers[:]
    logs.start(LogSettings(format=LogFormat.JSON), out)
    yield lambda: [json.loads(line) for line in out.getvalue().splitlines()]
    logging.captureWarnings(capture=False)
    logging.getLogger().handlers[:] = before
    structlog.reset_defaults()


def test_a_line_is_a_message_with_facts(log):
    structlog.get_logger().info("a message came", account=3)

    assert [("a message came", 3, "info")] == [
        (line["event"], line["account"], line["level"]) for line in log()
    ]


def test_what_an_exception_says_stays_out_of_the_log(log):
    error = RuntimeError(CANARIES[1])
    error.__cause__ = ValueError(CANARIES[0])
    try:
        raise error
    except RuntimeError:
        structlog.get_logger().exception("something broke")
    line = log()[0]

    assert "RuntimeError < ValueError" == line["error"]
    assert "test_logs.py" in line["at"][0]
    assert not any(canary in json.dumps(line) for canary in CANARIES)


def test_what_libraries_put_into_their_messages_stays_out_of_the_log(log):
    logging.getLogger("aiohttp.server").error("Error from %s", CANARIES[1])
    logging.getLogger("asyncio").error("Task failed\nfuture: <Task exception=%s>", CANARIES[0])

    assert ["Error from %s", "Task failed"] == [line["event"] for line in log()]
    assert not any(canary in json.dumps(log()) for canary in CANARIES)


def test_an_address_or_token_that_came_this_far_is_covered(log):
    structlog.get_logger().warning(
        "odd",
        what=f"from {CANARIES[1]} with {CANARIES[2]}",
        url=f"/api/files/3?signature={CANARIES[3]}",
        reasons=[CANARIES[1]],
        error=ValueError(CANARIES[0]),
    )

    assert not any(canary in json.dumps(log()) for canary in CANARIES)
    assert "odd" == log()[0]["event"]


def test_what_libraries_whisper_is_left_out(log):
    logging.getLogger("sqlalchemy.engine").info("SELECT %s", "x")

    assert [] == log()
