from inbox.actions import conversation as verbs
from inbox.model import Role
from tests.agents_ui import scenes


async def fill(desk, count):
    made = []
    for number in range(count):
        desk.advance(1)
        made.append(await desk.write(scenes.write_in, f"Question {number}"))
    return made


async def test_a_list_shows_the_most_recently_active_first(street):
    agent = await street.agent()
    first, second = await fill(street.desk, 2)
    street.desk.advance(1)
    await street.desk.write(scenes.write_on, first, "Hello?")

    page = await agent.get("/api/conversations?list=all")

    assert [first, second] == [one["id"] for one in page["items"]]
    assert page["next"] is None
    top = page["items"][0]
    assert ("Hello?", "email", True, "open") == (
        top["preview"],
        top["channel"],
        top["unread"],
        top["status"],
    )
    assert top["customer"]["name"] == "Ada"


async def test_pages_join_without_a_gap_or_a_repeat(street):
    agent = await street.agent()
    made = await fill(street.desk, 7)
    seen, after = [], ""
    while after is not None:
        page = await agent.get(f"/api/conversations?limit=3{after and f'&after={after}'}")
        seen += [one["id"] for one in page["items"]]
        after = page["next"]

    assert made[::-1] == seen


async def test_every_tray_answers_and_holds_what_it_says(street):
    agent = await street.agent()
    mine, _free, done = await fill(street.desk, 3)
    await street.desk.write(verbs.assign, mine, agent.agent_id, by=agent.agent_id)
    await street.desk.write(verbs.resolve, done, by=agent.agent_id)
    held = {}
    for tray in ("mine", "unassigned", "all", "resolved", "snoozed", "pending", "undelivered"):
        page = await agent.get(f"/api/conversations?list={tray}")
        held[tray] = len(page["items"])

    assert held == {
        "mine": 1,
        "unassigned": 1,
        "all": 2,
        "resolved": 1,
        "snoozed": 0,
        "pending": 0,
        "undelivered": 0,
    }


async def test_a_cursor_that_is_none_is_refused_with_its_field(street):
    agent = await street.agent()
    for path in ("/api/conversations?after=x", "/api/conversations?after=1-x"):
        problem = await agent.get(path, expect=422)
        assert problem["field"] == "after"


async def test_an_opened_conversation_shows_its_newest_page_and_leads_back(street):
    agent = await street.agent()

    def sixty_lines(unit):
        talk = scenes.write_in(unit, "Line 0")
        for number in range(1, 60):
            scenes.write_on(unit, talk, f"Line {number}")
        return talk

    talk = await street.desk.write(sixty_lines)
    thread = await agent.get(f"/api/conversations/{talk}")
    texts = [one["text"] for one in thread["messages"]["items"]]
    assert texts == [f"Line {number}" for number in range(10, 60)]
    cursor = thread["messages"]["next"]
    earlier = await agent.get(f"/api/conversations/{talk}/messages?before={cursor}")

    assert [f"Line {number}" for number in range(10)] == [one["text"] for one in earlier["items"]]
    assert earlier["next"] is None
    assert thread["envelope"]["possible"]
    assert thread["envelope"]["to"] == ["customer1@home.example"]
    assert thread["sequence"] > 0


async def test_quotes_are_folded_away_from_what_was_said(street):
    agent = await street.agent()
    talk = await street.desk.write(
        scenes.write_in, "It rings!\n\n> Does it ring?", visible_text="It rings!"
    )

    thread = await agent.get(f"/api/conversations/{talk}")
    message = thread["messages"]["items"][0]

    assert ("It rings!", "> Does it ring?") == (message["text"], message["quoted"])


async def test_a_reply_is_in_the_outbox_when_it_is_answered(street):
    agent = await street.agent()
    talk = await street.desk.write(scenes.write_in)

    message = await agent.post(
        f"/api/conversations/{talk}/replies",
        {"text": "We send a new one.", "client_id": "c1"},
        expect=201,
    )

    assert message["delivery"] == "queued"
    assert message["author_id"] == agent.agent_id
    again = await agent.post(
        f"/api/conversations/{talk}/replies",
        {"text": "We send a new one.", "client_id": "c1"},
        expect=201,
    )
    assert again["id"] == message["id"]
    thread = await agent.get(f"/api/conversations/{talk}")
    assert len(thread["messages"]["items"]) == 2
    assert thread["conversation"]["waiting_since"] is None


async def test_a_reply_is_refused_when_the_customer_wrote_meanwhile(street):
    agent = await street.agent()
    talk = await street.desk.write(scenes.write_in)
    thread = await agent.get(f"/api/conversations/{talk}")
    seen = thread["messages"]["items"][-1]["id"]
    await street.desk.write(scenes.write_on, talk, "Never mind!")

    problem = await agent.post(
        f"/api/conversations/{talk}/replies",
        {"text": "We send a new one.", "client_id": "c1", "last_seen_id": seen},
        expect=409,
    )

    assert "meantime" in problem["detail"]


