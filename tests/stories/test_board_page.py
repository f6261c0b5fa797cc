"""A supervisor sees and moves work on the board, in a real browser."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from playwright.async_api import Locator, Page, expect
from sqlalchemy import select

from inbox.actions import duties, placing
from inbox.model import AgentId, Availability, ConversationId, Member, Membership, Priority, Role
from inbox.store import Unit
from inbox.tables import ConversationRow
from routing import setups
from routing.queues import Offering, Queue
from routing.service_levels import ServiceLevel, Target
from routing.setup import Setup
from tests.stories.conftest import Desk, OpenContext, enter
from tests.stories.test_inbox_for_everybody import Eyes

PEOPLE = ("Ada Lovelace", "Barbara Liskov", "Edsger Dijkstra", "Katherine Johnson")


def furnish(unit: Unit) -> dict[str, int]:
    """Write down two queues from which people take what they like; Billing promises too much."""
    hasty = ServiceLevel(targets=(Target(first_response=1.0),))
    queues = {
        "Billing": Queue(offering=Offering.PULL, service_level=hasty),
        "Sales": Queue(offering=Offering.PULL),
    }
    setups.save(unit, setups.Change(setup=Setup(queues=queues)), ("email", "webchat"), by=None)
    return {name: queue.id for name, queue in unit.queues.named().items()}


@pytest.fixture
async def floor(open_desk: Desk) -> SimpleNamespace:
    """Four wait in Billing, one of them with Ada; nobody waits in Sales."""
    queues = await open_desk.desk.write(furnish)
    ada = await open_desk.hire("Ada Agent", Role.AGENT)
    bea = await open_desk.hire("Bea Agent", Role.AGENT)
    for name in PEOPLE:
        await open_desk.customer_says(
            f"{name} asks.", sender=f"{name.split()[0].lower()}@home.example", name=name
        )
    await open_desk.heard(len(PEOPLE))

    def wait(unit: Unit) -> list[ConversationId]:
        found = list(unit.connection.scalars(select(ConversationRow.id).order_by("id")))
        for which in found:
            placing.enqueue(unit, which, queues["Billing"])
        placing.prioritise(unit, found[-1], Priority.URGENT, by=None)
        placing.take(unit, found[0], ada, by=ada, weight=1.0)
        for who, queue in (ada, "Billing"), (bea, "Sales"):
            unit.queues.join(
                Member(queue_id=queues[queue], agent_id=AgentId(who), membership=Membership.PRIMARY)
            )
            duties.choose(unit, AgentId(who), Availability.AVAILABLE, by=None)
        duties.connect(unit, [ada, bea], unit.now + timedelta(hours=1))
        return found

    talks = await open_desk.desk.write(wait)
    return SimpleNamespace(desk=open_desk, ada=ada, bea=bea, talks=talks, **queues)


@pytest.fixture
async def page(floor: SimpleNamespace, open_context: OpenContext) -> Page:
    """Grace's page, where the board is."""
    context = await open_context(color_scheme="light", reduced_motion="reduce")
    return await opened(context, floor)


async def opened(context, floor: SimpleNamespace) -> Page:
    await enter(context, floor.desk.url)
    page = await context.new_page()
    await page.goto(f"{floor.desk.url}/inbox/board")
    await expect(cards(page, "Billing")).to_have_count(3)
    return page


def column(page: Page, name: str) -> Locator:
    return page.get_by_role("region", name=name, exact=True)


def cards(page: Page, name: str) -> Locator:
    return column(page, name).get_by_role("option")


def card(page: Page, name: str) -> Locator:
    return page.get_by_role("option").filter(has_text=name)


def agent(page: Page, name: str) -> Locator:
    return page.locator(".board-agent", has_text=name)


async def test_a_supervisor_drags_reloads_and_undoes(page: Page, floor: SimpleNamespace):
    await expect(column(page, "Billing").locator(".late dd")).to_contain_text("3 late")
    await expect(cards(page, "Billing").first).to_contain_text("Barbara")  # the oldest promise
    await card(page, "Katherine").drag_to(column(page, "Sales").locator(".board-empty"))
    await expect(cards(page, "Sales")).to_contain_text(["Katherine"])
    await expect(page.get_by_text("1 conversation moved to Sales")).to_be_visible()
    await page.reload()
    await page.get_by_role("button", name="Undo").click()
    await expect(cards(page, "Billing")).to_have_count(3)

    await expect(cards(page, "Sales")).to_have_count(0)
    placement = await floor.desk.desk.read(lambda unit: unit.placements.get(floor.talks[-1]))
    assert (floor.Billing, Priority.URGENT) == (placement.queue_id, placement.priority)


