"""A day at the desk: the same person comes by every channel, and is answered on the right one."""

import json
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page, expect

from config import app
from config.settings import DeskSettings, Settings, WebSettings
from inbox.actions.calling import set_phone
from inbox.desk import utc_now
from tests.servers import telegram as telegrams
from tests.servers import twilio as texts
from tests.servers import twilio_voice as voices
from tests.servers.dovecot import free_ports
from tests.stories.conftest import Desk, OpenContext, enter, go, messages, open_first, until
from tests.stories.test_inbox_for_everybody import Eyes

RECORDINGS = Path(__file__).parents[1] / "channels" / "telegram"
CUSTOMER = "+48600100200"
GRACE = "+48600100900"  # where she is rung when she does not speak in her browser
TEMPLATE = {
    "friendly_name": "Order is ready",
    "language": "en",
    "variables": {"1": "a name"},
    "types": {"twilio/text": {"body": "Hello {{1}}, your order is ready."}},
    "approval_requests": {"status": "approved", "name": "order_ready", "category": "UTILITY"},
}


class Day:
    """The desk, its providers, and what Ines does on each of them."""

    def __init__(
        self,
        desk: Desk,
        telegram: telegrams.FakeTelegram,
        twilio: texts.FakeTwilio,
        calls: voices.FakeVoice,
    ) -> None:
        self.desk = desk
        self.telegram = telegram
        self.twilio = twilio
        self.calls = calls
        self.updates = count(1)

    def writes_by_telegram(self, name: str, **message: Any) -> None:
        """Let one of the recorded updates happen, its message changed as told."""
        told = json.loads((RECORDINGS / f"{name}.json").read_text())
        told["update_id"] = next(self.updates)
        for kind in ("message", "edited_message"):
            if kind in told:
                told[kind] |= message | ({"entities": []} if "text" in message else {})
        self.telegram.tell(told)

    async def writes_by_text(self, words: str, **more: Any) -> None:
        url = f"{self.desk.url}/channels/texts/messages"
        status = await self.twilio.post(url, self.twilio.incoming(words, **more))
        assert status < 300


OpenDay = Callable[..., Awaitable[Day]]


@pytest.fixture
async def open_day(built: Path, sqlite_template: Path, tmp_path: Path) -> AsyncIterator[OpenDay]:
    """Open a desk whose channels talk with stand-ins of their providers; Grace works there."""
    async with AsyncExitStack() as stack:
        telegram = await stack.enter_async_context(telegrams.fake_telegram())
        twilio = await stack.enter_async_context(texts.running_twilio())
        calls = await stack.enter_async_context(voices.running_voice(utc_now))

        async def opened(*names: str) -> Day:
            shutil.copy(sqlite_template, tmp_path / "desk.db")
            (port,) = free_ports(1)
            every = accounts(telegram.url, twilio.url, calls.url)
            settings = Settings(
                desk=DeskSettings(
                    database=f"sqlite:///{tmp_path}/desk.db",
                    files=str(tmp_path / "files"),
                    public_url=f"http://127.0.0.1:{port}",
                ),
                web=WebSettings(port=port, shutdown_seconds=2.0),
                account={name: every[name] for name in names},
            )
            house = await stack.enter_async_context(app.opened(settings))
            calls.desk = f"{house.url}/channels/phone"
            desk = Desk(house)
            grace = await desk.hire("Grace Hopper")
            await desk.desk.write(set_phone, grace, GRACE)
            return Day(desk, telegram, twilio, calls)

        yield opened


