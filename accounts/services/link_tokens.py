"""The tokens of links by which people choose a password: valid once, for some days, and not after a restore.

A restored database does not know which of them were used since the backup.
"""

from typing import Any

from django.contrib.auth.tokens import PasswordResetTokenGenerator

from chatsite.models import Installation, new_uid


class LinkTokens(PasswordResetTokenGenerator):
    """Django's, whose digest also covers a key of the installation."""

    def _make_hash_value(self, user: Any, timestamp: int) -> str:
        # Without a key it is that of the release before.
        return f"{super()._make_hash_value(user, timestamp)}{Installation.the_one().link_key}"


link_tokens = LinkTokens()


def end_all_links() -> None:
    """No link that was sent until now lets anybody choose a password."""
    Installation.the_one()
    Installation.objects.update(link_key=new_uid())
