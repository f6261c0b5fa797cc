"""What the desk knows is written, shared and found, in a real browser."""

from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Locator, Page, expect

from inbox.model import Role
from tests.stories.conftest import Desk, OpenContext, enter
from tests.stories.test_inbox_for_everybody import Eyes

WIDER = "document.documentElement.scrollWidth > innerWidth + 1"
RETURNS = {
    "texts": [
        {
            "language": "en",
            "title": "How do I return something?",
            "body": "You have **30 days**.",
            "examples": ["I want to send it back"],
        }
    ]
}


@pytest.fixture
async def page(open_desk: Desk, open_context: OpenContext) -> Page:
    """Grace's page; she may write."""
    context = await open_context(color_scheme="light", reduced_motion="reduce")
    await enter(context, open_desk.url)
    return await context.new_page()


async def go(page: Page, desk: Desk, more: str = "") -> None:
    await page.goto(f"{desk.url}/inbox/knowledge{more}")
    await expect(page.get_by_role("heading", name="Knowledge")).to_be_visible()


async def post(page: Page, desk: Desk, path: str, data: Any, method: str = "POST") -> Any:
    """Do something without the page for it, as programs do."""
    where = f"{desk.url}/api{path}"
    headers = {"Origin": desk.url}
    answer = await page.context.request.fetch(where, method=method, data=data, headers=headers)
    assert answer.ok, await answer.text()
    return await answer.json()


def listed(page: Page, title: str) -> Locator:
    return page.locator(".article-row").filter(has_text=title)


def field(page: Page, name: str) -> Locator:
    return page.get_by_label(name, exact=True)


async def save(page: Page) -> None:
    await page.get_by_role("button", name="Save", exact=True).click()
    await expect(page.get_by_text("Saved. The bot learns it.").last).to_be_visible()


async def test_an_article_is_written_in_two_languages_and_customers_read_it(
    open_desk: Desk, page: Page, open_context: OpenContext
):
    await go(page, open_desk)
    await expect(page.get_by_text("Nothing is written down yet")).to_be_visible()
    await page.get_by_role("link", name="New").click()
    await field(page, "Title").fill("How do I return something?")
    await field(page, "Category").fill("Returns")
    await field(page, "Answer").fill("You have **30 days**.")
    await page.get_by_label("Questions that it answers").fill(
        "Send it back\n\nSend it back\nA refund"
    )
    await expect(page.get_by_text("2 questions").last).to_be_visible()
    await page.get_by_role("button", name="Preview").click()
    await expect(page.locator(".article-preview strong")).to_have_text("30 days")
    await page.get_by_label("Another language").select_option("hr")
    await field(page, "Title").fill("Kako mogu vratiti narudžbu?")
    await page.get_by_role("button", name="Write").click()
    await field(page, "Answer").fill("Imate 30 dana.")
    await save(page)
    await expect(listed(page, "How do I return something?")).to_contain_text("en, hr")

    customer = await (await open_context(locale="hr-HR", java_script_enabled=False)).new_page()
    await customer.goto(f"{open_desk.url}/help")
    await customer.get_by_role("searchbox").fill("vracanje narudzbe")
    await customer.get_by_role("button", name="Traži").click()
    await customer.get_by_role("link", name="Kako mogu vratiti narudžbu?").click()
    await expect(customer.get_by_text("Imate 30 dana.")).to_be_visible()
    await customer.get_by_role("button", name="Ne", exact=True).click()
    await expect(customer.get_by_text("Napisat ćemo to bolje.")).to_be_visible()
    await customer.get_by_role("link", name="English").click()
    await expect(customer.locator("strong")).to_have_text("30 days")


async def test_who_saves_later_chooses_whose_words_hold(open_desk: Desk, page: Page):
    made = await post(page, open_desk, "/articles", RETURNS)
    where = f"/articles/{made['id']}"
    await go(page, open_desk, f"/{made['id']}")
    await field(page, "Answer").fill("Mine.")
    theirs = {"texts": [{**RETURNS["texts"][0], "body": "Theirs."}], "revision": 1}
    await post(page, open_desk, where, theirs, "PUT")
    await page.get_by_role("button", name="Save", exact=True).click()
    await expect(page.get_by_text("Somebody else changed this article")).to_be_visible()
    await expect(field(page, "Answer")).to_have_value("Mine.")
    await page.get_by_role("button", name="Take theirs").click()
    await expect(field(page, "Answer")).to_have_value("Theirs.")

    await field(page, "Answer").fill("Mine after all.")
    await post(page, open_desk, where, {**theirs, "human_only": True, "revision": 2}, "PUT")
    await page.get_by_role("button", name="Save", exact=True).click()
    await page.get_by_role("button", name="Save mine over it").click()
    await expect(page.get_by_text("Saved. The bot learns it.").last).to_be_visible()
    await page.get_by_role("button", name="Earlier versions").click()
    await page.get_by_text("Version 2", exact=True).click()
    await page.get_by_role("button", name="Take it up again").last.click()
    await expect(field(page, "Answer")).to_have_value("Theirs.")


