"""Nobody is believed to be somebody without proof."""

import base64
import json
from datetime import timedelta

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey

from channels.webchat import Settings, WebChat
from inbox.errors import Misconfigured
from tests.channels.webchat.conftest import SECRET, bearer, later
from tests.channels.webchat.paper import Paper

ANA = {"sub": "1842", "name": "Ana Kos", "email": "ana@example.org"}


def claims(paper, hours=1.0, **more):
    now = paper.now()
    times = {"iat": int(now.timestamp()), "exp": int((now + timedelta(hours=hours)).timestamp())}
    return {**ANA, **times, **more}


def signed(said, key=SECRET, algorithm="HS256"):
    return jwt.encode({"alg": algorithm}, said, OctKey.import_key(key), algorithms=[algorithm])


def without(said, name):
    return {key: value for key, value in said.items() if key != name}


def unsigned(said):
    parts = [json.dumps({"alg": "none"}), json.dumps(said)]
    encoded = [base64.urlsafe_b64encode(part.encode()).rstrip(b"=").decode() for part in parts]
    return ".".join([*encoded, ""])


async def ask(chat, **asked):
    return await chat.client.post("/channels/shop/session", json=asked)


async def test_a_site_may_say_who_its_customer_is(chat):
    token = await chat.token(jwt=signed(claims(chat.paper)))
    ana = await chat.enter(token)
    await ana.write("Hello")
    [profile] = chat.paper.profiles

    assert (True, "Ana Kos") == (ana.welcome["known"], ana.welcome["name"])
    assert ("verified", {"user_id": "1842"}) == (profile.proof, profile.attributes)
    assert [("email:ana@example.org", "verified")] == [(str(a), p) for a, p in profile.also]


async def test_a_known_customer_has_one_exchange_on_all_devices(chat):
    phone = await chat.enter(await chat.token(jwt=signed(claims(chat.paper))))
    await phone.write("From my phone")
    later(chat.paper, hours=5)
    desktop = await chat.enter(await chat.token(jwt=signed(claims(chat.paper))))

    assert ["From my phone"] == [m["text"] for m in desktop.welcome["messages"]]


async def test_a_visit_that_says_nothing_leaves_no_trace(chat):
    await chat.enter(await chat.token(jwt=signed(claims(chat.paper))))

    assert [] == chat.paper.raws


async def test_keys_of_elliptic_curves_are_taken(open_chat):
    key = ECKey.generate_key("P-256")
    pem = key.as_pem(private=False).decode()
    chat = await open_chat(identity_secret="", identity_key=pem)
    signature = jwt.encode({"alg": "ES256"}, claims(chat.paper), key)

    assert 200 == (await ask(chat, jwt=signature)).status
    # the public key is no secret: it must not serve as one
    forged = signed_with_public_key(claims(chat.paper), pem)
    assert 403 == (await ask(chat, jwt=forged)).status


def signed_with_public_key(said, pem):
    import hashlib
    import hmac

    parts = [json.dumps({"alg": "HS256"}), json.dumps(said)]
    encoded = [base64.urlsafe_b64encode(part.encode()).rstrip(b"=") for part in parts]
    body = b".".join(encoded)
    mark = hmac.digest(pem.encode(), body, hashlib.sha256)
    return (body + b"." + base64.urlsafe_b64encode(mark).rstrip(b"=")).decode()


FORGERIES = {
    "wrong key": lambda paper: signed(claims(paper), key="another secret of 32 characters....."),
    "no algorithm": lambda paper: unsigned(claims(paper)),
    "other algorithm": lambda paper: signed(claims(paper), algorithm="HS512", key=SECRET * 2),
    "no expiry": lambda paper: signed(without(claims(paper), "exp")),
    "no time of signing": lambda paper: signed(without(claims(paper), "iat")),
    "nobody": lambda paper: signed(without(claims(paper), "sub")),
    "blank": lambda paper: signed(claims(paper, sub="  ")),
    "expired": lambda paper: signed(claims(paper, hours=-1)),
    "good for a month": lambda paper: signed(claims(paper, hours=720)),
    "number as name": lambda paper: signed(claims(paper, name=7)),
    "number as nobody": lambda paper: signed(claims(paper, sub=1842)),
    "text as expiry": lambda paper: signed(claims(paper, exp="tomorrow")),
    "endless expiry": lambda paper: signed(claims(paper, exp=10**400)),
    "signed tomorrow": lambda paper: signed(
        claims(paper, iat=int(paper.now().timestamp()) + 86_400)
    ),
    "nonsense": lambda _: "nonsense",
    "dots": lambda _: "..",
    "empty": lambda _: "",
}


