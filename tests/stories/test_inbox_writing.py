"""An agent answers from the inbox page: replies, notes, drafts, and a line that breaks."""

import json

from playwright.async_api import Page, Route, expect

from tests.stories.conftest import (
    LETTER,
    Desk,
    begin,
    messages,
    opened,
    ready,
    until,
)


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


async def test_what_is_sent_during_an_upload_leaves_with_the_file(open_desk: Desk, inbox: Page):
    await opened(inbox, open_desk, "Please send the invoice.", by="post")
    held: list[Route] = []

    async def hold(route: Route) -> None:
        held.append(route)

    await inbox.route("**/api/files", hold)
    await begin(inbox, "r", "Here it is.")
    await inbox.locator("#composer-files").set_input_files(
        {"name": "invoice.txt", "mimeType": "text/plain", "buffer": b"4711"}
    )
    upload: Route = await until(lambda: held and held[0], "the upload")
    await inbox.locator("#composer-text").press("Control+Enter")
    await expect(inbox.locator(".foot-word")).to_contain_text("as soon as the files are uploaded")
    assert [] == open_desk.post.sent
    await upload.continue_()
    await expect(messages(inbox)).to_contain_text("Here it is.")
    await until(lambda: open_desk.post.files, "the file")

    assert [("invoice.txt", b"4711")] == open_desk.post.files


async def test_a_visitor_is_called_by_name_not_by_id(open_desk: Desk, inbox: Page):
    visitor = "visitor-5f1c00d2a9e84c1d"
    await opened(inbox, open_desk, "Hello?", sender=visitor, name="Visitor 4C1D")
    await expect(inbox.locator(".way")).to_contain_text("to Visitor 4C1D")
    await expect(inbox.locator(".identity")).to_have_text("web chat visitor 4C1D")

    assert visitor not in await inbox.locator("body").inner_text()


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
