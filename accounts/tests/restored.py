"""The state after a restored dump, where a row number is used again; tokens and sessions of the previous release."""

import jwt
from django.conf import settings

from accounts.models import RefreshToken, SignIn
from accounts.services import sign_ins


def give_row_again(sign_in: SignIn, *, user, public_id: str | None = "f" * 32) -> SignIn:
    """The row of a sign-in, now of this person, with refresh tokens of the same ids."""
    jtis = list(RefreshToken.objects.filter(sign_in=sign_in).values_list("jti", flat=True))
    RefreshToken.objects.filter(sign_in=sign_in).delete()
    SignIn.objects.filter(pk=sign_in.pk).delete()
    row = SignIn.objects.create(
        pk=sign_in.pk,
        user=user,
        kind=sign_in.kind,
        credentials_digest=user.credentials_digest,
        public_id=public_id,
    )
    RefreshToken.objects.bulk_create(RefreshToken(jti=jti, sign_in=row) for jti in jtis)
    return row


def claims_of(token: str) -> dict:
    return jwt.decode(token, settings.SECRET_KEY, algorithms=["HS256"])


def signed(claims: dict) -> str:
    return jwt.encode(claims, settings.SECRET_KEY, "HS256")


def of_before(token: str) -> str:
    """The same token as the previous release issued it."""
    claims = claims_of(token)
    del claims["public_id"]
    return signed(claims)


def make_session_of_before(session) -> None:
    del session[sign_ins.PUBLIC_ID_KEY]
    session.save()
