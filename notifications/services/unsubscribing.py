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
    token = signing.Signer(salt=_SALT).sign(f"{user.pk} {mails.value} {_joined(user)}")
    return f"{settings.PUBLIC_URL}{reverse('unsubscribe')}?{urlencode({'token': token})}"


def read(token: str) -> tuple[User, Mails] | None:
    """Whom a token was made for, and for which mails."""
    try:
        user_id, _, rest = signing.Signer(salt=_SALT).unsign(token[:LONGEST]).partition(" ")
    except signing.BadSignature:
        return None
    mails, _, joined = rest.partition(" ")
    # The first links had no word for the mails, or no moment, and go on without.
    kind = mails or Mails.MESSAGES
    person = User.objects.filter(pk=user_id).first() if kind in {*Mails} else None
    if person is None or joined not in ("", _joined(person)):
        return None
    return person, Mails(kind)


def _joined(user: User) -> str:
    """When the account was made: after a restored dump its number may be another person's."""
    return f"{user.date_joined.timestamp():.0f}"
