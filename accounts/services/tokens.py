"""The API's tokens. Both name their sign-in and its person, and end with it; a refresh token has one successor."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, TypedDict
from uuid import uuid4

from django.contrib.auth.models import update_last_login
from django.db import transaction
from django.utils import timezone
from rest_framework_simplejwt.exceptions import TokenError
from rest_framework_simplejwt.tokens import Token

from accounts.errors import InvalidToken
from accounts.models import DEVICE_LIFETIME, RefreshToken, SignIn, User
from accounts.services import sign_ins
from accounts.services.keys import AccessToken, RefreshJwt
from chatsite import budgets
from chatsite.budgets import buckets
from chatsite.database.locking import retry_on_conflict

# A spent token may be presented again for this long, while its successor is unused: the answer got lost.
REPEAT_TIME = timedelta(minutes=10)
# Presented this soon after it was spent, while its successor is in use, it was still under way: it ends nothing.
REPLAY_GRACE = timedelta(seconds=30)
# In an access token: the refresh token that was given with it.
_GIVEN_WITH = "refresh_jti"

_LOOKS_LIKE_A_TOKEN = re.compile(r"[\w-]{1,500}\.[\w-]{1,2000}\.[\w-]{1,500}", re.ASCII)


class TokenPair(TypedDict):
    access: str
    refresh: str


@retry_on_conflict
@transaction.atomic
def sign_in(user: User, *, device_name: str = "", second_factor: str = "") -> TokenPair:
    """Open a sign-in for an app of this person and return its first pair of tokens."""
    update_last_login(User, user)
    return issue(sign_ins.start(user, kind=SignIn.Kind.API, device_name=device_name, second_factor=second_factor))


def issue(sign_in: SignIn) -> TokenPair:
    """Return the first pair of tokens of a sign-in."""
    return _pair(sign_in, RefreshToken.objects.create(jti=uuid4().hex, sign_in=sign_in))


@retry_on_conflict
def rotate(raw: str) -> TokenPair:
    """Exchange a refresh token for its successor: docs/decisions/0006-repeatable-refresh.md has all cases."""
    claims = _read(raw, RefreshJwt)
    with transaction.atomic():
        # The parent before its tokens, as when a sign-in ends: the other order would deadlock with it.
        SignIn.objects.select_for_update().filter(pk=claims["sid"]).first()
        sign_in = _recognise(claims)
        pair = _exchange(sign_in, claims["jti"]) if sign_in else None
    if pair is None:
        raise InvalidToken
    return pair


def sign_in_of(raw: str) -> SignIn:
    """The valid sign-in, with its person, that an access token was made for; raises `InvalidToken`."""
    claims = _read(raw, AccessToken)
    sign_in = _recognise(claims)
    if sign_in is None:
        raise InvalidToken
    if sign_in.unconfirmed_jti and sign_in.unconfirmed_jti == claims.get(_GIVEN_WITH):
        _confirm(sign_in)
    return sign_in


def sign_in_to_end(raw: str) -> SignIn:
    """The sign-in that an access token was made for, ended or not: enough to log out, and for nothing else."""
    claims = _read(raw, AccessToken)
    sign_in = sign_ins.find_ended_too(**_named(claims))
    if sign_in is None:
        raise InvalidToken
    return sign_in


def _recognise(claims: dict[str, Any]) -> SignIn | None:
    return sign_ins.recognise(**_named(claims))


def _named(claims: dict[str, Any]) -> dict[str, Any]:
    return {"sign_in_id": claims["sid"], "user_id": claims.get("user_id"), "public_id": claims.get("public_id")}


def _exchange(sign_in: SignIn, jti: str) -> TokenPair | None:
    """Within a transaction that has the row of the sign-in locked."""
    mine, now = sign_in.refresh_tokens, timezone.now()
    if mine.filter(jti=jti, spent_at=None).update(spent_at=now):
        mine.filter(created_at__lt=now - DEVICE_LIFETIME).delete()
        return _issue_successor(sign_in, now)
    spent = mine.filter(jti=jti).first()
    if spent is None or spent.spent_at is None:
        return None
    age = now - spent.spent_at
    if age < REPEAT_TIME and (successor := _unused_successor(sign_in, spent.spent_at)):
        return _pair(sign_in, successor)
    if age > REPLAY_GRACE:
        sign_ins.end(SignIn.objects.filter(pk=sign_in.pk))
    return None


def _issue_successor(sign_in: SignIn, moment: datetime) -> TokenPair:
    """`moment` is when the predecessor was spent: both rows have it, which links them. Raises TooManyRequests."""
    buckets.spend(budgets.refreshes(sign_in.user_id))
    successor = RefreshToken.objects.create(jti=uuid4().hex, sign_in=sign_in, created_at=moment)
    SignIn.objects.filter(pk=sign_in.pk).update(unconfirmed_jti=successor.jti, last_seen_at=moment)
    return _pair(sign_in, successor)


def _unused_successor(sign_in: SignIn, spent_at: datetime) -> RefreshToken | None:
    """The token that was given for the one spent then, while nothing shows that the device received it."""
    if sign_in.unconfirmed_jti is None:
        return None
    mine = sign_in.refresh_tokens
    return mine.filter(jti=sign_in.unconfirmed_jti, created_at=spent_at, spent_at=None).first()


@retry_on_conflict
def _confirm(sign_in: SignIn) -> None:
    """An access token came back: the device has the refresh token that was given with it."""
    SignIn.objects.filter(pk=sign_in.pk, unconfirmed_jti=sign_in.unconfirmed_jti).update(unconfirmed_jti=None)
    sign_in.unconfirmed_jti = None


def _pair(sign_in: SignIn, given: RefreshToken) -> TokenPair:
    """Sign this refresh token, the same each time, and a fresh access token beside it."""
    refresh, access = RefreshJwt(), AccessToken()
    refresh["jti"] = access[_GIVEN_WITH] = given.jti
    refresh.set_iat(at_time=given.created_at)
    refresh.set_exp(from_time=given.created_at)
    for token in (refresh, access):
        token["sid"] = sign_in.pk
        token["user_id"] = sign_in.user_id
        token["public_id"] = sign_in.public_id
    return {"access": str(access), "refresh": str(refresh)}


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