async def test_everything_goes_by_keyboard(page: Page):
    await page.get_by_role("listbox", name="Who waits in Billing").focus()
    await page.keyboard.press("Shift+ArrowDown")
    await expect(page.locator(".board-card[aria-selected='true']")).to_have_count(2)
    await page.keyboard.press("m")
    dialog = page.get_by_role("dialog", name="Move 2 conversations")
    await dialog.get_by_label("Where to").select_option(label="Sales")
    await expect(dialog.get_by_text("2 conversations would move.")).to_be_visible()
    await expect(dialog.get_by_text("Sales: wait")).to_be_visible()
    await dialog.get_by_label("Where to").focus()
    await page.keyboard.press("Tab")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await expect(cards(page, "Sales")).to_have_count(2)
    await page.keyboard.press("z")
    await expect(cards(page, "Billing")).to_have_count(3)

    await expect(page.get_by_text("2 conversations put back.")).to_be_visible()


async def test_an_agent_is_lent_and_her_work_taken_over(page: Page, floor: SimpleNamespace):
    await agent(page, "Ada Agent").click()
    panel = page.get_by_role("complementary", name="About Ada Agent")
    await panel.get_by_role("button", name="Lend", exact=True).click()
    await expect(panel.get_by_role("button", name="Take back from Sales")).to_be_visible()
    await panel.get_by_label("State").select_option("away")
    await expect(panel.locator(".board-state")).to_contain_text("Away")
    await panel.get_by_role("button", name="Take over everything").click()
    dialog = page.get_by_role("dialog", name="Move everything Ada Agent has")
    await dialog.get_by_label("Where to").select_option(value=f"agent {floor.bea}")
    await expect(dialog.get_by_text("Bea Agent: load")).to_be_visible()
    await dialog.get_by_role("button", name="Move", exact=True).click()
    await expect(panel.get_by_text("Has nothing.")).to_be_visible()

    member = await floor.desk.desk.read(lambda unit: unit.queues.member(floor.Sales, floor.ada))
    assert member.until is not None
    assert (
        floor.bea
        == (
            await floor.desk.desk.read(lambda unit: unit.conversations.get(floor.talks[0]))
        ).assignee_id
    )


async def test_one_is_watched_whispered_to_and_taken_over(page: Page, floor: SimpleNamespace):
    await card(page, "Edsger").dblclick()
    drawer = page.locator(".board-drawer")
    await expect(drawer.get_by_text("Edsger Dijkstra asks.")).to_be_visible()
    await floor.desk.customer_says(
        "Is anybody there?", sender="edsger@home.example", name=PEOPLE[2]
    )
    await expect(drawer.get_by_text("Is anybody there?")).to_be_visible()  # as it happens
    await drawer.get_by_label("Whisper a note").fill("Offer him a refund.")
    await drawer.get_by_role("button", name="Whisper").click()
    await expect(drawer.locator(".board-line.note")).to_contain_text("Offer him a refund.")
    await drawer.get_by_label("Priority").select_option("high")
    await expect(card(page, "Edsger")).to_contain_text("High")
    await drawer.get_by_role("button", name="Take over").click()
    await expect(cards(page, "Billing")).to_have_count(2)

    await expect(agent(page, "Grace Hopper").locator(".sr").last).to_contain_text("Load 1")


async def test_what_is_on_hold_stands_below_and_comes_back(page: Page):
    await card(page, "Edsger").click()
    toolbar = page.get_by_role("toolbar")
    await toolbar.get_by_role("button", name="Hold").click()
    await expect(cards(page, "Billing").last).to_contain_text("on hold")
    await toolbar.get_by_role("button", name="Off hold").click()
    await expect(card(page, "Edsger")).not_to_contain_text("on hold")


async def test_a_queue_is_paused_and_others_see_it_live(
    page: Page, floor: SimpleNamespace, open_context: OpenContext
):
    other = await opened(await open_context(), floor)
    await page.get_by_role("button", name="Pause Billing").click()
    await expect(column(other, "Billing").get_by_text("Paused", exact=True)).to_be_visible()
    await page.get_by_role("button", name="Let Billing go on").click()
    await expect(column(other, "Billing").get_by_text("Paused", exact=True)).to_be_hidden()


