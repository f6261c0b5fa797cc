"""The fakes and checks that we hand to whoever writes a channel do what they say."""

import pytest

import channels
from inbox.channel import Channel, Inbound, Outgoing, Raw, Sent
from inbox.errors import TryLater, Unavailable, Unreadable
from inbox.model import Address, ConversationId, MessageId
from inbox.testing import Flaky, RecordingLine, check_parse, check_understand
from tests.inbox.actions.letters import chat

OUTGOING = {"message_id": MessageId(1), "conversation_id": ConversationId(1), "to": ()}


class Good(Channel):
    """Hears whatever has words."""

    @classmethod
    def parse(cls, raw):
        if not raw.payload.isalpha():
            raise Unreadable("That is no word.")
        who = Address(kind="good", value="1")
        return [Inbound(external_id=raw.payload.decode(), sender=who)]

    async def send(self, outgoing):
        return Sent(external_id="1")


class Raises(Good):
    @classmethod
    def parse(cls, raw):
        return [raw.payload[0]]


class Nameless(Good):
    @classmethod
    def parse(cls, raw):
        return [Inbound(external_id="", sender=Address(kind="good", value="1"))]


class Fickle(Good):
    count = 0

    @classmethod
    def parse(cls, raw):
        cls.count += 1
        return [chat(str(cls.count))]


class Forgetful(Good):
    async def understand(self, raws):
        return (await super().understand(raws))[:1]


WORD = Raw(payload=b"word")


async def test_a_good_channel_passes():
    check_parse(Good, [WORD])
    await check_understand(Good(None, RecordingLine()), [WORD, Raw(payload=b"1"), WORD])


@pytest.mark.parametrize("channel", [Nameless, Fickle])
def test_a_bad_channel_is_told_why(channel):
    with pytest.raises(AssertionError):
        check_parse(channel, [WORD])


def test_a_channel_that_raises_what_it_should_not_fails():
    with pytest.raises(IndexError):
        check_parse(Raises)


async def test_a_channel_that_forgets_a_payload_fails():
    with pytest.raises(AssertionError, match="each payload"):
        await check_understand(Forgetful(None, RecordingLine()), [WORD, WORD])


@pytest.mark.parametrize("kind", channels.kinds())
def test_our_own_channels_pass(kind):
    check_parse(channels.load(kind))


async def test_a_line_remembers_and_drops_repeats():
    line = RecordingLine()
    await line.take(Raw(payload=b"a", key="1"), Raw(payload=b"b"), cursor="7")
    await line.take(Raw(payload=b"a", key="1"))
    line.trouble = Unavailable()
    with pytest.raises(Unavailable):
        await line.take(Raw(payload=b"c"))
    name = await line.store_file(b"file")

    assert [b"a", b"b"] == [raw.payload for raw in line.taken]
    assert "7" == await line.cursor()
    assert [b"file"] == [piece async for piece in line.file(name)]
    assert "x" == line.check("p", line.sign("p", "x", seconds=9))


async def test_a_flaky_channel_does_as_told():
    channel = Flaky(TryLater("busy"), Sent(external_id="theirs"))
    outgoing = Outgoing(**OUTGOING, text="Hello", created_at=RecordingLine().now())
    with pytest.raises(TryLater):
        await channel.send(outgoing)

    assert "theirs" == (await channel.send(outgoing)).external_id
    assert "theirs-1" == (await channel.send(outgoing)).external_id
    assert (3, ["Hello", "Hello"]) == (len(channel.attempts), channel.texts)
