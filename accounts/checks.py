"""Who may do what, as far as an operator should hear of it."""

from django.core.checks import CheckMessage, Tags, Warning, register
from django.db import DatabaseError
from django.db.models import Count

from accounts.models import Right, StaffRight


@register(Tags.security, deploy=True)
def check_rights(**kwargs: object) -> list[CheckMessage]:
    """Whoever audits what administrators do should not be the one whom it is about."""
    try:
        held = StaffRight.objects.held().values("user").annotate(count=Count("pk"))
        ids = list(held.filter(count=len(Right)).values_list("user", flat=True))
    except DatabaseError:
        # Nothing was migrated yet.
        return []
    if not ids:
        return []
    message = f"Administrator {ids[0]} holds all rights, and so watches over their own acts."
    hint = "Give the right of data protection to somebody else, under Rights of administrators in the admin."
    return [Warning(message, hint=hint, id="accounts.W001")]
