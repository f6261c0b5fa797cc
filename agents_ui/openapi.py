"""The API's own description, made from the same declarations that serve it."""

from collections.abc import Iterable, Sequence
from typing import Any, get_args, get_origin

import msgspec

from agents_ui.api.shapes import Problem
from agents_ui.calls import JSON, Endpoint
from inbox.model import Role

REF = "#/components/schemas/{name}"
PROBLEM = {
    "description": "A problem (RFC 9457)",
    "content": {"application/problem+json": {"schema": {"$ref": REF.format(name="Problem")}}},
}
ABOUT = """The desk's own inbox is a client of this API and uses nothing else.

Sign in with `POST /api/session` (a cookie), or send `Authorization: Bearer plr_…` with an API
token. Lists are pages: pass `next` back as `after`. A POST with an `Idempotency-Key` may be
sent again safely. Every error is a problem as RFC 9457 describes it."""


def document(endpoints: Sequence[Endpoint], *, version: str, url: str) -> dict[str, Any]:
    """Return the OpenAPI 3.1 document of *endpoints*."""
    kinds = [kind for one in endpoints for kind in (one.body, one.answer) if is_shape(kind)]
    asked = [one.query for one in endpoints if one.query]
    schemas, components = msgspec.json.schema_components(
        [Problem, *kinds, *asked], ref_template=REF
    )
    named = dict(zip([Problem, *kinds, *asked], schemas, strict=True))
    paths: dict[str, dict[str, Any]] = {}
    for one in endpoints:
        item = paths.setdefault(f"/api{one.path}", {})
        item[one.method.lower()] = operation(one, named, components)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Parlour",
            "version": version,
            "description": ABOUT,
            "license": {"name": "AGPL-3.0-or-later", "identifier": "AGPL-3.0-or-later"},
        },
        "servers": [{"url": url}],
        "paths": paths,
        "components": {
            "schemas": components,
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer"},
                "session": {"type": "apiKey", "in": "cookie", "name": "parlour"},
            },
        },
    }


def is_shape(kind: Any) -> bool:
    """Tell whether *kind* crosses the wire as JSON."""
    base = get_origin(kind) or kind
    if base in (list, dict):
        return bool(get_args(kind))
    return isinstance(base, type) and issubclass(base, msgspec.Struct)


def operation(one: Endpoint, named: dict[Any, Any], components: dict[str, Any]) -> dict[str, Any]:
    summary, _, details = one.summary.partition("\n")
    made: dict[str, Any] = {
        "operationId": one.name,
        "tags": [one.tag],
        "summary": summary,
        "parameters": [*in_path(one), *in_query(one, named, components), *in_headers(one)],
        "responses": responses(one, named),
        "security": [] if one.needs is None else [{"token": []}, {"session": []}],
    }
    if details.strip():
        made["description"] = details.strip()
    if one.needs not in (None, Role.AGENT):
        more = made.get("description", "")
        made["description"] = f"{more}\n\nNeeds the role {one.needs}.".strip()
    if one.body is not None:
        made["requestBody"] = {"required": True, "content": {JSON: {"schema": named[one.body]}}}
    elif one.takes != JSON:
        binary = {"schema": {"type": "string", "format": "binary"}}
        made["requestBody"] = {"required": True, "content": {one.takes: binary}}
    return made


def in_path(one: Endpoint) -> Iterable[dict[str, Any]]:
    number = {"type": "integer", "minimum": 1, "maximum": 2**63 - 1}
    schemas = [(name, number) for name in one.numbers]
    schemas += [(name, {"type": "string"}) for name in one.words]
    return (
        {"name": name, "in": "path", "required": True, "schema": schema} for name, schema in schemas
    )


def in_query(
    one: Endpoint, named: dict[Any, Any], components: dict[str, Any]
) -> Iterable[dict[str, Any]]:
    if one.query is None:
        return
    schema = components[named[one.query]["$ref"].rpartition("/")[2]]
    for name, what in schema["properties"].items():
        described = {"description": what["description"]} if "description" in what else {}
        yield {
            "name": name,
            "in": "query",
            "required": name in schema.get("required", ()),
            "schema": what,
            **described,
        }


def in_headers(one: Endpoint) -> Iterable[dict[str, Any]]:
    for name, about in one.headers.items():
        yield {
            "name": name,
            "in": "header",
            "required": False,
            "schema": {"type": "string"},
            "description": about,
        }


def responses(one: Endpoint, named: dict[Any, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {"default": PROBLEM}
    good: dict[str, Any] = {"description": "Done" if one.status == 204 else "The answer"}
    if is_shape(one.answer):
        good["content"] = {JSON: {"schema": named[one.answer]}}
    elif one.media != JSON:
        good["content"] = {one.media: {"schema": {"type": "string", "format": "binary"}}}
    found["101" if one.live else str(one.status)] = good
    return found
