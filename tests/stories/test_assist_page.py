"""An agent is helped by what the desk knows and has said before, in a real browser."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from playwright.async_api import Page, expect
from sqlalchemy import select

from config import app
from config.settings import (
    AccountSettings,
    DeskSettings,
    LanguageModelSettings,
    Settings,
    WebSettings,
)
from inbox.actions import articles as library
from inbox.actions import conversation as verbs
from inbox.actions import reply as replying
from inbox.model import AgentId, ArticleText, ConversationId
from inbox.store import Unit
from inbox.tables import AgentRow, ConversationRow
from tests.servers.language_model import KEY, MODEL, running_model
from tests.stories.conftest import (
    Chat,
    Desk,
    Nothing,
    OpenContext,
    enter,
    messages,
    ready,
    until,
)
from tests.stories.test_inbox_for_everybody import Eyes

BODY = "A parcel takes **two to three days**.\n\nThen write to us."
PLAIN = "A parcel takes two to three days.\n\nThen write to us."
EARLIER = """Hello Maria,

the carrier was at the door and found nobody. Your parcel 4711-AB waits at Ilica 5.

Best regards
Lin"""
CLEANED = "The carrier was at the door and found nobody. Your parcel […] waits at […]."


def newest(unit: Unit) -> tuple[ConversationId, AgentId]:
    talks = select(ConversationRow.id).order_by(ConversationRow.id.desc()).limit(1)
    return (
        ConversationId(unit.connection.scalars(talks).one()),
        AgentId(unit.connection.scalars(select(AgentRow.id).limit(1)).one()),
    )


def answered(unit: Unit) -> None:
    """Have Maria answered, and her conversation be over."""
    talk, grace = newest(unit)
    replying.reply(unit, talk, EARLIER, by=grace)
    unit.tags.add(talk, ["delivery"])
    verbs.resolve(unit, talk, by=grace)


def written(unit: Unit) -> None:
    text = ArticleText(
        language="en", title="When does it come?", body=BODY, examples=("Where is my parcel?",)
    )
    library.create(unit, library.Wanted(texts=(text,)), by=None)


@pytest.fixture
async def day(open_desk: Desk) -> SimpleNamespace:
    """The desk knows an article, and answered Maria once; now Ada asks the same."""
    await open_desk.desk.write(written)
    await open_desk.customer_says(
        "Where is my parcel? It has not arrived.",
        by="post",
        sender="maria@home.example",
        name="Maria",
    )
    await open_desk.heard(1)
    await open_desk.desk.write(answered)
    await open_desk.customer_says("Where is my parcel? I am so disappointed.", subject="Lamp")
    await open_desk.heard(3)
    talk, _ = await open_desk.desk.read(newest)
    return SimpleNamespace(desk=open_desk, talk=talk)


async def opened(open_context: OpenContext, day: SimpleNamespace, **wishes: object) -> Page:
    context = await open_context(reduced_motion="reduce", **wishes)
    await enter(context, day.desk.url)
    page = await context.new_page()
    await page.goto(f"{day.desk.url}/inbox/unassigned/{day.talk}")
    await ready(page)
    await expect(page.locator("[data-answer='1']")).to_be_visible()
    return page


async def test_one_key_puts_the_best_suggestion_into_the_reply(
    day: SimpleNamespace, open_context: OpenContext
):
    page = await opened(open_context, day)
    field = page.locator("#composer-text")
    await page.keyboard.press("1")
    await expect(field).to_be_focused()
    await expect(field).to_have_value(PLAIN)
    assert [] == day.desk.chat.sent
    await page.keyboard.press("Control+Enter")
    await expect(messages(page)).to_contain_text("A parcel takes two to three days.")

    await until(lambda: day.desk.chat.sent, "the reply")
    assert [PLAIN] == [one.text for one in day.desk.chat.sent]
    await expect(page.locator("[data-answer]")).to_have_count(0)


async def test_what_is_changed_or_does_not_fit_is_proposed_to_whoever_teaches(
    day: SimpleNamespace, open_context: OpenContext
):
    page = await opened(open_context, day)
    await page.keyboard.press(".")
    await page.get_by_role("button", name="Does not fit").click()
    await expect(page.locator(".toast")).to_contain_text("may be proposed")
    await page.locator("#composer-text").fill("It stands at our door; come and fetch it today.")
    async with page.expect_response(lambda one: one.url.endswith("/assist/outcome")) as told:
        await page.keyboard.press("Control+Enter")
    assert {"proposed": True} == await (await told.value).json()

    [made] = await day.desk.desk.read(lambda unit: unit.proposals.open())
    assert ("article", (day.talk,)) == (made.kind, made.sources)
    assert "It stands at our door; come and fetch it today." == made.answer


async def test_an_earlier_answer_leaves_with_its_gaps_filled_only(
    day: SimpleNamespace, open_context: OpenContext
):
    page = await opened(open_context, day)
    field = page.locator("#composer-text")
    await page.keyboard.press("2")
    await expect(field).to_have_value(CLEANED)
    chosen = "[document.activeElement.selectionStart, document.activeElement.selectionEnd]"
    await page.wait_for_function(f"{chosen}.join() === '58,61'")
    await page.keyboard.press("Control+Enter")
    await expect(page.get_by_text("Fill in what is left open").first).to_be_visible()
    assert [] == day.desk.chat.sent
    await field.fill("The carrier tried. Your parcel waits at the shop.")
    await page.keyboard.press("Control+Enter")
    await expect(messages(page)).to_contain_text("waits at the shop")

    await until(lambda: day.desk.chat.sent, "the reply")
    assert 1 == len(day.desk.chat.sent)


async def test_what_was_put_in_is_taken_out_again(day: SimpleNamespace, open_context: OpenContext):
    page = await opened(open_context, day)
    field = page.locator("#composer-text")
    await page.keyboard.press("r")
    await page.keyboard.insert_text("Hello Ada,")
    await page.keyboard.press("Alt+1")
    await expect(field).to_have_value(f"Hello Ada,\n\n{PLAIN}")
    await page.get_by_role("button", name="Undo").click()

    await expect(field).to_have_value("Hello Ada,")


async def test_everything_else_is_behind_one_key(day: SimpleNamespace, open_context: OpenContext):
    page = await opened(open_context, day)
    helps = page.get_by_role("region", name="What helps here")
    await page.keyboard.press(".")
    await expect(helps.get_by_role("link", name="Article: When does it come?")).to_be_visible()
    await expect(helps.get_by_role("link", name="Grace Hopper answered this")).to_be_visible()
    await expect(helps.get_by_text("Was asked before")).to_be_visible()
    await expect(helps.locator("[data-mood='upset']")).to_have_text("seems upset")
    await helps.get_by_role("button", name="delivery").click()
    await expect(helps.get_by_role("button", name="delivery")).to_have_count(0)
    tags = await day.desk.desk.read(lambda unit: list(unit.tags.of(day.talk)))
    assert ["delivery"] == tags
    await page.keyboard.press(".")

    await expect(helps.locator("article")).to_have_count(0)


async def test_whoever_writes_a_note_is_left_alone(day: SimpleNamespace, open_context: OpenContext):
    page = await opened(open_context, day)
    await page.keyboard.press("n")
    await expect(page.locator("[data-assist]")).to_have_count(0)
    await page.get_by_role("button", name="Reply", exact=True).click()

    await expect(page.locator("[data-assist]")).to_be_visible()


async def test_without_anything_to_suggest_nothing_is_shown(open_desk: Desk, inbox: Page):
    await open_desk.customer_says("Where is my parcel?")
    await expect(inbox.get_by_role("option").first).to_be_visible()
    await inbox.keyboard.press("j")
    async with inbox.expect_response(lambda one: one.url.endswith("/assist")):
        await inbox.keyboard.press("Enter")

    await expect(inbox.locator("[data-assist]")).to_have_count(0)


@pytest.mark.parametrize("width", [1440, 360])
async def test_everybody_can_use_it(day: SimpleNamespace, open_context: OpenContext, width: int):
    sight = {"color_scheme": "light", "viewport": {"width": width, "height": 780}}
    page = await opened(open_context, day, **sight)
    eyes = Eyes(page)
    await eyes.look("one line")
    await page.keyboard.press(".")
    await expect(page.locator("article[data-answer='2']")).to_be_attached()
    await eyes.look("everything")

    assert {} == eyes.found
    assert not await page.evaluate("document.documentElement.scrollWidth > innerWidth")


# --- with a language model ------------------------------------------------------------------
WORDS = {"Gdje je moj paket?": "Where is my parcel?", "It comes.": "Dolazi."}


def parrot(material: dict[str, Any]) -> dict[str, Any]:
    """Translate what it knows, and draft the same reply for everybody."""
    return {"text": WORDS.get(material.get("text", ""), "It comes."), "cited": []}


@pytest.fixture
async def writing_desk(built: Path, sqlite_template: Path, tmp_path: Path) -> AsyncIterator[Desk]:
    """A desk with a chat and a language model, and Grace."""
    del built
    shutil.copy(sqlite_template, tmp_path / "desk.db")
    async with running_model(mind=parrot) as model:
        settings = Settings(
            desk=DeskSettings(
                database=f"sqlite:///{tmp_path}/desk.db", files=str(tmp_path / "files")
            ),
            web=WebSettings(port=0, shutdown_seconds=2.0),
            language_model=LanguageModelSettings(base_url=model.url, model=MODEL, api_key=KEY),
        )
        shop = AccountSettings(name="shop", kind="webchat", channel=Chat, settings=Nothing())
        async with app.opened(settings, [shop]) as house:
            desk = Desk(house)
            await desk.hire("Grace Hopper")
            yield desk


async def test_a_model_drafts_and_translates_both_ways(
    writing_desk: Desk, open_context: OpenContext
):
    await writing_desk.customer_says("Gdje je moj paket?")
    await writing_desk.heard(1)
    context = await open_context(reduced_motion="reduce")
    await enter(context, writing_desk.url)
    page = await context.new_page()
    await page.goto(f"{writing_desk.url}/inbox/unassigned/1")
    await ready(page)
    await page.get_by_role("button", name="Translate from Croatian").click()
    await expect(page.locator(".message.in .translated")).to_contain_text("Where is my parcel?")
    field = page.locator("#composer-text")
    await page.get_by_role("button", name="Draft a reply").click()
    await expect(field).to_have_value("It comes.")
    await page.get_by_role("button", name="Put the reply into Croatian").click()
    await expect(field).to_have_value("Dolazi.")
    await page.get_by_role("button", name="Undo").last.click()
    await expect(field).to_have_value("It comes.")

    assert [] == writing_desk.chat.sent
