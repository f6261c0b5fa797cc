"""Agents are offered work, take it, pass it on and see why they got it, in a real browser."""

import re
from collections.abc import Awaitable, Callable

import pytest
from playwright.async_api import Locator, Page, expect

from inbox.actions import queues as belonging
from inbox.model import AgentId, ConversationId, QueueId, Role, SetupId
from inbox.store import Unit
from routing import setups
from routing.queues import Offering, Queue
from routing.rules import Rule, Rules, Then, When
from routing.service_levels import ServiceLevel, Target
from routing.setup import Setup
from tests.stories.conftest import (
    Desk,
    OpenContext,
    begin,
    enter,
    go,
    messages,
    opened,
    until,
)
from tests.stories.test_inbox_for_everybody import Eyes

LONG = 600.0  # seconds; nobody's time runs out in a story that is not about it
PROMISES = ServiceLevel(targets=(Target(first_response=240.0),))
TWO = Setup(
    queues={
        "Billing": Queue(offer_seconds=LONG, service_level=PROMISES, codes=("refund", "question")),
        "Orders": Queue(offer_seconds=LONG),
    },
    rules=Rules(
        rule=(Rule(name="Invoices", when=When(words=("invoice",)), then=Then(queue="Billing")),)
    ),
    usual="Orders",
    grace=0.5,
)


def decide(unit: Unit, setup: Setup, members: dict[str, list[AgentId]]) -> SetupId:
    """Have a setup hold from now on, and who belongs to its queues."""
    base = unit.setups.newest_id()
    made = setups.save(unit, setups.Change(setup=setup, base=base), ("email", "webchat"), by=None)
    for name, queue in unit.queues.named().items():
        for agent in members.get(name, []):
            belonging.join(unit, QueueId(queue.id), agent, by=None)
    return made


Arrive = Callable[..., Awaitable[Page]]


@pytest.fixture
def arrive(open_desk: Desk, open_context: OpenContext) -> Arrive:
    """Let somebody sit down at the desk, in a browser of their own."""

    async def come(who: str = "grace", path: str = "mine", **wishes: object) -> Page:
        context = await open_context(**wishes)
        await enter(context, open_desk.url, who)
        page = await context.new_page()
        await go(page, open_desk, path)
        await page.locator("[data-availability='available']").wait_for(state="attached")
        return page

    return come


@pytest.fixture
async def desk(open_desk: Desk) -> Desk:
    """A desk with two queues, Billing and Orders; Grace belongs to both."""
    both = {"Billing": [AgentId(1)], "Orders": [AgentId(1)]}
    await open_desk.desk.write(decide, TWO, both)
    return open_desk


async def offered(page: Page, name: str) -> None:
    """Wait until somebody is asked to take the conversation of a customer."""
    await expect(page.get_by_role("article", name=f"Offered to you: {name}")).to_be_visible()


async def press(page: Page, key: str) -> None:
    """Press a key once nothing lies over the page."""
    await expect(page.locator("dialog")).to_have_count(0)
    await page.keyboard.press(key)


async def choose(page: Page, key: str, text: str) -> None:
    """Press *key*, and choose what *text* names in the command bar that opens."""
    await press(page, key)
    await expect(page.get_by_role("combobox")).to_be_focused()
    await page.keyboard.insert_text(text)
    await expect(page.get_by_role("combobox")).to_have_value(text)
    await page.keyboard.press("Enter")


async def taken(desk: Desk, page: Page, text: str) -> None:
    """Have a customer write, and Grace accept it."""
    await desk.customer_says(text)
    await offered(page, "Ada Lovelace")
    await page.keyboard.press("y")
    await expect(page.locator(".message .text").last).to_have_text(text)
    await expect(page.locator(".strip[data-stage='accepted']")).to_be_visible()


def toast(page: Page, text: str) -> Locator:
    """Find what the page said was done."""
    return page.locator(".toast").filter(has_text=text)


def outcome_of(unit: Unit) -> str | None:
    there = unit.placements.get(ConversationId(1))
    return there.outcome if there else None


