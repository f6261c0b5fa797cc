"""What happens after the fact: files are fetched, changes are made, doubts are cleared up."""

from functools import partial

import pytest

from inbox.actions import amend, fetch, outcome
from inbox.actions.ascertain import ascertain
from inbox.actions.deliver import deliver
from inbox.actions.reply import reply, retry
from inbox.channel import File, Receipt, Sent
from inbox.errors import Ambiguous, Conflict, Invalid, NotFound, Rejected, TryLater
from inbox.jobs import Amend, Ascertain, Deliver, Fetch, Route
from inbox.model import ConversationId, Delivery, MessageId
from inbox.testing import Flaky, Frank
from inbox.worker import Worker
from tests.inbox.actions.letters import chat


async def nothing(desk, job):
    pass


class Bench:
    """A worker with one channel that can be asked, changed and fetched from."""

    def __init__(self, desk, house, channel):
        self.desk, self.house, self.channel = desk, house, channel
        how = {"channels": {house.chat: channel}}
        handlers = {
            Deliver: partial(deliver, **how),
            Amend: partial(amend.amend, **how),
            Ascertain: partial(ascertain, **how),
            Fetch: partial(fetch.fetch, **how),
            Route: nothing,
        }
        given_up = {
            Deliver: outcome.given_up,
            Amend: amend.given_up,
            Fetch: fetch.given_up,
        }
        self.worker = Worker(desk, handlers, given_up=given_up, jitter=lambda: 0.0)

    async def run(self, after=0.0):
        self.desk.advance(after)
        await self.worker.run_due()
        return await self.worker.run_due()

    async def say(self, text="Yes."):
        return await self.desk.write(reply, ConversationId(1), text, by=self.house.ada)

    async def message(self, which):
        return await self.desk.read(lambda unit: unit.messages.get(which))

    async def files(self):
        return await self.desk.read(lambda unit: unit.attachments.of([MessageId(1)]))


@pytest.fixture
async def bench(ear, house, desk):
    def make(*outcomes, channel=None, **how):
        return Bench(desk, house, channel or Frank(*outcomes, kind="webchat", **how))

    return make


# --- fetching -----------------------------------------------------------------------------
NAMED = File(name="voice.ogg", media_type="audio/ogg", size=3, source="file-7")


async def test_a_file_that_was_only_named_is_fetched_after_its_message_stands(bench, ear, house):
    bench = bench()
    bench.channel.sources["file-7"] = [b"ab", b"cd"]
    await ear(house.chat, chat("1", "", files=(NAMED,)))
    [waiting] = await bench.files()
    assert ("", "file-7", None) == (waiting.blob, waiting.source, waiting.trouble)
    assert "voice.ogg" == (await ear.all("conversations"))[0].preview
    await bench.run()
    [file] = await bench.files()

    assert (b"abcd", 4, None) == (bench.desk.blobs.read(file.blob), file.size, file.source)
    assert "attachment.fetched" == (await ear.verbs())[-1]


async def test_files_with_and_without_their_content_keep_their_order(bench, ear, house):
    here = File(name="here.txt", media_type="text/plain", content=b"x")
    await ear(house.chat, chat("1", files=(NAMED, here)))

    assert ["voice.ogg", "here.txt"] == [file.name for file in await bench().files()]


async def test_a_busy_provider_is_asked_for_the_file_again(bench, ear, house):
    bench = bench()
    bench.channel.sources["file-7"] = [TryLater("Slow down.", after=30.0)]
    await ear(house.chat, chat("1", files=(NAMED,)))
    await bench.run()
    bench.channel.sources["file-7"] = [b"ab"]
    await bench.run(after=29)
    assert not (await bench.files())[0].blob
    await bench.run(after=1)

    assert (await bench.files())[0].blob


