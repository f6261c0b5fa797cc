"""Nobody has us call our own network."""

import socket

import pytest
from aiohttp import ClientError, ClientSession, web
from aiohttp.abc import AbstractResolver
from aiohttp.test_utils import TestServer

from channels.wire.guard import guarded, is_outward


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "127.255.255.254",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",  # it is refused
        "255.255.255.255",
        "224.0.0.1",
        "240.0.0.1",
        "::1",
        "::",
        "::ffff:127.0.0.1",
        "::ffff:7f00:1",
        "::ffff:169.254.169.254",
        "64:ff9b::7f00:1",
        "64:ff9b::a9fe:a9fe",
        "2002:7f00:1::",
        "2002:c0a8:101::1",
        "fe80::1%eth0",
        "fc00::1",
        "fd12:3456:789a::1",
        "ff02::1",
    ],
)
def test_our_own_network_is_refused(address):
    assert not is_outward(address)


@pytest.mark.parametrize(
    "address", ["93.184.215.14", "2606:2800:21f::1", "::ffff:93.184.215.14", "64:ff9b::5db8:d70e"]
)
def test_the_open_internet_is_not(address):
    assert is_outward(address)


class Pointing(AbstractResolver):
    """A resolver for which every name leads to this machine: DNS rebinding."""

    async def resolve(self, host, port=0, family=socket.AF_INET):
        return [
            {
                "hostname": host,
                "host": "127.0.0.1",
                "port": port,
                "family": socket.AF_INET,
                "proto": 0,
                "flags": 0,
            }
        ]

    async def close(self):
        pass


@pytest.fixture
async def inner():
    """A server on this machine that must never be reached."""
    asked = []

    async def answer(request):
        asked.append(request.path)
        return web.Response(text="secret")

    app = web.Application()
    app.router.add_get("/{any:.*}", answer)
    server = TestServer(app)
    await server.start_server()
    yield server, asked
    await server.close()


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "2130706433",
        "0x7f000001",
        "0177.0.0.1",
        "127.1",
        "0",
        "localhost",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
    ],
)
async def test_however_this_machine_is_written(inner, host):
    server, asked = inner
    async with ClientSession(connector=guarded()) as session:
        with pytest.raises(ClientError):
            await session.get(f"http://{host}:{server.port}/")
    assert asked == []


async def test_a_name_that_leads_here(inner):
    server, asked = inner
    async with ClientSession(connector=guarded(resolver=Pointing())) as session:
        with pytest.raises(ClientError):
            await session.get(f"http://innocent.example:{server.port}/")
    assert asked == []
