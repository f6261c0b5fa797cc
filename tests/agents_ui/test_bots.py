"""Bots and forms over HTTP: checked with the setup, tried before they hold."""

import pytest

from inbox.actions import articles as library
from inbox.model import ArticleText, Role
from routing.bots.forms.lookups import secret
from tests.agents_ui.conftest import Street

ORDER = {
    "title": {"en": "Where is it?", "hr": "Gdje je?"},
    "slots": [
        {"name": "order", "kind": "order", "ask": {"en": "Which order?", "hr": "Koja narudžba?"}},
        {"name": "why", "kind": "choice", "ask": {"en": "Why?"}, "choices": ["late", "gone"]},
    ],
    "look_ups": [{"url": "https://shop.example/orders", "after": "order", "found": {"en": "{at}"}}],
    "done": {"en": "It is {at}."},
}


def play(**parts):
    return {"flow": ORDER, "name": "order", "language": "en"} | parts


async def step(caller, **parts):
    return await caller.call("POST", "/api/bots/try", play(**parts))


async def test_a_form_is_tried_without_being_saved(street: Street):
    boss = await street.agent(Role.SUPERVISOR)
    first = await step(boss)
    second = await step(boss, filling=first["filling"], said="it is AB-1234")
    third = await step(boss, filling=second["filling"], said="2")
    last = await step(boss, filling=third["filling"], pressed="form:yes")

    assert "Which order?" == first["say"]
    assert ("[at]\n\nWhy?", "https://shop.example/orders") == (second["say"], second["looked_up"])
    assert ["late", "gone", "Talk to a person"] == [one["title"] for one in second["buttons"]]
    assert {"Order": "AB-1234", "Why": "gone"} == third["collected"]
    assert ("done", "It is [at].", None) == (last["outcome"], last["say"], last["filling"])
    assert None is (await boss.get("/api/setup"))["id"]


@pytest.mark.parametrize(("told", "outcome"), [("missing", "asking"), ("failed", "stuck")])
async def test_a_look_up_can_be_taken_to_fail(street: Street, told, outcome):
    boss = await street.agent(Role.SUPERVISOR)
    first = await step(boss)
    second = await step(boss, filling=first["filling"], said="AB-1234", look_ups=told)

    assert outcome == second["outcome"]


async def test_administrators_alone_have_others_asked(street: Street):
    boss, admin = await street.agent(Role.SUPERVISOR), await street.agent(Role.ADMIN)
    await boss.call("POST", "/api/bots/try", play(look_ups="ask"), expect=403)

    assert None is (await boss.get("/api/bots/ready"))["secret"]
    assert secret(street.desk.signer) == (await admin.get("/api/bots/ready"))["secret"]


async def test_an_agent_may_not_try_forms(street: Street):
    agent = await street.agent(Role.AGENT)
    await agent.call("POST", "/api/bots/try", play(), expect=403)


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"slots": [{"name": "a b", "ask": {"en": "?"}}]}, "slots[0].name"),
        ({"slots": [{"name": "a", "ask": {}}]}, "slots[0].ask"),
        ({"slots": [{"name": "a", "ask": {"en": "?"}, "kind": "choice"}]}, "slots[0].choices"),
        ({"slots": [{"name": "a", "ask": {"en": "?"}, "pattern": "(a+)+"}]}, "slots[0].pattern"),
        ({"slots": [{"name": "a", "ask": {"en": "?"}, "least": 2}]}, "slots[0].least"),
        ({"slots": [{"name": "a", "ask": {"en": "?"}, "when": {"b": ["c"]}}]}, "slots[0].when"),
        ({"slots": [{"name": "a", "ask": {"English": "?"}}]}, "slots[0].ask"),
        ({"look_ups": [{"url": "file:///etc", "after": "order"}]}, "look_ups[0].url"),
        ({"look_ups": [{"url": "https://a.example", "after": "no"}]}, "look_ups[0].after"),
        ({"attributes": {"size": "no"}}, "attributes"),
        ({"title": {}}, "title"),
        ({"title": {"en": "x"}, "slots": [], "look_ups": [], "done": {}}, "slots"),
    ],
)
async def test_a_mistake_says_where_it_is(street: Street, change, where):
    admin = await street.agent(Role.ADMIN)
    flow = ORDER | change
    tried = await admin.call("POST", "/api/bots/try", play(flow=flow), expect=422)
    kept = {"setup": {"flows": {"order": flow}}, "base": None}
    saved = await admin.call("PUT", "/api/setup", kept, expect=422)

    assert f"flows.order.{where}" == tried["field"] == saved["field"]


