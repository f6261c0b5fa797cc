"""What Twilio itself knows of our number: its calls, and whether it calls us."""

from collections.abc import AsyncIterator, Iterator, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlencode

from channels.voice.lines import Lines
from channels.voice.payloads import OVER
from channels.voice.taking import raw
from inbox.channel import Check, Raw

PAGE = 100  #: calls in one answer


async def held(lines: Lines, since: datetime) -> AsyncIterator[Raw]:
    """Yield the calls that came since then, and their ends, as webhooks would have told them."""
    found = await first_page(lines, since)
    while True:
        for call in found.get("calls") or ():
            if str(call.get("direction")) == "inbound":
                for one in told_again(call):
                    yield one
        following = found.get("next_page_uri")
        if not following:
            return
        found = await lines.page(str(following))


async def first_page(lines: Lines, since: datetime) -> Mapping[str, Any]:
    began = since.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return await lines.get(
        "Calls", **{"To": lines.number, "StartTime>": began, "PageSize": str(PAGE)}
    )


def told_again(call: Mapping[str, Any]) -> Iterator[Raw]:
    """Return what the webhooks of a call said, in case they were lost."""
    form = {
        "CallSid": str(call.get("sid") or ""),
        "From": str(call.get("from") or ""),
        "To": str(call.get("to") or ""),
        "CallerName": str(call.get("caller_name") or ""),
        "Direction": "inbound",
    }
    began, ended = moment(call.get("start_time")), moment(call.get("end_time"))
    if not form["CallSid"] or began is None:
        return
    yield raw("voice", urlencode(form).encode(), {}, at=began.isoformat())
    status = str(call.get("status") or "")
    if status in OVER and ended:
        body = urlencode({**form, "CallStatus": status}).encode()
        yield raw("status", body, {}, at=ended.isoformat())


def moment(written: Any) -> datetime | None:
    """Read a time as Twilio's API writes it (RFC 2822)."""
    try:
        return parsedate_to_datetime(str(written)).astimezone(UTC)
    except (ValueError, TypeError):
        return None


def check_number(found: Mapping[str, Any], number: str, wanted: str) -> Check:
    """Say whether calls to our number come to us."""
    numbers = found.get("incoming_phone_numbers") or []
    if not numbers:
        return Check(name=number, fine=False, found="This Twilio account has no such number.")
    address = str(numbers[0].get("voice_url") or "nothing")
    if address != wanted:
        told = f"Its calls go to {address}; set “A call comes in” to {wanted}"
        return Check(name=number, fine=False, found=told)
    return Check(name=number, fine=True, found="Its calls come to this desk.")
