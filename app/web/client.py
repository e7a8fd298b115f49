"""Who is at the other end of the connection."""

from __future__ import annotations

import ipaddress

from flask import request


def client_ip() -> str:
    """Return the caller's network address as limits count it.

    An IPv6 caller counts as its /64 network, since a single subscriber owns all of it.
    Proxy headers are believed only as far as TRUSTED_PROXY_HOPS says (see the factory).

    :returns: empty if it is unknown.
    """
    return countable_address(request.remote_addr or "")


def countable_address(address: str) -> str:
    """Return an address, or its /64 network for IPv6; other text as it is."""
    try:
        parsed = ipaddress.ip_address(address.split("%", 1)[0])
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped:
            return str(parsed.ipv4_mapped)
        return str(ipaddress.ip_network((parsed, 64), strict=False))
    return str(parsed)
