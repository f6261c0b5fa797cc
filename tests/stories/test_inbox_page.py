"""An agent works in the inbox page, in a real browser."""

from playwright.async_api import Page, expect


async def test_it_shows_what_arrives(open_desk, inbox: Page):
    await inbox.goto(f"{open_desk.url}/inbox/unassigned")
    await open_desk.customer_says("Where is my order?")

    await expect(inbox.get_by_role("option")).to_contain_text("Where is my order?")
    await inbox.keyboard.press("j")
    await inbox.keyboard.press("Enter")
    await expect(inbox.locator(".message .text")).to_have_text("Where is my order?")
