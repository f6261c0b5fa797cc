"""Errors on the wire: every refusal is a problem as RFC 9457 writes it."""

import re
import secrets
from collections.abc import Mapping
from http import HTTPStatus

import msgspec
import structlog
from aiohttp import web

from agents_ui.api.shapes import Problem
from inbox.errors import (
    Conflict,
    DeliveryError,
    DeskError,
    Forbidden,
    Invalid,
    NotFound,
    TryLater,
    Unavailable,
    Unreadable,
)

log = structlog.get_logger()
encoder = msgspec.json.Encoder()

STATUSES: Mapping[type[DeskError], int] = {
    NotFound: 404,
    Conflict: 409,
    Invalid: 422,
    Unreadable: 422,
    Forbidden: 403,
    Unavailable: 503,
    TryLater: 503,
    DeliveryError: 502,
}
RETRY_AFTER = 5  # seconds; the store recovers by itself or a person has to look
AT = re.compile(r" - at `(?:key in )?\$\.?([^`]*)`$")  # where msgspec found the fault


class Refused(Exception):
    """The request itself cannot be answered, whatever the desk thinks of it."""

    def __init__(
        self,
        status: int,
        detail: str,
        *,
        field: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.field = field
        self.headers = headers or {}


def problem(
    status: int,
    detail: str | None = None,
    *,
    field: str | None = None,
    headers: Mapping[str, str] | None = None,
    trace: str | None = None,
) -> web.Response:
    """Write one problem; its trace is what to look for in the log."""
    body = Problem(
        title=HTTPStatus(status).phrase,
        status=status,
        detail=detail,
        field=field,
        trace=trace or new_trace(),
    )
    return web.Response(
        body=encoder.encode(body),
        status=status,
        content_type="application/problem+json",
        headers={
            "Cache-Control": "no-store",
            "X-Content-Type-Options": "nosniff",
            **(headers or {}),
        },
    )


def new_trace() -> str:
    return secrets.token_hex(8)


def answer(error: Exception) -> web.Response:
    """Turn whatever went wrong into the problem that says so; log only our own faults."""
    match error:
        case Refused():
            return problem(error.status, error.detail, field=error.field, headers=error.headers)
        case msgspec.ValidationError():
            detail, field = located(str(error))
            return problem(422, detail, field=field)
        case msgspec.DecodeError():
            return problem(400, "The body is not valid JSON.")
        case DeskError() if status := status_of(error):
            again = {"Retry-After": str(RETRY_AFTER)} if status == 503 else None
            return problem(status, str(error), headers=again)
        case web.HTTPException():
            return of_http(error)
        case _:
            return of_fault(error)


def status_of(error: DeskError) -> int | None:
    return next((STATUSES[kind] for kind in type(error).__mro__ if kind in STATUSES), None)


def located(message: str) -> tuple[str, str | None]:
    """Split msgspec's message into what was wrong and in which field.

    >>> located("Expected `int`, got `str` - at `$.last_seen_id`")
    ('Expected `int`, got `str`.', 'last_seen_id')
    """
    found = AT.search(message)
    if found:
        return f"{message[: found.start()]}.", found.group(1) or None
    missing = re.search(r"(?:required|unknown) field `([^`]*)`", message)
    return f"{message}.", missing.group(1) if missing else None


def of_http(error: web.HTTPException) -> web.Response:
    """Say in our words what aiohttp refused; keep headers such as Allow."""
    if error.status < 400:
        raise error
    kept = {name: error.headers[name] for name in ("Allow", "Location") if name in error.headers}
    return problem(error.status, DETAILS.get(error.status), headers=kept)


DETAILS: Mapping[int, str] = {
    404: "There is nothing at this address.",
    405: "This address does not take that method; see Allow.",
    413: "The body is larger than this address takes.",
}


def of_fault(error: Exception) -> web.Response:
    """Answer for a bug of ours: say nothing about it but where to find it."""
    trace = new_trace()
    log.error("a request failed", trace=trace, kind=type(error).__name__, exc_info=error)
    return problem(500, "Something went wrong on our side.", trace=trace)
