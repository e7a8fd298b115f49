"""Where a call may go: an address that staff typed is looked up once, checked, and kept.

Whoever can name an address could otherwise make this server ask its own neighbours: the cloud's
metadata, a database's port, a printer. A name is resolved once and the connection goes to the
address that was checked, so that a second answer of the name server changes nothing.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from app.outbound.errors import TargetRefused

URL_MAX = 2_000
DEFAULT_PORTS = {"https": 443, "http": 80}

#: IPv6 networks that carry an IPv4 address in their last 32 bits.
#: Source: RFC 6052, section 2.1; RFC 4291, section 2.5.5.1.
_CARRIES_IPV4 = (ipaddress.ip_network("64:ff9b::/96"), ipaddress.ip_network("::/96"))

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


@dataclass(frozen=True)
class Target:
    """A checked place to call.

    :ivar host: as certificates and the Host header name it.
    :ivar path: with its query, at least ``/``.
    :ivar addresses: those that were checked, in the order to try them.
    """

    scheme: str
    host: str
    port: int
    path: str
    addresses: tuple[str, ...]

    @property
    def authority(self) -> str:
        """Return host and port as the Host header holds them."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == DEFAULT_PORTS[self.scheme] else f"{host}:{self.port}"


def checked_target(url: str, *, allowed: Collection[str] = ()) -> Target:
    """Look an address up and check it; this asks the name server.

    :param url: ``https://`` or ``http://``, on the usual port.
    :param allowed: ``host:port`` pairs that may be reached although they are not public.
    :raises TargetRefused: nothing may go there; the message says why, in words for staff.
    """
    scheme, host, port, path = _parts(url)
    is_allowed = f"{host}:{port}" in allowed
    if port != DEFAULT_PORTS[scheme] and not is_allowed:
        raise TargetRefused("Only the usual ports 443 and 80 can be called.")
    addresses = _resolved(host, port)
    if not is_allowed and not all(is_public(each) for each in addresses):
        raise TargetRefused("This address is not on the public internet.")
    return Target(scheme, host, port, path, tuple(str(each) for each in addresses))


def is_public(address: Address) -> bool:
    """Say whether an address, or the IPv4 address hidden in it, is one of the public internet."""
    if isinstance(address, ipaddress.IPv6Address):
        hidden = _hidden_ipv4(address)
        if hidden is not None:
            return is_public(hidden)
        if address.teredo is not None:
            return False
    return address.is_global and not address.is_multicast


def _hidden_ipv4(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    hidden = address.ipv4_mapped or address.sixtofour
    if hidden is None and any(address in network for network in _CARRIES_IPV4):
        hidden = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return hidden


def _parts(url: str) -> tuple[str, str, int, str]:
    if len(url) > URL_MAX or not url.isascii() or any(char <= " " or char == "\\" for char in url):
        raise TargetRefused("This is not an address that can be called.")
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        raise TargetRefused("This is not an address that can be called.") from None
    if parts.scheme not in DEFAULT_PORTS:
        raise TargetRefused("The address must begin with https:// or http://.")
    if parts.username is not None or parts.password is not None:
        raise TargetRefused("Please leave user name and password out of the address.")
    if not host or "%" in host:
        raise TargetRefused("This is not an address that can be called.")
    path = parts.path or "/"
    return (
        parts.scheme,
        host,
        port or DEFAULT_PORTS[parts.scheme],
        (f"{path}?{parts.query}" if parts.query else path),
    )


def _resolved(host: str, port: int) -> Sequence[Address]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise TargetRefused("There is no server of that name.") from None
    # A zone behind % names an interface of this machine; such an address is never public.
    texts = dict.fromkeys(str(entry[4][0]).partition("%")[0] for entry in found)
    return [ipaddress.ip_address(text) for text in texts]
