"""The link in a mail that ends mails of its kind, without signing in."""

from enum import StrEnum
from urllib.parse import urlencode

from django.conf import settings
from django.core import signing
from django.urls import reverse

from accounts.models import User

_SALT = "notifications.unsubscribe"
# Longer than any token; a longer text is none.
LONGEST = 300


class Mails(StrEnum):
    """Each is a column of the preferences. Mails about the account are none: nobody can end them."""

    MESSAGES = "message_mails"
    APPOINTMENTS = "appointment_mails"


def link_for(user: User, mails: Mails) -> str:
    """Its token is in the query, which no log has. It does not expire: old mails are in mailboxes for years."""
    # The links of mails about messages had no word for them at first, and go on without one.
    text = str(user.pk) if mails == Mails.MESSAGES else f"{user.pk} {mails.value}"
    token = signing.Signer(salt=_SALT).sign(text)
    return f"{settings.PUBLIC_URL}{reverse('unsubscribe')}?{urlencode({'token': token})}"


def read(token: str) -> tuple[User, Mails] | None:
    """Whom a token was made for, and for which mails."""
    try:
        user_id, _, mails = signing.Signer(salt=_SALT).unsign(token[:LONGEST]).partition(" ")
    except signing.BadSignature:
        return None
    kind = mails or Mails.MESSAGES
    person = User.objects.filter(pk=user_id).first() if kind in {*Mails} else None
    return (person, Mails(kind)) if person else None
