"""What a browser sends of a passkey, read by a library that has no error of its own for what it cannot read."""

from typing import Any

from allauth.mfa.webauthn.internal import auth  # noqa: F401 - lets the library read JSON
from fido2.webauthn import AuthenticationResponse, RegistrationResponse


class UnreadablePasskey(Exception):
    """This is no answer of a passkey."""


def read_answer(credential: Any) -> AuthenticationResponse:
    """What one answered to a question. Raises UnreadablePasskey."""
    try:
        return AuthenticationResponse.from_dict(credential)
    except Exception as error:
        raise UnreadablePasskey from error


def read_new(credential: Any) -> RegistrationResponse:
    """One that the device has just made. Raises UnreadablePasskey."""
    try:
        return RegistrationResponse.from_dict(credential)
    except Exception as error:
        raise UnreadablePasskey from error
