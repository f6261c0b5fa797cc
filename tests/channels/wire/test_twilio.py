"""Twilio's signatures, refusals and requests."""

import json
from base64 import b64encode
from hashlib import sha1, sha256
from hmac import digest
from typing import Any
from urllib.parse import urlencode

import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer

from channels.wire.http import Answer
from channels.wire.twilio import BROKEN, LATER, REFUSALS, Twilio, explained, refusal
from inbox.errors import Ambiguous, Misconfigured, Rejected, TryLater, Unavailable
from inbox.model import Value
from inbox.testing import RecordingLine

TOKEN = "0123456789abcdef0123456789abcdef"
ACCOUNT = "AC" + "1" * 32
PUBLIC = "https://desk.example/channels/test"


class Credentials(Value):
    account_sid: str = ACCOUNT
    auth_token: str = TOKEN
    api_key_sid: str = ""
    api_key_secret: str = ""
    base_url: str = ""


@pytest.fixture
async def line():
    return RecordingLine()


@pytest.fixture
async def twilio(line):
    opened = Twilio(Credentials(), line)
    yield opened
    await opened.close()


def signature(address, form=(), token=TOKEN):
    """Sign as Twilio documents it: the address, then every field with its value, sorted."""
    text = address + "".join(f"{name}{value}" for name, value in sorted(set(form)))
    return b64encode(digest(token.encode(), text.encode(), sha1)).decode()


class Door:
    """A desk's door, and what came through it."""

    def __init__(self, twilio):
        self.came: list[bytes] = []
        self.trouble: Exception | None = None
        app = web.Application()
        app.add_routes([twilio.hook("messages", self.take), twilio.hook("calls/{leg}", self.take)])
        house = web.Application()
        house.add_subapp("/channels/test", app)
        self.server = TestServer(house)

    async def take(self, request: web.Request, body: bytes) -> web.Response:
        if self.trouble:
            raise self.trouble
        self.came.append(body)
        return web.Response(text="taken")

    async def knock(self, path="messages", form=(), **options: Any) -> int:
        body = options.pop("body", urlencode(form).encode())
        signed = options.pop("signed", None) or signature(f"{PUBLIC}/{path}", form)
        headers = {
            "X-Twilio-Signature": signed,
            "Content-Type": "application/x-www-form-urlencoded",
        }
        headers |= options.pop("headers", {})
        url = f"{self.server.make_url('/channels/test')}/{path}"
        async with (
            ClientSession() as session,
            session.post(url, data=body, headers=headers) as answer,
        ):
            return answer.status


@pytest.fixture
async def door(twilio):
    opened = Door(twilio)
    async with opened.server:
        yield opened


FORM = [("Body", "Grüße & co"), ("From", "+48600100200"), ("Empty", "")]


async def test_what_twilio_signed_comes_in_as_it_was_sent(door):
    assert 200 == await door.knock(form=FORM)

    assert [urlencode(FORM).encode()] == door.came


async def test_the_address_that_counts_is_the_public_one_with_its_query(door):
    assert 200 == await door.knock("messages?message=7&x=a%20b", FORM)
    assert 200 == await door.knock("calls/CA1", FORM)


async def test_a_repeated_field_is_part_of_the_signature(door):
    assert 200 == await door.knock(form=[("MediaUrl", "b"), ("MediaUrl", "a")])


@pytest.mark.parametrize(
    "forgery",
    [
        {"signed": "nonsense"},
        {"signed": "\xff"},
        {"headers": {"X-Twilio-Signature": ""}},
        {"signed": signature(f"{PUBLIC}/messages", FORM, token="another")},
        {"signed": signature(f"{PUBLIC}/messages?message=1", FORM)},
        {"signed": signature(f"{PUBLIC}/messages", FORM), "body": b"Body=changed"},
        {"headers": {"Content-Type": "application/json"}, "body": b"{}"},
        {"body": b"a=1&" * 1001},
    ],
)
async def test_what_twilio_did_not_sign_stays_outside(door, line, forgery):
    assert 403 == await door.knock(form=FORM, **forgery)

    assert [] == door.came
    assert [(403, "")] == [(each.status, each.request) for each in line.exchanges]


async def test_json_is_signed_by_its_digest(door):
    body = b'{"a": 1}'
    path = f"messages?bodySHA256={sha256(body).hexdigest()}"
    kind = {"Content-Type": "application/json"}

    assert 200 == await door.knock(path, body=body, headers=kind)
    assert 403 == await door.knock(path, body=b'{"a": 2}', headers=kind)


async def test_while_the_store_is_away_twilio_is_asked_to_come_again(door):
    door.trouble = Unavailable()

    assert 503 == await door.knock(form=FORM)


async def test_what_came_is_in_the_log(door, line):
    await door.knock(form=FORM)

    [exchange] = line.exchanges
    assert (False, 200, "/channels/test/messages", urlencode(FORM)) == (
        exchange.outward,
        exchange.status,
        exchange.url,
        exchange.request,
    )


# --- what it refuses ----------------------------------------------------------------------
def refused(code, status=400, **headers):
    body = json.dumps({"code": code, "message": "In their words.", "status": status}).encode()
    return refusal(Answer(status=status, headers=headers, body=body, once=True))


@pytest.mark.parametrize(
    ("code", "status", "meaning"),
    [
        (21610, 400, Rejected),
        (21211, 400, Rejected),
        (21614, 400, Rejected),
        (63016, 400, Rejected),
        (20003, 401, Misconfigured),
        (21606, 400, Misconfigured),
        (20429, 429, TryLater),
        (21611, 400, TryLater),
        (99999, 400, Rejected),
        (20500, 500, TryLater),
        (20504, 504, Ambiguous),
    ],
)
def test_a_code_means(code, status, meaning):
    error = refused(code, status)

    assert meaning is type(error)
    assert str(error).endswith(f"(Twilio {code})")


def test_what_is_not_known_is_said_in_twilios_own_words():
    assert "In their words. (Twilio 99999)" == str(refused(99999))
    assert "Twilio does not say why. (Twilio 1)" == explained(1)


def test_every_code_is_explained_in_a_sentence():
    assert (LATER | BROKEN) - {20403} <= set(REFUSALS)
    assert all(words.endswith(".") for words in REFUSALS.values())


# --- how it is asked ----------------------------------------------------------------------
async def test_the_library_speaks_over_our_wire(line):
    asked = []

    async def messages(request):
        asked.append((request.headers["Authorization"], await request.text()))
        return web.json_response({"sid": "SM1", "status": "queued"}, status=201)

    app = web.Application()
    app.add_routes([web.post(f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json", messages)])
    async with TestServer(app) as server:
        settings = Credentials(
            api_key_sid="SK1", api_key_secret="hidden", base_url=str(server.make_url(""))
        )
        twilio = Twilio(settings, line)
        message = await twilio.client.messages.create_async(
            to="+48600100200", body="hello", media_url=["a", "b"], smart_encoded=True
        )
        await twilio.close()

    assert "SM1" == message.sid
    assert [
        (
            "Basic " + b64encode(b"SK1:hidden").decode(),
            "To=%2B48600100200&SmartEncoded=true&Body=hello&MediaUrl=a&MediaUrl=b",
        )
    ] == asked
    assert "hidden" not in str(line.exchanges)
    assert asked[0][1] == line.exchanges[0].request
