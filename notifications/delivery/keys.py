"""The name of a mail, the same at each try."""

from datetime import UTC
from urllib.parse import urlsplit

from django.conf import settings

from chatsite.installation import installation_name
from notifications.services.claims import Claim


def key_of(claim: Claim) -> str:
    """Its Message-ID: a mail that leaves twice, because a worker was killed before it noted it, is one for readers."""
    host = urlsplit(settings.PUBLIC_URL).hostname or "localhost"
    first = claim.notices[0]
    # With the moment at which it was planned: after a restored dump its number is another's.
    name = f"notice-{first.pk}-{first.created_at.astimezone(UTC):%Y%m%dT%H%M%S%f}"
    return f"{name}.{installation_name()}@{host.strip('[]').replace(':', '-')}"
