"""The bot answers first: what it knows, what it asks, and when a person gets it."""

from datetime import date

import pytest

from inbox.actions import articles, duties, placing
from inbox.actions.conversation import assign, mark_spam, reopen, resolve
from inbox.actions.reply import reply
from inbox.errors import Conflict
from inbox.jobs import WatchBot
from inbox.model import (
    Audience,
    Availability,
    Kind,
    Pressed,
    SessionState,
    Stage,
    Status,
    SuggestionState,
    TurnKind,
)
from inbox.testing.fakes import Flaky
from routing import setups
from routing.bots.model import Bot, Flow, Slot
from routing.bots.turns import colleague
from routing.bots.turns.converse import WENT, carriers, watch_bot
from routing.hours import Calendar
from routing.queues import Queue
from routing.setup import Setup
from tests.routing.bots.counter import ONE_QUEUE, come, open_counter, reading, worker_of

RETURN = "How do I return it?"
PAY = "How can I pay?"
DELIVERY = "How long does delivery take?"
ODD = "Do you sell elephants?"
PERSON = "I want to talk to a human, please."


@pytest.fixture
async def counter(desk):
    async with open_counter(desk) as opened:
        yield opened


@pytest.fixture
async def alone(desk):
    """A desk without queues."""
    async with open_counter(desk, misses=2) as opened:
        yield opened


@pytest.fixture(params=["queues", "no queues"])
async def either(desk, request):
    setup = ONE_QUEUE if request.param == "queues" else {"misses": 2}
    async with open_counter(desk, **setup) as opened:
        yield opened


async def silent_with(counter, which, state):
    session = await counter.session(which)
    before = await counter.said(which)
    await counter.says(PAY)
    assert state is session.state
    assert before == await counter.said(which)


# --- answering ------------------------------------------------------------------------------
async def test_what_it_knows_is_answered_and_a_person_is_offered(either):
    which = await either.says(RETURN)

    assert ["Send it back within 30 days."] == await either.said(which)
    sent = either.channel.sent[-1]
    assert ["Talk to a person"] == [one.title for one in sent.content.buttons]
    turn = (await either.turns(which))[-1]
    assert (TurnKind.ANSWER, either.articles[RETURN]) == (turn.kind, turn.article_id)
    assert Status.PENDING is (await either.talk(which)).status
    assert ["bot.began", "bot.answered"] == [
        verb for verb in await either.verbs(which) if verb.startswith("bot.")
    ]


async def test_without_buttons_a_line_says_how_to_reach_a_person(desk):
    async with open_counter(desk, channel=Flaky(kind="webchat")) as counter:
        which = await counter.says(RETURN)

        assert (await counter.said(which))[0].endswith("(“Person” brings you to one of us.)")


async def test_while_the_bot_has_it_nobody_is_asked_and_nothing_is_at_risk(counter):
    which = await counter.says(RETURN)
    there = await counter.placement(which)

    assert (Stage.HELD, counter.queue, None) == (there.stage, there.queue_id, there.due_at)
    assert 0 == await counter.desk.read(lambda unit: unit.placements.waiting(counter.queue))


async def test_a_desk_without_bots_is_as_it_was(desk):
    async with open_counter(desk) as counter:
        made = Setup(queues={"sales": Queue()}, usual="sales")
        base = await desk.read(lambda unit: unit.setups.newest_id())
        change = setups.Change(setup=made, base=base)
        await desk.write(setups.save, change, ["webchat"], by=None)
        which = await counter.says(RETURN)

        assert Status.OPEN is (await counter.talk(which)).status
        assert await counter.session(which) is None


async def test_only_what_a_person_wrote_is_answered(either):
    which = await either.hear("I am away until Monday.", kind=Kind.AUTO_REPLY)
    await either.worker.run_due()

    assert [] == await either.said(which)


async def test_who_thanks_is_done_and_may_write_again(either):
    which = await either.says(RETURN)
    await either.says("Thank you very much!")

    assert Status.RESOLVED is (await either.talk(which)).status
    assert SessionState.ENDED is (await either.session(which)).state
    await either.says(PAY)
    session = await either.session(which)
    assert (2, SessionState.LISTENING) == (session.opening, session.state)
    assert "By card." == (await either.said(which))[-1]


