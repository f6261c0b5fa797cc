"""The inbox page on a phone, by night, and for people who do not see it."""

import pytest
from playwright.async_api import Page, expect

from tests.stories.conftest import (
    LETTER,
    WEB,
    Desk,
    OpenContext,
    begin,
    enter,
    go,
    messages,
    opened,
    sign_in,
)


async def test_a_phone_shows_one_pane_at_a_time(open_desk: Desk, open_context: OpenContext):
    context = await open_context(viewport={"width": 360, "height": 740}, has_touch=True)
    page = await context.new_page()
    await sign_in(page, open_desk.url, "/inbox/unassigned")
    await open_desk.customer_says("Where is my order?")
    await page.get_by_role("option").tap()
    await expect(page.locator(".message .text")).to_have_text("Where is my order?")
    await expect(page.locator(".list-pane")).to_be_hidden()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Unassigned")
    assert 360 == await page.evaluate("document.documentElement.scrollWidth")
    await page.locator("#composer-text").fill("On its way.")
    await page.get_by_role("button", name="Send", exact=True).tap()
    await expect(messages(page, "[data-delivery='sent']")).to_contain_text("On its way.")
    await page.get_by_role("button", name="Back to the list").tap()
    await expect(page.locator(".list-pane")).to_be_visible()
    await page.get_by_role("button", name="Show lists").tap()
    await page.get_by_role("link", name="All open").tap()

    await expect(page.get_by_role("heading", name="All open")).to_be_visible()


class Eyes:
    """Looks at a page as axe does: by day, and its colours by night as well."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.axe = (WEB / "node_modules" / "axe-core" / "axe.min.js").read_text()
        self.found: dict[str, list[str]] = {}

    async def look(self, where: str) -> None:
        await self.page.evaluate(f"window.axe || (() => {{ {self.axe} }})()")
        by_day = await self.run("{}")
        await self.page.emulate_media(color_scheme="dark")
        by_night = await self.run("{runOnly: ['color-contrast']}")
        await self.page.emulate_media(color_scheme="light")
        if problems := by_day + by_night:
            self.found[where] = problems

    async def run(self, options: str) -> list[str]:
        told = await self.page.evaluate(f"axe.run(document, {{iframes: false, ...{options}}})")
        return [
            f"{one['id']}: {node['html'][:160]} ({node['failureSummary'][:300]})"
            for one in told["violations"]
            for node in one["nodes"]
        ]


@pytest.fixture
async def eyes(open_context: OpenContext) -> Eyes:
    context = await open_context(color_scheme="light", reduced_motion="reduce")
    return Eyes(await context.new_page())


async def test_nobody_is_shut_out_of_a_conversation(open_desk: Desk, eyes: Eyes):
    page = eyes.page
    await enter(page.context, open_desk.url)
    await open_desk.customer_says("I am away.", kind="auto_reply", **LETTER)
    await open_desk.heard(1)
    await go(page, open_desk, "unassigned")
    open_desk.post.refuses = "550 This mailbox is gone"
    await opened(page, open_desk, "Where is my order?", quoted="> so?", html="<p>so?</p>", **LETTER)
    await begin(page, "n", "She is upset.")
    await page.keyboard.press("Control+Enter")
    await expect(messages(page, ".note")).to_be_visible()
    await begin(page, "r", "It left on Monday.")
    await page.keyboard.press("Control+Enter")
    await expect(page.locator(".message[data-delivery='failed']")).to_be_visible()
    await page.keyboard.press("Escape")
    await page.keyboard.press("i")
    await expect(page.locator(".toast")).to_be_visible()
    await eyes.look("a conversation")
    await begin(page, "n", "Another")
    await eyes.look("a note")

    assert {} == eyes.found


async def test_nobody_is_shut_out_of_what_lies_over_the_page(open_desk: Desk, eyes: Eyes):
    page = eyes.page
    await enter(page.context, open_desk.url)
    await go(page, open_desk, "mine")
    await eyes.look("an empty list")
    await page.keyboard.press("Control+k")
    await expect(page.get_by_role("combobox")).to_be_focused()
    await eyes.look("the command bar")
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("dialog")).to_have_count(0)
    await page.keyboard.press("?")
    await expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()
    await eyes.look("the shortcuts")
    await page.keyboard.press("Escape")
    await page.get_by_title("Your settings").click()
    await eyes.look("the settings")
    await page.get_by_role("button", name="API tokens").click()
    await expect(page.get_by_role("dialog", name="API tokens")).to_contain_text("No tokens yet")
    await eyes.look("the tokens")

    assert {} == eyes.found


async def test_nobody_is_shut_out_of_the_door_and_the_quarantine(open_desk: Desk, eyes: Eyes):
    page = eyes.page
    await page.goto(f"{open_desk.url}/inbox/mine")
    await page.locator("body[data-ready='sign-in']").wait_for()
    await eyes.look("the door")
    await sign_in(page, open_desk.url, "/inbox/undelivered")
    await eyes.look("not delivered")
    await open_desk.something_odd(b"What is this?")
    await page.get_by_role("link", name="Quarantined").click()
    await page.get_by_role("option").click()
    await expect(page.locator(".raw-text")).to_be_visible()
    await eyes.look("the quarantine")

    assert {} == eyes.found