async def test_nonsense_that_claims_to_be_half_a_form_harms_nobody(street: Street):
    boss = await street.agent(Role.SUPERVISOR)
    odd = {"flow": "x", "slot": "gone", "values": {"order": "7", "why": "?"}, "path": ["why"]}
    await step(boss, filling=odd, said="x")
    refused = await boss.call("POST", "/api/bots/try", play(filling={"slot": 3}), expect=422)

    assert refused["field"].startswith("filling")


async def test_the_forms_that_are_ready_can_be_saved(street: Street):
    admin = await street.agent(Role.ADMIN)
    ready = await admin.get("/api/bots/ready")
    bot = {"languages": ["en", "hr"], "greeting": "greeting", "closed": "closed"}
    setup = {"flows": ready["flows"], "bots": {"Bot": bot}, "bot": "Bot"}
    held = await admin.call("PUT", "/api/setup", {"setup": setup, "base": None})
    again = await admin.call("PUT", "/api/setup", {"text": held["text"], "base": held["id"]})

    assert ["greeting", "closed", "leave_address"] == list(held["setup"]["flows"])
    assert held["setup"] == again["setup"]


# --- the whole bot --------------------------------------------------------------------------
PARCEL = library.Wanted(
    texts=(
        ArticleText(
            language="en",
            title="Where is my parcel?",
            body="It arrives **within three days**.",
            examples=("where is my parcel", "my order has not arrived", "when will it come"),
        ),
    )
)
BOT = {"languages": ["en"], "novelty": 1.0}


async def asked(caller, said, before=None, **parts):
    body = {"bot": BOT, "flows": {"order": ORDER}, "said": said, "talk": before} | parts
    return await caller.call("POST", "/api/bots/talk", body)


async def test_a_bot_is_talked_with_before_it_holds(street: Street):
    boss = await street.agent(Role.SUPERVISOR)
    await street.desk.write(library.create, PARCEL, by=None)
    hello = await asked(boss, "Hello!")
    person = await asked(boss, "a person, please", hello["talk"])

    assert ("say", []) == (hello["did"], hello["guesses"])
    assert ("hand_over", None) == (person["did"], person["talk"])
    assert None is (await boss.get("/api/setup"))["id"]
    assert [] == (await boss.get("/api/conversations"))["items"]


async def test_a_form_is_filled_in_the_talk(street: Street):
    boss = await street.agent(Role.SUPERVISOR)
    begun = await asked(boss, "", pressed="flow:order")
    second = await asked(boss, "AB-1234", begun["talk"])
    third = await asked(boss, "2", second["talk"])

    assert "Which order?" in begun["say"]
    assert "[at]" in second["say"]
    assert {"Order": "AB-1234", "Why": "gone"} == third["collected"]


@pytest.mark.parametrize(
    ("says", "did", "heard"),
    [
        ("found", "say", "[at]"),
        ("missing", "say", "Which order?"),
        ("failed", "hand_over", ""),
    ],
)
async def test_the_talk_says_what_would_be_looked_up_and_goes_on_as_told(
    street: Street, says, did, heard
):
    boss = await street.agent(Role.SUPERVISOR)
    begun = await asked(boss, "", pressed="flow:order")
    second = await asked(boss, "AB-1234", begun["talk"], look_ups=says)

    assert (None, "https://shop.example/orders") == (begun["looked_up"], second["looked_up"])
    assert did == second["did"]
    assert heard in second["say"]


async def test_administrators_alone_have_others_asked_in_the_talk(street: Street):
    boss = await street.agent(Role.SUPERVISOR)
    body = {"bot": BOT, "flows": {"order": ORDER}, "said": "x", "look_ups": "ask"}

    await boss.call("POST", "/api/bots/talk", body, expect=403)


async def test_a_bot_that_cannot_work_is_not_talked_with(street: Street):
    boss = await street.agent(Role.SUPERVISOR)
    refused = await asked_wrongly(boss, bot=BOT | {"greeting": "gone"})

    assert "bot.greeting" == refused["field"]


async def asked_wrongly(caller, **parts):
    body = {"bot": BOT, "flows": {}, "said": "x"} | parts
    return await caller.call("POST", "/api/bots/talk", body, expect=422)