async def test_it_asks_which_was_meant_and_understands_a_number(desk):
    async with open_counter(desk, channel=Flaky(kind="webchat")) as counter:
        ids = [f"article:{counter.articles[one]}" for one in (RETURN, PAY)]
        counter.mind.known["money back"] = reading(*ids, ambiguity=0.9)
        which = await counter.says("money back")

        assert (
            "1. How do I return it?\n2. How can I pay?\n3. Talk to a person"
            in ((await counter.said(which))[-1])
        )
        await counter.says("2")
        assert (await counter.said(which))[-1].startswith("By card.")


async def test_a_button_is_as_good_as_its_number(counter):
    ids = [f"article:{counter.articles[one]}" for one in (RETURN, PAY)]
    counter.mind.known["money back"] = reading(*ids, ambiguity=0.9)
    which = await counter.says("money back")
    await counter.says(PAY, content=Pressed(id=ids[1], title=PAY))

    assert "By card." == (await counter.said(which))[-1]


async def test_who_is_unclear_twice_gets_a_person(counter):
    ids = [f"article:{counter.articles[one]}" for one in (RETURN, PAY)]
    counter.mind.known |= {one: reading(*ids, ambiguity=0.9) for one in ("money", "monies back")}
    which = await counter.says("money")
    await counter.says("monies back")

    assert SessionState.HANDED_OVER is (await counter.session(which)).state


async def test_the_same_answer_twice_offers_a_person(counter):
    which = await counter.says(RETURN)
    await counter.says(RETURN)
    said = await counter.said(which)

    assert "That is all I know about it. Shall a person have a look?" == said[-1]
    await counter.says("yes")
    assert SessionState.HANDED_OVER is (await counter.session(which)).state


async def test_what_did_not_help_goes_to_a_person_and_is_noted(counter):
    which = await counter.says(RETURN)
    await counter.says("No, it did not")

    assert SessionState.HANDED_OVER is (await counter.session(which)).state
    assert [False, None] == [one.helpful for one in await counter.turns(which)]


async def test_who_sends_no_words_is_told_and_then_gets_a_person(counter):
    which = await counter.says("👍👍")
    assert (await counter.said(which))[0].startswith("I can only read words.")
    await counter.says("!!!")

    assert SessionState.HANDED_OVER is (await counter.session(which)).state


async def test_it_says_that_it_is_a_machine(counter):
    which = await counter.says("Are you a bot?")

    assert (await counter.said(which))[0].startswith("I am an automatic assistant.")


# --- articles that are not its to answer ----------------------------------------------------
@pytest.mark.parametrize(
    "fields",
    [
        {"human_only": True},
        {"audience": Audience.AGENTS},
        {"review_by": date(2026, 3, 1)},
        "archived",
    ],
)
async def test_what_only_people_answer_goes_to_a_person(counter, fields):
    number = counter.articles[RETURN]
    if fields == "archived":
        await counter.desk.write(articles.archive, number, by=None)
    else:
        await counter.save(number, **fields)
    which = await counter.says(RETURN)

    assert SessionState.HANDED_OVER is (await counter.session(which)).state
    assert "Send it back" not in "".join(await counter.said(which))


async def test_an_article_that_was_closed_while_it_thought_is_not_said(counter):
    which = await counter.says(PAY)
    await counter.hear(RETURN)
    thought = await counter.think(which)
    await counter.save(counter.articles[RETURN], human_only=True)

    assert await counter.write(thought)
    assert SessionState.HANDED_OVER is (await counter.session(which)).state
    assert "Send it back" not in "".join(await counter.said(which))


# --- handing over ---------------------------------------------------------------------------
@pytest.mark.parametrize("text", [PERSON, ODD])
async def test_a_person_gets_it_with_one_notice(either, text):
    which = await either.says(text)
    talk = await either.talk(which)

    assert ["I am passing this on to a colleague, who will answer you here."] == (
        await either.said(which)
    )
    assert (Status.OPEN, either.queue) == (talk.status, talk.queue_id)
    assert (talk.waiting_since, talk.preview) == (either.desk.now, text)
    await silent_with(either, which, SessionState.HANDED_OVER)
    assert 1 == (await either.verbs(which)).count("bot.handed_over")


