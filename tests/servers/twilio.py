"""A stand-in for Twilio's REST API: it counts what it is asked, and calls back as told.

It answers in the shapes of Twilio's OpenAPI contract, keeps every message it took
responsibility for, and can be told to be busy, broken, silent, or to refuse.
"""

import asyncio
import itertools
import json
from base64 import b64encode
from collections import deque
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from hashlib import sha1
from hmac import digest
from typing import Any
from urllib.parse import parse_qsl, urlencode

from aiohttp import ClientSession, web

from tests.servers.serving import serving

ACCOUNT = "AC" + "1" * 32
TOKEN = "a token of the stand-in, 32 long"
OURS = "+48221234567"
SERVICE = "MG" + "1" * 32
PAGE = 50


@dataclass
class Outcome:
    """What the next message meets: a refusal, or trouble before or after it was taken."""

    status: int = 201
    code: int | None = None
    after: int | None = None  #: seconds, in a Retry-After
    taken: bool = True  #: whether a message that breaks off was taken all the same
    cut: bool = False  #: break the line after reading
    hang: bool = False  #: say nothing after reading, until `release`
    early: Sequence[str] = ()  #: statuses that are told before the request is answered


@dataclass
class Asked:
    """One request for a message."""

    at: float
    form: dict[str, Any]
    outcome: Outcome


