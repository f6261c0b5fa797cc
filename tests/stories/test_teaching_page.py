"""A supervisor teaches the bot: decides by key, takes back, rehearses, puts back, reads figures."""

from datetime import timedelta
from typing import Any

import pytest
from playwright.async_api import Page, expect

from inbox.actions import articles, proposals
from inbox.actions.articles import Wanted
from inbox.actions.conversation import resolve
from inbox.actions.reply import reply
from inbox.model import AgentId, ArticleId, ArticleText, BotTurn, TurnKind
from inbox.store import Unit
from tests.agents_ui import scenes
from tests.stories.conftest import Desk, OpenContext, enter
from tests.stories.test_inbox_for_everybody import Eyes

GRACE = AgentId(1)
OPEN = "We are open from nine to five, Monday to Friday, and closed on holidays."
WRAPPED = "Yes, we wrap every order as a gift for three euros; choose it at the checkout."
GIFTS = (
    ("Ada", "Can you wrap my order as a gift?"),
    ("Linus", "Do you offer gift wrapping?"),
    ("Margaret", "Is it possible to have my order wrapped as a gift?"),
)
PEOPLE = ("Alan", "Edsger", "Barbara", "Donald", "Frances")
LONG = 120_000  # milliseconds; the bot learns in a process of its own


def text(title: str, body: str, *examples: str) -> Wanted:
    one = ArticleText(language="en", title=title, body=body, examples=examples)
    return Wanted(texts=(one,))


def a_week(unit: Unit) -> None:
    """Let the bot have answered some, handed over others, and colleagues the rest."""
    hours = text("Opening hours", OPEN, "When are you open?", "Are you open on Sunday?")
    known = articles.create(unit, hours, by=GRACE)
    now = unit.now
    for day, name in enumerate(PEOPLE):
        unit.now = now - timedelta(days=day + 1, hours=1)
        answered(unit, name, known.id, wrong=day == 0)
    for number, (name, said) in enumerate(GIFTS):
        unit.now = now - timedelta(days=1, hours=number)
        talk = scenes.write_in(unit, said, name=name, subject=None)
        turned(unit, talk, TurnKind.HAND_OVER, why="It does not know this.")
        unit.now += timedelta(minutes=2)
        reply(unit, talk, WRAPPED, by=GRACE)
        resolve(unit, talk, by=GRACE)
    unit.now = now


def answered(unit: Unit, name: str, article: ArticleId, *, wrong: bool) -> None:
    talk = scenes.write_in(unit, "When are you open?", name=name, subject=None)
    told = {"wrong_at": unit.now, "wrong_by": GRACE} if wrong else {"helpful": True}
    turned(unit, talk, TurnKind.ANSWER, why="It knows it.", article_id=article, **told)


def turned(unit: Unit, talk: Any, kind: TurnKind, **fields: Any) -> None:
    heard = unit.messages.heard_before(talk)
    assert heard is not None
    turn = {"conversation_id": talk, "message_id": heard.id, "at": unit.now, "language": "en"}
    unit.turns.add(BotTurn(**turn, kind=kind, **fields))


@pytest.fixture
async def page(open_desk: Desk, open_context: OpenContext) -> Page:
    """Grace's page, where the bot is taught."""
    await open_desk.desk.write(a_week)
    context = await open_context(color_scheme="light", reduced_motion="reduce")
    await enter(context, open_desk.url)
    page = await context.new_page()
    await page.goto(f"{open_desk.url}/inbox/teaching")
    await expect(page.get_by_role("heading", name="Teaching")).to_be_visible()
    return page


async def look(page: Page) -> None:
    """Have what was asked looked through, and wait until something is proposed."""
    await page.get_by_role("button", name="Look now").click()
    await expect(page.locator("form.proposal")).to_be_visible(timeout=LONG)


async def part(page: Page, name: str) -> None:
    await page.get_by_label("Teaching").get_by_role("link", name=name).click()


