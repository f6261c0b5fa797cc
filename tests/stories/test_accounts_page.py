"""An administrator adds, tries, pauses and watches over accounts, in a real browser."""

import json
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from inbox.model import Role
from tests.servers import telegram as telegrams
from tests.servers import twilio as texts
from tests.stories.conftest import Desk, OpenContext, enter, until
from tests.stories.test_inbox_for_everybody import Eyes

RECORDINGS = Path(__file__).parents[1] / "channels" / "telegram"


@pytest.fixture
async def telegram() -> AsyncIterator[telegrams.FakeTelegram]:
    async with telegrams.fake_telegram() as telegram:
        yield telegram


@pytest.fixture
async def twilio() -> AsyncIterator[texts.FakeTwilio]:
    async with texts.running_twilio() as twilio:
        yield twilio


@pytest.fixture
async def page(open_desk: Desk, open_context: OpenContext) -> Page:
    """Grace's page, where the accounts are."""
    context = await open_context(color_scheme="light", reduced_motion="reduce")
    await enter(context, open_desk.url)
    page = await context.new_page()
    await page.goto(f"{open_desk.url}/inbox/accounts")
    await expect(page.get_by_role("heading", name="Accounts")).to_be_visible()
    return page


async def add_bot(
    page: Page, telegram: telegrams.FakeTelegram, token: str = telegrams.TOKEN
) -> None:
    """Add a Telegram bot by its form."""
    await page.get_by_role("link", name="Add an account").click()
    await page.get_by_role("link", name="Telegram").click()
    await page.get_by_label("Account name").fill("bot")
    await page.get_by_label("Token", exact=False).first.fill(token)
    await page.get_by_label("API URL").fill(telegram.url)
    await page.get_by_label("Poll seconds").fill("1")
    await page.get_by_role("button", name="Add the account").click()
    await expect(page.get_by_role("heading", name="bot", exact=True)).to_be_visible()


async def tab(page: Page, name: str) -> None:
    await page.get_by_role("link", name=name, exact=True).click()


async def test_an_account_is_added_tried_watched_and_paused(
    open_desk: Desk, page: Page, telegram: telegrams.FakeTelegram
):
    await add_bot(page, telegram)
    await expect(page.locator(".account-row[data-state='fine']", has_text="bot")).to_be_visible()

    # It works: it is asked, it sends a test, and what customers write arrives.
    await page.get_by_role("button", name="Check").click()
    await expect(page.locator(".checks li").first).to_be_visible()
    await page.get_by_label("Send me a test").fill("4711")
    await page.get_by_role("button", name="Send the test").click()
    await expect(page.locator(".tested.fine")).to_be_visible()
    telegram.tell(json.loads((RECORDINGS / "text.json").read_text()))
    await open_desk.heard(1)
    await expect(page.locator(".figures div", has_text="Last heard")).not_to_contain_text("never")

    # What was said with Telegram can be read, but for the secrets.
    await tab(page, "Exchanges")
    row = page.locator("tr", has_text="sendMessage")
    await row.get_by_role("button").click()
    await expect(page.locator(".exchange-detail")).to_contain_text("4711")
    assert telegrams.TOKEN not in await page.content()

    # Where everything went.
    await tab(page, "Ledger")
    await expect(page.locator("[data-row='stored'] td")).to_have_text("1")

    # A secret is replaced, never read.
    await tab(page, "Settings")
    await expect(page.get_by_text("A value is kept")).to_be_visible()
    assert telegrams.TOKEN not in await page.content()
    groups = page.get_by_role("switch", name="Groups")
    await expect(groups).to_be_checked()
    await groups.uncheck()
    await page.get_by_role("button", name="Save").click()
    await expect(page.locator(".toast", has_text="Saved")).to_be_visible()

    await page.get_by_role("button", name="Pause").click()
    await expect(page.locator(".thread-head .light.paused")).to_be_visible()
    await page.get_by_role("button", name="Resume").click()
    await expect(page.locator(".thread-head .light.fine")).to_be_visible()
    await page.get_by_role("button", name="Archive").click()
    await page.get_by_role("dialog").get_by_role("button", name="Archive").click()
    await expect(page.locator(".account-row", has_text="bot")).to_have_count(0)
    await page.get_by_role("button", name="Show 1 archived account").click()
    await expect(page.locator(".account-row[data-state='archived']")).to_contain_text("bot")


