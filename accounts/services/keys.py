"""The keys of tokens: SECRET_KEY signs, and SECRET_KEY_FALLBACKS verify too, so that a new key signs nobody out."""

from functools import lru_cache
from typing import Any

from django.conf import settings
from rest_framework_simplejwt import tokens
from rest_framework_simplejwt.backends import TokenBackend
from rest_framework_simplejwt.exceptions import TokenBackendError, TokenBackendExpiredToken

ALGORITHM = "HS256"


@lru_cache(maxsize=16)
def _backend(key: str) -> TokenBackend:
    return TokenBackend(ALGORITHM, key)


class KeyRing(TokenBackend):
    """Several keys, where simplejwt's backend has one."""

    def encode(self, payload: dict[str, Any]) -> str:
        return _backend(settings.SECRET_KEY).encode(payload)

    def decode(self, token: Any, verify: bool = True) -> dict[str, Any]:
        refusal: TokenBackendError | None = None
        for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
            try:
                return _backend(key).decode(token, verify)
            except TokenBackendExpiredToken:
                # Rightly signed, so no other key would accept it.
                raise
            except TokenBackendError as error:
                refusal = refusal or error
        raise refusal or TokenBackendError


_ring = KeyRing(ALGORITHM)


class AccessToken(tokens.AccessToken):
    _token_backend = _ring


class RefreshJwt(tokens.RefreshToken):
    _token_backend = _ring
