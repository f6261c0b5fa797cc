"""`parlour rehearse`, given as people give it."""

import json
from datetime import UTC, datetime

import pytest
from click.testing import CliRunner

from config import rehearsing
from config.commands import main
from config.settings import load
from inbox.actions import duties
from inbox.database import connect
from inbox.errors import Invalid
from inbox.migrations import upgrade
from inbox.model import AgentId
from inbox.store import Unit
from routing import setups
from routing.setup import parse
from routing.setups import Change
from tests.agents_ui import scenes
from tests.inbox.house import furnish
from tests.servers.programs import program

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
RULES = """
usual = "rest"
[queues.rest]
[queues.bells]
service_level = { targets = [{ first_response = 60 }] }
[[rules.rule]]
name = "bells"
when = { words = ["bell"] }
then = { queue = "bells" }
"""


@pytest.fixture
def settings(tmp_path):
    return program(tmp_path, port=1).settings


@pytest.fixture
def give(settings):
    def give(*arguments):
        result = CliRunner().invoke(main, ["--config", str(settings), "rehearse", *arguments])
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result.exit_code, result.output

    return give


@pytest.fixture
def busy_desk(settings):
    """A desk where three people wrote a while ago, and one agent was there."""
    database = connect(load(settings).desk.database)
    upgrade(database)
    begun = datetime.now(UTC).replace(microsecond=0)
    try:
        with database.writing.begin() as connection:
            unit = Unit(connection, begun)
            furnish(unit)
            duties.connect(unit, [AgentId(1)], begun)
            scenes.write_in(unit, "My bell is broken.")
            scenes.write_in(unit, "Where are you?", subject="Hm")
            scenes.write_in(unit, "A bell, please!")
            setup = Change(setup=parse("usual = 'all'\n[queues.all]"))
            setups.save(unit, setup, ["email"], by=AgentId(2))
            unit.flush()
            unit.record()
    finally:
        database.close()


def test_a_setup_is_tried_on_what_came(busy_desk, give, tmp_path):
    rules = tmp_path / "new.toml"
    rules.write_text(RULES)
    code, said = give("--rules", str(rules), "--from", "1h")

    assert 0 == code, said
    assert "bells: It says 'bell'." in said
    assert "2 would go to bells instead of all." in said
    assert "Nobody belongs to bells yet; everybody is taken to." in said
    assert "as it is set now" in said


def test_it_is_told_in_json_too(busy_desk, give):
    code, said = give("--from", "1h", "--json")
    told = json.loads(said)

    assert 0 == code
    assert 3 == told["all"]["tried"]["conversations"]
    assert ["all"] == [one["queue"] for one in told["queues"]]
    assert 3 == len(told["cases"])


def test_a_mistake_in_it_is_said_in_a_sentence(busy_desk, give, tmp_path):
    rules = tmp_path / "new.toml"
    rules.write_text(RULES + "[queues.other]\nhours = 'never'\n")
    code, said = give("--rules", str(rules))

    assert 1 == code
    assert "queues.other.hours: There are no hours 'never'." in said


def test_without_queues_there_is_nothing_to_rehearse(give):
    code, said = give()

    assert 1 == code
    assert "The setup has no queues" in said


def test_a_team_is_sized(give):
    code, said = give("--synthetic", "0.05x180", "--within", "20", "--share", "0.8")
    _, told = give("--synthetic", "0.01 x 60", "--team", "2", "--json")

    assert 0 == code
    assert said.startswith("It takes 12 agents.")
    assert "<- needed" in said
    assert 2 == json.loads(told)["agents"]
    assert "never keep up" in give("--synthetic", "0.05x180", "--team", "3")[1]
    assert 1 == give("--synthetic", "many")[0]


@pytest.mark.parametrize(
    ("since", "until", "zone", "expected"),
    [
        ("yesterday", None, "UTC", ("03-01T00:00", "03-02T00:00")),
        ("today", None, "UTC", ("03-02T00:00", "03-02T12:00")),
        ("yesterday", None, "Europe/Zagreb", ("02-28T23:00", "03-01T23:00")),
        ("24h", None, "UTC", ("03-01T12:00", "03-02T12:00")),
        ("2d", "yesterday", "UTC", ("02-28T12:00", "03-02T00:00")),
        ("2026-02-10", None, "UTC", ("02-10T00:00", "02-11T00:00")),
        ("2026-02-10", "2026-02-11", "UTC", ("02-10T00:00", "02-12T00:00")),
        ("2026-02-10T08:30", "now", "UTC", ("02-10T08:30", "03-02T12:00")),
        ("2026-02-10T08:30+02:00", "now", "UTC", ("02-10T06:30", "03-02T12:00")),
    ],
)
def test_a_span_is_written_as_people_say_it(since, until, zone, expected):
    read = rehearsing.span(since, until, NOON, zone)

    assert expected == tuple(f"{one:%m-%dT%H:%M}" for one in read)


def test_the_day_on_which_the_clock_is_changed_is_a_whole_day():
    may = datetime(2026, 5, 1, tzinfo=UTC)
    begin, end = rehearsing.span("2026-03-29", None, may, "Europe/Zagreb")

    assert 23 * 3600 == (end - begin).total_seconds()


@pytest.mark.parametrize("wrong", ["", "soon", "24x", "2026-13-01"])
def test_what_is_no_moment_is_refused(wrong):
    with pytest.raises(Invalid, match="Write when as"):
        rehearsing.span(wrong, None, NOON, "UTC")
