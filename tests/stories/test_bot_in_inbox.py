"""What agents see of the bot: what it holds, what it asks them, what it hands over."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from playwright.async_api import Page, expect

from inbox.actions import bot
from inbox.actions.bot import Doing
from inbox.model import ArticleText, MessageId, SessionState, Status, TurnKind
from inbox.store import Unit
from routing import setups
from routing.bots.model import Bot
from routing.setup import Setup
from tests.stories.conftest import Chat, Desk, OpenContext, enter, ready, until
from tests.stories.test_assist_page import library, newest
from tests.stories.test_inbox_for_everybody import Eyes

QUESTION = "Where is my parcel?"
ANSWER = "A parcel takes three days."
PATIENT = 600.0  # seconds that a colleague has, however slow the machine is


def know(unit: Unit) -> None:
    """Write down an article, and a bot that waits to be asked by nobody but these tests."""
    text = ArticleText(language="en", title="When does it come?", body=ANSWER)
    library.create(unit, library.Wanted(texts=(text,)), by=None)
    setup = Setup(bots={"help": Bot(turn_seconds=PATIENT)})
    setups.save(unit, setups.Change(setup=setup), ("email", "webchat"), by=None)


def does(kind: TurnKind, text: str = "", **more: Any) -> Callable[[Unit], int]:
    """Return a verb by which the bot does something in the newest conversation."""

    def act(unit: Unit) -> int:
        talk, _ = newest(unit)
        if unit.conversations.get(talk).status is Status.OPEN:
            assert bot.begin(unit, talk, "help")
        session = unit.sessions.get(talk)
        assert session
        heard = unit.messages.heard_before(talk)
        wanted = Doing(
            conversation_id=talk,
            opening=session.opening,
            version=session.version,
            kind=kind,
            why=more.pop("why", "It was told to."),
            heard_id=MessageId(heard.id) if heard else None,
            text=text,
            colleague_seconds=PATIENT,
            **more,
        )
        assert bot.do(unit, wanted, Chat.capabilities)
        return talk

    return act


@pytest.fixture
async def night(open_desk: Desk) -> Desk:
    await open_desk.desk.write(know)
    await open_desk.customer_says(QUESTION)
    await open_desk.heard(1)
    return open_desk


async def asked(night: Desk, open_context: OpenContext, where: str = "pending") -> SimpleNamespace:
    """Let the bot ask a colleague; Grace has the page open."""
    talk = await night.desk.write(does(TurnKind.SUGGEST, ANSWER, article_id=1))
    page = await come(night, open_context, f"{where}/{talk}" if where == "pending" else where)
    await expect(page.locator("[data-suggestion]")).to_contain_text(ANSWER)
    return SimpleNamespace(page=page, talk=talk)


async def come(night: Desk, open_context: OpenContext, where: str, **wishes: Any) -> Page:
    context = await open_context(reduced_motion="reduce", color_scheme="light", **wishes)
    await enter(context, night.url)
    page = await context.new_page()
    await page.goto(f"{night.url}/inbox/{where}")
    await ready(page)
    return page


async def test_one_key_lets_the_bot_answer(night: Desk, open_context: OpenContext):
    grace = await asked(night, open_context)
    assert [] == night.chat.sent
    await grace.page.keyboard.press("s")
    await expect(grace.page.locator(".message[data-bot]")).to_contain_text(ANSWER)
    await expect(grace.page.locator("[data-suggestion]")).to_have_count(0)
    await expect(grace.page.get_by_text("You let the bot answer")).to_be_visible()

    await until(lambda: night.chat.sent, "the answer")
    assert night.chat.sent[0].text.startswith(ANSWER)


async def test_its_answer_is_changed_before_it_leaves(night: Desk, open_context: OpenContext):
    grace = await asked(night, open_context)
    await grace.page.keyboard.press("f")
    field = grace.page.get_by_label("The bot's answer")
    await expect(field).to_be_focused()
    await field.fill("It comes tomorrow.")
    await grace.page.keyboard.press("Control+Enter")
    await expect(grace.page.locator(".message[data-bot]")).to_contain_text("It comes tomorrow.")

    await until(lambda: night.chat.sent, "the answer")
    assert night.chat.sent[0].text.startswith("It comes tomorrow.")


async def test_what_is_rejected_is_for_people(night: Desk, open_context: OpenContext):
    grace = await asked(night, open_context, "unassigned")
    await expect(grace.page.locator("[data-count='pending']")).to_have_text("1")
    await grace.page.keyboard.press("d")
    await expect(grace.page.locator("[data-suggestion]")).to_have_count(0)
    await expect(grace.page.get_by_role("option")).to_contain_text("Ada Lovelace")

    assert ANSWER not in "".join(one.text for one in night.chat.sent)


async def test_a_question_comes_by_itself_while_one_does_something_else(
    night: Desk, open_context: OpenContext
):
    page = await come(night, open_context, "mine")
    await night.desk.write(does(TurnKind.SUGGEST, ANSWER))
    card = page.get_by_role("region", name="Questions of the bot")
    await expect(card).to_contain_text(ANSWER)
    await expect(card).to_contain_text(QUESTION)
    await card.get_by_role("link", name="Ada Lovelace").click()

    await expect(page.locator(".message.in")).to_contain_text(QUESTION)


async def test_the_bot_is_stopped_and_nobody_has_it_by_that(night: Desk, open_context: OpenContext):
    talk = await night.desk.write(does(TurnKind.ANSWER, ANSWER, article_id=1))
    page = await come(night, open_context, f"pending/{talk}")
    await page.get_by_role("button", name="Stop the bot").click()
    await expect(page.locator("[data-status='open']")).to_be_visible()
    await expect(page.get_by_text("The bot is silent here.")).to_be_visible()
    await expect(page.get_by_text("You had the bot fall silent")).to_be_visible()
    read = await night.desk.read(
        lambda unit: (unit.sessions.get(talk), unit.conversations.get(talk))
    )

    assert (SessionState.SILENCED, None) == (read[0].state, read[1].assignee_id)


async def test_who_takes_over_silences_it(night: Desk, open_context: OpenContext):
    talk = await night.desk.write(does(TurnKind.ANSWER, ANSWER, article_id=1))
    page = await come(night, open_context, f"pending/{talk}")
    await expect(page.locator("[data-status='pending']")).to_have_text("With the bot")
    await page.get_by_role("button", name="Take over").click()
    await expect(page.locator("[data-status='open']")).to_be_visible()
    session = await night.desk.read(lambda unit: unit.sessions.get(talk))

    assert session
    assert not session.state.speaks


async def test_what_is_handed_over_says_what_happened(night: Desk, open_context: OpenContext):
    await night.desk.write(does(TurnKind.ANSWER, ANSWER, article_id=1))
    notes = {"asked": [QUESTION], "collected": {"order_number": "4711"}, "tried": [1]}
    why = "The customer wants a person."
    talk = await night.desk.write(
        does(TurnKind.HAND_OVER, "A person will answer.", notes=notes, why=why)
    )
    page = await come(night, open_context, f"unassigned/{talk}")
    card = page.locator("[data-handed-over]")
    for told in why, QUESTION, "order number 4711", "When does it come?":
        await expect(card).to_contain_text(told)
    answer = page.locator(".message[data-bot]").first
    await answer.hover()
    await answer.get_by_role("button", name="Report a wrong answer").click()
    await expect(answer).to_contain_text("Reported as wrong")
    [turn, *_] = await night.desk.read(lambda unit: unit.turns.of(talk))

    assert turn.wrong_at


@pytest.mark.parametrize("width", [1440, 360])
async def test_nobody_is_shut_out_of_the_bot(night: Desk, open_context: OpenContext, width: int):
    await night.desk.write(does(TurnKind.SUGGEST, ANSWER))
    page = await come(night, open_context, "pending", viewport={"width": width, "height": 780})
    eyes = Eyes(page)
    await expect(page.locator("[data-suggestion]")).to_be_visible()
    await eyes.look("asked elsewhere")
    await page.locator("[data-suggestion] a").click()
    await expect(page.locator(".message.in")).to_contain_text(QUESTION)
    await eyes.look("asked here")
    await night.desk.write(does(TurnKind.HAND_OVER, notes={"asked": [QUESTION]}))
    await expect(page.locator("[data-handed-over]")).to_be_visible()
    await eyes.look("handed over")

    assert {} == eyes.found
    assert not await page.evaluate("document.documentElement.scrollWidth > innerWidth")
