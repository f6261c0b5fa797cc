"""How the bot did is counted: every opening ends in one way."""

from datetime import UTC, timedelta

import pytest

from inbox.actions.reply import reply
from inbox.model import BotSession, SessionState, TurnKind
from routing.bots.teaching.figures import Openings, figures
from tests.routing.bots.classroom import about, opened


@pytest.fixture
async def room(desk):
    return await opened(desk)


async def count(room):
    since, until = room.desk.now - timedelta(days=7), room.desk.now + timedelta(days=1)
    return await room.desk.read(figures, since, until, zone=UTC)


async def test_every_opening_ends_in_one_way(room):
    [hours] = await room.know(about("Opening hours"))
    contained = await room.ask("When are you open?")
    await room.turn(*contained, TurnKind.ANSWER, article_id=hours.id, language="en", helpful=True)
    handed = await room.ask("Where is my parcel?")
    await room.turn(*handed, TurnKind.ANSWER, article_id=hours.id, language="hr", helpful=False)
    await room.turn(*handed, TurnKind.HAND_OVER, why="Its answer did not help.", language="hr")
    taken = await room.ask("Hello")
    await room.turn(*taken, TurnKind.SMALL_TALK)
    await room.desk.write(reply, taken[0], "I take it from here.", by=room.house.ada)
    going = await room.ask("Hello?")
    await room.turn(*going, TurnKind.SMALL_TALK)
    session = BotSession(
        conversation_id=going[0], bot="Dora", state=SessionState.LISTENING, began_at=room.desk.now
    )
    await room.desk.write(lambda unit: unit.sessions.add(session))
    found = await count(room)

    assert found.all == Openings(
        openings=4, contained=1, handed_over=1, taken=1, going=1, answers=2, wrong=0
    )
    assert (1, 1) == (found.helpful, found.unhelpful)
    assert [("Its answer did not help.", 1)] == [(one.why, one.openings) for one in found.reasons]
    [article] = found.articles
    assert (hours.id, 2, 1, 1, 1) == (
        article.article_id,
        article.answers,
        article.helpful,
        article.unhelpful,
        article.handed_over,
    )
    assert {"en": 1, "hr": 1, None: 2} == {
        one.language: one.all.openings for one in found.languages
    }
    assert 4 == sum(one.all.openings for one in found.days)


async def test_an_answer_that_was_reported_counts_as_wrong(room):
    [hours] = await room.know(about("Opening hours"))
    asked = await room.ask("When are you open?")
    wrong = {"article_id": hours.id, "wrong_at": room.desk.now}
    await room.turn(*asked, TurnKind.ANSWER, **wrong)
    found = await count(room)

    assert (1, 1) == (found.all.wrong, found.articles[0].wrong)


async def test_a_conversation_that_begins_anew_counts_anew(room):
    asked = await room.ask("Hello")
    await room.turn(*asked, TurnKind.SMALL_TALK)
    await room.turn(*asked, TurnKind.HAND_OVER, opening=2)
    found = await count(room)

    assert (2, 1, 1) == (found.all.openings, found.all.contained, found.all.handed_over)


async def test_what_readers_of_the_help_page_say_counts_by_article(room):
    hours, parking = await room.know(about("Opening hours"), about("Parking"))
    asked = await room.ask("When are you open?")
    await room.turn(*asked, TurnKind.ANSWER, article_id=hours.id, language="en")
    today = room.desk.now.date()
    for day, helpful in (0, True), (1, True), (1, False), (30, False):
        on = today - timedelta(days=day)
        await room.desk.write(lambda unit, on=on, said=helpful: vote(unit, parking.id, on, said))
    found = await count(room)

    assert [(hours.id, 1, 0, 0), (parking.id, 0, 2, 1)] == [
        (one.article_id, one.answers, one.read_helpful, one.read_unhelpful)
        for one in found.articles
    ]


def vote(unit, which, on, helpful):
    unit.articles.vote(which, on, helpful=helpful)
