import asyncio

import pytest

from agents_ui import keys
from inbox.actions import agent as agents
from inbox.model import Role
from tests.agents_ui.conftest import PASSWORD

WRONG = {"email": "nobody@desk.example", "password": "wrong"}


async def hired(street):
    who = await street.hire()
    agent = await street.desk.read(lambda unit: unit.agents.get(who))
    return who, {"email": agent.email, "password": PASSWORD}


async def sign_in(caller, said, expect=200, **headers):
    path = f"{caller.base}/api/session"
    async with caller.http.post(path, json=said, headers=headers) as answer:
        assert expect == answer.status, await answer.text()
        return answer


async def test_the_cookie_cannot_be_read_by_scripts_or_sent_by_other_sites(street):
    _, said = await hired(street)
    answer = await sign_in(await street.stranger(), said)
    cookie = answer.headers["Set-Cookie"]

    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Secure" not in cookie


async def test_over_https_the_cookie_is_secure_and_of_this_host_alone(open_street):
    street = await open_street(public_url="https://desk.example")
    _, said = await hired(street)
    answer = await sign_in(await street.stranger(), said)
    cookie = answer.headers["Set-Cookie"]

    assert cookie.startswith("__Host-parlour=")
    assert "Secure" in cookie


async def test_unknown_people_and_wrong_passwords_hear_the_same(street):
    _, said = await hired(street)
    caller = await street.stranger()
    unknown = await caller.post("/api/session", WRONG, expect=401)
    wrong = await caller.post("/api/session", said | {"password": "wrong"}, expect=401)

    assert unknown | {"trace": ""} == wrong | {"trace": ""}


async def test_a_password_is_verified_for_unknown_people_too(street, monkeypatch):
    verified = []
    verify = street.front.door.verify
    monkeypatch.setattr(
        street.front.door, "verify", lambda *given: verified.append(given) or verify(*given)
    )
    await (await street.stranger()).post("/api/session", WRONG, expect=401)

    assert 1 == len(verified)


async def test_guessing_at_one_account_is_slowed_down_and_forgotten_in_time(street):
    _, said = await hired(street)
    caller = await street.stranger()
    for _ in range(10):
        await caller.post("/api/session", said | {"password": "wrong"}, expect=401)

    refused = await sign_in(caller, said, expect=429)
    seconds = int(refused.headers["Retry-After"])
    assert 0 < seconds <= 300
    street.desk.advance(seconds + 1)

    await sign_in(caller, said)


async def test_guessing_at_many_accounts_from_one_address_is_slowed_down(street):
    caller = await street.stranger()
    for number in range(30):
        wrong = {"email": f"guess{number}@desk.example", "password": "wrong"}
        await caller.post("/api/session", wrong, expect=401)

    refused = await sign_in(caller, WRONG, expect=429)

    assert refused.headers["Retry-After"]


async def test_those_who_sign_in_rightly_are_never_slowed_down(street):
    _, said = await hired(street)
    caller = await street.stranger()
    for _ in range(35):
        await sign_in(caller, said)


async def test_signing_in_again_ends_the_session_before(street):
    _, said = await hired(street)
    caller, thief = await street.stranger(), await street.stranger()
    first = await sign_in(caller, said)
    name, stolen = next((key, one.value) for key, one in first.cookies.items())
    await sign_in(caller, said)

    await thief.get("/api/me", expect=401, headers={"Cookie": f"{name}={stolen}"})
    await caller.get("/api/me")


async def test_a_session_given_from_outside_is_never_taken_over(street):
    _, said = await hired(street)
    caller = await street.stranger()
    answer = await sign_in(caller, said, Cookie="parlour=chosen-by-somebody-else")

    assert answer.cookies["parlour"].value != "chosen-by-somebody-else"
    await (await street.stranger()).get(
        "/api/me", expect=401, headers={"Cookie": "parlour=chosen-by-somebody-else"}
    )


async def test_signing_out_ends_the_session_at_once(street):
    agent = await street.agent()
    cookie = next(iter(agent.http.cookie_jar)).value
    await agent.call(
        "DELETE", "/api/session", expect=204, headers={"Sec-Fetch-Site": "same-origin"}
    )

    await agent.get("/api/me", expect=401)
    await (await street.stranger()).get(
        "/api/me", expect=401, headers={"Cookie": f"parlour={cookie}"}
    )


