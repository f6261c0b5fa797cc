"""Who somebody is: what was typed leads nowhere, what was proved leads to one customer."""

import pytest

from inbox.actions.customer import rename
from inbox.actions.people import automatic_name
from inbox.channel import Profile
from inbox.model import Address, CustomerId, Proof
from tests.inbox.actions.letters import chat, mail

VISITOR = Address(kind="webchat", value="v1")
EVE = Address(kind="email", value="eve@example.org")


def profile(**fields):
    return Profile(who=VISITOR, proof=Proof.VERIFIED, **fields)


async def test_whoever_says_no_name_gets_one_that_can_be_told_apart(ear, house):
    await ear(house.chat, chat("1"), chat("2", visitor="v2"))
    names = [customer.name for customer in await ear.all("customers")]

    assert [automatic_name("v1"), automatic_name("v2")] == names
    assert all(name.startswith("Visitor ") for name in names)


@pytest.mark.parametrize("batch", [1, 64])
async def test_a_typed_name_replaces_an_automatic_one_only(ear, house, batch):
    await ear(house.chat, chat("1"), profile(name="Eve"), profile(name="Mallory"), batch=batch)
    [customer] = await ear.all("customers")

    assert "Eve" == customer.name


async def test_a_name_that_an_agent_wrote_stays(ear, house, desk):
    await ear(house.chat, chat("1"))
    await desk.write(rename, CustomerId(1), "Mrs Eve", by=house.ada)
    await ear(house.chat, profile(name="Eve"), chat("2", named="Eve"))
    [customer] = await ear.all("customers")

    assert "Mrs Eve" == customer.name


async def test_attributes_are_written_one_on_another(ear, house):
    await ear(house.chat, profile(attributes={"page": "/a", "plan": "free"}))
    await ear(house.chat, profile(attributes={"page": "/b", "deep": ["x"]}))
    [customer] = await ear.all("customers")

    assert {"page": "/b", "plan": "free", "deep": "['x']"} == customer.attributes


async def test_a_typed_address_never_finds_its_owner(ear, house):
    await ear(house.email, mail("1"))
    await ear(house.chat, chat("1"), profile(also=((EVE, Proof.CLAIMED),)))
    identities = await ear.all("identities")

    assert 2 == len(await ear.all("customers"))
    assert [(1, "heard"), (2, "verified"), (2, "claimed")] == [
        (identity.customer_id, identity.proof) for identity in identities
    ]


async def test_a_new_visitor_with_a_proved_address_is_its_owner(ear, house):
    await ear(house.email, mail("1"))
    await ear(house.chat, profile(also=((EVE, Proof.VERIFIED),)), chat("1"))
    identities = await ear.all("identities")

    assert 1 == len(await ear.all("customers"))
    assert ["verified", "verified"] == [identity.proof for identity in identities]


async def test_a_known_visitor_is_not_merged_but_a_person_is_told(ear, house):
    await ear(house.email, mail("1"))
    await ear(house.chat, chat("1"), profile(also=((EVE, Proof.VERIFIED),)))
    added = [event for event in await ear.all("events") if event.verb == "identity.added"]

    assert 2 == len(await ear.all("customers"))
    assert [(2, 1, "claimed")] == [
        (event.customer_id, event.change["owner"], event.change["proof"]) for event in added
    ]


async def test_a_mere_claim_to_be_somebody_makes_nobody(ear, house):
    await ear(house.chat, Profile(who=VISITOR, proof=Proof.CLAIMED, name="Eve"))

    assert [] == await ear.all("customers")


async def test_many_may_claim_what_nobody_owns(ear, house):
    await ear(house.chat, chat("1", also=(EVE,)), chat("2", visitor="v2", also=(EVE,)))
    await ear(house.email, mail("1"))
    proofs = [(one.customer_id, one.kind, one.proof) for one in await ear.all("identities")]

    assert [
        (1, "webchat", "verified"),
        (1, "email", "claimed"),
        (2, "webchat", "verified"),
        (2, "email", "claimed"),
        (3, "email", "heard"),
    ] == proofs
