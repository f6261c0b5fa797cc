"""What is told without being read is what would have been read."""

from datetime import datetime, timedelta, timezone

import msgspec
import pytest
from msgspec.structs import replace

from agents_ui.api import frames
from agents_ui.live import Asked, Live
from inbox.actions import conversation as verbs
from inbox.actions import customer as customers
from inbox.channel import File
from inbox.model import Address, Proof
from inbox.notices import Happened
from tests.conftest import untouched
from tests.inbox.actions.letters import chat, mail
from tests.inbox.ear import Ear
from tests.inbox.house import furnish

database_url = pytest.fixture(params=["sqlite", "postgresql"])(untouched)


class Room:
    """A furnished desk, an ear for it, and the news since somebody last listened."""

    def __init__(self, desk, house):
        self.desk, self.house, self.ear = desk, house, Ear(desk)
        self.news = []
        desk.bus.listeners.append(self.news.extend)

    def heard(self):
        """Return the news since the last time."""
        news = [one for one in self.news if isinstance(one, Happened)]
        self.news.clear()
        return news

    async def read(self, news):
        return plain(await self.desk.read(frames.changed, news, self.desk.signer))


def plain(content):
    """Return a frame as browsers get it; which conversation comes first is all the same."""
    told = msgspec.json.decode(msgspec.json.encode(content))
    return {**told, "conversations": sorted(told["conversations"], key=lambda one: one["id"])}


@pytest.fixture
async def room(desk):
    made = Room(desk, await desk.write(furnish))
    made.heard()
    return made


EVENING = datetime(2026, 11, 21, 20, 15, 7, 123456, tzinfo=timezone(timedelta(hours=5)))


@pytest.mark.parametrize("batch", [1, 64])
async def test_what_customers_wrote_is_known_without_reading(room, batch):
    chats = chat("1", "Hello", named="Ada"), chat("2", "Again"), chat("3", "Other", visitor="v2")
    mails = (
        mail(
            "1@x",
            text="Yes!\n> Really?",
            visible_text="Yes!",
            html="<p>Yes!</p>",
            subject="A bell \N{BELL}",
            sent_at=EVENING,
            copied=(Address(kind="email", value="c@x.example"),),
            client_id="c",
        ),
        mail("2@x", "1@x"),
    )
    await room.ear(room.house.chat, *chats, batch=batch)
    await room.ear(room.house.email, *mails, batch=batch)
    news = room.heard()

    known = frames.foreseen(news)
    assert known is not None
    assert await room.read(news) == plain(known)
    assert 5 == len(known["messages"])
    assert 3 == len(known["conversations"])


async def test_a_conversation_that_somebody_opens_again_is_known(room):
    await room.ear(room.house.chat, chat("1"))
    [talk] = {one.conversation_id for one in room.heard()}
    await room.desk.write(verbs.assign, talk, room.house.ada, by=room.house.ada)
    await room.desk.write(verbs.resolve, talk, by=room.house.ada)
    room.heard()
    await room.ear(room.house.chat, chat("2"))
    news = room.heard()

    read = await room.read(news)
    known = frames.foreseen([one for one in news if one.seen])
    assert known is not None
    assert read["conversations"] == plain(known)["conversations"]
    assert read["messages"] == plain(known)["messages"]


async def test_what_has_files_is_read(room):
    file = File(name="a.txt", media_type="text/plain", content=b"x")
    await room.ear(room.house.chat, chat("1", files=(file,)))

    assert frames.foreseen(room.heard()) is None


async def test_a_stranger_in_somebodys_conversation_is_read(room):
    await room.ear(room.house.chat, chat("1"))
    room.heard()
    other = Address(kind="webchat", value="somebody else")
    claimed = replace(chat("2"), sender=other, proof=Proof.CLAIMED)
    await room.ear(room.house.chat, claimed)

    assert frames.foreseen(room.heard()) is None


async def test_what_others_changed_meanwhile_is_read(room):
    await room.ear(room.house.chat, chat("1"))
    news = room.heard()
    await room.desk.write(customers.rename, news[0].customer_id, "Countess", by=room.house.ada)
    news += room.heard()

    assert frames.foreseen(news) is None
    [told] = (await room.read(news))["conversations"]
    assert "Countess" == told["customer"]["name"]


async def test_news_behind_newer_ones_are_read(room):
    await room.ear(room.house.chat, chat("1"))
    early = room.heard()
    await room.ear(room.house.chat, chat("2", "Newer"))
    late = room.heard()
    live = Live(room.desk, None, Asked(frames.foreseen, frames.told, *[None] * 4))
    live.routed = False

    await live.content(late)
    told = await live.content(early)
    assert ["Newer"] == [one.preview for one in told.content["conversations"]]
    assert late[-1].id == live.told