async def test_a_session_lasts_as_long_as_it_is_used(open_street):
    street = await open_street(session_hours=2)
    agent = await street.agent()
    for _ in range(4):
        street.desk.advance(3600)
        await agent.get("/api/me")
    street.desk.advance(2 * 3600 + 1)

    await agent.get("/api/me", expect=401)


async def until_shown_out(caller):
    said = {}
    while "Sign in" not in said.get("detail", ""):
        await asyncio.sleep(0.05)
        said = await caller.get("/api/me", expect=None)


async def test_an_archived_agent_is_shown_out(street):
    agent, program = await street.agent(), await street.program()
    for caller in (agent, program):
        await caller.get("/api/me")
        await street.desk.write(agents.archive, caller.agent_id)
        async with asyncio.timeout(30):
            await until_shown_out(caller)


async def test_a_token_works_until_it_is_revoked(street):
    admin = await street.agent(Role.ADMIN)
    made = await admin.post("/api/tokens", {"name": "reports"}, expect=201)
    assert made["token"].startswith("plr_")
    program = await street.stranger(headers={"Authorization": f"Bearer {made['token']}"})
    await program.get("/api/me")

    listed = (await admin.get("/api/tokens"))["items"]
    assert [("reports", None)] == [(one["name"], one["token"]) for one in listed]
    assert listed[0]["used_at"]
    ours = {"Sec-Fetch-Site": "same-origin"}
    await admin.call("DELETE", f"/api/tokens/{made['id']}", expect=204, headers=ours)

    await program.get("/api/me", expect=401)
    assert [] == (await admin.get("/api/tokens"))["items"]


async def test_the_store_keeps_no_secret(street, desk):
    agent = await street.agent(Role.ADMIN)
    cookie = next(iter(agent.http.cookie_jar)).value
    token = (await agent.post("/api/tokens", {"name": "x"}, expect=201))["token"]
    with desk.database.reading.connect() as connection:
        kept = "".join(connection.connection.iterdump())

    assert cookie not in kept
    assert token not in kept
    assert keys.hashed(cookie) in kept


async def test_wrong_credentials_of_every_shape_are_refused(street):
    for wrong in ("Bearer", "Bearer plr_", "Bearer plr_x", "Basic YTpi", "plr_x", "Bearer \u00e9"):
        caller = await street.stranger(headers={"Authorization": wrong})
        problem = await caller.get("/api/me", expect=401)
        assert "Sign in" in problem["detail"]


FOREIGN = (
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Content-Type": "text/plain"},
)


@pytest.mark.parametrize("headers", FOREIGN, ids=lambda headers: " ".join(headers.values()))
async def test_other_sites_cannot_use_an_agents_cookie(street, headers):
    agent = await street.agent()
    for method, path in (("POST", "/api/files"), ("DELETE", "/api/session")):
        problem = await agent.call(method, path, data=b"{}", headers=headers, expect=403)
        assert "another site" in problem["detail"]


async def test_another_site_cannot_sign_somebody_in(street):
    _, said = await hired(street)
    caller = await street.stranger()
    await sign_in(caller, said, expect=403, Origin="https://evil.example")


async def test_our_own_pages_may_use_it(street):
    agent = await street.agent()
    for headers in (
        {"Origin": "http://desk.example"},
        {"Origin": street.base},
        {"Sec-Fetch-Site": "same-origin"},
    ):
        await agent.call("POST", "/api/files", data=b"x", headers=headers, expect=201)


async def test_a_program_needs_no_origin(street):
    program = await street.program()
    await program.call(
        "POST", "/api/files", data=b"x", headers={"Origin": "https://erp.example"}, expect=201
    )


async def test_only_our_own_proxy_is_believed_about_addresses(open_street):
    from agents_ui.edge import networks

    believing = await open_street(proxies=networks(["127.0.0.0/8"]))
    forged = {"X-Forwarded-For": "6.6.6.6, 203.0.113.7"}
    for number in range(30):
        said = {"email": f"guess{number}@desk.example", "password": "wrong"}
        await sign_in(await believing.stranger(), said, expect=401, **forged)
    await sign_in(await believing.stranger(), WRONG, expect=429, **forged)
    other = {"X-Forwarded-For": "203.0.113.8"}
    await sign_in(await believing.stranger(), WRONG, expect=401, **other)
