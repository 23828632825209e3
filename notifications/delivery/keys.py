"""The name of a mail, the same at each try."""

from urllib.parse import urlsplit

from django.conf import settings

from chatsite.installation import installation_name
from notifications.services.claims import Claim


def key_of(claim: Claim) -> str:
    """Its Message-ID: a mail that leaves twice, because a worker was killed before it noted it, is one for readers."""
    host = urlsplit(settings.PUBLIC_URL).hostname or "localhost"
    return f"notice-{claim.notices[0].pk}.{installation_name()}@{host.strip('[]').replace(':', '-')}"
