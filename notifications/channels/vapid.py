"""How this server names itself to push services (RFC 8292): one key, which browsers get when they subscribe."""

import time
from functools import lru_cache
from urllib.parse import urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric.ec import (
    SECP256R1,
    EllipticCurvePrivateKey,
    derive_private_key,
    generate_private_key,
)
from django.conf import settings

from chatsite import key_files
from notifications.channels.base64url import decoded, encoded
from notifications.channels.encryption import point_of

# Services accept at most 24 hours.
_VALID, _RENEWED = 12 * 3600, 3600


def make_key() -> bool:
    """Make the key, unless the settings have one or there is a file with one; True when it was made."""
    path = settings.PUSH_KEY_FILE
    if settings.PUSH_KEY or path.exists():
        return False
    number = generate_private_key(SECP256R1()).private_numbers().private_value
    return key_files.make(path, encoded(number.to_bytes(32)))


def public_key() -> str | None:
    """What browsers call `applicationServerKey`; None where this server has no key, and so no pushes to browsers."""
    key = _key()
    return encoded(point_of(key.public_key())) if key else None


def authorization(endpoint: str) -> str:
    """The header for a request to this endpoint."""
    parts = urlsplit(endpoint)
    public = public_key()
    token = _token(f"{parts.scheme}://{parts.netloc}", int(time.time()) // _RENEWED, public)
    return f"vapid t={token}, k={public}"


def _key() -> EllipticCurvePrivateKey | None:
    try:
        text = settings.PUSH_KEY or settings.PUSH_KEY_FILE.read_text()
    except FileNotFoundError:
        return None
    return _read(text.strip())


@lru_cache(maxsize=4)
def _read(text: str) -> EllipticCurvePrivateKey:
    return derive_private_key(int.from_bytes(decoded(text)), SECP256R1())


@lru_cache(maxsize=64)
def _token(audience: str, hour: int, public: str | None) -> str:
    """One for an hour, while the key is this one: a service may keep it as long, and each push is quicker."""
    claims = {"aud": audience, "exp": hour * _RENEWED + _VALID, "sub": settings.PUSH_CONTACT}
    key = _key()
    if key is None:
        raise LookupError("no key for pushes")
    return jwt.encode(claims, key, algorithm="ES256")