# --- a rush ---------------------------------------------------------------------------------
async def test_a_morning_rush(open_desk: Desk, arrive: Arrive):
    """Three agents, two queues; one of them leaves in the middle of a conversation."""
    ann = await open_desk.hire("Ann Berg", Role.AGENT)
    ben = await open_desk.hire("Ben Cole", Role.AGENT)
    cia = await open_desk.hire("Cia Dahl", Role.AGENT)
    crews = {"Billing": [ann, ben], "Orders": [cia]}
    await open_desk.desk.write(decide, TWO, crews)
    billing = [await arrive("ann")]
    orders = await arrive("cia")

    await open_desk.customer_says("Where is my invoice?")
    await open_desk.customer_says("It is late", sender="eve@home.example", name="Eve Adams")
    await offered(billing[0], "Ada Lovelace")
    await offered(orders, "Eve Adams")
    await expect(billing[0].locator(".offer")).to_have_count(1)
    await billing[0].keyboard.press("y")
    await orders.get_by_role("button", name="Accept").click()
    for page, text in (billing[0], "Where is my invoice?"), (orders, "It is late"):
        await expect(page.locator(".message .text")).to_have_text(text)
        await expect(page.locator(".offer")).to_have_count(0)
        await expect(page.locator(".standing-whose")).to_have_text("You")
    await begin(billing[0], "r", "Let me look.")
    await billing[0].keyboard.press("Control+Enter")
    await expect(messages(billing[0], "[data-delivery='sent']")).to_contain_text("Let me look.")

    billing.append(await arrive("ben"))
    await billing[0].context.close()  # Ann leaves
    await offered(billing[1], "Ada Lovelace")
    await billing[1].keyboard.press("y")
    await expect(messages(billing[1])).to_contain_text("Let me look.")
    await expect(billing[1].locator(".event-line").filter(has_text="Returned")).to_be_visible()
    await begin(billing[1], "r", "Found it.")
    await billing[1].keyboard.press("Control+Enter")

    await until(lambda: len(open_desk.chat.sent) == 2, "both answers")
    assert ["Let me look.", "Found it."] == [one.text for one in open_desk.chat.sent]


async def test_nobody_sees_what_is_not_theirs(open_desk: Desk, arrive: Arrive):
    ann = await open_desk.hire("Ann Berg", Role.AGENT)
    cia = await open_desk.hire("Cia Dahl", Role.AGENT)
    await open_desk.desk.write(decide, TWO, {"Billing": [ann], "Orders": [cia]})
    billing, orders = await arrive("ann", "all"), await arrive("cia", "all")
    await open_desk.customer_says("Where is my invoice?")
    await offered(billing, "Ada Lovelace")
    await open_desk.customer_says("It is late", sender="eve@home.example", name="Eve Adams")
    await offered(orders, "Eve Adams")

    await expect(orders.get_by_role("option")).to_have_count(1)
    await expect(billing.get_by_role("option")).to_have_count(1)
    await expect(orders.get_by_role("link", name="Billing")).to_have_count(0)


# --- offers ---------------------------------------------------------------------------------
async def test_what_one_declines_goes_on_to_the_next(desk: Desk, arrive: Arrive):
    lin = await desk.hire("Lin Carter", Role.AGENT)
    await desk.desk.write(decide, TWO, {"Orders": [lin]})
    pages = {"grace": await arrive("grace"), "lin": await arrive("lin")}
    await desk.customer_says("Where is my order?")
    first = await until_one(pages)
    [second] = [who for who in pages if who != first]
    await expect(pages[first]).to_have_title("Offer: Ada Lovelace · Parlour")
    await pages[first].keyboard.press("x")
    await expect(pages[first].locator(".offer")).to_have_count(0)
    await offered(pages[second], "Ada Lovelace")


async def until_one(pages: dict[str, Page]) -> str:
    """Wait until one of several is asked, and say who."""
    for _ in range(1200):
        for who, page in pages.items():
            if await page.locator(".offer").count():
                return who
            await page.wait_for_timeout(50)
    raise AssertionError("Nobody was asked.")


