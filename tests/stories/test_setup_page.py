"""Somebody who never saw TOML sets up who answers, in a real browser."""

import re
from typing import Any

import pytest
from playwright.async_api import Locator, Page, expect

from inbox.model import Role
from tests.stories.conftest import Desk, OpenContext, enter
from tests.stories.test_inbox_for_everybody import Eyes

SETUP = {
    "skills": ["billing"],
    "usual": "Support",
    "hours": {"Office": {"weekly": {"mon-fri": ["09:00-17:00"]}, "zone": "Europe/Zagreb"}},
    "queues": {"Support": {"hours": "Office"}, "Billing": {"needs": [{"skill": "billing"}]}},
    "rules": {
        "rule": [
            {
                "name": "Bills",
                "when": {"words": ["invoice"], "customer": {"orders": {"at_least": 0}}},
                "then": {"queue": "Billing"},
            }
        ]
    },
}


@pytest.fixture
async def page(open_desk: Desk, open_context: OpenContext) -> Page:
    """Grace's page; she is an administrator."""
    context = await open_context(color_scheme="light", reduced_motion="reduce")
    await enter(context, open_desk.url)
    return await context.new_page()


async def go(page: Page, desk: Desk, part: str = "") -> None:
    await page.goto(f"{desk.url}/inbox/setup{part}")
    await expect(page.get_by_role("heading", name="Queues and rules")).to_be_visible()


def part(page: Page, name: str) -> Locator:
    """Find a part of the setup in the list of them."""
    return page.locator(".setup-parts").get_by_role("link", name=name)


async def put(page: Page, desk: Desk, path: str, data: Any) -> Any:
    """Do something without the page for it, as programs do."""
    where = f"{desk.url}/api{path}"
    answer = await page.context.request.put(where, data=data, headers={"Origin": desk.url})
    assert answer.ok, await answer.text()
    return await answer.json()


async def got(page: Page, desk: Desk, path: str) -> Any:
    return await (await page.context.request.get(f"{desk.url}/api{path}")).json()


async def save(page: Page, note: str) -> None:
    await page.get_by_label("What changes, for the record").fill(note)
    await page.get_by_role("button", name="Save", exact=True).click()
    await expect(page.get_by_text("Saved. It holds from now on.").last).to_be_visible()
    await expect(page.get_by_role("button", name="Save", exact=True)).to_have_count(0)


async def test_a_queue_with_people_and_hours_without_any_toml(open_desk: Desk, page: Page):
    await open_desk.hire("Ada Byron", Role.AGENT)
    await go(page, open_desk)

    await page.get_by_role("button", name="Add the first queue").click()
    await page.get_by_label("Name", exact=True).fill("Bills & refunds")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="Bills & refunds")).to_be_visible()
    await page.get_by_role("button", name="Add opening hours").click()
    await expect(page.get_by_role("heading", name="Office")).to_be_visible()
    await page.get_by_role("button", name="Add hours on Saturday").click()
    await page.get_by_label("Saturday, closes (1)").fill("12:00")
    await part(page, "Bills & refunds").click()
    await page.get_by_role("link", name="Handing out").click()
    await page.get_by_label("Open", exact=True).select_option("Office")
    await save(page, "We begin.")

    await page.get_by_role("link", name="People", exact=True).click()
    await page.get_by_label("Add somebody").select_option("Ada Byron")
    await expect(page.get_by_label("How Ada Byron belongs to it")).to_have_value("primary")
    held = await got(page, open_desk, "/setup")
    queues = (await got(page, open_desk, "/queues"))["items"]
    assert "We begin." == held["note"]
    assert "Bills & refunds" == held["setup"]["usual"]
    assert "Office" == held["setup"]["queues"]["Bills & refunds"]["hours"]
    weekly = held["setup"]["hours"]["Office"]["weekly"]
    assert {"mon-fri": ["09:00-17:00"], "sat": ["09:00-12:00"]} == weekly
    assert ["primary"] == [one["membership"] for one in queues[0]["members"]]


async def test_a_rule_is_written_tried_on_the_past_and_saved(open_desk: Desk, page: Page):
    await open_desk.customer_says("Where is my refund?", by="post", subject="Invoice 4711")
    await open_desk.heard(1)
    await put(page, open_desk, "/setup", {"setup": SETUP | {"rules": {}}})
    await go(page, open_desk, "/rules")

    await page.get_by_role("button", name="Add a rule").click()
    await page.get_by_label("Name", exact=True).fill("Refunds")
    await page.get_by_label("Add a condition").select_option("it says one of these words")
    await page.get_by_label("it says one of these words", exact=True).fill("refund\nmoney back")
    await page.get_by_label("it goes to", exact=True).select_option("Billing")
    await page.get_by_label("with priority").select_option("high")
    await page.get_by_role("button", name="Try on past conversations").click()
    await expect(page.get_by_text("1 conversation: 1 would go elsewhere.")).to_be_visible()
    await page.get_by_role("button", name="Refunds. Why: Ada Lovelace").click()
    await expect(page.get_by_text("fits: It says 'refund'.")).to_be_visible()
    await save(page, "Refunds first.")

    rule = (await got(page, open_desk, "/setup"))["setup"]["rules"]["rule"][0]
    assert ["refund", "money back"] == rule["when"]["words"]
    assert ("Billing", "high") == (rule["then"]["queue"], rule["then"]["priority"])


