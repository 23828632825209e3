"""Codes beside the password: which a person has, and whether one is right. One way for the pages and the API."""

import logging
import unicodedata

from allauth.core.internal.cryptokit import compare_user_code
from allauth.mfa import app_settings
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.db import transaction

from accounts.errors import WrongCode
from accounts.metrics import refusals_counted
from accounts.models import SignIn, Totp, User
from accounts.services import alerts, factor_secrets, lock_outs, sign_ins
from accounts.signals import code_refused
from chatsite import limiter
from chatsite.database.locking import retry_on_conflict

logger = logging.getLogger("accounts")

Type = Authenticator.Type


def methods_of(user: User) -> list[str]:
    """What this person may give after the password, by type; none for a person without a second factor."""
    types = set(Authenticator.objects.filter(user=user).values_list("type", flat=True))
    # Recovery codes alone are a rest that nobody could renew.
    return sorted(types) if types - {Type.RECOVERY_CODES} else []


def has_passkey(user: User) -> bool:
    return Type.WEBAUTHN in methods_of(user)


@refusals_counted()
def use_code(user: User, code: str) -> Authenticator:
    """The app or the recovery codes that this is a code of; it is none any more. Raises WrongCode, TooManyAttempts."""
    limits = limiter.codes(user.pk)
    with lock_outs.noted(user.email, limits), limiter.attempt(*limits) as attempt:
        used = _matching(user, digits_of(code))
        if used:
            attempt.succeed()
    if used is None:
        code_refused.send_robust(User, user_id=user.pk)
        raise WrongCode
    return used


def step_of(secret: str, code: str) -> int | None:
    """The half minute around now to which this code belongs, if it is right."""
    for step in yield_hotp_counters_from_time():
        if compare_user_code(actual=code, expected=format_hotp_value(hotp_value(secret, step))):
            return step
    return None


def use_step(user: User, step: int) -> bool:
    """Store that the code of this half minute was used; False when it, or a later one, was before."""
    return bool(Totp.objects.filter(user=user, last_step__lt=step).update(last_step=step))


def digits_of(code: str) -> str:
    """The digits of what was typed, in any script, without the spaces and hyphens between them."""
    return "".join(str(unicodedata.digit(sign)) for sign in code if unicodedata.digit(sign, None) is not None)


def recovery_codes_left(user: User) -> int:
    """How many were not used. Decrypts nothing, so that the page is there without the right key, too."""
    codes = Authenticator.objects.filter(user=user, type=Type.RECOVERY_CODES).first()
    return app_settings.RECOVERY_CODE_COUNT - codes.data["used_mask"].bit_count() if codes else 0


@retry_on_conflict
@transaction.atomic
def reset(user: User) -> None:
    """Remove the lost factors of a person, whose devices then sign in with the password, and tell them by mail."""
    Authenticator.objects.filter(user=user).delete()
    sign_ins.end_all(user)
    alerts.factor_changed(user)


def note_proof(sign_in: SignIn | None, kind: str) -> None:
    """Store that the person of this sign-in has just given a second factor."""
    if sign_in and sign_in.second_factor != kind:
        sign_in.second_factor = kind
        sign_in.save(update_fields=["second_factor"])


def forget_proofs(user: User) -> None:
    """The last factor of this person was removed: no sign-in has one any more."""
    SignIn.objects.for_user(user).exclude(second_factor="").update(second_factor="")


def _matching(user: User, code: str) -> Authenticator | None:
    for authenticator in Authenticator.objects.filter(user=user, type__in=(Type.TOTP, Type.RECOVERY_CODES)):
        try:
            if _is_right(authenticator, code):
                authenticator.user = user
                return authenticator
        except factor_secrets.Undecipherable:
            logger.error("a second factor is encrypted with another key than SECOND_FACTOR_KEY")
    return None


def _is_right(authenticator: Authenticator, code: str) -> bool:
    if authenticator.type == Type.RECOVERY_CODES:
        return authenticator.wrap().validate_code(code)
    step = step_of(factor_secrets.decrypt(authenticator.data["secret"]), code)
    return step is not None and use_step(authenticator.user, step)
