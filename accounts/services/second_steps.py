"""The second step of a sign-in of an app, between the right password and the right code.

Nothing is kept in a session, as on the pages: an app gets a signed token, which opens nothing by itself, is good once,
and only for as long as the password is the one that was given.
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
    step = _read(token)
    authenticator = second_factor.use_code(step.user, code)
    with transaction.atomic():
        # Of two at once with one token, one finds the row.
        if not SecondStep.objects.filter(pk=step.pk).delete()[0]:
            raise SecondStepExpired
        authenticator.record_usage()
    return step.user, authenticator.type


@refusals_counted()
def _read(token: str) -> SecondStep:
    try:
        key, digest = signing.loads(token, salt=_SALT, max_age=LIFETIME)
    except signing.BadSignature as error:
        raise SecondStepExpired from error
    step = SecondStep.objects.select_related("user").filter(pk=key).first()
    if step is None or not step.user.is_active or step.user.credentials_digest != digest:
        raise SecondStepExpired
    return step
