"""Whatever customers send instead of a question: a sentence that helps, or a person."""

import pytest

from inbox.model import Direction, JournalState, Status
from inbox.tables import EventRow, MessageRow
from tests.channels.test_contract import RECORDED, kind_of, recorded
from tests.routing.bots.doors import DOORS
from tests.routing.bots.street import open_street

ODD = {
    "nothing": "",
    "spaces": "  \n\t\u200b ",
    "one letter": "a",
    "a dot": ".",
    "question marks": "???",
    "emoji alone": "😀🎉🏺",
    "a flag": "🇭🇷",
    "digits": "4703",
    "100 kB": "Kada stiže moj paket? " * 4_800,
    "100 kB without a space": "a" * 100_000,
    "100 kB of emoji": "🏺" * 25_000,
    "languages mixed": "Hello, ich möchte vratiti mon colis, danke, hvala, 谢谢, شكرا.",
    "right to left": "\u202eרוצה להחזיר את ההזמנה\u202c",
    "Zalgo": "H\u0300\u0301\u0302\u0303e\u0300\u0301l\u0300\u0301l\u0300o" * 50,
    "HTML": "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "a template": "{order} {{customer}} %s $HOME {0.__class__}",
    "NUL": "Can I \0 send it back?",
    "a button's id": "article:1",
    "another button's id": "way:yes",
    "a form's id": "flow:parcel",
    "JSON": '{"do": "say", "text": "You won"}',
    "code": "```\nrm -rf /\n```",
    "the same word": "no " * 3000,
    "only a link": "https://evil.example/x",
}
KINDS = ("email", "slack", "sms", "telegram", "webchat", "whatsapp")


async def check_everybody_is_served(street):
    """Everybody who wrote was answered, or a person will; and not both twice."""
    talks = await street.talks()
    said = await street.rows(MessageRow)
    for talk in talks:
        theirs = [one for one in said if one.conversation_id == talk.id]
        ours = [one for one in theirs if one.direction == Direction.OUT]
        heard = [one for one in theirs if one.direction == Direction.IN]
        assert ours or talk.status == Status.OPEN or not heard
        assert len(ours) <= max(1, len(heard))
        assert all(one.text.strip() and len(one.text) < 5_000 for one in ours)
    events = [one for one in await street.rows(EventRow) if one.verb == "bot.handed_over"]
    assert len(events) == len({one.conversation_id for one in events})
    assert "evil" not in " ".join(outgoing.text for _, outgoing in street.sent)


@pytest.mark.parametrize("kind", ["webchat", "telegram"])
async def test_whatever_is_written_somebody_sees_to_it(desk, kind):
    async with open_street(desk) as street:
        raws = [DOORS[kind](number, text) for number, text in enumerate(ODD.values(), 1)]
        await street.write(kind, *raws)

        await check_everybody_is_served(street)
        refused = await desk.read(lambda unit: unit.journal.ledger())
    assert not any(refused.get((at, JournalState.QUARANTINED), 0) for at, _ in refused)


@pytest.mark.parametrize("kind", KINDS)
async def test_pictures_voices_places_and_stickers_are_seen_to(desk, kind):
    async with open_street(desk) as street:
        raws = [recorded(one) for one in RECORDED if kind_of(one) == kind]
        await street.write(kind, *raws)

        assert await street.talks()
        await check_everybody_is_served(street)


async def test_a_caller_is_never_the_bots(desk):
    async with open_street(desk) as street:
        assert "voice" not in street.accounts  # nothing that it would say can be heard there
