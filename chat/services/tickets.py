"""One-use keys to the socket for clients that cannot set headers."""

import hashlib
import secrets
from datetime import timedelta

from django.utils import timezone

from accounts.models import SignIn
from accounts.services import sign_ins
from chat.models import Ticket
from chatsite.database.locking import retry_on_conflict

LIFETIME_SECONDS = 30


@retry_on_conflict
def issue(sign_in: SignIn) -> str:
    """Return a new ticket of this sign-in; delete its expired ones."""
    moment = timezone.now()
    Ticket.objects.filter(sign_in=sign_in, expires_at__lt=moment).delete()
    secret = secrets.token_urlsafe(32)
    Ticket.objects.create(
        digest=_digest(secret), sign_in=sign_in, expires_at=moment + timedelta(seconds=LIFETIME_SECONDS)
    )
    return secret


@retry_on_conflict
def spend(secret: str) -> SignIn | None:
    """Use up a ticket: return its sign-in if the ticket is valid, otherwise None."""
    ticket = Ticket.objects.filter(digest=_digest(secret)).first()
    if ticket is None:
        return None
    # Of two concurrent requests only one deletes the row.
    deleted, _ = Ticket.objects.filter(pk=ticket.pk).delete()
    return sign_ins.find(ticket.sign_in_id) if deleted and ticket.expires_at >= timezone.now() else None


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