async def test_a_mistake_leads_to_where_it_stands(open_desk: Desk, page: Page):
    await put(page, open_desk, "/setup", {"setup": SETUP})
    await go(page, open_desk, "/queues/Billing/late")

    await page.get_by_role("button", name="Add a step").click()
    await page.get_by_label("Then", exact=True).select_option("they get the reply below")
    await page.get_by_label("Most who may wait").fill("0")
    await expect(page.locator(".verdict")).to_contain_text("A queue has room for at least one.")
    await part(page, "The whole desk").click()
    await page.get_by_role("button", name="Show me").click()
    await expect(page.locator("[data-field='queues.Billing.limit'] .why")).to_be_visible()
    await page.get_by_role("button", name="Save", exact=True).click()
    await expect(page.locator(".verdict")).to_contain_text("Queue Billing")
    assert 1 == (await got(page, open_desk, "/setup"))["id"]
    await page.get_by_label("Most who may wait").fill("9")
    await expect(page.locator(".verdict")).to_contain_text("Not saved yet")
    await save(page, "Nine may wait.")


async def test_what_is_written_as_text_shows_everywhere(open_desk: Desk, page: Page):
    await put(page, open_desk, "/setup", {"setup": SETUP})
    await go(page, open_desk, "/text")
    field = page.get_by_label("The setup in TOML")

    await expect(field).to_have_value(pattern("[queues.Billing]"))
    await field.fill('usual = "Sales"\n\n[queues.Sales]\nlimit = "many"\n')
    await expect(page.get_by_role("alert")).to_contain_text("queues.Sales.limit")
    await field.fill('usual = "Sales"\n\n[queues.Sales]\n')
    await expect(part(page, "Sales")).to_be_visible()
    await page.get_by_role("button", name="Discard").click()
    await expect(part(page, "Billing")).to_be_visible()
    await expect(field).to_have_value(pattern("[queues.Billing]"))


async def test_a_queue_is_renamed_and_another_removed(open_desk: Desk, page: Page):
    await put(page, open_desk, "/setup", {"setup": SETUP})
    before = {one["name"]: one["id"] for one in (await got(page, open_desk, "/queues"))["items"]}
    await go(page, open_desk, "/queues/Billing")

    await page.get_by_label("Name", exact=True).fill("Money")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="Money")).to_be_visible()
    await part(page, "Support").click()
    await page.get_by_role("button", name="Remove this queue").click()
    await expect(page.get_by_label("Its conversations go to")).to_have_value("Money")
    await page.get_by_role("dialog").get_by_role("button", name="Remove this queue").click()
    await save(page, "One queue is enough.")
    after = (await got(page, open_desk, "/queues"))["items"]
    assert [("Money", before["Billing"])] == [(one["name"], one["id"]) for one in after]
    held = (await got(page, open_desk, "/setup"))["setup"]
    assert ("Money", "Money") == (held["usual"], held["rules"]["rule"][0]["then"]["queue"])


async def test_skills_and_an_earlier_version(open_desk: Desk, page: Page):
    first = await put(page, open_desk, "/setup", {"setup": SETUP, "note": "the first"})
    await put(page, open_desk, "/setup", {"setup": SETUP | {"misses": 5}, "base": first["id"]})
    await go(page, open_desk, "/people")

    await page.get_by_role("group", name="Grace Hopper").get_by_label("billing").select_option("4")
    await expect(page.get_by_text("Saved: Grace Hopper.")).to_be_visible()
    skills = (await got(page, open_desk, "/agents/skills"))["items"]
    assert {"billing": 4} == skills[0]["skills"]
    await part(page, "Versions").click()
    await page.get_by_role("button", name=f"Show #{first['id']}").click()
    await page.get_by_role("button", name="Take it up again").click()
    await save(page, "Back to the first.")
    assert 2 == (await got(page, open_desk, "/setup"))["setup"]["misses"]


async def test_nobody_is_shut_out_of_the_setup(open_desk: Desk, page: Page):
    eyes = Eyes(page)
    await go(page, open_desk)
    await eyes.look("nothing yet")
    await put(page, open_desk, "/setup", {"setup": SETUP})
    for where in (
        "queues/Billing",
        "queues/Billing/offers",
        "queues/Support/promises",
        "queues/Support/late",
        "queues/Support/after",
        "hours/Office",
        "people",
        "rules",
        "desk",
        "text",
        "versions",
    ):
        await go(page, open_desk, f"/{where}")
        await expect(page.locator(".setup-body")).to_be_visible()
        if where == "rules":
            await page.locator(".ruling-open").click()
        await eyes.look(where)

    assert {} == eyes.found


def pattern(text: str) -> Any:
    return re.compile(re.escape(text))
