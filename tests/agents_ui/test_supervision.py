from sqlalchemy import insert

from inbox.model import Role
from inbox.tables import JournalCountRow, JournalRow
from tests.agents_ui import scenes

OURS = {"Sec-Fetch-Site": "same-origin"}


def quarantined(unit, **more):
    row = {
        "account_id": scenes.SUPPORT,
        "received_at": unit.now,
        "headers": {"from": "a line"},
        "payload": b"Subject: \xff\0\r\n\r\n<b>?",
        "size": 18,
        "state": "quarantined",
        "reason": "Nobody knows this charset.",
        **more,
    }
    statement = insert(JournalRow).values(row).returning(JournalRow.id)
    return unit.connection.execute(statement).scalar_one()


async def test_what_nobody_could_read_is_listed_with_its_reason(street):
    supervisor = await street.agent(Role.SUPERVISOR)
    blob = await street.desk.blobs.put(b"Subject: large\r\n")
    first = await street.desk.write(quarantined)
    second = await street.desk.write(quarantined, payload=None, blob=blob)

    page = await supervisor.get("/api/quarantine?limit=1")
    rest = await supervisor.get(f"/api/quarantine?after={page['next']}")

    assert [second, first] == [one["id"] for one in page["items"] + rest["items"]]
    assert rest["next"] is None
    assert page["items"][0]["beginning"] == "Subject: large\r\n"
    shown = rest["items"][0]
    assert shown["reason"] == "Nobody knows this charset."
    assert "\0" not in shown["beginning"]


async def test_the_original_is_saved_byte_for_byte(street):
    supervisor = await street.agent(Role.SUPERVISOR)
    which = await street.desk.write(quarantined)
    url = f"{supervisor.base}/api/quarantine/{which}/raw"
    async with supervisor.http.get(url) as answer:
        body = await answer.read()

        assert body == b"Subject: \xff\0\r\n\r\n<b>?"
        assert answer.headers["Content-Disposition"].startswith("attachment")
        assert answer.headers["Content-Type"] == "text/plain"


async def test_it_is_read_again_or_put_away_once(street):
    supervisor = await street.agent(Role.SUPERVISOR)
    one, other = [await street.desk.write(quarantined) for _ in range(2)]
    await supervisor.post(f"/api/quarantine/{one}/retry", expect=204, headers=OURS)
    await supervisor.post(f"/api/quarantine/{other}/discard", expect=204, headers=OURS)

    assert [] == (await supervisor.get("/api/quarantine"))["items"]
    await supervisor.post(f"/api/quarantine/{other}/retry", expect=409, headers=OURS)
    await supervisor.get(f"/api/quarantine/{other}/raw", expect=404)


async def test_the_ledger_accounts_for_every_payload(street):
    supervisor = await street.agent(Role.SUPERVISOR)

    def count(unit):
        rows = [
            {"account_id": scenes.SUPPORT, "state": state, "count": number}
            for state, number in (("message", 7), ("duplicate", 2))
        ]
        unit.connection.execute(insert(JournalCountRow), rows)

    await street.desk.write(count)

    assert (await supervisor.get("/api/ledger"))["items"] == [
        {
            "account_id": scenes.SUPPORT,
            "received": 0,
            "message": 7,
            "update": 0,
            "duplicate": 2,
            "quarantined": 0,
            "discarded": 0,
        }
    ]


async def test_the_source_of_a_message_can_be_saved(street):
    agent = await street.agent()

    def came_in(unit):
        journal = quarantined(unit, state="message", reason=None)
        return scenes.write_in(unit, journal_id=journal)

    await street.desk.write(came_in)
    assert await agent.get("/api/messages/1/raw") == b"Subject: \xff\0\r\n\r\n<b>?"
    note = await agent.post(
        "/api/conversations/1/notes", {"text": "x", "client_id": "c"}, expect=201
    )
    await agent.get(f"/api/messages/{note['id']}/raw", expect=404)


