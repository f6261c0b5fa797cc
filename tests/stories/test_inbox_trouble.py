"""What goes wrong is shown in the inbox page, and what may be done about it."""

from playwright.async_api import Page, Route, expect

from inbox.model import Role
from tests.stories.conftest import (
    LETTER,
    Desk,
    OpenContext,
    begin,
    go,
    messages,
    opened,
    sign_in,
    until,
)


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


async def test_keys_work_while_one_reads_inside_a_mail(open_desk: Desk, inbox: Page):
    await opened(inbox, open_desk, "Dear desk", html="<p>Dear <b>desk</b></p>", **LETTER)
    await inbox.locator(".message.in").hover()
    await inbox.get_by_role("button", name="View as sent").click()
    await inbox.frame_locator(".as-sent iframe").locator("b").click()
    await inbox.wait_for_function("document.activeElement.matches('.as-sent iframe')")
    await inbox.keyboard.press("n")
    await expect(inbox.locator("#composer-text")).to_be_focused()
    await expect(inbox.locator(".composer.noting")).to_be_visible()
    await inbox.frame_locator(".as-sent iframe").locator("b").click()
    await inbox.wait_for_function("document.activeElement.matches('.as-sent iframe')")
    await inbox.keyboard.press("Escape")

    await inbox.locator("body[data-ready='list']").wait_for(state="attached")


async def test_a_bounce_is_marked_and_quotes_are_folded(open_desk: Desk, inbox: Page):
    await opened(inbox, open_desk, "Yes.", quoted="> Is it?", **LETTER)
    await expect(inbox.locator(".quoted pre")).to_have_count(0)
    await inbox.get_by_role("button", name="Earlier mail").click()
    await expect(inbox.locator(".quoted pre")).to_have_text("> Is it?")
    await open_desk.customer_says("I am away.", kind="auto_reply", **LETTER)

    await expect(inbox.locator(".message.auto_reply")).to_contain_text("Automatic reply")
