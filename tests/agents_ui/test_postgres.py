"""The same questions are answered on PostgreSQL: one walk through all of them."""

import itertools

import pytest

from inbox.model import Role
from tests.agents_ui import scenes

NUMBERS = itertools.count(1)


@pytest.fixture
def database_url(postgres):
    name = f"front_{next(NUMBERS)}"
    postgres.clone("template_desk", name)
    yield postgres.url(name)
    postgres.drop(name)


async def test_a_day_at_the_desk(street):
    admin = await street.agent(Role.ADMIN)
    me = await admin.get("/api/me")
    talk = await street.desk.write(scenes.write_in)
    path = f"/api/conversations/{talk}"
    said = {"text": "On its way\0", "client_id": "c\0"}
    key = {"Idempotency-Key": "k"}
    first = await admin.post(f"{path}/replies", said, expect=201, headers=key)
    assert first == await admin.post(f"{path}/replies", said, expect=201, headers=key)
    await admin.post(f"{path}/notes", {"text": "x", "client_id": "n"}, expect=201)
    await admin.call("PUT", f"{path}/draft", {"text": "y"}, expect=204)
    await admin.call("PUT", f"{path}/read", {"message_id": first["id"]}, expect=204)
    await admin.call("PATCH", path, {"assignee_id": admin.agent_id, "status": "resolved"})
    await admin.call("PATCH", "/api/customers/1", {"attributes": {"vip": True}})
    token = await admin.post("/api/tokens", {"name": "x"}, expect=201)
    for where in ("mine", "unassigned", "all", "resolved", "snoozed", "undelivered"):
        await admin.get(f"/api/conversations?list={where}")
    for where in (path, "/api/customers/1", "/api/customers/1/conversations", "/api/quarantine"):
        await admin.get(where)
    for where in ("/api/customers/1/timeline", "/api/ledger", "/api/tokens", "/metrics"):
        await admin.get(where)
    assert (await admin.get("/health/ready"))["status"] == "ok"
    program = await street.stranger(headers={"Authorization": f"Bearer {token['token']}"})
    since = me["sequence"]
    async with program.http.ws_connect(f"{street.base}/api/live?since={since}") as live:
        frame = await live.receive_json(timeout=60)

    assert frame["type"] == "change"
    assert [talk] == [one["id"] for one in frame["conversations"]]
    assert 3 == len(frame["messages"])
