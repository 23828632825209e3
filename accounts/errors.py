"""Why a request of accounts is refused. The codes are a contract, listed in docs/api.md."""

from typing import Any

from django.conf import settings
from django.utils.translation import gettext_noop as _

from chatsite.http.errors import Refusal, TooManyAttempts


class WrongCredentials(Refusal):
    status, code, message = 401, "wrong_credentials", _("Wrong e-mail address or password.")


class TooManySignIns(TooManyAttempts):
    message = _("Too many sign-ins to this account. Wait as long as Retry-After says, and keep the tokens.")


class WrongPassword(Refusal):
    status, code, message = 403, "wrong_password", _("Wrong password. Check the capital letters, then try again.")


class WrongPasskey(Refusal):
    status, code = 403, "wrong_passkey"
    message = _("This passkey does not unlock it, or took too long. Try again, or use the password.")


class NoPasskey(Refusal):
    status, code, message = 409, "no_passkey", _("You have no passkey. Unlock it with the password.")


class SignInLocked(Refusal):
    status, code = 423, "sign_in_locked"
    message = _("Nobody used this sign-in for a while, so it is locked. Unlock it with the password or a passkey.")


class PasswordsBusy(Refusal):
    status, code, retry_after = 503, "busy", 5
    message = _("Many people are signing in at the moment. Try again in a few seconds.")


class SecondStepRequired(Refusal):
    """The password is right, and a code has to follow."""

    status, code = 401, "second_step_required"
    message = _("Now send a code of your app, or a recovery code, with this mfa_token to /api/auth/second.")

    def __init__(self, *, mfa_token: str, methods: list[str]) -> None:
        super().__init__()
        self.content: dict[str, Any] = {"mfa_token": mfa_token, "methods": methods}


class SecondStepExpired(Refusal):
    status, code = 401, "second_step_expired"
    message = _("This mfa_token was used, or is older than five minutes. Sign in again with the password.")


class SecondFactorRequired(Refusal):
    status, code = 403, "second_factor_required"
    message = _("Your practice demands a second factor. Set one up at the address in set_up, then sign in again.")
    # The page `mfa_index`. The schema has it before there are addresses to look up.
    content = {"set_up": f"{settings.PUBLIC_URL}/accounts/second-factor/"}


class WrongCode(Refusal):
    status, code = 401, "wrong_code"
    message = _("This code is not right, or was used before. Wait for the next one, then try again.")


class InvalidToken(Refusal):
    status, code = 401, "invalid_token"
    message = _("This token is not valid or no longer valid. Refresh it, or sign in again.")
