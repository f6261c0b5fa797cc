"""Look-ups ask another system, prove who asks, and survive whatever it answers."""

from datetime import UTC, datetime

import pytest
from aiohttp import TCPConnector, web

from channels.wire.guard import guarded
from inbox.signing import Signer
from routing.bots.forms.flows import Filling
from routing.bots.forms.lookups import LookUps, secret
from routing.bots.model import LookUp
from tests.servers.shop import shop

FILLING = Filling(flow="return", slot="order", values={"order": "AB-12345"})


def now():
    return datetime.now(UTC)


@pytest.fixture
def signer():
    return Signer([b"a key of this desk, 32 bytes long"], clock=now)


@pytest.fixture
async def orders(signer):
    async with shop(secret(signer)) as one:
        yield one


@pytest.fixture
async def look_ups(signer):
    one = LookUps(signer, now, TCPConnector)
    yield one
    await one.close()


def asked_at(url, **parts):
    return LookUp(url=url, after="order", **parts)


async def test_what_is_known_fills_blanks(orders, look_ups):
    told = await look_ups.ask(asked_at(orders.url), FILLING)

    assert ("found", {"status": "on its way"}) == (told.state, told.blanks)
    question = {"type": "form.look_up", "form": "return", "asked": "order"}
    assert [{**question, "values": {"order": "AB-12345"}}] == orders.asked


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        (web.json_response({}, status=404), "missing"),
        (web.json_response({"found": False}), "missing"),
        (web.json_response({"found": True, "deep": {"a": 1}, "x": None}), "found"),
        (web.json_response({}, status=500), "failed"),
        (web.json_response([]), "failed"),
        (web.Response(body=b"\xff{"), "failed"),
        (web.Response(text="[" * 50_000), "failed"),
        (web.Response(body=b"{}" + b" " * 100_000), "failed"),
        (web.Response(status=302, headers={"Location": "/orders"}), "failed"),
    ],
)
async def test_whatever_it_answers_is_one_of_three_things(orders, look_ups, answer, state):
    orders.answer = web.Response(status=answer.status, body=answer.body, headers=answer.headers)
    told = await look_ups.ask(asked_at(orders.url), FILLING)

    assert state == told.state
    assert 1 == len(orders.asked)
    assert {} == told.blanks


async def test_one_that_answers_too_late_has_failed(orders, look_ups):
    orders.seconds = 30
    told = await look_ups.ask(asked_at(orders.url, seconds=0.2), FILLING)

    assert "failed" == told.state


async def test_one_that_is_not_there_has_failed(look_ups):
    for url in ("http://127.0.0.1:1/orders", "http://nowhere.invalid/", "http://[::1"):
        assert "failed" == (await look_ups.ask(asked_at(url), FILLING)).state


async def test_our_own_network_is_not_asked_unless_it_may(orders, signer):
    careful = LookUps(signer, now, guarded)
    told = await careful.ask(asked_at(orders.url), FILLING)
    await careful.close()

    assert "failed" == told.state
    assert [] == orders.asked