def accounts(telegram: str, twilio: str, calls: str) -> dict[str, dict[str, Any]]:
    at_twilio = {"account_sid": texts.ACCOUNT, "auth_token": texts.TOKEN, "base_url": twilio}
    return {
        "bot": {
            "kind": "telegram",
            "token": telegrams.TOKEN,
            "api_url": telegram,
            "poll_seconds": 5,
        },
        "texts": {"kind": "sms", "numbers": [texts.OURS], **at_twilio},
        "whatsapp": {"kind": "whatsapp", "numbers": [texts.OURS], **at_twilio},
        "phone": {
            "kind": "voice",
            "account_sid": voices.ACCOUNT,
            "auth_token": voices.TOKEN,
            "api_key_sid": voices.KEY,
            "api_key_secret": voices.KEY_SECRET,
            "number": voices.OURS,
            "base_url": calls,
        },
    }


@pytest.fixture
async def page(open_context: OpenContext) -> Page:
    context = await open_context(color_scheme="light", reduced_motion="reduce")
    return await context.new_page()


async def begin_day(page: Page, day: Day) -> None:
    await enter(page.context, day.desk.url)
    await go(page, day.desk, "unassigned")


async def say(page: Page, text: str) -> None:
    """Write and send a reply."""
    await page.locator("#composer-text").fill(text)
    await page.locator("#composer-text").press("Control+Enter")


# --- the same person ------------------------------------------------------------------------
async def test_a_person_who_comes_by_three_ways_is_one_and_answered_on_any(
    open_day: OpenDay, page: Page
):
    day = await open_day("bot", "texts", "phone")
    await begin_day(page, day)
    document = await page.request.get(f"{day.desk.url}/inbox/mine")
    assert "microphone=(self)" in document.headers["permissions-policy"]

    # She writes to the bot, and changes her mind about a word.
    day.writes_by_telegram("text", text="My bowl arrived cracked.")
    await open_first(page, "My bowl arrived cracked.")
    day.writes_by_telegram("edited", text="My large bowl arrived cracked.")
    await expect(page.locator(".message .text")).to_have_text("My large bowl arrived cracked.")
    await expect(page.locator(".edited")).to_have_text("edited")

    # Then she sends a text from her telephone: for the desk that is somebody else.
    await day.writes_by_text("It is Ines, I wrote to your bot.")
    row = page.get_by_role("option").filter(has_text="It is Ines")
    await row.click()
    await expect(page.locator(".way")).to_contain_text(f"to {CUSTOMER}")

    # Grace knows better.
    await page.get_by_role("button", name="Same person as …").click()
    dialog = page.get_by_role("dialog", name="These are the same person")
    await dialog.get_by_label("Find the other record").fill("Ines")
    await dialog.get_by_role("button", name="Ines Duarte").click()
    await expect(dialog.locator(".two b")).to_have_text([CUSTOMER, "Ines Duarte"])
    await expect(dialog.locator(".moves")).to_contain_text("1 conversation")
    await dialog.get_by_label("How do you know?").fill("She said so by text")
    await dialog.get_by_role("button", name="Merge").click()
    await expect(page.get_by_role("heading", name="Ines Duarte").first).to_be_visible()
    await expect(page.locator(".identities li")).to_have_count(2)
    await expect(page.locator(".timeline")).to_contain_text("My large bowl arrived cracked.")

    # Now she calls, and Grace takes it on her own telephone.
    caller = await day.calls.call(CUSTOMER)
    rings = page.get_by_role("alertdialog")
    await expect(rings).to_contain_text("is calling")
    await rings.get_by_role("button", name="Ring my phone").click()
    telephone = await until(lambda: day.calls.ringing(GRACE), "a telephone to ring")
    await telephone.answer()
    await telephone.press("1")
    bar = page.get_by_role("region", name="Call", exact=True)
    await expect(bar).to_have_attribute("data-state", "talking")
    await bar.get_by_role("button", name="Hold").click()
    await expect(bar).to_have_attribute("data-state", "held")
    await bar.get_by_role("button", name="Take off hold").click()
    await expect(bar).to_have_attribute("data-state", "talking")
    await bar.get_by_role("link", name="Note").click()
    await expect(page.locator(".message .call")).to_contain_text("Incoming call")
    await caller.hang_up()
    await expect(bar).to_have_count(0)
    await expect(page.locator("[data-call='answered']")).to_contain_text("answered")

    # Whatever the way, the answer goes where Grace wants it to: to the bot.
    await page.get_by_role("button", name="Reply", exact=True).click()
    await page.locator("button.way").click()
    await page.locator(".one-way").filter(has_text="Telegram").click()
    await expect(page.locator("[data-way='telegram']")).to_be_visible()
    await say(page, "A new bowl leaves today.")
    await expect(messages(page, ".out[data-delivery='sent']")).to_contain_text("A new bowl")

    assert [("4711", "A new bowl leaves today.")] == [
        (str(one["chat_id"]), one["text"]) for one in day.telegram.sent
    ]
    assert [] == day.twilio.sent


