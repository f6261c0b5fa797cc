"""The description of the API is valid, and the API keeps to it."""

import re

import pytest
from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

import agents_ui
from agents_ui.openapi import document
from agents_ui.site import Site
from inbox.model import Role
from tests.agents_ui import scenes

ASKED = {"figure": "opened"}  #: a report is of something that is counted
NO_TELEPHONE = "/api/calls/token"  # nobody can be called at this desk


@pytest.fixture(scope="module")
def described():
    site = Site(public_url="http://desk.example")
    return document(agents_ui.ENDPOINTS, version="1.2.3", url=site.public_url)


def validator(described, reference):
    """Return what checks a value against a schema of the document."""
    registry = Registry().with_resource("urn:api", Resource(described, DRAFT202012))
    return Draft202012Validator({"$ref": f"urn:api{reference}"}, registry=registry)


def references(value):
    if isinstance(value, dict):
        if "$ref" in value:
            yield value["$ref"]
        value = list(value.values())
    if isinstance(value, list):
        for one in value:
            yield from references(one)


def operations(described):
    for path, item in described["paths"].items():
        for method, operation in item.items():
            yield path, method, operation


def test_it_is_openapi_3_1(described):
    assert described["openapi"] == "3.1.0"
    assert set(described) <= {"openapi", "info", "servers", "paths", "components"}
    assert {"title", "version"} <= set(described["info"])
    for schema in described["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)


def test_every_reference_leads_somewhere(described):
    for reference in references(described):
        kind, name = reference.removeprefix("#/components/").split("/")
        assert name in described["components"][kind]
        assert re.fullmatch(r"[A-Za-z0-9._-]+", name)


def test_every_operation_is_whole(described):
    names = set()
    for path, method, operation in operations(described):
        assert operation["operationId"] not in names
        names.add(operation["operationId"])
        assert operation["summary"].endswith((".", ")")), operation["operationId"]
        in_path = [one["name"] for one in operation["parameters"] if one["in"] == "path"]
        assert in_path == re.findall(r"\{(\w+)\}", path)
        assert {"default"} < set(operation["responses"])
        for response in operation["responses"].values():
            assert response["description"]
        assert method in {"get", "post", "put", "patch", "delete"}


def test_every_route_is_described(described):
    told = {(method.upper(), path) for path, method, _ in operations(described)}

    assert told == {(one.method, f"/api{one.path}") for one in agents_ui.ENDPOINTS}


async def test_answers_are_as_described(street, described):
    admin = await street.program(Role.ADMIN)
    talk = await street.desk.write(scenes.write_in)
    await admin.post(
        f"/api/conversations/{talk}/replies", {"text": "Hi", "client_id": "c"}, expect=201
    )
    await admin.post("/api/tokens", {"name": "x"}, expect=201)
    text = {"language": "en", "title": "Ada", "body": "x"}
    await admin.post("/api/articles", {"texts": [text]}, expect=201)
    await admin.call("PUT", "/api/setup", {"setup": {"queues": {"support": {}}}})
    await admin.call("PUT", "/api/queues/1/members/1", {})
    served = await admin.get("/api/openapi.json")
    looked = 0
    for path, method, operation in operations(described):
        schema = operation["responses"].get("200", {}).get("content", {}).get("application/json")
        if method != "get" or schema is None or path == NO_TELEPHONE:
            continue
        told = [one for one in operation["parameters"] if one["in"] == "query"]
        asked = {one["name"]: ASKED.get(one["name"], "ada") for one in told if one["required"]}
        answer = await admin.get(path.format(id=1, agent=1), params=asked)
        whole = {**schema["schema"], "components": served["components"]}
        Draft202012Validator(whole).validate(answer)
        looked += 1
    problem = await admin.get("/api/conversations/999", expect=404)
    validator(served, "#/components/schemas/Problem").validate(problem)

    assert looked >= 10


async def test_whatever_is_sent_never_breaks_it(street):
    """Schemathesis makes up requests from the description; none may be a fault of ours."""
    import asyncio

    import schemathesis
    from hypothesis import HealthCheck, Phase, given, settings

    admin = await street.program(Role.ADMIN)
    await street.desk.write(scenes.write_in)
    token = admin.http.headers["Authorization"]
    schema = schemathesis.openapi.from_dict(await admin.get("/api/openapi.json"))
    calm = settings(
        max_examples=4,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )

    def try_all():
        tried = 0
        for made in schema.get_all_operations():
            operation = made.ok()
            if operation.label in ("GET /api/live", "DELETE /api/tokens/{id}"):
                continue  # the one is a websocket, the other would end this very test

            @calm
            @given(case=operation.as_strategy())
            def attempt(case):
                response = case.call(
                    base_url=street.base, headers={"Authorization": token}, timeout=60
                )
                assert response.status_code < 500, (response.status_code, response.text)

            attempt()
            tried += 1
        return tried

    assert 20 < await asyncio.to_thread(try_all)
