"""Every command, given as people give it: in a process of its own."""

import asyncio
import json
import signal

import aiohttp
import pytest

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


async def test_agents_come_and_go(desk):
    code, said, _ = await desk.run(
        "agent",
        "add",
        "Ada@Desk.example",
        "--name",
        "Ada",
        "--role",
        "admin",
        "--password",
        "-",
        said=f"{PASSWORD}\n",
    )
    assert (0, "Ada can sign in as ada@desk.example.\n") == (code, said)

    await desk.run("agent", "role", "ada@desk.example", "supervisor")
    await desk.run("agent", "password", "ada@desk.example", "--password", PASSWORD + "!")
    assert "supervisor  ada@desk.example  Ada" in (await desk.run("agent", "list"))[1]

    _, token, _ = await desk.run("token", "add", "ada@desk.example", "reports")
    assert token.startswith("plr_")
    assert "reports  (never used)" in (await desk.run("token", "list", "ada@desk.example"))[1]
    await desk.run("token", "revoke", "ada@desk.example", "1")
    assert "reports" not in (await desk.run("token", "list", "ada@desk.example"))[1]

    await desk.run("agent", "archive", "ada@desk.example")
    assert "(archived)" in (await desk.run("agent", "list"))[1]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("agent", "add", "ada@x.example", "--name", "A", "--password", "short"), "at least 10"),
        (("agent", "role", "nobody@x.example", "admin"), "Nobody signs in as nobody@x.example"),
        (("token", "revoke", "nobody@x.example", "7"), "Nobody signs in"),
        (("replay",), "Say which numbers, or --all"),
        (("inspect", "pigeon", "."), "There is no channel 'pigeon'"),
        (("inspect", "email", "nothing.eml"), "does not exist"),
        (("restore", "nothing.tar"), "does not exist"),
        (("backup", "/proc/nothing/desk.tar"), "No such file or directory"),
    ],
)
async def test_what_cannot_be_done_is_said_in_a_sentence(desk, arguments, said):
    await desk.run("migrate")
    code, _, complaint = await desk.run(*arguments)

    assert code
    assert said in complaint
    assert "Traceback" not in complaint


async def test_mistakes_in_the_settings_are_named(desk):
    assert (
        "The settings can be used. Accounts: shop (webchat)."
        in (await desk.run("config", "check"))[1]
    )
    desk.settings.write_text(desk.settings.read_text().replace("origins", "origin"))
    code, _, said = await desk.run("config", "check")

    assert 1 == code
    assert "account.shop.origin: there is no such setting; did you mean origins" in said


async def test_a_database_that_is_away_is_said_in_a_sentence(tmp_path):
    away = program(
        tmp_path, port=0, database=f"postgresql://nobody@127.0.0.1:{free_ports(1)[0]}/nothing"
    )
    for arguments in ("run",), ("migrate",), ("agent", "list"):
        code, _, said = await away.run(*arguments)

        assert 1 == code
        assert "The database cannot be used" in said
        assert "Traceback" not in said


async def test_the_doctor_looks_at_everything(desk):
    async with desk.running():
        code, said, _ = await desk.run("doctor", "--json")
    checks = {one["name"]: one["fine"] for one in map(json.loads, said.splitlines())}

    assert {"database", "tables", "clock", "disk", "pages", "public address", "websocket"} <= set(
        checks
    )
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


async def test_a_quarantined_payload_is_read_again(desk):
    async with desk.running() as running, aiohttp.ClientSession() as browser:
        assert (0, "0 will be read again.\n") == (await desk.run("replay", "--all"))[:2]
        code, _, said = await desk.run("replay", "7")
        await browser.get(f"{running.url}/health/live")

    assert 1 == code
    assert "7 is not in quarantine." in said


async def test_every_command_explains_itself(desk):
    commands = ["run", "demo", "migrate", "doctor", "replay", "inspect", "backup", "restore"]
    answers = await asyncio.gather(*(desk.run(one, "--help") for one in commands))

    assert all(code == 0 and "Usage: " in said for code, said, _ in answers)
