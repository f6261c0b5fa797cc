"""Twilio: its REST API over our own wire, its signatures, and its errors in plain words.

The library builds the requests and reads the answers; what a broken line or a refusal
means for a message is decided here, the same way for texts, WhatsApp and calls.
"""

from collections.abc import Awaitable, Callable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import parse_qsl, urlsplit

from aiohttp import web
from multidict import MultiDict

from channels.wire.http import Answer, Wire, meaning
from inbox.channel import Check, Line
from inbox.errors import DeliveryError, Misconfigured, Rejected, TryLater, Unavailable

if TYPE_CHECKING:  # the library is heavy; it is imported when the first account needs it
    from twilio.rest import Client

API = "https://api.twilio.com"
HARMLESS = ("/v1/Content",)  #: posting there twice sends nobody anything twice
EMPTY = '<?xml version="1.0" encoding="UTF-8"?><Response/>'  #: TwiML that does nothing

#: What Twilio's codes mean for the people at the desk (twilio.com/docs/api/errors).
REFUSALS: Mapping[int, str] = {
    20003: "Twilio does not accept the account SID and token in the settings.",
    20005: "The Twilio account is not active.",
    20008: "The test credentials of Twilio send nothing; use the live ones.",
    20404: "Twilio does not know this account or number.",
    20429: "Twilio asks for fewer requests.",
    21211: "This is no valid phone number.",
    21212: "Our own number in the settings is not valid.",
    21219: "A trial account reaches verified numbers only.",
    21265: "Messages cannot be sent to a short number.",
    21408: "The account is not permitted to write to this country.",
    21601: "Our number cannot send text messages.",
    21604: "The number of the recipient is missing.",
    21605: "The text is longer than Twilio takes.",
    21606: "Our number cannot reach this recipient.",
    21608: "A trial account reaches verified numbers only.",
    21610: "The customer opted out: they answered STOP.",
    21611: "Too much is waiting to be sent from our number.",
    21612: "This number cannot be reached from our number.",
    21614: "This is no mobile number; it takes no texts.",
    21617: "The text is longer than Twilio takes.",
    21620: "The address of the file is not valid.",
    21623: "Twilio takes no more than ten files with a message.",
    21654: "Twilio does not know this template.",
    21655: "Twilio does not know this template.",
    21656: "The blanks of the template are not filled in correctly.",
    21659: "Our number in the settings does not belong to this Twilio account.",
    21660: "Our number in the settings does not belong to this Twilio account.",
    21703: "The messaging service has no number to send from.",
    21704: "The messaging service has no number to send from.",
    21705: "Twilio does not know the messaging service in the settings.",
    30001: "Too much was waiting to be sent; it was dropped.",
    30002: "The Twilio account is suspended.",
    30003: "The phone is switched off, out of reach, or cannot be reached by text.",
    30004: "The phone or its network blocks messages.",
    30005: "This number does not exist.",
    30006: "This is a landline, or a network that Twilio does not reach.",
    30007: "The carrier took it for unwanted mail and filtered it.",
    30008: "It was not delivered; the carrier does not say why.",
    30009: "A part of the message was lost on the way.",
    30010: "It costs more than is permitted.",
    30011: "Files cannot be sent to this number.",
    30019: "The file is too large for the carrier.",
    30022: "The carrier took no more messages from our number at this time.",
    30023: "The carrier takes no more messages from our number today.",
    30024: "The number's carrier does not accept our sender.",
    30032: "The toll-free number is not verified yet.",
    30034: "Our number belongs to no registered A2P campaign, so carriers in the US refuse it.",
    30410: "The carrier did not answer in time.",
    30450: "Twilio kept it back: it looks like pumping of traffic.",
    30453: "Twilio kept it back: it looks like a repeat.",
    63001: "WhatsApp refused our credentials.",
    63003: "This number is not on WhatsApp.",
    63005: "WhatsApp does not accept this content.",
    63007: "Our number is not registered with WhatsApp.",
    63012: "WhatsApp had an error of its own.",
    63013: "It breaks a rule of WhatsApp.",
    63015: "The sandbox reaches only people who joined it.",
    63016: "The 24 hours for a free answer are over; only an approved template may be sent.",
    63017: "WhatsApp took no more messages at this time.",
    63018: "WhatsApp took no more messages from our number at this time.",
    63019: "WhatsApp could not fetch the file.",
    63020: "WhatsApp has not accepted Twilio's invitation for this number yet.",
    63021: "WhatsApp does not accept this content.",
    63024: "This number is not on WhatsApp, or cannot be written to.",
    63027: "There is no such template in this language.",
    63028: "The blanks of the template are not filled in correctly.",
    63032: "WhatsApp keeps the number of businesses that may write to this person low.",
    63033: "The customer blocked our number on WhatsApp.",
    63036: "This number is not on WhatsApp.",
    63038: "Our number sent as much as WhatsApp permits for today.",
    63040: "WhatsApp turned this template down.",
    63041: "WhatsApp paused this template because people complained.",
    63042: "WhatsApp switched this template off because people complained.",
    63049: "WhatsApp holds marketing back from this person.",
}
LATER = frozenset({20429, 21611, 30001, 30022, 63012, 63017, 63018})
BROKEN = frozenset(
    {
        *(20003, 20005, 20008, 20403, 20404, 21212, 21601, 21606, 21659, 21660),
        *(21703, 21704, 21705, 30002, 63001, 63007),
    }
)
OPTED_OUT = 21610

