"""The setup over HTTP: read, checked, saved whole, with its queues, members and skills."""

from datetime import timedelta

import pytest

from inbox.model import Role
from tests.agents_ui.conftest import Street

OFFICE = {"weekly": {"mon-fri": ["09:00-17:00"]}, "zone": "Europe/Zagreb"}
DESK = {
    "skills": ["billing"],
    "hours": {"Office": OFFICE},
    "queues": {
        "Support": {"hours": "Office"},
        "Billing": {"needs": [{"skill": "billing", "level": 2}], "codes": ["refund", "question"]},
    },
    "usual": "Support",
    "rules": {
        "rule": [
            {"name": "Bills", "when": {"words": ["invoice"]}, "then": {"queue": "Billing"}},
        ]
    },
}


async def saved(caller, setup=None, **more):
    """Save a setup on top of the one that holds."""
    base = (await caller.get("/api/setup"))["id"]
    body = {"setup": setup or DESK, "base": base, **more}
    return await caller.call("PUT", "/api/setup", body)


async def named(caller):
    return {one["name"]: one for one in (await caller.get("/api/queues"))["items"]}


async def test_a_desk_without_a_setup_has_an_empty_one(street: Street):
    boss = await street.agent(Role.SUPERVISOR)

    found = await boss.get("/api/setup")
    assert (None, {}, "") == (found["id"], found["setup"]["queues"], found["text"])
    assert [] == (await boss.get("/api/queues"))["items"]


async def test_what_was_saved_holds(street: Street):
    admin = await street.agent(Role.ADMIN)

    answer = await saved(admin, note="We begin.")
    held = await admin.get("/api/setup")
    assert answer == held
    assert ("We begin.", admin.agent_id) == (held["note"], held["agent_id"])
    assert "Support" == held["setup"]["usual"]
    assert '[queues.Billing]\nneeds = [{ skill = "billing", level = 2 }]' in held["text"]
    assert ["Support", "Billing"] == list(await named(admin))
    assert ["refund", "question"] == (await named(admin))["Billing"]["codes"]


async def test_the_text_says_the_same(street: Street):
    admin = await street.agent(Role.ADMIN)
    first = await saved(admin)

    body = {"text": first["text"], "base": first["id"]}
    second = await admin.call("PUT", "/api/setup", body)
    assert first["setup"] == second["setup"]
    assert first["text"] == second["text"]


async def test_a_mistake_is_refused_with_where_it_stands(street: Street):
    admin = await street.agent(Role.ADMIN)
    wrong = DESK | {"queues": DESK["queues"] | {"Support": {"hours": "Nights"}}}

    body = {"setup": wrong, "base": None}
    answer = await admin.call("PUT", "/api/setup", body, expect=422)
    assert "queues.Support.hours" == answer["field"]
    assert "queues.Support.hours: There are no hours 'Nights'." == answer["detail"]
    assert None is (await admin.get("/api/setup"))["id"]
    assert {} == await named(admin)


async def test_who_saves_what_another_changed_is_told(street: Street):
    admin = await street.agent(Role.ADMIN)
    await saved(admin)

    answer = await admin.call("PUT", "/api/setup", {"setup": DESK, "base": None}, expect=409)
    assert "Somebody saved another setup in the meantime." == answer["detail"]


async def test_every_version_is_kept(street: Street):
    admin = await street.agent(Role.ADMIN)
    first = await saved(admin, note="one")
    await saved(admin, DESK | {"misses": 5}, note="two")

    versions = (await admin.get("/api/setup/versions"))["items"]
    assert ["two", "one"] == [one["note"] for one in versions]
    again = await admin.get(f"/api/setup/versions/{first['id']}")
    assert 2 == again["setup"]["misses"]
    await admin.call("GET", "/api/setup/versions/999", expect=404)


