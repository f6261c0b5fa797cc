"""Every command, given as people give it."""

import json
import signal
from datetime import UTC, datetime

import aiohttp
import pytest
from click.testing import CliRunner
from sqlalchemy import insert

from config.commands import main
from inbox.database import connect
from inbox.tables import AccountRow, JournalRow
from tests.servers.dovecot import free_ports
from tests.servers.programs import Program, program

PASSWORD = "a long enough password"
CHAT = """
[account.shop]
kind = "webchat"
origins = ["*"]
"""


@pytest.fixture
def desk(tmp_path) -> Program:
    return program(tmp_path, port=free_ports(1)[0], more=CHAT)


async def test_a_desk_opens_answers_and_closes_when_asked(desk):
    async with desk.running() as running, aiohttp.ClientSession() as browser:
        async with browser.get(f"{running.url}/health/ready") as answer:
            assert 200 == answer.status
        async with browser.get(f"{running.url}/widget/shop") as answer:
            assert 200 == answer.status
        running.signal(signal.SIGTERM)

        assert 0 == await running.ended()
    assert '"event": "the desk is closing"' in running.log
    assert '"level": "error"' not in running.log


async def test_open_sockets_are_told_goodbye(desk):
    await desk.run("agent", "add", "ada@desk.example", "--name", "Ada", "--password", PASSWORD)
    _, token, _ = await desk.run("token", "add", "ada@desk.example", "test")
    async with desk.running() as running, aiohttp.ClientSession() as browser:
        headers = {"Authorization": f"Bearer {token.strip()}"}
        async with browser.ws_connect(f"{running.url}/api/live", headers=headers) as socket:
            await socket.receive_json(timeout=60)
            running.signal(signal.SIGTERM)
            said = [json.loads(one.data) async for one in socket if one.type.name == "TEXT"]

        assert {"type": "goodbye"} == said[-1]
        assert aiohttp.WSCloseCode.SERVICE_RESTART == socket.close_code
        assert 0 == await running.ended()


async def test_a_second_desk_on_the_same_file_is_refused(desk, tmp_path):
    async with desk.running():
        code, _, said = await desk.run("run")

    assert 1 == code
    assert "Another desk runs on" in said
    assert "Traceback" not in said


@pytest.fixture
def give(desk):
    """Give a command in this process, which is quicker."""

    def give(*arguments: str, said: str = "", settings=desk.settings) -> tuple[int, str]:
        result = CliRunner().invoke(main, ["--config", str(settings), *arguments], input=said)
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result.exit_code, result.output

    return give


