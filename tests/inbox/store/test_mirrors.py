"""How far a place outside was told, and where conversations stand there; on both databases."""

from inbox.actions.note import note
from inbox.actions.reply import reply
from inbox.model import ConversationId, Direction, EventId, MessageId
from inbox.store.mirrors import Mirrors
from tests.inbox.actions.letters import mail
from tests.inbox.ear import Ear


async def test_a_mirror_is_told_what_happens_after_it_began(desk, house):
    await Ear(desk)(house.email, mail("1"))
    position = await desk.write(lambda unit: Mirrors(unit.connection).begin(house.chat))
    await desk.write(reply, ConversationId(1), "Yes.", by=house.ada)
    await desk.write(note, ConversationId(1), "Hm.", by=house.bob, client_id="slack 1")
    news = await desk.read(lambda unit: Mirrors(unit.connection).news(position, 50))
    told = [one for one in news if one.is_told]

    assert [(Direction.OUT, "Yes.", "Ada"), (Direction.NOTE, "Hm.", "Bob")] == [
        (one.direction, one.text, one.agent) for one in told
    ]
    assert {("support", ConversationId(1))} == {(one.account, one.conversation_id) for one in told}
    assert "slack 1" == told[1].client_id


async def test_it_goes_on_where_it_was(desk, house):
    for to in 7, 9:
        await desk.write(lambda unit, to=to: Mirrors(unit.connection).move(house.chat, EventId(to)))

    assert 9 == await desk.write(lambda unit: Mirrors(unit.connection).begin(house.chat))


async def test_a_conversation_stands_at_its_place(desk, house):
    await Ear(desk)(house.email, mail("1"))
    here = ConversationId(1)

    def placed(unit):
        mirrors = Mirrors(unit.connection)
        mirrors.put(house.chat, here, "1767000001.000100")
        before = mirrors.at(house.chat, "1767000001.000100")
        mirrors.read(house.chat, here, MessageId(1))
        return before, mirrors.at(house.chat, "1767000001.000100")

    assert ((here, None), (here, MessageId(1))) == await desk.write(placed)
    elsewhere = await desk.read(lambda unit: Mirrors(unit.connection).at(house.email, "1767"))
    assert elsewhere is None
    assert await desk.read(lambda unit: Mirrors(unit.connection).place(house.email, here)) is None