# --- what a channel can -----------------------------------------------------------------------
async def test_telegram_has_quotes_buttons_emojis_and_second_thoughts(
    open_day: OpenDay, page: Page
):
    day = await open_day("bot")
    await begin_day(page, day)
    day.writes_by_telegram("text", text="Is my bowl fired?")
    await open_first(page, "Is my bowl fired?")
    theirs = page.locator(".message.in")
    await theirs.hover()
    await theirs.get_by_role("button", name="Add a reaction").click()
    await theirs.get_by_role("button", name="React with 👍").click()
    await until(lambda: day.telegram.named("setMessageReaction"), "the emoji to arrive")
    await theirs.get_by_role("button", name="Reply to this").click()
    await page.get_by_role("button", name="Offer buttons").click()
    await page.get_by_role("textbox", name="Button 1").fill("Keep it")
    await page.get_by_role("button", name="Another button").click()
    await page.get_by_role("textbox", name="Button 2").fill("Send it")
    await say(page, "It is. Shall we keep it?")
    ours = messages(page, ".out[data-delivery='sent']")
    await expect(ours.locator(".answered")).to_contain_text("Is my bowl fired?")
    await expect(ours.locator(".offered li")).to_have_text(["Keep it", "Send it"])
    await ours.hover()
    await ours.get_by_role("button", name="Edit").click()
    await ours.get_by_label("Change the message").fill("It is. Shall we keep it for you?")
    await ours.get_by_role("button", name="Save").click()
    await until(lambda: day.telegram.named("editMessageText"), "the change to arrive")
    await ours.hover()
    await ours.get_by_role("button", name="Take back").click()
    await until(lambda: day.telegram.named("deleteMessage"), "it to be taken back")
    await expect(page.locator("[data-deleted]")).to_contain_text("Taken back by You")

    [sent] = day.telegram.named("sendMessage")
    assert "It is. Shall we keep it?" == sent["text"]
    assert 7 == sent["reply_parameters"]["message_id"]


async def test_a_doubtful_message_is_not_sent_twice_by_itself(open_day: OpenDay, page: Page):
    day = await open_day("bot")
    await begin_day(page, day)
    day.writes_by_telegram("text", text="Is my bowl fired?")
    await open_first(page, "Is my bowl fired?")
    day.telegram.fail("sendMessage", telegrams.Fault(cut=True))
    await say(page, "It is.")
    doubt = page.locator(".doubtful")
    await expect(doubt).to_contain_text("The line to Telegram broke")
    await doubt.get_by_role("button", name="It arrived").click()
    await expect(messages(page, ".out[data-delivery='sent']")).to_contain_text("It is.")

    assert 1 == len(day.telegram.named("sendMessage"))


async def test_a_text_message_shows_its_segments_before_it_is_paid(open_day: OpenDay, page: Page):
    day = await open_day("texts")
    await begin_day(page, day)
    await day.writes_by_text("Is my bowl fired?")
    await open_first(page, "Is my bowl fired?")
    field = page.locator("#composer-text")
    await field.fill("Yes. " * 40)
    await expect(page.locator(".tally")).to_have_attribute("data-segments", "2")
    await field.fill("Yes ★ come by")
    await expect(page.locator(".tally")).to_contain_text("“★” is no SMS character")
    await expect(page.locator(".tally")).to_have_attribute("data-segments", "1")
    await page.locator("#composer-files").set_input_files(
        {"name": "plan.zip", "mimeType": "application/zip", "buffer": b"PK" + bytes(40)}
    )

    await expect(page.locator(".file-link")).to_have_text("SMS does not carry it: a link is sent")


