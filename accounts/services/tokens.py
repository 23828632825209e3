"""The API's tokens. Both name their sign-in and its person, and end with it; a refresh token works once."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any, TypedDict

from django.contrib.auth.models import update_last_login
from django.db import transaction
from django.utils import timezone
from rest_framework_simplejwt.exceptions import TokenError
from rest_framework_simplejwt.tokens import AccessToken, Token
from rest_framework_simplejwt.tokens import RefreshToken as RefreshJwt

from accounts.errors import InvalidToken
from accounts.models import DEVICE_LIFETIME, RefreshToken, SignIn, User
from accounts.services import sign_ins
from chatsite.database.locking import retry_on_conflict

# A spent token presented again this soon comes from a client whose answer got lost, not from a thief.
REPLAY_GRACE = timedelta(seconds=30)

_LOOKS_LIKE_A_TOKEN = re.compile(r"[\w-]{1,500}\.[\w-]{1,2000}\.[\w-]{1,500}", re.ASCII)


class TokenPair(TypedDict):
    access: str
    refresh: str


@retry_on_conflict
@transaction.atomic
def sign_in(user: User, *, device_name: str = "") -> TokenPair:
    """Open a sign-in for an app of this person and return its first pair of tokens."""
    update_last_login(User, user)
    return issue(sign_ins.start(user, kind=SignIn.Kind.API, device_name=device_name))


def issue(sign_in: SignIn) -> TokenPair:
    """Return a new pair of tokens for a sign-in."""
    refresh = RefreshJwt()
    access = AccessToken()
    for token in (refresh, access):
        token["sid"] = sign_in.pk
        token["user_id"] = sign_in.user_id
        token["public_id"] = sign_in.public_id
    RefreshToken.objects.create(jti=refresh["jti"], sign_in=sign_in)
    return {"access": str(access), "refresh": str(refresh)}


@retry_on_conflict
def rotate(raw: str) -> TokenPair:
    """Spend a refresh token for a new pair. Of any number of simultaneous tries, one succeeds."""
    claims = _read(raw, RefreshJwt)
    with transaction.atomic():
        # The parent before its tokens, as when a sign-in ends: the other order would deadlock with it.
        SignIn.objects.select_for_update().filter(pk=claims["sid"]).first()
        sign_in = _recognise(claims)
        pair = _spend(sign_in, claims["jti"]) if sign_in else None
    if sign_in is None or pair is None:
        raise InvalidToken
    sign_ins.mark_seen(sign_in)
    return pair


def sign_in_of(raw: str) -> SignIn:
    """The valid sign-in, with its person, that an access token was made for; raises `InvalidToken`."""
    sign_in = _recognise(_read(raw, AccessToken))
    if sign_in is None:
        raise InvalidToken
    return sign_in


def _recognise(claims: dict[str, Any]) -> SignIn | None:
    return sign_ins.recognise(claims["sid"], user_id=claims.get("user_id"), public_id=claims.get("public_id"))


def _spend(sign_in: SignIn, jti: str) -> TokenPair | None:
    mine, now = sign_in.refresh_tokens, timezone.now()
    if mine.filter(jti=jti, spent_at=None).update(spent_at=now):
        mine.filter(created_at__lt=now - DEVICE_LIFETIME).delete()
        return issue(sign_in)
    if mine.filter(jti=jti, spent_at__lt=now - REPLAY_GRACE).exists():
        sign_ins.end(SignIn.objects.filter(pk=sign_in.pk))
    return None


def _read(raw: object, kind: Callable[..., Token]) -> dict[str, Any]:
    if not isinstance(raw, str) or not _LOOKS_LIKE_A_TOKEN.fullmatch(raw):
        raise InvalidToken
    try:
        payload = kind(raw).payload
    except TokenError as error:
        raise InvalidToken from error
    # A token without `public_id` is from the previous release and names the person only; the next refresh replaces it.
    if not isinstance(payload.get("sid"), int) or not isinstance(payload.get("public_id", ""), str):
        raise InvalidToken
    return payload