@dataclass
class FakeTwilio:
    """One account at Twilio."""

    url: str = ""
    asked: list[Asked] = field(default_factory=list)  #: every request for a message, in order
    messages: dict[str, dict[str, Any]] = field(default_factory=dict)  #: what was taken, by SID
    calls: list[tuple[str, str]] = field(default_factory=list)  #: every other request
    script: deque[Outcome] = field(default_factory=deque)
    files: dict[str, tuple[bytes, str]] = field(default_factory=dict)
    contents: list[dict[str, Any]] = field(default_factory=list)
    webhook: str = ""  #: where the number and the service say that messages go
    account_status: str = "active"
    numbers: Sequence[str] = (OURS,)
    release: asyncio.Event = field(default_factory=asyncio.Event)
    callbacks: dict[str, str] = field(default_factory=dict)  #: of messages, by SID
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    http: Any = None  #: its way to the desk
    said: str = ""  #: what the desk answered last
    counter: Any = field(default_factory=lambda: itertools.count(1))

    @property
    def sent(self) -> list[dict[str, Any]]:
        """The messages it took to send, in order."""
        return [one for one in self.messages.values() if one["direction"] == "outbound-api"]

    def sid(self, kind: str) -> str:
        return f"{kind}{next(self.counter):032x}"

    # --- what it calls ----------------------------------------------------------------------
    async def post(self, url: str, form: dict[str, str], token: str = TOKEN) -> int:
        """Call a webhook, signed; returns the status of its answer."""
        text = url + "".join(f"{name}{form[name]}" for name in sorted(form))
        signature = b64encode(digest(token.encode(), text.encode(), sha1)).decode()
        headers = {
            "X-Twilio-Signature": signature,
            "Content-Type": "application/x-www-form-urlencoded",
        }
        body = urlencode(form).encode()
        async with self.http.post(url, data=body, headers=headers) as answer:
            self.said = await answer.text()
            return answer.status

    def incoming(
        self,
        text: str,
        *,
        who: str = "+48600100200",
        to: str = OURS,
        files: Sequence[str] = (),
        ago: timedelta = timedelta(0),
        **more: str,
    ) -> dict[str, str]:
        """Have a customer write; returns the form that Twilio posts about it."""
        sid = self.sid("MM" if files else "SM")
        media = {f"MediaUrl{at}": self.keep_file(sid, kind) for at, kind in enumerate(files)}
        kinds = {f"MediaContentType{at}": kind for at, kind in enumerate(files)}
        self.messages[sid] = resource(
            sid,
            body=text,
            sender=who,
            to=to,
            status="received",
            direction="inbound",
            media=len(files),
            at=self.now() - ago,
        )
        return {
            "MessageSid": sid, "SmsSid": sid, "SmsMessageSid": sid, "SmsStatus": "received",
            "AccountSid": ACCOUNT, "From": who, "To": to, "Body": text, "ApiVersion": "2010-04-01",
            "NumMedia": str(len(files)), "NumSegments": "1", **media, **kinds, **more,
        }  # fmt: skip

    def answered(self, text: str, to: str = "+48600100200") -> None:
        """Send what the desk told in answer to a webhook."""
        sid = self.sid("SM")
        self.messages[sid] = resource(
            sid, body=text, sender=OURS, to=to, status="delivered", direction="outbound-reply",
            at=self.now(),
        )  # fmt: skip

    def keep_file(self, message: str, kind: str) -> str:
        path = f"/2010-04-01/Accounts/{ACCOUNT}/Messages/{message}/Media/{self.sid('ME')}"
        self.files[path] = f"a file of type {kind}".encode(), kind
        return f"{self.url}{path}"

    def news(self, sid: str, status: str, code: int | None = None) -> dict[str, str]:
        """Move a message on; returns the form that Twilio posts about it."""
        message = self.messages[sid]
        message["status"], message["error_code"] = status, code
        return {
            "MessageSid": sid, "SmsSid": sid, "MessageStatus": status, "SmsStatus": status,
            "AccountSid": ACCOUNT, "From": message["from"] or "", "To": message["to"],
            "ApiVersion": "2010-04-01", **({"ErrorCode": str(code)} if code else {}),
        }  # fmt: skip

    async def report(self, sid: str, status: str, code: int | None = None) -> int:
        """Tell the sender how far a message got."""
        return await self.post(self.callbacks[sid], self.news(sid, status, code))

    # --- what it answers --------------------------------------------------------------------
    async def create(self, request: web.Request) -> web.StreamResponse:
        form = gathered(parse_qsl(await request.text(), keep_blank_values=True))
        outcome = self.script.popleft() if self.script else Outcome()
        self.asked.append(Asked(asyncio.get_running_loop().time(), form, outcome))
        if outcome.status >= 400:
            return refusal(outcome)
        broken = outcome.cut or outcome.hang
        message = self.take(form) if outcome.taken or not broken else {}
        for status in outcome.early:
            await self.report(message["sid"], status)
        if outcome.hang:
            await self.release.wait()
        if broken and request.transport:
            request.transport.abort()
        return web.json_response(message, status=201)

    def take(self, form: dict[str, Any]) -> dict[str, Any]:
        media = form.get("MediaUrl", [])
        sid = self.sid("MM" if media else "SM")
        sender = form.get("From") or (self.numbers[0] if "MessagingServiceSid" in form else None)
        self.messages[sid] = resource(
            sid, body=form.get("Body", ""), sender=sender, to=form["To"], status="queued",
            direction="outbound-api", media=len(media if isinstance(media, list) else [media]),
            service=form.get("MessagingServiceSid"), at=self.now(),
        )  # fmt: skip
        if callback := form.get("StatusCallback"):
            self.callbacks[sid] = callback
        return self.messages[sid]

    async def listed(self, request: web.Request) -> web.Response:
        """List messages as Twilio does: the newest first, in pages."""
        asked = request.query
        since = datetime.fromisoformat(asked.get("DateSent>", "1970-01-01T00:00:00Z"))
        fitting = [
            one
            for one in reversed(self.messages.values())
            if asked.get("To") in {None, one["to"]}
            and asked.get("From") in {None, one["from"]}
            and parsedate_to_datetime(one["date_created"]) >= since.replace(microsecond=0)
        ]
        page, size = int(asked.get("Page", "0")), min(int(asked.get("PageSize", PAGE)), PAGE)
        there = fitting[page * size : (page + 1) * size]
        more = len(fitting) > (page + 1) * size
        query = urlencode({**asked, "Page": page + 1})
        return web.json_response(
            {
                "messages": there,
                "page": page,
                "page_size": size,
                "next_page_uri": f"{request.path}?{query}" if more else None,
                "uri": request.path_qs,
            }
        )

    async def media(self, request: web.Request) -> web.Response:
        message = request.match_info["message"]
        listed = [
            {"sid": path.rsplit("/", 1)[1], "content_type": kind, "parent_sid": message,
             "account_sid": ACCOUNT, "uri": f"{path}.json"}
            for path, (_, kind) in self.files.items()
            if f"/{message}/" in path
        ]  # fmt: skip
        return web.json_response({"media_list": listed, "next_page_uri": None})

    async def file(self, request: web.Request) -> web.Response:
        content, kind = self.files.get(request.path, (b"", ""))
        return web.Response(body=content, content_type=kind) if kind else web.Response(status=404)

    async def account(self, _: web.Request) -> web.Response:
        return web.json_response(
            {"sid": ACCOUNT, "friendly_name": "A shop", "status": self.account_status}
        )

    async def incoming_numbers(self, request: web.Request) -> web.Response:
        number = request.query.get("PhoneNumber")
        found = [
            {"sid": "PN" + "1" * 32, "phone_number": one, "sms_url": self.webhook}
            for one in self.numbers
            if one == number
        ]
        return web.json_response({"incoming_phone_numbers": found, "next_page_uri": None})

    async def service(self, request: web.Request) -> web.Response:
        return web.json_response(
            {
                "sid": request.match_info["service"],
                "friendly_name": "Support",
                "inbound_request_url": self.webhook,
                "use_inbound_webhook_on_number": False,
            }
        )

    async def new_content(self, request: web.Request) -> web.Response:
        told = json.loads(await request.text())
        content = {"sid": self.sid("HX"), "variables": {}, **told}
        self.contents.append(content)
        return web.json_response(content, status=201)

    async def all_contents(self, request: web.Request) -> web.Response:
        url = f"{self.url}{request.path}"
        return web.json_response(
            {
                "contents": self.contents,
                "meta": {
                    "key": "contents", "page": 0, "page_size": PAGE, "next_page_url": None,
                    "previous_page_url": None, "first_page_url": url, "url": url,
                },
            }
        )  # fmt: skip

    async def senders(self, _: web.Request) -> web.Response:
        listed = [
            {
                "sid": "XE" + "1" * 32,
                "sender_id": f"whatsapp:{one}",
                "status": "ONLINE",
                "webhook": {"callback_url": self.webhook, "callback_method": "POST"},
            }
            for one in self.numbers
        ]
        return web.json_response({"senders": listed, "meta": {"key": "senders"}})  # fmt: skip

    def routes(self) -> list[web.RouteDef]:
        account = "/2010-04-01/Accounts/{account}"
        return [
            web.post(f"{account}/Messages.json", self.create),
            web.get(f"{account}/Messages.json", self.listed),
            web.get(f"{account}/Messages/{{message}}/Media.json", self.media),
            web.get(f"{account}/Messages/{{message}}/Media/{{file}}", self.file),
            web.get(f"{account}.json", self.account),
            web.get(f"{account}/IncomingPhoneNumbers.json", self.incoming_numbers),
            web.get("/v1/Services/{service}", self.service),
            web.get("/v2/Channels/Senders", self.senders),
            web.post("/v1/Content", self.new_content),
            web.get("/v1/Content", self.all_contents),
            web.get("/v1/ContentAndApprovals", self.all_contents),
        ]

    @web.middleware
    async def door(self, request: web.Request, handler: Any) -> web.StreamResponse:
        """Count every request, and let in only who knows the token."""
        expected = "Basic " + b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode()
        self.calls.append((request.method, request.path))
        if request.headers.get("Authorization") != expected:
            return refusal(Outcome(status=401, code=20003))
        answer: web.StreamResponse = await handler(request)
        return answer


