import pytest
import structlog

from agents_ui.problems import located


async def refused(caller, method, path, **more):
    async with caller.http.request(method, f"{caller.base}{path}", **more) as answer:
        assert answer.content_type == "application/problem+json", await answer.text()
        problem = await answer.json()
        assert problem["status"] == answer.status
        assert problem["trace"]
        return answer.status, problem, answer.headers


JSON = {"Content-Type": "application/json"}


@pytest.mark.parametrize(
    ("method", "path", "more", "status"),
    [
        ("GET", "/api/nothing", {}, 404),
        ("GET", "/nothing", {}, 404),
        ("GET", "/api/customers/x", {}, 404),
        ("PUT", "/api/session", {"headers": JSON}, 405),
        ("PATCH", "/api/customers/1", {"data": b"{", "headers": JSON}, 400),
        ("PATCH", "/api/customers/1", {"data": b"", "headers": JSON}, 400),
        ("PATCH", "/api/customers/1", {"data": b"\xff\xfe", "headers": JSON}, 400),
        ("PATCH", "/api/customers/1", {"data": b"{}" * 600_000, "headers": JSON}, 413),
        ("PATCH", "/api/customers/1", {"data": b"{}", "headers": {}}, 415),
        ("PATCH", "/api/customers/1", {"data": b"[" * 100_000, "headers": JSON}, 422),
        ("PATCH", "/api/customers/1", {"json": []}, 422),
        ("GET", "/api/conversations?limit=0", {}, 422),
        ("GET", "/api/conversations?limit=x", {}, 422),
        ("GET", "/api/conversations?list=none", {}, 422),
        ("GET", "/api/conversations?colour=red", {}, 422),
        ("GET", "/api/live?since=-1", {}, 422),
    ],
)
async def test_everything_refused_is_a_problem(street, method, path, more, status):
    program = await street.program()
    if "data" in more:
        more = more | {"headers": {"Content-Type": "text/plain"} | more["headers"]}
        if len(more["data"]) > 2**20:
            more["data"] = pieces(more["data"])
    found, problem, _ = await refused(program, method, path, **more)

    assert found == status, problem


async def pieces(body):
    for start in range(0, len(body), 65536):
        yield body[start : start + 65536]


async def test_405_says_what_is_allowed(street):
    _, _, headers = await refused(await street.stranger(), "PUT", "/api/session", headers=JSON)

    assert headers["Allow"] == "DELETE,POST"


async def test_a_fault_of_ours_is_logged_and_says_nothing_of_itself(street, monkeypatch):
    program = await street.program()
    await program.get("/api/me")

    async def broken(*_, **__):
        raise ZeroDivisionError("a secret of ours")

    monkeypatch.setattr(street.desk, "read", broken)
    with structlog.testing.capture_logs() as logged:
        status, problem, _ = await refused(program, "GET", "/api/me")

    assert status == 500
    assert "secret" not in str(problem)
    assert problem["trace"] in [one.get("trace") for one in logged]


def test_the_field_is_found_in_what_was_wrong():
    assert located("Expected `int`, got `str` - at `$.last_seen_id`")[1] == "last_seen_id"
    assert located("Expected `str`, got `int` - at `$.to[0]`")[1] == "to[0]"
    assert located("Object missing required field `text`") == (
        "Object missing required field `text`.",
        "text",
    )
    assert located("Object contains unknown field `x`")[1] == "x"
    assert located("Expected `object`, got `array`")[1] is None
