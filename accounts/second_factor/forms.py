"""allauth's forms for codes: one service checks and counts them, for the API, too."""

from typing import Any

from allauth.core import context
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base import forms as allauth
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import SECRET_SESSION_KEY, generate_totp_secret
from allauth.mfa.webauthn import forms as webauthn
from django import forms

from accounts import metrics
from accounts.errors import WrongCode
from accounts.models import User
from accounts.passkey_field import PasskeyField
from accounts.services import factor_secrets, second_factor
from accounts.services.passkeys import read_new
from accounts.signals import passkey_refused, proof_refused
from chatsite import limiter

# With spaces, as apps show it.
LONGEST_CODE = 20


class _CodeForm(allauth.BaseAuthenticateForm):
    code = forms.CharField(max_length=LONGEST_CODE)

    def clean_code(self) -> str:
        """Raises TooManyAttempts."""
        code: str = self.cleaned_data["code"]
        try:
            self.authenticator = second_factor.use_code(self.user, code)
        except WrongCode as error:
            raise get_adapter().validation_error("incorrect_code") from error
        return code


class AuthenticateForm(_CodeForm, allauth.AuthenticateForm):
    trust = forms.BooleanField(required=False)


class ReauthenticateForm(_CodeForm, allauth.ReauthenticateForm):
    pass


class ActivateTotpForm(forms.Form):
    """A first code shows that the app has the secret. Until then the session has it, encrypted like all others."""

    code = forms.CharField(max_length=LONGEST_CODE)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.secret = _secret(new=not self.is_bound)
        self.step = 0

    def clean_code(self) -> str:
        """Raises TooManyAttempts."""
        code: str = self.cleaned_data["code"]
        with limiter.attempt(*limiter.codes(self.user.pk)) as attempt:
            step = second_factor.step_of(self.secret, second_factor.digits_of(code))
            if step is not None:
                attempt.succeed()
        if step is None:
            raise get_adapter().validation_error("incorrect_code")
        self.step = step
        return code


class AddPasskeyForm(webauthn.AddWebAuthnForm):
    credential = PasskeyField(read=read_new)

    def clean_passwordless(self) -> bool:
        """Each signs in alone, so each has to have asked for more than a touch."""
        return True


class PasskeyForm(webauthn.AuthenticateWebAuthnForm):
    credential = PasskeyField()


class PasskeyReauthenticateForm(webauthn.ReauthenticateWebAuthnForm):
    credential = PasskeyField()

    def clean_credential(self) -> Authenticator:
        try:
            return super().clean_credential()
        except forms.ValidationError:
            proof_refused.send_robust(User, user_id=self.user.pk)
            raise


class PasskeyLoginForm(webauthn.LoginWebAuthnForm):
    credential = PasskeyField()
    is_shared = forms.BooleanField(required=False)

    def clean_credential(self) -> Authenticator:
        try:
            authenticator = super().clean_credential()
            if not authenticator.user.is_active:
                raise get_adapter().validation_error("incorrect_code")
        except forms.ValidationError:
            metrics.REFUSED.labels("wrong_passkey").inc()
            # Whose it is nobody knows.
            passkey_refused.send_robust(User)
            raise
        return authenticator


def _secret(*, new: bool) -> str:
    session = context.request.session
    stored = None if new else session.get(SECRET_SESSION_KEY)
    if stored is None:
        stored = session[SECRET_SESSION_KEY] = factor_secrets.encrypt(generate_totp_secret())
    return factor_secrets.decrypt(stored)