def resource(
    sid: str, *, body: str, sender: str | None, to: str, status: str, direction: str,
    at: datetime, media: int = 0, service: str | None = None,
) -> dict[str, Any]:  # fmt: skip
    """Return a message as Twilio's contract has it."""
    now = format_datetime(at)
    path = f"/2010-04-01/Accounts/{ACCOUNT}/Messages/{sid}"
    return {
        "sid": sid, "account_sid": ACCOUNT, "api_version": "2010-04-01", "body": body,
        "from": sender, "to": to, "status": status, "direction": direction,
        "num_media": str(media), "num_segments": "1", "messaging_service_sid": service,
        "date_created": now, "date_sent": now, "date_updated": now, "price": None,
        "price_unit": None, "error_code": None, "error_message": None, "uri": f"{path}.json",
        "subresource_uris": {"media": f"{path}/Media.json"},
    }  # fmt: skip


def refusal(outcome: Outcome) -> web.Response:
    code = outcome.code or outcome.status * 100
    told = {
        "code": code,
        "message": "The stand-in refuses.",
        "more_info": f"https://www.twilio.com/docs/errors/{code}",
        "status": outcome.status,
    }
    headers = {} if outcome.after is None else {"Retry-After": str(outcome.after)}
    return web.json_response(told, status=outcome.status, headers=headers)


def gathered(fields: list[tuple[str, str]]) -> dict[str, Any]:
    """Return a form; a field that stands there more than once is a list."""
    form: dict[str, Any] = {}
    for name, value in fields:
        if name in form:
            before = form[name] if isinstance(form[name], list) else [form[name]]
            form[name] = [*before, value]
        else:
            form[name] = value
    return form


@asynccontextmanager
async def running_twilio(**options: Any) -> AsyncIterator[FakeTwilio]:
    """Run a stand-in on a port of its own."""
    twilio = FakeTwilio(**options)
    application = web.Application(middlewares=[twilio.door])
    application.add_routes(twilio.routes())
    async with serving(application) as twilio.url:
        try:
            async with ClientSession() as twilio.http:
                yield twilio
        finally:
            twilio.release.set()
