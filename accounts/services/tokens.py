"""The API's tokens. Both carry the id of their sign-in and die with it; a refresh token works once."""

import re
from datetime import timedelta

from django.contrib.auth.models import update_last_login
from django.db import transaction
from django.utils import timezone
from rest_framework_simplejwt.exceptions import TokenError
from rest_framework_simplejwt.tokens import AccessToken
from rest_framework_simplejwt.tokens import RefreshToken as RefreshJwt

from accounts.errors import InvalidToken
from accounts.models import DEVICE_LIFETIME, RefreshToken, SignIn, User
from accounts.services import sign_ins
from chatsite.locking import retry_on_conflict

# A spent token shown again this soon is a client whose answer got lost, not a thief.
REPLAY_GRACE = timedelta(seconds=30)

_LOOKS_LIKE_A_TOKEN = re.compile(r"[\w-]{1,500}\.[\w-]{1,2000}\.[\w-]{1,500}", re.ASCII)


@retry_on_conflict
@transaction.atomic
def sign_in(user: User, *, device_name: str = "") -> dict:
    """Open a sign-in for an app of this person and give its first pair of tokens."""
    update_last_login(None, user)
    return issue(sign_ins.start(user, kind=SignIn.Kind.API, device_name=device_name))


def issue(sign_in: SignIn) -> dict:
    """A fresh pair `{access, refresh}` for a sign-in."""
    refresh = RefreshJwt()
    access = AccessToken()
    for token in (refresh, access):
        token["sid"] = sign_in.pk
        token["user_id"] = sign_in.user_id
    RefreshToken.objects.create(jti=refresh["jti"], sign_in=sign_in)
    return {"access": str(access), "refresh": str(refresh)}


@retry_on_conflict
def rotate(raw: str) -> dict:
    """Spend a refresh token for a new pair. Of any number of simultaneous tries, one succeeds."""
    claims = _read(raw, RefreshJwt)
    with transaction.atomic():
        # The parent before its tokens, as when a sign-in ends: the other order would deadlock with it.
        SignIn.objects.select_for_update().filter(pk=claims["sid"]).first()
        sign_in = sign_ins.find(claims["sid"])
        pair = _spend(sign_in, claims["jti"]) if sign_in else None
    if pair is None:
        raise InvalidToken
    sign_ins.mark_seen(sign_in)
    return pair


def read_access_token(raw: str) -> int:
    """The id of the sign-in an access token was made for; raises `InvalidToken`."""
    return _read(raw, AccessToken)["sid"]


def _spend(sign_in: SignIn, jti: str) -> dict | None:
    mine, now = sign_in.refresh_tokens, timezone.now()
    if mine.filter(jti=jti, spent_at=None).update(spent_at=now):
        mine.filter(created_at__lt=now - DEVICE_LIFETIME).delete()
        return issue(sign_in)
    if mine.filter(jti=jti, spent_at__lt=now - REPLAY_GRACE).exists():
        sign_ins.end(SignIn.objects.filter(pk=sign_in.pk))
    return None


def _read(raw, kind) -> dict:
    if not isinstance(raw, str) or not _LOOKS_LIKE_A_TOKEN.fullmatch(raw):
        raise InvalidToken
    try:
        payload = kind(raw).payload
    except TokenError as error:
        raise InvalidToken from error
    if not isinstance(payload.get("sid"), int):
        raise InvalidToken
    return payload
