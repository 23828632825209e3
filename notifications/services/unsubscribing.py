"""The link in a mail that ends mails about messages, without signing in."""

from django.conf import settings
from django.core import signing
from django.urls import reverse

from accounts.models import User

_SALT = "notifications.unsubscribe"
# Longer than any token; a longer text is none.
LONGEST = 300


def link_for(user: User) -> str:
    """Its token is in the query, which no log has. It does not expire: old mails are in mailboxes for years."""
    token = signing.Signer(salt=_SALT).sign(str(user.pk))
    return f"{settings.PUBLIC_URL}{reverse('unsubscribe')}?token={token}"


def person_of(token: str) -> User | None:
    """Whom a token was made for."""
    try:
        user_id = signing.Signer(salt=_SALT).unsign(token[:LONGEST])
    except signing.BadSignature:
        return None
    return User.objects.filter(pk=user_id).first()
