"""Somebody who never saw TOML gives the desk a bot, writes a form and tries it, in a browser."""

import pytest
from playwright.async_api import Locator, Page, expect

from inbox.model import Role
from tests.stories.conftest import Desk, OpenContext, enter
from tests.stories.test_inbox_for_everybody import Eyes
from tests.stories.test_setup_page import go, got, part, put, save

RETURN = {
    "title": {"en": "Send it back", "hr": "Povrat"},
    "intro": {"en": "Let us see."},
    "slots": [
        {"name": "order", "kind": "order", "ask": {"en": "Which order is it?"}},
        {
            "name": "reason",
            "kind": "choice",
            "ask": {"en": "Why do you send it back?"},
            "choices": ["size", "broken"],
            "titles": {"size": {"en": "Wrong size"}, "broken": {"en": "It is broken"}},
        },
        {"name": "what", "ask": {"en": "What is broken?"}, "when": {"reason": ["broken"]}},
        {"name": "day", "kind": "date", "ask": {"en": "When shall we come?"}, "side": "future"},
    ],
    "look_ups": [
        {"url": "https://shop.example/orders", "after": "order", "found": {"en": "It is {state}."}}
    ],
    "done": {"en": "Thank you."},
    "attributes": {"last return": "order"},
}
SETUP = {
    "bots": {"Bot": {"languages": ["en", "hr"], "ask_colleague": True}},
    "flows": {"return": RETURN},
    "bot": "Bot",
}


@pytest.fixture
async def page(open_desk: Desk, open_context: OpenContext) -> Page:
    """Grace's page; she is an administrator."""
    context = await open_context(color_scheme="light", reduced_motion="reduce")
    await enter(context, open_desk.url)
    return await context.new_page()


def trial(page: Page) -> Locator:
    return page.get_by_role("region", name="Try it")


async def answer(page: Page, text: str) -> None:
    await trial(page).get_by_label("What the customer writes").fill(text)
    await trial(page).get_by_role("button", name="Send").click()


async def says(page: Page, text: str) -> None:
    await expect(trial(page).locator(".try-line.bot").last).to_contain_text(text)


async def test_the_first_bot_comes_with_forms_that_are_ready(open_desk: Desk, page: Page):
    await go(page, open_desk)
    await page.get_by_role("button", name="Add the bot").click()
    await expect(page.get_by_role("heading", name="Bot", exact=True)).to_be_visible()
    await page.get_by_label("Croatian").check()
    await page.get_by_label("It answers").select_option("only what it surely knows")
    await page.get_by_label("Ask a colleague first when it is not sure").check()
    await save(page, "A bot.")

    setup = (await got(page, open_desk, "/setup"))["setup"]
    bot = setup["bots"]["Bot"]
    assert "Bot" == setup["bot"]
    assert (["en", "hr"], 0.8, True) == (bot["languages"], bot["novelty"], bot["ask_colleague"])
    assert ("greeting", "closed") == (bot["greeting"], bot["closed"])
    assert ["greeting", "closed", "leave_address"] == list(setup["flows"])


async def test_a_form_is_written_tried_and_saved(open_desk: Desk, page: Page):
    await put(page, open_desk, "/setup", {"setup": SETUP | {"flows": {}}})
    await go(page, open_desk)
    await page.get_by_role("button", name="Add a form").click()
    await page.get_by_label("Name", exact=True).fill("tables")
    await page.keyboard.press("Enter")
    await page.get_by_label("Title").fill("Book a table")
    await page.get_by_label("What customers write who need it").fill("a table please\nbook a table")
    await page.get_by_role("link", name="Questions").click()
    await page.get_by_role("button", name="Add a question").click()
    await page.get_by_label("Question", exact=True).fill("For how many?")
    await page.get_by_label("Short name").fill("Guests")
    await page.get_by_label("Answer", exact=True).select_option("a number")
    await page.get_by_label("At most").fill("8")
    await page.get_by_label("Name for blanks").fill("guests")
    await page.get_by_role("button", name="Done").click()
    await page.get_by_role("button", name="Add a question").click()
    await page.get_by_label("Question", exact=True).fill("Inside or outside?")
    await page.get_by_label("Answer", exact=True).select_option("one of several")
    await page.get_by_label("Choice 1", exact=True).fill("Inside")
    await page.get_by_label("Choice 2", exact=True).fill("Outside")
    await page.get_by_role("link", name="What becomes of it").click()
    await page.get_by_label("Last it says").fill("A table for {guests} it is.")

    await says(page, "For how many?")
    await answer(page, "we are 12")
    await says(page, "It can be 8 at most.")
    await answer(page, "four")
    await says(page, "Inside or outside?")
    await answer(page, "the secnd")
    await says(page, "Please choose one of these.")
    await trial(page).get_by_role("button", name="Outside").click()
    await says(page, "Guests: 4")
    await trial(page).get_by_role("button", name="Yes").click()
    await says(page, "A table for 4 it is.")
    await expect(trial(page).get_by_text("Filled.")).to_be_visible()
    await save(page, "Tables can be booked.")

    flow = (await got(page, open_desk, "/setup"))["setup"]["flows"]["tables"]
    assert ["guests", "answer"] == [slot["name"] for slot in flow["slots"]]
    assert {"en": ["a table please", "book a table"]} == flow["examples"]
    assert 8 == flow["slots"][0]["most"]