async def test_wrong_values_of_a_reply_name_their_field(street):
    agent = await street.agent()
    talk = await street.desk.write(scenes.write_in)
    path = f"/api/conversations/{talk}/replies"
    good = {"text": "Yes", "client_id": "c"}
    for wrong, field in (
        ({"text": 5}, "text"),
        ({"client_id": ""}, "client_id"),
        ({"account_id": 77}, "account_id"),
        ({"attachments": ["forged"]}, "attachments"),
        ({"colour": "red"}, "colour"),
    ):
        problem = await agent.post(path, good | wrong, expect=422)
        assert problem["field"] == field


async def test_a_note_never_gets_a_delivery(street):
    agent = await street.agent()
    talk = await street.desk.write(scenes.write_in)

    note = await agent.post(
        f"/api/conversations/{talk}/notes", {"text": "Nice person", "client_id": "n"}, expect=201
    )

    assert (note["direction"], note["delivery"], note["channel"]) == ("note", None, None)


async def test_a_change_answers_with_what_became_of_it(street):
    agent = await street.agent()
    talk = await street.desk.write(scenes.write_in)
    path = f"/api/conversations/{talk}"

    taken = await agent.call("PATCH", path, {"assignee_id": agent.agent_id})
    assert taken["assignee_id"] == agent.agent_id
    resolved = await agent.call("PATCH", path, {"status": "resolved"})
    assert resolved["status"] == "resolved"
    reopened = await agent.call("PATCH", path, {"status": "open", "assignee_id": None})
    assert (reopened["status"], reopened["assignee_id"]) == ("open", None)
    spam = await agent.call("PATCH", path, {"spam": True})
    assert (spam["spam"], spam["status"]) == (True, "resolved")
    problem = await agent.call("PATCH", path, {"status": "snoozed"}, expect=422)
    assert problem["field"] == "status"
    problem = await agent.call("PATCH", path, {"assignee_id": 999}, expect=422)
    assert problem["field"] == "assignee_id"

    thread = await agent.get(path)
    verbs_told = [event["verb"] for event in thread["events"]]
    assert verbs_told == [
        "conversation.opened",
        "conversation.assigned",
        "conversation.resolved",
        "conversation.assigned",
        "conversation.reopened",
        "conversation.marked_spam",
    ]


async def test_drafts_are_kept_and_read_marks_never_go_back(street):
    agent = await street.agent()
    talk = await street.desk.write(scenes.write_in)
    path = f"/api/conversations/{talk}"
    newest = await street.desk.write(scenes.write_on, talk, "Hello?")

    await agent.call("PUT", f"{path}/draft", {"text": "Dear A", "note": True}, expect=204)
    await agent.call("PUT", f"{path}/read", {"message_id": newest}, expect=204)
    await agent.call("PUT", f"{path}/read", {"message_id": 1}, expect=204)

    thread = await agent.get(path)
    assert thread["draft"] == {"text": "Dear A", "note": True}
    assert thread["conversation"]["unread"] is False
    await agent.call("PUT", f"{path}/draft", {"text": ""}, expect=204)
    assert (await agent.get(path))["draft"] is None


async def test_a_colleague_has_drafts_and_unread_marks_of_their_own(street):
    agent, colleague = await street.agent(), await street.agent()
    talk = await street.desk.write(scenes.write_in)
    path = f"/api/conversations/{talk}"
    await agent.call("PUT", f"{path}/draft", {"text": "Mine"}, expect=204)
    await agent.call("PUT", f"{path}/read", {"message_id": 1}, expect=204)

    thread = await colleague.get(path)

    assert thread["draft"] is None
    assert thread["conversation"]["unread"] is True


async def test_text_that_no_database_takes_is_cleaned(street):
    agent = await street.agent()
    talk = await street.desk.write(scenes.write_in)

    message = await agent.post(
        f"/api/conversations/{talk}/replies", {"text": "a\0b", "client_id": "z\0"}, expect=None
    )
    name = await agent.call("PATCH", "/api/customers/1", {"name": "A\0da"}, expect=None)

    assert "\0" not in str(message)
    assert "\0" not in str(name)


async def test_a_failed_reply_can_be_retried_or_let_go(street):
    agent = await street.agent()
    talk = await street.desk.write(scenes.write_in)
    sent = await agent.post(
        f"/api/conversations/{talk}/replies", {"text": "Hi", "client_id": "c"}, expect=201
    )
    path = f"/api/messages/{sent['id']}"
    await agent.post(f"{path}/retry", expect=409, headers={"Content-Type": "application/json"})
    await street.desk.write(lambda unit: unit.messages.change(sent["id"], delivery="failed"))

    listed = await agent.get("/api/conversations?list=undelivered")
    assert [talk] == [one["id"] for one in listed["items"]]
    again = await agent.post(f"{path}/retry", {})
    assert (again["delivery"], again["retry"]) == ("queued", False)
    gone = await agent.post(f"{path}/cancel", {})
    assert gone["delivery"] == "canceled"


async def test_me_tells_everything_to_begin_with(street):
    agent = await street.agent(Role.SUPERVISOR)
    await street.desk.write(scenes.write_in)

    me = await agent.get("/api/me")

    assert me["agent"]["id"] == agent.agent_id
    assert me["accounts"][0]["capabilities"]["formats"] == ["plain", "html"]
    assert me["counts"] == {
        "mine": 0,
        "unassigned": 1,
        "all": 1,
        "quarantined": 0,
        "undelivered": 0,
        "queues": {},
    }
    assert me["sequence"] == max(one.id for one in street.desk.told)