async def test_who_was_handed_over_keeps_their_place_in_time(counter):
    began = counter.desk.now
    which = await counter.says(RETURN)
    counter.desk.advance(300)
    await counter.says(PERSON)
    there = await counter.placement(which)

    assert (Stage.QUEUED, began, began) == (there.stage, there.queued_at, there.began_at)


async def test_who_comes_back_after_hours_has_not_waited_for_hours(counter):
    which = await counter.says(RETURN)
    counter.desk.advance(5 * 3600)
    await counter.says(PERSON)
    there = await counter.placement(which)

    assert counter.desk.now == there.queued_at == there.began_at


async def test_what_the_customer_wanted_is_noted_for_whoever_takes_over(counter):
    which = await counter.says(RETURN)
    await counter.says(ODD)
    notes = (await counter.session(which)).notes

    assert [RETURN, ODD] == notes["asked"]
    assert [counter.articles[RETURN]] == notes["tried"]
    assert "It does not know this." == notes["why"]


async def test_out_of_hours_the_notice_says_when_somebody_is_there(desk):
    hours = {"office": Calendar(zone="Europe/Zagreb", weekly={"mon-fri": ("12:00-17:00",)})}
    async with open_counter(
        desk, queues={"sales": Queue(hours="office")}, usual="sales", hours=hours
    ) as counter:
        which = await counter.says(PERSON)

        assert "open again on Monday, 2 March, 12:00." in (await counter.said(which))[0]


@pytest.mark.parametrize(
    ("queue", "end"),
    [("l2-returns", "here. It is now with: Returns."), ("l1", "who will answer you here.")],
)
async def test_the_notice_names_a_queue_as_customers_call_it_or_not_at_all(desk, queue, end):
    queues = {"l2-returns": Queue(title={"en": "Returns"}), "l1": Queue()}
    async with open_counter(desk, queues=queues, usual=queue) as counter:
        which = await counter.says(PERSON)

        assert (await counter.said(which))[0].endswith(end)


async def test_the_list_shows_what_the_customer_wanted_not_how_they_ended_a_form(desk):
    async with open_counter(desk, flows={"order": ORDER}, **ONE_QUEUE) as counter:
        counter.mind.known["where is it?"] = reading("flow:order")
        which = await counter.says("hello")
        await counter.says("where is it?")
        await counter.says("HR-123456")

        assert "where is it?" == (await counter.talk(which)).preview


async def test_who_asks_for_a_person_after_a_question_is_listed_with_the_question(counter):
    which = await counter.says(RETURN)
    await counter.says(PERSON)
    assert RETURN == (await counter.talk(which)).preview

    await counter.says("Is anybody there?")
    assert "Is anybody there?" == (await counter.talk(which)).preview


CLOSED = Flow(
    title={"en": "Leave your address"},
    slots=(Slot(name="email", kind="email", ask={"en": "Where shall we write to?"}),),
    confirm=False,
    done={"en": "Noted."},
    attributes={"reach": "email"},
)


@pytest.fixture
async def night(desk):
    hours = {"office": Calendar(zone="Europe/Zagreb", weekly={"mon-fri": ("12:00-17:00",)})}
    async with open_counter(
        desk,
        bot=Bot(closed="closed"),
        queues={"sales": Queue(hours="office")},
        usual="sales",
        hours=hours,
        flows={"closed": CLOSED},
    ) as counter:
        yield counter


async def test_out_of_hours_the_address_is_asked_for_first(night):
    which = await night.says(PERSON)
    assert "Where shall we write to?" in (await night.said(which))[0]
    await night.says("ada@example.org")

    session = await night.session(which)
    assert SessionState.HANDED_OVER is session.state
    assert {"Email": "ada@example.org"} == session.notes["collected"]
    customer = await night.desk.read(lambda unit: unit.customers.get(1))
    assert "ada@example.org" == customer.attributes["reach"]
    assert 1 == (await night.verbs(which)).count("bot.handed_over")