@pytest.mark.parametrize(
    ("pieces", "why"),
    [([Rejected("It is gone.")], "It is gone."), ([b"12345678"], "larger than")],
)
async def test_a_file_that_cannot_be_had_says_why(bench, ear, monkeypatch, pieces, why):
    monkeypatch.setattr(fetch, "LARGEST", 7)
    bench = bench()
    house = bench.house
    bench.channel.sources["file-7"] = pieces
    await ear(house.chat, chat("1", files=(NAMED,)))
    await bench.run()
    [file] = await bench.files()

    assert why in file.trouble
    assert "" == file.blob
    assert why in (await ear.all("events"))[-1].change["trouble"]


async def test_a_file_that_says_it_is_too_large_is_not_begun(bench, ear, house, monkeypatch):
    monkeypatch.setattr(fetch, "LARGEST", 2)
    bench = bench()  # which has no such source
    await ear(house.chat, chat("1", files=(NAMED,)))
    await bench.run()

    assert "larger than" in (await bench.files())[0].trouble


# --- changing -----------------------------------------------------------------------------
@pytest.fixture
async def said(bench, ear, house):
    """Return a bench at which something was said and sent."""
    bench = bench(Sent(external_id="out"))
    await ear(house.chat, chat("1"))
    answer = await bench.say("Yse.")
    await bench.run()
    return bench, answer


async def test_what_was_sent_is_said_in_other_words_once_the_provider_has_them(said, ear, house):
    bench, answer = said
    await bench.desk.write(amend.edit, answer, "Yes.", by=house.ada)
    assert "Yse." == (await bench.message(answer)).text
    await bench.run()
    message = await bench.message(answer)
    [told] = bench.channel.amended

    assert ("Yes.", bench.desk.now) == (message.text, message.edited_at)
    assert ("out", "Yes.", False, "v1") == (told.external_id, told.text, told.delete, told.thread)
    event = (await ear.all("events"))[-1]
    assert ("message.edited", {"text": ["Yse.", "Yes."]}, house.ada) == (
        event.verb,
        event.change,
        event.agent_id,
    )
    assert "Yes." == (await ear.all("conversations"))[0].preview


async def test_what_waits_is_changed_and_called_off_at_once(bench, ear, house, desk):
    bench = bench()
    await ear(house.chat, chat("1"))
    first, second = await bench.say("Yse."), await bench.say("No.")
    await desk.write(amend.edit, first, "Yes.", by=house.ada)
    await desk.write(amend.take_back, second, by=house.ada)
    await bench.run()

    assert ["Yes."] == bench.channel.texts
    assert (None, Delivery.CANCELED) == (
        (await bench.message(first)).edited_at,
        (await bench.message(second)).delivery,
    )
    assert [] == bench.channel.amended


async def test_what_was_sent_is_taken_back(said, ear, house):
    bench, answer = said
    await bench.desk.write(amend.take_back, answer, by=house.ada)
    await bench.run()

    assert bench.desk.now == (await bench.message(answer)).deleted_at
    assert [True] == [one.delete for one in bench.channel.amended]
    with pytest.raises(Conflict):
        await bench.desk.write(amend.edit, answer, "Again", by=house.ada)


async def test_an_emoji_of_ours_is_put_on_and_taken_off(said, ear, house):
    bench, _ = said
    thumb = "\N{THUMBS UP SIGN}"
    for on in (True, True, False):
        await bench.desk.write(amend.react, MessageId(1), thumb, on, by=house.ada)
        await bench.run()
        found = await bench.desk.read(lambda unit: unit.reactions.of([MessageId(1)]))
        assert [("", thumb, house.ada)] * on == [
            (one.who, one.emoji, one.agent_id) for one in found
        ]

    assert [("1", True), ("1", False)] == [
        (one.external_id, one.on) for one in bench.channel.amended
    ]


