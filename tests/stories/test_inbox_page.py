"""An agent works in the inbox page, in a real browser."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from playwright.async_api import Page, Route, expect

from inbox.model import Role
from tests.stories.conftest import WEB, Desk, OpenContext, ready, sign_in

LETTER = {
    "by": "post",
    "subject": "Invoice 4711",
    "sender": "ada@home.example",
    "name": "Ada Lovelace",
}


async def until(found: Callable[[], Any], what: str = "it") -> Any:
    """Wait until *found* returns something; a slow machine gets a minute."""
    for _ in range(1200):
        if answer := found():
            return answer
        await asyncio.sleep(0.05)
    raise AssertionError(f"Waited for {what} in vain.")


async def go(page: Page, desk: Desk, path: str) -> None:
    await page.goto(f"{desk.url}/inbox/{path}")
    await ready(page)


async def open_first(page: Page, text: str) -> None:
    """Open the first row by keys, once it is there."""
    await expect(page.get_by_role("option").first).to_be_visible()
    await page.keyboard.press("j")
    await page.keyboard.press("Enter")
    await page.locator("body[data-ready='conversation']").wait_for(state="attached")
    await expect(page.locator(".message .text").last).to_have_text(text)


async def opened(page: Page, desk: Desk, text: str, **more: Any) -> None:
    """Have a customer write, and open what they wrote."""
    await go(page, desk, "unassigned")
    await desk.customer_says(text, **more)
    await open_first(page, text)


async def begin(page: Page, key: str, text: str) -> None:
    """Begin to write by pressing *key*: r is a reply, n is a note."""
    field = page.locator("#composer-text")
    await page.keyboard.press(key)
    await expect(field).to_be_focused()
    await page.keyboard.insert_text(text)
    await expect(field).to_have_value(text)


def messages(page: Page, what: str = ".out") -> Any:
    return page.locator(f".message{what}:not(.on-its-way)")


# --- the keyboard -----------------------------------------------------------------------------
async def test_the_keyboard_alone_takes_answers_and_resolves(open_desk: Desk, inbox: Page):
    await opened(inbox, open_desk, "Where is my order?")
    await inbox.keyboard.press("i")
    await expect(inbox.locator("[data-assignee='1']")).to_have_text("You")
    await begin(inbox, "r", "It left on Monday.")
    await inbox.keyboard.press("Control+Enter")
    await expect(messages(inbox, "[data-delivery='sent']")).to_contain_text("It left on Monday.")
    await inbox.keyboard.press("Escape")
    await inbox.keyboard.press("e")
    await expect(inbox.locator(".thread-head [data-status='resolved']")).to_be_visible()

    assert ["It left on Monday."] == [one.text for one in open_desk.chat.sent]


async def test_keys_work_from_the_moment_a_row_is_seen(open_desk: Desk, inbox: Page):
    """The row arrives by itself; the two keys follow without a breath between."""
    await go(inbox, open_desk, "unassigned")
    for number in range(1, 6):
        text = f"Question {number}"
        await open_desk.customer_says(text, sender=f"c{number}@home.example", name=f"C {number}")
        await inbox.get_by_role("option").filter(has_text=text).wait_for()
        await inbox.keyboard.press("k" if number > 1 else "j")
        await inbox.keyboard.press("Enter")
        await expect(inbox.locator("#thread-title")).to_have_text(f"C {number}")
        await inbox.keyboard.press("u")
        await expect(inbox.locator("#thread-title")).to_have_count(0)
    await expect(inbox.get_by_role("option")).to_have_count(5)


async def test_enter_opens_the_first_row_when_none_is_selected(open_desk: Desk, inbox: Page):
    await go(inbox, open_desk, "unassigned")
    await open_desk.customer_says("Hello?")
    await inbox.get_by_role("option").wait_for()
    await inbox.keyboard.press("Enter")

    await expect(inbox.locator(".message .text")).to_have_text("Hello?")


async def test_single_letters_can_be_turned_off(open_desk: Desk, inbox: Page):
    await opened(inbox, open_desk, "Where is my order?")
    await inbox.get_by_title("Your settings").click()
    await inbox.get_by_role("switch", name="Single-letter keys").uncheck()
    await inbox.keyboard.press("Escape")
    await expect(inbox.get_by_role("dialog")).to_have_count(0)
    await inbox.keyboard.press("e")
    await inbox.keyboard.press("Control+k")  # answered after the letter, if that did anything
    await expect(inbox.get_by_role("dialog")).to_be_visible()

    await expect(inbox.locator(".thread-head [data-status='open']")).to_be_visible()


async def test_the_command_bar_assigns_and_the_toast_undoes(open_desk: Desk, inbox: Page):
    await open_desk.hire("Lin Carter", Role.AGENT)
    await opened(inbox, open_desk, "Where is my order?")
    await inbox.keyboard.press("a")
    await expect(inbox.get_by_role("combobox")).to_be_focused()
    await inbox.keyboard.insert_text("lin")
    await expect(inbox.get_by_role("dialog").get_by_role("option")).to_have_count(1)
    await inbox.keyboard.press("Enter")
    await expect(inbox.locator("[data-assignee='2']")).to_have_text("Lin Carter")
    await expect(inbox.locator(".event-line")).to_have_text("You assigned this to Lin Carter")
    await inbox.keyboard.press("z")

    await expect(inbox.locator("[data-assignee='']")).to_have_text("Unassigned")


# --- what arrives -----------------------------------------------------------------------------
async def test_what_arrives_is_shown_without_a_refresh(open_desk: Desk, inbox: Page):
    await opened(inbox, open_desk, "Where is my order?")
    await open_desk.customer_says("Hello?")
    await expect(inbox.locator(".message .text")).to_have_text(["Where is my order?", "Hello?"])
    await open_desk.customer_says("Another thing", sender="eve@home.example", name="Eve")
    row = inbox.get_by_role("option").filter(has_text="Eve")
    await expect(row).to_have_attribute("data-unread", "true")

    await expect(inbox.locator("[data-count='unassigned']")).to_have_text("2")


async def test_rows_do_not_jump_under_somebody_who_reads_further_down(open_desk: Desk, inbox: Page):
    for number in range(30):
        await open_desk.customer_says(
            f"Question {number}", sender=f"c{number}@home.example", name=f"Customer {number}"
        )
    await go(inbox, open_desk, "unassigned")
    await expect(inbox.locator("[data-count='unassigned']")).to_have_text("30")
    await inbox.locator("#rows").evaluate("rows => rows.scrollTo(0, 600)")
    await expect(inbox.locator(".row[aria-posinset='20']")).to_be_visible()
    before = await inbox.locator(".row[aria-posinset='20']").inner_text()
    await open_desk.customer_says("I am new", sender="new@home.example", name="Newcomer")
    await expect(inbox.get_by_role("button", name="1 new")).to_be_visible()
    assert before == await inbox.locator(".row[aria-posinset='20']").inner_text()
    await inbox.get_by_role("button", name="1 new").click()

    await expect(inbox.locator(".row[aria-posinset='1']")).to_contain_text("Newcomer")


async def test_a_long_list_is_loaded_as_one_scrolls(open_desk: Desk, inbox: Page):
    for number in range(120):
        await open_desk.customer_says(
            f"Question {number}", sender=f"c{number}@home.example", name=f"Customer {number}"
        )
    await expect(inbox.locator("[data-count='unassigned']")).to_have_text("99+")
    await go(inbox, open_desk, "unassigned")
    for _ in range(3):
        rows = inbox.locator("#rows")
        await rows.evaluate("rows => rows.scrollTo(0, rows.scrollHeight)")
        await expect(inbox.locator(".row").last).to_be_visible()
        await inbox.locator(
            ".row[aria-posinset='50'], .row[aria-posinset='100'], .row[aria-posinset='120']"
        ).first.wait_for()
    await inbox.locator("#rows").evaluate("rows => rows.scrollTo(0, rows.scrollHeight)")
    await expect(inbox.locator(".row[aria-posinset='120']")).to_have_attribute(
        "aria-setsize", "120"
    )

    assert 60 > await inbox.locator(".row").count()


async def test_reading_in_one_tab_is_reading_in_all(
    open_desk: Desk, inbox: Page, open_context: OpenContext
):
    await go(inbox, open_desk, "unassigned")
    other = await inbox.context.new_page()
    await go(other, open_desk, "unassigned")
    colleague = await (await open_context()).new_page()
    await open_desk.hire("Lin Carter", Role.AGENT)
    await sign_in(colleague, open_desk.url, "/inbox/unassigned", who="lin")
    await open_desk.customer_says("Where is my order?")
    for page in (inbox, other, colleague):
        await expect(page.locator(".row[data-unread]")).to_have_count(1)
    await open_first(inbox, "Where is my order?")
    await expect(other.locator(".row[data-unread]")).to_have_count(0)

    await expect(colleague.locator(".row[data-unread]")).to_have_count(1)


# --- writing ----------------------------------------------------------------------------------
async def test_a_note_stays_inside(open_desk: Desk, inbox: Page):
    await opened(inbox, open_desk, "Where is my order?")
    await begin(inbox, "n", "She is upset.")
    await expect(inbox.locator(".composer.noting")).to_contain_text("Only colleagues see this")
    await inbox.keyboard.press("Control+Enter")
    await expect(messages(inbox, ".note")).to_contain_text("Internal note")
    await expect(messages(inbox, ".note")).to_contain_text("She is upset.")
    await expect(inbox.locator(".composer.noting")).to_have_count(0)

    assert [] == open_desk.chat.sent


async def test_what_was_meant_for_colleagues_never_turns_into_a_reply(open_desk: Desk, inbox: Page):
    await opened(inbox, open_desk, "Where is my order?")
    await begin(inbox, "n", "She is upset.")
    await inbox.get_by_role("button", name="Reply", exact=True).click()
    await expect(inbox.locator("#composer-text")).to_have_value("")
    await inbox.keyboard.press("Control+Enter")
    await inbox.get_by_role("button", name="Internal note", exact=True).click()

    await expect(inbox.locator("#composer-text")).to_have_value("She is upset.")
    assert [] == open_desk.chat.sent


async def test_a_draft_is_kept_on_the_desk(open_desk: Desk, inbox: Page):
    await opened(inbox, open_desk, "Where is my order?")
    await begin(inbox, "r", "I am just asking")
    await expect(inbox.locator(".foot-word")).to_have_text("Draft saved")
    await inbox.evaluate("localStorage.clear()")
    await inbox.reload()
    await ready(inbox)

    await expect(inbox.locator("#composer-text")).to_have_value("I am just asking")


async def test_what_was_written_offline_leaves_once_when_the_line_is_back(
    open_desk: Desk, inbox: Page
):
    await opened(inbox, open_desk, "Where is my order?")
    await inbox.context.set_offline(True)
    await expect(inbox.locator("[data-banner='lost']")).to_be_visible()
    await begin(inbox, "r", "It left on Monday.")
    await inbox.keyboard.press("Control+Enter")
    await expect(inbox.locator(".on-its-way")).to_contain_text("Waiting for the connection")
    await expect(inbox.locator("#composer-text")).to_have_value("")
    await inbox.context.set_offline(False)
    await expect(messages(inbox, "[data-delivery='sent']")).to_contain_text("It left on Monday.")
    await expect(inbox.locator(".on-its-way")).to_have_count(0)
    await expect(inbox.locator("[data-banner='lost']")).to_have_count(0)

    assert ["It left on Monday."] == [one.text for one in open_desk.chat.sent]


async def test_an_answer_that_got_lost_does_not_send_twice(open_desk: Desk, inbox: Page):
    asked: list[str] = []

    async def lose_the_first_answer(route: Route) -> None:
        asked.append(json.loads(route.request.post_data or "")["client_id"])
        if len(asked) > 1:
            await route.continue_()
            return
        await route.fetch()
        await route.abort("connectionreset")

    await opened(inbox, open_desk, "Where is my order?")
    await inbox.route("**/replies", lose_the_first_answer)
    await begin(inbox, "r", "It left on Monday.")
    await inbox.keyboard.press("Control+Enter")
    await expect(messages(inbox, "[data-delivery='sent']")).to_contain_text("It left on Monday.")
    await until(lambda: len(asked) > 1, "the second attempt")
    await expect(inbox.locator(".on-its-way")).to_have_count(0)

    await expect(messages(inbox)).to_have_count(1)
    assert 1 == len(set(asked))
    assert 1 == len(open_desk.chat.sent)


async def test_a_message_that_came_meanwhile_stops_the_reply(open_desk: Desk, inbox: Page):
    await opened(inbox, open_desk, "Where is my order?", **LETTER)
    await begin(inbox, "r", "It left on Monday.")
    await open_desk.customer_says("Please cancel it!", **LETTER)
    await expect(inbox.locator(".message.in .text")).to_have_count(2)
    await inbox.keyboard.press("Control+Enter")
    await expect(inbox.get_by_role("alert")).to_contain_text("Ada Lovelace wrote since you started")
    await expect(inbox.get_by_role("alert")).to_contain_text("Please cancel it!")
    assert [] == open_desk.post.sent
    await inbox.get_by_role("button", name="Send anyway").click()
    await expect(messages(inbox, "[data-delivery='sent']")).to_contain_text("It left on Monday.")

    assert 1 == len(open_desk.post.sent)


async def test_the_desk_itself_stops_a_reply_to_what_the_page_has_not_heard(
    open_desk: Desk, inbox: Page
):
    await opened(inbox, open_desk, "Where is my order?", **LETTER)
    await inbox.route_web_socket("**/api/live*", lambda _: None)  # opens, and stays silent
    await inbox.reload()
    await ready(inbox)
    await begin(inbox, "r", "It left on Monday.")
    await open_desk.customer_says("Please cancel it!", **LETTER)
    await open_desk.heard(2)
    await inbox.keyboard.press("Control+Enter")
    await expect(inbox.get_by_role("alert")).to_contain_text("Please cancel it!")

    await expect(inbox.locator("#composer-text")).to_have_value("It left on Monday.")
    assert [] == open_desk.post.sent


async def test_files_go_with_the_reply(open_desk: Desk, inbox: Page):
    await opened(inbox, open_desk, "The invoice, please.", **LETTER)
    await begin(inbox, "r", "Here it is.")
    await inbox.locator("#composer-files").set_input_files(
        {"name": "Račun 4711.txt", "mimeType": "text/plain", "buffer": b"84.20"}
    )
    await expect(inbox.locator(".in-hand")).to_contain_text("Račun 4711.txt")
    await expect(inbox.locator(".in-hand progress")).to_have_count(0)
    await inbox.keyboard.press("Control+Enter")
    await expect(messages(inbox, "[data-delivery='sent']")).to_contain_text("Račun 4711.txt")

    assert [("Račun 4711.txt", b"84.20")] == open_desk.post.files


async def test_send_and_resolve_is_one_key(open_desk: Desk, inbox: Page):
    await opened(inbox, open_desk, "Where is my order?")
    await begin(inbox, "r", "It left on Monday.")
    await inbox.keyboard.press("Control+Shift+Enter")
    await expect(messages(inbox, "[data-delivery='sent']")).to_contain_text("It left on Monday.")

    await expect(inbox.locator(".thread-head [data-status='resolved']")).to_be_visible()


async def test_the_way_of_a_reply_is_always_in_sight_and_can_be_changed(
    open_desk: Desk, inbox: Page
):
    await opened(inbox, open_desk, "Where is my order?", **LETTER)
    way = inbox.locator("[data-way='email']")
    await expect(way).to_contain_text("via email")
    await expect(way).to_contain_text("from support@desk.example")
    await expect(way).to_contain_text("to ada@home.example")
    await way.click()
    await inbox.get_by_label("Cc").fill("finance@home.example")
    await expect(way).to_contain_text("cc finance@home.example")
    await inbox.locator("#composer-text").fill("Both of you get this.")
    await inbox.keyboard.press("Control+Enter")
    await expect(messages(inbox, "[data-delivery='sent']")).to_contain_text("Both of you")

    assert ["finance@home.example"] == [one.value for one in open_desk.post.sent[0].copied]


# --- what does not work -----------------------------------------------------------------------
async def test_what_was_not_delivered_says_why_and_is_tried_again(open_desk: Desk, inbox: Page):
    open_desk.post.refuses = "550 This mailbox is gone"
    await opened(inbox, open_desk, "Where is my order?", **LETTER)
    await begin(inbox, "r", "It left on Monday.")
    await inbox.keyboard.press("Control+Enter")
    failed = inbox.locator(".message[data-delivery='failed']")
    await expect(failed.locator(".delivery")).to_contain_text("550 This mailbox is gone")
    await go(inbox, open_desk, "undelivered")
    await expect(inbox.locator("[data-count='undelivered']")).to_have_text("1")
    open_desk.post.refuses = None
    await inbox.get_by_role("option").click()
    await failed.get_by_role("button", name="Try again").click()
    await expect(messages(inbox, "[data-delivery='sent']")).to_contain_text("It left on Monday.")

    await expect(inbox.locator("[data-count='undelivered']")).to_have_count(0)
    await expect(inbox.locator(".list-pane")).to_contain_text("Everything was delivered")


async def test_a_reply_is_taken_back_while_it_waits(open_desk: Desk, inbox: Page):
    open_desk.post.busy = "450 Come back later"
    await opened(inbox, open_desk, "Where is my order?", **LETTER)
    await begin(inbox, "r", "It left on Monday.")
    await inbox.keyboard.press("Control+Enter")
    waiting = inbox.locator(".message[data-delivery='queued']")
    await expect(waiting).to_contain_text("450 Come back later")
    await waiting.get_by_role("button", name="Take back").click()

    await expect(inbox.locator(".message[data-delivery='canceled']")).to_be_visible()
    await expect(inbox.locator(".toast")).to_contain_text("taken back")


async def test_what_nobody_could_read_is_shown_and_discarded(open_desk: Desk, inbox: Page):
    await open_desk.something_odd(b"What is <b>this</b>?")
    await inbox.get_by_role("link", name="Quarantined").click()
    await inbox.get_by_role("option").click()
    await expect(inbox.locator(".raw-text")).to_have_text("What is <b>this</b>?")
    await expect(inbox.locator(".thread-title")).to_contain_text("That is no letter.")
    await inbox.get_by_role("button", name="Discard").click()

    await expect(inbox.locator(".list-pane")).to_contain_text("Nothing in quarantine")
    await expect(inbox.locator("[data-count='quarantined']")).to_have_count(0)


async def test_an_agent_does_not_see_the_quarantine(open_desk: Desk, open_context: OpenContext):
    await open_desk.hire("Lin Carter", Role.AGENT)
    page = await (await open_context()).new_page()
    await sign_in(page, open_desk.url, who="lin")

    await expect(page.get_by_role("link", name="Not delivered")).to_be_visible()
    await expect(page.get_by_role("link", name="Quarantined")).to_have_count(0)


async def test_a_thread_that_could_not_be_loaded_comes_by_itself(open_desk: Desk, inbox: Page):
    failures: list[str] = []

    async def fail_at_first(route: Route) -> None:
        if len(failures) < 2:
            failures.append(route.request.url)
            await route.abort("connectionreset")
        else:
            await route.continue_()

    await go(inbox, open_desk, "unassigned")
    await open_desk.customer_says("Where is my order?")
    await inbox.get_by_role("option").wait_for()
    await inbox.route("**/api/conversations/1", fail_at_first)
    await inbox.keyboard.press("Enter")
    await expect(inbox.locator(".message .text")).to_have_text("Where is my order?")

    assert 2 == len(failures)


async def test_a_wrong_password_is_said_kindly(open_desk: Desk, open_context: OpenContext):
    page = await (await open_context()).new_page()
    await page.goto(f"{open_desk.url}/inbox/mine")
    await page.get_by_label("Email").fill("grace@desk.example")
    await page.get_by_label("Password").fill("not this one")
    await page.keyboard.press("Enter")

    await expect(page.get_by_role("alert")).to_contain_text("do not belong together")


async def test_signing_out_closes_the_door(open_desk: Desk, inbox: Page):
    await inbox.get_by_title("Your settings").click()
    await inbox.get_by_role("button", name="Sign out").click()
    await inbox.locator("body[data-ready='sign-in']").wait_for()
    await inbox.goto(f"{open_desk.url}/inbox/all")

    await expect(inbox.locator("body[data-ready='sign-in']")).to_be_visible()


# --- what mail can do -------------------------------------------------------------------------
async def test_html_mail_is_shown_in_a_frame_that_can_do_nothing(open_desk: Desk, inbox: Page):
    fetched: list[str] = []

    async def a_picture(route: Route) -> None:
        fetched.append(route.request.url)
        await route.fulfill(status=200, content_type="image/gif", body=b"GIF89a")

    await inbox.context.route("https://tracker.example/**", a_picture)
    html = (
        "<p>Dear <b>desk</b></p><div style='height:600px'>tall</div>"
        "<img src='https://tracker.example/pixel.gif'>"
    )
    await opened(inbox, open_desk, "Dear desk", html=html, **LETTER)
    await inbox.locator(".message.in").hover()
    await inbox.get_by_role("button", name="View as sent").click()
    frame = inbox.locator(".as-sent iframe")
    await expect(inbox.frame_locator(".as-sent iframe").locator("b")).to_have_text("desk")
    assert "allow-same-origin" not in (await frame.get_attribute("sandbox") or "allow-same-origin")
    await inbox.wait_for_function("document.querySelector('.as-sent iframe').offsetHeight > 600")
    assert [] == fetched
    await inbox.get_by_role("button", name="Show images").click()

    await until(lambda: fetched, "the picture")


async def test_a_bounce_is_marked_and_quotes_are_folded(open_desk: Desk, inbox: Page):
    await opened(inbox, open_desk, "Yes.", quoted="> Is it?", **LETTER)
    await expect(inbox.locator(".quoted pre")).to_have_count(0)
    await inbox.get_by_role("button", name="Earlier mail").click()
    await expect(inbox.locator(".quoted pre")).to_have_text("> Is it?")
    await open_desk.customer_says("I am away.", kind="auto_reply", **LETTER)

    await expect(inbox.locator(".message.auto_reply")).to_contain_text("Automatic reply")


# --- the customer -----------------------------------------------------------------------------
async def test_the_customers_record_stands_beside_the_conversation(open_desk: Desk, inbox: Page):
    await opened(inbox, open_desk, "Where is my order?", **LETTER)
    record = inbox.get_by_role("complementary", name="Customer")
    await expect(record.locator(".identities")).to_contain_text("ada@home.example")
    await record.get_by_role("button", name="Add a detail").click()
    await record.get_by_label("Name", exact=True).fill("tier")
    await record.get_by_label("Value", exact=True).fill("gold")
    await inbox.keyboard.press("Enter")

    await expect(record.locator(".attribute")).to_contain_text("tier")
    await expect(record.locator(".timeline")).to_contain_text("Where is my order?")


# --- every screen, everybody ------------------------------------------------------------------
async def test_a_phone_shows_one_pane_at_a_time(open_desk: Desk, open_context: OpenContext):
    context = await open_context(viewport={"width": 360, "height": 740}, has_touch=True)
    page = await context.new_page()
    await sign_in(page, open_desk.url, "/inbox/unassigned")
    await open_desk.customer_says("Where is my order?")
    await page.get_by_role("option").tap()
    await expect(page.locator(".message .text")).to_have_text("Where is my order?")
    await expect(page.locator(".list-pane")).to_be_hidden()
    assert 360 == await page.evaluate("document.documentElement.scrollWidth")
    await page.locator("#composer-text").fill("On its way.")
    await page.get_by_role("button", name="Send", exact=True).tap()
    await expect(messages(page, "[data-delivery='sent']")).to_contain_text("On its way.")
    await page.get_by_role("button", name="Back to the list").tap()
    await expect(page.locator(".list-pane")).to_be_visible()
    await page.get_by_role("button", name="Show lists").tap()
    await page.get_by_role("link", name="All open").tap()

    await expect(page.get_by_role("heading", name="All open")).to_be_visible()


Visit = Callable[[Page], Awaitable[Any]]


@pytest.mark.parametrize("theme", ["light", "dark"])
async def test_nobody_is_shut_out(open_desk: Desk, open_context: OpenContext, theme: str):
    """Axe finds nothing on any page, in either light."""
    axe = (WEB / "node_modules" / "axe-core" / "axe.min.js").read_text()
    page = await (await open_context(color_scheme=theme, reduced_motion="reduce")).new_page()
    found: dict[str, Any] = {}

    async def look(where: str) -> None:
        await page.evaluate(f"window.axe || (() => {{ {axe} }})()")
        told = await page.evaluate("axe.run(document, {iframes: false})")
        problems = [
            f"{one['id']}: {node['html'][:160]} ({node['failureSummary'][:300]})"
            for one in told["violations"]
            for node in one["nodes"]
        ]
        if problems:
            found[where] = problems

    await page.goto(f"{open_desk.url}/inbox/mine")
    await page.locator("body[data-ready='sign-in']").wait_for()
    await look("sign-in")
    await sign_in(page, open_desk.url)
    await look("an empty list")
    open_desk.post.refuses = "550 This mailbox is gone"
    await open_desk.something_odd(b"What is this?")
    await open_desk.customer_says("I am away.", kind="auto_reply", **LETTER)
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
    await look("a conversation")
    await begin(page, "n", "Another")
    await look("a note")
    await page.keyboard.press("Control+k")
    await expect(page.get_by_role("combobox")).to_be_focused()
    await look("the command bar")
    await page.keyboard.press("Escape")
    await page.keyboard.press("Escape")
    await page.keyboard.press("?")
    await expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()
    await look("the shortcuts")
    await page.keyboard.press("Escape")
    await page.get_by_title("Your settings").click()
    await look("the settings")
    await page.get_by_role("button", name="API tokens").click()
    await look("the tokens")
    await page.keyboard.press("Escape")
    await go(page, open_desk, "undelivered")
    await look("not delivered")
    await go(page, open_desk, "quarantined")
    await page.get_by_role("option").click()
    await expect(page.locator(".raw-text")).to_be_visible()
    await look("the quarantine")

    assert {} == found
