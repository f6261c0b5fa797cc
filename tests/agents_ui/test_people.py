"""Who is who, over the API."""

import pytest

from inbox.model import Role
from tests.agents_ui import scenes


@pytest.fixture
async def agent(street):
    return await street.agent(Role.AGENT)


@pytest.fixture
async def two(street):
    """Return the records of two people."""
    return [
        await street.desk.write(scenes.customer, name=name) for name in ("Eve Adams", "Adam 100%")
    ]


async def names(agent, words):
    found = await agent.get("/api/customers", params={"q": words})
    return [one["name"] for one in found["items"]]


async def test_customers_are_found_by_name_and_by_address(agent, two):
    assert await names(agent, "adam") == ["Adam 100%", "Eve Adams"]
    assert await names(agent, "100%") == ["Adam 100%"]
    assert await names(agent, "%%") == []
    assert await names(agent, f"customer{two[0]}@home.example") == ["Eve Adams"]


async def test_a_search_needs_two_letters(agent):
    await agent.get("/api/customers", params={"q": "a"}, expect=422)


async def test_an_address_is_linked_and_taken_off(agent, two):
    path = f"/api/customers/{two[0]}/identities"
    told = {"kind": "phone", "value": "+48 600 100 200"}

    linked = await agent.post(path, told, expect=201)
    phone = linked["identities"][-1]
    assert (phone["kind"], phone["value"]) == ("phone", "+48600100200")

    left = await agent.call("DELETE", f"{path}/{phone['id']}", {}, expect=200)
    assert [one["kind"] for one in left["identities"]] == ["email"]
    await agent.call("DELETE", f"{path}/{phone['id']}", {}, expect=404)


async def test_somebody_elses_address_says_whose_it_is(agent, two):
    told = {"kind": "email", "value": f"customer{two[1]}@home.example"}

    refused = await agent.post(f"/api/customers/{two[0]}/identities", told, expect=409)

    assert "Adam 100%" in refused["detail"]


async def test_two_become_one_and_two_again(agent, two):
    kept, gone = two
    told = {"other_id": gone, "evidence": "She told me."}

    done = await agent.post(f"/api/customers/{kept}/merge", told, expect=201)
    assert (done["kept_id"], done["merged_id"], done["addresses"]) == (kept, gone, 1)
    assert await names(agent, "adam") == ["Eve Adams"]
    assert (await agent.get(f"/api/customers/{gone}/merges"))["items"] == [done]

    parted = await agent.post(f"/api/merges/{done['id']}/undo", {}, expect=200)
    assert parted["undone_at"]
    assert await names(agent, "adam") == ["Adam 100%", "Eve Adams"]
    await agent.post(f"/api/merges/{done['id']}/undo", {}, expect=409)


async def test_a_merge_needs_its_evidence(agent, two):
    told = {"other_id": two[1], "evidence": ""}

    await agent.post(f"/api/customers/{two[0]}/merge", told, expect=422)


async def test_a_stranger_merges_nobody(street, two):
    stranger = await street.stranger()

    await stranger.post(f"/api/customers/{two[0]}/merge", {}, expect=401)
