"""What mails about messages and about appointments have in common. Those about the account are others."""

from collections.abc import Sequence
from email.utils import formataddr, parseaddr

from django.conf import settings

from accounts.models import User
from notifications.channels.mail import Attached, Mail
from notifications.content import Content
from notifications.delivery.keys import key_of
from notifications.services.claims import Claim
from practice import services as practice


def name_in_mails() -> str:
    """What the practice calls itself where others may see it."""
    # On one line, or no mail with it in a header would leave.
    return " ".join((practice.current().notification_name or settings.CLINIC_NAME).split())


def letter(claim: Claim, person: User, said: Content, *, unsubscribe: str, attached: Sequence[Attached] = ()) -> Mail:
    """A mail from the practice. One click at `unsubscribe` ends those of its kind (RFC 8058)."""
    return Mail(
        to=person.email,
        subject=said.subject,
        text=said.text,
        html=said.html,
        sender=formataddr((name_in_mails(), parseaddr(settings.DEFAULT_FROM_EMAIL)[1])),
        key=key_of(claim),
        headers={
            "List-Unsubscribe": f"<{unsubscribe}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        },
        attached=attached,
    )
