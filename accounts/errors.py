"""Why a request of accounts is refused. The codes are a contract, listed in docs/api.md."""

from chatsite.http.errors import Refusal


class WrongCredentials(Refusal):
    status, code, message = 401, "wrong_credentials", "Wrong e-mail address or password."


class TooManyAttempts(Refusal):
    status, code = 429, "too_many_attempts"
    message = "Too many failed sign-ins. Wait a few minutes, then try again."


class InvalidToken(Refusal):
    status, code = 401, "invalid_token"
    message = "This token is not valid or no longer valid. Refresh it, or sign in again."
