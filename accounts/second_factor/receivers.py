"""What follows when a factor is set up, given or removed, on whichever page."""

from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added, authenticator_removed, authenticator_reset, authenticator_used
from django.db.models.signals import post_save
from django.dispatch import receiver

from accounts.models import Totp, User
from accounts.requests import SignInRequest
from accounts.services import alerts, second_factor, trusted_browsers

_CODES = Authenticator.Type.RECOVERY_CODES


@receiver(post_save, sender=Authenticator)
def claim_totp(instance: Authenticator, created: bool, **kwargs: Any) -> None:
    """One app for each person, whoever adds it: MariaDB does not make allauth's own key. Raises IntegrityError."""
    if created and instance.type == Authenticator.Type.TOTP:
        Totp.objects.create(authenticator=instance, user_id=instance.user_id)


@receiver(authenticator_added)
def note_new_factor(request: SignInRequest, user: User, authenticator: Authenticator, **kwargs: Any) -> None:
    # Recovery codes are made beside the first other factor: that one tells of both.
    if authenticator.type != _CODES:
        second_factor.note_proof(request.sign_in, authenticator.type)
        alerts.factor_changed(user)


@receiver(authenticator_used)
def note_given_factor(request: SignInRequest, authenticator: Authenticator, **kwargs: Any) -> None:
    second_factor.note_proof(request.sign_in, authenticator.type)


@receiver(authenticator_reset)
def tell_of_new_codes(user: User, **kwargs: Any) -> None:
    alerts.factor_changed(user)


@receiver(authenticator_removed)
def note_removed_factor(user: User, authenticator: Authenticator, **kwargs: Any) -> None:
    if authenticator.type == _CODES:
        return
    if not second_factor.methods_of(user):
        second_factor.forget_proofs(user)
    trusted_browsers.end_all(user)
    alerts.factor_changed(user)
