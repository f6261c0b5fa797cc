import asyncio

from inbox.model import Role
from tests.agents_ui import scenes

KEY = {"Idempotency-Key": "order-7"}


async def replied(agent, talk, client="c1", **more):
    path = f"{agent.base}/api/conversations/{talk}/replies"
    body = {"text": "Yes", "client_id": client}
    async with agent.http.post(path, json=body, headers={**KEY, **more}) as answer:
        return answer.status, answer.headers, await answer.json()


async def test_the_same_request_again_gets_the_first_answer(street):
    agent = await street.agent()
    talk = await street.desk.write(scenes.write_in)
    status, headers, first = await replied(agent, talk)
    assert (status, headers.get("Idempotent-Replay")) == (201, None)
    await agent.call("PATCH", f"/api/conversations/{talk}", {"status": "resolved"})

    status, headers, again = await replied(agent, talk)

    assert (status, headers["Idempotent-Replay"]) == (201, "true")
    assert first == again
    thread = await agent.get(f"/api/conversations/{talk}")
    assert len(thread["messages"]["items"]) == 2


async def test_another_request_under_the_same_key_is_refused(street):
    agent = await street.agent()
    talk = await street.desk.write(scenes.write_in)
    await replied(agent, talk)
    status, _, problem = await replied(agent, talk, client="c2")

    assert (status, problem["field"]) == (422, "Idempotency-Key")


async def test_keys_are_everybodys_own(street):
    one, other = await street.agent(), await street.agent()
    talk = await street.desk.write(scenes.write_in)
    await replied(one, talk)
    status, headers, _ = await replied(other, talk, client="c2")

    assert (status, headers.get("Idempotent-Replay")) == (201, None)


async def test_a_failure_is_not_remembered(street):
    agent = await street.agent()
    status, _, _ = await replied(agent, 1)
    assert status == 404
    await street.desk.write(scenes.write_in)
    status, _, _ = await replied(agent, 1)

    assert status == 201


async def test_the_same_request_at_the_same_time_is_done_once(street, monkeypatch):
    agent = await street.agent()
    talk = await street.desk.write(scenes.write_in)
    begun, held, write = asyncio.Event(), asyncio.Event(), street.desk.write

    async def slowly(*given, **named):
        begun.set()
        await held.wait()
        return await write(*given, **named)

    monkeypatch.setattr(street.desk, "write", slowly)
    first = asyncio.create_task(replied(agent, talk))
    async with asyncio.timeout(60):
        await begun.wait()
    status, _, _ = await replied(agent, talk)
    held.set()

    assert status == 409
    assert (await first)[0] == 201


async def test_two_processes_do_it_once(street):
    """Each has its own memory; the table decides."""
    from agents_ui import repeats
    from inbox.model import AgentId

    agent = await street.agent()
    claim = repeats.claim(AgentId(agent.agent_id), "k", b"same", 201)
    done = []

    def once(unit):
        done.append(1)
        return {"n": len(done)}

    both = [street.desk.write(repeats.remember, claim, once) for _ in range(2)]
    results = await asyncio.gather(*both, return_exceptions=True)

    assert 1 == sum(isinstance(result, dict) for result in results)
    found = await street.desk.read(repeats.find, claim)
    assert found.status == 201


async def test_keys_are_short_and_visible(street):
    admin = await street.agent(Role.ADMIN)
    for wrong in ("", "x" * 201):
        path = "/api/conversations/1/notes"
        problem = await admin.post(
            path,
            {"text": "x", "client_id": "c"},
            expect=400,
            headers={"Idempotency-Key": wrong},
        )
        assert problem["field"] == "Idempotency-Key"
