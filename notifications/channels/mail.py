"""The channel of mails: one connection to the mail server for many, and what is said of a failure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from smtplib import (
    SMTPAuthenticationError,
    SMTPConnectError,
    SMTPException,
    SMTPHeloError,
    SMTPRecipientsRefused,
    SMTPServerDisconnected,
)

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend

# Backends that keep a mail on this machine.
_AT_HOME = {f"django.core.mail.backends.{name}.EmailBackend" for name in ("console", "dummy", "filebased", "locmem")}
_SMTP = "django.core.mail.backends.smtp.EmailBackend"
_LOOPBACK = {"localhost", "127.0.0.1", "::1"}
# Domains that nobody has (RFC 2606): those of the demo's people.
_NOBODYS = ("example", "example.com", "example.net", "example.org", "invalid", "localhost", "test")


@dataclass(frozen=True, slots=True)
class Attached:
    """A text that goes with a mail as a file. `kind` may have parameters."""

    name: str
    text: str
    kind: str


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail to one person. `key` names it for good: when it is sent twice, most readers show it once."""

    to: str
    subject: str
    text: str
    key: str
    html: str = ""
    sender: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    attached: Sequence[Attached] = ()


class Unsent(Exception):
    """The mail did not leave: the kind of the error, never the words of a server. `for_good` if no try would help."""

    def __init__(self, kind: str, *, for_good: bool = False, is_down: bool = False) -> None:
        super().__init__(kind)
        self.kind, self.for_good = kind, for_good
        # Whether it is the server that fails, and not this mail.
        self.is_down = is_down


class MailBox:
    """Sends mails over one connection, which it opens when the first leaves."""

    def __init__(self) -> None:
        self._connection: BaseEmailBackend | None = None

    def send(self, mail: Mail) -> None:
        """Hand it to the mail server; raises Unsent."""
        try:
            self._connected().send_messages([_message(mail)])
        # A password of EMAIL_URL beyond ASCII raises UnicodeError.
        except (OSError, ValueError) as error:
            self.close()
            raise _unsent(error) from None

    def close(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            try:
                connection.close()
            except OSError:
                return

    def _connected(self) -> BaseEmailBackend:
        if self._connection is None:
            self._connection = get_connection()
            self._connection.open()
        return self._connection


def may_leave(address: str) -> bool:
    """Whether a mail to this address may be handed on: with DEBUG nothing leaves this machine, and to nobody's none."""
    if settings.EMAIL_BACKEND in _AT_HOME:
        return True
    if settings.DEBUG:
        return settings.EMAIL_BACKEND == _SMTP and settings.EMAIL_HOST in _LOOPBACK
    return not is_nobodys(address)


def is_nobodys(address: str) -> bool:
    domain = address.rpartition("@")[2]
    return any(domain == name or domain.endswith(f".{name}") for name in _NOBODYS)


def _message(mail: Mail) -> EmailMultiAlternatives:
    headers = {"Auto-Submitted": "auto-generated", "Message-ID": f"<{mail.key}>", **mail.headers}
    message = EmailMultiAlternatives(mail.subject, mail.text, mail.sender or None, [mail.to], headers=headers)
    if mail.html:
        message.attach_alternative(mail.html, "text/html")
    for file in mail.attached:
        message.attach(file.name, file.text, file.kind)
    return message


_DOWN = (SMTPAuthenticationError, SMTPConnectError, SMTPHeloError, SMTPServerDisconnected)


def _unsent(error: OSError | ValueError) -> Unsent:
    if isinstance(error, SMTPRecipientsRefused):
        codes = [code for code, _ in error.recipients.values()]
        return Unsent(f"SMTPRecipientsRefused {codes[0]}", for_good=min(codes) >= 500)
    about_mail = isinstance(error, ValueError) or (isinstance(error, SMTPException) and not isinstance(error, _DOWN))
    return Unsent(type(error).__name__, is_down=not about_mail)