async def test_the_time_of_an_offer_does_not_begin_anew(desk: Desk, arrive: Arrive):
    page = await arrive()
    await desk.customer_says("Where is my order?")
    await offered(page, "Ada Lovelace")
    await page.reload()
    await offered(page, "Ada Lovelace")
    draining = "line => line.getAnimations()[0].effect.getTiming()"
    timing = await page.locator(".offer-line").evaluate(draining)

    live = await desk.desk.read(lambda unit: unit.assignments.live(ConversationId(1)))
    lasts = (live.expires_at - live.offered_at).total_seconds()
    assert pytest.approx(lasts * 1000, abs=2) == timing["duration"]  # browsers count milliseconds
    assert 0 > timing["delay"]


async def test_an_offer_is_taken_while_one_writes(desk: Desk, arrive: Arrive):
    page = await arrive()
    await taken(desk, page, "Where is my order?")
    await begin(page, "r", "It is ")
    await desk.customer_says("Me too", sender="eve@home.example", name="Eve Adams")
    await offered(page, "Eve Adams")
    await page.keyboard.press("y")
    await expect(page.locator("#composer-text")).to_have_value("It is y")
    await page.keyboard.press("Alt+y")

    await expect(page.locator(".message .text")).to_have_text("Me too")


async def test_who_answers_no_offer_is_away_until_they_say_otherwise(
    open_desk: Desk, arrive: Arrive
):
    hasty = Setup(queues={"Orders": Queue(offer_seconds=0.6)}, usual="Orders", misses=1)
    await open_desk.desk.write(decide, hasty, {"Orders": [AgentId(1)]})
    page = await arrive()
    await open_desk.customer_says("Where is my order?")
    await expect(page.locator("[data-availability='away']")).to_be_visible()
    await expect(page.locator(".offer.silent")).to_contain_text("offers were not answered")
    calm = Setup(queues={"Orders": Queue(offer_seconds=LONG)}, usual="Orders")
    await open_desk.desk.write(decide, calm, {})
    await page.get_by_role("button", name="I am back").click()
    await expect(page.locator("[data-availability='available']")).to_be_visible()
    await open_desk.customer_says("Me too", sender="eve@home.example", name="Eve Adams")

    await offered(page, "Eve Adams")


async def test_what_is_pushed_is_there_at_once(open_desk: Desk, arrive: Arrive):
    pushing = Setup(queues={"Orders": Queue(offering=Offering.PUSH)}, usual="Orders")
    await open_desk.desk.write(decide, pushing, {"Orders": [AgentId(1)]})
    page = await arrive()
    await open_desk.customer_says("Where is my order?")

    await expect(page.get_by_role("option")).to_contain_text("Where is my order?")
    await expect(toast(page, "Ada Lovelace was given to you.")).to_be_visible()


async def test_what_nobody_is_asked_for_lies_in_its_tray(open_desk: Desk, arrive: Arrive):
    pulling = Setup(queues={"Orders": Queue(offering=Offering.PULL)}, usual="Orders")
    await open_desk.desk.write(decide, pulling, {"Orders": [AgentId(1)]})
    page = await arrive()
    await open_desk.customer_says("Where is my order?")
    await expect(page.locator("[data-count='queue-1']")).to_have_text("1")
    await page.get_by_role("link", name="Orders").click()
    await expect(page.get_by_role("heading", name="Orders")).to_be_visible()
    await page.get_by_role("option").click()
    await expect(page.locator(".message .text")).to_have_text("Where is my order?")
    await page.keyboard.press("i")

    await expect(page.locator(".standing-whose")).to_have_text("You")
    await expect(page.locator("#rows").get_by_role("option")).to_have_count(0)


# --- what one chose to be -------------------------------------------------------------------
async def test_who_is_away_is_asked_nothing(desk: Desk, arrive: Arrive):
    page = await arrive(path="all")
    await page.keyboard.press("v")
    await page.get_by_role("button", name="Lunch").click()
    await expect(page.locator("[data-availability='away']")).to_contain_text("Away · Lunch")
    await desk.customer_says("Where is my order?")
    await expect(page.get_by_role("option")).to_be_visible()
    await expect(page.locator(".row-marks[data-stage='queued']")).to_be_visible()
    await expect(page.locator(".offer")).to_have_count(0)
    await press(page, "v")
    await page.get_by_role("radio", name="Available").click()

    await offered(page, "Ada Lovelace")