async def test_a_tablet_drags_with_a_finger(floor: SimpleNamespace, open_context: OpenContext):
    context = await open_context(viewport={"width": 1024, "height": 768}, has_touch=True)
    page = await opened(context, floor)
    finger = await context.new_cdp_session(page)

    async def touch(what: str, at: Locator | None = None) -> None:
        box = await at.bounding_box() if at else None
        middle = {"x": box["x"] + box["width"] / 2, "y": box["y"] + 12} if box else None
        points = [middle] if middle else []
        await finger.send("Input.dispatchTouchEvent", {"type": what, "touchPoints": points})

    await touch("touchStart", card(page, "Katherine"))
    await expect(page.locator(".board-ghost")).to_have_text("Katherine Johnson")
    await touch("touchMove", column(page, "Sales"))
    await expect(page.locator(".board-column.target")).to_have_attribute("aria-label", "Sales")
    await touch("touchEnd")

    await expect(cards(page, "Sales")).to_contain_text(["Katherine"])
    await expect(page.locator(".board-ghost")).to_have_count(0)


async def test_an_agent_is_dragged_to_a_queue_and_escape_gives_up(page: Page):
    await card(page, "Katherine").hover()
    await page.mouse.down()
    await agent(page, "Bea Agent").hover()
    await expect(page.locator(".board-agent.target")).to_contain_text("Bea Agent")
    await page.keyboard.press("Escape")
    await page.mouse.up()
    await expect(page.locator(".board-ghost")).to_have_count(0)
    await expect(cards(page, "Billing")).to_have_count(3)

    await agent(page, "Ada Agent").drag_to(column(page, "Sales").locator(".board-empty"))
    await expect(page.get_by_role("dialog")).to_contain_text("Ada Agent")


async def test_a_tablet_moves_by_touch(floor: SimpleNamespace, open_context: OpenContext):
    context = await open_context(viewport={"width": 768, "height": 1024}, has_touch=True)
    page = await opened(context, floor)
    await card(page, "Barbara").tap()
    await card(page, "Edsger").tap()
    await column(page, "Sales").get_by_role("button", name="Move 2 here").tap()
    dialog = page.get_by_role("dialog", name="Move 2 conversations")
    await expect(dialog.get_by_text("2 conversations would move.")).to_be_visible()
    await dialog.get_by_role("button", name="Move", exact=True).tap()
    await expect(cards(page, "Sales")).to_have_count(2)
    await page.get_by_role("button", name="Undo").tap()

    await expect(cards(page, "Billing")).to_have_count(3)


async def test_a_phone_shows_the_board_no_wider_than_itself(
    floor: SimpleNamespace, open_context: OpenContext
):
    page = await opened(await open_context(viewport={"width": 360, "height": 740}), floor)
    await expect(agent(page, "Bea Agent")).to_be_attached()

    assert 360 == await page.evaluate("document.documentElement.scrollWidth")


async def test_nobody_is_shut_out_of_the_board(page: Page):
    eyes = Eyes(page)
    await eyes.look("the board")
    await card(page, "Edsger").click()
    await expect(page.get_by_role("toolbar")).to_be_visible()
    await eyes.look("a selection")
    await page.get_by_role("button", name="Watch").click()
    await expect(page.locator(".board-line").first).to_be_visible()
    await eyes.look("watching")
    await agent(page, "Ada Agent").click()
    await expect(page.locator(".board-memberships li").first).to_be_visible()
    await eyes.look("an agent")
    await page.get_by_role("button", name="Move …").click()
    await page.get_by_label("Where to").select_option(label="Sales")
    await expect(page.get_by_text("would move.")).to_be_visible()
    await eyes.look("a move")
    await page.get_by_role("button", name="Move", exact=True).click()
    await expect(page.get_by_role("button", name="Undo")).to_be_visible()
    await eyes.look("undoing")

    assert {} == eyes.found


async def test_agents_are_not_shown_the_board(floor: SimpleNamespace, open_context: OpenContext):
    context = await open_context()
    await enter(context, floor.desk.url, "ada")
    answer = await context.request.get(f"{floor.desk.url}/api/board")

    assert 403 == answer.status
