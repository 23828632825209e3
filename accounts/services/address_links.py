"""The link by which whoever has the present address of an account agrees to another one, or stops that."""

from django.conf import settings
from django.core import signing
from django.urls import reverse

from accounts.models import AccountChange

_SALT = "accounts.address_links"


def link_of(change: AccountChange) -> str:
    """For the present address alone: keep it nowhere."""
    return f"{settings.PUBLIC_URL}{reverse('address_change')}?token={signing.dumps(change.pk, salt=_SALT)}"


def find(token: str) -> AccountChange | None:
    """The change whose link has this token, with its person."""
    try:
        pk = signing.loads(token, salt=_SALT)
    except signing.BadSignature:
        return None
    return AccountChange.objects.select_related("user").filter(pk=pk).first()