async def test_who_leaves_that_form_open_is_not_lost(night):
    which = await night.says(PERSON)
    await night.after(16 * 60)

    assert Stage.QUEUED is (await night.placement(which)).stage


async def test_who_insists_is_not_asked_again(night):
    which = await night.says(PERSON)
    await night.says(PERSON)

    assert SessionState.HANDED_OVER is (await night.session(which)).state


# --- failure and time -----------------------------------------------------------------------
async def test_what_fails_while_it_thinks_is_a_persons(counter):
    counter.mind.trouble = RuntimeError("broken")
    which = await counter.says(RETURN)

    session = await counter.session(which)
    assert (SessionState.HANDED_OVER, "It could not think of an answer.") == (
        session.state,
        session.reason,
    )


async def test_a_bot_that_is_late_gives_it_to_a_person(either):
    which = await either.says(PAY)
    await either.hear(RETURN)
    thought = await either.think(which)
    either.desk.advance(16)
    session = await either.session(which)
    job = WatchBot(conversation_id=which, opening=session.opening, version=session.version)
    await watch_bot(either.desk, job, channels=either.channels)

    assert SessionState.HANDED_OVER is (await either.session(which)).state
    assert not await either.write(thought)
    assert 2 == len(await either.said(which))


async def test_killed_between_thinking_and_writing_nothing_is_doubled(either):
    which = await either.says(PAY)
    await either.hear(RETURN)
    thought = await either.think(which)
    again = worker_of(either.desk, either.channels, either.mind)
    await again.run_due()
    said = await either.said(which)

    assert not await either.write(thought)
    assert said == await either.said(which) == ["By card.", "Send it back within 30 days."]


async def test_what_was_thought_before_the_customer_wrote_again_is_not_said(either):
    which = await either.says(PAY)
    await either.hear(RETURN)
    thought = await either.think(which)
    await either.hear(DELIVERY)

    assert not await either.write(thought)
    await either.worker.run_due()
    assert ["By card.", "Two to four days."] == await either.said(which)


async def test_a_machine_that_answers_meanwhile_does_not_hold_it_up(either):
    which = await either.says(PAY)
    await either.hear(RETURN)
    thought = await either.think(which)
    await either.hear("I am away.", kind=Kind.AUTO_REPLY)

    assert await either.write(thought)


async def test_who_says_nothing_more_is_not_kept_for_ever(either):
    which = await either.says(RETURN)
    await either.after(25 * 3600)

    assert Status.RESOLVED is (await either.talk(which)).status
    assert 1 == len(await either.said(which))


async def test_a_silence_ends_it_after_the_hours_of_the_bot_and_says_why(desk):
    async with open_counter(desk, bot=Bot(quiet_hours=2)) as counter:
        which = await counter.says(RETURN)
        await counter.after(1.5 * 3600)
        assert Status.PENDING is (await counter.talk(which)).status
        await counter.after(3600)
        assert Status.RESOLVED is (await counter.talk(which)).status

        [over] = [one for one in await counter.events(which) if one.verb == "conversation.resolved"]
        assert WENT == over.change["reason"]
        assert which == await counter.says(PAY)
        assert Status.PENDING is (await counter.talk(which)).status
        assert "By card." == (await counter.said(which))[-1]


async def test_a_bot_that_never_ends_it_keeps_it(desk):
    async with open_counter(desk, bot=Bot(quiet_hours=0)) as counter:
        which = await counter.says(RETURN)
        await counter.after(90 * 24 * 3600)

        assert Status.PENDING is (await counter.talk(which)).status


@pytest.mark.parametrize("wanted", [True, False])
async def test_whom_the_bot_helped_is_asked_for_a_rating_where_the_queue_asks(desk, wanted):
    queues = {"sales": Queue(rating=wanted)}
    async with open_counter(desk, queues=queues, usual="sales") as counter:
        which = await counter.says(RETURN)
        await counter.after(25 * 3600)
        await counter.after(3600)

        assert 1 + wanted == len(await counter.said(which))