async def test_checking_changes_nothing(street: Street):
    boss = await street.agent(Role.SUPERVISOR)

    fine = await boss.post("/api/setup/check", {"setup": DESK})
    assert (None, "Support") == (fine["why"], fine["setup"]["usual"])
    read = await boss.post("/api/setup/check", {"text": fine["text"]})
    assert fine == read
    wrong = await boss.post("/api/setup/check", {"setup": DESK | {"usual": "Sales"}})
    assert ("usual", "There is no queue 'Sales'.") == (wrong["where"], wrong["why"])
    assert wrong["text"]
    odd = await boss.post("/api/setup/check", {"text": "[queues"})
    assert ("setup", None) == (odd["where"], odd["setup"])
    await boss.call("POST", "/api/setup/check", {}, expect=422)
    assert None is (await boss.get("/api/setup"))["id"]


async def test_names_that_a_setup_may_use(street: Street):
    boss = await street.agent(Role.SUPERVISOR)

    names = await boss.get("/api/setup/names")
    assert ["support"] == names["accounts"]
    assert {"email", "webchat", "voice"} <= set(names["channels"])
    assert "BY" in names["holidays"]["DE"]
    assert "earlier" in names["history"]


# --- queues ---------------------------------------------------------------------------------
async def test_a_renamed_queue_keeps_its_members(street: Street):
    admin = await street.agent(Role.ADMIN)
    await saved(admin)
    queue = (await named(admin))["Billing"]
    path = f"/api/queues/{queue['id']}/members/{admin.agent_id}"
    await admin.call("PUT", path, {})

    queues = {"Support": {}, "Bills": {}}
    setup = {"queues": queues, "skills": []}
    await saved(admin, setup, renamed={"Billing": "Bills"})
    found = (await named(admin))["Bills"]
    assert queue["id"] == found["id"]
    assert [admin.agent_id] == [one["agent_id"] for one in found["members"]]


async def test_queues_may_swap_their_names(street: Street):
    admin = await street.agent(Role.ADMIN)
    await saved(admin)
    before = {name: one["id"] for name, one in (await named(admin)).items()}

    await saved(admin, renamed={"Billing": "Support", "Support": "Billing"})
    after = {name: one["id"] for name, one in (await named(admin)).items()}
    assert {"Support": before["Billing"], "Billing": before["Support"]} == after


async def test_a_queue_cannot_be_called_like_another(street: Street):
    admin = await street.agent(Role.ADMIN)
    first = await saved(admin)

    body = {"setup": DESK, "base": first["id"], "renamed": {"Billing": "Support"}}
    answer = await admin.call("PUT", "/api/setup", body, expect=422)
    assert "queues.Support" == answer["field"]


async def test_a_queue_that_comes_back_is_the_one_it_was(street: Street):
    admin = await street.agent(Role.ADMIN)
    await saved(admin)
    before = (await named(admin))["Billing"]["id"]
    await saved(admin, {"queues": {"Support": {}}})

    assert ["Support"] == list(await named(admin))
    await saved(admin)
    assert before == (await named(admin))["Billing"]["id"]


async def test_a_paused_queue_goes_on_later(street: Street):
    admin = await street.agent(Role.ADMIN)
    await saved(admin)
    queue = (await named(admin))["Support"]["id"]

    assert (await admin.post(f"/api/queues/{queue}/pause", {}))["paused"]
    assert (await named(admin))["Support"]["paused"]
    assert not (await admin.post(f"/api/queues/{queue}/resume", {}))["paused"]
    await admin.call("POST", "/api/queues/999/pause", {}, expect=404)


# --- members --------------------------------------------------------------------------------
@pytest.fixture
async def boss(street: Street):
    admin = await street.agent(Role.ADMIN)
    await saved(admin)
    return await street.agent(Role.SUPERVISOR)


async def test_members_come_and_go(street: Street, boss):
    queue = (await named(boss))["Support"]["id"]
    ada = await street.hire()
    path = f"/api/queues/{queue}/members/{ada}"

    answer = await boss.call("PUT", path, {"membership": "backup"})
    assert [{"agent_id": ada, "membership": "backup", "until": None}] == answer["members"]
    assert "backup" == (await boss.get(path))["membership"]
    assert [] == (await boss.call("DELETE", path, {}))["members"]
    await boss.call("GET", path, expect=404)


