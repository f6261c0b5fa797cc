"""Two records become one person, and two again."""

import pytest
from sqlalchemy import select

from inbox.actions.merge import link, merge, part, unlink
from inbox.channel import Profile
from inbox.errors import Conflict, Invalid
from inbox.model import Address, CustomerId, IdentityId, MergeId, Proof
from inbox.tables import MergeRow
from tests.inbox.actions.letters import chat, mail

MAILED, CHATTED = CustomerId(1), CustomerId(2)
EVE = Address(kind="email", value="eve@example.org")


@pytest.fixture
async def two(ear, house):
    """Somebody who wrote a mail, and a visitor of the chat who claims the same address."""
    visitor = Address(kind="webchat", value="v1")
    told = Profile(who=visitor, proof=Proof.VERIFIED, attributes={"plan": "gold"})
    await ear(house.email, mail("1"))
    await ear(house.chat, chat("1", also=(EVE,)), told)


async def picture(ear):
    """Return everything that tells the two apart."""
    people = await ear.all("customers")
    return (
        {(one.kind, one.value, one.proof, one.customer_id) for one in await ear.all("identities")},
        [(one.id, one.customer_id) for one in await ear.all("conversations")],
        [(one.id, one.customer_id) for one in await ear.all("messages")],
        [(one.id, one.name, one.attributes, one.merged_into_id) for one in people],
    )


async def test_everything_goes_to_the_one_who_is_kept(two, ear, desk, house):
    await desk.write(merge, MAILED, CHATTED, "She told me on the phone.", by=house.ada)
    identities, talks, words, people = await picture(ear)

    assert {MAILED} == {owner for *_, owner in identities}
    assert {("email", EVE.value, "heard", MAILED), ("webchat", "v1", "verified", MAILED)} == (
        identities
    )
    assert {MAILED} == {owner for _, owner in talks + words}
    assert ({"plan": "gold"}, None) == people[0][2:]
    assert MAILED == people[1][3]


async def test_what_comes_later_comes_to_the_one_who_is_kept(two, ear, desk, house):
    await desk.write(merge, MAILED, CHATTED, "The same card.", by=house.ada)
    await ear(house.chat, chat("2"))

    assert 2 == len(await ear.all("customers"))
    assert {MAILED} == {said.customer_id for said in await ear.all("messages")}


async def test_undoing_leaves_everything_as_it_was(two, ear, desk, house):
    before = await picture(ear)
    number = await desk.write(merge, CHATTED, MAILED, "A guess.", by=house.ada)
    assert before != await picture(ear)
    await desk.write(part, number, by=house.ada)

    assert before == await picture(ear)


async def test_what_was_said_meanwhile_stays_in_its_conversation(two, ear, desk, house):
    number = await desk.write(merge, MAILED, CHATTED, "A guess.", by=house.ada)
    await ear(house.chat, chat("2"))
    await desk.write(part, number, by=house.ada)

    assert [MAILED, CHATTED, CHATTED] == [said.customer_id for said in await ear.all("messages")]


async def test_an_attribute_that_was_changed_since_stays(two, ear, desk, house):
    number = await desk.write(merge, MAILED, CHATTED, "A guess.", by=house.ada)
    told = Profile(who=EVE, proof=Proof.HEARD, attributes={"plan": "silver"})
    await ear(house.email, told)
    await desk.write(part, number, by=house.ada)
    [kept, parted] = await ear.all("customers")

    assert {"plan": "silver"} == kept.attributes
    assert {"plan": "gold"} == parted.attributes


async def test_both_records_tell_of_it_with_the_evidence(two, ear, desk, house):
    await desk.write(merge, MAILED, CHATTED, "The same card.", by=house.ada)
    told = [one for one in await ear.all("events") if one.verb == "customer.merged"]

    assert [MAILED, CHATTED] == [one.customer_id for one in told]
    assert {"The same card."} == {one.change["evidence"] for one in told}
    assert {house.ada} == {one.agent_id for one in told}


@pytest.mark.usefixtures("two")
@pytest.mark.parametrize("wanted", [(MAILED, MAILED, "Sure."), (MAILED, CHATTED, "  ")])
async def test_what_makes_no_sense_is_refused(desk, house, wanted):
    with pytest.raises(Invalid):
        await desk.write(merge, *wanted, by=house.ada)


async def test_nobody_is_merged_or_parted_twice(two, ear, desk, house):
    number = await desk.write(merge, MAILED, CHATTED, "Sure.", by=house.ada)
    with pytest.raises(Conflict):
        await desk.write(merge, MAILED, CHATTED, "Sure.", by=house.ada)
    await desk.write(part, number, by=house.ada)
    with pytest.raises(Conflict):
        await desk.write(part, number, by=house.ada)
    [undone] = await desk.read(
        lambda unit: unit.connection.scalars(select(MergeRow.undone_at)).all()
    )

    assert undone


async def test_a_chain_is_undone_from_its_end(two, ear, desk, house):
    await ear(house.email, mail("2", sender="mallory@example.org"))
    third = CustomerId((await ear.all("customers"))[-1].id)
    first = await desk.write(merge, MAILED, CHATTED, "Sure.", by=house.ada)
    second = await desk.write(merge, third, MAILED, "Sure.", by=house.ada)
    with pytest.raises(Conflict):
        await desk.write(part, first, by=house.ada)
    await desk.write(part, second, by=house.ada)
    await desk.write(part, MergeId(first), by=house.ada)

    assert [MAILED, CHATTED, third] == [said.customer_id for said in await ear.all("messages")]


@pytest.mark.usefixtures("two")
@pytest.mark.parametrize(
    ("written", "known"),
    [
        (("phone", " +48 600-100-200 "), "+48600100200"),
        (("phone", "0048 (600) 100 200"), "+48600100200"),
        (("email", "Eve2@Example.ORG"), "eve2@example.org"),
        (("telegram", "4711"), "4711"),
    ],
)
async def test_an_address_is_linked_as_its_channel_knows_it(ear, desk, house, written, known):
    await desk.write(link, MAILED, *written, by=house.ada)

    assert (written[0], known, "heard", MAILED) in (await picture(ear))[0]


@pytest.mark.usefixtures("two")
@pytest.mark.parametrize(
    "written",
    [("phone", "600 100 200 300 400 5"), ("phone", "x"), ("email", "eve"), ("", "1")],
)
async def test_what_is_no_address_is_refused(desk, house, written):
    with pytest.raises(Invalid):
        await desk.write(link, MAILED, *written, by=house.ada)


async def test_somebody_elses_address_is_not_linked(two, desk, house):
    with pytest.raises(Conflict, match="merge"):
        await desk.write(link, CHATTED, "email", EVE.value, by=house.ada)


async def test_an_address_is_taken_off_again(two, ear, desk, house):
    linked = await desk.write(link, MAILED, "phone", "+48600100200", by=house.ada)
    before = await ear.all("messages")
    await desk.write(unlink, MAILED, IdentityId(linked), by=house.ada)

    assert "phone" not in {kind for kind, *_ in (await picture(ear))[0]}
    assert len(before) == len(await ear.all("messages"))


async def test_who_shares_an_address_is_suggested(two, desk):
    [row] = await desk.read(lambda unit: unit.merges.alike(MAILED))

    assert (CHATTED, "email", EVE.value) == tuple(row)