async def test_after_so_many_turns_a_person_gets_it(desk):
    async with open_counter(desk, bot=Bot(turns=2)) as counter:
        for text in RETURN, PAY, DELIVERY:
            which = await counter.says(text)

        assert SessionState.HANDED_OVER is (await counter.session(which)).state


# --- people ---------------------------------------------------------------------------------
async def test_a_person_who_speaks_silences_it_and_has_the_customer(either):
    which = await either.says(RETURN)
    await either.desk.write(reply, which, "Hello, Ada here.", by=either.house.ada)
    talk = await either.talk(which)

    assert Status.OPEN is talk.status
    assert talk.assignee_id == (either.house.ada if either.queue else None)
    await silent_with(either, which, SessionState.SILENCED)


async def test_who_takes_it_silences_it(either):
    which = await either.says(RETURN)
    await either.hear(PAY)
    thought = await either.think(which)
    await either.desk.write(assign, which, either.house.ada, by=either.house.ada)

    assert not await either.write(thought)
    assert (Status.OPEN, either.house.ada) == (
        (await either.talk(which)).status,
        (await either.talk(which)).assignee_id,
    )
    await silent_with(either, which, SessionState.SILENCED)


async def test_a_supervisor_who_opens_it_takes_it_from_the_bot(either):
    which = await either.says(RETURN)
    await either.desk.write(reopen, which, by=either.house.bob)
    talk = await either.talk(which)

    assert (Status.OPEN, None) == (talk.status, talk.assignee_id)
    await silent_with(either, which, SessionState.SILENCED)


async def test_who_writes_past_the_desk_silences_it(counter):
    which = await counter.says(RETURN)
    await counter.hear("Ada here, by my own telephone.", from_us=True)

    assert Status.OPEN is (await counter.talk(which)).status
    await silent_with(counter, which, SessionState.SILENCED)


async def test_a_supervisor_who_moves_it_takes_it_from_the_bot(counter):
    which = await counter.says(RETURN)
    await counter.desk.write(placing.hold, which, False, by=counter.house.bob)

    assert Stage.QUEUED is (await counter.placement(which)).stage
    await silent_with(counter, which, SessionState.SILENCED)


@pytest.mark.parametrize("verb", [resolve, mark_spam])
async def test_what_is_over_is_over_for_the_bot(either, verb):
    which = await either.says(RETURN)
    await either.desk.write(verb, which, by=either.house.ada)

    assert SessionState.ENDED is (await either.session(which)).state


async def test_a_person_who_began_is_not_interrupted(either):
    """A bot that is new at the desk does not speak into what people have begun."""
    which = await either.hear(ODD)
    await either.desk.write(reply, which, "Let me see.", by=either.house.ada)
    await either.says(RETURN)

    assert await either.session(which) is None
    assert ["Let me see."] == [
        row.text for row in await either.messages(which) if row.direction == "out"
    ]


async def test_without_queues_a_customer_of_somebodys_comes_back_to_them(alone):
    which = await alone.says(PERSON)
    await alone.desk.write(assign, which, alone.house.ada, by=alone.house.ada)
    await alone.desk.write(resolve, which, by=alone.house.ada)
    await alone.says(RETURN)

    talk = await alone.talk(which)
    assert (Status.OPEN, alone.house.ada) == (talk.status, talk.assignee_id)


# --- loops ----------------------------------------------------------------------------------
async def test_two_bots_do_not_talk_for_ever(either):
    for _ in range(40):
        which = await either.says(RETURN)
        await either.says("Thank you!")
        either.desk.advance(1)
    said = await either.said(which)

    assert len(said) <= 35
    assert Status.OPEN is (await either.talk(which)).status


async def test_greetings_are_not_answered_for_ever(counter):
    for _ in range(5):
        which = await counter.says("Hello!")

    assert 2 == len(await counter.said(which))
    assert SessionState.HANDED_OVER is (await counter.session(which)).state


