"""The mail server: a handshake with everything but a mail, and on demand a mail."""

import smtplib
import socket
import ssl

from django.conf import settings
from django.core.mail import EmailMessage, get_connection

from chatsite.doctor.questions import Answer, fault, ok, warning

_SMTP = "django.core.mail.backends.smtp.EmailBackend"
_WRITE = "Write EMAIL_URL as smtp+tls://user:password@host:587, or smtps:// for port 465."
_AT_HOME = ("localhost", "127.0.0.1", "::1")


def server() -> Answer:
    """EHLO, STARTTLS and the password, as for each mail; then goodbye."""
    if settings.EMAIL_BACKEND != _SMTP:
        kind = settings.EMAIL_BACKEND.split(".")[-2]
        if settings.DEBUG:
            return ok(f"Mails go to {kind}, as in development.")
        return warning(f"No mail leaves: EMAIL_URL is for {kind}.", _WRITE)
    connection = get_connection()
    try:
        connection.open()
    except (OSError, ValueError) as error:
        return _failed(error)
    finally:
        connection.close()
    is_plain = not (settings.EMAIL_USE_TLS or settings.EMAIL_USE_SSL) and settings.EMAIL_HOST not in _AT_HOME
    if is_plain:
        sentence = "The mail server is reached without encryption: links to passwords can be read on the way."
        return warning(sentence, _WRITE)
    return ok(f"The mail server answers{', and takes the password' if settings.EMAIL_HOST_USER else ''}.")


def send(address: str) -> Answer:
    """A mail for --send-to."""
    text = "The chat can send mails. This one was asked for by manage.py doctor."
    message = EmailMessage("Chat: a test", text, None, [address], headers={"Auto-Submitted": "auto-generated"})
    try:
        message.send()
    except (OSError, ValueError) as error:
        return _failed(error)
    return ok("The mail server took the mail. Look whether it arrives, and not among spam.")


def _failed(error: Exception) -> Answer:
    """By the kind of the error: what a server says may name accounts."""
    for kind, sentence, remedy in (
        (smtplib.SMTPAuthenticationError, "The mail server refuses the user or the password.", "Correct EMAIL_URL."),
        (smtplib.SMTPSenderRefused, "The mail server refuses FROM_EMAIL as a sender.", "Write one that it allows."),
        (smtplib.SMTPRecipientsRefused, "The mail server refuses the recipient.", "Try another address."),
        (smtplib.SMTPNotSupportedError, "The mail server offers no STARTTLS or no sign-in.", _WRITE),
        (
            ssl.SSLCertVerificationError,
            "The certificate of the mail server is not valid.",
            "Renew it, or name its host.",
        ),
        (ssl.SSLError, "The encryption with the mail server failed.", _WRITE),
        (socket.gaierror, "The host of EMAIL_URL has no address.", "Write the name of the mail server as DNS has it."),
        (ConnectionRefusedError, "No mail server answers at the host and port of EMAIL_URL.", _WRITE),
        (TimeoutError, f"No mail server answers within {settings.EMAIL_TIMEOUT} s.", _WRITE),
        # Also one that takes the connection and then says nothing.
        (
            smtplib.SMTPServerDisconnected,
            f"The mail server hangs up, or is silent for {settings.EMAIL_TIMEOUT} s.",
            _WRITE,
        ),
    ):
        if isinstance(error, kind):
            return fault(sentence, remedy)
    return fault(f"The mail server cannot be used ({type(error).__name__}).", _WRITE)