async def test_a_form_is_written_in_each_of_its_languages(open_desk: Desk, page: Page):
    await put(page, open_desk, "/setup", {"setup": SETUP})
    await go(page, open_desk, "/forms/return")
    await page.locator(".tongue", has_text="Croatian").click()
    await page.locator("[data-slot=order] .ruling-open").click()
    await page.get_by_label("Question", exact=True).fill("Koja je narudžba?")
    await says(page, "Koja je narudžba?")
    await answer(page, "AB-12345")
    await says(page, "Why do you send it back?")
    await expect(trial(page).get_by_role("button", name="Trebam osobu")).to_be_visible()
    await save(page, "In Croatian.")

    slot = (await got(page, open_desk, "/setup"))["setup"]["flows"]["return"]["slots"][0]
    assert {"en": "Which order is it?", "hr": "Koja je narudžba?"} == slot["ask"]


async def test_a_bot_is_talked_with_before_it_is_saved(open_desk: Desk, page: Page):
    await put(page, open_desk, "/setup", {"setup": SETUP})
    await go(page, open_desk, "/bots/Bot")
    await answer(page, "Hello!")
    await expect(trial(page).locator(".try-line.bot")).to_have_count(1)
    await answer(page, "a person, please")
    await expect(trial(page).get_by_text("A person gets it.")).to_be_visible()
    await trial(page).get_by_role("button", name="Begin again").click()
    await expect(trial(page).locator(".try-line")).to_have_count(0)
    await expect(trial(page).get_by_label("the other system")).to_have_value("found")


async def test_what_another_system_says_is_tried_without_asking_it(open_desk: Desk, page: Page):
    await put(page, open_desk, "/setup", {"setup": SETUP})
    await go(page, open_desk, "/forms/return/asks")
    await answer(page, "AB-12345")
    await says(page, "It is [state].")
    await trial(page).get_by_label("The other system").select_option("cannot be reached")
    await trial(page).get_by_role("button", name="Begin again").click()
    await answer(page, "AB-12345")
    await expect(trial(page).get_by_text("it went no further by itself")).to_be_visible()
    await expect(page.get_by_label("Secret for checking that we ask")).to_have_value(
        (await got(page, open_desk, "/bots/ready"))["secret"]
    )


async def test_a_pattern_is_tried_while_it_is_typed(open_desk: Desk, page: Page):
    await put(page, open_desk, "/setup", {"setup": SETUP})
    await go(page, open_desk, "/forms/return")
    await page.locator("[data-slot=order] .ruling-open").click()
    await page.get_by_label("An example").fill("HR-123456")
    await page.get_by_role("button", name="Use HR-[0-9]{6}").click()
    await expect(page.get_by_label("Pattern")).to_have_value("HR-[0-9]{6}")
    await page.get_by_label("An example").fill("it is hr 123 456, thanks")
    await expect(page.get_by_text("Understood as HR-123456")).to_be_visible()
    await page.get_by_label("Pattern").fill("HR-[0-9]{7}")
    await expect(page.get_by_text("It does not fit, and is asked again.")).to_be_visible()