# --- colleagues -----------------------------------------------------------------------------
@pytest.fixture
async def asking(desk):
    async with open_counter(desk, bot=Bot(ask_colleague=True)) as counter:
        await come(desk, counter.house)
        await desk.write(duties.choose, counter.house.ada, Availability.AVAILABLE, by=None)
        number = counter.articles[RETURN]
        counter.mind.known["send it?"] = reading(f"article:{number}", novelty=0.9)
        yield counter


async def answer(counter, asked, state, text=""):
    return await counter.desk.write(
        colleague.answer,
        asked.id,
        state,
        carriers(counter.channels),
        text=text,
        by=counter.house.ada,
    )


async def test_a_colleague_is_asked_between_sure_and_unknown(asking):
    which = await asking.says("send it?")
    asked = await asking.suggestion(which)

    assert [] == await asking.said(which)
    assert "Send it back within 30 days." == asked.text
    await answer(asking, asked, SuggestionState.APPROVED)
    await asking.worker.run_due()
    assert ["Send it back within 30 days."] == await asking.said(which)
    assert SessionState.LISTENING is (await asking.session(which)).state
    with pytest.raises(Conflict):
        await answer(asking, asked, SuggestionState.APPROVED)


async def test_what_a_colleague_wrote_instead_is_said(asking):
    which = await asking.says("send it?")
    asked = await asking.suggestion(which)
    after = await answer(asking, asked, SuggestionState.EDITED, "Yes, by post.")

    assert ["Yes, by post."] == await asking.said(which)
    assert ("Yes, by post.", asking.house.ada) == (after.answer, after.agent_id)


async def test_what_a_colleague_rejects_goes_to_a_person(asking):
    which = await asking.says("send it?")
    await answer(asking, await asking.suggestion(which), SuggestionState.REJECTED)

    assert SessionState.HANDED_OVER is (await asking.session(which)).state


async def test_nobody_waits_for_a_colleague_who_says_nothing(asking):
    which = await asking.says("send it?")
    number = (await asking.suggestion(which)).id
    await asking.after(61)

    after = await asking.desk.read(lambda unit: unit.suggestions.get(number))
    assert SuggestionState.EXPIRED is after.state
    assert Stage.QUEUED is (await asking.placement(which)).stage


async def test_a_customer_who_goes_on_takes_the_question_back(asking):
    which = await asking.says("send it?")
    asked = await asking.suggestion(which)
    await asking.says(PAY)

    after = await asking.desk.read(lambda unit: unit.suggestions.get(asked.id))
    assert SuggestionState.WITHDRAWN is after.state
    assert ["By card."] == await asking.said(which)


async def test_where_nobody_is_there_nobody_is_asked(asking):
    asking.desk.advance(2 * 3600)
    which = await asking.says("send it?")

    assert await asking.suggestion(which) is None
    assert ["Send it back within 30 days."] == await asking.said(which)


# --- forms ----------------------------------------------------------------------------------
ORDER = Flow(
    title={"en": "Where is my order?"},
    slots=(Slot(name="number", kind="order", ask={"en": "Which order?"}),),
    confirm=False,
    done={"en": "We look for it."},
    tags=("order",),
)


async def test_a_form_is_filled_and_handed_over(desk):
    async with open_counter(desk, flows={"order": ORDER}, **ONE_QUEUE) as counter:
        counter.mind.known["where is it?"] = reading("flow:order")
        which = await counter.says("where is it?")
        assert SessionState.FILLING is (await counter.session(which)).state
        await counter.says("HR-123456")

        session = await counter.session(which)
        assert SessionState.HANDED_OVER is session.state
        assert "HR-123456" in session.notes["collected"].values()
        assert ["order"] == await desk.read(lambda unit: unit.tags.of(which))
        assert (await counter.said(which))[-1].startswith("We look for it.")


async def test_a_person_is_one_word_away_in_a_form(desk):
    async with open_counter(desk, flows={"order": ORDER}, **ONE_QUEUE) as counter:
        counter.mind.known["where is it?"] = reading("flow:order")
        which = await counter.says("where is it?")
        await counter.says("person")

        assert SessionState.HANDED_OVER is (await counter.session(which)).state