async def test_nobody_writes_to_whom_opted_out(open_day: OpenDay, page: Page):
    day = await open_day("texts")
    await begin_day(page, day)
    await day.writes_by_text("Is my bowl fired?")
    await open_first(page, "Is my bowl fired?")
    await day.writes_by_text("STOP")
    await expect(page.locator(".barrier")).to_contain_text("does not want to be written to")
    await expect(page.locator("#composer-text")).to_have_count(0)
    await expect(page.get_by_role("button", name="Send", exact=True)).to_be_disabled()
    await expect(page.locator(".consents .refused")).to_contain_text("opted out")

    await day.writes_by_text("START")
    await expect(page.locator("#composer-text")).to_be_visible()


async def test_outside_the_window_only_a_template_is_sent(open_day: OpenDay, page: Page):
    day = await open_day("texts", "whatsapp")
    day.twilio.contents.append({"sid": "HX" + "4" * 32, **TEMPLATE})
    await begin_day(page, day)
    await day.writes_by_text("Is my bowl fired?")
    await open_first(page, "Is my bowl fired?")
    await page.locator("button.way").click()
    whatsapp = page.locator(".one-way").filter(has_text="WhatsApp")
    await expect(whatsapp).to_contain_text("template only")
    await whatsapp.click()
    await expect(page.locator(".barrier")).to_contain_text("only a template")
    await page.locator(".template-row").click()
    send = page.get_by_role("button", name="Send", exact=True)
    await expect(send).to_be_disabled()
    await page.get_by_label("Blank 1").fill("Ines")
    await expect(page.locator(".filling-text")).to_have_text("Hello Ines, your order is ready.")
    await send.click()
    await expect(messages(page, ".out[data-delivery='sent']")).to_contain_text("Hello Ines")

    [sent] = day.twilio.asked
    assert {"1": "Ines"} == json.loads(sent.form["ContentVariables"])


# --- for everybody ----------------------------------------------------------------------------
async def test_nobody_is_shut_out_of_what_channels_bring(open_day: OpenDay, page: Page):
    day = await open_day("bot", "texts", "phone")
    eyes = Eyes(page)
    await begin_day(page, day)
    for number, name in enumerate(("text", "location", "somebodys_number"), 7):
        day.writes_by_telegram(name, message_id=number)
    day.writes_by_telegram("edited")
    day.writes_by_telegram("reacted")
    await expect(page.get_by_role("option")).to_have_count(1)
    await page.get_by_role("option").click()
    await expect(page.locator(".content.contact")).to_be_visible()
    await page.locator(".message").first.hover()
    await page.get_by_role("button", name="Add a reaction").first.click()
    await eyes.look("a Telegram conversation")
    await page.keyboard.press("Escape")
    await page.get_by_role("button", name="Add an address").click()
    await page.get_by_role("button", name="Record a wish").click()
    await eyes.look("the customer's forms")
    await page.get_by_role("button", name="Same person as …").click()
    await expect(page.get_by_role("dialog")).to_be_visible()
    await eyes.look("the merging")
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("dialog")).to_have_count(0)
    caller = await day.calls.call(CUSTOMER)
    await expect(page.get_by_role("alertdialog")).to_be_visible()
    await eyes.look("a telephone that rings")
    await page.get_by_role("button", name="Calls now").click()
    await expect(page.locator(".calls-list li")).to_have_count(1)
    await eyes.look("the calls of this moment")
    await caller.hang_up()

    assert {} == eyes.found
