"""An agent finds, reads and decides in the inbox page, in a real browser."""

from playwright.async_api import Page, expect

from inbox.model import Role
from tests.stories.conftest import (
    LETTER,
    Desk,
    OpenContext,
    begin,
    go,
    messages,
    open_first,
    opened,
    sign_in,
    until,
)


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


async def test_one_sees_the_other_side_writing(open_desk: Desk, inbox: Page):
    heard: list[tuple[str, bool]] = []
    open_desk.chat.line.on_typing(lambda thread, busy: heard.append((thread, busy)))
    await opened(inbox, open_desk, "Where is my order?")
    open_desk.chat.line.typing("ada@home.example")
    await expect(inbox.locator(".typing")).to_contain_text("Ada Lovelace is writing")
    await inbox.keyboard.press("r")
    await expect(inbox.locator("#composer-text")).to_be_focused()
    await inbox.keyboard.type("It")

    assert ("ada@home.example", True) == (await until(lambda: heard, "typing"))[0]


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
