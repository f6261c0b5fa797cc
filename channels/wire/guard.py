"""Addresses of the network that somebody else may have us call.

A webhook's address and a file's address are told by others, so they must not lead to this
machine or its neighbours. What counts is the address that is really connected to: however a
host was written, whatever its name resolved to this time, and after every redirect.
"""

import socket
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Any

from aiohttp import TCPConnector
from aiohttp.abc import AbstractResolver

NAT64 = IPv6Network("64:ff9b::/96")  # RFC 6052
NAT64_LOCAL = IPv6Network("64:ff9b:1::/48")  # RFC 8215


class Inward(OSError):
    """The address leads into a network that is not for others to have us call."""


def is_outward(address: str) -> bool:
    """Tell whether an IP address belongs to the open internet.

    An IPv4 address that travels inside an IPv6 one is judged by itself.
    """
    found = ip_address(address.partition("%")[0])
    if isinstance(found, IPv6Address):
        return is_open(found) and all(is_open(inner) for inner in carried(found))
    return is_open(found)


def is_open(address: IPv4Address | IPv6Address) -> bool:
    """Tell whether one address is routed for everybody (IANA's special-purpose registries)."""
    if isinstance(address, IPv6Address) and (address.ipv4_mapped or address in NAT64):
        return True  # what it carries decides
    return address.is_global and not (address.is_multicast or address.is_reserved)


def carried(address: IPv6Address) -> list[IPv4Address]:
    """Return the IPv4 addresses that *address* stands for: mapped, 6to4, Teredo, NAT64."""
    inner = [address.ipv4_mapped, address.sixtofour, *(address.teredo or ())]
    if address in NAT64 or address in NAT64_LOCAL:
        inner.append(IPv4Address(int(address) & 0xFFFFFFFF))
    return [one for one in inner if one is not None]


def outward_socket(info: Any) -> socket.socket:
    """Make the socket for one address, or raise `Inward`; `info` is as getaddrinfo gives it."""
    family, kind, protocol, _, where = info
    if not is_outward(where[0]):
        raise Inward
    return socket.socket(family, kind, protocol)


def guarded(*, resolver: AbstractResolver | None = None, **options: Any) -> TCPConnector:
    """Return a connector that connects to nothing but the open internet."""
    return TCPConnector(resolver=resolver, socket_factory=outward_socket, **options)