@pytest.mark.parametrize("how", ["edit", "take_back"])
async def test_a_change_that_is_refused_leaves_everything_as_it_was(said, house, how):
    bench, answer = said
    bench.channel.refusals = [TryLater("Busy."), Rejected("Too late.")]
    words = ("Yes.",) if how == "edit" else ()
    await bench.desk.write(getattr(amend, how), answer, *words, by=house.ada)
    await bench.run()
    await bench.run(after=60)
    message = await bench.message(answer)

    assert ("Yse.", None, None) == (message.text, message.edited_at, message.deleted_at)
    assert (Delivery.SENT, "It could not be changed: Too late.") == (
        message.delivery,
        message.reason,
    )


async def test_only_what_we_said_is_ours_to_change(said, house, desk):
    with pytest.raises(Invalid):
        await desk.write(amend.edit, MessageId(1), "Other words", by=house.ada)
    with pytest.raises(Invalid):
        await desk.write(amend.take_back, MessageId(1), by=house.ada)


async def test_what_is_in_doubt_is_not_changed(bench, ear, house, desk):
    bench = bench(Ambiguous(), channel=Flaky(Ambiguous(), kind="webchat"))
    await ear(house.chat, chat("1"))
    answer = await bench.say()
    await bench.run()
    with pytest.raises(Conflict):
        await desk.write(amend.edit, answer, "Other words", by=house.ada)


# --- doubts -------------------------------------------------------------------------------
@pytest.fixture
async def doubtful(bench, ear, house):
    """Return a bench at which the line broke while something was sent."""
    bench = bench(Ambiguous())
    await ear(house.chat, chat("1"))
    answer = await bench.say()
    await bench.run()
    return bench, answer


async def test_a_message_in_doubt_is_found_and_never_sent_again(doubtful):
    bench, answer = doubtful
    bench.channel.findings = [None, Sent(external_id="SM1")]
    assert Delivery.UNKNOWN is (await bench.message(answer)).delivery
    await bench.run(after=19)
    assert [] == bench.channel.asked
    await bench.run(after=1)
    await bench.run(after=120)
    message = await bench.message(answer)

    assert (Delivery.SENT, None, "SM1") == (message.delivery, message.reason, message.external_id)
    assert (1, 2) == (len(bench.channel.attempts), len(bench.channel.asked))


@pytest.mark.parametrize(
    ("findings", "why"),
    [
        ([None, None, None], "probably not sent"),
        ([TryLater("Busy."), None, TryLater("Busy.")], "did not answer when it was asked"),
        ([NotFound()], "cannot be asked"),
    ],
)
async def test_what_is_not_found_stays_in_doubt_and_says_so(doubtful, findings, why):
    bench, answer = doubtful
    bench.channel.findings = list(findings)
    for seconds in (20, 120, 600, 3600):
        await bench.run(after=seconds)
    message = await bench.message(answer)

    assert Delivery.UNKNOWN is message.delivery
    assert why in message.reason
    assert (1, len(findings)) == (len(bench.channel.attempts), len(bench.channel.asked))


async def test_a_receipt_ends_the_doubt_before_anybody_asks(doubtful, ear, house):
    bench, answer = doubtful
    receipt = Receipt(external_id="SM1", delivery=Delivery.DELIVERED, message_id=answer)
    await ear(house.chat, receipt)
    await bench.run(after=20)

    assert Delivery.DELIVERED is (await bench.message(answer)).delivery
    assert [] == bench.channel.asked


async def test_what_a_person_decided_is_not_asked_about(doubtful, house):
    bench, answer = doubtful
    await bench.desk.write(retry, answer, by=house.ada)
    await bench.run(after=20)

    assert (Delivery.SENT, []) == ((await bench.message(answer)).delivery, bench.channel.asked)


async def test_nobody_asks_a_channel_that_has_no_answer(bench, ear, house):
    bench = bench(channel=Flaky(Ambiguous(), kind="webchat"))
    await ear(house.chat, chat("1"))
    await bench.say()
    await bench.run()

    assert [] == [job for job in await ear.all("jobs") if "ascertain" in job.payload]
