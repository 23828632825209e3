"""Where a request comes from. Headers are believed only when a proxy of ours wrote them."""

from functools import lru_cache
from ipaddress import ip_address, ip_network

from django.conf import settings


def client_address(request) -> str | None:
    """The address of the client: the peer, or what our own proxies (`TRUSTED_PROXIES`) say of theirs.

    A peer without an address came through a Unix socket, which only a proxy on this machine can use.
    """
    trusted = _networks(tuple(settings.TRUSTED_PROXIES))
    address = _parse(request.META.get("REMOTE_ADDR"))
    if not trusted or not (address is None or _is_in(address, trusted)):
        return _text(address)
    # From the nearest hop outwards: what a stranger wrote stands left of the last hop that we trust.
    for hop in reversed(request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")):
        parsed = _parse(hop)
        if parsed is None:
            break
        address = parsed
        if not _is_in(address, trusted):
            break
    return _text(address)


@lru_cache(maxsize=8)
def _networks(entries: tuple) -> list:
    return [ip_network(entry.strip(), strict=False) for entry in entries]


def _parse(text):
    try:
        address = ip_address((text or "").strip())
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def _is_in(address, networks) -> bool:
    return any(address in network for network in networks)


def _text(address) -> str | None:
    return str(address) if address is not None else None