Take = Callable[[web.Request, bytes], Awaitable[web.Response]]


class Credentials(Protocol):
    """What settings say of a Twilio account."""

    @property
    def account_sid(self) -> str: ...
    @property
    def auth_token(self) -> str: ...
    @property
    def api_key_sid(self) -> str: ...
    @property
    def api_key_secret(self) -> str: ...
    @property
    def base_url(self) -> str: ...


class Twilio:
    """One account at Twilio: calls to it, and the requests that come from it."""

    def __init__(self, settings: Credentials, line: Line) -> None:
        self.settings = settings
        self.line = line
        self.wire = Wire(line, covered=(settings.auth_token, settings.api_key_secret))

    @cached_property
    def client(self) -> "Client":
        """Return the library's client, whose every request goes over our wire."""
        from twilio.rest import Client

        user, password = self.signed_in
        return Client(user, password, self.settings.account_sid, http_client=transport(self))

    @property
    def signed_in(self) -> tuple[str, str]:
        """The name and password of requests: an API key where there is one."""
        if self.settings.api_key_sid:
            return self.settings.api_key_sid, self.settings.api_key_secret
        return self.settings.account_sid, self.settings.auth_token

    @property
    def origins(self) -> tuple[str, ...]:
        """Where files lie that need our credentials."""
        return API, self.settings.base_url or API

    def at(self, url: str) -> str:
        """Return *url*, moved to the server in the settings if one is named there."""
        if not self.settings.base_url:
            return url
        parts = urlsplit(url)
        query = f"?{parts.query}" if parts.query else ""
        return f"{self.settings.base_url.rstrip('/')}{parts.path}{query}"

    async def ask(self, method: str, url: str, **sent: Any) -> Answer:
        """Send one request. Raises a `DeliveryError` for whatever is no success."""
        path = urlsplit(url).path
        once = method == "POST" and not path.startswith(HARMLESS)
        answer = await self.wire.call(method, self.at(url), once=once, **sent)
        if answer.is_fine:
            return answer
        raise refusal(answer)

    # --- what Twilio asks us ------------------------------------------------------------------
    def hook(self, path: str, take: Take) -> web.RouteDef:
        """Return the route under *path*, which *take* answers once the signature was checked.

        While the store is away it is answered with 503, so that Twilio comes again.
        """

        async def checked(request: web.Request) -> web.Response:
            body = await request.read()
            if not self.signed(request, ending(request, path), body):
                self.wire.heard(request, b"", 403, "The signature is wrong.")
                return web.Response(status=403, text="The signature is wrong.")
            try:
                answer = await take(request, body)
            except Unavailable as error:
                answer = web.Response(status=503, text=str(error), headers={"Retry-After": "5"})
            self.wire.heard(request, body, answer.status)
            return answer

        return web.post(f"/{path}", checked)

    def signed(self, request: web.Request, tail: str, body: bytes) -> bool:
        """Tell whether Twilio sent this, by the address it was told and the body as it came."""
        from twilio.request_validator import RequestValidator

        given = request.headers.get("X-Twilio-Signature", "")
        query = request.rel_url.raw_query_string
        address = self.line.url(tail) + (f"?{query}" if query else "")
        is_json = request.content_type == "application/json"
        if is_json and "bodySHA256" not in request.query:
            return False
        try:
            asked: Any = body.decode() if is_json else fields(body)
            return bool(RequestValidator(self.settings.auth_token).validate(address, asked, given))
        except ValueError:
            return False

    # --- whether it works ---------------------------------------------------------------------
    async def check_account(self) -> Check:
        """Look whether Twilio lets us in."""
        try:
            account = await self.client.api.accounts(self.settings.account_sid).fetch_async()
        except DeliveryError as error:
            return Check(name="Twilio account", fine=False, found=str(error))
        fine = account.status == "active"
        return Check(
            name="Twilio account", fine=fine, found=f"{account.friendly_name}: {account.status}"
        )

    async def close(self) -> None:
        await self.wire.close()


