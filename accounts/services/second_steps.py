"""The second step of a sign-in, between the right password and the right factor.

An app gets a signed token, and a browser has one in its session. It opens nothing by itself, is good once, and only for
as long as the password is the one that was given, and nobody ended all sign-ins of the person.
"""

import secrets
from datetime import timedelta

from django.core import signing
from django.db import transaction

from accounts.errors import SecondStepExpired
from accounts.metrics import refusals_counted
from accounts.models import SecondStep, User
from accounts.services import second_factor
from chatsite.database.locking import retry_on_conflict

LIFETIME = timedelta(minutes=5)
_SALT = "accounts.second_steps"


@retry_on_conflict
def begin(user: User) -> str:
    """A token for somebody whose password was just checked."""
    key = secrets.token_hex(16)
    SecondStep.objects.create(key=key, user=user)
    return signing.dumps([key, user.credentials_digest], salt=_SALT)


def finish(token: str, *, code: str) -> tuple[User, str]:
    """The person, and the type of the factor. Raises SecondStepExpired, WrongCode or TooManyAttempts.

    After a wrong code the token is still good.
    """
    step = _read(token, max_age=LIFETIME)
    authenticator = second_factor.use_code(step.user, code)
    with transaction.atomic():
        # Of two at once with one token, one finds the row.
        if not SecondStep.objects.filter(pk=step.pk).delete()[0]:
            raise SecondStepExpired
        authenticator.record_usage()
    return step.user, authenticator.type


def is_open(token: str) -> bool:
    """Whether a factor may still follow, on a page: how long it waits, the session knows."""
    try:
        _read(token)
    except SecondStepExpired:
        return False
    return True


def close(token: str) -> bool:
    """The factor was given on a page; False where another one was before, or the step is over."""
    try:
        return bool(SecondStep.objects.filter(pk=_read(token).pk).delete()[0])
    except SecondStepExpired:
        return False


@refusals_counted()
def _read(token: str, *, max_age: timedelta | None = None) -> SecondStep:
    try:
        key, digest = signing.loads(token, salt=_SALT, max_age=max_age)
    except signing.BadSignature as error:
        raise SecondStepExpired from error
    step = SecondStep.objects.select_related("user").filter(pk=key).first()
    if step is None or not step.user.is_active or step.user.credentials_digest != digest:
        raise SecondStepExpired
    return step