async def test_what_holds_for_the_help_page_and_for_what_is_learned_is_set(
    open_desk: Desk, page: Page
):
    queues = {"l2": {"title": {}}}
    await put(page, open_desk, "/setup", {"setup": SETUP | {"queues": queues}})
    await go(page, open_desk, "/desk")
    await page.get_by_label("What customers call you").fill("Acme")
    await page.get_by_label("How they reach you").fill("help@acme.example\n+385 1 234 567")
    await page.get_by_label("Rehearse before the bot uses what it learned").check()
    await part(page, "l2").click()
    await (
        page.get_by_role("group", name="What customers call it")
        .get_by_label("Croatian")
        .fill("Povrati")
    )
    await save(page, "Names.")

    setup = (await got(page, open_desk, "/setup"))["setup"]
    assert ("Acme", True) == (setup["name"], setup["rehearse_first"])
    assert ["help@acme.example", "+385 1 234 567"] == setup["contacts"]
    assert {"hr": "Povrati"} == setup["queues"]["l2"]["title"]


async def test_a_mistake_in_a_form_leads_to_where_it_stands(open_desk: Desk, page: Page):
    await put(page, open_desk, "/setup", {"setup": SETUP})
    await go(page, open_desk, "/forms/return")
    await page.locator("[data-slot=order] .ruling-open").click()
    await page.get_by_label("Pattern").fill("(a+)+")
    await expect(page.locator(".verdict")).to_contain_text("A repeat within a repeat")
    await part(page, "Bot").first.click()
    await page.get_by_role("button", name="Show me").click()
    await expect(page.locator("[data-slot=order] .why")).to_be_visible()


async def test_a_question_that_moves_or_goes_takes_its_conditions_along(
    open_desk: Desk, page: Page
):
    await put(page, open_desk, "/setup", {"setup": SETUP})
    await go(page, open_desk, "/forms/return")
    await page.get_by_role("button", name="Remove: Which order is it?").click()
    await page.get_by_role("button", name="Move up: What is broken?").click()
    await save(page, "Less is asked.")

    flow = (await got(page, open_desk, "/setup"))["setup"]["flows"]["return"]
    assert ["what", "reason", "day"] == [slot["name"] for slot in flow["slots"]]
    assert [{}, {}, {}] == [slot["when"] for slot in flow["slots"]]
    assert ([], {}) == (flow["look_ups"], flow["attributes"])


async def test_supervisors_try_forms_and_change_none(open_desk: Desk, open_context: OpenContext):
    await open_desk.hire("Ada Byron", Role.SUPERVISOR)
    context = await open_context(reduced_motion="reduce")
    await enter(context, open_desk.url)
    admin = await context.new_page()
    await put(admin, open_desk, "/setup", {"setup": SETUP})
    context = await open_context(reduced_motion="reduce")
    await enter(context, open_desk.url, "ada")
    page = await context.new_page()
    await go(page, open_desk, "/forms/return")
    await answer(page, "AB-12345")
    await says(page, "Why do you send it back?")

    await expect(page.get_by_role("button", name="Add a question")).to_have_count(0)
    await expect(page.get_by_text("Administrators change this.")).to_be_visible()


async def test_nobody_is_shut_out_of_bots_and_forms(open_desk: Desk, page: Page):
    eyes = Eyes(page)
    await put(page, open_desk, "/setup", {"setup": SETUP})
    for where in ("bots/Bot", "forms/return", *(f"forms/return/{t}" for t in TABS)):
        await go(page, open_desk, f"/{where}")
        await expect(page.locator(".setup-body")).to_be_visible()
        if where == "forms/return":
            await page.locator("[data-slot=reason] .ruling-open").click()
            await answer(page, "AB-12345")
            await says(page, "Why do you send it back?")
        await eyes.look(where)

    assert {} == eyes.found


TABS = ("begins", "asks", "ends")


@pytest.mark.parametrize("width", [360, 768, 1440])
async def test_it_fits_every_screen(open_desk: Desk, page: Page, width: int):
    await put(page, open_desk, "/setup", {"setup": SETUP})
    await page.set_viewport_size({"width": width, "height": 900})
    for where in ("bots/Bot", "forms/return", *(f"forms/return/{t}" for t in TABS)):
        await page.goto(f"{open_desk.url}/inbox/setup/{where}")
        await expect(page.locator(".setup-body")).to_be_visible()
        if where == "forms/return":
            await page.locator("[data-slot=reason] .ruling-open").click()
        wide = await page.evaluate(
            "[...document.querySelectorAll('.setup-body, html')]"
            ".map((one) => one.scrollWidth - one.clientWidth)"
        )

        assert [0, 0] == [max(0, one) for one in wide], where
