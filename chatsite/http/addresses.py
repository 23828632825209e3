"""The address of a client. Headers are trusted only when one of our own proxies wrote them."""

from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network


def client_address(request: HttpRequest) -> str | None:
    """The address of the client: the peer's, or the one that our own proxies (`TRUSTED_PROXIES`) forward.

    A peer without an address came through a Unix socket, which only a proxy on this machine can use.
    """
    trusted = _networks(tuple(settings.TRUSTED_PROXIES))
    address = _parse(request.META.get("REMOTE_ADDR"))
    if not trusted or not (address is None or _is_in(address, trusted)):
        return _text(address)
    # From the nearest hop outwards: anybody may have written what is left of the last hop that we trust.
    for hop in reversed(request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")):
        parsed = _parse(hop)
        if parsed is None:
            break
        address = parsed
        if not _is_in(address, trusted):
            break
    return _text(address)


def is_from_proxy(request: HttpRequest) -> bool:
    """Whether its peer is one of our own proxies."""
    address = _parse(request.META.get("REMOTE_ADDR"))
    return address is None or _is_in(address, _networks(tuple(settings.TRUSTED_PROXIES)))


@lru_cache(maxsize=8)
def _networks(entries: tuple[str, ...]) -> list[Network]:
    return [ip_network(entry.strip(), strict=False) for entry in entries]


def _parse(text: str | None) -> Address | None:
    try:
        address = ip_address((text or "").strip())
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def _is_in(address: Address, networks: list[Network]) -> bool:
    return any(address in network for network in networks)


def _text(address: Address | None) -> str | None:
    return str(address) if address is not None else None