async def test_a_mistake_is_told_where_it_was_made(page: Page):
    await page.get_by_role("link", name="Add an account").click()
    await page.get_by_role("link", name="SMS").click()
    await page.get_by_label("Account name").fill("texts")
    await page.get_by_label("Account SID").fill(texts.ACCOUNT)
    await page.get_by_label("Auth token").fill(texts.TOKEN)
    await page.get_by_label("Numbers").fill("600 100")
    await page.get_by_role("button", name="Add the account").click()

    await expect(page.locator(".account-form [role='alert']")).not_to_be_empty()


async def test_trouble_is_told_to_everybody_and_leads_to_the_account(
    page: Page, telegram: telegrams.FakeTelegram
):
    await add_bot(page, telegram, token="123456789:AAWrongWrongWrongWrongWrongWrongWrongWr")
    banner = page.locator(".banner.trouble")
    await expect(banner).to_contain_text("bot")
    await page.goto(page.url.replace("/accounts/", "/mine#"))
    await banner.get_by_role("link", name="Look at it").click()

    await expect(page.locator(".trouble-box")).to_be_visible()


async def test_what_a_lost_webhook_hid_is_found_by_comparing(
    open_desk: Desk, page: Page, twilio: texts.FakeTwilio
):
    context = page.context.request
    settings = {
        "account_sid": texts.ACCOUNT,
        "auth_token": texts.TOKEN,
        "numbers": [texts.OURS],
        "base_url": twilio.url,
    }
    made = await context.post(
        f"{open_desk.url}/api/accounts",
        data={"kind": "sms", "name": "texts", "settings": settings},
        headers={"Origin": open_desk.url},
    )
    assert made.ok, await made.text()
    asked = ("GET", f"/2010-04-01/Accounts/{texts.ACCOUNT}/Messages.json")
    await until(lambda: asked in twilio.calls, "the account to look for itself")
    twilio.incoming("Is my bowl fired?", ago=timedelta(hours=1))  # and no webhook comes
    await page.goto(f"{open_desk.url}/inbox/accounts/{(await made.json())['id']}/ledger")
    await page.get_by_role("button", name="Compare with the provider").click()
    await expect(page.locator(".compared")).to_contain_text("1 was missing and is here now")
    await open_desk.heard(1)

    await expect(page.locator(".compared")).to_contain_text("holds 1")


async def test_supervisors_look_and_agents_do_not(open_desk: Desk, open_context: OpenContext):
    await open_desk.hire("Ida Rhodes", Role.SUPERVISOR)
    await open_desk.hire("Mary Shelley", Role.AGENT)
    context = await open_context()
    await enter(context, open_desk.url, "ida")
    page = await context.new_page()
    await page.goto(f"{open_desk.url}/inbox/accounts")
    await page.locator(".account-row", has_text="support").click()
    await expect(page.get_by_text("How it is")).to_be_visible()
    await expect(page.get_by_role("link", name="Add an account")).to_have_count(0)
    await expect(page.get_by_role("button", name="Pause")).to_have_count(0)

    other = await open_context()
    await enter(other, open_desk.url, "mary")
    theirs = await other.new_page()
    await theirs.goto(f"{open_desk.url}/inbox/mine")
    await expect(theirs.get_by_role("link", name="Mine")).to_be_visible()
    await expect(theirs.get_by_role("link", name="Accounts")).to_have_count(0)


async def test_nobody_is_shut_out_of_the_accounts(page: Page, telegram: telegrams.FakeTelegram):
    eyes = Eyes(page)
    await eyes.look("the accounts")
    await page.get_by_role("link", name="Add an account").click()
    await expect(page.locator(".kinds li").first).to_be_visible()
    await eyes.look("the kinds")
    await page.get_by_role("link", name="Email A mailbox").click()
    await expect(page.get_by_label("Account name")).to_be_visible()
    await eyes.look("a form with groups")
    await page.get_by_role("button", name="Cancel").click()
    await add_bot(page, telegram)
    await until(lambda: telegram.named("getUpdates"), "the bot to listen")
    await eyes.look("an account")
    for name in ("Settings", "Exchanges", "Ledger"):
        await tab(page, name)
        await expect(page.locator(".account-form, .exchanges, .ledger")).to_be_visible()
        await eyes.look(name)
    await page.get_by_role("button", name="Archive").click()
    await eyes.look("a question")

    assert {} == eyes.found
