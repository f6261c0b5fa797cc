"""A supervisor reads how the week went, and opens the very conversations behind a figure."""

from datetime import timedelta
from typing import Any

import pytest
from playwright.async_api import Page, expect

from inbox.actions.conversation import assign, resolve
from inbox.actions.reply import reply
from inbox.model import AgentId, Role
from inbox.store import Unit
from tests.agents_ui import scenes
from tests.stories.conftest import Desk, OpenContext, enter
from tests.stories.test_inbox_for_everybody import Eyes

GRACE = AgentId(1)
NAMES = ("Ada", "Linus", "Margaret", "Alan", "Edsger")


def a_week(unit: Unit, who: AgentId) -> None:
    """Let a week have passed, in which more came every day and half of it was answered."""
    now, noon = unit.now, unit.now.replace(hour=12)
    for day in range(6, 0, -1):
        for number in range(9 - day):
            name = NAMES[number % len(NAMES)]
            unit.now = noon - timedelta(days=day, minutes=20 * number)
            talk = scenes.write_in(unit, f"Order {day}{number} is late.", name=name, subject=None)
            if number % 2:
                continue
            unit.now += timedelta(minutes=3 + 4 * number)
            agent = GRACE if number % 4 else who
            assign(unit, talk, agent, by=agent)
            reply(unit, talk, "It arrives tomorrow.", by=agent)
            resolve(unit, talk, by=agent)
    unit.now = now


@pytest.fixture
async def page(open_desk: Desk, open_context: OpenContext) -> Page:
    """Grace's page, where the reports are."""
    who = await open_desk.hire("Katherine Johnson", Role.AGENT)
    await open_desk.desk.write(a_week, who)
    context = await open_context(color_scheme="light", reduced_motion="reduce")
    await enter(context, open_desk.url)
    page = await context.new_page()
    await page.goto(f"{open_desk.url}/inbox/reports")
    await expect(page.get_by_role("heading", name="Reports")).to_be_visible()
    return page


async def test_a_figure_is_read_taken_apart_and_opened(open_desk: Desk, page: Page):
    opened = page.locator("[data-figure='opened']")
    await expect(opened).to_have_text("33")

    # What it counts is said, beside its days and the conversations behind it.
    await page.get_by_role("link", name="First response time").click()
    await expect(page.locator(".report-definition")).to_contain_text("a customer's first message")
    await expect(page.locator(".report-parts tbody tr")).to_have_count(7)
    await expect(page.locator(".report-row")).to_have_count(18)

    # Who answered: a part is chosen by keyboard, and only its conversations are left.
    await page.get_by_text("Agent", exact=True).click()
    part = page.get_by_role("button", name="Katherine Johnson")
    await part.press("Enter")
    await expect(part).to_have_attribute("aria-pressed", "true")
    await expect(page.locator(".report-behind header")).to_contain_text("Only Katherine Johnson")
    first = page.locator(".report-row").first
    await expect(first).to_contain_text("19 min")
    await first.click()
    await expect(page.locator(".message .text").last).to_have_text("It arrives tomorrow.")


async def test_nobody_is_shut_out_of_the_reports(page: Page):
    eyes = Eyes(page)
    await expect(page.locator(".report-tile").first).to_be_visible()
    await eyes.look("figures")
    await page.get_by_role("link", name="Conversations opened").click()
    await expect(page.locator(".report-row").first).to_be_visible()
    await eyes.look("a figure")
    await page.set_viewport_size({"width": 360, "height": 740})
    await eyes.look("a figure on a telephone")
    wide: Any = await page.evaluate("document.documentElement.scrollWidth")

    assert ({}, 360) == (eyes.found, wide)


async def test_agents_are_told_that_reports_are_not_theirs(
    open_desk: Desk, open_context: OpenContext
):
    await open_desk.hire("Katherine Johnson", Role.AGENT)
    context = await open_context()
    await enter(context, open_desk.url, "katherine")
    page = await context.new_page()
    await page.goto(f"{open_desk.url}/inbox/reports")

    await expect(page.locator(".blank-title")).to_be_visible()
    await expect(page.get_by_role("link", name="Reports")).to_have_count(0)