async def test_one_sees_how_long_one_wraps_up(open_desk: Desk, arrive: Arrive):
    calm = Setup(queues={"Orders": Queue(offer_seconds=LONG, wrap_up=LONG)}, usual="Orders")
    await open_desk.desk.write(decide, calm, {"Orders": [AgentId(1)]})
    page = await arrive()
    await taken(open_desk, page, "Where is my order?")
    await expect(page.locator("[data-wraps-up]")).to_have_count(0)
    await press(page, "e")
    left = page.locator("[data-availability] [data-wraps-up]")
    await expect(left).to_contain_text(re.compile(r"Wrap-up: \d+:\d\d until new work comes"))
    await page.reload()

    await expect(left).to_be_visible()


# --- passing on -----------------------------------------------------------------------------
async def test_a_conversation_is_passed_on_with_a_note(desk: Desk, arrive: Arrive):
    lin = await desk.hire("Lin Carter", Role.AGENT)
    await desk.desk.write(decide, TWO, {"Billing": [lin]})
    grace, page = await arrive("grace"), await arrive("lin")
    await taken(desk, grace, "Where is my order?")
    await press(grace, "t")
    await grace.get_by_label("To a queue or a colleague").fill("lin")
    await grace.get_by_label("Note for whoever takes it").fill("She was charged twice.")
    await grace.get_by_role("dialog").get_by_role("button", name="Transfer").click()
    await expect(toast(grace, "Passed on to Lin Carter.")).to_be_visible()
    await page.get_by_role("option").filter(has_text="Ada Lovelace").click()

    await expect(page.locator(".message.note")).to_contain_text("She was charged twice.")
    await expect(page.locator(".standing-whose")).to_have_text("You")
    await expect(grace.get_by_role("option")).to_have_count(0)


async def test_a_conversation_goes_to_another_queue(desk: Desk, arrive: Arrive):
    lin = await desk.hire("Lin Carter", Role.AGENT)
    await desk.desk.write(decide, TWO, {"Billing": [lin]})
    grace = await arrive("grace")
    await taken(desk, grace, "Where is my order?")
    await press(grace, "v")
    await grace.get_by_role("radio", name="Busy").click()
    await expect(grace.locator("[data-availability='busy']")).to_be_visible()
    page = await arrive("lin")
    await press(grace, "t")
    await grace.get_by_role("radio", name="Billing").check()
    await grace.get_by_role("dialog").get_by_role("button", name="Transfer").click()

    await offered(page, "Ada Lovelace")
    await expect(grace.locator(".strip-queue")).to_have_text("Billing")
    await expect(grace.locator(".event-line").last).to_contain_text("You moved this to Billing")


async def test_what_went_to_others_is_gone(open_desk: Desk, arrive: Arrive):
    cia = await open_desk.hire("Cia Dahl", Role.AGENT)
    await open_desk.desk.write(decide, TWO, {"Orders": [cia]})
    page = await arrive("cia", "all")
    await taken(open_desk, page, "Where is my order?")
    await press(page, "t")
    await page.get_by_role("radio", name="Billing").check()
    await page.get_by_role("dialog").get_by_role("button", name="Transfer").click()

    await expect(page.get_by_role("option")).to_have_count(0)
    await expect(page.locator("#thread-title")).to_have_count(0)