async def test_a_proposal_is_changed_approved_taken_back_and_rejected(page: Page):
    eyes = Eyes(page)
    await expect(page.get_by_text("Nothing is proposed")).to_be_visible()
    await eyes.look("nothing proposed")
    await look(page)

    # It says what speaks for it: how often it was asked, by whom, and what a colleague said.
    await expect(page.locator(".proposal-weight")).to_contain_text("3 times")
    await expect(page.locator(".evidence li")).to_have_count(3)
    await expect(page.get_by_label("Answer", exact=True)).to_have_value(WRAPPED)
    await eyes.look("a proposal")

    # Changed and approved by key; the way back is offered.
    await page.keyboard.press("e")
    await page.get_by_label("Title").fill("Gift wrapping")
    await page.keyboard.press("Escape")
    await page.locator(".proposal-line").focus()
    await page.keyboard.press("a")
    await expect(page.locator(".toast")).to_contain_text("Approved")
    await expect(page.get_by_text("Nothing is proposed")).to_be_visible()
    await page.get_by_text("Decided lately").click()
    await expect(page.locator(".decided li")).to_contain_text("Approved with changes by Grace")
    await page.keyboard.press("z")
    await expect(page.locator("form.proposal")).to_be_visible()

    # Rejected by key, it is not proposed again.
    await page.keyboard.press("x")
    await expect(page.get_by_text("Nothing is proposed")).to_be_visible()
    await expect(page.locator(".decided li")).to_contain_text("Rejected")

    assert {} == eyes.found


def rewritten(unit: Unit) -> None:
    """Let a colleague have sent something else than an article says."""
    body = "We are open from **nine to five**.\n\nWe rest on Sundays.\n\nCome by."
    known = articles.create(unit, text("Visits", body), by=GRACE)
    talk = scenes.write_in(unit, "When are you open?", name="Ada", subject=None)
    said = "We are open from **nine to five**.\n\nWe rest on Sundays and Mondays.\n\nRing twice."
    draft = proposals.Draft(
        kind="edit",
        fingerprint="assist:1:1",
        language="en",
        article_id=known.id,
        title="Visits",
        answer=said,
        sources=(talk,),
    )
    proposals.propose(unit, [draft])


async def test_another_answer_is_merged_paragraph_by_paragraph(open_desk: Desk, page: Page):
    await open_desk.desk.write(rewritten)
    await page.reload()
    changed = page.locator(".difference .changed")
    await expect(changed).to_have_count(2)
    await expect(changed.first.locator("ins")).to_have_text(" and Mondays")
    eyes = Eyes(page)
    await eyes.look("another answer")
    await changed.last.get_by_label("as it is").check()
    whole = page.get_by_label("What the article will say")
    after = "We are open from **nine to five**.\n\nWe rest on Sundays and Mondays.\n\nCome by."
    await expect(whole).to_have_value(after)
    await page.get_by_role("button", name="Approve").click()
    await expect(page.locator(".toast")).to_contain_text("Approved")
    [said] = await open_desk.desk.read(
        lambda unit: unit.articles.some(unit.articles.news())[-1].texts
    )

    assert after == said.body
    assert {} == eyes.found


async def test_a_version_is_rehearsed_and_another_one_put_back(open_desk: Desk, page: Page):
    eyes = Eyes(page)
    await part(page, "Versions")
    await expect(page.locator(".brain[data-state='live']")).to_be_visible(timeout=LONG)
    await open_desk.desk.write(
        articles.create, text("Gift wrapping", WRAPPED, *(said for _, said in GIFTS)), by=GRACE
    )
    await page.reload()
    await expect(page.locator("[data-brain='2'][data-state='live']")).to_be_visible(timeout=LONG)

    # The older one answers again, and so does the newer one.
    await page.get_by_role("button", name="Have it answer #1").click()
    await expect(page.locator("[data-brain='1'][data-state='live']")).to_be_visible()
    await eyes.look("versions")

    # What it would have done with what was asked, beside the one that answers now.
    await page.get_by_role("button", name="Rehearse #2").click()
    await page.get_by_role("button", name="Rehearse", exact=True).click()
    await expect(page.locator(".play")).to_have_count(3, timeout=LONG)
    await expect(page.locator("[data-objections='1']")).to_contain_text("1 answer disagrees")
    await expect(page.locator(".case-objection")).to_contain_text("reported")
    await page.get_by_role("button", name="Changed 3").click()
    await expect(page.locator(".case")).to_have_count(3)
    await expect(page.locator(".case").first).to_contain_text("answer “Gift wrapping”")
    await eyes.look("a rehearsal")

    assert {} == eyes.found


async def test_how_the_bot_did_is_read_on_any_screen(page: Page):
    eyes = Eyes(page)
    await part(page, "Figures")
    await expect(page.locator("[data-figure='contained'] .tile-value")).to_have_text("63 %")
    await expect(page.locator("[data-figure='wrong'] .tile-of")).to_have_text("1 / 5")
    await expect(page.locator(".reasons li")).to_contain_text("It does not know this.")
    await expect(page.get_by_role("link", name="Opening hours")).to_be_visible()
    await eyes.look("figures")
    await page.set_viewport_size({"width": 360, "height": 740})
    await eyes.look("figures on a telephone")
    wide = "document.documentElement.scrollWidth > innerWidth"

    assert {} == eyes.found
    assert not await page.evaluate(wide)
