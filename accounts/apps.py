from datetime import timedelta

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = _("People")
    staff_right = "people"

    def ready(self) -> None:
        from accounts import checks, doctor, receivers  # noqa: F401 - registers and connects them
        from accounts.models import (
            DEVICE_LIFETIME,
            AccountChange,
            Alert,
            LinkRequest,
            LockOut,
            RefreshToken,
            SecondStep,
            SignIn,
            TrustedBrowser,
            UnlockQuestion,
        )
        from accounts.second_factor import receivers as second_factor  # noqa: F401 - connects the receivers
        from accounts.services.expiry import EndExpired
        from accounts.services.trusted_browsers import LIFETIME as TRUST_LIFETIME
        from chatsite import pruning

        pruning.add(
            # Longer than a mail is tried.
            pruning.Rule(Alert, "happened_at", timedelta(days=30), indexed=True),
            # No worker came: whoever asked has asked again.
            pruning.Rule(LinkRequest, "asked_at", timedelta(days=30)),
            pruning.Rule(AccountChange, "asked_at", timedelta(days=365)),
            pruning.Rule(LockOut, "began_at", timedelta(days=30)),
            pruning.Rule(RefreshToken, "created_at", DEVICE_LIFETIME),
            # Longer than its token is valid.
            pruning.Rule(SecondStep, "created_at", timedelta(hours=1), indexed=True),
            pruning.Rule(UnlockQuestion, "asked_at", timedelta(hours=1), indexed=True),
            pruning.Rule(TrustedBrowser, "created_at", TRUST_LIFETIME, indexed=True),
            EndExpired(SignIn, "last_seen_at", DEVICE_LIFETIME),
            # A year, for whoever asks from where an account was used.
            pruning.Rule(SignIn, "ended_at", timedelta(days=365), indexed=True),
        )
        doctor.register()
