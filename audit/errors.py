"""Why nothing may be opened. The code is a contract, listed in docs/api.md."""

from typing import Any

from django.conf import settings
from django.utils.translation import gettext_noop as _

from chatsite.http.errors import Refusal
from chatsite.http.sentences import sentence


class AuditUnavailable(Refusal):
    status, code, retry_after = 503, "audit_unavailable", 30
    page = "503_audit.html"

    def __init__(self) -> None:
        super().__init__(
            sentence(
                _(
                    "Messages cannot be opened at the moment, because who opens them could not be noted. Sending works."
                    " Try again in a minute. In an emergency, call {numbers}."
                ),
                numbers=" / ".join(settings.CHAT_EMERGENCY_NUMBERS),
            )
        )

    @property
    def content(self) -> dict[str, Any]:  # type: ignore[override]
        return {"emergency_numbers": settings.CHAT_EMERGENCY_NUMBERS}
