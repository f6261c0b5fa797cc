"""A supervisor plays what came through what is written, before it holds; in a real browser."""

from playwright.async_api import expect

from tests.stories.conftest import Desk, OpenContext, enter
from tests.stories.test_inbox_for_everybody import Eyes
from tests.stories.test_setup_page import SETUP, go, pattern, put


async def test_what_came_is_played_through_what_is_written(
    open_desk: Desk, open_context: OpenContext
):
    context = await open_context(color_scheme="light", reduced_motion="reduce")
    await enter(context, open_desk.url)
    page = await context.new_page()
    eyes = Eyes(page)
    await put(page, open_desk, "/setup", {"setup": SETUP | {"rules": {}}})
    await open_desk.customer_says("Where is my refund?", by="post", subject="Invoice 4711")
    await open_desk.heard(1)

    await go(page, open_desk, "/text")
    field = page.get_by_label("The setup in TOML")
    await expect(field).to_have_value(pattern("[queues.Billing]"))
    text = await field.input_value()
    await field.fill(text.replace('usual = "Support"', 'usual = "Billing"'))
    await expect(page.get_by_text("Not saved yet")).to_be_visible()
    await page.get_by_role("link", name="Rehearsal").click()
    await page.get_by_label("What came").select_option("The last 24 hours")
    await page.get_by_role("button", name="Rehearse", exact=True).click()

    different = page.locator("[data-lines='differences']")
    await expect(different).to_contain_text("1 would go to Billing instead of Support.")
    row = page.locator("[data-queue='Billing']").get_by_role("row", name="As written here")
    await expect(row.get_by_role("cell").first).to_have_text("1")
    await expect(page.get_by_role("table").last).to_contain_text("No rule speaks of it.")
    await eyes.look("rehearsal")
    assert {} == eyes.found

    await page.get_by_label("What came").select_option("Another day")
    await page.get_by_label("Day", exact=True).fill("2031-01-01")
    await page.get_by_role("button", name="Rehearse", exact=True).click()
    await expect(page.get_by_role("alert")).to_contain_text("has not begun yet")