def transport(twilio: Twilio) -> Any:
    """Return the library's idea of an HTTP client, made of our wire."""
    from twilio.http import AsyncHttpClient
    from twilio.http.response import Response

    class Transport(AsyncHttpClient):  # type: ignore[misc]  # the library has no types
        async def request(  # noqa: PLR0917  # the library's own signature
            self,
            method: str,
            uri: str,
            params: dict[str, Any] | None = None,
            data: dict[str, Any] | None = None,
            headers: dict[str, str] | None = None,
            auth: tuple[str, str] | None = None,
            timeout: float | None = None,  # noqa: ASYNC109  # the same
            allow_redirects: bool = False,  # noqa: ARG002  # the same
        ) -> Response:
            is_json = (headers or {}).get("Content-Type") == "application/json"
            answer = await twilio.ask(
                method.upper(),
                uri,
                params=plain(params),
                json=data if is_json else None,
                data=None if is_json else plain(data),
                headers=headers,
                auth=auth,
                timeout=timeout,
            )
            return Response(answer.status, answer.text, answer.headers)

    return Transport(logger=None, is_async=True)


def plain(values: Mapping[str, Any] | None) -> list[tuple[str, str]] | None:
    """Return form fields as Twilio reads them; a list is its name, repeated."""
    if not values:
        return None
    return [
        (name, "true" if one is True else "false" if one is False else str(one))
        for name, value in values.items()
        for one in (value if isinstance(value, list | tuple) else [value])
        if one is not None and not is_unset(one)
    ]


def is_unset(value: Any) -> bool:
    from twilio.base import values

    return value is values.unset


def refusal(answer: Answer) -> DeliveryError:
    """Say what Twilio's refusal means for a message."""
    said = answer.json()
    code = said.get("code") if isinstance(said, dict) else None
    if not isinstance(code, int):
        return meaning(answer, answer.words)
    words = explained(code, answer.words)
    if code in LATER or answer.status == 429:
        return TryLater(words, after=answer.retry_after)
    if code in BROKEN:
        return Misconfigured(words)
    if answer.status < 500:
        return Rejected(words)
    return meaning(answer, words)


def explained(code: int, words: str = "Twilio does not say why.") -> str:
    """Return a sentence for people about one of Twilio's codes, with the code to look up."""
    return f"{REFUSALS.get(code, words)} (Twilio {code})"


def ending(request: web.Request, path: str) -> str:
    """Return what *request* has where *path* stands at the end of its route."""
    return "/".join(request.rel_url.raw_path.rsplit("/", path.count("/") + 1)[1:])


def fields(body: bytes) -> MultiDict[str]:
    """Read a form as it came, empty and repeated fields too."""
    text = body.decode(errors="replace")
    return MultiDict(parse_qsl(text, keep_blank_values=True, max_num_fields=1000))