async def test_a_colleague_is_asked_without_giving_it_away(desk: Desk, arrive: Arrive):
    """Lin of Billing sees a conversation of Orders for as long as she is asked about it."""
    lin = await desk.hire("Lin Carter", Role.AGENT)
    await desk.desk.write(decide, TWO, {"Billing": [lin]})
    grace = await arrive("grace")
    await taken(desk, grace, "Where is my order?")
    page = await arrive("lin")
    await press(grace, "t")
    await grace.get_by_role("radio", name="Lin Carter").check()
    await grace.get_by_label("Only ask them").check()
    ask = grace.get_by_role("dialog").get_by_role("button", name="Ask")
    await expect(ask).to_be_disabled()
    await grace.get_by_label("Note for whoever takes it").fill("Do we refund this?")
    await ask.click()
    await expect(toast(page, "Grace Hopper asks you about Ada Lovelace")).to_be_visible()
    await expect(grace.locator(".standing-whose")).to_have_text("You")
    await expect(grace.locator(".asked-line")).to_contain_text("You asked Lin Carter:")

    await expect(page.locator("[data-count='asked']")).to_have_text("1")
    await page.locator(".asked-card").filter(has_text="Do we refund this?").click()
    await expect(page.locator(".message .text").first).to_have_text("Where is my order?")
    await page.get_by_role("button", name="Answer by a note").click()
    await expect(page.locator("#composer-text")).to_be_focused()
    await page.keyboard.insert_text("Yes, in full.")
    await page.keyboard.press("Control+Enter")
    await expect(grace.locator(".message.note").last).to_contain_text("Yes, in full.")
    await expect(toast(grace, "Lin Carter answered your question")).to_be_visible()
    await expect(grace.locator(".asked-line")).to_have_count(0)
    await expect(page.locator(".asked-card")).to_have_count(0)
    await expect(page.locator("#thread-title")).to_have_count(0)


async def test_a_question_is_declined(desk: Desk, arrive: Arrive):
    lin = await desk.hire("Lin Carter", Role.AGENT)
    await desk.desk.write(decide, TWO, {"Billing": [lin]})
    grace, page = await arrive("grace"), await arrive("lin")
    await taken(desk, grace, "Where is my order?")
    await press(grace, "t")
    await grace.get_by_role("radio", name="Lin Carter").check()
    await grace.get_by_label("Only ask them").check()
    await grace.get_by_label("Note for whoever takes it").fill("Do we refund this?")
    await grace.get_by_role("dialog").get_by_role("button", name="Ask").click()
    await page.locator(".asked-card").click()
    await page.locator(".asked-line").get_by_role("button", name="Decline").click()

    await expect(toast(grace, "Lin Carter cannot help with Ada Lovelace.")).to_be_visible()
    await expect(page.locator(".asked-card")).to_have_count(0)
    await expect(page.locator("#thread-title")).to_have_count(0)


async def test_a_conversation_is_returned_put_aside_and_ranked(desk: Desk, arrive: Arrive):
    page = await arrive(path="all")
    await taken(desk, page, "Where is my order?")
    await press(page, "v")
    await page.get_by_role("radio", name="Busy").click()
    await expect(page.locator("[data-availability='busy']")).to_be_visible()
    await choose(page, "p", "urgent")
    await expect(page.locator(".strip .strip-priority")).to_contain_text("Urgent")
    await press(page, "b")
    await expect(page.locator(".strip[data-stage='queued']")).to_contain_text("Orders")
    await expect(page.locator(".standing-whose")).to_have_text("Unassigned")
    await press(page, "h")
    await expect(page.locator(".strip[data-stage='held']")).to_contain_text("put aside")
    await press(page, "h")
    await expect(page.locator(".strip[data-stage='queued']")).to_be_visible()

    said = page.locator(".event-line")
    await expect(said.filter(has_text="You set the priority to urgent")).to_be_visible()
    await expect(said.filter(has_text="You returned this to its queue")).to_be_visible()
    await expect(said.filter(has_text="You put this aside")).to_be_visible()


async def test_what_it_was_about_is_asked_when_it_is_done(desk: Desk, arrive: Arrive):
    page = await arrive()
    await taken(desk, page, "Where is my invoice?")
    await choose(page, "l", "Charged  twice")
    await expect(page.locator(".tag")).to_contain_text("charged twice")
    await choose(page, "e", "refund")
    await expect(page.locator(".event-line").last).to_have_text("You resolved this")

    assert "refund" == await desk.desk.read(outcome_of)


