"""Unlocking by a passkey: the device asks its person for a finger, a face or a PIN. The product has no PIN of its own.

A question belongs to one sign-in, and is good for one answer within five minutes.
"""

from datetime import timedelta
from typing import Any

from allauth.mfa.webauthn.internal.auth import get_authenticator_by_credential_id, get_credentials, get_server
from django.utils import timezone
from fido2.webauthn import AttestedCredentialData, UserVerificationRequirement

from accounts import metrics
from accounts.errors import NoPasskey, WrongPasskey
from accounts.models import SignIn, UnlockQuestion
from accounts.services import idle, lock_outs, passkeys, second_factor
from chatsite import budgets, limiter
from chatsite.budgets import buckets
from chatsite.database.locking import retry_on_conflict

LIFETIME = timedelta(minutes=5)
_VERIFIED = UserVerificationRequirement.REQUIRED


def ask_passkey(sign_in: SignIn) -> dict[str, Any]:
    """The options of a question to one of its person's passkeys. Raises NoPasskey or TooManyRequests."""
    buckets.spend(budgets.unlock_questions(sign_in.user_id))
    if not (credentials := get_credentials(sign_in.user)):
        raise NoPasskey
    options, state = get_server().authenticate_begin(credentials=credentials, user_verification=_VERIFIED)
    _keep(sign_in, state["challenge"])
    return dict(options)


@metrics.refusals_counted()
def unlock_by_passkey(sign_in: SignIn, *, credential: Any) -> None:
    """Raises WrongPasskey or TooManyAttempts."""
    # Counted with wrong passwords: whoever finds the screen has five tries in all.
    limit = limiter.password_changes(sign_in.user_id)
    with lock_outs.noted(sign_in.user.email, [limit]), limiter.attempt(limit) as attempt:
        used = _verified(sign_in, credential)
        if used:
            attempt.succeed()
    authenticator = used and get_authenticator_by_credential_id(sign_in.user, used.credential_id)
    if not authenticator:
        raise WrongPasskey
    authenticator.record_usage()
    second_factor.note_proof(sign_in, authenticator.type)
    idle.unlock(sign_in)
    metrics.UNLOCKED.inc()


@retry_on_conflict
def _keep(sign_in: SignIn, challenge: str) -> None:
    UnlockQuestion.objects.update_or_create(
        sign_in=sign_in, defaults={"challenge": challenge, "asked_at": timezone.now()}
    )


def _verified(sign_in: SignIn, credential: Any) -> AttestedCredentialData | None:
    """The passkey of this person that answered what this sign-in asked last, if one did."""
    challenge = _take(sign_in)
    if challenge is None:
        return None
    state = {"challenge": challenge, "user_verification": _VERIFIED}
    try:
        answer = passkeys.read_answer(credential)
        return get_server().authenticate_complete(state, get_credentials(sign_in.user), answer)
    except (ValueError, passkeys.UnreadablePasskey):
        return None


def _take(sign_in: SignIn) -> str | None:
    """What was asked, once: of two answers at a time, one finds it."""
    question = UnlockQuestion.objects.filter(sign_in=sign_in).first()
    if question is None or not UnlockQuestion.objects.filter(pk=question.pk, challenge=question.challenge).delete()[0]:
        return None
    return question.challenge if question.asked_at > timezone.now() - LIFETIME else None
