"""Why a request of accounts is refused. The codes are a contract, listed in docs/api.md."""

from django.utils.translation import gettext_noop as _

from chatsite.http.errors import Refusal, TooManyAttempts


class WrongCredentials(Refusal):
    status, code, message = 401, "wrong_credentials", _("Wrong e-mail address or password.")


class TooManySignIns(TooManyAttempts):
    message = _("Too many sign-ins to this account. Wait as long as Retry-After says, and keep the tokens.")


class PasswordsBusy(Refusal):
    status, code, retry_after = 503, "busy", 5
    message = _("Many people are signing in at the moment. Try again in a few seconds.")


class InvalidToken(Refusal):
    status, code = 401, "invalid_token"
    message = _("This token is not valid or no longer valid. Refresh it, or sign in again.")