async def test_customers_are_renamed_only_by_who_saw_the_newest(street):
    agent = await street.agent()
    await street.desk.write(scenes.write_in)
    url = f"{agent.base}/api/customers/1"
    async with agent.http.get(url) as answer:
        tag = answer.headers["ETag"]
    body = {"name": "Ada L.", "attributes": {"vip": True, "city": "Gda\u0144sk"}}
    async with agent.http.patch(url, json=body, headers={"If-Match": tag}) as answer:
        assert answer.status == 200
        assert answer.headers["ETag"] != tag
    async with agent.http.patch(url, json={"name": "X"}, headers={"If-Match": tag}) as answer:
        assert answer.status == 412
    shown = await agent.call("PATCH", "/api/customers/1", {"attributes": {"city": None}})

    assert (shown["name"], shown["attributes"]) == ("Ada L.", {"vip": True})
    assert shown["identities"][0]["value"] == "customer1@home.example"
    problem = await agent.call("PATCH", "/api/customers/1", {"name": "  "}, expect=422)
    assert problem["field"] == "name"


async def test_a_timeline_shows_everything_said_on_every_channel(street):
    agent = await street.agent()
    talk = await street.desk.write(scenes.write_in, "One")
    await agent.post(
        f"/api/conversations/{talk}/replies", {"text": "Two", "client_id": "c"}, expect=201
    )
    await agent.post(
        f"/api/conversations/{talk}/notes", {"text": "Three", "client_id": "d"}, expect=201
    )
    seen, after = [], ""
    while after is not None:
        page = await agent.get(f"/api/customers/1/timeline?limit=2{after and f'&after={after}'}")
        seen += [(one["preview"], one["direction"]) for one in page["items"]]
        after = page["next"]

    assert [("Three", "note"), ("Two", "out"), ("One", "in")] == seen
    listed = await agent.get("/api/customers/1/conversations")
    assert [talk] == [one["id"] for one in listed["items"]]


async def test_metrics_are_for_this_machine_or_by_token(open_street):
    street = await open_street(metrics_token="m" * 20)
    stranger = await street.stranger()
    text = (await stranger.get("/metrics")).decode()
    for name in (
        'parlour_journal_payloads{state="quarantined"}',
        "parlour_outbox_lag_seconds",
        "parlour_jobs_dead",
        "parlour_live_sockets",
        "parlour_writer_commits",
        "parlour_loop_lag_seconds",
    ):
        assert name in text
    far = {"X-Forwarded-For": "203.0.113.7"}
    await stranger.get("/metrics", expect=403, headers=far)
    await stranger.get("/metrics", headers=far | {"Authorization": "Bearer " + "m" * 20})
    await stranger.get("/metrics", expect=403, headers=far | {"Authorization": "Bearer x"})


async def test_a_desk_is_ready_when_everything_works(street, monkeypatch):
    stranger = await street.stranger()
    assert (await stranger.get("/health/live"))["status"] == "ok"
    assert (await stranger.get("/health/ready"))["checks"] == {
        "database": "ok",
        "migrations": "ok",
        "writer": "ok",
        "outbox": "ok",
        "process": "ok",
    }
    from agents_ui import health
    from inbox.errors import Unavailable

    async def gone(_):
        raise Unavailable

    monkeypatch.setitem(health.LOOKS, "writer", gone)
    said = await stranger.get("/health/ready", expect=503)
    assert "store cannot take" in said["checks"]["writer"]


async def test_jobs_that_nobody_does_make_it_unready(street):
    from inbox.jobs import Tidy

    stranger = await street.stranger()
    await street.desk.write(lambda unit: unit.enqueue(Tidy()))
    street.desk.advance(10 * 60)
    said = await stranger.get("/health/ready", expect=503)

    assert "nobody does them" in said["checks"]["outbox"]
    assert b"parlour_outbox_lag_seconds 600.0" in await stranger.get("/metrics")


async def test_a_store_that_is_away_is_said_with_when_to_come_back(street, monkeypatch):
    from inbox.errors import Unavailable

    agent = await street.agent()

    async def gone(*_, **__):
        raise Unavailable

    monkeypatch.setattr(street.desk, "write", gone)
    async with agent.http.put(
        f"{agent.base}/api/conversations/1/draft", json={"text": "x"}
    ) as answer:
        assert (503, "5") == (answer.status, answer.headers["Retry-After"])
        problem = await answer.json(content_type="application/problem+json")
        assert (problem["status"], problem["title"]) == (503, "Service Unavailable")