async def test_what_it_was_about_is_asked_with_the_last_reply(desk: Desk, arrive: Arrive):
    page = await arrive()
    await taken(desk, page, "Where is my invoice?")
    await begin(page, "r", "Here it is.")
    await page.keyboard.press("Control+Shift+Enter")
    await expect(page.get_by_role("combobox")).to_be_focused()
    await page.keyboard.press("Escape")  # nothing is sent, nothing lost
    await expect(page.locator("dialog")).to_have_count(0)
    await expect(page.locator("#composer-text")).to_have_value("Here it is.")
    await page.locator("#composer-text").focus()
    await choose(page, "Control+Shift+Enter", "refund")
    await expect(page.locator(".event-line").last).to_have_text("You resolved this")

    await until(lambda: len(desk.chat.sent) == 1, "the reply")
    assert "Here it is." == desk.chat.sent[0].text
    assert "refund" == await desk.desk.read(outcome_of)


# --- why ------------------------------------------------------------------------------------
async def test_one_sees_why_one_got_it(desk: Desk, arrive: Arrive):
    await desk.hire("Lin Carter", Role.AGENT)
    page = await arrive()
    await taken(desk, page, "Where is my invoice?")
    await press(page, "w")
    why = page.get_by_role("dialog")

    await expect(why.locator("[data-kind='rules']")).to_contain_text("Rule 'Invoices'")
    await expect(why.locator("[data-kind='offer']")).to_contain_text("Billing · setup 1")
    await expect(why.locator("[data-kind='offer'] .why-rows")).to_contain_text("Youchosen")


# --- promises -------------------------------------------------------------------------------
async def test_a_promise_is_seen_where_one_looks(desk: Desk, arrive: Arrive):
    page = await arrive(path="all")
    await taken(desk, page, "Where is my invoice?")

    due = page.locator(".row [data-promise='calm']")
    await expect(due).to_have_text(re.compile(r"First reply due in \d min\d min left"))
    await expect(page.locator(".strip [data-promise='calm']")).to_contain_text("First reply due")


# --- for everybody --------------------------------------------------------------------------
async def test_a_desk_without_queues_looks_as_before(open_desk: Desk, inbox: Page):
    loaded: list[str] = []
    inbox.on("request", lambda request: loaded.append(request.url))
    await opened(inbox, open_desk, "Where is my order?")

    await expect(inbox.locator(".strip, [data-availability], .row-marks")).to_have_count(0)
    await expect(inbox.get_by_text("Queues", exact=True)).to_have_count(0)
    assert not [url for url in loaded if "/kit-" in url]


async def test_a_phone_has_room_for_an_offer(desk: Desk, arrive: Arrive):
    page = await arrive(viewport={"width": 360, "height": 740}, has_touch=True)
    await desk.customer_says("Where is my order?")
    await offered(page, "Ada Lovelace")
    assert 360 == await page.evaluate("document.documentElement.scrollWidth")
    await page.get_by_role("button", name="Accept").tap()
    await expect(page.locator(".message .text")).to_have_text("Where is my order?")
    await expect(page.locator(".strip")).to_be_visible()

    assert 360 == await page.evaluate("document.documentElement.scrollWidth")


async def test_nobody_is_shut_out_of_queues(desk: Desk, arrive: Arrive):
    await desk.hire("Lin Carter", Role.AGENT)
    page = await arrive(path="all", color_scheme="light", reduced_motion="reduce")
    eyes = Eyes(page)
    await taken(desk, page, "Where is my invoice?")
    await choose(page, "l", "vip")
    await expect(page.locator(".tag")).to_be_visible()
    await desk.customer_says("And mine?", sender="eve@home.example", name="Eve Adams", by="post")
    await offered(page, "Eve Adams")
    await eyes.look("an offer")
    for key, what in ("v", "availability"), ("t", "a transfer"), ("w", "reasons"), ("p", "ranks"):
        await press(page, key)
        await expect(page.locator("dialog")).to_be_visible()
        await eyes.look(what)
        await page.keyboard.press("Escape")
    await go(page, desk, "queue-2")
    await expect(page.get_by_role("option")).to_be_visible()
    await eyes.look("a queue")

    assert {} == eyes.found