async def test_an_article_is_archived_and_comes_back(open_desk: Desk, page: Page):
    await post(page, open_desk, "/articles", RETURNS)
    await go(page, open_desk)
    await listed(page, "How do I return").click()
    await page.get_by_role("button", name="Archive").click()
    await expect(page.get_by_text("This article is archived")).to_be_visible()
    await expect(listed(page, "How do I return")).to_have_count(0)
    await page.get_by_label("Which articles").select_option("archived")
    await expect(listed(page, "How do I return")).to_be_visible()
    await page.get_by_role("button", name="Restore").click()
    await expect(field(page, "Title")).to_have_value("How do I return something?")


async def test_articles_are_imported_after_a_look_at_them(
    open_desk: Desk, page: Page, tmp_path: Path
):
    table = tmp_path / "articles.csv"
    table.write_text("title,body\nDo you ship to Norway?,Not yet.\nEmpty,\n")
    await go(page, open_desk)
    await page.get_by_role("button", name="Import").click()
    await page.locator("input[type=file]").first.set_input_files(table)
    await expect(page.get_by_text("articles.csv:3")).to_be_visible()
    await expect(listed(page, "Norway")).to_have_count(0)
    await page.get_by_role("button", name="Import 1 article").click()
    await expect(listed(page, "Do you ship to Norway?")).to_be_visible()


async def test_files_are_shown_in_the_answer(open_desk: Desk, page: Page, tmp_path: Path):
    picture = tmp_path / "our label.png"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n")
    made = await post(page, open_desk, "/articles", RETURNS)
    await go(page, open_desk, f"/{made['id']}")
    await page.locator("input[type=file]").set_input_files(picture)
    await page.get_by_role("button", name="Put our label.png into the answer").click()
    await save(page)

    found = await page.context.request.get(f"{open_desk.url}/help/{made['slug']}")
    assert f'src="/help/{made["slug"]}/files/our%20label.png"' in await found.text()


async def test_an_agent_reads_what_supervisors_write(
    open_desk: Desk, page: Page, open_context: OpenContext
):
    made = await post(page, open_desk, "/articles", RETURNS)
    await open_desk.hire("Ada Byron", Role.AGENT)
    context = await open_context()
    await enter(context, open_desk.url, "ada")
    ada = await context.new_page()
    await go(ada, open_desk)
    await ada.get_by_label("Search articles").fill("returning")
    await listed(ada, "How do I return something?").click()
    await expect(ada.locator(".article-text strong")).to_have_text("30 days")
    await expect(ada.get_by_role("button", name="Archive")).to_have_count(0)

    changed = {"texts": [{**RETURNS["texts"][0], "body": "You have **a year**."}], "revision": 1}
    await post(page, open_desk, f"/articles/{made['id']}", changed, "PUT")
    await expect(ada.locator(".article-text strong")).to_have_text("a year")


async def test_everybody_can_use_it(open_desk: Desk, page: Page):
    old = {**RETURNS, "review_by": "2020-01-01"}
    made = await post(page, open_desk, "/articles", old)
    eyes = Eyes(page)
    await go(page, open_desk, f"/{made['id']}")
    await expect(page.get_by_text("Somebody should look")).to_be_visible()
    await eyes.look("the editor")
    await page.get_by_role("button", name="Import").click()
    await eyes.look("an import")
    await page.keyboard.press("Escape")
    await page.get_by_role("button", name="It still holds").click()
    await expect(page.get_by_text("Somebody should look")).to_have_count(0)
    await page.set_viewport_size({"width": 360, "height": 740})
    shown = page.get_by_text("How do I return something?").locator("visible=true").first
    inbox, shared = f"/inbox/knowledge/{made['id']}", f"/help/{made['slug']}"
    for where in inbox, "/inbox/knowledge", "/help", shared:
        await page.goto(f"{open_desk.url}{where}")
        await expect(shown).to_be_visible()
        assert not await page.evaluate(WIDER), where

    assert {} == eyes.found


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_everybody_can_read_the_help_page(
    open_desk: Desk, page: Page, open_context: OpenContext, scheme: str
):
    await post(page, open_desk, "/articles", RETURNS)
    context = await open_context(color_scheme=scheme, bypass_csp=True)
    customer = await context.new_page()
    eyes = Eyes(customer)
    for where in "/help", "/help/how-do-i-return-something", "/help/search?q=return", "/help/none":
        await customer.goto(f"{open_desk.url}{where}")
        await eyes.look(where)

    assert {} == eyes.found