def test_agents_come_and_go(give):
    ada = ("agent", "add", "Ada@Desk.example", "--name", "Ada", "--role", "admin")
    added = give(*ada, "--password", "-", said=f"{PASSWORD}\n")
    assert (0, "Ada can sign in as ada@desk.example.\n") == added
    assert 1 == give(*ada, "--password", PASSWORD)[0]

    give("agent", "role", "ada@desk.example", "supervisor")
    give("agent", "password", "ada@desk.example", "--password", PASSWORD + "!")
    assert "supervisor  ada@desk.example  Ada" in give("agent", "list")[1]

    _, token = give("token", "add", "ada@desk.example", "reports")
    assert token.startswith("plr_")
    assert "reports  (never used)" in give("token", "list", "ada@desk.example")[1]
    give("token", "revoke", "ada@desk.example", "1")
    assert "reports" not in give("token", "list", "ada@desk.example")[1]

    give("agent", "archive", "ada@desk.example")
    assert "(archived)" in give("agent", "list")[1]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("agent", "add", "ada@x.example", "--name", "A", "--password", "short"), "at least 10"),
        (("agent", "role", "nobody@x.example", "admin"), "Nobody signs in as nobody@x.example"),
        (("token", "revoke", "nobody@x.example", "7"), "Nobody signs in"),
        (("replay",), "Say which numbers, or --all"),
        (("replay", "7"), "7 is not in quarantine."),
        (("inspect", "pigeon", "."), "There is no channel 'pigeon'"),
        (("inspect", "email", "nothing.eml"), "does not exist"),
        (("restore", "nothing.tar"), "does not exist"),
        (("backup", "/proc/nothing/desk.tar"), "No such file or directory"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(give, arguments, said):
    give("migrate")
    code, complaint = give(*arguments)

    assert code
    assert said in complaint


def test_a_table_is_migrated_once(give):
    assert (0, "The tables went from nothing to 0004.\n") == give("migrate")
    assert (0, "The tables are up to date (0004).\n") == give("migrate")


def test_the_tables_of_a_newer_program_are_left_alone(give, desk):
    give("migrate")
    database = connect(f"sqlite:///{desk.folder}/desk.db")
    with database.writing.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    database.close()

    for arguments in ("migrate",), ("agent", "list"):
        code, said = give(*arguments)
        assert 1 == code
        assert "The database is newer than this program" in said


def test_mistakes_in_the_settings_are_named(give, desk):
    fine = give("config", "check")
    desk.settings.write_text(desk.settings.read_text().replace("origins", "origin"))
    code, said = give("config", "check")

    assert (0, "The settings can be used. Accounts: shop (webchat).\n") == fine
    assert 1 == code
    assert "account.shop.origin: there is no such setting; did you mean origins" in said


def test_the_settings_are_shown(give):
    code, said = give("config", "show")

    assert 0 == code
    assert ["*"] == json.loads(said)["account"]["shop"]["origins"]


def test_a_database_that_is_away_is_said_in_a_sentence(give, tmp_path):
    where = f"postgresql://nobody@127.0.0.1:{free_ports(1)[0]}/nothing"
    away = program(tmp_path, port=0, database=where)
    for arguments in ("migrate",), ("agent", "list"):
        code, said = give(*arguments, settings=away.settings)

        assert 1 == code
        assert "The database cannot be used" in said


def test_quarantined_payloads_are_read_again(give, desk):
    give("migrate")
    database = connect(f"sqlite:///{desk.folder}/desk.db")
    at = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    with database.writing.begin() as connection:
        connection.execute(insert(AccountRow).values(kind="webchat", name="shop", created_at=at))
        row = {"account_id": 1, "received_at": at, "headers": {}, "payload": b"?", "size": 1}
        connection.execute(insert(JournalRow), [row | {"state": "quarantined"}] * 3)
    database.close()

    assert (0, "1 will be read again.\n") == give("replay", "2")
    assert (0, "2 will be read again.\n") == give("replay", "--all")
    assert (0, "0 will be read again.\n") == give("replay", "--all")


@pytest.mark.parametrize(
    "command", ["run", "demo", "migrate", "doctor", "replay", "inspect", "backup", "restore"]
)
def test_every_command_explains_itself(give, command):
    code, said = give(command, "--help")

    assert 0 == code
    assert "Usage: " in said


def test_a_folder_of_mails_is_inspected(give, tmp_path):
    (tmp_path / "mails").mkdir()
    head = "From: ada@x.example\nTo: b@x.example\nMessage-ID: <1@x.example>\n"
    (tmp_path / "mails" / "1.eml").write_text(f"{head}Subject: Żółw\n\nHello!\n")
    (tmp_path / "mails" / "2.eml").write_text("")

    code, said = give("inspect", "email", str(tmp_path / "mails"), "--json")
    first, second = map(json.loads, said.splitlines())
    _, groups = give("inspect", "email", str(tmp_path / "mails"), "--threads", "--json")

    assert 0 == code
    assert ("message", "ada@x.example", "Hello!") == (first["kind"], first["from"], first["text"])
    assert second["quarantined"]
    assert 2 == len(groups.splitlines())


async def test_the_doctor_looks_at_everything(desk):
    async with desk.running():
        code, said, _ = await desk.run("doctor", "--json")
    checks = {one["name"]: one["fine"] for one in map(json.loads, said.splitlines())}

    wanted = {"database", "tables", "clock", "disk", "pages", "public address", "websocket"}
    assert wanted <= set(checks), said
    assert checks["websocket"]
    assert checks["public address"]
    assert code == (0 if all(checks.values()) else 1)


async def test_the_doctor_says_that_nobody_answers(desk):
    code, said, _ = await desk.run("doctor")

    assert 1 == code
    assert "TROUBLE  public address" in said
    assert "Is the desk running?" in said


async def test_a_backup_comes_back_while_the_desk_runs(desk, tmp_path):
    await desk.run("agent", "add", "ada@desk.example", "--name", "Ada", "--password", PASSWORD)
    (tmp_path / "other").mkdir()
    other = program(tmp_path / "other", port=0)
    async with desk.running():
        code, said, _ = await desk.run("backup", str(tmp_path / "desk.tar"))
    assert 0 == code
    assert "rows and 0 files are in" in said

    assert 0 == (await other.run("restore", str(tmp_path / "desk.tar")))[0]
    assert "ada@desk.example" in (await other.run("agent", "list"))[1]