async def test_somebody_is_lent_until_a_time(street: Street, boss):
    queue = (await named(boss))["Support"]["id"]
    ada = await street.hire()
    path = f"/api/queues/{queue}/members/{ada}"
    later = (street.desk.clock() + timedelta(hours=2)).isoformat()
    before = (street.desk.clock() - timedelta(hours=2)).isoformat()

    answer = await boss.call("PUT", path, {"until": later})
    assert answer["members"][0]["until"]
    over = await boss.call("PUT", path, {"until": before}, expect=422)
    assert "That time is over." == over["detail"]
    await boss.call("PUT", path, {"until": "2999-01-01T00:00:00Z"}, expect=422)
    await boss.call("PUT", path, {"until": "2026-01-01T00:00:00"}, expect=422)
    await boss.call("PUT", path, {})
    await boss.call("PUT", path, {"until": later}, expect=409)


async def test_who_is_not_there_belongs_nowhere(street: Street, boss):
    queue = (await named(boss))["Support"]["id"]

    await boss.call("PUT", f"/api/queues/{queue}/members/999", {}, expect=404)
    await boss.call("PUT", f"/api/queues/999/members/{boss.agent_id}", {}, expect=404)


# --- what agents can do ---------------------------------------------------------------------
async def test_what_an_agent_can_do(street: Street, boss):
    ada = await street.hire()
    path = f"/api/agents/{ada}/skills"

    body = {"skills": {"billing": 4}, "languages": ["hr", "en-GB"], "shift": "Office"}
    answer = await boss.call("PATCH", path, body)
    assert {"agent_id": ada, "capacity": 6.0, **body} == answer
    assert 3 == (await boss.call("PATCH", path, {"capacity": 3}))["capacity"]
    again = await boss.get(path)
    assert body["skills"] == again["skills"]
    everybody = (await boss.get("/api/agents/skills"))["items"]
    assert again in everybody


@pytest.mark.parametrize(
    "body",
    [
        {"skills": {"law": 3}},
        {"skills": {"billing": 6}},
        {"languages": ["Croatian!"]},
        {"capacity": -1},
        {"shift": "Nights"},
        {"colour": "red"},
    ],
)
async def test_what_nobody_can_do_is_refused(street: Street, boss, body):
    ada = await street.hire()

    await boss.call("PATCH", f"/api/agents/{ada}/skills", body, expect=422)


async def test_hours_that_somebody_works_by_stay(street: Street):
    admin = await street.agent(Role.ADMIN)
    await saved(admin)
    await admin.call("PATCH", f"/api/agents/{admin.agent_id}/skills", {"shift": "Office"})
    base = (await admin.get("/api/setup"))["id"]

    body = {"setup": {"queues": {"Support": {}}}, "base": base}
    answer = await admin.call("PUT", "/api/setup", body, expect=422)
    assert "hours.Office" == answer["field"]


# --- who may --------------------------------------------------------------------------------
async def test_agents_see_queues_and_change_nothing(street: Street, boss):
    ada = await street.agent()
    queue = (await named(ada))["Support"]
    assert None is queue["membership"]

    for method, path in [
        ("GET", "/api/setup"),
        ("GET", "/api/setup/versions"),
        ("GET", "/api/setup/names"),
        ("GET", "/api/agents/skills"),
        ("GET", "/api/setup/versions/1"),
        ("GET", f"/api/agents/{ada.agent_id}/skills"),
    ]:
        await ada.call(method, path, expect=403)
    await ada.post(f"/api/queues/{queue['id']}/pause", {}, expect=403)
    body = {"setup": DESK, "base": (await boss.get("/api/setup"))["id"]}
    await boss.call("PUT", "/api/setup", body, expect=403)