@pytest.mark.filterwarnings("ignore::joserfc.errors.SecurityWarning")
@pytest.mark.parametrize("forgery", FORGERIES)
async def test_a_forged_identity_is_refused(chat, forgery):
    response = await ask(chat, jwt=FORGERIES[forgery](chat.paper))
    problem = await response.json()

    assert (403, 403) == (response.status, problem["status"])


async def test_a_changed_identity_is_refused(chat):
    head, body, mark = signed(claims(chat.paper)).split(".")
    said = json.loads(base64.urlsafe_b64decode(body + "==")) | {"sub": "1"}
    other = base64.urlsafe_b64encode(json.dumps(said).encode()).rstrip(b"=").decode()

    assert 403 == (await ask(chat, jwt=f"{head}.{other}.{mark}")).status


async def test_without_a_key_no_identity_is_believed(open_chat):
    chat = await open_chat(identity_secret="")

    assert 403 == (await ask(chat, jwt=signed(claims(chat.paper)))).status


@pytest.mark.parametrize(
    "told",
    [
        {"identity_secret": "short"},
        {"origins": ("https://shop.example/",)},
        {"origins": ("shop.example",)},
        {"origins": ("https://a.example; script-src *",)},
    ],
)
def test_settings_that_cannot_be_meant_are_refused(told):
    with pytest.raises(ValueError, match=r"identity_secret needs|origins are written"):
        Settings(**told)


def test_a_key_that_is_none_is_refused():
    with pytest.raises(Misconfigured):
        WebChat(Settings(identity_key="-----BEGIN PUBLIC KEY-----"), Paper())


async def test_what_a_site_signed_cannot_be_prolonged(chat):
    token = await chat.token(jwt=signed(claims(chat.paper)))
    assert token == await chat.token(token=token)
    later(chat.paper, hours=2)
    renewed = await chat.token(token=token)

    assert chat.thread(renewed) != chat.channel.doors.doorkeeper.thread(
        chat.channel.doors.doorkeeper.identify(signed(claims(chat.paper)))[0]
    )


async def test_a_visitor_stays_the_same_for_as_long_as_they_come(chat):
    token = await chat.token()
    thread = chat.thread(token)
    for _ in range(5):
        later(chat.paper, days=300)
        token = (await chat.enter(token)).welcome["token"]

        assert thread == chat.thread(token)


@pytest.mark.parametrize(
    "change", [lambda t: t[:-2] + "AA", lambda t: t[1:], lambda _: "x", lambda _: ""]
)
async def test_a_forged_token_opens_nothing(chat, change):
    forged = change(await chat.token())
    socket = await chat.client.ws_connect("/channels/shop/socket")
    await socket.send_json({"type": "hello", "token": forged})
    await socket.receive(timeout=30)

    assert 1008 == socket.close_code
    for method, path in ("GET", "messages"), ("POST", "messages"), ("POST", "files"):
        response = await chat.client.request(
            method, f"/channels/shop/{path}", headers=bearer(forged), json=[]
        )
        assert 401 == response.status


async def test_an_old_token_opens_nothing(chat):
    token = await chat.token()
    later(chat.paper, days=401)
    socket = await chat.client.ws_connect("/channels/shop/socket")
    await socket.send_json({"type": "hello", "token": token})
    await socket.receive(timeout=30)

    assert 1008 == socket.close_code


async def test_a_token_of_another_account_opens_nothing(chat):
    other = WebChat(Settings(), Paper(account=2))
    visitor = chat.channel.doors.doorkeeper.open(await chat.token())
    token = other.doors.doorkeeper.token(visitor)

    assert other.doors.doorkeeper.open(token)
    assert chat.channel.doors.doorkeeper.open(token) is None
    assert other.doors.doorkeeper.thread(visitor) != chat.channel.doors.doorkeeper.thread(visitor)


async def test_a_visitor_never_sees_anothers_exchange(chat):
    ana, ivo = await chat.token(), await chat.token()
    tab = await chat.enter(ana)
    await tab.write("My card number is 4711")
    await tab.say("profile", email="ivo@example.org")
    stranger = await chat.enter(ivo)
    await stranger.say("profile", email="ana@example.org", name="Ana")
    said = await chat.paper.answer(chat.channel, chat.thread(ana), "Thank you, Ana")
    await stranger.say("seen", id=said.message.id)

    assert [] == stranger.welcome["messages"]
    assert "error" == (await stranger.socket.receive_json(timeout=30))["type"]
    assert [] == (await chat.enter(ivo)).welcome["messages"]
    assert [] == chat.paper.receipts


async def test_the_store_cannot_be_turned_back_into_a_token(chat):
    token = await chat.token()
    visitor = chat.channel.doors.doorkeeper.open(token)
    ana = await chat.enter(token)
    await ana.write("Hello")
    kept = b"".join(raw.payload + (raw.key or "").encode() for raw in chat.paper.raws)

    assert visitor.id.encode() not in kept
    assert token.encode() not in kept
